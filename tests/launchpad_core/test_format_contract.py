"""The contract of API formats finds what formats do wrong, and names it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from broken_rules import broken
from json_format import InTheOrderOfASet, JsonFormat

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)
from launchpad_core.schemas.keywords import _KNOWN
from launchpad_core.testing import ApiFormatContract
from launchpad_core.testing.api_formats.differences import differences
from launchpad_core.testing.api_formats.features import FEATURES

ALL = ApiFormatContract.capabilities
COMES_BACK = "test_what_is_declared_comes_back"
IS_REFUSED = "test_what_is_not_declared_is_refused"


def found(
    format: type[ApiFormat],
    *only: str,
    capabilities: Collection[str] = ALL,
) -> dict[str, str]:
    """Return what the contract finds wrong with a format."""

    class Contract(ApiFormatContract):
        type: ClassVar[str] = "sums"

        @pytest.fixture
        def implementation(self) -> Any:
            return format

    Contract.capabilities = frozenset(capabilities)
    return broken(type("Tested", (Contract,), {}), only=only)


def without(key: str, value: Any) -> Any:
    """Return a value without a key, wherever it is."""
    if isinstance(value, dict):
        return {k: without(key, inner) for k, inner in value.items() if k != key}
    if isinstance(value, list):
        return [without(key, inner) for inner in value]
    return value


def losing(key: str) -> type[JsonFormat]:
    class Losing(JsonFormat):
        def changed(self, contract: Any) -> Any:
            return without(key, contract)

    return Losing


def test_format_that_keeps_to_it() -> None:
    assert found(JsonFormat) == {}


@pytest.mark.parametrize(
    ("key", "feature", "message"),
    [
        (
            "maximum",
            "maximum",
            "the constraint maximum of query parameter x of GET /maximum/query is lost",
        ),
        (
            "pattern",
            "pattern",
            "the constraint pattern of query parameter x of GET /pattern/query is lost",
        ),
        (
            "required",
            "required parameters",
            "required of query parameter x of GET /required-parameters is lost",
        ),
        (
            "responses",
            "JSON answers",
            "the answer 200 application/json of GET /json-answers is lost",
        ),
        (
            "bodies",
            "files",
            "the body multipart/form-data of POST /files is lost",
        ),
        ("schemas", "named schemas", "the named schema Word is lost"),
        (
            "examples",
            "several examples of parameters",
            "examples of query parameter x of GET /several-examples-of-parameters "
            "is lost",
        ),
        (
            "security_schemes",
            "basic",
            "the security scheme basic is lost",
        ),
    ],
)
def test_what_is_lost_is_named(key: str, feature: str, message: str) -> None:
    name = f"{COMES_BACK}[{feature}]"

    assert found(losing(key), name) == {name: message}


@pytest.mark.parametrize(
    "kind", [ApiContract, Body, Operation, Parameter, Response, SecurityScheme]
)
def test_each_attribute_of_contracts_is_tested(kind: type[Any]) -> None:
    said = {
        field.name
        for feature in FEATURES.values()
        for contract in feature.said(ALL).values()
        for value in values(contract)
        if type(value) is kind
        for field in fields(value)
        if getattr(value, field.name) not in (field.default, {})
    }

    assert {field.name for field in fields(kind)} - said <= {"where"}


def values(value: Any) -> Iterator[Any]:
    """Yield a contract and all that is in its tuples."""
    yield value
    for item in value if isinstance(value, tuple) else ():
        yield from values(item)
    for field in fields(value) if is_dataclass(value) else ():
        yield from values(getattr(value, field.name))


def test_each_keyword_of_schemas_is_tested() -> None:
    said = {
        keyword
        for feature in FEATURES.values()
        for contract in feature.said(ALL).values()
        for keyword in _KNOWN
        if f"'{keyword}'" in repr(contract)
    }

    # Those of OpenAPI say nothing about values; $defs is never in a contract.
    assert _KNOWN - said == {"$defs", "discriminator", "example", "externalDocs", "xml"}


def test_what_is_lost_without_a_word_is_told_when_it_is_not_declared() -> None:
    name = f"{IS_REFUSED}[multipleOf]"

    assert found(losing("multipleOf"), name, capabilities=ALL - {"multipleOf"}) == {
        name: "the constraint multipleOf of query parameter x of GET "
        "/multiple-of/query is lost; write() doesn't refuse it"
    }


def test_what_can_be_said_has_to_be_declared() -> None:
    name = f"{IS_REFUSED}[files]"
    fewer = [
        feature
        for feature in ALL
        if "files" not in FEATURES[feature].needs and feature != "files"
    ]

    assert found(JsonFormat, name, capabilities=fewer) == {
        name: 'capabilities lacks "files", which comes back'
    }


def test_capability_needs_what_it_is_said_with() -> None:
    with pytest.raises(TypeError, match='"minimum" needs "number"'):
        type("T", (ApiFormatContract,), {"capabilities": ALL - {"number"}})


class Reordering(JsonFormat):
    def changed(self, contract: Any) -> Any:
        return {**contract, "operations": contract["operations"][::-1]}


class TakingTruthForOne(JsonFormat):
    def write(self, contract: ApiContract) -> str:
        return super().write(contract).replace("true", "1")


class Counting(JsonFormat):
    count = 0

    def changed(self, contract: Any) -> Any:
        Counting.count += 1
        return {**contract, "base_uri": f"/{self.count}"}


class Changing(JsonFormat):
    def write(self, contract: ApiContract) -> str:
        for schema in contract.schemas.values():
            schema.pop("type", None)  # type: ignore[attr-defined]
        return super().write(contract)


class Remembering(JsonFormat):
    known: ClassVar[dict[str, ApiContract]] = {}

    def read(self, path: Path) -> ApiContract:
        text = path.read_text("utf-8")
        if text not in self.known:
            self.known[text] = super().read(path)
        return self.known[text]


class Careless(JsonFormat):
    def read(self, path: Path) -> ApiContract:
        value = json.loads(path.read_text("utf-8"))
        return ApiContract(value["title"], version=value["version"])


class Silent(JsonFormat):
    def read(self, path: Path) -> ApiContract:
        return super().read(path) if path.is_file() else ApiContract("", version="")


class Littering(JsonFormat):
    def read(self, path: Path) -> ApiContract:
        path.with_suffix(".lock").touch()
        return super().read(path)


class KeepingOne(JsonFormat):
    def changed(self, contract: Any) -> Any:
        for one in contract.get("operations", ()):
            bodies = {body["media_type"]: body for body in one.get("bodies", ())}
            one["bodies"] = list(bodies.values())
        return contract


class WithoutDot(JsonFormat):
    suffixes = ("sums",)


@pytest.mark.parametrize(
    ("format", "rule", "message"),
    [
        (
            Reordering,
            "test_all_together_comes_back",
            "the operations of the contract are in another order: ",
        ),
        (
            TakingTruthForOne,
            f"{COMES_BACK}[uniqueItems]",
            "the constraint uniqueItems of query parameter x of GET "
            "/unique-items/query is 1, and was true",
        ),
        (
            Counting,
            "test_texts_do_not_depend_on_chance",
            "the same contract is written differently in line ",
        ),
        (
            InTheOrderOfASet,
            "test_texts_do_not_depend_on_chance",
            "in another process the same contract is written differently in line ",
        ),
        (
            Changing,
            "test_writing_leaves_the_contract_alone",
            "once it was written, the constraint type of the named schema ",
        ),
        (
            Remembering,
            "test_what_is_read_belongs_to_its_taker",
            "read again: ",
        ),
        (
            Careless,
            "test_broken_files_are_refused",
            "read() of an empty file raises JSONDecodeError: ",
        ),
        (
            Careless,
            "test_cut_off_files_are_read_or_refused",
            "read() of what is cut off after ",
        ),
        (
            Silent,
            "test_broken_files_are_refused",
            "no file is taken for a contract",
        ),
        (
            Littering,
            "test_reading_leaves_files_alone",
            "read() changes api.lock",
        ),
        (
            KeepingOne,
            "test_odd_contracts_come_back_or_are_refused",
            "two bodies of one media type: the other body application/json of PUT /odd "
            "is lost",
        ),
        (
            WithoutDot,
            "test_suffixes_and_media_type",
            "'sums' in suffixes is not a dot and the end of a name",
        ),
    ],
)
def test_broken_format_is_found(
    format: type[ApiFormat], rule: str, message: str
) -> None:
    told = found(format, rule)

    assert told[rule].startswith(message), told


def test_differences_tell_all_that_is_different() -> None:
    def contract(*parameters: Parameter, path: str = "/a") -> ApiContract:
        get = Operation("GET", path=path, parameters=parameters)
        return ApiContract("T", version="v1", operations=(get,))

    x = Parameter("x", location="query", schema={"enum": [1], "title": "X"})
    y = Parameter("y", location="query", schema={"enum": [True]}, required=True)

    assert [*differences(contract(x, y), contract(y, x))] == [
        "the parameters of operation GET /a are in another order: "
        "query parameter y of GET /a, query parameter x of GET /a"
    ]
    assert [*differences(contract(x), contract(y, path="/b"))] == [
        "the operation GET /a is lost",
        "the operation GET /b came from nowhere",
    ]
    named = Parameter("x", location="query", schema=y.schema)
    assert [*differences(contract(x), contract(named))] == [
        "the constraint enum of query parameter x of GET /a is [true], and was [1]",
        "the keyword title of query parameter x of GET /a is lost",
    ]
