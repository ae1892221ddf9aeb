"""Keys that have no meaning where they stand, with what was probably meant."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Refusal = Callable[..., str]

HEAD = "openapi: {}\ninfo: {{title: T, version: v1}}\n"
VERSIONS = ("3.0.4", "3.1.0", "3.2.0")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("status", "hint"),
    [
        ("999", "such as 200, 4XX or default"),
        ("20", "such as 200, 4XX or default"),
        ("4xx", "such as 200, 4XX or default"),
        ("defualt", 'did you mean "default"?'),
    ],
)
def test_what_is_no_status(
    status: str, hint: str, version: str, refusal: Refusal
) -> None:
    text = f"""paths:
  /x:
    get:
      responses:
        '{status}': {{description: Fine}}
"""

    assert refusal(HEAD.format(version) + text) == (
        f'api.yaml:7: "{status}" is no HTTP status\n  try: {hint}'
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_a_wrong_status_does_not_hide_what_else_is_wrong(
    version: str, refusal: Refusal
) -> None:
    text = """paths:
  /x:
    get:
      responses:
        '200': {description: Fine, contnt: {}}
        '99': {description: Fine}
"""

    assert refusal(HEAD.format(version) + text).splitlines() == [
        'api.yaml:7: responses[200]: the key "contnt" is unknown '
        '(try: did you mean "content"?)',
        'api.yaml:8: "99" is no HTTP status (try: such as 200, 4XX or default)',
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_no_media_type(version: str, refusal: Refusal) -> None:
    text = """paths:
  /x:
    post:
      parameters:
        - {name: a, in: query, content: {text: {}}}
      requestBody:
        content: {json: {}, text/*: {}, "*/*": {}}
      responses:
        '200':
          description: Fine
          content: {"application/json; charset=utf-8": {}, application/: {}}
        '404': {$ref: "#/components/responses/Lost"}
components:
  responses:
    Lost: {description: Lost, content: {/json: {}}}
"""

    hint = "(try: such as application/json)"
    assert refusal(HEAD.format(version) + text).splitlines() == [
        f'api.yaml:7: "text" is no media type {hint}',
        f'api.yaml:9: "json" is no media type {hint}',
        f'api.yaml:13: "application/" is no media type {hint}',
        f'api.yaml:17: "/json" is no media type {hint}',
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_unknown_keys_get_the_key_that_was_meant(
    version: str, refusal: Refusal
) -> None:
    text = """path: {}
paths:
  flowers: {}
  /x:
    fetch: {}
    get:
      params: []
      parameters:
        - {name: a, in: query, exlode: true, schema: {}}
      responses: {'200': {description: Fine}}
"""

    assert refusal(HEAD.format(version) + text).splitlines() == [
        'api.yaml:3: the key "path" is unknown (try: did you mean "paths"?)',
        'api.yaml:5: paths: the key "flowers" is unknown: a path begins with / '
        "(try: /flowers)",
        'api.yaml:7: /x: the key "fetch" is unknown (try: did you mean "patch"?)',
        'api.yaml:9: get: the key "params" is unknown '
        '(try: did you mean "parameters"?)',
        'api.yaml:11: parameters[0]: the key "exlode" is unknown '
        '(try: did you mean "explode"?)',
    ]
