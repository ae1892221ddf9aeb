"""The API format keeps to the contract, also with documents of several origins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from launchpad_api_openapi import conformance
from launchpad_api_openapi.conformance import *  # noqa: F403

DOCUMENTS = Path(__file__).parent / "documents"


class TestOpenApi(conformance.TestOpenApi):
    @pytest.fixture
    def texts(self) -> Mapping[str, str]:
        found = {
            file.name: file.read_text(encoding="utf-8") for file in DOCUMENTS.iterdir()
        }
        return {**conformance.TEXTS, **found}
