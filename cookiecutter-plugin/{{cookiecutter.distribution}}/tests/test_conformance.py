"""The contracts of launchpad; conformance.py says what they are tested with."""

from {{ cookiecutter.__package }}.conformance import *  # noqa: F403
