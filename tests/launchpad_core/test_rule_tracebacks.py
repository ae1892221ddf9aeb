"""A broken rule shows an author the traceback of the plugin, and none of the kit's."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import pytest

from launchpad_core.testing import ContractBroken, rule
from launchpad_core.testing.rules import refused


def broken_by(read: Callable[[], object]) -> ContractBroken:
    @rule()
    def test_reading_is_refused() -> None:
        """It refuses to read."""
        with refused("read()", by=KeyError):
            read()

    with pytest.raises(ContractBroken) as told:
        test_reading_is_refused()
    return told.value


def test_what_is_not_refused_has_no_traceback() -> None:
    error = broken_by(lambda: None)

    assert error.found == "read() is not refused; it should raise KeyError"
    assert (error.__cause__, error.__suppress_context__) == (None, True)


def test_another_error_has_that_of_the_plugin() -> None:
    error = broken_by(lambda: int("x"))

    assert isinstance(error.__cause__, ValueError)
    modules = {
        frame.f_globals["__name__"]
        for frame, _ in traceback.walk_tb(error.__cause__.__traceback__)
    }
    assert modules == {__name__}


def test_assert_of_an_author_has_its_own() -> None:
    @rule()
    def test_own() -> None:
        """It holds."""
        raise AssertionError("it doesn't hold")

    with pytest.raises(ContractBroken) as told:
        test_own()

    assert isinstance(told.value.__cause__, AssertionError)
