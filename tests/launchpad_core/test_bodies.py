"""Bodies of requests: JSON, lists of records, CSV, files, and anything else."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import msgspec
import pytest
from werkzeug.datastructures import FileStorage

from launchpad_core.contract import (
    CSV,
    JSON,
    MULTIPART,
    Body,
    Operation,
    Parameter,
    Schema,
)
from launchpad_core.errors import ContractError
from launchpad_core.requests.shapes import shape_of
from launchpad_core.requests.validation import (
    Arguments,
    Fault,
    Given,
    InvalidRequest,
    validator,
)
from launchpad_core.schemas.typed_json import typed

LENGTH = {"type": "number", "minimum": 0}
ROW = {
    "type": "object",
    "properties": {
        "petal.length": LENGTH,
        "count": {"type": "integer"},
        "colour": {"type": "string", "default": "blue"},
    },
    "required": ["petal.length"],
    "additionalProperties": False,
}
ROWS = {"type": "array", "items": {"$ref": "#/$defs/Row"}}


def arguments(
    schema: Schema | None, content: bytes, media_type: str = JSON, **options: Any
) -> Arguments:
    body = Body(media_type, schema=schema)
    operation = Operation("POST", path="/", bodies=(body,), body_required=True)
    validate = validator(operation, schemas={"Row": ROW}, **options)
    return validate(Given(media_type=media_type, content=content))


def faults(*args: Any, **options: Any) -> list[tuple[str, ...]]:
    with pytest.raises(InvalidRequest) as told:
        arguments(*args, **options)
    assert {fault.location for fault in told.value.faults} == {"body"}
    return [(one.pointer, one.name, one.code, one.detail) for one in told.value.faults]


@pytest.mark.parametrize(
    ("schema", "content", "records"),
    [
        (
            ROW,
            b'{"petal.length": 1, "count": 2.0}',
            [{"petal.length": 1.0, "count": 2, "colour": "blue"}],
        ),
        (
            {"$ref": "#/$defs/Row"},
            b'{"petal.length": 1e2}',
            [{"petal.length": 100.0, "count": None, "colour": "blue"}],
        ),
        (
            {**ROW, "additionalProperties": True},
            b'{"petal.length": 1, "other": 1}',
            [{"petal.length": 1.0, "count": None, "colour": "blue"}],
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "integer"}},
                "additionalProperties": {"type": "integer"},
            },
            b'{"b": 1.0}',
            [{"b": 1, "a": None}],
        ),
        (
            {
                "allOf": [{"$ref": "#/$defs/Row"}],
                "properties": {"petal.length": {"maximum": 9}},
            },
            b'{"petal.length": 5}',
            [{"petal.length": 5.0, "count": None, "colour": "blue"}],
        ),
        (
            {"type": "object", "properties": {"in": {"type": "object"}}},
            b'{"in": {"any": [1, null]}}',
            [{"in": {"any": [1, None]}}],
        ),
        (
            {"type": "integer"},
            b"123456789012345678901",
            [{"body": 123456789012345678901}],
        ),
        ({"type": "array", "items": LENGTH}, b"[1, 2]", [{"body": [1.0, 2.0]}]),
        ({"type": "object"}, b'{"a": 1}', [{"body": {"a": 1}}]),
        ({"type": ["object", "null"]}, b"null", [{"body": None}]),
        (None, b'["anything"]', [{"body": ["anything"]}]),
    ],
)
def test_json_becomes_arguments(
    schema: Schema | None, content: bytes, records: list[dict[str, Any]]
) -> None:
    given = arguments(schema, content)

    assert repr(given) == repr(Arguments(records, many=False))


@pytest.mark.parametrize("schema", [ROW, {"$ref": "#/$defs/Row"}, ROWS])
def test_usual_bodies_are_decoded_and_checked_in_one_step(schema: Schema) -> None:
    content = b'{"petal.length": 1, "count": 2}'
    rows = schema is ROWS
    shape = shape_of(Body(JSON, schema=schema), {"Row": ROW})

    decode = msgspec.json.Decoder(typed(shape.schema, {"Row": ROW})).decode

    records = msgspec.to_builtins(decode(b"[" + content + b"]" if rows else content))
    record = {"petal.length": 1.0, "count": 2, "colour": "blue"}
    assert records == ([record] if rows else record)


def test_list_of_objects_is_a_record_for_each() -> None:
    given = arguments(ROWS, b'[{"petal.length": 1}, {"petal.length": 2, "count": 3}]')

    assert given == Arguments(
        [
            {"petal.length": 1.0, "count": None, "colour": "blue"},
            {"petal.length": 2.0, "count": 3, "colour": "blue"},
        ],
        many=True,
    )


def test_parameters_are_in_every_record() -> None:
    operation = Operation(
        "POST",
        path="/",
        parameters=(Parameter("a", location="query", schema=LENGTH),),
        bodies=(Body(JSON, schema=ROWS),),
    )

    given = validator(operation, schemas={"Row": ROW})(
        Given(query={"a": ["1"]}, media_type=JSON, content=b'[{"petal.length": 1}]')
    )

    assert given.records == [
        {"petal.length": 1.0, "count": None, "colour": "blue", "a": 1.0}
    ]


def test_all_faults_of_an_object_are_told() -> None:
    schema = {
        **ROW,
        "properties": {
            **ROW["properties"],  # type: ignore[dict-item]
            "where/from": {"type": "object", "properties": {"zip~": {"minLength": 5}}},
        },
    }

    told = faults(schema, b'{"count": "1", "new": 1, "where/from": {"zip~": "1"}}')

    assert sorted(told) == [
        ("/count", "count", "type", "should be an integer, not '1'"),
        ("/new", "new", "unknown", "is not a property here"),
        ("/petal.length", "petal.length", "missing", "is required"),
        (
            *("/where~1from/zip~0", "zip~", "minLength"),
            "should have at least 5 characters",
        ),
    ]


def test_faults_of_rows_point_to_the_row() -> None:
    told = faults(ROWS, b'[{"petal.length": 1}, {"petal.length": -1}, 7]')

    assert told == [
        ("/1/petal.length", "petal.length", "minimum", "should be at least 0"),
        ("/2", "", "type", "should be an object, not 7"),
    ]


def test_no_more_than_a_hundred_faults_are_listed() -> None:
    told = faults(ROWS, b"[" + b"{}," * 300 + b"{}]")

    assert len(told) == 101
    assert told[-1] == ("", "", "more", "201 further faults are not listed")


def test_large_value_with_many_faults_takes_no_time() -> None:
    told = faults({"type": "array", "items": LENGTH}, b"[" + b"-1," * 400_000 + b"-1]")

    assert told == [
        ("/0", "", "minimum", "should be at least 0"),
        ("", "", "more", "there may be more faults: the value is large"),
    ]


NODE = {
    "type": "object",
    "properties": {
        "value": {"type": "integer"},
        "next": {"$ref": "#/$defs/Node", "description": "The one behind it"},
    },
}
NODES: dict[str, Schema] = {
    "Node": NODE,
    "Small": {"type": "integer", "maximum": 5},
    "Smaller": {"$ref": "#/$defs/Small", "maximum": 9, "minimum": 0},
    "Base": {"type": "object", "properties": {"a": {"type": "integer"}}},
}


def test_schema_that_holds_itself() -> None:
    given = b'{"value": 1.0, "next": {"value": 2.0, "next": {}}}'

    assert of_nodes({"$ref": "#/$defs/Node"}, given) == [
        {"value": 1, "next": {"value": 2, "next": {}}}
    ]


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_schema_that_is_nothing_but_itself_is_refused(keyword: str) -> None:
    endless = {"Endless": {keyword: [{"$ref": "#/$defs/Endless"}]}}
    body = Body(JSON, schema={"type": "array", "items": {"$ref": "#/$defs/Endless"}})

    with pytest.raises(ContractError) as told:
        validator(Operation("POST", path="/", bodies=(body,)), schemas=endless)

    assert str(told.value) == 'the schema "Endless" is nothing but itself'


def test_what_is_beside_a_reference_counts_as_well() -> None:
    small = {"type": "array", "items": {"$ref": "#/$defs/Smaller"}}
    both = {"$ref": "#/$defs/Base", "properties": {"b": {"type": "integer"}}}

    assert of_nodes(small, b"[5, 0]") == [{"body": [5, 0]}]
    assert of_nodes(small, b"[6, -1]") == [
        ("/0", "should be at most 5"),
        ("/1", "should be at least 0"),
    ]
    assert of_nodes(both, b'{"a": 1.0, "b": 2.0}') == [{"a": 1, "b": 2}]


@pytest.mark.parametrize(
    "schema", [{"$ref": "#/$defs/Node"}, {"type": "object", "minProperties": 2}]
)
def test_deep_nesting_is_a_fault(schema: Schema) -> None:
    content = b'{"next": ' * 800 + b"{}" + b"}" * 800

    assert of_nodes(schema, content) == [("", "is nested too deeply")]


def of_nodes(schema: Schema, content: bytes) -> list[Any]:
    body = Body(JSON, schema=schema)
    validate = validator(Operation("POST", path="/", bodies=(body,)), schemas=NODES)
    try:
        return validate(Given(media_type=JSON, content=content)).records
    except InvalidRequest as told:
        return [(fault.pointer, fault.detail) for fault in told.faults]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"{", "is not JSON: input data was truncated"),
        (b'{"petal.length": NaN}', "is not JSON: invalid character (byte 17)"),
        (b'{"petal.length": 1e400}', "is not JSON: number out of range"),
        (b'{"petal.length": 1}x', "is not JSON: trailing characters (byte 20)"),
        (b'{"colour": "\xff"}', "is not UTF-8"),
        *(
            (
                b'{"colour": "%b"}' % text,
                f"is not valid Unicode: {half} is half of a character",
            )
            for text, half in (
                (rb"\ud83d", r"\ud83d"),
                (rb"\uD83D..", r"\uD83D"),
                (rb"\ud83d\ud83d\ude00", r"\ud83d"),
                (rb"\ud83d\ude00\ude00", r"\ude00"),
                (rb"\\\ude00", r"\ude00"),
            )
        ),
        (rb'{"colour": "\\ud83d', "is not JSON: input data was truncated"),
        (rb'{"colour": "\ud83d\ude00', "is not JSON: input data was truncated"),
        (b"\xef\xbb\xbf1", "is not JSON: invalid character (byte 0)"),
        (b"[" * 5000, "is nested too deeply"),
    ],
)
def test_broken_json_is_told(content: bytes, detail: str) -> None:
    assert faults(ROW, content) == [("", "", "syntax", detail)]


def test_one_alternative_that_is_meant_is_told_as_such() -> None:
    schema = {"anyOf": [{"$ref": "#/$defs/Row"}, {"type": "null"}]}

    assert faults(schema, b"{}") == [
        ("/petal.length", "petal.length", "missing", "is required")
    ]
    assert faults(schema, b"1") == [
        ("", "", "type", "should be an object or null, not 1")
    ]


def test_csv_is_a_record_for_each_row() -> None:
    content = b'\xef\xbb\xbfcolour,petal.length\r\n"a ""b"",\r\nc",1.5\r\n,2\r\n'

    assert arguments(ROWS, content, CSV) == Arguments(
        [
            {"petal.length": 1.5, "count": None, "colour": 'a "b",\r\nc'},
            {"petal.length": 2.0, "count": None, "colour": "blue"},
        ],
        many=True,
    )


def test_all_faults_of_csv_are_told() -> None:
    content = b"count,petal.length\n1,-2.5\nx, 3\n3\n,\n"

    assert faults(ROWS, content, CSV) == [
        ("/0/petal.length", "petal.length", "minimum", "should be at least 0"),
        ("/1/count", "count", "type", "should be an integer, not 'x'"),
        ("/1/petal.length", "petal.length", "type", "should be a number, not ' 3'"),
        ("/2", "", "syntax", "should have 2 cells, not 1"),
        ("/3/petal.length", "petal.length", "missing", "is required"),
    ]


def test_large_csv_with_many_faults_takes_no_time() -> None:
    told = faults(ROWS, b"petal.length\n" + b"x\n" * 1_000_000, CSV)

    assert len(told) == 101
    assert told[-1] == ("", "", "more", "more than 1000 further faults are not listed")


def test_many_columns_take_no_time() -> None:
    names = ",".join(map(str, range(300_000))).encode()

    told = faults(ROWS, names, CSV)

    assert told[0] == ("/0", "0", "unknown", "is not a column here")
    assert told[-1] == ("", "", "more", "more than 1000 further faults are not listed")


def test_columns_of_csv_are_the_contracts() -> None:
    assert faults(ROWS, b"count,count,other\n1,1,1\n", CSV) == [
        ("/count", "count", "repeated", "is the name of several columns"),
        ("/other", "other", "unknown", "is not a column here"),
        ("/petal.length", "petal.length", "missing", "is required"),
    ]
    assert arguments(
        ROWS, b"other,petal.length\n1,2\n", CSV, ignore_unknown=True
    ).records == [{"petal.length": 2.0, "count": None, "colour": "blue"}]


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (
            b"petal.length;count\n1;2\n",
            "should have commas between its cells, not semicolons",
        ),
        (
            b"petal.length\tcount\n1\t2\n",
            "should have commas between its cells, not tabs",
        ),
        (b"\n1\n", "has no line with the names of the columns"),
        (b'petal.length\n"1', "is not CSV: line 2: unexpected end of data"),
        (b"petal.length\n\xff", "is not UTF-8"),
    ],
)
def test_broken_csv_is_told(content: bytes, detail: str) -> None:
    assert faults(ROWS, content, CSV) == [("", "", "syntax", detail)]


def test_semicolon_may_be_in_the_name_of_a_column() -> None:
    row = {"type": "object", "properties": {"a;b": LENGTH}, "required": ["a;b"]}
    rows = {"type": "array", "items": row}

    assert arguments(rows, b"a;b\n1\n", CSV).records == [{"a;b": 1.0}]


def test_other_bodies_are_bytes() -> None:
    text = {"type": "string", "maxLength": 2, "pattern": "^[aé]+$"}

    assert arguments(None, b"\x00\xff", "image/png").records == [{"body": b"\x00\xff"}]
    assert arguments(text, "éé".encode(), "text/plain").records == [
        {"body": "éé".encode()}
    ]
    assert faults(text, b"aaa", "text/plain") == [
        ("", "", "maxLength", "should have at most 2 characters")
    ]
    assert faults({"maxLength": 2}, b"aaa", "image/png") == [
        ("", "", "maxLength", "should have at most 2 bytes")
    ]


def test_absent_body_is_missing_or_has_defaults() -> None:
    body = Body(JSON, schema=ROW)
    needed = Operation("POST", path="/", bodies=(body,), body_required=True)
    optional = Operation("POST", path="/", bodies=(body,))

    with pytest.raises(InvalidRequest) as told:
        validator(needed)(Given())

    assert [(one.location, one.code) for one in told.value.faults] == [
        ("body", "missing")
    ]
    assert validator(optional)(Given()).records == [
        {"petal.length": None, "count": None, "colour": "blue"}
    ]


FORM = Body(
    MULTIPART,
    parameters=(
        Parameter("title", location="form", schema={"type": "string"}),
        Parameter(
            "photo",
            location="file",
            schema={"type": "string", "minLength": 1, "maxLength": 3},
            media_types=("image/*",),
            required=True,
        ),
        Parameter("more", location="file", schema={"type": "array", "maxItems": 1}),
    ),
)


def upload(
    content: bytes, name: str = "a.png", type_: str = "image/png"
) -> FileStorage:
    return FileStorage(BytesIO(content), filename=name, content_type=type_)


def test_files_are_handed_on_as_they_are() -> None:
    photo = upload(b"abc")
    given = Given(
        media_type=MULTIPART,
        files={"photo": [photo], "more": [upload(b"", name="")]},
    )

    (record,) = validator(Operation("POST", path="/", bodies=(FORM,)))(given).records

    assert record == {"title": None, "photo": photo, "more": None}
    assert record["photo"].read() == b"abc"


def test_files_are_checked() -> None:
    given = Given(
        media_type=MULTIPART,
        files={
            "photo": [upload(b"abcd", type_="text/csv")],
            "more": [upload(b""), upload(b"")],
            "other": [upload(b"")],
        },
    )

    with pytest.raises(InvalidRequest) as told:
        validator(Operation("POST", path="/", bodies=(FORM,)))(given)

    assert [(one.name, one.code, one.detail) for one in told.value.faults] == [
        ("photo", "mediaType", "should be image/*, not text/csv"),
        ("photo", "maxLength", "should have at most 3 bytes"),
        ("more", "maxItems", "should be at most 1 file"),
        ("other", "unknown", "is not a parameter here"),
    ]


def test_files_and_texts_are_not_taken_for_each_other() -> None:
    given = Given(
        media_type=MULTIPART,
        form={"photo": ["abc"], "more": ["x", "y"], "other": ["z"]},
        files={"title": [upload(b"abc")]},
    )
    validate = validator(Operation("POST", path="/", bodies=(FORM,)))

    with pytest.raises(InvalidRequest) as told:
        validate(given)

    assert told.value.faults == (
        Fault("form", "other", "unknown", "is not a parameter here"),
        Fault("form", "title", "type", "should be text, not a file"),
        Fault("file", "photo", "type", "should be a file"),
        Fault("file", "more", "type", "should be a file"),
    )


def test_a_file_has_no_other_constraints() -> None:
    photo = Parameter("photo", location="file", schema={"pattern": "x"})
    body = Body(MULTIPART, parameters=(photo,))

    with pytest.raises(ContractError, match="pattern says nothing about files"):
        validator(Operation("POST", path="/", bodies=(body,)))


def test_arguments_are_those_of_the_body_that_came() -> None:
    image = Body("image/*")
    operation = Operation(
        "POST",
        path="/",
        bodies=(Body(JSON, schema=ROW), FORM, image),
        body_required=True,
    )
    validate = validator(operation)

    as_json = validate(Given(media_type=JSON, content=b'{"petal.length": 1}'))
    as_image = validate(Given(media_type="image/png", content=b"png"))

    assert list(as_json.records[0]) == ["petal.length", "count", "colour"]
    assert as_image.records == [{"body": b"png"}]
