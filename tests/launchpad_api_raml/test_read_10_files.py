"""Reading RAML 1.0: includes, libraries, fragments, overlays, annotations."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from launchpad_api_raml.format import RamlFormat
from launchpad_core.contract import ApiContract, Operation
from launchpad_core.errors import ContractError

LIBRARY = """
    #%RAML 1.0 Library
    usage: Shared
    types:
      Width: {type: number, maximum: 9}
      Row: {properties: {width: Width}}
    traits:
      traced: {headers: {X-Trace: Id}}
      typed: {queryParameters: {row: <<type>>, own: Width}}
    annotationTypes: {note: string}
    securitySchemes: {own: {type: x-own}}
    uses: {inner: inner.raml}
"""


pytestmark = pytest.mark.usefixtures("in_the_folder")


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")


def read(text: str, *, name: str = "api.raml") -> ApiContract:
    write(name, text)
    return RamlFormat().read(Path(name))


def refusal(text: str) -> str:
    with pytest.raises(ContractError) as told:
        read(text)
    return str(told.value)


def only(contract: ApiContract) -> Operation:
    (operation,) = contract.operations
    return operation


def test_library_is_used_by_its_names() -> None:
    write("lib/shared.raml", LIBRARY.replace("X-Trace: Id", "X-Trace: Width"))
    write("lib/inner.raml", "#%RAML 1.0 Library\ntypes: {Deep: string}\n")

    contract = read("""
        #%RAML 1.0
        title: T
        uses: {lib: lib/shared.raml}
        securedBy: [lib.own]
        types: {Own: {properties: {a: }}}
        /x:
          (lib.note): Noted
          get:
            is: [lib.traced, lib.typed: {type: Own}]
            responses: {200: {body: {application/json: 'lib.Row[]'}}}
    """)

    operation = only(contract)
    assert {one.name: one.schema for one in operation.parameters} == {
        "row": contract.schemas["Own"],
        "own": {"type": "number", "maximum": 9},
        "X-Trace": {"type": "number", "maximum": 9},
    }
    assert operation.responses[0].schema == {
        "type": "array",
        "items": {"$ref": "#/$defs/lib.Row"},
    }
    assert operation.security == ({"lib.own": ()},)
    assert contract.schemas["lib.Row"]["properties"] == {
        "width": {"$ref": "#/$defs/lib.Width"}
    }


def test_names_of_libraries_are_not_chained() -> None:
    write("lib/shared.raml", LIBRARY.replace("X-Trace: Id", "X-Trace: string"))
    write("lib/inner.raml", "#%RAML 1.0 Library\ntypes: {Deep: string}\n")

    told = refusal("""
        #%RAML 1.0
        title: T
        uses: {lib: lib/shared.raml}
        types: {A: lib.inner.Deep}
    """)

    assert told.startswith('api.raml:4: there is no type "lib.inner.Deep"')


def test_included_files_use_libraries_of_their_own() -> None:
    write("lib.raml", "#%RAML 1.0 Library\ntypes: {Id: integer}\n")
    write(
        "row.raml",
        """
        #%RAML 1.0 DataType
        uses: {mine: lib.raml}
        properties: {id: mine.Id, text: Text}
        """,
    )

    contract = read("""
        #%RAML 1.0
        title: T
        types: {Row: !include row.raml, Text: {maxLength: 3}}
    """)

    assert contract.schemas["Row"]["properties"] == {
        "id": {"$ref": "#/$defs/mine.Id"},
        "text": {"$ref": "#/$defs/Text"},
    }


def test_includes_are_yaml_json_and_text() -> None:
    write(
        "types.yaml",
        "A: {type: B, example: !include one.json}\nB: {properties: {x: }}\n",
    )
    write("one.json", '{"x": "y"}')
    write("about.md", "# About\n")

    contract = read("""
        #%RAML 1.0
        title: T
        description: !include about.md
        types: !include types.yaml
    """)

    assert contract.description == "# About\n"
    assert contract.schemas["A"] == {
        "$ref": "#/$defs/B",
        "examples": [{"x": "y"}],
    }


def test_position_is_that_in_the_included_file() -> None:
    write("types.yaml", "A: string\nB: Missing\n")

    told = refusal("#%RAML 1.0\ntitle: T\ntypes: !include types.yaml\n")

    assert told.startswith('types.yaml:2: there is no type "Missing"')


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Library", "types: {A: string}"),
        ("DataType", "properties: {a: string}"),
        ("Trait", "queryParameters: {a: <<b>>}"),
        ("ResourceType", "get?: {description: <<a>>}"),
        ("SecurityScheme", "type: x-own"),
        ("AnnotationTypeDeclaration", "type: string\nallowedTargets: API"),
        ("DocumentationItem", "title: A\ncontent: B"),
        ("NamedExample", "a: {value: 1}"),
    ],
)
def test_part_of_an_api_is_read_without_operations(kind: str, text: str) -> None:
    assert read(f"#%RAML 1.0 {kind}\n{text}\n").operations == ()


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("Library", "title: A", 'a library has no "title"'),
        ("DataType", "type: Missing", 'there is no type "Missing"'),
        ("Trait", "get: ", 'the trait "this" has no "get"'),
        ("ResourceType", "/x: ", 'the resource type "this" has no "/x"'),
        ("SecurityScheme", "type: Magic", "there is no security scheme of the type"),
        ("DocumentationItem", "title: A", "documentation has no content"),
        ("NamedExample", "- a", "a file of examples must be a map"),
    ],
)
def test_part_of_an_api_is_checked(kind: str, text: str, told: str) -> None:
    found = refusal(f"#%RAML 1.0 {kind}\n{text}\n")

    assert found.startswith(f"api.raml:2: {told}")


BASE = """
    #%RAML 1.0
    title: Base
    version: v1
    mediaType: application/json
    annotationTypes: {mark: integer}
    traits: {paged: {queryParameters: {page?: integer}}}
    types: {Row: {properties: {width: number}}}
    /rows:
      is: [paged]
      get:
        queryParameters: {unit: {enum: [cm], example: cm}}
        responses: {200: {body: Row}}
