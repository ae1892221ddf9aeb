"""Filling a table anew, so that readers see it whole: the old or the new."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import sqlalchemy as sa

_WHOLE = ("postgresql", "sqlite", "duckdb", "mssql")
"""Databases whose transactions hold the making and dropping of tables as well."""
_LOCKING = ("sqlite", "duckdb")
"""Databases that gain nothing by a table beside the old one."""


def fill_anew(
    connected: sa.Connection,
    table: sa.Table,
    *,
    exists: bool,
    fill: Callable[[sa.Table], None],
) -> None:
    """Make a table and fill it; then put it in the place of the old one.

    PostgreSQL's readers wait only while the names change; MariaDB's, whose
    transactions don't hold DDL, see both names change at once.

    Args:
        connected: The connection, in a transaction.
        table: The table.
        exists: Whether there is an old one.
        fill: What puts the rows into it.
    """
    name = connected.dialect.name
    if name in _LOCKING or (name in _WHOLE and not exists):
        if exists:
            table.drop(connected)
        table.create(connected)
        fill(table)
        return
    beside = _beside(connected, table, "new")
    beside.drop(connected, checkfirst=True)
    beside.create(connected)
    try:
        fill(beside)
    except BaseException:
        if name not in _WHOLE:
            with suppress(sa.exc.SQLAlchemyError):  # such as a lost connection
                beside.drop(connected)
        raise
    _swap(connected, beside, table, exists=exists)


def _swap(
    connected: sa.Connection, new: sa.Table, table: sa.Table, *, exists: bool
) -> None:
    quoted = connected.dialect.identifier_preparer.format_table
    if connected.dialect.name in ("mysql", "mariadb"):
        old = _beside(connected, table, "old")
        if not exists:
            connected.exec_driver_sql(f"RENAME TABLE {quoted(new)} TO {quoted(table)}")
            return
        old.drop(connected, checkfirst=True)
        connected.exec_driver_sql(
            f"RENAME TABLE {quoted(table)} TO {quoted(old)}, "
            f"{quoted(new)} TO {quoted(table)}"
        )
        old.drop(connected)
        return
    if exists:
        table.drop(connected)
    if connected.dialect.name == "mssql":
        connected.execute(
            sa.text("EXEC sp_rename :old, :new"),
            {"old": quoted(new), "new": table.name},
        )
        return
    last = connected.dialect.identifier_preparer.quote(table.name)
    connected.exec_driver_sql(f"ALTER TABLE {quoted(new)} RENAME TO {last}")


def _beside(connected: sa.Connection, table: sa.Table, prefix: str) -> sa.Table:
    longest = connected.dialect.max_identifier_length
    name = f"launchpad_{prefix}_{table.name}"[:longest]
    return table.to_metadata(sa.MetaData(), name=name)
