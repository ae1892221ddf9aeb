"""Requests that golden predictions can be made for, the best ones first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from launchpad_core.contract import ApiContract, Operation
from launchpad_core.data import DataSource
from launchpad_core.golden.examples import requests_of_examples
from launchpad_core.golden.kept import GoldenRequest
from launchpad_core.golden.rows import Tables, requests_of_rows
from launchpad_core.golden.turns import in_turn
from launchpad_core.requests.given import Given

_WITHOUT_PREDICTION = ("HEAD", "OPTIONS")


def candidates(
    contract: ApiContract, sources: Iterable[DataSource]
) -> Iterator[tuple[Operation, GoldenRequest]]:
    """Yield operations with requests, of all operations in turn.

    First come those of the contract's examples, then those of the sources' rows. Not
    all of them are what the contract allows; none of them carries a file.
    """
    operations = [
        one for one in contract.operations if one.method not in _WITHOUT_PREDICTION
    ]
    tables = Tables(sources)
    seen = set()
    for requests in (
        in_turn(
            _of(one, requests_of_examples(one, contract.schemas)) for one in operations
        ),
        in_turn(
            _of(one, requests_of_rows(one, contract.schemas, tables))
            for one in operations
        ),
    ):
        for operation, request in requests:
            if (key := repr(request)) not in seen:
                seen.add(key)
                yield operation, request


def _of(
    operation: Operation, requests: Iterator[Given]
) -> Iterator[tuple[Operation, GoldenRequest]]:
    for given in requests:
        if all(_is_part(texts) for texts in given.path.values()):
            yield operation, GoldenRequest(operation.method, operation.path, given)


def _is_part(texts: Sequence[str]) -> bool:
    """Whether a client can ask for it: a path has no empty parts."""
    return len(texts) == 1 and bool(texts[0]) and "/" not in texts[0]
