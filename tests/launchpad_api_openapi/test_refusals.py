"""What can't be read is refused: where, what, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Refusal = Callable[..., str]

HEAD = "openapi: {}\ninfo: {{title: T, version: v1}}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "swagger: '2.0'\n",
            "api.yaml:1: this is Swagger, which OpenAPI has followed\n"
            "  try: convert it to OpenAPI 3",
        ),
        (
            "title: T\n",
            "api.yaml:1: this is not OpenAPI: it has no openapi:\n"
            "  try: openapi: 3.1.0",
        ),
        (
            "",
            "api.yaml:1: this is not OpenAPI: it has no openapi:\n"
            "  try: openapi: 3.1.0",
        ),
        (
            "# one\nopenapi: 3.1\n",
            "api.yaml:2: this is OpenAPI 3.1; 3.0, 3.1 and 3.2 are read, with three "
            "numbers\n  try: openapi: 3.1.0",
        ),
        (
            "openapi: 4.0.0\n",
            "api.yaml:1: this is OpenAPI 4.0.0; 3.0, 3.1 and 3.2 are read, with three "
            "numbers\n  try: openapi: 3.1.0",
        ),
        (
            "openapi: 3.1.0\ninfo: {title: T, version: 1.10}\npaths: {}\n",
            "api.yaml:2: version: this should be text\n  try: put it in quotes",
        ),
        (
            "openapi: 3.1.0\nopenapi: 3.1.0\n",
            'api.yaml:2: the key "openapi" is written twice; first at api.yaml:1\n'
            "  try: remove one of the two",
        ),
        (
            "openapi: 3.1.0\npaths: !include paths.yaml\n",
            "api.yaml:2: can't read paths.yaml: No such file or directory\n"
            "  try: included files are looked for beside the including one",
        ),
        (
            "openapi: 3.1.0\npaths: !include /etc/passwd\n",
            "api.yaml:2: /etc/passwd is outside the folder of the including file\n"
            "  try: copy it there",
        ),
        (
            "openapi: 3.1.0\nx-a:\n  - .inf\n",
            "api.yaml:3: inf is no number of JSON",
        ),
        (
            "openapi: 3.1.0\nx-a: !!python/name:os.system a\n",
            "api.yaml:2: this is not YAML: could not determine a constructor for the "
            "tag 'tag:yaml.org,2002:python/name:os.system'",
        ),
    ],
)
def test_what_is_no_openapi(text: str, message: str, refusal: Refusal) -> None:
    assert refusal(text) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"openapi": "3.1.0",}', 'a key in " is expected'),
        ('{"openapi": "3.1.0"', '"," is expected'),
        ('{"openapi" "3.1.0"}', '":" is expected'),
        ('{"openapi": tru}', "Expecting value"),
        ('{"openapi": "3.1.0"} x', "more text follows its end"),
        ("", "Expecting value"),
    ],
)
def test_what_is_no_json(text: str, message: str, refusal: Refusal) -> None:
    told = refusal(text, name="api.json")

    assert told == f"api.json:1: this is not JSON: {message}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n"x": NaN}', "api.json:2: NaN is no number of JSON"),
        ('{\n"x": 1e999}', "api.json:1: this is not OpenAPI: it has no openapi:"),
        (f'{{"x": {"1" * 5000}}}', "api.json:1: this number has too many digits"),
        (
            '{"x": 1,\n"x": 2}',
            'api.json:2: the key "x" is written twice; first at api.json:1',
        ),
    ],
)
def test_what_json_may_not_hold(text: str, message: str, refusal: Refusal) -> None:
    assert refusal(text, name="api.json").partition("\n")[0] == message


BROKEN = """
paths:
  /x:
    get:
      parameters:
        - {name: a, in: nowhere, schema: {}}
        - {name: b, in: query}
        - {in: query, schema: {}}
        - {name: c, in: path, schema: {}}
        - {name: d, in: query, style: matrix, schema: {}}
      responses:
        '200': {content: {a/b: {schemas: {}}}}
    foo: {}
  y: {}
