"""How long checking a request takes, beside other ways to check the same.

Three requests: four numbers in the query, four numbers in a JSON body, and a list of
1,000 such records. From text or bytes to arguments, with the same verdict on each of a
set of good and bad requests: numbers that are no JSON numbers, too small, missing,
unknown or given twice, broken JSON. Peers:

- pydantic, in strict mode, from bytes by its own JSON parser;
- jsonschema-rs and fastjsonschema behind orjson;
- the reqparse of flask-restful behind orjson.

Where a peer alone would be too lenient, something stricter runs before it. A peer whose
verdicts differ all the same is named, and left out of the comparison: reqparse, which
has no lists of records.

Measured is CPU time, in batches that alternate, as the median of the ratios to the
fastest peer in the same round. Run it with ``python benchmarks/validation.py`` in an
environment that has launchpad-core and the peers installed. At most 1.5 is wanted.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Annotated, Any

import fastjsonschema
import jsonschema_rs
import orjson
import pydantic
from flask import Flask
from flask_restful import reqparse
from typing_extensions import TypedDict
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from launchpad_core.contract import JSON, Body, Operation, Parameter
from launchpad_core.requests.validation import Given, InvalidRequest, validator

NAMES = ("sepal.length", "sepal.width", "petal.length", "petal.width")
NUMBER = {"type": "number", "minimum": 0}
RECORD = {
    "type": "object",
    "properties": dict.fromkeys(NAMES, NUMBER),
    "required": list(NAMES),
    "additionalProperties": False,
}
RECORDS = {"type": "array", "items": RECORD}
ROWS = 1000
BATCH_SECONDS = 0.01

Query = Mapping[str, Sequence[str]]
Check = Callable[[Any], Any]
"""From a request to its values; raises one of ``REFUSED``."""

REFUSED = (
    InvalidRequest,
    ValueError,  # of pydantic, jsonschema-rs, fastjsonschema, orjson and float
    HTTPException,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=51, help="batches of each check")
    rounds = parser.parse_args().rounds
    with Flask("peers").app_context():  # reqparse asks it for its settings
        print(f"{'request':22}{'check':16}{'CPU us (median)':>16}{'ratio':>8}")
        for name, kind in compared().items():
            report(name, kind, rounds)


def report(name: str, kind: Compared, rounds: int) -> None:
    ours = verdicts(kind.checks["launchpad"], kind.requests)
    agreeing = {}
    for peer, check in kind.checks.items():
        differing = [
            request
            for request, accepted in verdicts(check, kind.requests).items()
            if accepted != ours[request]
        ]
        if differing:
            print(f"{name:22}{peer:16}left out: {len(differing)} other verdicts, e.g.")
            print(f"{'':22}on {differing[0]:.56}")
        else:
            agreeing[peer] = check
    times = measure(agreeing, kind.requests[0], rounds)
    peers = [seconds for peer, seconds in times.items() if peer != "launchpad"]
    fastest = [min(each) for each in zip(*peers, strict=True)]
    for peer, seconds in times.items():
        ratios = [own / best for own, best in zip(seconds, fastest, strict=True)]
        print(
            f"{name:22}{peer:16}{statistics.median(seconds) * 1e6:16.2f}"
            f"{statistics.median(ratios):8.2f}"
        )


def verdicts(check: Check, requests: Sequence[Any]) -> dict[str, bool]:
    """Return for each request whether it's accepted."""
    found = {}
    for request in requests:
        try:
            check(request)
        except REFUSED:
            found[repr(request)] = False
        else:
            found[repr(request)] = True
    return found


def measure(
    checks: Mapping[str, Check], request: Any, rounds: int
) -> dict[str, list[float]]:
    """Return for each check the CPU seconds of one call, for each round."""
    times: dict[str, list[float]] = {name: [] for name in checks}
    batches = {name: batch_size(check, request) for name, check in checks.items()}
    for _ in range(rounds):
        for name, check in checks.items():
            times[name].append(cpu_seconds(check, request, batches[name]))
    return times


