"""The store keeps to the contract in S3, and its distribution to that of plugins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from launchpad_store_fsspec.conformance import TestFsspecStore as Contract
from launchpad_store_fsspec.conformance import TestPlugin

__all__ = ["TestInS3", "TestPlugin"]


@pytest.mark.slow
class TestInS3(Contract):
    @pytest.fixture
    def section(self, section: Mapping[str, Any]) -> Mapping[str, Any]:
        return section


del Contract
