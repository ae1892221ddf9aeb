"""The store in S3 keeps what every model store has to keep."""

from __future__ import annotations

import pytest
from model_store_contract import ModelStoreContract, OpenStore

pytestmark = pytest.mark.slow


class TestFsspecStore(ModelStoreContract):
    @pytest.fixture
    def open_store(self, open_store: OpenStore) -> OpenStore:
        return open_store