def batch_size(check: Check, request: Any) -> int:
    once = cpu_seconds(check, request, 20)  # warm
    return max(1, round(BATCH_SECONDS / once))


def cpu_seconds(check: Check, request: Any, calls: int) -> float:
    started = time.process_time()
    for _ in range(calls):
        check(request)
    return (time.process_time() - started) / calls


# --- The query -----------------------------------------------------------------------

STRICT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII).fullmatch


def strict_number(text: str) -> float:
    if not STRICT(text):
        raise ValueError(text)
    return float(text)


def numbers_of(query: Query) -> dict[str, float]:
    """Return a query's numbers: the check before peers that know JSON only."""
    found = {}
    for name, texts in query.items():
        if len(texts) != 1 or not STRICT(texts[0]):
            raise ValueError(texts)
        found[name] = float(texts[0])
    return found


def launchpad_query() -> Check:
    parameters = [
        Parameter(name, location="query", schema=NUMBER, required=True)
        for name in NAMES
    ]
    validate = validator(Operation("GET", path="/", parameters=tuple(parameters)))
    return lambda query: validate(Given(query=query)).records[0]


def pydantic_query() -> Check:
    number = Annotated[
        float, pydantic.BeforeValidator(strict_number), pydantic.Field(ge=0)
    ]
    check = pydantic.TypeAdapter(pydantic_record(number)).validate_python

    def check_query(query: Query) -> Any:
        if any(len(texts) != 1 for texts in query.values()):
            raise ValueError(query)
        return check({name: texts[0] for name, texts in query.items()})

    return check_query


def jsonschema_rs_query() -> Check:
    is_valid = jsonschema_rs.Draft202012Validator(RECORD).is_valid

    def check(query: Query) -> Any:
        numbers = numbers_of(query)
        if not is_valid(numbers):
            raise ValueError(query)
        return numbers

    return check


def fastjsonschema_query() -> Check:
    validate = fastjsonschema.compile(RECORD)

    def check(query: Query) -> Any:
        numbers = numbers_of(query)
        if float("inf") in numbers.values():
            raise ValueError(query)
        return validate(numbers)

    return check


def reqparse_query() -> Check:
    parser = number_parser("args", lambda text: at_least_0(strict_number(text)))

    def check(query: Query) -> Any:
        if any(len(texts) != 1 for texts in query.values()):
            raise ValueError(query)
        values = MultiDict(query)
        request = SimpleNamespace(args=values, values=values)
        return dict(parser.parse_args(request, strict=True))

    return check


# --- JSON ----------------------------------------------------------------------------


def launchpad_json(schema: Mapping[str, Any]) -> Check:
    body = Body(JSON, schema=schema)
    operation = Operation("POST", path="/", bodies=(body,), body_required=True)
    validate = validator(operation)
    if schema is RECORDS:
        return lambda content: validate(Given(media_type=JSON, content=content)).records
    return lambda content: validate(Given(media_type=JSON, content=content)).records[0]


def pydantic_json(schema: Mapping[str, Any]) -> Check:
    record = pydantic_record(Annotated[float, pydantic.Field(ge=0)])
    type_ = list[record] if schema is RECORDS else record
    return pydantic.TypeAdapter(type_).validate_json


def pydantic_record(number: Any) -> Any:
    strict = pydantic.ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
    record = TypedDict("record", dict.fromkeys(NAMES, number))
    return pydantic.with_config(strict)(record)


def jsonschema_rs_json(schema: Mapping[str, Any]) -> Check:
    is_valid = jsonschema_rs.Draft202012Validator(dict(schema)).is_valid

    def check(content: bytes) -> Any:
        value = orjson.loads(content)
        if not is_valid(value):
            raise ValueError(content)
        return value

    return check


def fastjsonschema_json(schema: Mapping[str, Any]) -> Check:
    validate = fastjsonschema.compile(dict(schema))
    return lambda content: validate(orjson.loads(content))


