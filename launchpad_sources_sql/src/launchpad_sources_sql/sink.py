"""Writing: a frame becomes rows of a table, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import pandas as pd
import sqlalchemy as sa
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)

from launchpad_core.data import DataSink, Params
from launchpad_core.errors import DataError
from launchpad_core.options import check_names, parameters_of
from launchpad_core.settings import Settings
from launchpad_sources_sql.connection import Connection
from launchpad_sources_sql.databases import database_of
from launchpad_sources_sql.faults import connecting, told, writing
from launchpad_sources_sql.filling import (
    check_replaceable,
    fill_anew,
    has_table,
    only_one_writer,
)
from launchpad_sources_sql.loading import load, way_of
from launchpad_sources_sql.oracle import OracleConnection
from launchpad_sources_sql.reflection import reflected_table
from launchpad_sources_sql.tables import fitted, new_table, without_arrow_types
from launchpad_sources_sql.trials import already_there, is_new_file, try_table
from launchpad_sources_sql.upserting import check_key, check_unique, upsert

IfExists = Literal["fail", "append", "replace", "upsert"]

_OLD_PLACES = ("if_exists", "schema")
_KNOWN = parameters_of(pd.DataFrame.to_sql) - {"name", "con", "dtype"}


def _known_options(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=_KNOWN, taker="to_sql of pandas")
    rows = options.get("chunksize")
    if rows is not None and (type(rows) is not int or rows < 1):
        raise ValueError(f"chunksize should be 1 or more, not {rows!r}")
    return options


def _names(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[
    list[str],
    BeforeValidator(_names),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
            ]
        }
    ),
]
"""Names in a config: a list, or one of them as text."""


class SqlSink(DataSink):
    """Writes frames into a table."""

    class Config(DataSink.Config):
        """What a section whose type is a connection of type ``sql`` may say."""

        table: Annotated[str, Field(min_length=1)]
        """The table."""
        schema_: Annotated[str | None, Field(alias="schema")] = None
        """The schema that the table is in."""
        if_exists: IfExists = "fail"
        """What to do when there is such a table."""
        key: Names = []
        """For `upsert`: the columns by which rows are told apart."""
        engine: Literal["auto", "sqlalchemy"] = "auto"
        """What writes: the database's fast way, if it has one, or `sqlalchemy`."""
        options: Annotated[dict[str, Any], AfterValidator(_known_options)] = {}
        """Options as of `pandas.DataFrame.to_sql`: `index` (false), `index_label`,
        `chunksize`."""

        @model_validator(mode="before")
        @classmethod
        def _takes_old_places(cls, section: Any) -> Any:
            """Take ``if_exists`` and ``schema`` from options, as of ``to_sql``."""
            options = section.get("options")
            if not isinstance(options, Mapping):
                return section
            moved = {key: options[key] for key in _OLD_PLACES if key in options}
            if twice := [key for key in moved if key in section]:
                raise ValueError(f"{twice[0]} is written twice: also in options")
            rest = {key: options[key] for key in options if key not in moved}
            return {**section, **moved, "options": rest}

        @model_validator(mode="after")
        def _fits_together(self) -> SqlSink.Config:
            if (self.if_exists == "upsert") != bool(self.key):
                raise ValueError("if_exists: upsert and key: go together")
            return self

    Connection: ClassVar[type[Settings]] = Connection

    settings: Config

    def put_dataframe(
        self,
        dataframe: pd.DataFrame,
        params: Params | None = None,
        chunksize: int | None = None,
    ) -> None:
        """Write a frame's rows in one transaction.

        Args:
            dataframe: The frame; its columns' names are texts, and no two are alike.
            params: None: a table has no placeholders.
            chunksize: Rows to send at a time.

        Raises:
            DataError: When a column's type has no place in the table, or the database
                refuses; then nothing is written.
        """
        self.refuse(params=params)
        self.check_chunksize(chunksize)
        database = database_of(self.connection)
        with told(self, database, verb="write", key="table"):
            frame = without_arrow_types(self._columns(dataframe))
            rows = chunksize or self.options.get("chunksize")
            with writing(self, database) as connected:
                self._write(connected, frame, rows)

    def try_destination(self) -> None:
        """Raise now what would keep this from writing; change nothing.

        Raises:
            DataError: When the database can't be reached, or the table not be written.
        """
        database, settings = database_of(self.connection), self.settings
        with told(self, database, verb="write", key="table"):
            if is_new_file(database.url):
                return  # connecting would make it
            with connecting(self, database) as connected:
                try_table(
                    connected,
                    settings.table,
                    settings.schema_,
                    if_exists=settings.if_exists,
                    key=settings.key,
                )

    def explain(self) -> str:
        """Return in one line how this is going to write; connect to nothing."""
        database = database_of(self.connection)
        return f"{self._way(database.engine)} into {database.shown}"

    def _way(self, bound: sa.Engine | sa.Connection) -> str:
        if self.settings.engine == "sqlalchemy":
            return "INSERT"
        return way_of(bound.dialect)

    def _write(
        self, connected: sa.Connection, frame: pd.DataFrame, rows: int | None
    ) -> None:
        name, schema = self.settings.table, self.settings.schema_
        key, replacing = self.settings.key, self.settings.if_exists == "replace"
        if key:
            check_key(frame, key)
        exists = has_table(connected, name, schema)
        if replacing or not exists:
            only_one_writer(connected, name)
            exists = has_table(connected, name, schema)
        if exists and self.settings.if_exists == "fail":
            raise already_there(name)
        if exists and not replacing:
            self._add(connected, frame, rows)
            return
        if exists:
            check_replaceable(connected, name, schema)
        dialect, way = connected.dialect.name, self._way(connected)
        table = new_table(frame, name, schema=schema, key=key, dialect=dialect)
        fill_anew(
            connected,
            table,
            exists=exists,
            fill=lambda made: load(connected, made, frame, way=way, rows=rows),
        )

    def _add(
        self, connected: sa.Connection, frame: pd.DataFrame, rows: int | None
    ) -> None:
        key, way = self.settings.key, self._way(connected)
        table = reflected_table(connected, self.settings.table, self.settings.schema_)
        frame = fitted(frame, table, connected.dialect.name)
        if key:
            check_unique(connected, table, key, frame.columns)
            upsert(connected, table, frame, key, way=way, rows=rows)
        else:
            load(connected, table, frame, way=way, rows=rows)

    def _columns(self, frame: Any) -> pd.DataFrame:
        """Return what is written as columns that have names of their own."""
        if not isinstance(frame, pd.DataFrame):
            raise DataError(f"it takes a DataFrame, not {type(frame).__name__}")
        if self.options.get("index", False):
            labels = self.options.get("index_label")
            frame = frame.reset_index(names=labels)
        names = list(frame.columns)
        if not names:
            raise DataError("the frame has no columns")
        if odd := [name for name in names if not isinstance(name, str)]:
            raise DataError(
                f"the name of a column is {odd[0]!r}, which is no text",
                hint="frame.columns = frame.columns.map(str)",
            )
        if "" in names:
            raise DataError("a column has no name", hint="frame.columns = [...]")
        if double := [name for name in names if names.count(name) > 1]:
            raise DataError(f'several columns are named "{double[0]}"')
        return frame


class OracleSink(SqlSink):
    """Writes frames into a table of an Oracle database."""

    Connection: ClassVar[type[Settings]] = OracleConnection
