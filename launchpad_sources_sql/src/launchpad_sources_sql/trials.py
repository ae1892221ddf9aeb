"""Trying whether a table could be written, without writing anything."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from launchpad_core.errors import DataError
from launchpad_core.positions import shown_path
from launchpad_core.spelling import meant_or_known
from launchpad_sources_sql.connection import file_of
from launchpad_sources_sql.filling import check_replaceable, has_table
from launchpad_sources_sql.reflection import reflected_table
from launchpad_sources_sql.upserting import check_unique

_MAY_CREATE = sa.text(
    "SELECT has_schema_privilege(coalesce(:schema, current_schema()), 'CREATE')"
)
_MAY_INSERT = sa.text("SELECT has_table_privilege(:table, 'INSERT')")
_MAY_REPLACE = sa.text(
    "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class "
    "WHERE oid = to_regclass(:table)"
)


def is_new_file(url: sa.URL) -> bool:
    """Whether a URL names a file that isn't there yet, so that connecting makes it.

    Raises:
        DataError: When the file, or one in its folder, couldn't be written.
    """
    name = file_of(url)
    if name is None:
        return False
    path = Path(name)
    if not path.parent.is_dir():
        raise DataError(
            f"there is no folder {shown_path(path.parent)}",
            hint="check the URL (it starts at the config's folder)",
        )
    for place in (path.parent, path):
        if place.exists() and not os.access(place, os.W_OK):
            raise DataError(f"{shown_path(place)} may not be written")
    return not path.exists()


def try_table(
    connected: sa.Connection,
    name: str,
    schema: str | None,
    *,
    if_exists: str,
    key: Sequence[str],
) -> None:
    """Raise what would keep a frame from being written into a table.

    Which rights the user has is asked of PostgreSQL only.

    Args:
        connected: The connection.
        name: The table.
        schema: Its schema; None for the usual one.
        if_exists: What to do if there is such a table.
        key: For upserts, the columns by which rows are told apart.

    Raises:
        DataError: When something would.
    """
    if schema is not None and schema not in sa.inspect(connected).get_schema_names():
        raise DataError(f"there is no schema {schema}")
    exists = has_table(connected, name, schema)
    if exists and if_exists == "fail":
        raise already_there(name)
    if exists and if_exists != "replace":
        _try_rows(connected, name, schema, key)
        return
    if exists:
        check_replaceable(connected, name, schema)
        _check_right(connected, _MAY_REPLACE, "replace the table", name, schema)
    _check_right(connected, _MAY_CREATE, "make the table", name, schema)


def already_there(name: str) -> DataError:
    """Return what is raised where a table must not be there yet."""
    return DataError(
        f"there is a table {name} already", hint="if_exists: append, replace or upsert"
    )


def _try_rows(
    connected: sa.Connection, name: str, schema: str | None, key: Sequence[str]
) -> None:
    table = reflected_table(connected, name, schema)
    for column in key:
        if column not in table.columns:
            raise DataError(
                f'the table {name} has no column "{column}", which is part of the key',
                hint=meant_or_known(column, list(table.columns.keys())),
            )
    if key:
        check_unique(connected, table, key, key)
    _check_right(connected, _MAY_INSERT, "add rows to the table", name, schema)


def _check_right(
    connected: sa.Connection,
    asking: sa.TextClause,
    what: str,
    name: str,
    schema: str | None,
) -> None:
    if connected.dialect.name != "postgresql":
        return
    preparer = connected.dialect.identifier_preparer
    table = preparer.format_table(sa.Table(name, sa.MetaData(), schema=schema))
    known = {"table": table, "schema": schema}
    values = {key: known[key] for key in asking.compile().params}
    if connected.execute(asking, values).scalar() is False:
        raise DataError(f"the user may not {what} {name}")
