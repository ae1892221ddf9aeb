"""A program that runs the contracts of a distribution, and tells each outcome.

It writes a line of JSON for each to stdout; whatever else is printed goes to stderr.
Neither pytest's settings nor its plugins, other than its own, have a say in it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

import pytest

from launchpad_core.testing.plugin_contract import PluginContract
from launchpad_core.testing.rules import (
    applies,
    asked_by,
    heading,
    is_of_the_kit,
    rules_of,
)
from launchpad_core.testing.type_contract import TypeContract

_PLUGIN_TESTS = """
from launchpad_core.testing import PluginContract

class TestPlugin(PluginContract):
    distribution = {distribution!r}
"""
_TYPE_TESTS = """
from {module} import *
"""


def main(folder: str, distribution: str, *packages: str) -> None:
    """Run the contracts of a distribution, in a folder that is empty.

    Args:
        folder: The folder.
        distribution: The name of the distribution.
        packages: The packages that may have a module ``conformance``.
    """
    tests = Path(folder)
    told = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # stdout is only for what comes of the rules
    text = _PLUGIN_TESTS.format(distribution=distribution)
    (tests / "test_0_plugin.py").write_text(text, encoding="utf-8")
    shipped = list(filter(_is_there, (f"{name}.conformance" for name in packages)))
    for number, module in enumerate(shipped, start=1):
        text = _TYPE_TESTS.format(module=module)
        (tests / f"test_{number}_types.py").write_text(text, encoding="utf-8")
    (tests / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    status = pytest.main(
        [
            *(f"--rootdir={tests}", f"-c{tests / 'pytest.ini'}", str(tests)),
            *(f"--basetemp={tests / 'tmp'}", "-pno:cacheprovider", "--noconftest"),
            *("--import-mode=importlib", "--continue-on-collection-errors"),
        ],
        plugins=[_Outcomes(told, shipped)],
    )
    _tell(told, event="end", status=int(status))


class _Outcomes:
    """A plugin of pytest that tells what comes of each rule."""

    def __init__(self, told: TextIO, shipped: list[str]) -> None:
        self._told = told
        self._shipped = shipped
        self._rows: dict[str, dict[str, str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what the plugin's own module tests once more of the plugin."""
        rules = dict(rules_of(PluginContract))
        items[:] = [
            item
            for item in items
            if item.path.name == "test_0_plugin.py"
            or not issubclass(_class_of(item), PluginContract)
            or _function_name(item) not in rules
        ]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tell how much is going to be run, and for which types."""
        classes = dict.fromkeys(map(_class_of, session.items))
        tested = [
            (cls.kind.kind, cls.type)
            for cls in classes
            if issubclass(cls, TypeContract)
        ]
        _tell(
            self._told,
            event="begin",
            rules=len(session.items),
            shipped=self._shipped,
            tested=tested,
        )
        for row in (row for cls in classes for row in _rewritten(cls)):
            _tell(self._told, event="outcome", row=row)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell a module that can't be imported, as a rule that is broken."""
        if report.failed:
            lines = str(report.longrepr).strip().splitlines()
            row = {
                "contract": "conformance.py",
                "class": "",
                "rule": "it can be imported",
                "state": "failed",
                "reason": lines[-1].removeprefix("E").strip(),
                "asked": "The module conformance.py of the plugin can be imported.",
                "page": "",
            }
            _tell(self._told, event="outcome", row=row)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Tell what is run now."""
        _tell(self._told, event="start", name=nodeid.partition("::")[2])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Any, Any]:
        """Remember what a rule that failed says."""
        report = yield
        row = self._rows.setdefault(item.nodeid, {**_named(item), "state": "ok"})
        if report.failed and row["state"] != "failed":
            row |= {"state": "failed", **_fault(item, call)}
        elif report.skipped and row["state"] == "ok":
            row |= {"state": "skipped", "reason": _why_skipped(report)}
        return report

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tell what came of a rule, once all of it was run."""
        _tell(self._told, event="outcome", row=self._rows.pop(nodeid))


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except Exception:  # importing its package; that is told of the plugin
        return False


def _rewritten(cls: type[Any]) -> Iterator[dict[str, str]]:
    """Yield a row for each rule of the kit that the plugin's own class doesn't run."""
    if not issubclass(cls, TypeContract):
        return
    contract = next(filter(is_of_the_kit, cls.__mro__))
    for name, test in rules_of(contract):
        if name in cls.rewritten and applies(test, cls.capabilities):
            left_out = getattr(cls, name) is None
            how = "leaves it out" if left_out else "has a test of its own instead"
            row = _row(cls, heading(test).partition(": ")[2])
            yield {**row, "state": "skipped", "reason": f"{cls.__name__} {how}"}


def _named(item: pytest.Item) -> dict[str, str]:
    rule = heading(_function(item)).partition(": ")[2]
    variant = item.name.partition("[")[2]
    return _row(_class_of(item), f"{rule} [{variant}" if variant else rule)


def _row(cls: type[Any], rule: str) -> dict[str, str]:
    contract = next(filter(is_of_the_kit, cls.__mro__), cls).__name__
    type_ = getattr(cls, "type", "") if issubclass(cls, TypeContract) else ""
    return {
        "contract": f"{contract} ({type_})" if type_ else contract,
        "class": cls.__name__,
        "rule": rule,
        "reason": "",
        "asked": "",
        "page": "",
    }


def _fault(item: pytest.Item, call: pytest.CallInfo[None]) -> dict[str, str]:
    error: Any = call.excinfo.value if call.excinfo else None
    return {
        "reason": getattr(error, "found", _told(error)),
        "asked": getattr(error, "asked", asked_by(_function(item))),
        "page": getattr(error, "page", ""),
    }


def _told(error: Any) -> str:
    if isinstance(error, pytest.FixtureLookupError):
        return error.formatrepr().errorstring.strip().splitlines()[0]
    return " ".join(f"{type(error).__name__}: {error}".split())


def _why_skipped(report: pytest.TestReport) -> str:
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return str(getattr(report, "wasxfail", ""))


def _class_of(item: pytest.Item) -> type[Any]:
    return getattr(item, "cls", None) or type(None)


def _function(item: pytest.Item) -> Any:
    assert isinstance(item, pytest.Function)
    return item.obj


def _function_name(item: pytest.Item) -> str:
    return str(getattr(item, "originalname", item.name))


def _tell(told: TextIO, **event: Any) -> None:
    told.write(json.dumps(event) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
