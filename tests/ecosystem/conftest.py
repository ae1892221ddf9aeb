"""What the tests of several distributions at once share."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "ecosystem" in item.path.parts:
            item.add_marker("ecosystem")