components:
  schemas:
    a b: {}
    Bad: 3
  securitySchemes:
    k: {type: key}
    l: {type: apiKey, in: body, name: x}
    m: {type: http}
"""


PLACES_3_0 = "path, query, header, cookie"
KEYS_3_0 = "header, query, cookie"
SCHEMES_3_0 = "apiKey, http, oauth2, openIdConnect"
DESCRIPTION = 'api.yaml:13: responses[200]: "description" is missing'
NAME = 'api.yaml:18: schemas: "a b" does not match "^[a-zA-Z0-9._-]+$"'
SCHEMA_3_0 = "api.yaml:19: Bad: this should be a mapping"

PLACES = "query, header, path, cookie"
KEYS = "query, header, cookie"
SCHEMES = "apiKey, http, mutualTLS, oauth2, openIdConnect"
SCHEMA = "api.yaml:19: Bad: this should be true or false or a mapping"

PATH_KEYS = (
    "summary, description, servers, parameters, get, put, post, delete, options, "
    "head, patch, trace"
)
PATH_KEYS_3_2 = (
    "summary, description, servers, parameters, additionalOperations, get, put, post, "
    "delete, options, head, patch, trace, query"
)


@pytest.mark.parametrize(
    ("version", "places", "keys", "schemes", "further"),
    [
        ("3.0.4", PLACES_3_0, KEYS_3_0, SCHEMES_3_0, [DESCRIPTION, SCHEMA_3_0]),
        ("3.1.0", PLACES, KEYS, SCHEMES, [DESCRIPTION, NAME, SCHEMA]),
        (
            "3.2.0",
            "query, querystring, header, path, cookie",
            KEYS,
            SCHEMES,
            [NAME, SCHEMA],
        ),
    ],
)
def test_all_that_is_wrong_is_told_at_once(
    version: str,
    places: str,
    keys: str,
    schemes: str,
    further: list[str],
    refusal: Refusal,
) -> None:
    told = refusal(HEAD.format(version) + BROKEN.lstrip("\n"))

    ways = PATH_KEYS_3_2 if version == "3.2.0" else PATH_KEYS
    expected = [
        f"api.yaml:7: in: this should be one of {places}",
        'api.yaml:8: parameters[1]: "schema" is missing',
        'api.yaml:9: parameters[2]: "name" is missing',
        'api.yaml:10: parameters[3]: "required" is missing',
        "api.yaml:11: style: this should be one of form, spaceDelimited, "
        "pipeDelimited, deepObject",
        'api.yaml:13: a/b: the key "schemas" is unknown (try: did you mean "schema"?)',
        f'api.yaml:14: /x: the key "foo" is unknown (try: use {ways})',
        'api.yaml:15: paths: the key "y" is unknown: a path begins with / (try: /y)',
        f"api.yaml:21: type: this should be one of {schemes}",
        f"api.yaml:22: in: this should be one of {keys}",
        'api.yaml:23: m: "scheme" is missing',
        *further,
    ]
    assert sorted(told.splitlines()) == sorted(expected)
    lines = [int(line.split(":")[1]) for line in told.splitlines()]
    assert lines == sorted(lines)


def test_schemas_are_checked(refusal: Refusal) -> None:
    text = """
components:
  schemas:
    A: {type: intger}
    B:
      properties:
        b: {minLength: -1}
    C: {pattern: "["}
    D: {items: {$schema: "http://json-schema.org/draft-04/schema#"}}
"""

    assert refusal(HEAD.format("3.1.0") + text.lstrip("\n")) == (
        "api.yaml:5: type: this should be one of array, boolean, integer, null, "
        "number, object, string\n"
        "api.yaml:8: minLength: this is less than the minimum of 0\n"
        "api.yaml:9: pattern: this is no regular expression\n"
        "api.yaml:10: schemas of http://json-schema.org/draft-04/schema# are not "
        "supported (try: write them for https://json-schema.org/draft/2020-12/schema)"
    )


def test_references_are_checked(refusal: Refusal) -> None:
    text = """
