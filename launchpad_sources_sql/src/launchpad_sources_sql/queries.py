"""What is asked of a database: a query or a table, with bound parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd
import sqlalchemy as sa

from launchpad_core.plain import plain
from launchpad_sources_sql.databases import Database
from launchpad_sources_sql.declared import kind_of_type
from launchpad_sources_sql.kinds import Kind

_LITERAL = r"""[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*"
    | --[^\n]* | /\*.*?\*/ | (?P<tag>\$\w*\$).*?(?P=tag)"""
_COLONS = re.compile(
    rf"(?P<literal>{_LITERAL}) | :(?=\d) | (?<![:\w\\]):(?P<cast>\w+)(?=::)",
    re.VERBOSE | re.DOTALL,
)
_TELLING = ("postgresql", "duckdb")  # their results tell the types of all columns


@dataclass(frozen=True, slots=True)
class Query:
    """What is sent to a database.

    Attributes:
        clause: The statement.
        values: The values of its parameters.
        kinds: What its columns hold, as far as the table says; empty if unknown.
    """

    clause: sa.TextClause | sa.Select[Any]
    values: Mapping[str, Any]
    kinds: Sequence[Kind | None] = ()


@lru_cache(maxsize=256)
def parsed(text: str) -> sa.TextClause:
    """Return SQL in which each ``:name`` is a parameter, but not within literals.

    Of ``:name::type``, a cast in PostgreSQL, the name is one as well; of ``[1:2]`` it
    isn't.
    """

    def for_sqlalchemy(found: re.Match[str]) -> str:
        if found["cast"]:
            return f"(:{found['cast']})"
        return found[0].replace(":", r"\:")

    return sa.text(_COLONS.sub(for_sqlalchemy, text))


@lru_cache(maxsize=256)
def names_in(text: str | None) -> frozenset[str]:
    """Return the names of the parameters in SQL."""
    return frozenset(parsed(text or "").compile().params)


def query_of(text: str, params: Mapping[str, Any]) -> Query:
    """Return a query with its parameters; a list fills ``IN :names``."""
    return Query(_bound(parsed(text), params), _plain_values(params))


def described_table(
    database: Database, name: str, schema: str | None
) -> sa.TableClause | None:
    """Return a table whose columns needn't be known; None where they have to be."""
    if database.backend not in _TELLING:
        return None
    return sa.table(name, schema=schema)


def query_of_table(
    table: sa.TableClause,
    params: Mapping[str, Any],
    *,
    columns: Sequence[str] | None = None,
    where: str | None = None,
) -> Query:
    """Return the query that reads a table.

    Args:
        table: The table.
        params: The values of the parameters in ``where``.
        columns: The columns to read; None for all.
        where: The condition that rows have to meet, in SQL.

    Raises:
        NoSuchColumn: When the table hasn't a column.
    """
    kinds: list[Kind | None] = []
    if isinstance(table, sa.Table):
        chosen = [_column(table, name) for name in columns or table.columns.keys()]
        kinds = [kind_of_type(column.type) for column in chosen]
        clause = sa.select(*chosen)
    elif columns is None:
        clause = sa.select(sa.text("*")).select_from(table)
    else:
        clause = sa.select(*map(sa.column, columns)).select_from(table)
    if where:
        clause = clause.where(_bound(parsed(where), params))
    return Query(clause, _plain_values(params), kinds)


class NoSuchColumn(Exception):
    """A table without a column that a section names."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(f'there is no column "{name}"')
        self.name = name
        self.known = known


def _column(table: sa.Table, name: str) -> sa.Column[Any]:
    if name not in table.columns:
        raise NoSuchColumn(name, list(table.columns.keys()))
    return table.columns[name]


def _bound(clause: sa.TextClause, params: Mapping[str, Any]) -> sa.TextClause:
    lists = [name for name, value in params.items() if _is_list(value)]
    expanding: list[Any] = [sa.bindparam(name, expanding=True) for name in lists]
    return clause.bindparams(*expanding) if expanding else clause


def _plain_values(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain_value(value) for name, value in params.items()}


def plain_value(value: Any) -> Any:
    """Return a parameter as a driver knows it: NumPy's values as Python's."""
    if _is_list(value):
        return [plain_value(item) for item in value]
    if value is pd.NA or value is pd.NaT:
        return None
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