"""


def test_overlay_changes_texts_and_adds_types() -> None:
    write("base.raml", BASE)

    contract = read("""
        #%RAML 1.0 Overlay
        usage: In German
        extends: base.raml
        title: Basis
        types: {Neu: string}
        (mark): 1
        /rows:
          get:
            description: Zeilen
            queryParameters: {unit: {description: Einheit}, page: {displayName: Seite}}
    """)

    operation = only(contract)
    assert (contract.title, contract.version) == ("Basis", "v1")
    assert list(contract.schemas) == ["Row", "Neu"]
    assert operation.description == "Zeilen"
    assert [one.description for one in operation.parameters] == ["Einheit", ""]
    assert operation.parameters[1].schema == {"type": "integer", "title": "Seite"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/rows: {post: }", "an overlay must not add /rows/post"),
        ("/other: ", "an overlay must not add /other"),
        ("version: v2", "an overlay must not change /version"),
        (
            "/rows: {get: {queryParameters: {unit: {enum: [in]}}}}",
            "an overlay must not change /rows/get/queryParameters/unit/enum",
        ),
        (
            "types: {Row: {properties: {width: {maximum: 1}}}}",
            "an overlay must not add /types/Row/properties/width/maximum",
        ),
    ],
)
def test_overlay_must_not_change_behaviour(text: str, told: str) -> None:
    write("base.raml", BASE)

    found = refusal(f"#%RAML 1.0 Overlay\nextends: base.raml\n{text}\n")

    assert f": {told}\n" in found


def test_extension_changes_and_adds() -> None:
    write("base.raml", BASE)
    write("lib.raml", "#%RAML 1.0 Library\ntypes: {Id: integer}\n")

    contract = read("""
        #%RAML 1.0 Extension
        extends: base.raml
        uses: {lib: lib.raml}
        version: v2
        /rows:
          get: {queryParameters: {unit: {enum: [in], example: in}, id: lib.Id}}
          post: {body: Row}
    """)

    assert contract.version == "v2"
    get, post = contract.operations
    assert {one.name: one.schema for one in get.parameters} == {
        "unit": {"type": "string", "enum": ["cm", "in"]},
        "page": {"type": "integer"},
        "id": {"type": "integer"},
    }
    assert [one.name for one in post.parameters] == ["page"]
    assert post.bodies[0].schema == {"$ref": "#/$defs/Row"}


def test_overlay_of_an_extension() -> None:
    write("base.raml", BASE)
    write(
        "more.raml",
        "#%RAML 1.0 Extension\nextends: base.raml\n/more: {get: }\n",
    )

    contract = read("""
        #%RAML 1.0 Overlay
        extends: more.raml
        /more: {get: {description: Mehr}}
    """)

    assert [one.description for one in contract.operations] == ["", "Mehr"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("#%RAML 1.0 Overlay\ntitle: T\n", "api.raml:2: this Overlay extends nothing"),
        (
            "#%RAML 1.0 Overlay\nextends: api.raml\n",
            "api.raml:2: api.raml leads back to itself",
        ),
        (
            "#%RAML 1.0 Overlay\nextends: trait.raml\n",
            "trait.raml:2: a Trait can't be extended",
        ),
        (
            "#%RAML 1.0\ntitle: T\nuses: {a: trait.raml}\n",
            "api.raml:3: trait.raml is no library",
        ),
        ("#%RAML 1.0\ntitle: T\nuses: {a.b: lib.raml}\n", "api.raml:3: the name of a"),
        (
            "#%RAML 1.0\ntitle: T\nuses: {a: no.raml}\n",
            "api.raml:3: can't read no",
        ),
        (
            "#%RAML 1.0\ntitle: !include api.raml\n",
            "api.raml:2: api.raml includes",
        ),
        (
            "#%RAML 1.0\ntitle: T\nuses: {a: loop.raml}\n",
            "loop.raml:2: loop.raml u",
        ),
    ],
)
def test_files_that_do_not_fit_together_are_refused(text: str, told: str) -> None:
    write("trait.raml", "#%RAML 1.0 Trait\ndescription: A\n")
    write("loop.raml", "#%RAML 1.0 Library\nuses: {a: loop.raml}\n")

    assert refusal(text).startswith(told)


ANNOTATED = """
    #%RAML 1.0
    title: {value: T, (text): It}
    annotationTypes:
      text: string
      empty: nil
      size: {type: integer, allowedTargets: [Method, TypeDeclaration]}
      both: {properties: {a: integer, b?: string}}
    (both): {a: 1}
    /x:
      (empty):
      get:
        (size): 3
        queryParameters: {q: {(size): 4, minLength: {value: 1, (text): x}}}
