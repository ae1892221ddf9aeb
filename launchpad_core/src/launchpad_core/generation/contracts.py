"""A contract from data: a parameter for each column of a data source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from launchpad_core.contract import (
    CSV,
    JSON,
    ApiContract,
    Body,
    Operation,
    Parameter,
    Response,
    Schema,
)
from launchpad_core.data import DataSource
from launchpad_core.errors import DataError, NoSuchColumn, UnsupportedOperation
from launchpad_core.generation.facts import ColumnFacts, column_facts
from launchpad_core.generation.schemas import nullable, schema_of
from launchpad_core.positions import Position
from launchpad_core.project import Project
from launchpad_core.references import reference_to
from launchpad_core.spelling import did_you_mean

ROW, PREDICTION = "Row", "Prediction"
"""The named schemas of what comes in, and of what goes out."""

_ROWS_AT_A_TIME = 20_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a contract from data should be like.

    Attributes:
        target: The column that is predicted; it becomes the answer, not a parameter.
        resource: The resource's name.
        bounds: Whether numbers have to be within those of the data.
        rows: Whether a body holds a list of rows, and the answer a list of predictions.
        body: Whether there is a body at all; else there is only a GET.
        to_edit: Whether a person is going to edit it: then it says where, and is
            made from the types of columns where there are no rows.
        where_source: Where the config names the source, if it does.
        where_target: Where the config names the target, if it does.
    """

    target: str | None = None
    resource: str = "mythings"
    bounds: bool = False
    rows: bool = False
    body: bool = True
    to_edit: bool = True
    where_source: Position | None = None
    where_target: Position | None = None


def generated_contract(project: Project, source: str, wanted: Wanted) -> ApiContract:
    """Return a contract for all rows of a data source.

    Raises:
        ConfigError: When there is no such source.
        DataError: When it has no such column, holds what JSON can't say, has no rows
            although nobody is going to edit the contract, or can't be read.
    """
    name = project.api.name if "api" in project.config else project.model.name
    columns = column_facts(frames_of(project.source(source)))
    if not wanted.to_edit and not any(facts.seen for facts in columns.values()):
        raise DataError(
            f'the data source "{source}" has no rows to derive the contract from',
            where=wanted.where_source,
            hint="look at what it reads",
        )
    return contract_of(
        columns,
        title=f"{name} API",
        version=project.model.major,
        wanted=wanted,
    )


def frames_of(source: DataSource) -> Iterator[pd.DataFrame]:
    """Yield the rows of a data source, a few at a time where it can.

    Raises:
        DataError: When it can't be read, or gives something else than frames.
    """
    try:
        given: Any = source.get_dataframe(chunksize=_ROWS_AT_A_TIME)
    except (UnsupportedOperation, NotImplementedError):
        given = source.get_dataframe()
    frames = [given] if isinstance(given, pd.DataFrame) else given
    for frame in frames:
        if not isinstance(frame, pd.DataFrame):
            raise DataError(
                f"{source.shown_name} gives a {type(frame).__name__}, not a frame",
                hint="a contract is made from a source with frames",
            )
        yield frame


def contract_of(
    columns: Mapping[str, ColumnFacts], *, title: str, version: str, wanted: Wanted
) -> ApiContract:
    """Return a contract whose operations take a row of data.

    Args:
        columns: What is known of the columns.
        title: The API's name for people.
        version: Its version.
        wanted: What it should be like.

    Raises:
        NoSuchColumn: When there is no such target.
    """
    target = wanted.target
    if target is not None and target not in columns:
        raise NoSuchColumn(
            f'there is no column "{target}"',
            where=wanted.where_target,
            hint=did_you_mean(target, columns) or ", ".join(columns),
        )
    inputs = {name: facts for name, facts in columns.items() if name != target}
    output = _Output(target, columns[target] if target is not None else None, wanted)
    get = Operation(
        "GET",
        path=f"/{wanted.resource}",
        description=f"Get a prediction for one of the {wanted.resource}",
        parameters=tuple(
            _parameter(name, facts, wanted) for name, facts in inputs.items()
        ),
        responses=(output.response(),),
    )
    if not wanted.body:
        return ApiContract(title, version=version, operations=(get,))
    schemas = {ROW: _row(inputs, wanted), **output.schemas}
    post = Operation(
        "POST",
        path=f"/{wanted.resource}",
        description=f"Get predictions for some of the {wanted.resource}"
        if wanted.rows
        else f"Get a prediction for one of the {wanted.resource}",
        bodies=tuple(_bodies(inputs, wanted)),
        body_required=True,
        responses=(output.response(rows=wanted.rows),),
    )
    return ApiContract(title, version=version, operations=(get, post), schemas=schemas)


