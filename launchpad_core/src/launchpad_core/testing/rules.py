"""Rules of a contract: tests whose docstrings say what the contract asks for."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import pytest

Test = TypeVar("Test", bound=Callable[..., None])

PAGE = Path(__file__).with_name("contracts.md")
"""The page that explains all rules; it is in the wheel, and so of the same version."""

_NEEDS = "_launchpad_needs"
_LACKS = "_launchpad_lacks"


class ContractBroken(AssertionError):
    """A rule of a contract that a plugin breaks.

    Attributes:
        found: What is wrong, in one line.
        asked: What the contract asks for.
        page: Where that is explained.
    """

    def __init__(self, found: str, *, asked: str, page: str) -> None:
        super().__init__(f"{found}\n  the contract: {asked}\n  read more: {page}")
        self.found = found
        self.asked = asked
        self.page = page


def rule(
    *, needs: Collection[str] = (), lacks: Collection[str] = ()
) -> Callable[[Test], Test]:
    """Return a decorator for the tests of a contract.

    The first paragraph of a test's docstring is what the contract asks for. A test that
    fails, or in which the plugin raises, tells it, and where more is written.

    Args:
        needs: The capabilities that a type must have for the test to be run.
        lacks: The capabilities that it must not have.
    """

    def decorated(test: Test) -> Test:
        @wraps(test)
        def checked(*args: Any, **more: Any) -> None:
            __tracebackhide__ = True
            try:
                test(*args, **more)
            except (Exception, pytest.fail.Exception) as error:
                raise ContractBroken(
                    _found(error), asked=asked_by(test), page=_page(test)
                ) from _of_the_plugin(error)

        setattr(checked, _NEEDS, frozenset(needs))
        setattr(checked, _LACKS, frozenset(lacks))
        return checked  # type: ignore[return-value]

    return decorated


@contextmanager
def refused(
    what: str,
    *,
    by: type[Exception] | tuple[type[Exception], ...],
    naming: str | None = None,
) -> Iterator[None]:
    """Expect that a plugin refuses something, by an error of the core.

    Args:
        what: What it should refuse, as the beginning of a sentence.
        by: The error that it should raise, or those of which it should raise one.
        naming: What the error should name, if it matters.

    Raises:
        AssertionError: When it raises nothing, or another error.
    """
    errors = by if isinstance(by, tuple) else (by,)
    wanted = " or ".join(error.__name__ for error in errors)
    try:
        yield
    except by as error:
        if naming is not None and naming not in str(error):
            told = " ".join(f"{type(error).__name__}: {error}".split())
            raise AssertionError(
                f'{what} raises {told}, which doesn\'t name "{naming}"'
            ) from error
        return
    except Exception as error:
        told = f"{type(error).__name__}: {error}"
        raise AssertionError(
            f"{what} raises {told}; it should raise {wanted}"
        ) from error
    raise AssertionError(f"{what} is not refused; it should raise {wanted}")


def rules_of(contract: type) -> tuple[tuple[str, Callable[..., None]], ...]:
    """Return the names and tests of all rules, also of those that don't apply."""
    found = {}
    for base in reversed(contract.__mro__):
        for name, value in vars(base).items():
            if hasattr(value, _NEEDS):
                found[name] = value
    return tuple(found.items())


def is_of_the_kit(contract: type) -> bool:
    """Whether a class is one of the contracts, and not an author's."""
    return contract.__module__.startswith(f"{__package__}.")


def applies(test: Callable[..., None], capabilities: Collection[str]) -> bool:
    """Whether a rule is for types with these capabilities, and with no others."""
    needs, lacks = capabilities_of(test)
    return needs <= set(capabilities) and lacks.isdisjoint(capabilities)


def capabilities_of(test: Callable[..., None]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the capabilities that a rule needs, and those that must be lacking."""
    return getattr(test, _NEEDS), getattr(test, _LACKS)


def asked_by(test: Callable[..., None]) -> str:
    """Return what a rule asks for: the first paragraph of its docstring."""
    paragraph = (inspect.getdoc(test) or "").partition("\n\n")[0]
    return " ".join(paragraph.split())


def heading(test: Callable[..., None]) -> str:
    """Return the heading of a rule on the page that explains it."""
    contract, _, name = test.__qualname__.rpartition(".")
    words = name.removeprefix("test_").replace("_", " ")
    return f"{contract}: {words}"


def anchor(test: Callable[..., None]) -> str:
    """Return what links to that heading end with, behind the ``#``."""
    return re.sub(r"[^a-z0-9]+", "-", heading(test).lower())


def _page(test: Callable[..., None]) -> str:
    return f"{PAGE}#{anchor(test)}"


def _of_the_plugin(error: BaseException) -> BaseException | None:
    """Return what an author should see the traceback of: no line of the kit's."""
    *_, (last, _) = traceback.walk_tb(error.__traceback__)
    own = _is_in_the_kit(last) and isinstance(error, AssertionError)
    shown = error.__cause__ if own else error
    behind = shown and shown.__traceback__
    while behind and _is_in_the_kit(behind.tb_frame):
        behind = behind.tb_next
    return shown.with_traceback(behind) if shown and behind else shown


def _is_in_the_kit(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).startswith(f"{__package__}.")


def _found(error: BaseException) -> str:
    if isinstance(error, (AssertionError, pytest.fail.Exception)):
        return next(iter(str(error).splitlines()), "it doesn't hold")
    return " ".join(f"it raises {type(error).__name__}: {error}".split())
