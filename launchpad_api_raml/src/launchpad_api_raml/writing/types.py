"""From JSON Schemas to RAML types, so that reading gives the same schemas back.

What RAML has no facets for stands in an annotation beside those that it has. A body
of which RAML can't say anything is JSON Schema.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from launchpad_api_raml.annotations import EXAMPLES, NAME, SCHEMA
from launchpad_api_raml.raml10.beyond import names_in
from launchpad_api_raml.raml10.json_schema import BASES
from launchpad_api_raml.raml10.regexes import exclusive
from launchpad_api_raml.schemas import CURRENT
from launchpad_api_raml.writing.facets import (
    FACETS,
    is_facet,
    kind_of,
    out_of_order,
)
from launchpad_api_raml.writing.layout import Short, json_text, short
from launchpad_api_raml.writing.names import is_property_name, plain_keys
from launchpad_core.contract import Schema
from launchpad_core.references import referred_name

Declaration = dict[str, Any]
Rest = dict[str, Any]

_ABOUT = ("title", "description", "default", "examples")
_DATES = ("date-only", "time-only", "datetime-only", "datetime")


class Types:
    """The named types of one document, and declarations that may refer to them."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self.schemas = schemas
        self.keys = plain_keys(schemas)

    def section(self) -> dict[str, Any]:
        """Return what stands below ``types:``."""
        found: dict[str, Any] = {}
        for name, schema in self.schemas.items():
            declaration = self.declaration(schema)
            if self.keys[name] != name:
                declaration = {NAME.key: name, **declaration}
            found[self.keys[name]] = shortened(declaration)
        return found

    def declaration(
        self, schema: Schema, *, not_as_facets: Collection[str] = ()
    ) -> Declaration:
        """Return a schema as a type declaration.

        Args:
            schema: The schema.
            not_as_facets: Keys of it whose facets would tell about something else:
                a body's description, say, isn't that of its schema.
        """
        type_, rest = self._type(_core(schema))
        about, rest_of_about = _about(schema, not_as_facets)
        rest.update(rest_of_about)
        last: Declaration = {
            key: about.pop(key)
            for key in ("default", "example", "examples")
            if key in about
        }
        beyond: Declaration = {SCHEMA.key: short(rest)} if rest else {}
        return Short({**about, **type_, **beyond, **last})

    def content(
        self, schema: Schema, *, not_as_facets: Collection[str] = ()
    ) -> Declaration:
        """Return the schema of a body as a type declaration, or as JSON Schema.

        One that refers to named types is never JSON Schema, which can't name them.
        """
        core = _core(schema)
        _, rest = self._type(core)
        is_hopeless = bool(rest) and (rest == core or "properties" in rest)
        if not is_hopeless or any(True for _ in names_in(schema)):
            return self.declaration(schema, not_as_facets=not_as_facets)
        return {"type": json_text({"$schema": CURRENT, **schema})}

    def _type(self, core: Schema) -> tuple[Declaration, Rest]:
        """Return a schema as a type, and what that doesn't say."""
        expression = self._expression(core)
        if expression is not None:
            return {"type": expression}, {}
        kind, or_nil = kind_of(core.get("type"))
        if kind is None:
            return {"type": "any"}, dict(core)
        facets = {key: core[key] for key in FACETS[kind] if key in core}
        unsayable = {key for key in facets if not is_facet(kind, key, facets[key])}
        unsayable |= out_of_order(facets)
        facets = {key: facets[key] for key in facets if key not in unsayable}
        rest = {key: core[key] for key in core if key not in (*facets, "type")}
        if "items" in facets:
            facets["items"] = shortened(self.declaration(core["items"]))
        if kind == "object":
            facets, rest_of_properties = self._with_properties(facets)
            rest.update(rest_of_properties)
        if "enum" in facets:
            facets["enum"] = list(facets["enum"])
        return {"type": f"{kind}?" if or_nil else kind, **facets}, rest

    def _expression(self, core: Schema, *, is_part: bool = False) -> str | None:
        """Return a schema as a type expression such as ``Row[]``, or None."""
        if not core:
            return "any"
        name = referred_name(core)
        if name is not None:
            return self.keys.get(name) if len(core) == 1 else None
        if core == {"type": "null"}:
            return "nil"
        if {*core} == {"type"}:
            kind, or_nil = kind_of(core["type"])
            if or_nil:
                return None if is_part else f"{kind}?"
            return kind
        for kind in _DATES:
            if core == BASES[kind]:
                return kind
        if {*core} == {"type", "items"} and core["type"] == "array":
            items = self._expression(core["items"], is_part=True)
            return f"{items}[]" if items else None
        if {*core} == {"anyOf"}:
            members = [self._expression(item, is_part=True) for item in core["anyOf"]]
            if len(members) > 1 and all(members):
                text = " | ".join(str(member) for member in members)
                return f"({text})" if is_part else text
        return None

    def _with_properties(self, facets: Declaration) -> tuple[Declaration, Rest]:
        """Return the facets of an object as RAML has them, and what it can't say."""
        properties = facets.pop("properties", {})
        patterns = facets.pop("patternProperties", {})
        additional = facets.get("additionalProperties")
        if isinstance(additional, Mapping):
            del facets["additionalProperties"]
        stated = facets.pop("required", None)
        required = [name for name in properties if name in (stated or ())]
        rest: Rest = {}
        if stated is not None and (stated != required or not stated):
            rest["required"] = stated
        if not all(is_property_name(name) for name in properties):
            rest["properties"] = properties
            if stated is not None:
                rest["required"] = stated
            properties = {}
        if not _are_clear(patterns, properties) or (patterns and additional is False):
            rest["patternProperties"] = patterns
            patterns = {}
        declared = {
            name: self._property(name, schema, is_required=name in required)
            for name, schema in properties.items()
        }
        for pattern, schema in patterns.items():
            declared[f"/{pattern}/"] = shortened(self.declaration(schema))
        if isinstance(additional, Mapping):
            declared["//"] = shortened(self.declaration(additional))
        return ({"properties": declared} if declared else {}) | facets, rest

    def _property(self, name: str, schema: Schema, *, is_required: bool) -> Any:
        declaration = self.declaration(schema)
        if not is_required or name.endswith("?"):
            declaration = Short({**declaration, "required": is_required})
        return shortened(declaration)


