"""Reading RAML 1.0: types, and what they become in JSON Schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from raml_texts import read, refusal

from launchpad_core.contract import ApiContract
from launchpad_core.references import bundled, reference_to

pytestmark = pytest.mark.usefixtures("in_the_folder")


def schema(declaration: str) -> Any:
    return read(f"types:\n  A: {declaration}\n").schemas["A"]


def accepts(contract: ApiContract, name: str, value: Any) -> bool:
    whole = dict(bundled(reference_to(name), contract.schemas))
    return bool(
        jsonschema_rs.validator_for(whole, validate_formats=True).is_valid(value)
    )


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("", {"type": "string"}),
        ("string", {"type": "string"}),
        ("any", {}),
        ("nil", {"type": "null"}),
        ("boolean", {"type": "boolean"}),
        ("{minimum: 1}", {"type": "number", "minimum": 1}),
        ("{minLength: 1}", {"type": "string", "minLength": 1}),
        ("{enum: [a, b]}", {"type": "string", "enum": ["a", "b"]}),
        ("{maxItems: 2}", {"type": "array", "maxItems": 2}),
        ("{minProperties: 2}", {"type": "object", "minProperties": 2}),
        ("{type: integer, enum: [1, 2]}", {"type": "integer", "enum": [1, 2]}),
        ("{type: number, format: float}", {"type": "number", "format": "float"}),
        (
            "{type: number, format: int8, minimum: 0}",
            {"type": "integer", "format": "int8", "minimum": 0, "maximum": 127},
        ),
        (
            "number[][]",
            {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
        ),
        ("string | nil", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ("string?", {"type": ["string", "null"]}),
        (
            "(string | integer)[]",
            {
                "type": "array",
                "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
        ),
        (
            "{type: array, items: {type: string, maxLength: 3}, uniqueItems: true}",
            {
                "type": "array",
                "uniqueItems": True,
                "items": {"type": "string", "maxLength": 3},
            },
        ),
        (
            "{displayName: Name, description: What it is, default: a, example: b}",
            {
                "type": "string",
                "default": "a",
                "title": "Name",
                "description": "What it is",
                "examples": ["b"],
            },
        ),
        (
            "{type: {value: integer}, minimum: {value: 3}}",
            {"type": "integer", "minimum": 3},
        ),
    ],
)
def test_declaration_becomes_a_schema(declaration: str, expected: object) -> None:
    assert schema(declaration) == expected


@pytest.mark.parametrize(
    ("kind", "fit", "unfit"),
    [
        (
            "date-only",
            ["2020-02-29"],
            ["2021-02-29", "2020-1-1", "20200101"],
        ),
        ("time-only", ["12:30:00", "23:59:59.123"], ["24:00:00", "12:30", "12:30:00Z"]),
        ("datetime-only", ["2020-01-01T12:30:00"], ["2020-01-01T12:30:00Z"]),
        (
            "datetime",
            ["2020-01-01T12:30:00Z", "2020-01-01T12:30:00.5-05:00"],
            ["2020-01-01T12:30:00", "2020-13-01T12:30:00Z"],
        ),
        (
            "{type: datetime, format: rfc2616}",
            ["Sun, 28 Feb 2016 16:41:41 GMT"],
            ["2016-02-28T16:41:41Z", "28 Feb 2016 16:41:41 GMT"],
        ),
    ],
)
def test_dates_are_those_of_the_specification(
    kind: str, fit: list[str], unfit: list[str]
) -> None:
    contract = read(f"types:\n  A: {kind}\n")

    assert [accepts(contract, "A", text) for text in fit] == [True] * len(fit)
    assert [accepts(contract, "A", text) for text in unfit] == [False] * len(unfit)


def test_properties_are_required_unless_they_say_otherwise() -> None:
    contract = read("""
        types:
          A:
            properties:
              one:
              two?: integer
              three: {type: boolean, required: false}
              four?: {required: true}
              five??:
    """)

    assert contract.schemas["A"] == {
        "type": "object",
        "properties": {
            "one": {"type": "string"},
            "two": {"type": "integer"},
            "three": {"type": "boolean"},
            "four?": {"type": "string"},
            "five?": {"type": "string"},
        },
        "required": ["one", "four?"],
    }


def test_first_pattern_prevails_and_declared_names_before_all() -> None:
    contract = read("""
        types:
          A:
            properties:
              note: integer
              /^no/: string
              /e$/: boolean
              //: number
    """)

    values = [
        {"note": 1, "nonsense": "x", "side": True, "rest": 0.5},
        {"note": "x"},
        {"note": 1, "nonsense": True},
        {"note": 1, "side": "x"},
        {"note": 1, "rest": "x"},
    ]
    assert [accepts(contract, "A", value) for value in values] == [True] + [False] * 4


def test_named_types_are_referred_to_and_recursive() -> None:
    contract = read("""
        types:
          Tree:
            properties:
              name: Name
              parent?: Tree
              children: Tree[]
          Name: {type: string, minLength: 1}
          Alias: Tree
          Noted: {type: Tree, description: A tree}
    """)

    assert contract.schemas == {
        "Tree": {
            "type": "object",
            "properties": {
                "name": {"$ref": "#/$defs/Name"},
                "parent": {"$ref": "#/$defs/Tree"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
            },
            "required": ["name", "children"],
        },
        "Name": {"type": "string", "minLength": 1},
        "Alias": {"$ref": "#/$defs/Tree"},
        "Noted": {"$ref": "#/$defs/Tree", "description": "A tree"},
    }


def test_subtypes_keep_what_they_inherit() -> None:
    contract = read("""
        types:
          Base:
            additionalProperties: false
            properties: {id: integer, size: {type: number, minimum: 0}}
          Named: {properties: {name: string}}
          Both: {type: [Base, Named], properties: {size: {type: number, maximum: 9}}}
    """)

    assert contract.schemas["Both"] == {
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "size": {"type": "number", "minimum": 0, "maximum": 9},
            "name": {"type": "string"},
        },
        "required": ["id", "size", "name"],
        "additionalProperties": False,
    }


def test_several_parents_narrow_each_other() -> None:
    contract = read("""
        types:
          Low: {type: number, minimum: 1, maximum: 10}
          High: {type: integer, minimum: 5}
          Both: [Low, High]
    """)

    assert contract.schemas["Both"] == {"type": "integer", "minimum": 5, "maximum": 10}


def test_unions_of_parents_stay_open() -> None:
    contract = read("""
        types:
          Home: {properties: {address: string}}
          Cat: {properties: {purrs: boolean}}
          Dog: {properties: {barks: boolean}}
          Pet: [Home, Cat | Dog]
    """)

    values = [
        {"address": "a", "purrs": True},
        {"address": "a", "barks": True},
        {"address": "a"},
        {"purrs": True},
    ]
    found = [accepts(contract, "Pet", value) for value in values]
    assert found == [True, True, False, False]


def test_facets_of_ones_own_are_demanded_and_checked() -> None:
    text = """
        types:
          Day: {type: date-only, facets: {holidays: boolean, zone?: string}}
          Meeting: {type: Day, holidays: %s}
    """

    assert read(text % "true").schemas["Meeting"] == reference_to("Day")
    assert refusal(text % "maybe") == (
        'api.raml:5: the facet "holidays" doesn\'t fit its type: '
        '"maybe" is not of type "boolean"'
    )
    assert refusal("types: {D: {facets: {x: string}}, M: {type: D}}") == (
        'api.raml:3: the type it is based on demands the facet "x"\n  try: add x: ...'
    )


def test_json_schemas_of_all_drafts_are_types() -> None:
    contract = read("""
        types:
          Three: |
            {"$schema": "http://json-schema.org/draft-03/schema#",
             "properties": {"a": {"type": ["integer", "null"], "required": true},
                            "b": {"divisibleBy": 2, "disallow": "string"}}}
          Four: |
            {"$schema": "http://json-schema.org/draft-04/schema#", "id": "http://x.org/f",
             "definitions": {"row": {"minimum": 0, "exclusiveMinimum": true}},
             "properties": {"rows": {"items": {"$ref": "#/definitions/row"}},
                            "self": {"$ref": "#"}}}
          Seven: |
            {"$schema": "http://json-schema.org/draft-07/schema#",
             "items": [{"const": 1}], "additionalItems": false,
             "dependencies": {"a": ["b"], "c": {"minProperties": 2}}}
    """)

    assert contract.schemas == {
        "Three": {
            "properties": {
                "a": {"type": ["integer", "null"]},
                "b": {"multipleOf": 2, "not": {"anyOf": [{"type": "string"}]}},
            },
            "required": ["a"],
        },
        "Four": {
            "properties": {
                "rows": {"items": {"$ref": "#/$defs/row"}},
                "self": {"$ref": "#/$defs/Four"},
            },
        },
        "row": {"exclusiveMinimum": 0},
        "Seven": {
            "prefixItems": [{"const": 1}],
            "items": False,
            "dependentRequired": {"a": ["b"]},
            "dependentSchemas": {"c": {"minProperties": 2}},
        },
    }


def test_what_json_schemas_define_gets_names_that_are_free() -> None:
    contract = read("""
        types:
          Cell: string
          Row: |
            {"definitions": {"Cell": {"type": "integer"}},
             "items": {"$ref": "#/definitions/Cell"}}
        /x:
          post:
            body:
              application/json: '{"items": {"$ref": "#"}}'
    """)

    assert contract.schemas == {
        "Cell": {"type": "string"},
        "Row": {"items": {"$ref": "#/$defs/Row_Cell"}},
        "Row_Cell": {"type": "integer"},
        "schema": {"items": {"$ref": "#/$defs/schema"}},
    }
    assert contract.operations[0].bodies[0].schema == {
        "items": {"$ref": "#/$defs/schema"}
    }


def test_json_schemas_refer_to_files_beside_them() -> None:
    Path("schemas").mkdir()
    Path("schemas/row.json").write_text(
        '{"properties": {"cell": {"$ref": "cell.json#/definitions/cell"}}}',
        encoding="utf-8",
    )
    Path("schemas/cell.json").write_text(
        '{"definitions": {"cell": {"type": "integer"}}}', encoding="utf-8"
    )

    contract = read("types: {Row: !include schemas/row.json}\n")

    assert contract.schemas == {
        "Row": {"properties": {"cell": {"$ref": "#/$defs/cell"}}},
        "cell": {"type": "integer"},
    }


def test_part_of_an_included_schema_is_a_type() -> None:
    Path("all.json").write_text(
        '{"definitions": {"row": {"type": "array"}}}', encoding="utf-8"
    )

    contract = read("types: {Row: !include all.json#/definitions/row}\n")

    assert contract.schemas["Row"] == {"type": "array"}


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        ("Missing", 'there is no type "Missing"'),
        ("strin", 'there is no type "strin"\n  try: did you mean "string"?'),
        ("(string", "'(string' is no type: a \")\" is missing"),
        ("string |", "'string |' is no type: the name of a type is missing"),
        ("3", "3 is no type\n  try: a name such as string, or facets such as "),
        ("A", 'the type "A" is based on itself'),
        ("{type: A | string}", 'the type "A" is based on itself'),
        ("{type: string, schema: string}", "type and schema mean the same: state one"),
        (
            "{type: integer, minLenght: 3}",
            'the type integer has no facet "minLenght"',
        ),
        ("{type: string, minLength: -1}", "minLength must be a whole number of at"),
        ("{type: string, minLength: 5, maxLength: 2}", "minLength is above maxLength"),
        ("{type: number, minimum: low}", "minimum must be a number"),
        ("{type: number, maximum: .inf}", "maximum can't be inf"),
        ("{type: number, multipleOf: 0}", "multipleOf must be above 0"),
        ("{type: number, format: int9}", "there is no format 'int9' of number"),
        ("{type: string, pattern: '['}", "'[' is no pattern: unterminated character"),
        ("{enum: []}", "enum must be a list of values"),
        ("{type: integer, enum: [1, a]}", "'a' in the enum doesn't fit: \"a\" is not"),
        ("{type: integer, default: a}", 'the default doesn\'t fit its type: "a" is'),
        ("{example: a, examples: {b: c}}", "example and examples exclude each other"),
        ("{examples: [a]}", "examples must be a map of names and examples"),
        ("{type: array, items: [string]}", "items must be one type"),
        ("{properties: {a: , a?: }}", '"a" is there twice'),
        ("{properties: {a: {required: 1}}}", "required must be true or false"),
        (
            "{additionalProperties: false, properties: {/^x-/: string}}",
            '"/^x-/" can\'t be: additionalProperties is false',
        ),
        ("{properties: {a: }, discriminator: b}", 'the discriminator "b" is no prop'),
        ("{type: [string, number]}", "nothing is number and string at once"),
        ("{type: '{}', minLength: 1}", 'a JSON or XML schema has no facet "minLength"'),
        ("'{not json'", "the schema is not valid JSON: "),
        ("'{\"type\": 3}'", "the JSON Schema is not valid: "),
        ("'<open>'", "the schema is not valid XML: "),
        ("{type: string, xml: {wrapped: true}}", "string can't be wrapped"),
    ],
)
def test_what_is_no_type_is_refused(declaration: str, message: str) -> None:
    told = refusal(f"types:\n  A: {declaration}\n")

    assert told.startswith(f"api.raml:4: {message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "types: {A: {maximum: 5}, B: {type: A, maximum: 6}}",
            "maximum widens the 5 of the type it is based on",
        ),
        (
            "types: {A: {enum: [a]}, B: {type: A, enum: [a, b]}}",
            "'b' is not in the enum of the type it is based on",
        ),
        (
            "types: {A: {properties: {x: }}, B: {type: A, properties: {x?: }}}",
            '"x" is required where it is inherited',
        ),
        (
            "types: {A: {properties: {x: }}, B: {type: A, properties: {x: number}}}",
            '"x": number is no string as inherited',
        ),
        (
            "types: {A: '{}', B: {properties: {x: A}}}",
            "a JSON or XML schema can't be a part of other types",
        ),
        ("types: {A: '{}', B: 'A[]'}", "a JSON or XML schema can't be a part of"),
        (
            "types: {A: number | string, B: {type: A, minimum: 1}}",
            '"A" has no facet "minimum"',
        ),
        ("types: {string: integer}", 'the type "string" is built in'),
        ("types: {A: }\nschemas: {B: }", "types and schemas mean the same"),
        ("types: [A]", "types must be a map, such as {key: value}"),
    ],
)
def test_types_that_contradict_each_other_are_refused(text: str, message: str) -> None:
    assert f": {message}" in refusal(text + "\n")


@pytest.mark.parametrize(
    ("declaration", "remark"),
    [
        ("{type: integer, example: a}", 'the example doesn\'t fit: "a" is not of type'),
        ("{properties: {a: }, example: {b: 1}}", 'the example doesn\'t fit: "a" is a'),
        ("{properties: {a: }, example: '{\"a\": 1}'}", "the example doesn't fit: 1 is"),
        ("{type: integer, examples: {x: {value: a}}}", "the example doesn't fit: "),
    ],
)
def test_example_that_does_not_fit_is_left_out_with_a_warning(
    declaration: str, remark: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = schema(declaration)

    assert "examples" not in found
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert caplog.messages[0].startswith(f"api.raml:4: {remark}")


@pytest.mark.parametrize(
    "declaration",
    [
        "{type: integer, example: {strict: false, value: a}}",
        "{properties: {a: }, example: <a/>}",
    ],
)
def test_example_that_need_not_fit_is_left_out_silently(
    declaration: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert "examples" not in schema(declaration)
    assert caplog.messages == []
