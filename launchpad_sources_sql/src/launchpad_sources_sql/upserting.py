"""Upserts: rows whose key is in the table replace what is there, others are added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from launchpad_core.errors import DataError
from launchpad_sources_sql.loading import insert, load


def check_key(frame: pd.DataFrame, key: Sequence[str]) -> None:
    """Check that a frame's rows can be told apart by their key.

    Raises:
        DataError: When it has no such column, or a value is missing or double.
    """
    for name in key:
        if name not in frame.columns:
            raise DataError(
                f'the frame has no column "{name}", which is part of the key',
                hint=f"it has {', '.join(map(str, frame.columns))}",
            )
        if frame[name].isna().any():
            raise DataError(f'column "{name}" is part of the key, and a value misses')
    double = frame.duplicated(list(key))
    if double.any():
        values = frame.loc[double, list(key)].iloc[0].to_list()
        told = ", ".join(f"{k} = {v!r}" for k, v in zip(key, values, strict=True))
        raise DataError(f"several rows of the frame have the key {told}")


def check_unique(
    connected: sa.Connection,
    table: sa.Table,
    key: Sequence[str],
    columns: Collection[str],
) -> None:
    """Check that the database keeps a table's key unique, and knows rows by it alone.

    Args:
        connected: The connection.
        table: The table.
        key: The columns by which rows are told apart.
        columns: All columns that are going to be written.

    Raises:
        DataError: When it has neither such a primary key nor a unique index; or when
            MariaDB could take a row for another by a further one.
    """
    asked = sa.inspect(connected)
    name, schema = table.name, table.schema
    unique = [list(table.primary_key.columns.keys())]
    unique += [
        list(found["column_names"])
        for found in asked.get_unique_constraints(name, schema=schema)
    ]
    unique += [
        [str(column) for column in found["column_names"]]
        for found in asked.get_indexes(name, schema=schema)
        if found["unique"]
    ]
    others = [names for names in unique if names and set(names) != set(key)]
    if len(others) == len([names for names in unique if names]):
        listed = ", ".join(key)
        raise DataError(
            f"the table {name} has no primary key or unique index of just {listed}",
            hint=f"CREATE UNIQUE INDEX {name}_key ON {name} ({listed})",
        )
    confusing = [names for names in others if set(names) <= set(columns)]
    if confusing and connected.dialect.name in ("mysql", "mariadb"):
        raise DataError(
            f"the table {name} has another unique index, of {', '.join(confusing[0])}, "
            "by which the database would take a row for another",
            hint="leave such a column out of the frame",
        )


def upsert(
    connected: sa.Connection,
    table: sa.Table,
    frame: pd.DataFrame,
    key: Sequence[str],
    *,
    way: str,
    rows: int | None = None,
) -> None:
    """Add a frame's rows to a table, in place of those that have the same key.

    Columns that the frame hasn't got keep their values. See :func:`loading.load`.

    Raises:
        DataError: When this database knows no such statement.
    """
    make = _STATEMENTS.get(connected.dialect.name)
    if make is None:
        raise DataError(f"there is no upsert for {connected.dialect.name}")
    if way != "COPY":
        insert(connected, make(table, list(frame.columns), key, None), frame, rows)
        return
    staged = sa.Table(
        "launchpad_rows_to_upsert",
        sa.MetaData(),
        *(sa.Column(name, table.columns[name].type) for name in frame.columns),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    staged.create(connected)
    load(connected, staged, frame, way=way, rows=rows)
    connected.execute(make(table, list(frame.columns), key, sa.select(staged)))
    staged.drop(connected)


def _on_conflict(
    dialect: Callable[..., Any],
) -> Callable[[sa.Table, list[str], Sequence[str], Any], sa.Insert]:
    def make(
        table: sa.Table, names: list[str], key: Sequence[str], rows: Any
    ) -> sa.Insert:
        statement = dialect(table)
        if rows is not None:
            statement = statement.from_select(names, rows)
        changed = {n: statement.excluded[n] for n in names if n not in key}
        keys = [table.columns[name] for name in key]
        if not changed:
            made: sa.Insert = statement.on_conflict_do_nothing(index_elements=keys)
        else:
            made = statement.on_conflict_do_update(index_elements=keys, set_=changed)
        return made

    return make


def _on_duplicate_key(
    table: sa.Table, names: list[str], key: Sequence[str], rows: Any
) -> sa.Insert:
    statement = mysql.insert(table)
    changed = [name for name in names if name not in key] or [key[0]]
    return statement.on_duplicate_key_update(
        {name: statement.inserted[name] for name in changed}
    )


_STATEMENTS: Mapping[
    str, Callable[[sa.Table, list[str], Sequence[str], Any], sa.Insert]
] = {
    "postgresql": _on_conflict(postgresql.insert),
    "sqlite": _on_conflict(sqlite.insert),
    "duckdb": _on_conflict(postgresql.insert),
    "mysql": _on_duplicate_key,
    "mariadb": _on_duplicate_key,
}