def _parameter(name: str, facts: ColumnFacts, wanted: Wanted) -> Parameter:
    return Parameter(
        name,
        location="query",
        schema=schema_of(facts, bounds=wanted.bounds),
        required=not (facts.missing or facts.empty_lists),
        description=_meaning(name, wanted),
        examples=facts.examples,
    )


def _row(inputs: Mapping[str, ColumnFacts], wanted: Wanted) -> Schema:
    properties = {}
    for name, facts in inputs.items():
        schema = schema_of(facts, bounds=wanted.bounds)
        about = _meaning(name, wanted)
        properties[name] = {
            **(nullable(schema) if facts.missing else schema),
            **({"description": about} if about else {}),
        }
    required = [name for name, facts in inputs.items() if not facts.missing]
    return {
        "type": "object",
        **({"properties": properties} if properties else {}),
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _meaning(name: str, wanted: Wanted) -> str:
    return f"What {name} means" if wanted.to_edit else ""


def _bodies(inputs: Mapping[str, ColumnFacts], wanted: Wanted) -> Iterator[Body]:
    example = {
        name: facts.examples[0] for name, facts in inputs.items() if facts.examples
    }
    complete = all(name in example or f.missing for name, f in inputs.items())
    if not wanted.rows:
        examples = (example,) if complete else ()
        yield Body(JSON, schema=reference_to(ROW), examples=examples)
        return
    examples_of_rows = ([example],) if complete else ()
    for media_type in (JSON, CSV):
        rows = {"type": "array", "items": reference_to(ROW)}
        yield Body(media_type, schema=rows, examples=examples_of_rows)


@dataclass(frozen=True, slots=True)
class _Output:
    """What is predicted."""

    target: str | None
    facts: ColumnFacts | None
    wanted: Wanted

    @property
    def schemas(self) -> Mapping[str, Schema]:
        """The named schema of a prediction, if anything is known of it."""
        schema = self._schema()
        return {} if schema is None else {PREDICTION: schema}

    def response(self, *, rows: bool = False) -> Response:
        schema = self._schema()
        if schema is not None and self.wanted.body:
            schema = reference_to(PREDICTION)
        examples: tuple[Any, ...] = tuple(
            {self._name: value} for value in self._values()
        )
        if rows:
            schema = {"type": "array", **({} if schema is None else {"items": schema})}
            examples = tuple([example] for example in examples)
        return Response(
            200,
            media_type=JSON,
            schema=schema,
            description="The predictions" if rows else "The prediction",
            examples=examples,
        )

    @property
    def _name(self) -> str:
        return self.target or "prediction"

    def _schema(self) -> Schema | None:
        if self.facts is None and not self.wanted.to_edit:
            return None
        value = {"type": "string"} if self.facts is None else schema_of(self.facts)
        if value == {"type": "integer"}:
            value = {"type": "number"}  # a model may well predict what is in between
        return {
            "type": "object",
            "properties": {self._name: value},
            "required": [self._name],
        }

    def _values(self) -> tuple[Any, ...]:
        if self.facts is None:
            return ("some value",) if self.wanted.to_edit else ()
        return self.facts.examples
