"""What the specifications of RAML say, in as few words as it can be said.

Sources: RAML 1.0 and RAML 0.8 (raml-org/raml-spec), YAML 1.2.2.
"""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import jsonschema_rs
import pytest

from launchpad_api_raml.format import RamlFormat
from launchpad_core.contract import ApiContract, Schema
from launchpad_core.errors import ContractError
from launchpad_core.references import bundled, reference_to

ONE = "#%RAML 1.0\ntitle: T\nmediaType: application/json\n"
ZERO_EIGHT = "#%RAML 0.8\ntitle: T\n"

STRING = {"type": "string"}
INTEGER = {"type": "integer"}


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")


def read(
    text: str, head: str = ONE, files: dict[str, str] | None = None
) -> ApiContract:
    for name, content in (files or {}).items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(content, encoding="utf-8")
    Path("api.raml").write_text(head + dedent(text).lstrip("\n"), encoding="utf-8")
    return RamlFormat().read(Path("api.raml"))


def refused_at(text: str, head: str = ONE) -> str:
    with pytest.raises(ContractError) as told:
        read(text, head)
    return str(told.value.where)


def judge(contract: ApiContract, schema: Schema, values: list[Any]) -> list[bool]:
    validator = jsonschema_rs.validator_for(
        dict(bundled(schema, contract.schemas)), validate_formats=True
    )
    return [validator.is_valid(value) for value in values]


def check_type(text: str, fit: list[Any], unfit: list[Any]) -> None:
    """Check what fits the type A, which is declared in place or among others."""
    types = dedent(text).strip("\n")
    types = types if types.startswith("A:") else f"A: {types}"
    contract = read("types:\n" + indent(types, "  ") + "\n")

    verdicts = judge(contract, reference_to("A"), [*fit, *unfit])
    assert verdicts == [True] * len(fit) + [False] * len(unfit)


def stated(contract: ApiContract, location: str) -> dict[str, tuple[bool, Schema]]:
    return {
        one.name: (one.required, one.schema)
        for one in contract.operations[0].parameters
        if one.location == location
    }


# RAML 1.0: types


@pytest.mark.parametrize(
    ("declaration", "fit", "unfit"),
    [
        ("any", [1, None, "a", {}, []], []),
        ("nil", [None], [0, "", False, "null"]),
        ("boolean", [True, False], [0, 1, "true", None]),
        ("number", [1, 1.5, -3, 1e10], ["1", None, True]),
        ("integer", [1, -3], [1.5, "1", None, True]),
        ("string", ["", "a"], [1, None]),
        ("array", [[], [1, "a"]], [{}, "a"]),
        ("object", [{}, {"a": 1}], [[], None, "a"]),
        ("date-only", ["2020-02-29"], ["2021-02-29", "2020-1-1", "2020-01-01Z"]),
        ("time-only", ["00:00:00", "23:59:59.9"], ["24:00:00", "1:2:3", "12:30:00Z"]),
        (
            "datetime-only",
            ["2015-07-04T21:00:00", "2000-02-29T21:00:00.5"],
            ["2015-02-30T21:00:00", "1900-02-29T21:00:00", "2015-07-04 21:00:00"],
        ),
        (
            "datetime",
            ["2016-02-28T16:41:41Z", "2016-02-28T16:41:41.090+01:00"],
            ["2016-02-28T16:41:41", "2016-02-30T16:41:41Z"],
        ),
        (
            "{type: datetime, format: rfc2616}",
            ["Sun, 06 Nov 1994 08:49:37 GMT"],
            ["Sun, 32 Nov 1994 08:49:37 GMT", "2016-02-28T16:41:41Z"],
        ),
    ],
)
def test_built_in_type(declaration: str, fit: list[Any], unfit: list[Any]) -> None:
    check_type(declaration, fit, unfit)


