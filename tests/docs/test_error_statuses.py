"""The statuses on the page on errors are those that programs and clients see."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from reference_pages.errors import error_classes

from launchpad_core.cli import PluginCommands
from launchpad_core.errors import Busy, ConfigError, LaunchpadError, StoreError
from launchpad_core.schemas.faults import Fault, InvalidRequest
from launchpad_core.web import problems

pytestmark = pytest.mark.ecosystem

OF_EACH_KIND = (
    LaunchpadError("no"),
    Busy("not now"),
    ConfigError("not so"),
    InvalidRequest([Fault("query", "x", "type", "should be a number")]),
    StoreError("not there"),
)
each = pytest.mark.parametrize("error", OF_EACH_KIND, ids=lambda it: type(it).__name__)


@each
def test_web_app_answers_with_the_status(error: LaunchpadError) -> None:
    app = Flask(__name__)
    problems.register(app)

    @app.get("/")
    def index() -> Any:
        raise error

    assert app.test_client().get("/").status_code == error.http_status


@each
def test_command_ends_with_the_status(error: LaunchpadError) -> None:
    def fail() -> None:
        raise error

    group = PluginCommands(
        callback=fail, invoke_without_command=True, no_args_is_help=False
    )

    assert CliRunner().invoke(group, []).exit_code == error.exit_status


def test_all_statuses_were_seen() -> None:
    def statuses(errors: Any) -> set[tuple[int, int]]:
        return {(error.exit_status, error.http_status) for error in errors}

    assert statuses(error_classes()) == statuses(OF_EACH_KIND)
