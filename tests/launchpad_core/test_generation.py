"""From the rows of a data source to a contract."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from launchpad_core import get_validated_config
from launchpad_core.contract import (
    CSV,
    JSON,
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
)
from launchpad_core.errors import DataError
from launchpad_core.generation.contracts import Wanted, contract_of, generated_contract
from launchpad_core.generation.facts import column_facts
from launchpad_core.generation.schemas import LOCAL, nullable, schema_of
from launchpad_core.project import Project
from launchpad_core.references import reference_to

FLOWERS = pd.DataFrame(
    {
        "width": [0.2, 1.5],
        "petals": pd.array([None, 5], dtype="Int64"),
        "colour": pd.Categorical(["red", "white"]),
        "variety": ["setosa", "virginica"],
    }
)
TEXT, INTEGER, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
BOOLEAN = {"type": "boolean"}


def contract(*frames: pd.DataFrame, **wanted: Any) -> ApiContract:
    return contract_of(
        column_facts(frames),
        title="Flowers",
        version="v1",
        wanted=Wanted(**{"to_edit": False, **wanted}),
    )


def test_row_is_a_query_or_a_body() -> None:
    width = Parameter(
        "width", location="query", schema=NUMBER, required=True, examples=(0.2,)
    )
    petals = Parameter("petals", location="query", schema=INTEGER, examples=(5,))
    colour = Parameter(
        "colour",
        location="query",
        schema={"type": "string", "enum": ["red", "white"]},
        required=True,
        examples=("red",),
    )
    answer = Response(
        200,
        media_type=JSON,
        schema=reference_to("Prediction"),
        description="The prediction",
        examples=({"variety": "setosa"},),
    )

    assert contract(FLOWERS, target="variety", resource="flowers") == ApiContract(
        "Flowers",
        version="v1",
        operations=(
            Operation(
                "GET",
                path="/flowers",
                description="Get a prediction for one of the flowers",
                parameters=(width, petals, colour),
                responses=(answer,),
            ),
            Operation(
                "POST",
                path="/flowers",
                description="Get a prediction for one of the flowers",
                bodies=(
                    Body(
                        JSON,
                        schema=reference_to("Row"),
                        examples=({"width": 0.2, "petals": 5, "colour": "red"},),
                    ),
                ),
                body_required=True,
                responses=(answer,),
            ),
        ),
        schemas={
            "Row": {
                "type": "object",
                "properties": {
                    "width": {"type": "number"},
                    "petals": {"type": ["integer", "null"]},
                    "colour": {"type": "string", "enum": ["red", "white"]},
                },
                "required": ["width", "colour"],
                "additionalProperties": False,
            },
            "Prediction": {
                "type": "object",
                "properties": {"variety": {"type": "string"}},
                "required": ["variety"],
            },
        },
    )


def test_rows_are_taken_as_a_list_or_as_csv() -> None:
    row = {"width": 0.2, "petals": 5, "colour": "red"}
    rows = {"type": "array", "items": reference_to("Row")}

    _, post = contract(FLOWERS, target="variety", rows=True).operations

    assert post.bodies == (
        Body(JSON, schema=rows, examples=([row],)),
        Body(CSV, schema=rows, examples=([row],)),
    )
    assert post.responses == (
        Response(
            200,
            media_type=JSON,
            schema={"type": "array", "items": reference_to("Prediction")},
            description="The predictions",
            examples=([{"variety": "setosa"}],),
        ),
    )


def test_numbers_are_bounded_on_request() -> None:
    get, _ = contract(FLOWERS, bounds=True).operations

    assert [dict(one.schema) for one in get.parameters] == [
        {"type": "number", "minimum": 0.2, "maximum": 1.5},
        {"type": "integer", "minimum": 5, "maximum": 5},
        {"type": "string", "enum": ["red", "white"]},
        {"type": "string"},
    ]


def test_without_a_target_nothing_is_said_of_the_answer() -> None:
    get, post = contract(FLOWERS, rows=True).operations

    assert [one.schema for one in (*get.responses, *post.responses)] == [
        None,
        {"type": "array"},
    ]


def test_what_is_to_be_edited_says_so() -> None:
    (get,) = contract(FLOWERS, to_edit=True, body=False).operations

    assert get.parameters[0].description == "What width means"
    assert get.responses[0].schema == {
        "type": "object",
        "properties": {"prediction": {"type": "string"}},
        "required": ["prediction"],
    }


SCHEMAS: dict[str, tuple[Any, dict[str, Any], bool]] = {
    "no rows": (pd.Series([], dtype="int64"), INTEGER, False),
    "no rows of anything": (pd.Series([], dtype=object), TEXT, False),
    "nothing": (pd.Series([None, None], dtype=object), TEXT, True),
    "not a number": (pd.Series([np.nan]), NUMBER, True),
    "infinite": (pd.Series([np.inf, 1.0]), NUMBER, True),
    "largest integer": (pd.Series([2**64 - 1], dtype="uint64"), INTEGER, False),
    "nullable": (pd.Series([True, None], dtype="boolean"), BOOLEAN, True),
    "objects": (pd.Series([True, None], dtype=object), BOOLEAN, True),
    "numbers of two kinds": (pd.Series([1, 2.5], dtype=object), NUMBER, False),
    "decimals": (pd.Series([Decimal("1.1"), Decimal("NaN")]), NUMBER, True),
    "of several kinds": (
        pd.Series([1, "a", None], dtype=object),
        {"anyOf": [INTEGER, TEXT]},
        True,
    ),
    "moments without a zone": (
        pd.Series(pd.to_datetime(["2024-01-02"])),
        {"type": "string", "pattern": LOCAL},
        False,
    ),
    "moments": (
        pd.Series(pd.to_datetime(["2024-01-02"], utc=True)),
        {"type": "string", "format": "date-time"},
        False,
    ),
    "moments that RFC 3339 can't say": (
        pd.Series(pd.to_datetime(["1850-01-02"])).dt.tz_localize("Europe/Berlin"),
        TEXT,
        False,
    ),
    "dates and moments": (
        pd.Series(
            [pd.Timestamp("2024-01-02").date(), pd.Timestamp("2024-01-02")],
            dtype=object,
        ),
        TEXT,
        False,
    ),
    "lists": (
        pd.Series([[1, None], [2.5]]),
        {"type": "array", "items": {"type": ["number", "null"]}},
        False,
    ),
    "one truth": (
        pd.Series(pd.Categorical([True])),
        {"type": "boolean", "enum": [True]},
        False,
    ),
    "both truths": (pd.Series(pd.Categorical([True, False])), BOOLEAN, False),
    "categories of several kinds": (
        pd.Series(pd.Categorical([1, "a"])),
        {"enum": [1, "a"]},
        False,
    ),
}


@pytest.mark.parametrize(("column", "schema", "missing"), SCHEMAS.values(), ids=SCHEMAS)
def test_column(column: Any, schema: dict[str, Any], missing: bool) -> None:
    facts = column_facts([pd.DataFrame({"x": column})])["x"]

    assert (schema_of(facts), facts.missing) == (schema, missing)


CHUNKS: dict[str, tuple[list[Any], dict[str, Any], bool]] = {
    "integers that are missing later": ([[1], [np.nan, 2.0]], NUMBER, True),
    "text after nothing": ([[np.nan, np.nan], ["a"]], TEXT, True),
    "text after numbers": ([["007"], [7]], TEXT, False),
    "text after truth": ([[True], ["maybe"]], TEXT, False),
    "of several kinds": (
        [pd.Series([1, "a"], dtype=object), [2]],
        {"anyOf": [INTEGER, TEXT]},
        False,
    ),
    "more categories": (
        [pd.Categorical(["a"]), pd.Categorical(["c", "a"])],
        {"type": "string", "enum": ["a", "c"]},
        False,
    ),
    "categories and other text": ([pd.Categorical(["a"]), ["b"]], TEXT, False),
    "growing numbers": (
        [[1], [9], [-3]],
        {"type": "integer", "minimum": -3, "maximum": 9},
        False,
    ),
}


@pytest.mark.parametrize(("chunks", "schema", "missing"), CHUNKS.values(), ids=CHUNKS)
def test_column_in_several_frames(
    chunks: list[Any], schema: dict[str, Any], missing: bool
) -> None:
    facts = column_facts(pd.DataFrame({"x": chunk}) for chunk in chunks)["x"]

    told = schema_of(facts, bounds="minimum" in schema)
    assert (told, facts.missing) == (schema, missing)


def test_examples_are_short_and_can_be_written() -> None:
    frame = pd.DataFrame({"x": ["a" * 200, "\ud800", "b"]}, dtype=object)

    assert column_facts([frame])["x"].examples == ("b",)


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (INTEGER, {"type": ["integer", "null"]}),
        (
            {"type": "string", "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"enum": [1, "a"]}, {"enum": [1, "a", None]}),
        (
            {"anyOf": [INTEGER, TEXT]},
            {"anyOf": [INTEGER, TEXT, {"type": "null"}]},
        ),
    ],
)
def test_null_as_well(schema: Any, expected: Any) -> None:
    assert nullable(schema) == expected


NOT_SAYABLE = (
    "\n  try: leave it out of the data source, or turn it into text or numbers"
)


@pytest.mark.parametrize(
    ("frames", "message"),
    [
        (
            [pd.DataFrame([[1, 2, 3, 4]], columns=["a", 1, "a", "1"])],
            "several columns have the name '1', 'a'\n"
            "  try: rename them: a request can't tell them apart",
        ),
        (
            [pd.DataFrame([[1]], columns=pd.Index(["\udc41"], dtype=object))],
            "the column '\\udc41' has a name that can't be written in UTF-8\n"
            "  try: rename it",
        ),
        (
            [pd.DataFrame({"z": [1j]})],
            "the column 'z' holds complex values, which can't be part of a request"
            + NOT_SAYABLE,
        ),
        (
            [pd.DataFrame({"z": [{"a": 1}]})],
            "the column 'z' holds dict values, which can't be part of a request"
            + NOT_SAYABLE,
        ),
        (
            [pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})],
            "the data changes its columns: b after a",
        ),
    ],
)
def test_data_that_makes_no_contract_is_told(
    frames: list[pd.DataFrame], message: str
) -> None:
    with pytest.raises(DataError) as told:
        column_facts(frames)

    assert str(told.value) == message


def test_target_that_is_no_column_is_told() -> None:
    with pytest.raises(DataError) as told:
        contract(FLOWERS, target="varieti")

    assert str(told.value) == (
        'there is no column "varieti"\n  try: did you mean "variety"?'
    )


SOURCES = """
import pandas as pd
from launchpad_core import DataSource, UnsupportedOperation

