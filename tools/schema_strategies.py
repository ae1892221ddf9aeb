"""Schemas that contracts may hold, for property tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from instance_strategies import (
    CHARACTERS,
    FORMATS,
    PATTERNS,
    instances,
    integers,
    numbers,
    texts,
)

from launchpad_core.references import reference_to

ODD_NAMES = (
    *("sepal.length", "a b", "x?", "/x/", "//", "/", "", "(a)", "(", "?", "$ref"),
    *("type", "properties", "value", "a~b", "a/b", "%41", "Größe", "<<", "~", "010"),
    *("yes", "1.0", "a: b", "*", "!include x", "required?", "default", "\n"),
)
NAME_PATTERNS = ("^x-", "[0-9]{3}$", "^/")
_DEPTH = 3

words = st.text("abcdefXYZ0189_-", min_size=1, max_size=6)
property_names = st.sampled_from(ODD_NAMES) | words | st.text(CHARACTERS, max_size=4)


@st.composite
def scalars(draw: st.DrawFn, *, nullable: bool = True) -> dict[str, Any]:
    """Schemas of one number, text or boolean, possibly with constraints."""
    kind = draw(st.sampled_from(["string", "number", "integer", "boolean"]))
    schema: dict[str, Any] = {"type": kind, **draw(_CONSTRAINTS[kind])}
    if nullable and draw(st.integers(0, 4)) == 0:
        schema["type"] = [kind, "null"]
        if "enum" in schema and draw(st.booleans()):
            schema["enum"] = [*schema["enum"], None]
    return schema


@st.composite
def parameter_schemas(draw: st.DrawFn) -> dict[str, Any]:
    """Schemas of a parameter: a scalar, or an array of them; with title and default."""
    schema = draw(scalars() | _arrays(scalars(nullable=False)))
    return draw(_about(schema, schemas={}, keys=("title", "default")))


@st.composite
def schemas(
    draw: st.DrawFn, names: Mapping[str, Any] | None = None, *, depth: int = _DEPTH
) -> dict[str, Any]:
    """Any schema of a body or an answer.

    Args:
        draw: What hypothesis gives.
        names: The named schemas that it may refer to.
        depth: How deeply objects and arrays may be nested.
    """
    known = names or {}
    options = [scalars(), st.just({}), _EXACT_VALUES]
    if known:
        options.append(st.sampled_from([{**reference_to(name)} for name in known]))
    if depth:
        inner = schemas(known, depth=depth - 1)
        options += [
            _arrays(inner),
            objects(known, depth=depth),
            st.lists(inner | st.just({"type": "null"}), min_size=2, max_size=3).map(
                lambda members: {"anyOf": members}
            ),
        ]
    return draw(st.one_of(options))


@st.composite
def objects(
    draw: st.DrawFn, names: Mapping[str, Any] | None = None, *, depth: int = _DEPTH
) -> dict[str, Any]:
    """Schemas of objects: properties with odd names, required ones, further ones."""
    known = names or {}
    inner = schemas(known, depth=depth - 1)
    schema: dict[str, Any] = {"type": "object"}
    keys = draw(st.lists(property_names.filter(_is_free), max_size=3, unique=True))
    if keys:
        schema["properties"] = {
            key: draw(_about(draw(inner), schemas=known)) for key in keys
        }
        required = [key for key in keys if draw(st.booleans())]
        if required:
            schema["required"] = required
    if draw(st.integers(0, 3)) == 0:
        schema["patternProperties"] = {
            draw(st.sampled_from(NAME_PATTERNS)): draw(inner)
        }
    additional = draw(st.sampled_from([None, None, True, False, "schema"]))
    if additional is not None:
        schema["additionalProperties"] = (
            draw(inner) if additional == "schema" else additional
        )
    if draw(st.integers(0, 4)) == 0:
        schema["maxProperties"] = draw(st.integers(6, 9))
    return schema


@st.composite
def named_schemas(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Named schemas, which refer to each other and to themselves."""
    named: dict[str, dict[str, Any]] = {}
    for name in draw(st.lists(schema_names, max_size=3, unique=True)):
        schema = draw(_about(draw(schemas(named, depth=2)), schemas=named))
        if schema.get("type") == "object" and draw(st.booleans()):
            itself = dict(reference_to(name))
            link = draw(
                st.sampled_from(
                    [
                        itself,
                        {"type": "array", "items": itself},
                        {"anyOf": [itself, {"type": "null"}]},
                    ]
                )
            )
            schema["properties"] = {**schema.get("properties", {}), "next": link}
        named[name] = schema
    return named


