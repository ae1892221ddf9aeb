"""The contracts of launchpad that this distribution keeps."""

from __future__ import annotations

import json

import pytest
from launchpad_core.testing import ApiFormatContract, PluginContract


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "{{ cookiecutter.distribution }}"


class Test{{ cookiecutter.__class }}(ApiFormatContract):
    """The API format `{{ cookiecutter.type }}`."""

    type = "{{ cookiecutter.type }}"

    @pytest.fixture
    def texts(self) -> dict[str, str]:
        """Return contracts as people may write them."""
        operation = {"method": "GET", "path": "/sums"}
        sums = {"version": "v1", "title": "Sums", "operations": [operation]}
        return {"sums.json": json.dumps(sums)}