@pytest.mark.parametrize(
    ("declaration", "fit", "unfit"),
    [
        ("{minLength: 2, maxLength: 3}", ["ab", "abc"], ["a", "abcd"]),
        (r"{pattern: '^\d{3}\s$'}", ["123 "], ["12 "]),
        ("{enum: [a, b]}", ["a"], ["c", ""]),
        ("{type: number, enum: [1, 2.5]}", [1, 2.5, 1.0], [2, "1"]),
        ("{type: boolean, enum: [true]}", [True], [False, 1]),
        ("{type: date-only, enum: [2020-01-01]}", ["2020-01-01"], ["2020-01-02"]),
        ("{minimum: -1.5, maximum: 2}", [-1.5, 2], [-1.6, 2.1]),
        ("{type: number, multipleOf: 0.01}", [0.07, 19.99], [0.015]),
        ("{type: integer, format: int8}", [-128, 127], [-129, 128]),
        ("{type: number, format: long}", [2**63 - 1], [2**63, 1.5]),
        ("{type: number, format: float}", [1.5], ["a"]),
        ("{type: array, items: {minLength: 2}}", [["ab"]], [["a"], "ab"]),
        ("{items: string}", [["a"]], [[1], "a"]),
        (
            "{type: 'string[]', minItems: 1, uniqueItems: true}",
            [["a"]],
            [[], ["a"] * 2],
        ),
        (
            "{minProperties: 1, maxProperties: 2}",
            [{"a": 1}],
            [{}, dict.fromkeys("abc")],
        ),
        ("{type: object, additionalProperties: false}", [{}], [{"b": 1}]),
        ("{properties: {//: integer}}", [{}, {"a": 1}], [{"a": "b"}]),
        ("{properties: {/^x-/: integer}}", [{"y": "a", "x-a": 1}], [{"x-a": "b"}]),
    ],
)
def test_facet(declaration: str, fit: list[Any], unfit: list[Any]) -> None:
    check_type(declaration, fit, unfit)


@pytest.mark.parametrize(
    ("declaration", "fit", "unfit"),
    [
        ("", ["a"], [1]),
        ("{}", ["a"], [1]),
        ("[string]", ["a"], [1]),
        ("{type: {minLength: 2}}", ["ab"], ["a"]),
        ("{schema: integer}", [1], ["a"]),
        ("string[][]", [[["a"]]], [["a"]]),
        ("string | number[]", ["a", [1]], [1, ["a"]]),
        ("(string | number)[]", [["a", 1]], [[True], "a"]),
        ("nil | string[]", [None, ["a"]], ["a"]),
        ("string?", ["a", None], [1]),
        ("{type: string | nil, minLength: 2}", ["ab", None], ["a"]),
        ("{type: integer | string, enum: [1, a]}", [1, "a"], [2, "b"]),
        ("{properties: {a?: , b: {required: false}}}", [{}], [{"a": 1}, {"b": 1}]),
        ("{properties: {'a??': }}", [{}, {"a?": "x"}, {"a": 1}], [{"a?": 1}]),
        ("{properties: {'a?': {required: true}}}", [{"a?": "x"}], [{}, {"a": "x"}]),
        ("{properties: {a: any, b?: nil}}", [{"a": None, "b": None}], [{}]),
        ("{properties: {a: {default: x}}}", [{"a": "b"}], [{}]),
    ],
)
def test_shorthand(declaration: str, fit: list[Any], unfit: list[Any]) -> None:
    check_type(declaration, fit, unfit)


