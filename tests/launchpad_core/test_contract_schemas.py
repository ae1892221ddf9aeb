"""Schemas compared: what differs, and in which direction."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from instance_strategies import instances
from schema_strategies import named_schemas, schemas

from launchpad_core.comparison.schemas import Comparison, schema_changes
from launchpad_core.errors import ContractError
from launchpad_core.references import bundled

EXAMPLES = int(os.environ.get("LAUNCHPAD_EXAMPLES", "200"))
slowly = settings(
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    deadline=None,
    max_examples=EXAMPLES,
)

INTEGER, NUMBER, TEXT = {"type": "integer"}, {"type": "number"}, {"type": "string"}
REF = {"$ref": "#/$defs/Tree"}


def fields(*required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": [*required]}


def tree(name: Any, link: str = "children") -> dict[str, Any]:
    """Return the named schema of a tree, which refers to itself."""
    return {"Tree": fields(name=name, **{link: {"type": "array", "items": REF}})}


CASES: dict[str, tuple[Any, Any, list[str]]] = {
    "wider type": (INTEGER, NUMBER, [": type is now number, was integer +"]),
    "narrower type": (NUMBER, INTEGER, [": type is now integer, was number -"]),
    "other type": (INTEGER, TEXT, [": type is now string, was integer -+"]),
    "null as well": (
        TEXT,
        {"type": ["string", "null"]},
        [": type is now string or null, was string +"],
    ),
    "anything": ({}, TEXT, [": type is now string, was anything -"]),
    "nothing": (TEXT, False, [": type is now nothing, was string -"]),
    "another spelling": (
        {"type": ["string", "null"], "maxLength": 3},
        {"anyOf": [{"type": "null"}, {"allOf": [TEXT, {"maxLength": 3}]}]},
        [],
    ),
    "words for people": ({**TEXT, "title": "a"}, {**TEXT, "description": "b"}, []),
    "higher minimum": (
        {**NUMBER, "minimum": 1},
        {**NUMBER, "minimum": 1.5},
        [": minimum is now 1.5, was 1 -"],
    ),
    "limit that fits no longer": (
        {**NUMBER, "maximum": 1},
        {**NUMBER, "exclusiveMaximum": 1},
        [": maximum is now 1 (exclusive), was 1 -"],
    ),
    "integers between": (
        {**INTEGER, "exclusiveMinimum": 0, "maximum": 9.5},
        {**INTEGER, "minimum": 1, "exclusiveMaximum": 10},
        [],
    ),
    "new and gone": (
        {**TEXT, "minLength": 1},
        {**TEXT, "maxLength": 9},
        [": minLength 1 is gone +", ": maxLength 9 is new -"],
    ),
    "steps": (
        {**INTEGER, "multipleOf": 10},
        {**INTEGER, "multipleOf": 5},
        [": multipleOf is now 5, was 10 +"],
    ),
    "values": (
        {**TEXT, "enum": ["a", "b"]},
        {**TEXT, "enum": ["b", "c"]},
        [': no longer takes "a" -', ': now takes "c" as well +'],
    ),
    "new values": (TEXT, {"const": "a"}, [': now takes only "a" -']),
    "free values": ({"const": "a"}, TEXT, [': took only "a" so far +']),
    "pattern": (
        {**TEXT, "pattern": "^a"},
        {**TEXT, "pattern": "^b"},
        [""": pattern is now "^b", was "^a": they can't be compared -+"""],
    ),
    "new format": (
        TEXT,
        {**TEXT, "format": "date"},
        [': format "date" is new -'],
    ),
    "default": (
        {**TEXT, "default": "a"},
        {**TEXT, "default": "b"},
        [': the default is now "b", was "a" '],
    ),
    "new field": (fields(a=TEXT), fields(a=TEXT, b=TEXT), ["b: is new "]),
    "new required field": (
        fields(),
        fields("b", b=TEXT),
        ["b: is new and required -"],
    ),
    "new field where none were allowed": (
        {**fields(), "additionalProperties": False},
        {**fields(b=TEXT), "additionalProperties": False},
        ["b: is new +"],
    ),
    "new field where others were allowed": (
        {**fields(), "additionalProperties": INTEGER},
        {**fields(b=NUMBER), "additionalProperties": INTEGER},
        ["b: is new +"],
    ),
    "renamed field": (
        fields(a=TEXT, b=INTEGER),
        fields(b=INTEGER, c=TEXT),
        ['a: is gone (renamed to "c"?) -+', "c: is new "],
    ),
    "other field": (fields(a=TEXT), fields(c=INTEGER), ["a: is gone -+", "c: is new "]),
    "required": (fields(a=TEXT), fields("a", a=TEXT), ["a: is now required -"]),
    "optional": (fields("a", a=TEXT), fields(a=TEXT), ["a: may be absent now +"]),
    "further fields": (
        fields(),
        {**fields(), "additionalProperties": False},
        [": further fields are now refused -"],
    ),
    "restricted fields": (
        {**fields(), "additionalProperties": False},
        {**fields(), "additionalProperties": TEXT},
        [": further fields are now restricted +"],
    ),
    "kinds of further fields": (
        {**fields(), "additionalProperties": INTEGER},
        {**fields(), "additionalProperties": NUMBER},
        ["*: type is now number, was integer +"],
    ),
    "nested": (
        fields(rows={"type": "array", "items": fields(a=INTEGER)}),
        fields(rows={"type": "array", "items": fields(a=TEXT)}),
        ["rows[].a: type is now string, was integer -+"],
    ),
    "alternative": (
        {"anyOf": [fields("a", a=TEXT), fields("b", b=TEXT)]},
        {"anyOf": [fields("b", b=TEXT), fields("a", a=TEXT), fields("c", c=TEXT)]},
        [": now takes one alternative for object as well +"],
    ),
    "within an alternative": (
        {"anyOf": [fields("a", a=TEXT), fields("b", b=INTEGER)]},
        {"anyOf": [fields("a", a=TEXT), fields("b", b=TEXT)]},
        ["b: type is now string, was integer -+"],
    ),
    "what can't be judged": (
        {**TEXT, "not": {"const": "a"}},
        {**TEXT, "not": {"const": "b"}},
        [
            """: not is now {"const": "b"}, was {"const": "a"}: """
            "they can't be compared -+"
        ],
    ),
    "what can't be judged but is the same": (
        {**INTEGER, "oneOf": [{"minimum": 3}, {"maximum": 1}]},
        {**NUMBER, "oneOf": [{"minimum": 3}, {"maximum": 1}]},
        [": type is now number, was integer +"],
    ),
    "parts that can't be put together": (
        {"allOf": [{**TEXT, "pattern": "a"}, {**TEXT, "pattern": "b"}], "minLength": 1},
        {"allOf": [{**TEXT, "pattern": "a"}, {**TEXT, "pattern": "b"}], "minLength": 2},
        [": minLength is now 2, was 1 -"],
    ),
}


