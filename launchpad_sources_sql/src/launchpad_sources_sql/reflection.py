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

    MySQL and MariaDB keep booleans as the integers ``tinyint(1)``, and MariaDB keeps
    JSON as texts with a check; they are booleans and JSON here.

    Raises:
        NoSuchTableError: When there is no such table.
    """
    table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connected)
    if connected.dialect.name in ("mysql", "mariadb"):
        for column in table.columns:
            if getattr(column.type, "display_width", None) == 1:
                column.type = sa.Boolean()
        if any(_may_be_json(column.type) for column in table.columns):
            asked = {"schema": schema, "table": name}
            for checked in connected.scalars(_CHECKED_AS_JSON, asked):
                if checked in table.columns:
                    table.columns[checked].type = sa.JSON()
    return table


def _may_be_json(type_: sa.types.TypeEngine[Any]) -> bool:
    return isinstance(type_, mysql.LONGTEXT) and type_.collation == _JSON_OF_MARIADB
