"""What an operation answers, and whether an answer is what the contract promises."""

from __future__ import annotations

import logging
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Any, Literal

from launchpad_core.contract import CSV, JSON, Operation, Response, Schema
from launchpad_core.errors import ContractError, LaunchpadError
from launchpad_core.references import resolved
from launchpad_core.requests.shapes import is_json
from launchpad_core.schemas.checks import Check
from launchpad_core.schemas.faults import Fault, body_fault

WITHOUT_BODY = (204, 205)
"""The statuses of successful answers that have no body."""

HowMany = Literal["off", "sample", "always"]

_FIRST_ONES = 20
_SHARE = 0.01
_KINDS = 100

logger = logging.getLogger(__name__)


class InvalidAnswer(LaunchpadError):
    """An answer that isn't what the contract promises.

    Attributes:
        faults: Everything that is wrong with it.
    """

    def __init__(self, operation: Operation, faults: Sequence[Fault]) -> None:
        told = "; ".join(in_words(fault) for fault in faults)
        super().__init__(
            f"{_name(operation)} does not answer what the contract promises: {told}",
            where=operation.where,
        )
        self.faults = tuple(faults)


def answers_of(operation: Operation) -> tuple[Response, ...]:
    """Return the successful answers that an operation gives: one per media type.

    They have the contract's first status from 200 to 299, one with a body where there
    is one; 200 and JSON where it has none.

    Raises:
        ContractError: When it promises nothing but what can't be written.
    """
    successes = [found for found in operation.responses if 200 <= found.status < 300]
    if not successes:
        return (Response(200, media_type=JSON, description="The answer"),)
    with_body = [one for one in successes if one.status not in WITHOUT_BODY]
    first = (with_body or successes)[0]
    status = first.status
    if status in WITHOUT_BODY:
        return (Response(status, description=first.description),)
    promised = [found for found in successes if found.status == status]
    types = {media_type_of(found.media_type): found for found in promised}
    written = tuple(
        replace(found, media_type=media_type or JSON)
        for media_type, found in types.items()
        if not media_type or is_json(media_type) or media_type == CSV
    )
    if not written:
        raise ContractError(
            f"{_name(operation)} promises {' or '.join(types)}, which can't be written",
            where=promised[0].where or operation.where,
            hint=f"{JSON}, or another type that ends in +json, or {CSV}",
        )
    return written


def media_type_of(text: str) -> str:
    """Return a media type in lower case and without its parameters."""
    return text.partition(";")[0].strip().lower()


def response_checker(
    operation: Operation, schemas: Mapping[str, Schema]
) -> Callable[[Any], Sequence[Fault]]:
    """Return a function that says what is wrong with an answer; () when nothing is.

    It takes plain values, as :func:`launchpad_core.plain.plain` returns them.

    Args:
        operation: The operation that answers.
        schemas: The contract's named schemas.

    Raises:
        ContractError: When the schema of its answers is none.
    """
    answers = answers_of(operation)
    if answers[0].status in WITHOUT_BODY:
        return _nothing
    for answer in answers:
        if answer.schema is not None and _describes_value(answer, schemas):
            check = Check(
                answer.schema,
                schemas,
                label=f"what {_name(operation)} answers",
                where=answer.where or operation.where,
            )
            return partial(_faults, check)
    return _anything


class AnswerCheck:
    """Checks the answers of one operation, as many as the config asks for.

    Attributes:
        answered: How many answers there were.
        checked: How many of them were checked.
        mismatched: How many of those weren't what the contract promises.
    """

    def __init__(
        self,
        operation: Operation,
        schemas: Mapping[str, Schema],
        *,
        how_many: HowMany,
        strict: bool = False,
    ) -> None:
        """Compile the check.

        Args:
            operation: The operation that answers.
            schemas: The contract's named schemas.
            how_many: ``off``, ``always``, or ``sample``: the first ones, and then
                one of a hundred.
            strict: Whether a mismatch is an error; else it is logged and counted.
        """
        self.answered = self.checked = self.mismatched = 0
        self._operation = operation
        self._faults = (
            _anything if how_many == "off" else response_checker(operation, schemas)
        )
        self._first_ones = {"off": 0, "sample": _FIRST_ONES}.get(how_many)
        self._share = _SHARE if how_many == "sample" else 0.0
        self._random = random.Random(0)  # whose turn it is, is no secret
        self._strict = strict
        self._kinds: Counter[tuple[str, str]] = Counter()
        self._lock = Lock()

    def __call__(self, value: Any) -> None:
        """Check a plain value, if it is its turn.

        Raises:
            InvalidAnswer: When the check is strict and the value isn't promised.
        """
        with self._lock:
            turn = (
                self._first_ones is None
                or self.answered < self._first_ones
                or (self._share > 0.0 and self._random.random() < self._share)
            )
            self.answered += 1
            self.checked += turn
        if not turn:
            return
        if faults := self._faults(value):
            self._tell(faults)

    def _tell(self, faults: Sequence[Fault]) -> None:
        with self._lock:
            self.mismatched += 1
            counts = [(fault, self._count(fault)) for fault in faults]
        if self._strict:
            raise InvalidAnswer(self._operation, faults)
        for fault, count in counts:
            if _is_round(count):
                logger.warning(
                    "%s does not answer what the contract promises: %s "
                    "(time %s, in %s of %s checked answers)",
                    _name(self._operation),
                    in_words(fault),
                    count,
                    self.mismatched,
                    self.checked,
                )

    def _count(self, fault: Fault) -> int:
        """Count a fault; items of a list, and what is rare among too many, are one."""
        kind = (re.sub(r"/\d+(?=/|$)", "/*", fault.pointer), fault.code)
        if kind not in self._kinds and len(self._kinds) >= _KINDS:
            kind = ("", "")
        self._kinds[kind] += 1
        return self._kinds[kind]


def in_words(fault: Fault) -> str:
    """Return a fault of an answer as a sentence that begins with the field."""
    return f"{fault.pointer or fault.name or 'it'} {fault.detail}"


def _describes_value(answer: Response, schemas: Mapping[str, Schema]) -> bool:
    """Whether a schema is about the value, not about how it is written as text."""
    assert answer.schema is not None
    if answer.media_type != CSV:
        return True
    return resolved(answer.schema, schemas).get("type") == "array"


def _faults(check: Check, value: Any) -> Sequence[Fault]:
    if check.is_valid(value):
        return ()
    return [body_fault(problem) for problem in check.problems(value)]


def _nothing(value: Any) -> Sequence[Fault]:
    if value is None:
        return ()
    return (Fault("body", "", "const", "should be None: the answer has no body"),)


def _anything(value: Any) -> Sequence[Fault]:
    return ()


def _is_round(count: int) -> bool:
    """Whether it is 1, 10, 100, ...: each digit more makes the log one line longer."""
    return str(count).rstrip("0") == "1"


def _name(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"