def reqparse_json(schema: Mapping[str, Any]) -> Check:
    """Return a check of one record, which is all that reqparse knows."""
    parser = number_parser("json", at_least_0)

    def check(content: bytes) -> Any:
        body = orjson.loads(content)
        if not isinstance(body, dict) or None in body.values():
            raise ValueError(content)
        return dict(parser.parse_args(SimpleNamespace(json=body), strict=True))

    return check


def number_parser(location: str, number: Callable[[Any], float]) -> Any:
    parser = reqparse.RequestParser()
    for name in NAMES:
        parser.add_argument(name, type=number, required=True, location=location)
    return parser


def at_least_0(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value < float("inf"):
        raise ValueError(value)
    return float(value)


# --- What is asked -------------------------------------------------------------------


def queries() -> list[Query]:
    good = dict(zip(NAMES, (["5.1"], ["3.5"], ["1.4"], ["0.2"]), strict=True))
    first, *others = NAMES
    texts = ("5", "+5", ".5", "5.", "1e3", "007", "-0", "1e308", "9" * 30)
    bad = (
        *("", " 5", "5 ", "5\n", "1_0", "nan", "inf", "-inf", "1e999", "0x1", "1,5"),
        *("-1", "-1e-300", "true", "null", "five", "\u0661", "5\u00a0", "--1", "1e"),
    )
    return [
        good,
        *({**good, first: [text]} for text in (*texts, *bad)),
        {name: good[name] for name in others},
        {**good, "colour": ["5"]},
        {**good, first: ["5", "5"]},
        {},
    ]


def records() -> list[bytes]:
    good = dict(zip(NAMES, (5.1, 3.5, 1.4, 0.2), strict=True))
    others = NAMES[1:]
    text = json.dumps(good)
    spelled = ("5", "0", "-0.0", "5e0", "1E2", "9007199254740993")
    bad = (
        *("-1", "-1e-300", '"5"', "true", "null", "[5]", "{}", "NaN", "Infinity"),
        *("1e999", "05", "5.", ".5", "+5", "5,", '"\udcff"', ""),
    )
    return [
        text.encode(),
        *(
            text.replace("5.1", number).encode("utf-8", "surrogateescape")
            for number in (*spelled, *bad)
        ),
        json.dumps({name: good[name] for name in others}).encode(),
        json.dumps({**good, "colour": 5}).encode(),
        *(text[:-1].encode(), b"", b"[]", b"null", text.encode() + b"x"),
        f"  {text}\n".encode(),
    ]


def lists() -> list[bytes]:
    drawn = random.Random(1)
    rows = [{name: round(8 * drawn.random(), 1) for name in NAMES} for _ in range(ROWS)]
    long = json.dumps(rows).encode()
    return [
        long,
        *(b"[" + record + b"]" for record in records()),
        *(b"[" + record + b"," + records()[0] + b"]" for record in records()),
        *(b"[]", b"{}", b"null", long[:-1], long[:-2] + b',"colour":5}]'),
    ]


@dataclass(frozen=True)
class Compared:
    """One kind of request; the first of its requests is the one that is measured."""

    requests: Sequence[Any]
    checks: Mapping[str, Check]


def compared() -> dict[str, Compared]:
    peers = {
        "launchpad": launchpad_json,
        "pydantic": pydantic_json,
        "jsonschema-rs": jsonschema_rs_json,
        "fastjsonschema": fastjsonschema_json,
        "reqparse": reqparse_json,
    }
    return {
        "4 query parameters": Compared(
            queries(),
            {
                "launchpad": launchpad_query(),
                "pydantic": pydantic_query(),
                "jsonschema-rs": jsonschema_rs_query(),
                "fastjsonschema": fastjsonschema_query(),
                "reqparse": reqparse_query(),
            },
        ),
        "4 numbers in JSON": Compared(
            records(), {name: make(RECORD) for name, make in peers.items()}
        ),
        f"{ROWS} records in JSON": Compared(
            lists(), {name: make(RECORDS) for name, make in peers.items()}
        ),
    }


if __name__ == "__main__":
    main()
