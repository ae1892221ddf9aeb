"""What is wrong with a value or a request, for programs and for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from launchpad_core.contract import In
from launchpad_core.errors import LaunchpadError

LISTED = 100
"""How many faults of one request are listed."""
COUNTED = 1000
"""How many further ones are counted."""

MOST = LISTED + COUNTED + 1
"""How many are enough: with more of them, the answer is the same."""

MORE = "more"
"""The code of the fault that stands for those that aren't listed."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a value.

    Attributes:
        code: The JSON Schema keyword that isn't met, or ``missing``, ``unknown``,
            ``repeated`` or ``syntax``.
        detail: What is wrong, for people; it follows the name of the value.
        path: The names and indexes that lead to it within the value.
    """

    code: str
    detail: str
    path: tuple[str | int, ...] = ()

    def within(self, *outer: str | int) -> Problem:
        """Return it as a problem of what holds the value."""
        return Problem(self.code, self.detail, (*outer, *self.path))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a request.

    Attributes:
        location: Where the parameter is, or should be; or ``body``.
        name: The parameter, or the property of the body; "" for the body itself.
        code: What is wrong, for programs: the JSON Schema keyword that isn't met,
            or ``missing``, ``unknown``, ``repeated``, ``syntax`` or ``more``.
        detail: What is wrong, for people; it follows the name.
        pointer: A JSON pointer into the body; "" for parameters.
    """

    location: In | Literal["body"]
    name: str
    code: str
    detail: str
    pointer: str = ""


TOO_DEEP = Problem("syntax", "is nested too deeply")
"""That a value has more levels than what checks it can follow."""


class Unfit(LaunchpadError):
    """A value that doesn't meet a schema.

    Attributes:
        problems: Everything that is wrong with it; never empty.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].detail)
        self.problems = problems

    @property
    def code(self) -> str:
        """The code of the first problem."""
        return self.problems[0].code

    @property
    def detail(self) -> str:
        """The first problem, for people."""
        return self.problems[0].detail


class InvalidRequest(LaunchpadError):
    """A request that doesn't fit the contract.

    Attributes:
        faults: What is wrong with it: all of it, or the first hundred and a last one
            with the code ``more``.
    """

    http_status = 400

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(_limited(iter(faults)))
        told = "; ".join(
            f"{fault.name} {fault.detail}".strip() for fault in self.faults
        )
        super().__init__(f"the request does not fit the contract: {told}")


def parameter_faults(location: In, name: str, unfit: Unfit) -> list[Fault]:
    """Return what is wrong with a parameter as faults of the request, each once."""
    faults = (Fault(location, name, one.code, one.detail) for one in unfit.problems)
    return list(dict.fromkeys(faults))


def body_fault(problem: Problem) -> Fault:
    """Return what is wrong with a body as a fault of the request.

    It is named by the innermost property.
    """
    names = [part for part in problem.path if isinstance(part, str)]
    name = names[-1] if names else ""
    pointer = "".join(f"/{_escaped(part)}" for part in problem.path)
    return Fault("body", name, problem.code, problem.detail, pointer)


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def _limited(faults: Iterator[Fault]) -> Iterator[Fault]:
    yield from islice(faults, LISTED)
    further = sum(1 for _ in islice(faults, COUNTED + 1))
    if further:
        number = f"more than {COUNTED}" if further > COUNTED else str(further)
        are = "fault is" if further == 1 else "faults are"
        yield Fault("body", "", MORE, f"{number} further {are} not listed")
