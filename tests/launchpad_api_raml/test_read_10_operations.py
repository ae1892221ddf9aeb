"""Reading RAML 1.0: resources, methods, parameters, bodies, responses, security."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from raml_texts import read, refusal

from launchpad_api_raml.format import RamlFormat
from launchpad_core.contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position

pytestmark = pytest.mark.usefixtures("in_the_folder")


def parameters(declarations: str) -> tuple[Parameter, ...]:
    contract = read(f"/x:\n  get:\n    queryParameters: {declarations}\n")
    return contract.operations[0].parameters


def test_whole_contract() -> None:
    contract = read("""
        version: 1.10
        description: Flowers
        baseUri: http://{host}/iris/{version}/{rest}
        baseUriParameters: {host: {default: localhost}}
        protocols: [HTTPS]
        documentation:
          - {title: More, content: About flowers}
        mediaType: application/json
        types:
          Row: {properties: {width: number}}
          Rows: Row[]
        /varieties/{id}:
          description: Varieties
          uriParameters: {id: {type: integer, description: Which one}}
          get:
            displayName: One variety
            queryParameters:
              unit?: {enum: [cm, in], default: cm, displayName: Unit, example: in}
            headers: {X-Trace?: string}
            responses:
              200:
                description: Fine
                headers: {X-Count: integer}
                body: {type: Row, example: {width: 1.5}}
              404:
          /rows:
            post:
              description: All of them
              body: {type: Rows, description: In order}
    """)

    assert contract == ApiContract(
        "T",
        version="1.10",
        description="Flowers\n\nAbout flowers",
        base_uri="https://localhost/iris/1.10/{rest}",
        schemas={
            "Row": {
                "type": "object",
                "properties": {"width": {"type": "number"}},
                "required": ["width"],
            },
            "Rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}},
        },
        operations=(
            Operation(
                "GET",
                path="/varieties/{id}",
                title="One variety",
                description="Varieties",
                parameters=(
                    Parameter(
                        "id",
                        location="path",
                        schema={"type": "integer"},
                        required=True,
                        description="Which one",
                    ),
                    Parameter(
                        "unit",
                        location="query",
                        schema={
                            "type": "string",
                            "enum": ["cm", "in"],
                            "default": "cm",
                            "title": "Unit",
                        },
                        examples=("in",),
                    ),
                    Parameter("X-Trace", location="header", schema={"type": "string"}),
                ),
                responses=(
                    Response(
                        200,
                        media_type="application/json",
                        schema={"$ref": "#/$defs/Row"},
                        description="Fine",
                        headers=(
                            Parameter(
                                "X-Count",
                                location="header",
                                schema={"type": "integer"},
                                required=True,
                            ),
                        ),
                        examples=({"width": 1.5},),
                    ),
                    Response(404),
                ),
            ),
            Operation(
                "POST",
                path="/varieties/{id}/rows",
                description="All of them",
                parameters=(
                    Parameter(
                        "id",
                        location="path",
                        schema={"type": "integer"},
                        required=True,
                        description="Which one",
                    ),
                ),
                bodies=(
                    Body(
                        "application/json",
                        schema={"$ref": "#/$defs/Rows"},
                        description="In order",
                    ),
                ),
                body_required=True,
            ),
        ),
    )


def test_positions_are_those_of_the_keys() -> None:
    contract = read("""
        /x/{id}:
          post:
            queryParameters:
              a: string
            body:
              application/json: integer
            responses:
              200:
    """)

    operation = contract.operations[0]
    assert operation.where == Position("api.raml", 4)
    assert [one.where for one in operation.parameters] == [
        Position("api.raml", 3),
        Position("api.raml", 6),
    ]
    assert operation.bodies[0].where == Position("api.raml", 8)
    assert operation.responses[0].where == Position("api.raml", 10)


def test_hundred_lines_are_read_in_a_few_milliseconds() -> None:
    operation = """/x{n}:
  get:
    queryParameters:
      width: Width
      unit?: {{enum: [cm, in], default: cm, example: in}}
    responses:
      200: {{body: {{application/json: 'Width[]'}}}}
