"""The directory store keeps what every model store has to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from model_store_contract import ModelStoreContract, OpenStore

from launchpad_core.errors import ConfigError
from launchpad_core.store.directory import DirectoryStore


class TestDirectoryStore(ModelStoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        def opened(**more: Any) -> DirectoryStore:
            return DirectoryStore({"location": str(tmp_path / "store"), **more})

        return opened


@pytest.mark.parametrize(
    ("refresh", "told"),
    [
        (1e-9, "should be greater than or equal to 0.01"),
        (float("inf"), "should be less than or equal to 86400"),
    ],
)
def test_server_neither_looks_all_the_time_nor_never(refresh: float, told: str) -> None:
    with pytest.raises(ConfigError, match=f"refresh.* {told}"):
        DirectoryStore({"location": "store", "refresh": refresh})
