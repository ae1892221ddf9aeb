"""Fixtures for OpenAPI documents of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from launchpad_api_openapi.format import OpenApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.errors import ContractError

Read = Callable[..., ApiContract]
Refusal = Callable[..., str]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Return a function that reads a document, whose first two lines it adds."""
    monkeypatch.chdir(tmp_path)

    def read_text(
        text: str, *, version: str = "3.1.0", name: str = "api.yaml"
    ) -> ApiContract:
        head = f"openapi: {version}\ninfo: {{title: T, version: v1}}\n"
        Path(name).write_text(head + dedent(text).lstrip("\n"), encoding="utf-8")
        return OpenApiFormat().read(Path(name))

    return read_text


@pytest.fixture
def refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refusal:
    """Return a function that tells what is said about a whole file."""
    monkeypatch.chdir(tmp_path)

    def refusal_of(text: str, *, name: str = "api.yaml") -> str:
        Path(name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        with pytest.raises(ContractError) as told:
            OpenApiFormat().read(Path(name))
        return str(told.value)

    return refusal_of