"""
    text = "types: {Width: {type: number, minimum: 0, example: 5.1}}\n"
    text += "".join(operation.format(n=n) for n in range(14))

    def seconds() -> float:
        start = time.process_time()
        read(text)
        return time.process_time() - start

    assert min(seconds() for _ in range(5)) < 0.02


def test_undeclared_uri_parameters_are_required_texts() -> None:
    contract = read("""
        /a/{one}:
          uriParameters: {one: integer}
          /b/{two}:
            get:
    """)

    assert contract.operations[0].parameters == (
        Parameter("one", location="path", schema={"type": "integer"}, required=True),
        Parameter("two", location="path", schema={"type": "string"}, required=True),
    )


def test_named_types_of_parameters_are_taken_with_all_they_say() -> None:
    contract = read("""
        types:
          Width: {type: number, maximum: 9, description: In cm, example: 3}
          Rows: {type: 'Width[]', maxItems: 2}
        /x:
          get:
            queryParameters:
              width: Width
              small: {type: Width, maximum: 1}
              rows?: Rows
            headers:
              X-Widths: Width[]
    """)

    width = {"type": "number", "maximum": 9}
    item = {**width, "description": "In cm", "examples": [3]}
    assert contract.operations[0].parameters == (
        Parameter(
            "width",
            location="query",
            schema=width,
            required=True,
            description="In cm",
            examples=(3,),
        ),
        Parameter(
            "small",
            location="query",
            schema={"type": "number", "maximum": 1},
            required=True,
        ),
        Parameter(
            "rows",
            location="query",
            schema={"type": "array", "maxItems": 2, "items": item},
        ),
        Parameter(
            "X-Widths",
            location="header",
            schema={"type": "array", "items": item},
            required=True,
            separator=",",
        ),
    )


def test_forms_and_files() -> None:
    contract = read("""
        types:
          Picture: {type: file, fileTypes: [image/png, image/*], maxLength: 1000}
        /x:
          post:
            body:
              multipart/form-data:
                properties:
                  picture: Picture
                  more?: {type: array, items: Picture, maxItems: 3}
                  label?: string
              application/x-www-form-urlencoded:
                properties: {label: string}
    """)

    assert contract.operations[0].bodies == (
        Body(
            "multipart/form-data",
            parameters=(
                Parameter(
                    "picture",
                    location="file",
                    schema={"maxLength": 1000},
                    required=True,
                    media_types=("image/png", "image/*"),
                ),
                Parameter(
                    "more",
                    location="file",
                    schema={
                        "type": "array",
                        "items": {"maxLength": 1000},
                        "maxItems": 3,
                    },
                    media_types=("image/png", "image/*"),
                ),
                Parameter("label", location="form", schema={"type": "string"}),
            ),
        ),
        Body(
            "application/x-www-form-urlencoded",
            parameters=(
                Parameter(
                    "label", location="form", schema={"type": "string"}, required=True
                ),
            ),
        ),
    )


def test_query_string_of_objects_is_query_parameters() -> None:
    contract = read("""
        types:
          paging: {properties: {start?: integer}}
          place: {properties: {lat: number, unit: string}}
          name: {properties: {name: string, unit: string}}
        /x:
          get:
            queryString: {type: [paging, place | name]}
    """)

    found = {one.name: one.required for one in contract.operations[0].parameters}
    assert found == {"start": False, "lat": False, "unit": True, "name": False}


def test_query_string_of_text_is_only_remarked_upon(
    caplog: pytest.LogCaptureFixture,
) -> None:
    contract = read("/x: {get: {queryString: {type: string, minLength: 3}}}\n")

    assert contract.operations[0].parameters == ()
    assert caplog.messages == [
        "api.raml:3: a queryString that is no object is not checked"
    ]


def test_bodies_of_several_default_media_types() -> None:
    contract = read("""
        mediaType: [application/json, text/csv]
        /x:
          post:
            body: {type: array, items: number}
            responses: {200: {body: {application/xml: '<schema/>'}}}
    """)

    operation = contract.operations[0]
    schema = {"type": "array", "items": {"type": "number"}}
    assert operation.bodies == (
        Body("application/json", schema=schema),
        Body("text/csv", schema=schema),
    )
    assert operation.responses == (Response(200, media_type="application/xml"),)


def test_security() -> None:
    contract = read("""
        securitySchemes:
          oauth:
            type: OAuth 2.0
            description: Ask
            describedBy:
              headers: {Authorization: string}
              queryParameters: {token?: string}
              responses: {401: {description: Who are you?}}
            settings:
              authorizationUri: http://x.org/a
              accessTokenUri: http://x.org/t
              authorizationGrants: [authorization_code]
              scopes: [read, write]
          own: {type: x-own}
        securedBy: [oauth: {scopes: [read]}]
        /x:
          get:
          post: {securedBy: [own, null]}
          /y: {securedBy: [], get: , /z: {get: }}
    """)

    assert contract.security_schemes[0] == SecurityScheme(
        "oauth",
        kind="oauth2",
        description="Ask",
        parameters=(
            Parameter(
                "Authorization",
                location="header",
                schema={"type": "string"},
                required=True,
            ),
            Parameter("token", location="query", schema={"type": "string"}),
        ),
        settings={
            "authorizationUri": "http://x.org/a",
            "accessTokenUri": "http://x.org/t",
            "authorizationGrants": ["authorization_code"],
            "scopes": ["read", "write"],
        },
    )
    security = {f"{one.method} {one.path}": one.security for one in contract.operations}
    assert security == {
        "GET /x": ({"oauth": ("read",)},),
        "POST /x": ({"own": ()}, {}),
        "GET /x/y": ({},),
        "GET /x/y/z": ({"oauth": ("read",)},),
    }


def test_uri_parameter_outside_of_the_path_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    read("/x/{id}:\n  uriParameters: {other: string}\n  get:\n")

    assert caplog.messages == ["api.raml:4: {other} is not in /x/{id}"]


def test_default_of_a_required_parameter_is_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    found = parameters(
        "{a: {type: integer, default: 3}, b?: {type: integer, default: 3}}"
    )

    assert [(one.name, one.required) for one in found] == [("a", True), ("b", False)]
    assert caplog.messages == [
        'api.raml:5: parameter "a" is required, so its default is never used: '
        "say required: false"
    ]


def test_yaml_is_that_of_version_1_2() -> None:
    (found,) = parameters("{a: {enum: [yes, no, 12:30:00], default: yes}}")

    assert found.schema["enum"] == ["yes", "no", "12:30:00"]
    assert parameters("{a: {type: integer, default: 010}}")[0].schema["default"] == 10


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/x: {get: {querryParameters: }}", 'the method get has no "querryParameters"'),
        ("/x: {gett: }", 'the resource /x has no "gett"\n  try: did you mean "get"?'),
        ("/x: text", "the resource /x must be a map, such as {key: value}"),
        ("/x: {get: text}", "the method get must be a map, such as {key: value}"),
        ("'/x/{id': {get: }", "/x/{id has braces without a name"),
        ("/x: {/y: }\n/x/y: ", "/x/y is there twice; first at api.raml:3"),
        ("/x: {get: {queryParameters: [a]}}", "queryParameters must be a map"),
        (
            "/x: {get: {queryParameters: {a: file}}}",
            'parameter "a": a file can only be in a form',
        ),
        (
            "/x: {get: {queryParameters: {a: '{}'}}}",
            "a JSON or XML schema can't be a part of other types",
        ),
        (
            "/x: {get: {queryParameters: {a: }, queryString: string}}",
            "queryString and queryParameters exclude each other",
        ),
        ("/x: {get: {queryString: 'string[]'}}", "queryString must be an object, or a"),
        ("/x: {post: {body: string}}", "this body has no media type"),
        ("/x: {post: {body: {fruit/json: string}}}", '"fruit/json" is no media type'),
        (
            "/x: {post: {body: {multipart/form-data: string}}}",
            "multipart/form-data holds an object, not string",
        ),
        (
            "/x: {post: {body: {application/xml: '{}'}}}",
            "this schema isn't one of application/xml",
        ),
        ("/x: {get: {responses: {2xx: }}}", '"2xx" is no HTTP status'),
        ("/x: {get: {responses: {200: {bdy: }}}}", 'a response has no "bdy"'),
        ("/x: {get: {protocols: [FTP]}}", "protocols must be a list of HTTP, HTTPS"),
        ("/x: {get: {securedBy: [no]}}", 'there is no security scheme "no"'),
        ("/x/{a}: {uriParameters: {a: {default: b/c}}, get: }", 'parameter "a": a va'),
        ("mediaType: json", '"json" is no media type'),
        ("baseUri: http://{version}", "the baseUri has a {version}, and the API none"),
        ("baseUri: http://x\nbaseUriParameters: {a: }", "{a} is not in the baseUri"),
        ("documentation: [{title: A}]", "documentation has no content"),
        ("description: [a]", "description must be text"),
        ("tittle: A", 'an API has no "tittle"\n  try: did you mean "title"?'),
        ("securitySchemes: {a: {type: Magic}}", "there is no security scheme of the t"),
        (
            "securitySchemes: {a: {type: OAuth 1.0}}",
            "the settings have no requestTokenUri",
        ),
        (
            "securitySchemes: {a: {type: OAuth 2.0, settings: {scopes: [b], "
            "accessTokenUri: x, authorizationGrants: [password]}}}\n"
            "securedBy: [a: {scopes: [c]}]",
            'the scheme has no scope "c"',
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text: str, told: str) -> None:
    found = refusal(text + "\n")

    assert found.startswith(("api.raml:3: ", "api.raml:4: "))
    assert told in found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "api.raml:1: this is not RAML: its first line is no header"),
        (
            "#%RAML 2.0\ntitle: T\n",
            "api.raml:1: this is RAML 2.0; RAML 0.8 and 1.0 are",
        ),
        ("#%RAML 1.0\n", "api.raml:1: this API has no title"),
        ("#%RAML 1.0\n- a\n", "api.raml:2: an API must be a map"),
        ("#%RAML 1.0 Thing\n", "api.raml:1: there is no RAML file of the kind Thing"),
        ("#%RAML 1.0\ntitle: [a\n", "api.raml:3: this is not YAML: did not find"),
        ("#%RAML 1.0\na: 1\na: 2\n", 'api.raml:3: the key "a" is written twice; first'),
        ("#%RAML 1.0\na: *b\n", "api.raml:2: the YAML alias *b stands for nothing"),
        ("#%RAML 1.0\na: &b [*b]\n", "api.raml:2: the YAML alias *b contains itself"),
        ("#%RAML 1.0\na: !!int x\n", "api.raml:2: 'x' is no int"),
        ("#%RAML 1.0\n? [a]\n: b\n", "api.raml:2: a key must be text"),
        ("#%RAML 1.0\na: 1\n---\nb: 2\n", "api.raml:3: this holds two documents"),
        ("#%RAML 1.0\na: !include [b]\n", "api.raml:2: !include takes the name of one"),
    ],
)
def test_what_is_no_raml_is_refused(text: str, told: str) -> None:
    Path("api.raml").write_text(text, encoding="utf-8")

    with pytest.raises(ContractError) as error:
        RamlFormat().read(Path("api.raml"))

    assert str(error.value).startswith(told)