@pytest.mark.parametrize(
    ("types", "fit", "unfit"),
    [
        (
            "A: {type: B, maximum: 5}\nB: {type: C, minimum: 2}\nC: integer",
            [2, 5],
            [1, 6, 2.5],
        ),
        (
            "A: {type: B, properties: {b: }}\nB: {properties: {a: integer, b?: }}",
            [{"a": 1, "b": ""}],
            [{"a": 1}, {"b": ""}],
        ),
        ("A: {type: B, pattern: ^.b}\nB: {pattern: ^a}", ["ab"], ["ac", "bb"]),
        ("A: {type: B, multipleOf: 3}\nB: {multipleOf: 2}", [6], [3, 2]),
        ("A: [B, C]\nB: {pattern: a}\nC: {pattern: ^b}", ["ba"], ["a", "b"]),
        ("A: [B, C]\nB: {multipleOf: 0.5}\nC: {multipleOf: 0.2}", [1], [0.5, 0.2]),
        ("A: [B, C]\nB: {enum: [a, b]}\nC: {enum: [b, c]}", ["b"], ["a", "c"]),
        (
            "A: {type: B, properties: {p: {pattern: b}}}\n"
            "B: {properties: {p: {pattern: a}}}",
            [{"p": "ab"}],
            [{"p": "a"}, {"p": "b"}],
        ),
        (
            "A: {type: B, items: {maximum: 3}}\nB: {items: number, minItems: 1}",
            [[3]],
            [[], [4]],
        ),
        (
            "A: {type: [B, C], properties: {d: }}\nB: {properties: {b: }}\n"
            "C: {properties: {c: }}",
            [{"b": "", "c": "", "d": ""}],
            [{"b": "", "c": ""}, {"b": "", "d": ""}],
        ),
        (
            "A: {type: B | C, properties: {n: }}\nB: {properties: {b: }}\n"
            "C: {properties: {c: }}",
            [{"b": "", "n": ""}],
            [{"b": ""}, {"n": ""}],
        ),
        (
            "A: {properties: {a?: A, v: }}",
            [{"v": "", "a": {"v": ""}}],
            [{"v": "", "a": {}}],
        ),
        (
            "A: {type: B, discriminatorValue: a}\n"
            "B: {discriminator: k, properties: {k: }}",
            [{"k": "a"}],
            [{}, {"k": 1}],
        ),
        ("A: &a {minLength: 2}\nB: *a", ["ab"], ["a"]),
        (
            "A: {<<: *b, maximum: 3}\nB: {}".replace("*b", "{minimum: 1}"),
            [1, 3],
            [0, 4],
        ),
    ],
)
def test_inheritance(types: str, fit: list[Any], unfit: list[Any]) -> None:
    check_type(types, fit, unfit)


def test_yaml_alias_declares_a_type_of_its_own() -> None:
    assert read("types: {A: &a {minLength: 2}, B: *a}\n").schemas == {
        "A": {"type": "string", "minLength": 2},
        "B": {"type": "string", "minLength": 2},
    }


@pytest.mark.parametrize(
    "types",
    [
        "{A: 3}",
        "{A: {properties: [a]}}",
        "{A: {properties: {a: 3}}}",
        "{A: {properties: {a: , 'a?': }}}",
        "{A: {properties: {'/[/': string}}}",
        "{A: {items: Nope}}",
        "{A: {type: string, minimum: 1}}",
        "{A: {type: any, minimum: 1}}",
        "{A: {type: date-only, format: x}}",
        "{A: {minLength: '2'}}",
        "{A: {minLength: 1.5}}",
        "{A: {type: array, uniqueItems: yes}}",
        "{A: {type: object, additionalProperties: no}}",
        "{A: {minimum: '1'}}",
        "{A: {maximum: .nan}}",
        "{A: {enum: a}}",
        "{A: {enum: [1]}}",
        "{A: {type: integer, enum: [1.5]}}",
        "{A: {type: integer, minimum: 5, default: 3}}",
        "{A: {type: string, default: 12}}",
        "{A: {type: boolean, default: yes}}",
        "{A: {type: file, fileTypes: [png]}}",
        "{A: {type: object, discriminator: k}}",
        "{A: 'string[[]'}",
        "{A: string integer}",
        "{A: A | B, B: string}",
        "{A: [string, integer]}",
        "{A: {type: B, minLength: 2}, B: {minLength: 3}}",
        "{A: {type: B, enum: [b]}, B: {enum: [a]}}",
        "{A: {type: B, properties: {a?: }}, B: {properties: {a: }}}",
        "{A: {type: B, format: int64}, B: {type: integer, format: int8}}",
        "{A: {type: B, uniqueItems: false}, B: {type: array, uniqueItems: true}}",
        "{A: [B, C], B: {minimum: 3}, C: {maximum: 2}}",
        """{A: '{"type": "nope"}'}""",
        """{A: '{"$ref": "#"}'}""",
        """{A: '{"$ref": "#/definitions/nope"}'}""",
        """{A: '{}', B: {type: A, properties: {a: }}}""",
    ],
)
def test_type_that_can_t_be(types: str) -> None:
    assert refused_at(f"types: {types}\n") == "api.raml:4"


