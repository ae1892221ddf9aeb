"""The contracts of launchpad that this distribution keeps."""

from __future__ import annotations

from launchpad_core.testing import ApiFormatContract, PluginContract


class TestPlugin(PluginContract):
    """The distribution, its entry point and its registrations."""

    distribution = "{{ cookiecutter.distribution }}"


class Test{{ cookiecutter.__class }}(ApiFormatContract):
    """The API format `{{ cookiecutter.type }}`."""

    type = "{{ cookiecutter.type }}"
