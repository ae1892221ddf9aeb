"""launchpad: publish machine learning models as REST APIs.

Everything here is imported on first use, so that ``import launchpad_core`` is cheap
in a plugin's table of contents.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from launchpad_core.actions import (
        list_models,
        predict,
        retest,
        train_model,
    )
    from launchpad_core.columns import order_columns
    from launchpad_core.config import get_validated_config, get_validated_config_str
    from launchpad_core.contract import (
        ApiContract,
        ApiFormat,
        Operation,
        Parameter,
        Response,
    )
    from launchpad_core.data import DataSink, DataSource
    from launchpad_core.errors import (
        ConfigError,
        ContractError,
        DataError,
        LaunchpadError,
        NoSuchBuild,
        StoreError,
        UnsupportedOperation,
    )
    from launchpad_core.hookspecs import hookimpl
    from launchpad_core.model_interface import ModelInterface, ModelMakerInterface
    from launchpad_core.registrations import (
        ApiFormatType,
        Command,
        DataSinkType,
        DataSourceType,
        ModelStoreType,
        ModelType,
    )
    from launchpad_core.reports import report
    from launchpad_core.runtime import ModelRuntime
    from launchpad_core.store import Build, ModelStore

_MODULES = {
    "actions": ("list_models", "predict", "retest", "train_model"),
    "columns": ("order_columns",),
    "config": ("get_validated_config", "get_validated_config_str"),
    "contract": ("ApiContract", "ApiFormat", "Operation", "Parameter", "Response"),
    "data": ("DataSink", "DataSource"),
    "errors": (
        "ConfigError",
        "ContractError",
        "DataError",
        "LaunchpadError",
        "NoSuchBuild",
        "StoreError",
        "UnsupportedOperation",
    ),
    "hookspecs": ("hookimpl",),
    "model_interface": ("ModelInterface", "ModelMakerInterface"),
    "registrations": (
        "ApiFormatType",
        "Command",
        "DataSinkType",
        "DataSourceType",
        "ModelStoreType",
        "ModelType",
    ),
    "reports": ("report",),
    "runtime": ("ModelRuntime",),
    "store": ("Build", "ModelStore"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "ApiContract",
    "ApiFormat",
    "ApiFormatType",
    "Build",
    "Command",
    "ConfigError",
    "ContractError",
    "DataError",
    "DataSink",
    "DataSinkType",
    "DataSource",
    "DataSourceType",
    "LaunchpadError",
    "ModelInterface",
    "ModelMakerInterface",
    "ModelRuntime",
    "ModelStore",
    "ModelStoreType",
    "ModelType",
    "NoSuchBuild",
    "Operation",
    "Parameter",
    "Response",
    "StoreError",
    "UnsupportedOperation",
    "get_validated_config",
    "get_validated_config_str",
    "hookimpl",
    "list_models",
    "order_columns",
    "predict",
    "report",
    "retest",
    "train_model",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib_metadata import version

        return version("launchpad-core")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
