"""What launchpad-core provides keeps to the contracts of its kinds of types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from launchpad_core.testing.model_store_contract import ModelStoreContract


class TestDirectoryStore(ModelStoreContract):
    """The model store ``directory``."""

    type = "directory"
    capabilities = ("sweeps",)

    @pytest.fixture
    def section(self) -> Mapping[str, Any]:
        """Return a section with a folder that isn't there yet."""
        return {"location": "store"}