paths:
  /x:
    get:
      parameters:
        - $ref: "#/components/parameters/nobody"
        - $ref: "parts.yaml#/x"
        - $ref: "http://example.org/x"
        - $ref: "file:///etc/passwd"
        - $ref: "#/components/parameters/A"
      responses:
        "200":
          description: Fine
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Rwo"}
components:
  schemas:
    Row: {}
    Id: {$id: "http://example.org/row", $ref: "#/components/schemas/Row"}
  parameters:
    A: {$ref: "#/components/parameters/B"}
    B: {$ref: "#/components/parameters/A"}
"""

    outside = "is outside of this file (try: copy what it refers to below components:)"
    assert refusal(HEAD.format("3.1.0") + text.lstrip("\n")).splitlines() == [
        "api.yaml:7: there is no #/components/parameters/nobody",
        f"api.yaml:8: parts.yaml#/x {outside}",
        f"api.yaml:9: http://example.org/x {outside}",
        f"api.yaml:10: file:///etc/passwd {outside}",
        "api.yaml:11: #/components/parameters/A refers to itself",
        'api.yaml:17: there is no #/components/schemas/Rwo (try: did you mean "Row"?)',
        "api.yaml:21: $id is not supported (try: remove it, and refer with "
        "#/components/schemas/NAME)",
        "api.yaml:23: #/components/parameters/B refers to itself",
        "api.yaml:24: #/components/parameters/A refers to itself",
    ]


def test_rules_are_checked(refusal: Refusal) -> None:
    text = """
paths:
  /x/{id}:
    get:
      operationId: one
      parameters:
        - {name: a, in: query, schema: {}}
        - {name: a, in: query, schema: {type: integer}}
      responses: {"200": {description: Fine}}
  /x:
    get:
      operationId: one
      responses: {"200": {description: Fine}}
"""

    assert refusal(HEAD.format("3.0.4") + text.lstrip("\n")).splitlines() == [
        "api.yaml:5: path parameter 'id' for 'get' operation in '/x/{id}' was not "
        "resolved (try: each {name} of a path needs a parameter with in: path)",
        "api.yaml:7: duplicate parameter 'a' (try: remove one of the two)",
        "api.yaml:12: operation ID 'one' for 'get' in '/x' is not unique (try: give "
        "each operation its own operationId)",
    ]


@pytest.mark.parametrize("path", ["/x/{id", "/x/id}", "/x/{}", "/{a}/{a}"])
def test_paths_are_checked(path: str, refusal: Refusal) -> None:
    text = f'paths:\n  "{path}": {{}}\n'

    assert refusal(HEAD.format("3.1.0") + text) == (
        f"api.yaml:4: {path} has a brace too many, or a name twice\n"
        "  try: /varieties/{id}, with another name for each parameter"
    )


def test_what_launchpad_cannot_read_is_refused(refusal: Refusal) -> None:
    text = """
paths:
  /x:
    post:
      security: [{kye: []}]
      parameters:
        - {name: a, in: cookie, required: true, schema: {}}
        - {name: b, in: query, required: true, style: deepObject, schema: {}}
        - {name: c, in: query, required: true, content: {application/json: {}}}
        - {name: d, in: query, schema: {$ref: "#/components/schemas/Tree"}}
      requestBody:
        content:
          multipart/form-data:
            schema: {type: array, items: {}}
      responses: {"200": {description: Fine}}
components:
  schemas:
    Tree: {type: object, properties: {tree: {$ref: "#/components/schemas/Tree"}}}
  securitySchemes:
    key: {type: http, scheme: basic}
