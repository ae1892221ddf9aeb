"""What a database says of a table: its columns, and what they really hold."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

_JSON_OF_MARIADB = "utf8mb4_bin"
_CHECKED_AS_JSON = sa.text(
    "SELECT constraint_name FROM information_schema.check_constraints "
    "WHERE constraint_schema = coalesce(:schema, database()) AND table_name = :table "
    "AND check_clause LIKE 'json_valid(%'"
)


def reflected_table(
    connected: sa.Connection, name: str, schema: str | None
) -> sa.Table:
    """Return a table with the columns that the database says it has.

    MariaDB keeps JSON as texts with a check, which is JSON here; its floats are floats
    rather than decimals of few digits, and its times are the time spans that they are.

    Raises:
        NoSuchTableError: When there is no such table.
    """
    table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connected)
    if connected.dialect.name in ("mysql", "mariadb"):
        for column in table.columns:
            if isinstance(column.type, sa.Float):
                column.type.asdecimal = False
            elif isinstance(column.type, sa.Time):
                column.type = sa.types.NullType()
        if any(_may_be_json(column.type) for column in table.columns):
            asked = {"schema": schema, "table": name}
            for checked in connected.scalars(_CHECKED_AS_JSON, asked):
                if checked in table.columns:
                    table.columns[checked].type = sa.JSON(none_as_null=True)
    for column in table.columns:
        if isinstance(column.type, sa.JSON):
            column.type.none_as_null = True
    return table


def _may_be_json(type_: sa.types.TypeEngine[Any]) -> bool:
    return isinstance(type_, mysql.LONGTEXT) and type_.collation == _JSON_OF_MARIADB
