"""From JSON Schemas to RAML types; what RAML can't say stays JSON Schema.

A type is native only where reading it gives exactly the same schema back.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from launchpad_api_raml.annotations import NAME
from launchpad_api_raml.schemas import CURRENT
from launchpad_api_raml.writing.layout import Short, json_text, short
from launchpad_api_raml.writing.names import is_property_name, plain_keys
from launchpad_core.contract import Schema
from launchpad_core.references import bundled, referred_name

Declaration = dict[str, Any]

_ABOUT = {"title", "description", "default", "examples"}
_SIZES = (
    *("minLength", "maxLength", "minItems", "maxItems"),
    *("minProperties", "maxProperties"),
)
_NUMBER = ("minimum", "maximum", "multipleOf", "enum")
_FACETS: Mapping[str, tuple[str, ...]] = {
    "string": ("pattern", "minLength", "maxLength", "enum"),
    "number": _NUMBER,
    "integer": _NUMBER,
    "boolean": (),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": (
        *("properties", "required", "patternProperties", "additionalProperties"),
        *("minProperties", "maxProperties"),
    ),
}
_SCALARS = ("string", "number", "integer", "boolean")
_PYTHON: Mapping[str, Any] = {"string": str, "integer": int, "number": (int, float)}


class Types:
    """The named types of one document, and declarations that may refer to them."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self.schemas = schemas
        self.keys = plain_keys(schemas)
        self._in_json: set[str] = set()
        while more := {n for n in schemas if self._native(schemas[n]) is None}:
            if more == self._in_json:
                break
            self._in_json = more  # may leave others without words: their unions

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
        native = self._native(schema)
        if native is not None and not schema.keys() & {*not_as_facets}:
            return native
        whole = {"$schema": CURRENT, **bundled(schema, self.schemas)}
        return {"type": json_text(whole)}

    def _native(self, schema: Schema) -> Declaration | None:
        about = _about(schema)
        core = {key: value for key, value in schema.items() if key not in _ABOUT}
        type_ = self._type(core)
        if about is None or type_ is None:
            return None
        if about and "$ref" in core:
            return None
        ends = ("default", "example", "examples")
        last = {key: about.pop(key) for key in ends if key in about}
        return Short({**about, **type_, **last})

    def _type(self, core: Schema) -> Declaration | None:
        expression = self._expression(core)
        if expression is not None:
            return {"type": expression}
        kind, or_nil = _kind(core.get("type"))
        if kind is None or not {*core} - {"type"} <= {*_FACETS[kind]}:
            return None
        if not all(_is_facet(kind, key, value) for key, value in core.items()):
            return None
        if not _are_in_order(core):
            return None
        if kind == "array":
            return self._array(core)
        if kind == "object":
            return self._object(core)
        facets = {key: short(core[key]) for key in _FACETS[kind] if key in core}
        return {"type": f"{kind} | nil" if or_nil else kind, **facets}

    def _expression(self, core: Schema, *, inner: bool = False) -> str | None:
        """Return a schema as a type expression such as ``Row[]``, or None."""
        if not core:
            return "any"
        name = referred_name(core)
        if name is not None:
            usable = len(core) == 1 and name in self.keys
            is_part = inner and name in self._in_json  # which RAML doesn't allow
            return self.keys[name] if usable and not is_part else None
        if core == {"type": "null"}:
            return "nil"
        if {*core} == {"type"}:
            kind, or_nil = _kind(core["type"])
            text = f"{kind} | nil" if or_nil else kind
            return f"({text})" if inner and or_nil else text
        if {*core} == {"type", "items"} and core["type"] == "array":
            items = self._expression(core["items"], inner=True)
            return f"{items}[]" if items else None
        if {*core} == {"anyOf"} and not _is_nullable_scalar(core["anyOf"]):
            members = [self._expression(item, inner=True) for item in core["anyOf"]]
            if len(members) > 1 and all(members):
                text = " | ".join(str(member) for member in members)
                return f"({text})" if inner else text
        return None

    def _array(self, core: Schema) -> Declaration:
        facets = {key: core[key] for key in _FACETS["array"] if key in core}
        if "items" in facets:
            facets["items"] = shortened(self.declaration(core["items"]))
        return {"type": "array", **facets}

    def _object(self, core: Schema) -> Declaration | None:
        properties = core.get("properties", {})
        patterns = core.get("patternProperties", {})
        additional = core.get("additionalProperties")
        required = [name for name in properties if name in core.get("required", ())]
        if core.get("required", required) != required or core.get("required") == []:
            return None
        if not all(is_property_name(name) for name in properties):
            return None
        if "" in patterns or (patterns and additional is False):
            return None
        declared = {
            name: self._property(name, schema, is_required=name in required)
            for name, schema in properties.items()
        }
        for pattern, schema in patterns.items():
            declared[f"/{pattern}/"] = shortened(self.declaration(schema))
        if isinstance(additional, Mapping):
            declared["//"] = shortened(self.declaration(additional))
        found: Declaration = {"type": "object"}
        if declared:
            found["properties"] = declared
        if isinstance(additional, bool):
            found["additionalProperties"] = additional
        sizes = ("minProperties", "maxProperties")
        return {**found, **{key: core[key] for key in sizes if key in core}}

    def _property(self, name: str, schema: Schema, *, is_required: bool) -> Any:
        declaration = self.declaration(schema)
        if not is_required or name.endswith("?"):
            declaration = Short({**declaration, "required": is_required})
        return shortened(declaration)


