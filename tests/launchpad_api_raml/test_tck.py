"""RAML's public compatibility kit, where the variable RAML_TCK names a checkout of it.

Source: https://github.com/raml-org/raml-tck. What is invalid has ``invalid`` in its
name; all other files are valid, also those that others include.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

from launchpad_api_raml.raml10.reader import Contents, read
from launchpad_core.errors import ContractError

TCK = os.environ.get("RAML_TCK", "")

pytestmark = pytest.mark.skipif(not TCK, reason="RAML_TCK names no checkout")


def files(*, valid: bool) -> list[Path]:
    found = sorted(Path(TCK, "tests").rglob("*.raml"))
    return [path for path in found if ("invalid" not in path.name) is valid]


def contents(path: Path) -> Contents | ContractError:
    """Return what a file holds, or why it is refused; anything else is a bug."""
    try:
        return read(path)
    except ContractError as error:
        return error


@pytest.fixture(autouse=True)
def _without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("the network was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_valid_files_are_read() -> None:
    paths = files(valid=True)

    refused = [one for one in map(contents, paths) if isinstance(one, ContractError)]

    assert len(paths) == 633
    assert len(paths) - len(refused) >= 625


def test_invalid_files_are_refused_or_remarked_upon() -> None:
    paths = files(valid=False)

    found = [contents(path) for path in paths]

    refused = [one for one in found if isinstance(one, ContractError)]
    remarked = [one for one in found if isinstance(one, Contents) and one.remarks]
    assert len(paths) == 450
    assert all(error.where is not None for error in refused)
    assert len(refused) >= 320
    assert len(refused) + len(remarked) >= 430


def test_valid_files_get_hardly_any_remark() -> None:
    found = [contents(path) for path in files(valid=True)]

    assert sum(isinstance(one, Contents) and bool(one.remarks) for one in found) <= 5