# RAML 1.0: resources, methods, and what they inherit

TEMPLATES = """
    traits:
      paged: {queryParameters: {page?: {type: integer, minimum: 1}}}
      named: {queryParameters: {<<field | !uppercase>>: }}
      traced: {headers: {X-Trace: }}
    resourceTypes:
      base: {get?: {queryParameters: {q?: }}}
      items: {type: base, post?: {body: {application/json: <<item>>}}}
"""


@pytest.mark.parametrize(
    ("resource", "location", "expected"),
    [
        (
            "/x: {get: {queryParameters: {a: , b?: , c: {required: false}}}}",
            "query",
            {"a": (True, STRING), "b": (False, STRING), "c": (False, STRING)},
        ),
        (
            "/x: {get: {headers: {X-A: , X-B?: integer}}}",
            "header",
            {"X-A": (True, STRING), "X-B": (False, INTEGER)},
        ),
        (
            "/{a}/{b}: {uriParameters: {b: integer}, '/{c}': {get: }}",
            "path",
            {"a": (True, STRING), "b": (True, INTEGER), "c": (True, STRING)},
        ),
        (
            "/x: {get: {queryString: {properties: {a: integer, b?: }}}}",
            "query",
            {"a": (True, INTEGER), "b": (False, STRING)},
        ),
        (
            "/x: {is: [paged], get: {is: [{named: {field: id}}]}}",
            "query",
            {"ID": (True, STRING), "page": (False, {"type": "integer", "minimum": 1})},
        ),
        (
            "/x: {get: {is: [paged], queryParameters: {page?: {maximum: 5}}}}",
            "query",
            {"page": (False, {"type": "integer", "minimum": 1, "maximum": 5})},
        ),
        ("/x: {is: [traced], get: }", "header", {"X-Trace": (True, STRING)}),
        ("/x: {type: {items: {item: string}}, get: }", "query", {"q": (False, STRING)}),
    ],
)
def test_parameters(resource: str, location: str, expected: dict[str, Any]) -> None:
    contract = read(f"{dedent(TEMPLATES)}\n{resource}\n".lstrip("\n"))

    assert stated(contract, location) == expected


@pytest.mark.parametrize(
    ("function", "argument", "name"),
    [
        ("singularize", "users", "user"),
        ("pluralize", "user", "users"),
        ("uppercase", "userId", "USERID"),
        ("lowercase", "UserID", "userid"),
        ("lowercamelcase", "UserId", "userId"),
        ("uppercamelcase", "userId", "UserId"),
        ("lowerunderscorecase", "userId", "user_id"),
        ("upperunderscorecase", "userId", "USER_ID"),
        ("lowerhyphencase", "userId", "user-id"),
        ("upperhyphencase", "userId", "USER-ID"),
        ("singularize | !uppercase", "users", "USER"),
    ],
)
def test_function(function: str, argument: str, name: str) -> None:
    contract = read(f"""
        traits: {{t: {{queryParameters: {{<<p | !{function}>>: }}}}}}
        /x: {{get: {{is: [{{t: {{p: {argument}}}}}]}}}}
    """)

    assert stated(contract, "query") == {name: (True, STRING)}