@pytest.mark.parametrize(("old", "new", "expected"), CASES.values(), ids=CASES)
def test_difference(old: Any, new: Any, expected: list[str]) -> None:
    """A ``-`` says that the change narrows, a ``+`` that it widens."""
    found = schema_changes(old, new)

    assert told(found) == expected


def told(found: Any) -> list[str]:
    return [
        f"{one.name}: {one.what} {'-' * one.narrows}{'+' * one.widens}" for one in found
    ]


def test_change_in_a_schema_that_refers_to_itself_is_told_once() -> None:
    found = schema_changes(
        REF, REF, old_schemas=tree(INTEGER), new_schemas=tree(NUMBER)
    )

    assert told(found) == ["name: type is now number, was integer +"]


def test_references_that_are_not_in_step_are_followed_to_the_end() -> None:
    twice = {"Tree": fields(next=fields(next=REF))}
    once = {"Tree": fields(next=REF)}

    assert schema_changes(REF, REF, old_schemas=twice, new_schemas=once) == ()
    found = schema_changes(REF, fields(next=REF), old_schemas=once, new_schemas=twice)
    assert found == ()


def test_named_schema_that_differs_is_seen_in_what_cannot_be_judged() -> None:
    schema = {"not": REF}

    found = schema_changes(
        schema, schema, old_schemas=tree(TEXT), new_schemas=tree(INTEGER)
    )

    assert told(found) == [
        """: not is now {"$ref": "#/$defs/Tree"}, was {"$ref": "#/$defs/Tree"}: """
        "they can't be compared -+"
    ]


