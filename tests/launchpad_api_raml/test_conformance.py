"""The API format keeps to the contract, also with the files of the examples."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from launchpad_api_raml import conformance
from launchpad_api_raml.conformance import *  # noqa: F403

HERE = Path(__file__).parent
FILES = (
    *sorted(HERE.glob("cases/v08-*.raml")),
    *sorted(HERE.parents[1].glob("examples/*/*.raml")),
)


class TestRaml(conformance.TestRaml):
    @pytest.fixture
    def texts(self) -> Mapping[str, str]:
        names = (f"{file.parent.name} {file.name}" for file in FILES)
        found = (file.read_text(encoding="utf-8") for file in FILES)
        return {**conformance.TEXTS, **dict(zip(names, found, strict=True))}