@pytest.mark.parametrize(
    ("body", "fit", "unfit"),
    [
        ("integer", [1], ["a"]),
        ("{properties: {a: integer}}", [{"a": 1}], [{}]),
        ("{application/json: 'P[]'}", [[{"p": ""}]], [{"p": ""}]),
        ("P | Q", [{"p": ""}, {"q": ""}], [{}]),
        ("{application/json: [P, Q]}", [{"p": "", "q": ""}], [{"p": ""}]),
        ("{type: P, properties: {r: }}", [{"p": "", "r": ""}], [{"p": ""}]),
        ("!include list.json", [[]], [{}]),
        ("{application/json: {type: integer, example: !include one.json}}", [1], ["1"]),
    ],
)
def test_body(
    body: str, fit: list[Any], unfit: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    types = "types: {P: {properties: {p: }}, Q: {properties: {q: }}}\n"
    files = {"list.json": '{"type": "array"}', "one.json": "1"}

    contract = read(f"{types}/x: {{post: {{body: {body}}}}}\n", files=files)

    (stated,) = contract.operations[0].bodies
    verdicts = judge(contract, stated.schema or {}, [*fit, *unfit])
    assert stated.media_type == "application/json"
    assert verdicts == [True] * len(fit) + [False] * len(unfit)
    assert caplog.messages == []


def test_libraries_use_libraries() -> None:
    contract = read(
        "uses: {a: a.raml}\n/x: {type: a.r}\n",
        files={
            "a.raml": "#%RAML 1.0 Library\nuses: {b: sub/b.raml}\n"
            "traits: {t: {queryParameters: {q: b.N}}}\n"
            "resourceTypes: {r: {get: {is: [t]}}}\n",
            "sub/b.raml": "#%RAML 1.0 Library\nuses: {c: ../c.raml}\n"
            "types: {N: {type: c.C, maximum: 5}}\n",
            "c.raml": "#%RAML 1.0 Library\ntypes: {C: integer}\n",
        },
    )

    assert stated(contract, "query") == {"q": (True, {"type": "integer", "maximum": 5})}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("/x: 3\n", 4),
        ("/x: []\n", 4),
        ("/x:\n  get: abc\n", 5),
        ("/x:\n  get:\n    queryParameters: [a]\n", 6),
        ("/x:\n  get:\n    responses: {2XX: }\n", 6),
        ("/x:\n  get:\n    responses: {200: ok}\n", 6),
        ("/x:\n  post:\n    body: {json: integer}\n", 6),
        ("/x:\n  post:\n    body: {application/json: 3}\n", 6),
        ("/x:\n  is: [nope]\n", 5),
        ("/x:\n  type: nope\n", 5),
        ("/x:\n  securedBy: [nope]\n", 5),
        ("/x:\n  get: {is: t}\n", 5),
        ("/x:\n  Get: {}\n", 5),
        ("/x/{a: {get: }\n", 4),
        ("/x: {/y: {get: }}\n/x/y: {get: }\n", 5),
        ("mediaTyp: a/b\n", 4),
        ("title: again\n", 4),
        ("uses: {a: }\n", 4),
        ("documentation: [{title: a}]\n", 4),
        ("baseUri: http://x/{version}\n", 4),
        ("traits: {t: {qeryParameters: }}\n", 4),
        ("securitySchemes: {s: {type: Nope}}\n", 4),
        ("(nope): 1\n", 4),
        ("/x:\n\tget:\n", 5),
        ("/x: {get: *nope}\n", 4),
        ("? [a]\n: b\n", 4),
        ("description: !include 'a\\0b'\n".replace("'", '"'), 4),
        ("description: !include circle\n", 4),
        ("description: !include pipe\n", 4),
        ("description: !include %2e%2e/x\n", 4),
        ("description: !include file:///etc/hostname\n", 4),
        ("description: !include .\n", 4),
        ("description: 'a\x07b'\n", 4),
    ],
)
def test_what_is_no_raml_1_0(text: str, line: int) -> None:
    Path("circle").symlink_to("circle")
    os.mkfifo("pipe")

    assert refused_at(text) == f"api.raml:{line}"


