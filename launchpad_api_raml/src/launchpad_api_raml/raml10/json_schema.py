"""From types to JSON Schema."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from launchpad_api_raml.annotations import SCHEMA
from launchpad_api_raml.raml10.examples import examples_of
from launchpad_api_raml.raml10.facets import INTEGERS
from launchpad_api_raml.raml10.nodes import Node, fault, text_of
from launchpad_api_raml.raml10.regexes import exclusive
from launchpad_api_raml.raml10.types import Type
from launchpad_core.references import reference_to

MAX_INLINED = 20_000

_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_LEAP = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
# No format says that a day is there: dates without a zone have none.
_EXACT_DATE = (
    r"([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    r"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    rf"|{_LEAP}-02-29)"
)
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
_ZONE = r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
_HTTP_DATE = (
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), (0[1-9]|[12][0-9]|3[01]) "
    r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"[0-9]{4} ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] GMT"
)
BASES: Mapping[str, Mapping[str, Any]] = {
    "any": {},
    "union": {},
    "nil": {"type": "null"},
    "file": {"type": "string"},
    "date-only": {"type": "string", "format": "date", "pattern": f"^{_DATE}$"},
    "time-only": {"type": "string", "pattern": f"^{_TIME}$"},
    "datetime-only": {"type": "string", "pattern": f"^{_EXACT_DATE}T{_TIME}$"},
    "datetime": {
        "type": "string",
        "format": "date-time",
        "pattern": f"^{_DATE}[Tt]{_TIME}{_ZONE}$",
    },
    "rfc2616": {"type": "string", "format": "http-date", "pattern": f"^{_HTTP_DATE}$"},
}
_CONSTRAINTS = (
    *("minLength", "maxLength", "pattern", "minimum", "maximum", "multipleOf"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)


class Schemas:
    """Writes the schemas of one contract's types, each named one once.

    Attributes:
        named: The schemas of named types that were referred to.
        unfit: The examples to leave out; None to leave out all texts.
    """

    def __init__(self, unfit: Container[Node] | None = None) -> None:
        self.named: dict[str, Mapping[str, Any]] = {}
        self.unfit = unfit
        self._inlined = 0
        self._pending: list[Type] = []
        self._is_writing = False

    def reference(self, type_: Type, *, with_texts: bool = True) -> dict[str, Any]:
        """Return a schema that refers to named types.

        Args:
            type_: The type.
            with_texts: Whether what the type itself says for people is kept.
        """
        named = type_ if type_.name else type_.exactly
        if named is None or _is_xml(named):
            return self._schema(type_, None, with_texts=with_texts)
        self._add(named)
        schema = dict(reference_to(named.name))
        if named is type_:
            return schema
        return {
            **schema,
            **_own_default(type_, named),
            **(self._texts(type_.texts, type_) if with_texts else {}),
        }

    def declare(self, type_: Type) -> None:
        """Write the schema of a named type, whether others refer to it or not."""
        if not _is_xml(type_):
            self._add(type_)

    def inlined(self, type_: Type, *, with_texts: bool = True) -> dict[str, Any]:
        """Return a schema without references.

        A type that is part of itself is taken as any value there.

        Raises:
            ContractError: When it would be huge.
        """
        return self._schema(type_, (), with_texts=with_texts)

    def _add(self, type_: Type) -> None:
        if type_.name not in self.named:
            self.named[type_.name] = {}
            self._pending.append(type_)
        if self._is_writing:
            return  # one after the other: chains of types may be long
        self._is_writing = True
        try:
            while self._pending:
                one = self._pending.pop()
                self.named[one.name] = self._schema(one, None, with_texts=True)
        finally:
            self._is_writing = False

    def _inner(self, type_: Type, inside: tuple[Type, ...] | None) -> dict[str, Any]:
        if inside is None:
            return self.reference(type_)
        return {} if type_ in inside else self._schema(type_, inside, with_texts=True)

    def _schema(
        self, type_: Type, inside: tuple[Type, ...] | None, *, with_texts: bool
    ) -> dict[str, Any]:
        """Return a schema; inside are the types around it, when all is inlined."""
        if inside is not None:
            inside = (*inside, type_)
            self._inlined += 1
            if self._inlined > MAX_INLINED:
                raise fault("the types of parameters are too large", type_.node)
        is_alias = type_.exactly is not None and type_.name and inside is None
        if is_alias and type_.exactly is not None and type_.external is None:
            schema = self.reference(type_.exactly) | _own_default(type_, type_.exactly)
        elif type_.external is not None:
            schema = dict(type_.external.schema or {})
        else:
            schema = self._constraints(type_, inside)
        if with_texts:
            texts = type_.texts if is_alias else _all_texts(type_)
            schema.update(self._texts(texts, type_))
        return schema

    def _constraints(
        self, type_: Type, inside: tuple[Type, ...] | None
    ) -> dict[str, Any]:
        facets = type_.facets
        schema = _base(type_)
        if facets.get("format") in INTEGERS:
            _bound(schema, INTEGERS[facets["format"]])
        if type_.unions:
            schema.update(self._unions(type_, inside))
        if type_.items is not None:
            schema["items"] = self._inner(type_.items.type, inside)
        if type_.properties:
            schema.update(self._properties(type_, inside))
        if "additionalProperties" in facets:
            schema.setdefault("additionalProperties", facets["additionalProperties"])
        if facets.get("discriminator") is not None:
            schema["discriminator"] = {"propertyName": facets["discriminator"]}
        for key in ("enum", "default"):
            if key in facets:
                schema[key] = facets[key]
        return {**schema, **facets.get(SCHEMA.key, {})}

    def _unions(self, type_: Type, inside: tuple[Type, ...] | None) -> dict[str, Any]:
        unions = [
            [self._inner(later.type, inside) for later in union]
            for union in type_.unions
        ]
        first = unions[0][0]
        if type_.nilable and {*first} == {"type"}:
            return {"type": [first["type"], "null"]}
        schemas = [{"anyOf": union} for union in unions]
        return schemas[0] if len(schemas) == 1 else {"allOf": schemas}

    def _properties(
        self, type_: Type, inside: tuple[Type, ...] | None
    ) -> dict[str, Any]:
        names = [one for one in type_.properties.values() if one.pattern is None]
        patterns = [one for one in type_.properties.values() if one.pattern is not None]
        schema: dict[str, Any] = {}
        if names:
            schema["properties"] = {
                one.name: self._inner(one.type, inside) for one in names
            }
        required = [one.name for one in names if one.required]
        if required:
            schema["required"] = required
        if patterns and not patterns[-1].pattern:
            schema["additionalProperties"] = self._inner(patterns.pop().type, inside)
        texts = exclusive(
            [str(one.pattern) for one in patterns], [one.name for one in names]
        )
        if patterns:
            schema["patternProperties"] = {
                pattern: self._inner(one.type, inside)
                for pattern, one in zip(texts, patterns, strict=True)
            }
        return schema

    def _texts(self, texts: Mapping[str, Node], type_: Type) -> dict[str, Any]:
        schema: dict[str, Any] = {}
        if self.unfit is None:
            return schema
        if "displayName" in texts:
            schema["title"] = text_of(texts["displayName"], "displayName")
        if "description" in texts:
            schema["description"] = text_of(texts["description"], "description")
        examples = examples_of(texts, type_)
        values = [one.value for one in examples if one.node not in self.unfit]
        if values:
            schema["examples"] = values
        return schema


def _own_default(type_: Type, named: Type) -> dict[str, Any]:
    default = type_.facets.get("default")
    return {} if default == named.facets.get("default") else {"default": default}


def _is_xml(type_: Type) -> bool:
    return type_.external is not None and type_.external.schema is None


def _base(type_: Type) -> dict[str, Any]:
    kind, facets = type_.kind, type_.facets
    if kind == "datetime" and facets.get("format") == "rfc2616":
        return dict(BASES["rfc2616"])
    if kind in BASES:
        schema = dict(BASES[kind])
        if kind == "file":
            return schema
    else:
        schema = {"type": kind}
        if "format" in facets:
            schema["format"] = facets["format"]
    schema.update({key: facets[key] for key in _CONSTRAINTS if key in facets})
    return schema


def _bound(schema: dict[str, Any], bits: int) -> None:
    schema["type"] = "integer"
    least, most = -(2**bits), 2**bits - 1
    schema["minimum"] = max(schema.get("minimum", least), least)
    schema["maximum"] = min(schema.get("maximum", most), most)


def _all_texts(type_: Type) -> dict[str, Node]:
    keys = ("displayName", "description", "example", "examples")
    found = {key: type_.text(key) for key in keys}
    return {key: node for key, node in found.items() if node is not None}
