"""Reading RAML 1.0: traits, resource types, and what they are given."""

from __future__ import annotations

import pytest
from raml_texts import read, refusal

from launchpad_api_raml.raml10.words import FUNCTIONS
from launchpad_core.contract import Operation

pytestmark = pytest.mark.usefixtures("in_the_folder")


def operations(text: str) -> dict[str, Operation]:
    return {f"{one.method} {one.path}": one for one in read(text).operations}


def schemas(operation: Operation) -> dict[str, object]:
    return {one.name: one.schema for one in operation.parameters}


def test_trait_adds_what_a_method_lacks() -> None:
    found = operations("""
        traits:
          paged:
            usage: For lists
            description: In pages of <<resourcePathName>>
            queryParameters:
              page?: {type: integer, minimum: 1}
              size: {type: integer, maximum: <<most>>}
            responses: {400: {description: Bad <<methodName>>}}
        /users:
          get:
            is: [paged: {most: 50}]
            description: Users
            queryParameters: {size?: {minimum: 10}}
          delete:
    """)

    get = found["GET /users"]
    assert get.description == "Users"
    assert schemas(get) == {
        "size": {"type": "integer", "minimum": 10, "maximum": 50},
        "page": {"type": "integer", "minimum": 1},
    }
    assert [one.required for one in get.parameters] == [False, False]
    assert get.responses[0].description == "Bad get"
    assert found["DELETE /users"].parameters == ()


def test_traits_of_a_resource_are_for_its_methods_and_not_below() -> None:
    found = operations("""
        traits: {traced: {headers: {X-Trace: string}}}
        /x: {is: [traced], get: , /y: {get: }}
    """)

    assert list(schemas(found["GET /x"])) == ["X-Trace"]
    assert found["GET /x/y"].parameters == ()


def test_nearest_trait_of_a_name_is_applied() -> None:
    found = operations("""
        resourceTypes: {base: {get: {is: [named: {name: far}]}}}
        traits: {named: {queryParameters: {<<name>>: string}}}
        /x: {type: base, get: {is: [named: {name: near}]}}
    """)

    assert list(schemas(found["GET /x"])) == ["near"]


def test_lists_of_traits_are_joined() -> None:
    found = operations("""
        traits: {t: {queryParameters: {on: {enum: [win, mac]}}}}
        /x: {get: {is: [t], queryParameters: {on: {enum: [mac, unix]}}}}
    """)

    assert schemas(found["GET /x"]) == {
        "on": {"type": "string", "enum": ["mac", "unix", "win"]}
    }


def test_traits_apply_traits() -> None:
    found = operations("""
        traits:
          near: {is: [far], queryParameters: {a: string}}
          far: {queryParameters: {a: integer, b: integer}}
        /x: {get: {is: [near]}}
    """)

    assert schemas(found["GET /x"]) == {
        "a": {"type": "string"},
        "b": {"type": "integer"},
    }


def test_resource_type_brings_methods_and_adds_to_optional_ones() -> None:
    found = operations("""
        mediaType: application/json
        types: {User: {properties: {name: }}, Users: 'User[]'}
        resourceTypes:
          base:
            description: <<resourcePath>>
            get?: {responses: {500: }}
          collection:
            type: base
            get: {responses: {200: {body: <<resourcePathName | !uppercamelcase>>}}}
            post?: {body: <<item>>}
            delete?:
        /users:
          type: {collection: {item: User}}
          post: {description: New}
          /{id}:
            type: collection
    """)

    assert sorted(found) == ["GET /users", "GET /users/{id}", "POST /users"]
    assert found["GET /users"].description == "/users"
    assert [one.status for one in found["GET /users"].responses] == [200, 500]
    assert found["GET /users"].responses[0].schema == {"$ref": "#/$defs/Users"}
    assert found["POST /users"].bodies[0].schema == {"$ref": "#/$defs/User"}
    assert found["GET /users/{id}"].responses[0].schema == {"$ref": "#/$defs/Users"}


def test_body_without_a_media_type_meets_one_with_it() -> None:
    found = operations("""
        mediaType: application/json
        traits: {t: {body: {application/json: {description: From the trait}}}}
        /x: {post: {is: [t], body: {type: integer}}}
    """)

    (body,) = found["POST /x"].bodies
    assert (body.schema, body.description) == ({"type": "integer"}, "From the trait")


def test_whole_values_are_given_to_parameters() -> None:
    found = operations("""
        traits: {t: {queryParameters: <<parameters>>}}
        /x: {get: {is: [t: {parameters: {a: integer, b?: string}}]}}
    """)

    assert schemas(found["GET /x"]) == {
        "a": {"type": "integer"},
        "b": {"type": "string"},
    }


def test_reserved_parameters_leave_out_the_extension() -> None:
    found = operations("""
        resourceTypes: {r: {get: {description: <<resourcePath>> <<resourcePathName>>}}}
        /bom/{itemId}{ext}: {type: r}
    """)

    assert found["GET /bom/{itemId}{ext}"].description == "/bom/{itemId} bom"


@pytest.mark.parametrize(
    ("function", "given", "expected"),
    [
        ("singularize", "users", "user"),
        ("singularize", "categories", "category"),
        ("pluralize", "user", "users"),
        ("pluralize", "person", "people"),
        ("uppercase", "userId", "USERID"),
        ("lowercase", "userId", "userid"),
        ("lowercamelcase", "UserId", "userId"),
        ("lowercamelcase", "user_id", "userId"),
        ("uppercamelcase", "userId", "UserId"),
        ("lowerunderscorecase", "userId", "user_id"),
        ("upperunderscorecase", "userId", "USER_ID"),
        ("lowerhyphencase", "userId", "user-id"),
        ("upperhyphencase", "userId", "USER-ID"),
        ("lowerhyphencase", "already_so", "already-so"),
    ],
)
def test_functions(function: str, given: str, expected: str) -> None:
    assert FUNCTIONS[function](given) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/x: {get: {is: [no]}}", 'there is no trait "no"'),
        ("/x: {type: no}", 'there is no resource type "no"'),
        ("/x: {get: {is: no}}", "is: must be a list of traits\n  try: is: [name]"),
        ("/x: {get: {is: [{a: , b: }]}}", "this must name a trait"),
        (
            "traits: {t: {description: <<a>>}}\n/x: {get: {is: [t]}}",
            "the parameter <<a>> is given no value",
        ),
        (
            "traits: {t: {description: '<<a | !plural>>'}}",
            "there is no function !plural\n  try: did you mean",
        ),
        ("traits: {t: {description: '<<a !pluralize>>'}}", "<<a !pluralize>> names no"),
        ("traits: {t: {descripton: a}}", 'the trait "t" has no "descripton"'),
        ("resourceTypes: {r: {/y: }}", 'the resource type "r" has no "/y"'),
        (
            "resourceTypes: {a: {type: b}, b: {type: a}}\n/x: {type: a}",
            'the resource type "a" is based on itself',
        ),
        (
            "traits: {a: {is: [b]}, b: {is: [a]}}\n/x: {get: {is: [a]}}",
            'the trait "a" applies itself',
        ),
        (
            "traits: {t: {queryString: string}}\n"
            "/x: {get: {is: [t], queryParameters: {a: }}}",
            "queryString and queryParameters exclude each other",
        ),
        (
            "traits: {t: {queryParameters: {a: <<type>>}}}\n"
            "/x: {get: {is: [t: {type: Missing}]}}",
            'there is no type "Missing"',
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text: str, told: str) -> None:
    found = refusal(text + "\n")

    assert found.startswith(("api.raml:3: ", "api.raml:4: "))
    assert told in found
