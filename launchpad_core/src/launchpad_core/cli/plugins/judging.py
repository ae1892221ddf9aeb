"""Running the contracts of a distribution in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PROGRAM = "launchpad_core.testing.plugins.outcomes"
_OF_PYTEST = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_CURRENT_TEST")
_COMPLETE = (0, 1, 2, 5)
"""Statuses of pytest: all passed, some failed, weren't imported, or weren't there."""


@dataclass(slots=True)
class Judgement:
    """What came of the contracts.

    Attributes:
        rows: For each rule, in order: ``contract``, ``class``, ``rule``, ``state`` (ok,
            failed or skipped), ``reason``, ``asked`` and ``page``.
        shipped: The modules ``conformance`` that the plugin has.
        tested: The kinds and names of the types that the plugin has contracts for.
        ended: Why not all rules were run, or "".
    """

    rows: list[dict[str, str]] = field(default_factory=list)
    shipped: list[str] = field(default_factory=list)
    tested: set[tuple[str, str]] = field(default_factory=set)
    ended: str = ""

    def count(self, state: str) -> int:
        """Return how many rules are in a state."""
        return sum(row["state"] == state for row in self.rows)


def judge(
    distribution: str,
    packages: Iterable[str],
    *,
    begun: Callable[[str], None],
) -> Judgement:
    """Run a distribution's contracts: that of plugins, and those that it ships.

    Args:
        distribution: The name of the distribution.
        packages: Its packages; their modules ``conformance`` are run, if there are any.
        begun: Is told which rule is run now, such as ``3/34 TestWeather::test_...``.
    """
    judgement = Judgement()
    with (
        tempfile.TemporaryDirectory(prefix="launchpad-") as folder,
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as printed,
    ):
        process = subprocess.Popen(
            [sys.executable, "-m", _PROGRAM, folder, distribution, *packages],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=printed,
            text=True,
            encoding="utf-8",
        )
        with process:
            judgement.ended = _read(process.stdout or (), judgement, begun)
        if judgement.ended:
            printed.seek(0)
            told = next(filter(None, map(str.strip, reversed(list(printed)))), "")
            judgement.ended += f", by status {process.returncode}: {told}"
    return judgement


def _read(
    events: Iterable[str],
    judgement: Judgement,
    begun: Callable[[str], None],
) -> str:
    """Take up what the process tells; return where it ended, if that was too early."""
    total, number, name = 0, 0, ""
    for line in events:
        event: dict[str, Any] = json.loads(line)
        if event["event"] == "begin":
            total, judgement.shipped = event["rules"], event["shipped"]
            judgement.tested = {(kind, type_) for kind, type_ in event["tested"]}
        elif event["event"] == "start":
            number, name = number + 1, event["name"]
            begun(f"{number}/{total} {name}")
        elif event["event"] == "outcome":
            judgement.rows.append(event["row"])
        elif event["event"] == "end" and event["status"] in _COMPLETE:
            return ""
    return f"it ended in {name}" if name else "it ended before the first rule"


def _environment() -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if name not in _OF_PYTEST}
    path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path)
    return {**kept, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