class Chunks(DataSource):
    serves = ["chunks"]

    def get_dataframe(self, params=None, chunksize=None):
        return (pd.DataFrame({"x": [n] * chunksize}) for n in range(3))

class Whole(DataSource):
    serves = ["whole"]

    def get_dataframe(self, params=None, chunksize=None):
        if chunksize is not None:
            raise UnsupportedOperation("no chunks")
        return pd.DataFrame({"x": [1, 2]})

class Careless(DataSource):
    serves = ["careless"]

    def get_dataframe(self, params=None, chunksize=None):
        return pd.DataFrame({"x": [1, 2]})

class Lists(DataSource):
    serves = ["lists"]

    def get_dataframe(self, params=None, chunksize=None):
        return [[1, 2]]
"""


@pytest.fixture
def sources(project: Path) -> Project:
    (project / "own_sources.py").write_text(SOURCES)
    config = get_validated_config(project / "cfg.yml")
    config["plugins"] = ["own_sources"]
    config["datasources"] = {
        kind: {"type": kind} for kind in ("chunks", "whole", "careless", "lists")
    }
    return Project(config, contract=False)


@pytest.mark.parametrize(
    ("source", "most"), [("chunks", 2), ("whole", 2), ("careless", 2)]
)
def test_all_rows_are_read_however_the_source_gives_them(
    source: str, most: int, sources: Project
) -> None:
    made = generated_contract(sources, source, Wanted(bounds=True))

    assert made.title == "sums API"
    assert made.version == "v1"
    assert made.operations[0].parameters[0].schema["maximum"] == most


def test_source_without_frames_is_told(sources: Project) -> None:
    with pytest.raises(DataError) as told:
        generated_contract(sources, "lists", Wanted())

    assert str(told.value) == (
        'data source "lists" gives a list, not a frame\n'
        "  try: a contract is made from a source with frames"
    )
