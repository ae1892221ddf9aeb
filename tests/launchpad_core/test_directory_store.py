"""The directory store keeps what every model store has to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from model_store_contract import ModelStoreContract, OpenStore

from launchpad_core.store.directory import DirectoryStore


class TestDirectoryStore(ModelStoreContract):
    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        def opened(**more: Any) -> DirectoryStore:
            return DirectoryStore({"location": str(tmp_path / "store"), **more})

        return opened
