"""What the tests of RAML share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder of the test's own, so that messages name files alone."""
    monkeypatch.chdir(tmp_path)
