"""Refusing a YAML text that is too large or too deep before anything is built of it."""

from __future__ import annotations

from typing import Any

import yaml

from launchpad_core.errors import LaunchpadError
from launchpad_core.positions import Position
from launchpad_core.yaml_reader import MAX_NODES

MAX_DEPTH = 100

_TOO_DEEP = "this is nested too deeply"

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_limits(text: str, *, name: str, error: type[LaunchpadError]) -> None:
    """Look at a text as far as it stays within the limits.

    What isn't YAML is left to whoever reads it.

    Args:
        text: The text.
        name: How positions name it.
        error: What is raised.

    Raises:
        LaunchpadError: The error, with the position, when it holds more than
            ``MAX_NODES`` values, or is nested in more than ``MAX_DEPTH``.
    """
    values = depth = 0
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, yaml.NodeEvent):
                values += 1
                depth += isinstance(event, yaml.CollectionStartEvent)
            if depth > MAX_DEPTH:
                raise error(_TOO_DEEP, where=_position(name, event.start_mark))
            if values > MAX_NODES:
                raise error(
                    f"this holds more than {MAX_NODES} values",
                    where=_position(name, event.start_mark),
                )
    except yaml.MarkedYAMLError as fault:
        # Newer releases of libyaml have a limit of their own, and look ahead.
        if "nesting depth" in (fault.problem or ""):
            raise error(_TOO_DEEP, where=_position(name, fault.problem_mark)) from fault
    except yaml.YAMLError:
        return  # who reads it has the better words


def _position(name: str, mark: Any) -> Position:
    return Position(name, mark.line + 1 if mark else 1)
