"""The contracts of launchpad that this distribution keeps."""

from __future__ import annotations
{% set sections = cookiecutter._promoted.contracts | selectattr("has_section") | list %}
{%- if sections %}
from typing import Any

import pytest
{%- endif %}
from launchpad_core.testing import {% for name in (cookiecutter._promoted.contracts | map(attribute="contract") | unique | list + ["PluginContract"]) | sort %}{{ name }}{{ ", " if not loop.last }}{% endfor %}


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "{{ cookiecutter.distribution }}"
{%- for it in cookiecutter._promoted.contracts %}


class Test{{ it.class }}({{ it.contract }}):
    """The {{ it.kind }} `{{ it.type }}`."""

    type = "{{ it.type }}"
{%- if it.capabilities %}
    capabilities = {{ it.capabilities }}
{%- endif %}
{%- if it.has_section %}

    @pytest.fixture
    def section(self) -> dict[str, Any]:
        """Return a section; what it reads is to be written into `tmp_path`."""
        return {{ it.section }}
{%- endif %}
{%- if it.connection %}

    @pytest.fixture
    def connection(self) -> dict[str, Any]:
        """Return the section of `dbms` that it refers to."""
        return {{ it.connection }}
{%- endif %}
{%- endfor %}
