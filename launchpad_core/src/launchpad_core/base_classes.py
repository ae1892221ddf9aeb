"""Which class the implementations of each kind of type derive from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from launchpad_core.api_format import ApiFormat
from launchpad_core.data import DataSink, DataSource
from launchpad_core.registrations import (
    ApiFormatType,
    DataSinkType,
    DataSourceType,
    ModelStoreType,
    ModelType,
    Registration,
)
from launchpad_core.runtime import ModelRuntime
from launchpad_core.store.model_store import ModelStore

BASE_CLASSES: Mapping[type[Registration], type[Any]] = {
    ApiFormatType: ApiFormat,
    DataSinkType: DataSink,
    DataSourceType: DataSource,
    ModelStoreType: ModelStore,
    ModelType: ModelRuntime,
}
"""The base class by the kind of registration; that of commands is click's."""
