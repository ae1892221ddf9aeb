"""Reading: a query, with its parameters bound by the database's driver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import pandas as pd
import sqlalchemy as sa
from pydantic import AfterValidator

from launchpad_core.data import DataSource, Params
from launchpad_core.errors import DataError
from launchpad_core.options import check_names, parameters_of
from launchpad_core.plain import plain
from launchpad_core.sections import as_section
from launchpad_sources_sql.connection import Connection, engine_of
from launchpad_sources_sql.faults import told

_KNOWN = parameters_of(pd.read_sql_query) - {"sql", "con", "params", "chunksize"}


def _known_options(options: dict[str, Any]) -> dict[str, Any]:
    check_names(options, known=_KNOWN, taker="read_sql_query of pandas")
    return options


class SqlSource(DataSource):
    """Reads the result of a query."""

    class Config(DataSource.Config):
        """What a section whose type is a connection of type ``sql`` may say."""

        query: str
        """The query; `:name` is a parameter of that name."""
        options: Annotated[dict[str, Any], AfterValidator(_known_options)] = {}
        """Options for `pandas.read_sql_query`, such as `index_col` and `dtype`."""

    Connection = Connection

    settings: Config

    def get_dataframe(
        self, params: Params | None = None, chunksize: int | None = None
    ) -> pd.DataFrame | Iterator[pd.DataFrame]:
        """Return the query's result as a frame, or as frames of ``chunksize`` rows.

        NULL is NaN, NaT or NA, as the column's type has it.

        Args:
            params: The query's parameters; a list fills ``IN :names``.
            chunksize: Rows per frame; they are fetched from the database as needed.

        Raises:
            DataError: When parameters are missing or unknown, which is told before
                anything is sent, or when the database refuses the query.
        """
        query, values = self._bound(params or {})
        if chunksize is None:
            return self._read(query, values)
        return self._chunks(query, values, chunksize)

    def _read(self, query: sa.TextClause, values: Mapping[str, Any]) -> pd.DataFrame:
        engine = engine_of(self.connection)
        with told(self, verb="read", key="query"), engine.connect() as connected:
            frame = pd.read_sql_query(query, connected, params=values, **self.options)
            return _with_missing(frame)

    def _chunks(
        self, query: sa.TextClause, values: Mapping[str, Any], chunksize: int
    ) -> Iterator[pd.DataFrame]:
        engine = engine_of(self.connection)
        with told(self, verb="read", key="query"), engine.connect() as connected:
            streaming = connected.execution_options(stream_results=True)
            for chunk in pd.read_sql_query(
                query, streaming, params=values, chunksize=chunksize, **self.options
            ):
                yield _with_missing(chunk)

    def _bound(self, params: Params) -> tuple[sa.TextClause, dict[str, Any]]:
        query = sa.text(self.settings.query)
        asked = set(query.compile().params)
        self._check("asks for", asked - set(params))
        self._check("doesn't ask for", set(params) - asked)
        lists = [name for name, value in params.items() if _is_list(value)]
        for name in lists:
            query = query.bindparams(sa.bindparam(name, expanding=True))
        return query, {name: plain_value(value) for name, value in params.items()}

    def _check(self, verb: str, names: set[str]) -> None:
        if names:
            listed = ", ".join(sorted(names))
            raise DataError(
                f'the query of data source "{self.id}" {verb} {listed}',
                where=as_section(self.config).where("query"),
                hint=f'get_dataframe({{"{sorted(names)[0]}": ...}})'
                if verb == "asks for"
                else "leave it out of the parameters",
            )


def plain_value(value: Any) -> Any:
    """Return a parameter as a driver knows it: NumPy's values as Python's."""
    if _is_list(value):
        return [plain_value(item) for item in value]
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
        return plain(value)
    return value


def _is_list(value: Any) -> bool:
    if isinstance(value, (str, bytes)):
        return False
    return isinstance(value, (Sequence, set, frozenset)) or bool(
        getattr(value, "ndim", 0)
    )


def _with_missing(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns of objects have NaN in place of None."""
    for index, dtype in enumerate(frame.dtypes):
        column = frame.iloc[:, index]
        if str(dtype) == "object" and column.isna().any():
            frame.isetitem(index, column.where(column.notna(), float("nan")))
    return frame
