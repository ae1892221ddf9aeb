"""Filling a table anew, so that readers see it whole: the old or the new."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

import sqlalchemy as sa

from launchpad_core.errors import DataError

_WHOLE = ("postgresql", "sqlite", "duckdb", "mssql")
"""Databases whose transactions hold the making and dropping of tables as well."""
_MYSQL = ("mysql", "mariadb")
_PATIENCE = 300  # seconds
_REFERRING = sa.text(
    "SELECT table_name FROM information_schema.key_column_usage WHERE "
    "referenced_table_schema = coalesce(:schema, database()) "
    "AND referenced_table_name = :table LIMIT 1"
)
_IN_PLACE = ("sqlite", "duckdb", "mssql")
"""Those of them that gain nothing by a table beside the old one."""


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
    if name in _IN_PLACE or not (exists or name in _MYSQL):
        if exists:
            table.drop(connected)
        _make(connected, table, fill)
        return
    beside = _beside(table, "new")
    beside.drop(connected, checkfirst=True)
    _make(connected, beside, fill)
    _swap(connected, beside, table, exists=exists)


def _make(
    connected: sa.Connection, table: sa.Table, fill: Callable[[sa.Table], None]
) -> None:
    table.create(connected)
    try:
        fill(table)
    except BaseException:
        if connected.dialect.name not in _WHOLE:
            with suppress(sa.exc.SQLAlchemyError):  # such as a lost connection
                table.drop(connected)
        raise


def has_table(connected: sa.Connection, name: str, schema: str | None) -> bool:
    """Whether there is a table or view of that name, by now."""
    return sa.inspect(connected).has_table(name, schema=schema)


def only_one_writer(connected: sa.Connection, name: str) -> None:
    """Wait until nobody else writes this table, in this connection's transaction.

    That is SQLite's way anyway; elsewhere, who makes and renames tables would meet the
    tables of others.
    """
    lock = f"launchpad.{sha256(name.encode()).hexdigest()[:32]}"
    dialect = connected.dialect.name
    if dialect == "postgresql":
        asking = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:lock, 0))")
        connected.execute(asking, {"lock": lock})
    elif dialect in _MYSQL:
        asking = sa.text("SELECT GET_LOCK(:lock, :seconds)")
        waiting = {"lock": lock, "seconds": _PATIENCE}
        if connected.execute(asking, waiting).scalar_one() != 1:
            raise DataError(
                f"somebody else has been writing the table {name} for {_PATIENCE} s"
            )


def release(connected: sa.Connection) -> None:
    """Let others write, where the end of the transaction doesn't say so."""
    if connected.dialect.name in _MYSQL and not connected.invalidated:
        connected.execute(sa.text("DO RELEASE_ALL_LOCKS()"))


def check_replaceable(connected: sa.Connection, name: str, schema: str | None) -> None:
    """Check that a table may be replaced: it is one, and no other refers to it.

    Raises:
        DataError: When it is a view, or when MariaDB, which can't undo the dropping of
            tables, has a foreign key to it.
    """
    if name in sa.inspect(connected).get_view_names(schema=schema):
        raise DataError(f"{name} is a view, which a frame can't replace")
    if connected.dialect.name not in _MYSQL:
        return
    asked = {"schema": schema, "table": name}
    referring = connected.execute(_REFERRING, asked).scalars().first()
    if referring:
        raise DataError(
            f"a foreign key of the table {referring} refers to the table {name}",
            hint="if_exists: append or upsert",
        )


def _swap(
    connected: sa.Connection, new: sa.Table, table: sa.Table, *, exists: bool
) -> None:
    if connected.dialect.name in _MYSQL:
        if not exists:
            execute(connected, "RENAME TABLE {} TO {}", new, table)
            return
        old = _beside(table, "old")
        old.drop(connected, checkfirst=True)
        execute(connected, "RENAME TABLE {} TO {}, {} TO {}", table, old, new, table)
        old.drop(connected)
        return
    if exists:
        table.drop(connected)
    name = sa.Table(table.name, sa.MetaData())  # without its schema
    execute(connected, "ALTER TABLE {} RENAME TO {}", new, name)


def execute(connected: sa.Connection, statement: str, *tables: sa.Table) -> None:
    """Execute a statement in which ``{}`` stands for the names of tables."""
    names = (quoted(connected.dialect, table) for table in tables)
    plain = connected.execution_options(no_parameters=True)
    plain.exec_driver_sql(statement.format(*names))


def quoted(dialect: sa.Dialect, thing: sa.Table | str) -> str:
    """Return the name of a table or column as it stands in SQL without parameters."""
    quoting = dialect.identifier_preparer
    if isinstance(thing, str):
        name = quoting.quote_identifier(thing)
    else:
        name = quoting.format_table(thing)
    return name.replace("%%", "%") if quoting._double_percents else name


def _beside(table: sa.Table, prefix: str) -> sa.Table:
    """Return such a table under another name, which is the same each time."""
    hashed = sha256(table.name.encode()).hexdigest()[:16]
    return table.to_metadata(sa.MetaData(), name=f"launchpad_{prefix}_{hashed}")
