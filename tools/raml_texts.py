"""RAML 1.0 as tests write it: without the first lines, in the current folder."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from launchpad_api_raml.format import RamlFormat
from launchpad_core.contract import ApiContract
from launchpad_core.errors import ContractError


def read(text: str) -> ApiContract:
    """Return the contract that a text below the first two lines states."""
    whole = "#%RAML 1.0\ntitle: T\n" + dedent(text).lstrip("\n")
    Path("api.raml").write_text(whole, encoding="utf-8")
    return RamlFormat().read(Path("api.raml"))


def refusal(text: str) -> str:
    """Return why such a text is refused."""
    with pytest.raises(ContractError) as told:
        read(text)
    return str(told.value)