def test_many_references_take_no_long_time() -> None:
    def doubling(last: Any) -> dict[str, Any]:
        names = [f"S{number}" for number in range(60)]
        links = {
            name: fields(a={"$ref": f"#/$defs/{after}"}, b={"$ref": f"#/$defs/{after}"})
            for name, after in pairwise(names)
        }
        return {**links, names[-1]: last}

    old, new = doubling(TEXT), doubling(INTEGER)

    found = schema_changes(
        {"$ref": "#/$defs/S0"},
        {"$ref": "#/$defs/S0"},
        old_schemas=old,
        new_schemas=new,
    )

    way = "a." * 58
    assert [change.name for change in found] == [f"{way}a", f"{way}b"]


@pytest.mark.parametrize(
    ("schemas", "message"),
    [
        ({}, 'there is no schema "Tree"'),
        ({"Tree": REF}, 'the schema "Tree" is nothing but itself'),
    ],
)
def test_reference_into_the_void_is_told(schemas: Any, message: str) -> None:
    with pytest.raises(ContractError) as error:
        schema_changes(REF, TEXT, old_schemas=schemas)

    assert error.value.message == message


@slowly
@given(st.data())
def test_schema_does_not_differ_from_itself(data: st.DataObject) -> None:
    named = data.draw(named_schemas())
    schema = data.draw(schemas(named))

    assert [*Comparison(named, named).changes(schema, schema)] == []


@slowly
@given(st.data())
def test_what_does_not_narrow_takes_all_that_was_taken(data: st.DataObject) -> None:
    named = data.draw(named_schemas())
    old = data.draw(schemas(named))
    new_named = {name: data.draw(altered(schema)) for name, schema in named.items()}
    new = data.draw(altered(old))
    found = schema_changes(old, new, old_schemas=named, new_schemas=new_named)
    narrows = any(change.narrows for change in found)
    widens = any(change.widens for change in found)
    assume(not narrows or not widens)

    if not narrows:
        check(data, old, named, new, new_named)
    if not widens:
        check(data, new, new_named, old, named)


def check(data: Any, from_: Any, from_named: Any, to: Any, to_named: Any) -> None:
    value = data.draw(instances(from_, from_named))
    assume(validator(from_, from_named).is_valid(value))
    assert validator(to, to_named).is_valid(value)


def validator(schema: Any, named: Any) -> Any:
    return jsonschema_rs.Draft202012Validator(bundled(schema, named))


ALTERATIONS: list[dict[str, Any]] = [
    {"minimum": -1},
    {"maximum": 30},
    {"minLength": 1},
    {"maxLength": 10},
    {"type": "number"},
    {"type": ["string", "null"]},
    {"type": ["integer", "null"]},
    {"enum": ["a", 1, None, "x"]},
    {"maxItems": 9},
]


@st.composite
def altered(draw: st.DrawFn, schema: dict[str, Any]) -> dict[str, Any]:
    """Schemas that differ from one in a few places, or in none."""
    new = dict(schema)
    for key in ("items", "additionalProperties"):
        if isinstance(new.get(key), dict):
            new[key] = draw(altered(new[key]))
    for key in ("properties", "patternProperties"):
        if key in new:
            new[key] = {k: draw(altered(v)) for k, v in new[key].items()}
    if "anyOf" in new:
        new["anyOf"] = [draw(altered(item)) for item in new["anyOf"]]
        if draw(st.booleans()):
            new["anyOf"] = draw(st.permutations([*new["anyOf"], {"type": "null"}]))
    if "$ref" in new or draw(st.integers(0, 2)):
        return new
    if "properties" in new:
        names = [*new["properties"], "x"]
        return new | draw(
            st.sampled_from(
                [
                    {"required": [draw(st.sampled_from(names))]},
                    {"required": []},
                    {"additionalProperties": False},
                    {"properties": {**new["properties"], "x": {"type": "string"}}},
                    {"maxProperties": 2},
                ]
            )
        )
    if draw(st.booleans()) and (removable := [key for key in new if key != "items"]):
        del new[draw(st.sampled_from(removable))]
    else:
        new |= draw(st.sampled_from(ALTERATIONS))
    return new
