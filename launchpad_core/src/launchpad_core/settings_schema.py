"""JSON Schemas of settings, as editors need them to complete and check a section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from launchpad_core.settings import Settings, keys_of

JsonSchema = dict[str, Any]


def settings_schema(
    settings: type[Settings], *, label: str
) -> tuple[JsonSchema, dict[str, JsonSchema]]:
    """Return the schema of a section, and the definitions that it refers to.

    The docstrings of fields are the descriptions. What a validator takes before
    pydantic sees it can't be known, so such a field takes anything, unless its type
    says what it takes by ``pydantic.WithJsonSchema``.

    Args:
        settings: The class that says which keys there are.
        label: What the names of the definitions begin with.
    """
    schema = settings.model_json_schema(
        ref_template=f"#/$defs/{label}.{{model}}", schema_generator=_Generator
    )
    nested = schema.pop("$defs", {})
    definitions = {f"{label}.{name}": _tidy(one) for name, one in nested.items()}
    return _tidy(schema), definitions


class _Generator(GenerateJsonSchema):
    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        json_schema = super().model_schema(schema)
        rules: list[JsonSchema] = []
        for name, field in schema["cls"].model_fields.items():
            first, *others = keys_of(name, field)
            if others:
                rules += _of_other_names(json_schema, first, others)
        return {**json_schema, **({"allOf": rules} if rules else {})}

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        return self._anything_but_models(schema["schema"])

    def function_wrap_schema(
        self, schema: core_schema.WrapValidatorFunctionSchema
    ) -> JsonSchemaValue:
        return self._anything_but_models(schema["schema"])

    def function_plain_schema(
        self, schema: core_schema.PlainValidatorFunctionSchema
    ) -> JsonSchemaValue:
        return {}

    def handle_invalid_for_json_schema(
        self, schema: Any, error_info: str
    ) -> JsonSchemaValue:
        return {}

    def _anything_but_models(self, inner: core_schema.CoreSchema) -> JsonSchemaValue:
        wrapped: Any = inner
        while wrapped["type"].startswith("function-") and "schema" in wrapped:
            wrapped = wrapped["schema"]
        is_model = wrapped["type"] in ("model", "model-fields")
        return self.generate_inner(inner) if is_model else {}


def _of_other_names(
    json_schema: JsonSchema, first: str, others: list[str]
) -> Iterator[JsonSchema]:
    """Add to a schema the other names of a field, which count if the first isn't there.

    Yields:
        The rules for them.
    """
    own = json_schema["properties"][first]
    for other in others:
        json_schema["properties"][other] = {"description": own.get("description", "")}
        yield {"anyOf": [{"required": [first]}, {"properties": {other: own}}]}
    required = json_schema.get("required", [])
    if first in required:
        required.remove(first)
        yield {"anyOf": [{"required": [one]} for one in (first, *others)]}


def _tidy(schema: Any) -> Any:
    """Return a schema without titles and absent defaults, texts each on one line."""
    if isinstance(schema, list):
        return [_tidy(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    tidied: JsonSchema = {}
    for key, value in schema.items():
        if key in ("properties", "patternProperties", "$defs"):
            tidied[key] = {name: _tidy(one) for name, one in value.items()}
        elif key in ("const", "enum"):
            tidied[key] = value
        elif key == "default":
            tidied.update({} if value is None else {key: value})
        elif key == "description":
            tidied[key] = " ".join(value.split()).replace("``", "`")
        elif key != "title":
            tidied[key] = _tidy(value)
    return tidied