def shortened(declaration: Declaration) -> Any:
    """Return a declaration that is nothing but a type as the type alone."""
    return declaration["type"] if {*declaration} == {"type"} else declaration


def with_examples(examples: Sequence[Any]) -> Declaration:
    """Return examples as RAML has them: one, or several by names."""
    if not examples:
        return {}
    values = [_example(value) for value in examples]
    if len(values) == 1:
        return {"example": values[0]}
    return {"examples": {f"example{n}": value for n, value in enumerate(values, 1)}}


def _example(value: Any) -> Any:
    is_explicit = isinstance(value, Mapping) and "value" in value
    return Short(value=short(value)) if value is None or is_explicit else short(value)


def _about(schema: Schema) -> Declaration | None:
    """Return a schema's annotations as facets, or None when RAML can't say them."""
    found: Declaration = {}
    for key, facet in (("title", "displayName"), ("description", "description")):
        if key in schema:
            if not isinstance(schema[key], str):
                return None
            found[facet] = schema[key]
    if "default" in schema:
        if schema["default"] is None:
            return None
        found["default"] = short(schema["default"])
    if "examples" in schema:
        if not schema["examples"]:
            return None
        found.update(with_examples(schema["examples"]))
    return found


def _kind(type_: Any) -> tuple[str | None, bool]:
    """Return a type that RAML has, and whether nil will do as well."""
    if isinstance(type_, str) and type_ in _FACETS:
        return type_, False
    if isinstance(type_, list) and type_[1:] == ["null"] and type_[0] in _SCALARS:
        return type_[0], True
    return None, False


def _is_nullable_scalar(members: Sequence[Schema]) -> bool:
    """Whether these are what ``string | nil`` isn't read as."""
    return (
        len(members) == 2
        and members[1] == {"type": "null"}
        and members[0] in [{"type": kind} for kind in _SCALARS]
    )


def _is_facet(kind: str, key: str, value: Any) -> bool:
    if key in _SIZES:
        return _is_number(value) and isinstance(value, int) and value >= 0
    if key in ("minimum", "maximum", "multipleOf"):
        return _is_number(value) and (key != "multipleOf" or value > 0)
    if key == "enum":
        return bool(value) and all(_is_value(kind, item) for item in value)
    return key != "uniqueItems" or value is True


def _is_value(kind: str, item: Any) -> bool:
    if kind in ("number", "integer"):
        return _is_number(item) and isinstance(item, _PYTHON[kind])
    return isinstance(item, _PYTHON[kind])


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _are_in_order(core: Schema) -> bool:
    limits = (
        *(("minLength", "maxLength"), ("minItems", "maxItems")),
        *(("minProperties", "maxProperties"), ("minimum", "maximum")),
    )
    return all(core.get(a, -math.inf) <= core.get(b, math.inf) for a, b in limits)