def shortened(declaration: Declaration) -> Any:
    """Return a declaration that is nothing but a type as the type alone."""
    return declaration["type"] if {*declaration} == {"type"} else declaration


def with_examples(
    examples: Sequence[Any], *, are_of_schema: bool = True
) -> Declaration:
    """Return examples as RAML has them: one, or several by names.

    Args:
        examples: The examples.
        are_of_schema: Whether they are values of their schema, and not a body's text.
    """
    if not examples:
        return {}
    if not are_of_schema or any(_is_misread(value) for value in examples):
        return {EXAMPLES.key: short(list(examples))}
    values = [_example(value) for value in examples]
    if len(values) == 1:
        return {"example": values[0]}
    return {"examples": {f"example{n}": value for n, value in enumerate(values, 1)}}


def _example(value: Any) -> Any:
    is_plain = value is not None and not _says_more(value)
    return short(value) if is_plain else Short(value=short(value))


def _says_more(value: Any) -> bool:
    """Whether RAML takes a map for a value and what is said about it."""
    return isinstance(value, Mapping) and any(
        key == "value" or key.startswith("(") for key in value
    )


def _is_misread(value: Any) -> bool:
    """Whether a value is text that RAML takes for JSON or XML."""
    return isinstance(value, str) and value.lstrip()[:1] in ("{", "[", "<")


def _core(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in _ABOUT}


def _about(schema: Schema, not_as_facets: Collection[str]) -> tuple[Declaration, Rest]:
    """Return what a schema says for people as facets, and what those can't hold."""
    found: Declaration = {}
    rest: Rest = {key: schema[key] for key in not_as_facets if key in schema}
    for key, facet in (("title", "displayName"), ("description", "description")):
        if key in schema and key not in rest:
            found[facet] = schema[key]
    if "default" in schema:
        default = schema["default"]
        if default is None or _says_more(default) or _is_misread(default):
            rest["default"] = default
        else:
            found["default"] = short(default)
    examples = schema.get("examples")
    if examples is not None and "examples" not in rest:
        is_sayable = examples and not any(_is_misread(value) for value in examples)
        if is_sayable:
            found.update(with_examples(examples))
        else:
            rest["examples"] = examples
    return found, rest


def _are_clear(patterns: Mapping[str, Any], names: Mapping[str, Any]) -> bool:
    """Whether RAML takes patterns as JSON Schema does: each name has one meaning."""
    return "" not in patterns and [*exclusive(patterns, names)] == [*patterns]
