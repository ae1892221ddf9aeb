"""Parameters, bodies and answers: what each way of writing them means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from launchpad_api_openapi.format import OpenApiFormat
from launchpad_core.contract import (
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    SecurityScheme,
)

Read = Callable[..., ApiContract]

NUMBERS = {"type": "array", "items": {"type": "number"}}


def parameters_of(read: Read, *stated: str) -> tuple[Parameter, ...]:
    items = "".join(f"        - {one}\n" for one in stated)
    text = "paths:\n  /x:\n    get:\n      parameters:\n" + items
    return read(text).operations[0].parameters


@pytest.mark.parametrize(
    ("place", "style", "separator"),
    [
        ("query", "", ""),
        ("query", "explode: false", ","),
        ("query", "style: form, explode: true", ""),
        ("query", "style: spaceDelimited", " "),
        ("query", "style: pipeDelimited, explode: false", "|"),
        ("query", "style: pipeDelimited, explode: true", ""),
        ("header", "", ","),
        ("header", "style: simple, explode: true", ","),
    ],
)
def test_items_of_an_array(place: str, style: str, separator: str, read: Read) -> None:
    stated = f"{{name: a, in: {place}, schema: {NUMBERS}, {style}}}"

    (parameter,) = parameters_of(read, stated)

    assert (parameter.schema, parameter.separator) == (NUMBERS, separator)


def test_headers_with_words_of_their_own_are_ignored(read: Read) -> None:
    stated = [
        f"{{name: {name}, in: header, schema: {{}}}}"
        for name in ("Accept", "content-type", "Authorization", "X-Rate")
    ]

    (parameter,) = parameters_of(read, *stated)

    assert parameter == Parameter("X-Rate", location="header", schema={})


def test_what_is_optional_and_unreadable_is_left_out(
    read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    found = parameters_of(
        read,
        "{name: a, in: cookie, schema: {}}",
        "{name: b, in: query, style: deepObject, schema: {}}",
        "{name: c, in: query, content: {application/json: {}}}",
        "{name: d, in: query, schema: {}}",
    )

    assert found == (Parameter("d", location="query", schema={}),)
    assert caplog.messages == [
        'api.yaml:7: the parameter "a" is left out: it is a cookie',
        'api.yaml:8: the parameter "b" is left out: it is written in the style '
        "deepObject",
        'api.yaml:9: the parameter "c" is left out: it is written in a media type '
        "(content:)",
    ]


def test_examples_and_descriptions_of_a_parameter(
    read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    found = parameters_of(
        read,
        "{name: a, in: query, example: 1, schema: {description: A, examples: [2]}}",
        "{name: b, in: query, description: B, examples: {x: {value: 3}, y: {value: z}},"
        " schema: {type: integer, description: Not B}}",
    )

    assert found == (
        Parameter("a", location="query", schema={}, description="A", examples=(1, 2)),
        Parameter(
            "b",
            location="query",
            schema={"type": "integer"},
            description="B",
            examples=(3,),
        ),
    )
    assert caplog.messages == [
        "api.yaml:8: the example z is left out: this should be a whole number"
    ]


def test_parameters_of_a_path(read: Read) -> None:
    contract = read("""
        paths:
          /x:
            parameters:
              - {name: a, in: query, schema: {}}
              - {name: b, in: query, schema: {}}
            get:
              parameters:
                - {name: c, in: query, schema: {}}
                - {name: a, in: query, required: true, schema: {type: integer}}
            put: {}
        """)

    assert [
        [(parameter.name, parameter.required) for parameter in operation.parameters]
        for operation in contract.operations
    ] == [[("a", True), ("b", False), ("c", False)], [("a", False), ("b", False)]]


def form(stated: str, *, media_type: str = "multipart/form-data") -> str:
    body = f"{{content: {{{media_type}: {stated}}}}}"
    fine = "{200: {description: Fine}}"
    return f"paths: {{/x: {{post: {{requestBody: {body}, responses: {fine}}}}}}}\n"


@pytest.mark.parametrize("version", ["3.0.4", "3.1.0", "3.2.0"])
def test_files(version: str, read: Read) -> None:
    contract = read(
        form("""{schema: {type: object, required: [a], properties: {
            a: {type: string, format: binary, description: A, maxLength: 9},
            b: {type: array, items: {type: string, format: binary}, minItems: 1},
            c: {type: string, format: byte}}},
            encoding: {a: {contentType: 'image/png, text/*'}}}"""),
        version=version,
    )

    (body,) = contract.operations[0].bodies
    base64 = {"3.0.4": {"type": "string", "contentEncoding": "base64"}}
    assert body == Body(
        "multipart/form-data",
        parameters=(
            Parameter(
                "a",
                location="file",
                schema={"maxLength": 9},
                required=True,
                description="A",
                media_types=("image/png", "text/*"),
            ),
            Parameter(
                "b",
                location="file",
                schema={"type": "array", "items": {}, "minItems": 1},
            ),
            Parameter(
                "c",
                location="form",
                schema=base64.get(version, {"type": "string", "format": "byte"}),
            ),
        ),
    )


def test_files_of_3_1(read: Read) -> None:
    contract = read(
        form("""{schema: {properties: {
            a: {contentMediaType: image/png},
            b: {type: array, items: {contentMediaType: application/octet-stream}},
            c: {},
            d: {},
            e: {type: string, contentMediaType: text/plain, contentEncoding: base64}}},
            encoding: {c: {contentType: text/csv}}}""")
    )

    assert [
        (field.name, field.location, field.schema, field.media_types)
        for field in contract.operations[0].bodies[0].parameters
    ] == [
        ("a", "file", {}, ("image/png",)),
        ("b", "file", {"type": "array", "items": {}}, ()),
        ("c", "file", {}, ("text/csv",)),
        ("d", "form", {}, ()),
        (
            "e",
            "form",
            {
                "type": "string",
                "contentMediaType": "text/plain",
                "contentEncoding": "base64",
            },
            (),
        ),
    ]


def test_fields_of_a_form(read: Read) -> None:
    contract = read(
        form(
            """{schema: {allOf: [{$ref: '#/components/schemas/Named'}, {properties: {
            sizes: {type: array, items: {}},
            tags: {type: array, items: {}},
            file: {type: string, format: binary}}}]},
            encoding: {tags: {style: pipeDelimited}}}""",
            media_type="application/x-www-form-urlencoded",
        )
        + "\ncomponents: {schemas: {Named: {required: [name], properties: "
        "{name: {type: string, examples: [Rosa], description: A name}}}}}"
    )

    numbers = {"type": "array", "items": {}}
    assert contract.operations[0].bodies[0].parameters == (
        Parameter(
            "name",
            location="form",
            schema={"type": "string"},
            required=True,
            description="A name",
            examples=("Rosa",),
        ),
        Parameter("sizes", location="form", schema=numbers),
        Parameter("tags", location="form", schema=numbers, separator="|"),
        Parameter(
            "file", location="form", schema={"type": "string", "format": "binary"}
        ),
    )


def responses(read: Read, stated: str) -> tuple[Response, ...]:
    return (
        read(f"paths: {{/x: {{get: {{responses: {stated}}}}}}}").operations[0].responses
    )


def test_default_counts_for_200(read: Read) -> None:
    assert responses(
        read, "{default: {description: Fine}, 404: {description: No}}"
    ) == (
        Response(200, description="Fine"),
        Response(404, description="No"),
    )


def test_answers_without_a_status_are_left_out(
    read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    found = responses(
        read,
        "{default: {description: A}, 2XX: {description: B}, 4XX: {description: C}, "
        "201: {description: D}}",
    )

    assert found == (Response(201, description="D"),)
    assert caplog.messages == [
        f"api.yaml:3: the response {status} is left out: it has no status of its own"
        for status in ("default", "2XX", "4XX")
    ]


def test_raw_answers_have_no_schema(read: Read) -> None:
    stated = """{200: {description: Fine, content: {
        image/png: {schema: {type: string, format: binary}},
        text/csv: {schema: {type: array, items: {}}, example: "a,b"},
        application/json: {schema: {type: integer}, example: a}}}}"""

    found = read(f"paths: {{/x: {{get: {{responses: {stated}}}}}}}\n", version="3.0.4")

    assert found.operations[0].responses == (
        Response(200, media_type="image/png", description="Fine"),
        Response(
            200,
            media_type="text/csv",
            schema={"type": "array", "items": {}},
            description="Fine",
            examples=("a,b",),
        ),
        Response(
            200,
            media_type="application/json",
            schema={"type": "integer"},
            description="Fine",
        ),
    )


def test_raw_answers_of_3_1_have_no_schema(read: Read) -> None:
    contract = read("""
        paths:
          /x:
            get:
              responses:
                200:
                  description: Fine
                  content:
                    image/png: {schema: {$ref: "#/components/schemas/Image"}}
                    image/gif: {schema: {contentMediaType: image/gif, maxLength: 9}}
                    text/x: {schema: {type: string, contentEncoding: base64}}
        components:
          schemas:
            Image: {type: string, format: binary, description: An image}
        """)

    assert [
        (response.media_type, response.schema)
        for response in contract.operations[0].responses
    ] == [
        ("image/png", None),
        ("image/gif", None),
        ("text/x", {"type": "string", "contentEncoding": "base64"}),
    ]


def test_empty_requirements_admit_anybody(read: Read) -> None:
    contract = read("""
        security: [{key: []}, {}]
        paths:
          /x:
            get: {}
            put: {security: []}
            post: {security: [{key: [], login: [read]}]}
        components:
          securitySchemes:
            key: {type: apiKey, in: query, name: k}
            login: {type: http, scheme: Digest}
        """)

    assert [operation.security for operation in contract.operations] == [
        ({"key": ()}, {}),
        ({},),
        ({"key": (), "login": ("read",)},),
    ]
    assert contract.security_schemes == (
        SecurityScheme(
            "key",
            kind="api_key",
            parameters=(
                Parameter(
                    "k", location="query", schema={"type": "string"}, required=True
                ),
            ),
        ),
        SecurityScheme("login", kind="digest"),
    )


@pytest.mark.parametrize(
    ("stated", "base_uri"),
    [
        ("[]", ""),
        ("[{url: /iris/v0}, {url: /other}]", "/iris/v0"),
        (
            "[{url: 'https://{a}.example.org/{b}', variables: {a: {default: x}}}]",
            "https://x.example.org/{b}",
        ),
    ],
)
def test_servers(stated: str, base_uri: str, read: Read) -> None:
    contract = read(f"servers: {stated}\npaths: {{/x: {{get: {{}}}}}}\n")

    assert (contract.base_uri, contract.operations) == (
        base_uri,
        (Operation("GET", path="/x"),),
    )


def test_everything_knows_where_it_stands(read: Read) -> None:
    contract = read("""
        paths:
          /x:
            post:
              parameters:
                - $ref: "#/components/parameters/A"
                - name: b
                  in: query
                  schema: {}
              requestBody:
                content:
                  multipart/form-data:
                    schema:
                      properties:
                        c: {}
              responses:
                "200": {description: Fine}
        components:
          parameters:
            A: {name: a, in: query, schema: {}}
        """)

    (operation,) = contract.operations
    (body,) = operation.bodies
    (response,) = operation.responses
    places: Mapping[str, Any] = {
        "operation": operation.where,
        "body": body.where,
        "response": response.where,
        **{p.name: p.where for p in (*operation.parameters, *body.parameters)},
    }
    assert {name: str(where) for name, where in places.items()} == {
        "operation": "api.yaml:5",
        "body": "api.yaml:13",
        "response": "api.yaml:18",
        "a": "api.yaml:21",
        "b": "api.yaml:8",
        "c": "api.yaml:16",
    }


def test_json_may_hold_tabs_and_escaped_emojis(tmp_path: Path) -> None:
    path = tmp_path / "tulip.json"
    path.write_text(
        '\ufeff{\n\t"openapi": "3.0.4", "paths": {},\n'
        '\t"info": {"title": "\\ud83c\\udf37\\/", "version": "1"}\n}',
        encoding="utf-8",
    )

    assert OpenApiFormat().read(path) == ApiContract("\U0001f337/", version="1")


def test_yaml_is_read_as_yaml_1_2(read: Read) -> None:
    (parameter,) = parameters_of(
        read, "{name: no, in: query, schema: {enum: [yes, on, 010, 0o17, true, ~]}}"
    )

    assert parameter == Parameter(
        "no", location="query", schema={"enum": ["yes", "on", 10, 15, True, None]}
    )


def test_what_has_no_place_in_a_contract_is_a_warning(
    read: Read, caplog: pytest.LogCaptureFixture
) -> None:
    read(
        """
        paths:
          /x:
            servers: [{url: /a}]
            get:
              servers: [{url: /b}]
              responses:
                "200":
                  content:
                    application/jsonl:
                      schema: {}
                      itemSchema: {}
                      itemEncoding: {}
        """,
        version="3.2.0",
    )

    count = "these servers are left out: those of the whole API count"
    assert caplog.messages == [
        f"api.yaml:5: {count}",
        f"api.yaml:7: {count}",
        "api.yaml:14: itemEncoding is left out",
        "api.yaml:13: itemSchema is left out",
    ]
