"""Reading: the result of a query, or a table, as a frame."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import pandas as pd
import sqlalchemy as sa
from pydantic import AfterValidator, Field, model_validator

from launchpad_core.data import DataSource, Params
from launchpad_core.errors import DataError
from launchpad_core.options import check_names, parameters_of
from launchpad_core.settings import Settings
from launchpad_sources_sql import fast, rows
from launchpad_sources_sql.connection import Connection
from launchpad_sources_sql.databases import Database, database_of
from launchpad_sources_sql.faults import connecting, told
from launchpad_sources_sql.oracle import OracleConnection
from launchpad_sources_sql.queries import (
    Query,
    described_table,
    names_in,
    query_of,
    query_of_table,
)
from launchpad_sources_sql.reflection import reflected_table
from launchpad_sources_sql.shaping import shaped

Engine = Literal["auto", "sqlalchemy", "adbc"]

_FEW = 500  # rows, below which rows are faster than Arrow's columns
_TAKEN = frozenset(("sql", "con", "params", "chunksize", "dtype_backend"))
_KNOWN = parameters_of(pd.read_sql_query) - _TAKEN


def _known_options(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=_KNOWN, taker="read_sql_query of pandas")
    if not isinstance(options.get("coerce_float", True), bool):
        raise ValueError("coerce_float should be true or false")
    return options


_SAYS_WHAT: dict[str, Any] = {
    "anyOf": [{"required": ["query"]}, {"required": ["table"]}]
}


class SqlSource(DataSource):
    """Reads the result of a query, or a table."""

    class Config(DataSource.Config, json_schema_extra=_SAYS_WHAT):
        """What a section whose type is a connection of type ``sql`` may say."""

        query: Annotated[str | None, Field(min_length=1)] = None
        """The query; `:name` is a parameter of that name."""
        table: Annotated[str | None, Field(min_length=1)] = None
        """Instead of a query: the table, ..."""
        schema_: Annotated[str | None, Field(alias="schema")] = None
        """... the schema that it is in, ..."""
        columns: Annotated[list[str] | None, Field(min_length=1)] = None
        """... its columns, if not all of them, ..."""
        where: str | None = None
        """... and the condition, in SQL; `:name` is a parameter of that name."""
        engine: Engine = "auto"
        """What reads: `adbc` (fast), `sqlalchemy`, or whichever can."""
        options: Annotated[dict[str, Any], AfterValidator(_known_options)] = {}
        """Options as of `pandas.read_sql_query`: `index_col`, `parse_dates`, `dtype`,
        `coerce_float`."""

        @model_validator(mode="after")
        def _says_once_what(self) -> SqlSource.Config:
            if (self.query is None) == (self.table is None):
                raise ValueError("write either query or table")
            for field in ("schema_", "columns", "where"):
                name = field.rstrip("_")
                if self.table is None and getattr(self, field) is not None:
                    raise ValueError(f"{name} goes with table, not with query")
            if self.engine == "adbc" and not self.options.get("coerce_float", True):
                raise ValueError("coerce_float: false needs engine: sqlalchemy")
            return self

    Connection: ClassVar[type[Settings]] = Connection

    settings: Config
    _few_rows = False  # what the last result was, and the next one is likely to be
    _unlike: str | None = None  # why its columns can't take the fast lane

    @property
    def asked(self) -> frozenset[str]:
        """The names of the parameters of ``query`` or ``where``."""
        return names_in(self.settings.query or self.settings.where)

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return the rows as a frame, or as frames of ``chunksize`` rows.

        Args:
            params: Values for ``:names``; a list is one for ``IN :names``.
            chunksize: Rows per frame; they are fetched from the database as needed.

        Raises:
            DataError: When parameters are missing or unknown, which is told before
                anything is sent, or when the database refuses.
        """
        key = "where" if self.settings.where else self._key
        self.check_params(params, self.asked, key=key)
        self.check_chunksize(chunksize)
        database = self._database
        if chunksize is not None:
            return self._frames(database, params or {}, chunksize)
        with told(self, database, verb="read", key=self._key):
            frame = self._frame(database, params or {})
            self._few_rows = len(frame) < _FEW
            return shaped(frame, self.options)

    def explain(self) -> str:
        """Return in one line how this is going to read; connect to nothing."""
        database = self._database
        try:
            lane = self._lane(database)
        except fast.Declined as reason:
            return f"SQLAlchemy to {database.shown}; not ADBC: {reason}"
        return f"{lane.NAME} to {database.shown}, as far as it can"

    @cached_property
    def _database(self) -> Database:
        return database_of(self.connection)

    @property
    def _key(self) -> str:
        return "query" if self.settings.query else "table"

    @property
    def _exact(self) -> bool:
        return not self.options.get("coerce_float", True)

    def _frame(self, database: Database, params: Params) -> pd.DataFrame:
        query = self._query(database, params)
        try:
            if self._few_rows and self.settings.engine == "auto":
                raise fast.Declined("it takes longer for a few rows")
            return fast.read_frame(self._lane(database), database, query)
        except fast.Declined as reason:
            self._check_declined(reason)
        with connecting(self, database) as connected:
            result = connected.execute(query.clause, query.values)
            self._check_rows(result)
            return rows.read_frame(result, query.kinds, exact=self._exact)

    def _frames(
        self, database: Database, params: Params, chunksize: int
    ) -> Iterator[pd.DataFrame]:
        with told(self, database, verb="read", key=self._key):
            query = self._query(database, params)
            for frame in self._plain_frames(database, query, chunksize):
                yield shaped(frame, self.options)

    def _plain_frames(
        self, database: Database, query: Query, chunksize: int
    ) -> Iterator[pd.DataFrame]:
        try:
            lane = self._lane(database)
            yield from fast.read_frames(lane, database, query, chunksize)
            return
        except fast.Declined as reason:
            self._check_declined(reason)
        with connecting(self, database) as connected:
            streaming = connected.execution_options(stream_results=True)
            with streaming.execute(query.clause, query.values) as result:
                self._check_rows(result)
                yield from rows.read_frames(
                    result, query.kinds, chunksize, exact=self._exact
                )

    def _check_rows(self, result: sa.CursorResult[Any]) -> None:
        if not result.returns_rows:
            raise DataError(
                "it returns no rows; a data source only reads, and nothing was changed",
                hint="SELECT ..., or a data sink to write",
            )

    def _lane(self, database: Database) -> fast.Lane:
        if self.settings.engine == "sqlalchemy":
            raise fast.Declined("the section says engine: sqlalchemy")
        if self._unlike:
            raise fast.Declined(self._unlike)
        if self._exact:
            raise fast.Declined("the section says coerce_float: false")
        return fast.lane_of(database)

    def _check_declined(self, reason: fast.Declined) -> None:
        if isinstance(reason.__cause__, fast.Unlike):
            self._unlike = str(reason)
        if self.settings.engine == "adbc":
            raise DataError(f"not by ADBC: {reason}", hint="engine: auto") from reason

    def _query(self, database: Database, params: Params) -> Query:
        settings = self.settings
        database.check_file()
        if settings.table is None:
            return query_of(settings.query or "", params)
        table = described_table(database, settings.table, settings.schema_)
        if table is None:
            with connecting(self, database) as connected:
                table = reflected_table(connected, settings.table, settings.schema_)
        return query_of_table(
            table, params, columns=settings.columns, where=settings.where
        )


class OracleSource(SqlSource):
    """Reads a query or a table of an Oracle database."""

    Connection: ClassVar[type[Settings]] = OracleConnection