"""


def test_annotations_are_read_over() -> None:
    contract = read(ANNOTATED)

    assert contract.title == "T"
    assert only(contract).parameters[0].schema == {"type": "string", "minLength": 1}


@pytest.mark.parametrize(
    ("stated", "instead", "told"),
    [
        (
            "(empty):",
            "(emptty):",
            '12: there is no annotation "emptty"\n  try: did you',
        ),
        (
            "(empty):",
            "(size): 1",
            '12: the annotation "size" is not for this: its allow',
        ),
        (
            "(size): 3",
            "(size): a",
            '14: the annotation "size" doesn\'t fit its type: "a"',
        ),
        (
            "{a: 1}",
            "{b: x}",
            '10: the annotation "both" doesn\'t fit its type: "a" is a',
        ),
        ("(text): x", "(text): [x]", '15: the annotation "text" doesn\'t fit its'),
        ("TypeDeclaration", "Thing", '8: there is no target "Thing"'),
    ],
)
def test_annotation_that_can_not_be_is_refused(
    stated: str, instead: str, told: str
) -> None:
    text = dedent(ANNOTATED).lstrip("\n").replace(stated, instead, 1)
    line, _, message = told.partition(": ")

    assert refusal(text).startswith(f"api.raml:{int(line) - 2}: {message}")
