"""Which rules of a contract a type breaks: what the kit would tell its author."""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

_MODULE = """
import broken_rules
TestContract = broken_rules.tested[-1]
"""
_ONLY_WHAT_IS_NEEDED = ("terminal", "cacheprovider", "warnings", "faulthandler")
_numbers = itertools.count()  # since Python keeps modules by their names

tested: list[type] = []
"""The classes that are being tested; the last one is that of the innermost run."""


def broken(
    contract: type, *, only: Collection[str] = (), using: Collection[Any] = ()
) -> dict[str, str]:
    """Run a class derived from a contract, and return what the contract finds.

    Args:
        contract: The class.
        only: The names of the rules to run; all that apply if there are none.
        using: Objects or modules with further fixtures, such as a ``conftest``.

    Returns:
        By the name of each rule that fails, with ``test_``: what is wrong, in a line.
        Names of rules that aren't collected can't be in it.

    Raises:
        AssertionError: When no rule was run.
    """
    reports = _run(contract, only=only, using=using).reports
    assert reports, f"{contract.__name__} has no rule that could be run"
    return {name: found for name, found in reports.items() if found is not None}


def _run(contract: type, *, only: Collection[str], using: Collection[Any]) -> _Finder:
    finder = _Finder(only)
    switched_off = [f"-pno:{name}" for name in _ONLY_WHAT_IS_NEEDED]
    with tempfile.TemporaryDirectory(prefix="launchpad-") as folder:
        module = Path(folder, f"test_contract_{next(_numbers)}.py")
        module.write_text(_MODULE)
        config = Path(folder, "pytest.ini")
        config.write_text("[pytest]\n")
        where = [f"--rootdir={folder}", f"-c{config}", f"--basetemp={folder}/tmp"]
        how = ["--capture=no", "--import-mode=importlib", *switched_off]
        alone: Mapping[str, str] = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        tested.append(contract)
        try:
            with patch.dict(os.environ, alone):
                os.environ.pop("PYTEST_ADDOPTS", None)
                pytest.main([str(module), *where, *how], plugins=[finder, *using])
        finally:
            tested.pop()
            sys.modules.pop(module.stem, None)
    return finder


class _Finder:
    """A plugin of pytest that notes for each rule what is wrong, or None."""

    def __init__(self, only: Collection[str]) -> None:
        self.reports: dict[str, str | None] = {}
        self._only = only

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._only:
            items[:] = [item for item in items if item.name in self._only]

    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> None:
        error = None if call.excinfo is None else call.excinfo.value
        if isinstance(error, pytest.skip.Exception):
            return
        if error is not None:
            told = getattr(error, "found", f"{type(error).__name__}: {error}")
            self.reports[item.name] = self.reports.get(item.name) or told
        elif call.when == "call":
            self.reports.setdefault(item.name, None)
