"""What the tests of several distributions at once share."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

SDIST = "mllaunchpad==1.1.0"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "ecosystem" in item.path.parts:
            item.add_marker("ecosystem")


@pytest.fixture(scope="session")
def mllaunchpad_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of mllaunchpad's examples; pip downloads its source."""
    folder = tmp_path_factory.mktemp("mllaunchpad")
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
    command += ["--no-binary=:all:", f"--dest={folder}", SDIST]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        # Debian 12's Python, 3.11.2, has no filters.
        safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        opened.extractall(folder, **safely)
    return folder / "mllaunchpad-1.1.0" / "examples"