schema_names = st.sampled_from(
    ("Row", "Iris", "a-b", "com.acme.Row", "string", "object", "nil", "010", "1.0")
) | st.text("abcXYZ019._-", min_size=1, max_size=5)


@st.composite
def _about(
    draw: st.DrawFn,
    schema: dict[str, Any],
    *,
    schemas: Mapping[str, Any],
    keys: Sequence[str] = ("title", "description", "default", "examples"),
) -> dict[str, Any]:
    """Return a schema with what people want to know about it."""
    told = dict(schema)
    for key in keys:
        if "$ref" in schema or draw(st.integers(0, 4)):
            continue
        if key in ("title", "description"):
            told[key] = draw(texts)
        else:
            value = draw(instances(schema, schemas, depth=1))
            told[key] = [value] if key == "examples" else value
    return told


@st.composite
def _number_constraints(
    draw: st.DrawFn, values: st.SearchStrategy[Any]
) -> dict[str, Any]:
    if draw(st.integers(0, 3)) == 0:
        return {"enum": draw(st.lists(values, min_size=1, max_size=3, unique=True))}
    found: dict[str, Any] = {}
    below = draw(st.sampled_from([None, None, "minimum", "exclusiveMinimum"]))
    above = draw(st.sampled_from([None, None, "maximum", "exclusiveMaximum"]))
    if below:
        found[below] = draw(values.filter(lambda value: value <= 0))
    if above:
        found[above] = draw(values.filter(lambda value: value >= 20))
    if draw(st.integers(0, 4)) == 0:
        found["multipleOf"] = draw(st.sampled_from([1, 2, 5]))
    return found


@st.composite
def _text_constraints(draw: st.DrawFn) -> dict[str, Any]:
    which = draw(st.sampled_from(["none", "length", "pattern", "format", "enum"]))
    if which == "length":
        return draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "minLength": st.integers(0, 2),
                    "maxLength": st.integers(2, 9),
                },
            )
        )
    if which == "enum":
        return {"enum": draw(st.lists(texts, min_size=1, max_size=3, unique=True))}
    if which == "none":
        return {}
    return {
        which: draw(st.sampled_from([*(FORMATS if which == "format" else PATTERNS)]))
    }


_CONSTRAINTS: Mapping[str, st.SearchStrategy[dict[str, Any]]] = {
    "string": _text_constraints(),
    "number": _number_constraints(numbers),
    "integer": _number_constraints(integers),
    "boolean": st.just({}),
}
_EXACT_VALUES = st.sampled_from(
    [{"enum": ["a", 1, None]}, {"const": "x"}, {"type": "boolean", "enum": [True]}]
)


@st.composite
def _arrays(
    draw: st.DrawFn, items: st.SearchStrategy[dict[str, Any]]
) -> dict[str, Any]:
    facets = {
        "minItems": st.integers(0, 1),
        "maxItems": st.integers(1, 4),
        "uniqueItems": st.just(True),
    }
    few = draw(st.fixed_dictionaries({}, optional=facets))
    return {"type": "array", "items": draw(items), **few}


def _is_free(name: str) -> bool:
    """Whether a property's name is none that patternProperties decide about."""
    return not name.startswith(("x-", "/")) and not name[-3:].isdigit()