"""

    query = "(try: make it optional, or take it in the query with a schema)"
    assert refusal(HEAD.format("3.1.0") + text.lstrip("\n")).splitlines() == [
        'api.yaml:6: there is no security scheme "kye" (try: did you mean "key"?)',
        f'api.yaml:8: the parameter "a" is a cookie, which launchpad can\'t read '
        f"{query}",
        f'api.yaml:9: the parameter "b" is written in the style deepObject, which '
        f"launchpad can't read {query}",
        f'api.yaml:10: the parameter "c" is written in a media type (content:), which '
        f"launchpad can't read {query}",
        'api.yaml:11: the schema "Tree" contains itself, which a parameter can\'t '
        "(try: take it as a JSON body)",
        "api.yaml:15: the schema of a form has to be one object with properties",
    ]


def test_defaults_are_checked(refusal: Refusal) -> None:
    text = """
paths:
  /x:
    get:
      parameters:
        - {name: a, in: query, schema: {type: integer, default: ten}}
      responses: {"200": {description: Fine}}
components:
  schemas:
    Row: {properties: {b: {$ref: "#/components/schemas/Few", default: 7}}}
    Few: {type: integer, maximum: 5, default: 5}
"""

    assert refusal(HEAD.format("3.1.0") + text.lstrip("\n")).splitlines() == [
        "api.yaml:7: the default does not fit its schema: this should be a whole "
        "number",
        "api.yaml:11: the default does not fit its schema: this is greater than the "
        "maximum of 5",
    ]


def test_references_lead_to_the_right_kind(refusal: Refusal) -> None:
    text = """
paths:
  /x:
    get:
      parameters:
        - $ref: "#/components/schemas/Row"
        - $ref: "#/paths/~1y/get/parameters/0"
      requestBody: {$ref: "#/components/responses/Fine"}
      responses:
        "200": {$ref: "#/components/responses/Fine"}
  /y:
    get:
      parameters:
        - {name: a, in: query, schema: {$ref: "#/components/schemas/Row/example"}}
        - {name: b, in: query, schema: {$ref: "#/x-schemas/Row"}}
      responses: {"200": {$ref: "#/info"}}
  /z: {$ref: "#/paths/~1y"}
x-schemas: {Row: {}}
components:
  schemas:
    Row: {example: {$ref: nowhere}}
  responses:
    Fine: {description: Fine}
"""

    assert refusal(HEAD.format("3.0.4") + text.lstrip("\n")).splitlines() == [
        "api.yaml:7: #/components/schemas/Row is no parameter",
        "api.yaml:9: #/components/responses/Fine is no request body",
        "api.yaml:15: #/components/schemas/Row/example is no schema",
        "api.yaml:16: #/x-schemas/Row is no schema",
        "api.yaml:17: #/info is no response",
    ]


def test_our_own_members_are_checked(refusal: Refusal) -> None:
    text = """
servers: [{url: /, x-launchpad-base-uri: 3}]
paths:
  /x:
    get:
      parameters:
        - {name: a, in: query, schema: {}, x-launchpad-separater: ","}
        - {name: b, in: query, schema: {}, x-launchpad-separator: [","]}
components:
  x-launchpad-names: {a: 1}
  securitySchemes:
    a: {type: http, scheme: basic, x-launchpad-parameters: [{name: b}]}
"""

    assert refusal(HEAD.format("3.1.0") + text.lstrip("\n")).splitlines() == [
        "api.yaml:3: x-launchpad-base-uri: this should be text (try: put it in quotes)",
        'api.yaml:8: the key "x-launchpad-separater" is unknown (try: did you mean '
        '"x-launchpad-separator"?)',
        "api.yaml:9: x-launchpad-separator: this should be text (try: put it in "
        "quotes)",
        "api.yaml:11: a: this should be text (try: put it in quotes)",
        'api.yaml:13: x-launchpad-parameters[0]: "in" is missing',
        'api.yaml:13: x-launchpad-parameters[0]: "schema" is missing',
    ]