def test_text_that_is_not_utf_8_is_refused_with_its_line() -> None:
    Path("api.raml").write_bytes(b"#%RAML 1.0\ntitle: \xff\n")

    with pytest.raises(ContractError) as told:
        RamlFormat().read(Path("api.raml"))

    assert str(told.value.where) == "api.raml:2"


# RAML 0.8


@pytest.mark.parametrize(
    ("facets", "required", "schema"),
    [
        ("", False, STRING),
        ("{required: true}", True, STRING),
        ("{type: number, minimum: -1.5, maximum: 2}", False, "number"),
        ("{type: integer, enum: [1, 2]}", False, {**INTEGER, "enum": [1, 2]}),
        ("{type: integer, default: 010}", False, {**INTEGER, "default": 10}),
        ("{enum: [yes, no], default: no}", False, "yes or no"),
        ("{repeat: true}", False, {"type": "array", "items": STRING}),
        ("{displayName: A}", False, {**STRING, "title": "A"}),
        ("{type: boolean, default: true}", False, {"type": "boolean", "default": True}),
    ],
)
def test_parameter_of_0_8(facets: str, required: bool, schema: Any) -> None:
    named = {
        "number": {"type": "number", "minimum": -1.5, "maximum": 2},
        "yes or no": {**STRING, "enum": ["yes", "no"], "default": "no"},
    }

    text = f"/x: {{get: {{queryParameters: {{a: {facets}}}}}}}\n"

    expected = named[schema] if isinstance(schema, str) else schema
    assert stated(read(text, ZERO_EIGHT), "query") == {"a": (required, expected)}


@pytest.mark.parametrize(
    ("schema", "fit", "unfit"),
    [
        ('{"$schema": "-04", "minimum": 0, "exclusiveMinimum": true}', [1], [0]),
        ('{"$schema": "-04", "minimum": 0, "exclusiveMinimum": false}', [0], [-1]),
        ('{"$schema": "-03", "type": "any"}', [1, None, "a"], []),
        (
            '{"$schema": "-03", "properties": {"a": {"required": true}}}',
            [{"a": 1}],
            [{}],
        ),
        (
            '{"$schema": "-04", "items": [{}], "additionalItems": false}',
            [[1]],
            [[1, 2]],
        ),
        ('{"$schema": "-04", "dependencies": {"a": ["b"]}}', [{"b": 1}], [{"a": 1}]),
        (
            '{"$schema": "-04", "properties": {"id": {"type": "null"}}}',
            [{}],
            [{"id": 1}],
        ),
        (
            '{"$schema": "-04", "definitions": {"c d": {"type": "string"}}, '
            '"items": {"$ref": "#/definitions/c%20d"}}',
            [["x"]],
            [[1]],
        ),
        ('{"$schema": "-04", "items": {"$ref": "#"}, "type": "array"}', [[[]]], [[1]]),
    ],
)
@pytest.mark.parametrize("schemas", ["- s: '%s'", "s: '%s'"])
def test_json_schema(
    schemas: str, schema: str, fit: list[Any], unfit: list[Any]
) -> None:
    schema = schema.replace('"-0', '"http://json-schema.org/draft-0').replace(
        '", ', '/schema#", ', 1
    )
    resource = "/x: {post: {body: {application/json: {schema: s}}}}"

    contract = read(f"schemas:\n  {schemas % schema}\n{resource}\n", ZERO_EIGHT)

    (body,) = contract.operations[0].bodies
    verdicts = judge(contract, body.schema or {}, [*fit, *unfit])
    assert verdicts == [True] * len(fit) + [False] * len(unfit)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("/x:\n  is: [nope]\n", 4),
        ("/x:\n  type: nope\n", 4),
        ("/x:\n  displayName: [a]\n", 4),
        ("/x:\n  securedBy: [nope]\n", 4),
        ("/x/{a: {get: }\n", 3),
        ("/x:\n  get: {queryParameters: {a: string}}\n", 4),
        ("/x:\n  get: {queryParameters: {a: {type: object}}}\n", 4),
        ("/x:\n  get: {queryParameters: {a: {multipleOf: 2}}}\n", 4),
        ("/x:\n  get: {queryParameters: {a: {required: yes}}}\n", 4),
        ("/x:\n  post: {body: {app/js>on: }}\n", 4),
        ("/x:\n  post: {body: {application/json: {schema: nope}}}\n", 4),
        ("securedBy: [a]\n", 3),
        ("securitySchemes: [a: {type: nope}]\n", 3),
        ("securitySchemes: [a: {type: x-a}, a: {type: x-a}]\n", 3),
        ("schemas: [a: 3]\n", 3),
        ("documentation: [{title: a}]\n", 3),
        ("mediaType: json\n", 3),
        ("mediaType: [application/json]\n", 3),
        ("baseUri: http://x/{version}\n", 3),
        ("baseUri: http://x/{\n", 3),
        ("types: {A: string}\n", 3),
        ("? [a]\n: b\n", 3),
        ("/x: &x {? [a] : b}\n/y: {<<: *x}\n", 3),
        ("/x: !include circle.raml\n", 3),
        ("/x: !include pipe.raml\n", 3),
    ],
)
def test_what_is_no_raml_0_8(text: str, line: int) -> None:
    Path("circle.raml").symlink_to("circle.raml")
    os.mkfifo("pipe.raml")

    assert refused_at(text, ZERO_EIGHT) == f"api.raml:{line}"


