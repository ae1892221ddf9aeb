"""The settings of the directory store."""

from __future__ import annotations

import pytest

from launchpad_core.errors import ConfigError
from launchpad_core.store.directory import DirectoryStore


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
