"""Reading RAML 0.8."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent

import jsonschema_rs
import pytest

from launchpad_api_raml.format import RamlFormat
from launchpad_api_raml.raml10.json_schema import BASES
from launchpad_core.contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)
from launchpad_core.errors import ContractError
from launchpad_core.references import bundled

CASES = Path(__file__).parent / "cases"


pytestmark = pytest.mark.usefixtures("in_the_folder")


def read(text: str) -> ApiContract:
    head = "#%RAML 0.8\ntitle: T\nversion: v0\n"
    Path("api.raml").write_text(head + dedent(text).lstrip("\n"), encoding="utf-8")
    return RamlFormat().read(Path("api.raml"))


def parameters(facets: str) -> tuple[Parameter, ...]:
    text = f"/x:\n  get:\n    queryParameters:\n      a: {facets}\n"
    return read(text).operations[0].parameters


def schema(facets: str) -> object:
    return parameters(facets)[0].schema


def refusal(text: str) -> str:
    with pytest.raises(ContractError) as told:
        read(text)
    return str(told.value)


def test_whole_contract() -> None:
    contract = read("""
        documentation:
          - title: About
            content: Flowers
        /varieties:
          get:
            description: One variety
            queryParameters:
              sepal.length:
                displayName: Sepal Length
                type: number
                description: In cm
                example: 3.14
                required: true
                minimum: 0
            responses:
              200:
                description: Fine
                body:
                  application/json:
                    schema: |
                      {"$schema": "http://json-schema.org/draft-03/schema",
                       "type": "object", "required": true,
                       "properties": {"variety": {"type": "string", "required": true}}}
                    example: |
                      {"variety": "Setosa"}
              404:
                description: None
          post:
            body:
              multipart/form-data:
                formParameters:
                  photo: {type: file, required: true}
                  label:
          /{id}:
            uriParameters:
              id: {type: integer, minimum: 1}
            get:
        """)

    assert contract == ApiContract(
        "T",
        version="v0",
        description="Flowers",
        operations=(
            Operation(
                "GET",
                path="/varieties",
                description="One variety",
                parameters=(
                    Parameter(
                        "sepal.length",
                        location="query",
                        schema={
                            "type": "number",
                            "minimum": 0,
                            "title": "Sepal Length",
                        },
                        required=True,
                        description="In cm",
                        examples=(3.14,),
                    ),
                ),
                responses=(
                    Response(
                        200,
                        media_type="application/json",
                        description="Fine",
                        schema={
                            "type": "object",
                            "properties": {"variety": {"type": "string"}},
                            "required": ["variety"],
                        },
                        examples=({"variety": "Setosa"},),
                    ),
                    Response(404, description="None"),
                ),
            ),
            Operation(
                "POST",
                path="/varieties",
                bodies=(
                    Body(
                        "multipart/form-data",
                        parameters=(
                            Parameter(
                                "photo", location="file", schema={}, required=True
                            ),
                            Parameter(
                                "label", location="form", schema={"type": "string"}
                            ),
                        ),
                    ),
                ),
                body_required=True,
            ),
            Operation(
                "GET",
                path="/varieties/{id}",
                parameters=(
                    Parameter(
                        "id",
                        location="path",
                        schema={"type": "integer", "minimum": 1},
                        required=True,
                    ),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        ("", {"type": "string"}),
        ("{type: boolean, default: true}", {"type": "boolean", "default": True}),
        (
            "{enum: [yes, no, 'on']}",
            {"type": "string", "enum": ["yes", "no", "on"]},
        ),
        (
            "{type: integer, minimum: 010, maximum: 20}",
            {"type": "integer", "minimum": 10, "maximum": 20},
        ),
        (
            "{minLength: 1, maxLength: 3, pattern: '^[a-z]+$'}",
            {"type": "string", "minLength": 1, "maxLength": 3, "pattern": "^[a-z]+$"},
        ),
        ("{type: date}", BASES["rfc2616"]),
        (
            "[{type: integer, minimum: 1}, {enum: [all]}]",
            {
                "anyOf": [
                    {"type": "integer", "minimum": 1},
                    {"type": "string", "enum": ["all"]},
                ]
            },
        ),
        ("{displayName: 1.10, default: }", {"type": "string", "title": "1.10"}),
        (
            "{type: integer, repeat: true, default: 1}",
            {"type": "array", "items": {"type": "integer"}, "default": [1]},
        ),
        (
            "{type: 'number[]', minimum: 0}",
            {"type": "array", "items": {"type": "number", "minimum": 0}},
        ),
        (
            "{type: integer, repeat: true, enum: [1, 2]}",
            {"type": "array", "items": {"type": "integer", "enum": [1, 2]}},
        ),
    ],
)
def test_facets_become_json_schema(facets: str, expected: object) -> None:
    assert schema(facets) == expected


def test_uri_parameter_needs_no_declaration() -> None:
    operation = read("/x/{id}:\n  get:\n").operations[0]

    assert operation.parameters == (
        Parameter("id", location="path", schema={"type": "string"}, required=True),
    )


def test_resources_hand_their_uri_parameters_on_at_any_depth() -> None:
    operation = read("""
        /models/{id}:
          uriParameters:
            id: {type: integer}
          /versions:
            /{version}:
              get:
        """).operations[0]

    assert [(p.name, p.schema) for p in operation.parameters] == [
        ("id", {"type": "integer"}),
        ("version", {"type": "string"}),
    ]


def test_uri_parameter_outside_of_the_path_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    operation = read("/x:\n  uriParameters:\n    id:\n  get:\n").operations[0]

    assert operation.parameters == ()
    assert caplog.messages == ["api.raml:6: {id} is not in /x"]


def test_operations_and_responses_are_in_the_order_of_the_file() -> None:
    methods = ["post", "connect", "trace", "options", "head", "patch", "delete", "put"]
    contract = read(
        "/x:\n  /y:\n    get:\n"
        + "".join(f"  {method}:\n" for method in methods)
        + "  get:\n    responses:\n      404:\n      200:\n"
    )

    assert [(o.method, o.path) for o in contract.operations] == [
        ("GET", "/x/y"),
        *((method.upper(), "/x") for method in methods),
        ("GET", "/x"),
    ]
    assert [r.status for r in contract.operations[-1].responses] == [404, 200]


@pytest.mark.parametrize("version", ["v0", "1", "1.10", "2024-01-01", "0x1", "true"])
def test_version_is_text_as_it_is_written(version: str) -> None:
    Path("api.raml").write_text(f"#%RAML 0.8\ntitle: 007\nversion: {version}\n")

    contract = RamlFormat().read(Path("api.raml"))

    assert (contract.title, contract.version) == ("007", version)


FILE = Parameter("file", location="file", schema={}, required=True)


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        ("{multipart/form-data: }", (FILE,)),
        ("{multipart/form-data: {example: x}}", (FILE,)),
        ("{multipart/form-data: {formParameters: {}}}", ()),
        ("{binary/octet-stream: , multipart/form-data: }", (FILE,)),
        (
            "{multipart/form-data: {properties: {file: {type: file, required: true},"
            " n: {type: integer}}}}",
            (FILE, Parameter("n", location="form", schema={"type": "integer"})),
        ),
        (
            "{multipart/form-data: {formParameters: {file: {type: file, repeat: true,"
            " required: true}}}}",
            (
                Parameter(
                    "file",
                    location="file",
                    schema={"type": "array", "items": {}},
                    required=True,
                ),
            ),
        ),
    ],
)
def test_multipart_bodies(body: str, parameters: tuple[Parameter, ...]) -> None:
    operation = read(f"/x:\n  post:\n    body: {body}\n").operations[0]

    assert operation.bodies == (Body("multipart/form-data", parameters=parameters),)


def test_default_media_type_is_that_of_bodies_without_one() -> None:
    operation = read("""
        mediaType: application/x-www-form-urlencoded
        /x:
          post:
            body:
              formParameters:
                n: {type: integer}
        """).operations[0]

    assert operation.bodies[0].media_type == "application/x-www-form-urlencoded"
    assert operation.bodies[0].parameters[0].schema == {"type": "integer"}


def test_named_schemas_and_other_media_types_of_answers() -> None:
    operation = read("""
        schemas:
          - row: '{"type": "object", "id": "urn:row"}'
        /x:
          get:
            responses:
              200:
                body:
                  application/vnd.row+json: {schema: row, example: '{"a": 1}'}
                  text/xml: {schema: <xs/>, example: <a/>}
        """).operations[0]

    assert operation.responses == (
        Response(
            200,
            media_type="application/vnd.row+json",
            schema={"$ref": "#/$defs/row"},
            examples=({"a": 1},),
        ),
        Response(200, media_type="text/xml", examples=("<a/>",)),
    )


def test_answers_schema_or_example_that_is_no_json_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    operation = read("""
        /x:
          get:
            responses:
              200:
                body:
                  application/json:
                    schema: nothing
                    example: "{'a': 1}"
        """).operations[0]

    assert operation.responses == (Response(200, media_type="application/json"),)
    assert caplog.messages == [
        'api.raml:10: there is no schema "nothing"\n  try: add it to schemas:',
        "api.raml:11: the example is no JSON, and left out: Expecting property name "
        "enclosed in double quotes: line 1 column 2 (char 1)",
    ]


@pytest.mark.parametrize("target", ["http://127.0.0.1:9/x.json", "file:///etc/hosts"])
def test_schema_is_not_fetched_from_elsewhere(target: str) -> None:
    Path("row.json").write_text(f'{{"items": {{"$ref": "{target}"}}}}')

    assert refusal("""
        /x:
          get:
            responses:
              200:
                body:
                  application/json:
                    schema: !include row.json
        """) == (
        f"api.raml:10: the schema refers to {target}, outside of itself\n"
        "  try: copy that into its definitions: #/definitions/..."
    )


def test_trait_of_resource_and_of_method_hold_both_and_not_below() -> None:
    contract = read("""
        traits:
          - of_resource:
              queryParameters:
                a: {required: true}
          - of_method:
              queryParameters:
                b: {type: integer, minimum: <<least>>}
        /x:
          is: [of_resource]
          get:
            is: [of_method: {least: 3}]
            queryParameters:
              b: {maximum: 9}
          /y:
            get:
        """)

    assert {
        p.name: (p.required, p.schema) for p in contract.operations[0].parameters
    } == {
        "a": (True, {"type": "string"}),
        "b": (False, {"type": "integer", "minimum": 3, "maximum": 9}),
    }
    assert contract.operations[1].parameters == ()


def test_resource_type_adds_methods_and_fills_in_its_arguments() -> None:
    contract = read("""
        resourceTypes:
          - base:
              get:
                description: All <<what | !pluralize>> of <<resourcePathName>>
          - collection:
              type: {base: {what: <<item>>}}
              get:
                queryParameters:
                  <<item>>: {enum: [up, down]}
              post?:
                description: Never
        /shop/things:
          type: {collection: {item: thing}}
          /{id}:
            get:
        """)

    assert [(o.method, o.path, o.description) for o in contract.operations] == [
        ("GET", "/shop/things/{id}", ""),
        ("GET", "/shop/things", "All things of things"),
    ]
    assert contract.operations[1].parameters == (
        Parameter(
            "thing", location="query", schema={"type": "string", "enum": ["up", "down"]}
        ),
    )


def test_traits_and_resource_types_are_applied() -> None:
    operation = read("""
        traits:
          - paged:
              queryParameters:
                page: {type: integer, minimum: 1}
        resourceTypes:
          - collection:
              get:
                queryParameters:
                  sort: {enum: [up, down]}
        /x:
          type: collection
          get:
            is: [paged]
        """).operations[0]

    assert {p.name: p.schema for p in operation.parameters} == {
        "page": {"type": "integer", "minimum": 1},
        "sort": {"type": "string", "enum": ["up", "down"]},
    }


def test_misspelt_facet_in_a_trait_is_refused() -> None:
    assert refusal("""
        traits:
          - paged:
              queryParameters:
                page: {type: integer, minimun: 1}
        /x:
          get:
            is: [paged]
        """) == (
        'api.raml:7: parameter "page": "minimun" is no facet\n'
        '  try: did you mean "minimum"?'
    )


@pytest.mark.parametrize(
    ("facets", "message"),
    [
        (
            "{type: number, minimun: 0}",
            'parameter "a": "minimun" is no facet\n  try: did you mean "minimum"?',
        ),
        (
            "{type: floot}",
            "parameter \"a\": there is no type 'floot' in RAML 0.8\n"
            "  try: use string, number, integer, boolean, date, file",
        ),
        (
            "{type: array}",
            "parameter \"a\": there is no type 'array' in RAML 0.8\n"
            "  try: string[], or repeat: true",
        ),
        ("{minimum: 0}", 'parameter "a": string parameters have no minimum'),
        (
            "{type: boolean, enum: [true]}",
            'parameter "a": boolean parameters have no enum',
        ),
        (
            "{type: number, minimum: 3, maximum: 2}",
            'parameter "a": minimum is above maximum',
        ),
        (
            "{minLength: 1.5}",
            'parameter "a": minLength must be a number',
        ),
        (
            "{enum: [1, 2]}",
            'parameter "a": the enum\'s 1 should be text\n  try: put text in quotes',
        ),
        (
            "{type: integer, default: much}",
            'parameter "a": the default should be an integer',
        ),
        (
            "{type: integer, maximum: 3, default: 4}",
            'parameter "a": the default should be at most 3',
        ),
        (
            "{required: 'yes'}",
            'parameter "a": required must be true or false',
        ),
        (
            "{pattern: '(['}",
            "parameter \"a\": the pattern '([' is no regular expression: "
            "unterminated character set at position 1",
        ),
        (
            "{minLength: -1}",
            'parameter "a": minLength can\'t be -1',
        ),
        (
            "{type: number, maximum: .nan}",
            'parameter "a": maximum can\'t be nan',
        ),
        (
            "{description: [a]}",
            'parameter "a": description must be text',
        ),
        (
            "{pattern: [a]}",
            'parameter "a": pattern must be text',
        ),
        (
            "[{type: string}, {type: file}]",
            'parameter "a": a file can\'t be text as well',
        ),
        (
            "{type: file}",
            'parameter "a": a file can only be in a form\n'
            "  try: move it to formParameters: in a body of multipart/form-data",
        ),
        (
            "text",
            'parameter "a" must have facets, such as type: and required:',
        ),
    ],
)
def test_parameter_that_makes_no_sense_is_refused(facets: str, message: str) -> None:
    text = f"/x:\n  get:\n    queryParameters:\n      a: {facets}\n"

    assert refusal(text) == f"api.raml:7: {message}"


def test_example_that_does_not_fit_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        (parameter,) = parameters("{type: integer, example: much}")

    assert parameter.examples == ()
    assert caplog.messages == [
        'api.raml:7: parameter "a": the example should be an integer'
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "/x:\n  get:\n    queryParamters:\n      a:\n",
            'api.raml:6: a method has no key "queryParamters" in RAML 0.8\n'
            '  try: did you mean "queryParameters"?',
        ),
        (
            "/x:\n  get:\n  get:\n",
            'api.raml:6: the key "get" is written twice; first at api.raml:5\n'
            "  try: remove one of the two",
        ),
        (
            "/x:\n  post:\n    body:\n      application/json: {schema: row}\n",
            'api.raml:7: there is no schema "row"\n  try: add it to schemas:',
        ),
        (
            "/x:\n  post:\n    body:\n      application/json: {schema: '{\"a\"'}\n",
            "api.raml:7: the schema is not valid JSON: Expecting ':' delimiter: "
            "line 1 column 5 (char 4)",
        ),
        (
            "schemas: [row: '{\"type\": 1}']\n"
            "/x:\n  post:\n    body:\n      application/json: {schema: row}\n",
            "api.raml:4: the JSON Schema is not valid: 1 is not valid under any of the "
            "schemas listed in "
            "the 'anyOf' keyword",
        ),
        (
            "/x:\n  post:\n    body:\n      application/json: {formParameters: {}}\n",
            'api.raml:7: a body has no key "formParameters" in RAML 0.8\n'
            "  try: use example, schema",
        ),
        (
            "securitySchemes: [key: {type: x-key}]\n"
            "/x:\n  get:\n    securedBy: [kye]\n",
            'api.raml:7: there is no security scheme "kye"\n  try: did you mean "key"?',
        ),
        (
            "securitySchemes: [key: {type: x-key, setings: {}}]\n",
            'api.raml:4: a security scheme has no key "setings" in RAML 0.8\n'
            '  try: did you mean "settings"?',
        ),
        (
            "securitySchemes: [key: {description: d}]\n",
            'api.raml:4: the security scheme "key" has no type\n'
            "  try: type: Basic Authentication, OAuth 2.0, x-api-key, ...",
        ),
        (
            "protocols: HTTP\n",
            "api.raml:4: protocols: must be a list of HTTP, HTTPS, or both",
        ),
        (
            "securedBy: key\n/x:\n  get:\n",
            "api.raml:4: securedBy: must be a list of security schemes\n"
            "  try: securedBy: [name]",
        ),
        (
            "/x: !include ../secret.raml\n",
            "api.raml:4: ../secret.raml is outside the folder of the including file\n"
            "  try: copy it there",
        ),
        (
            "/x: !include /etc/passwd\n",
            "api.raml:4: /etc/passwd is outside the folder of the including file\n"
            "  try: copy it there",
        ),
        (
            "/x: !include http://127.0.0.1/x.raml\n",
            "api.raml:4: http://127.0.0.1/x.raml is outside the folder of the "
            "including file\n  try: copy it there",
        ),
        ("/x: !include api.raml\n", "api.raml:4: api.raml includes itself"),
        ("/x: text\n", 'api.raml:4: "/x" in a resource must be a mapping'),
        ("/x:\n  get: text\n", 'api.raml:5: "get" in a resource must be a mapping'),
        (
            "/x:\n  post:\n    body: multipart/form-data\n",
            "api.raml:6: body: must hold media types\n"
            "  try: body: {application/json: {...}}",
        ),
        (
            "/x:\n  get:\n    responses: {200: {body: {schema: '{}'}}}\n",
            "api.raml:6: this body has no media type\n"
            "  try: name one below body:, or for all with mediaType: at the top",
        ),
        (
            "/x:\n  get:\n    responses:\n      default:\n",
            'api.raml:7: "default" is no HTTP status\n  try: a number, such as 200',
        ),
        (
            "/a:\n  /b:\n    get:\n/a/b:\n  get:\n",
            "api.raml:8: GET /a/b is there twice; first at api.raml:6\n"
            "  try: remove one of the two",
        ),
        (
            "/x/{a}/{a}:\n  get:\n",
            "api.raml:4: /x/{a}/{a} has {a} twice\n"
            "  try: give each parameter of a path its own name",
        ),
        (
            "/x/{a}:\n  uriParameters:\n    a: {repeat: true}\n  get:\n",
            'api.raml:6: parameter "a": this can\'t be given several times here',
        ),
        (
            "documentation: text\n",
            "api.raml:4: documentation: must be a list of mappings",
        ),
        (
            "traits: [paged: {}]\n/x:\n  get:\n    is: [pagd]\n",
            'api.raml:7: there is no trait "pagd"\n  try: did you mean "paged"?',
        ),
        (
            "traits: [paged: {}]\n/x:\n  get:\n    is: paged\n",
            "api.raml:7: is: must be a list of traits\n  try: is: [paged]",
        ),
        (
            "/x:\n  type: nothing\n",
            'api.raml:5: there is no resource type "nothing"\n'
            "  try: the resource types are: none",
        ),
        (
            "resourceTypes: [a: {type: b}, b: {type: a}]\n/x:\n  type: a\n",
            'api.raml:4: the resource type "a" has itself',
        ),
        (
            "traits:\n  - t:\n      description: <<text>>\n/x:\n  get: {is: [t]}\n",
            "api.raml:6: <<text>> is given no value where this is used\n"
            "  try: {name: {text: ...}}",
        ),
        (
            "/x: !!python/object/apply:os.getcwd []\n",
            "api.raml:4: the tag tag:yaml.org,2002:python/object/apply:os.getcwd "
            "is not allowed",
        ),
    ],
)
def test_document_that_is_not_understood_is_refused(text: str, message: str) -> None:
    assert refusal(text) == message


def test_header_without_anything_is_refused() -> None:
    Path("api.raml").write_text("#%RAML 0.8\n")

    with pytest.raises(ContractError) as told:
        RamlFormat().read(Path("api.raml"))

    assert str(told.value) == (
        "api.raml:1: this RAML holds nothing\n  try: title:, version:, /resource:"
    )


def test_yaml_bomb_is_limited() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]

    assert "this holds more than 100000 values" in refusal("\n".join(lines))


def test_includes_below_the_folder_are_read() -> None:
    Path("parts").mkdir()
    Path("parts/parameters.yaml").write_text("a: {type: integer}\n")
    Path("parts/schema.json").write_text('{"type": "object"}')

    operation = read("""
        /x:
          get:
            queryParameters: !include parts/parameters.yaml
            responses:
              200:
                body:
                  application/json:
                    schema: !include parts/schema.json
        """).operations[0]

    assert operation.parameters[0].schema == {"type": "integer"}
    assert operation.responses[0].schema == {"type": "object"}


@pytest.mark.parametrize(
    "case", sorted(CASES.glob("[ip]-*.raml")), ids=lambda p: p.stem
)
def test_invalid_cases_are_refused(case: Path) -> None:
    with pytest.raises(ContractError) as told:
        RamlFormat().read(case)

    assert told.value.where is not None


FACTS = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))


def inputs(parameters: Iterable[Parameter]) -> dict[str, object]:
    return {
        item.name: {
            "required": item.required,
            "schema": item.schema,
            **({"kind": "file"} if item.location == "file" else {}),
        }
        for item in parameters
    }


@pytest.mark.parametrize("case", FACTS)
def test_facts_of_valid_cases(case: str) -> None:
    contract = RamlFormat().read(CASES / Path(case).name)

    for operation in contract.operations:
        facts = FACTS[case]["operations"].pop(f"{operation.method} {operation.path}")
        for place, location in (("uri", "path"), ("query", "query")):
            found = [one for one in operation.parameters if one.location == location]
            assert inputs(found) == facts.get(place, {})
        forms = {
            b.media_type: inputs(b.parameters) for b in operation.bodies if b.is_form
        }
        assert forms == facts.get("form", {})
        statuses = {response.status for response in operation.responses}
        assert statuses == {*facts.get("responses", ())}
        for body in operation.bodies:
            tried = facts.get("body", {}).get(body.media_type, {})
            if tried:
                schema = {**bundled(body.schema or {}, contract.schemas)}
                fits = jsonschema_rs.validator_for(schema).is_valid
                assert [one for one in tried["accept"] if not fits(one)] == []
                assert [one for one in tried["reject"] if fits(one)] == []
    assert FACTS[case]["operations"] == {}


def test_security_of_a_valid_case() -> None:
    contract = RamlFormat().read(CASES / "v08-security.raml")

    assert contract.security_schemes == (
        SecurityScheme("basic", kind="basic", description="user and password"),
        SecurityScheme(
            "apiKey",
            kind="key",
            parameters=(
                Parameter(
                    "X-Api-Key",
                    location="header",
                    schema={"type": "string"},
                    required=True,
                ),
            ),
        ),
    )
    assert [(one.path, one.security) for one in contract.operations] == [
        ("/open", ({},)),
        ("/closed", ({"apiKey": ()},)),
    ]


def test_security_of_the_document_counts_where_nothing_is_nearer() -> None:
    contract = read("""
        securitySchemes:
          - oauth: {type: OAuth 2.0, settings: {scopes: [read, write]}}
        securedBy: [oauth: {scopes: [read]}, null]
        /x:
          get:
        """)

    assert contract.security_schemes == (
        SecurityScheme("oauth", kind="oauth2", settings={"scopes": ["read", "write"]}),
    )
    assert contract.operations[0].security == ({"oauth": ("read",)}, {})


def test_base_uri_holds_the_version() -> None:
    contract = read("""
        baseUri: https://{host}.example.org/{version}
        baseUriParameters:
          host: {enum: [a, b]}
        """)

    assert contract.base_uri == "https://{host}.example.org/v0"


def test_bodies_of_several_media_types() -> None:
    Path("row.json").write_text('{"type": "object"}')

    operation = read("""
        schemas:
          - iris: |
              {"type": "object", "properties": {"n": {"$ref": "#/definitions/count"}},
               "definitions": {"count": {"minimum": 0, "exclusiveMinimum": true}}}
        /x:
          post:
            body:
              application/json: {schema: iris, example: '{"n": 1}'}
              application/vnd.row+json: {schema: !include row.json}
              text/csv: {example: "a,b"}
              text/xml: {schema: <xs/>}
        """)

    assert operation.operations[0].bodies == (
        Body("application/json", schema={"$ref": "#/$defs/iris"}, examples=({"n": 1},)),
        Body("application/vnd.row+json", schema={"type": "object"}),
        Body("text/csv", examples=("a,b",)),
        Body("text/xml"),
    )
    assert operation.schemas == {
        "iris": {"type": "object", "properties": {"n": {"$ref": "#/$defs/count"}}},
        "count": {"exclusiveMinimum": 0},
    }


def test_headers_of_requests_and_answers() -> None:
    operation = read("""
        /x:
          get:
            headers:
              X-Rate: {type: integer, required: true}
            responses:
              200:
                headers:
                  X-Left: {type: integer}
        """).operations[0]

    assert operation.parameters == (
        Parameter(
            "X-Rate", location="header", schema={"type": "integer"}, required=True
        ),
    )
    assert operation.responses == (
        Response(
            200,
            headers=(
                Parameter("X-Left", location="header", schema={"type": "integer"}),
            ),
        ),
    )


def test_what_is_not_checked_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    contract = read("""
        schemas:
          - broken: '{"a"'
        /x:
          post:
            headers:
              x-meta-{*}:
            body:
              application/json: {schema: '{"type": "object"}', example: '[]'}
        """)

    assert contract.schemas == {}
    assert contract.operations[0].parameters == ()
    assert contract.operations[0].bodies == (
        Body("application/json", schema={"type": "object"}),
    )
    assert caplog.messages == [
        "api.raml:5: the schema is not valid JSON: Expecting ':' delimiter: "
        "line 1 column 5 (char 4)",
        "api.raml:11: the example doesn't fit, and is left out: "
        '[] is not of type "object"',
        "api.raml:9: headers like x-meta-{*} are not checked",
    ]


def test_everything_knows_its_line() -> None:
    operation = read("""
        /x/{id}:
          uriParameters:
            id:
          post:
            queryParameters:
              q:
            body:
              application/json:
            responses:
              200:
              201:
                body:
                  application/json:
        """).operations[0]

    assert [str(operation.where), *(str(p.where) for p in operation.parameters)] == [
        "api.raml:7",
        "api.raml:6",
        "api.raml:9",
    ]
    assert [str(b.where) for b in (*operation.bodies, *operation.responses)] == [
        "api.raml:11",
        "api.raml:13",
        "api.raml:16",
    ]


def test_importing_ramlfications_leaves_typeguard_as_it_was() -> None:
    code = (
        "import typeguard; before = typeguard.typechecked\n"
        "from launchpad_api_raml.structure import _ramlfications; _ramlfications()\n"
        "assert typeguard.typechecked is before"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("tag", ["!!binary a", "!!set {a}", "!!timestamp 2020", "!x a"])
def test_yaml_tags_are_refused(tag: str) -> None:
    assert refusal(f"/x: {tag}\n").startswith("api.raml:4: ")


def test_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text("get:\n")
    try:
        Path("link.yaml").symlink_to(outside)
    except OSError:
        pytest.skip("no symbolic links here")

    assert "is outside the folder" in refusal("/x: !include link.yaml\n")