def test_fragments_are_not_of_0_8() -> None:
    assert refused_at("", "#%RAML 0.8 Library\n") == "api.raml:1"


BOMBS_OF_0_8 = {
    "texts": "resourceTypes:\n"
    + "".join(
        f"  - r{n}: {{type: {{r{n + 1}: {{a: '<<a>><<a>>'}}}}, description: <<a>>}}\n"
        for n in range(60)
    )
    + "  - r60: {description: <<a>>}\n/x: {type: {r0: {a: lol}}, get: }\n",
    "traits": "traits:\n  - t:\n      queryParameters:\n"
    + "".join(f"        p{n}:\n" for n in range(3000))
    + "".join(f"/x{n}: {{is: [t], get: , put: , post: }}\n" for n in range(2000)),
    "chain": "resourceTypes:\n"
    + "".join(f"  - r{n}: {{type: r{n + 1}}}\n" for n in range(3000))
    + "  - r3000: {}\n/x: {type: r0}\n",
}


@pytest.mark.parametrize("text", BOMBS_OF_0_8.values(), ids=BOMBS_OF_0_8)
def test_bomb_of_0_8_is_refused(text: str) -> None:
    assert refused_at(text, ZERO_EIGHT).startswith("api.raml:")


def test_merges_of_merges_are_read_in_time() -> None:
    text = "/m0: &m0 {displayName: x, get: }\n" + "".join(
        f"/m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 60)
    )

    assert len(read(text, ZERO_EIGHT).operations) == 60


def test_includes_of_includes_are_counted() -> None:
    for number in range(25):
        Path(f"d{number}.raml").write_text(
            f"/y: !include d{number + 1}.raml\n/z: !include d{number + 1}.raml\n",
            encoding="utf-8",
        )
    Path("d25.raml").write_text("get:\n", encoding="utf-8")

    assert refused_at("/x: !include d0.raml\n", ZERO_EIGHT)
    assert refused_at("/x: !include d0.raml\n", ONE)
