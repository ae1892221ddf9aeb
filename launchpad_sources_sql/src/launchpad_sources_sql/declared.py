"""What a database declares of a result's columns, before any value is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from launchpad_sources_sql.kinds import Kind

_POSTGRESQL: Mapping[Any, Kind] = {  # by pg_type.oid
    16: Kind.BOOLEAN,
    **dict.fromkeys((20, 21, 23, 26), Kind.INTEGER),
    **dict.fromkeys((700, 701, 1700), Kind.FLOAT),
    **dict.fromkeys((18, 19, 25, 1042, 1043), Kind.TEXT),
    **dict.fromkeys((1082, 1114), Kind.MOMENT),
    1184: Kind.INSTANT,
    **dict.fromkeys((17, 114, 1083, 3802, 2950), Kind.OBJECT),
}
_MYSQL: Mapping[Any, Kind] = {  # by the protocol's type of field
    **dict.fromkeys((1, 2, 3, 8, 9, 13, 16), Kind.INTEGER),
    **dict.fromkeys((0, 4, 5, 246), Kind.FLOAT),
    **dict.fromkeys((7, 10, 12, 14), Kind.MOMENT),
    **dict.fromkeys((15, 253, 254), Kind.TEXT),
    11: Kind.OBJECT,
}
_DUCKDB: Mapping[Any, Kind] = {
    "BOOLEAN": Kind.BOOLEAN,
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), Kind.INTEGER),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), Kind.INTEGER),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), Kind.FLOAT),
    **dict.fromkeys(("VARCHAR", "ENUM"), Kind.TEXT),
    **dict.fromkeys(("DATE", "TIMESTAMP"), Kind.MOMENT),
    **dict.fromkeys(("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), Kind.MOMENT),
    "TIMESTAMP WITH TIME ZONE": Kind.INSTANT,
    **dict.fromkeys(("BLOB", "JSON", "TIME", "UUID"), Kind.OBJECT),
}
_BY_DIALECT = {
    "postgresql": _POSTGRESQL,
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "duckdb": _DUCKDB,
}
_BY_TYPE: Mapping[type[sa.types.TypeEngine[Any]], Kind] = {
    sa.Boolean: Kind.BOOLEAN,
    sa.Integer: Kind.INTEGER,
    sa.Numeric: Kind.FLOAT,
    sa.Float: Kind.FLOAT,
    sa.String: Kind.TEXT,
    sa.Date: Kind.DAY,
    sa.DateTime: Kind.MOMENT,
    sa.JSON: Kind.OBJECT,
    sa.LargeBinary: Kind.OBJECT,
    sa.Time: Kind.OBJECT,
}


def declared_kinds(result: sa.CursorResult[Any]) -> list[Kind | None]:
    """Return the kind of each column, or None where the driver doesn't tell it."""
    cursor = result.cursor
    description = (cursor.description if cursor is not None else None) or ()
    known = _BY_DIALECT.get(result.dialect.name, {})
    codes = [_code(column[1]) for column in description]
    return [known.get(code) for code in codes] or [None] * len(result.keys())


def kind_of_type(type_: sa.types.TypeEngine[Any]) -> Kind | None:
    """Return the kind of what a column of a table holds."""
    if isinstance(type_, sa.DateTime) and type_.timezone:
        return Kind.INSTANT
    if getattr(type_, "display_width", None) == 1:  # how MySQL keeps booleans
        return Kind.BOOLEAN
    found = (kind for base, kind in _BY_TYPE.items() if isinstance(type_, base))
    return next(found, None)


def _code(told: Any) -> Any:
    return told if isinstance(told, int) else str(told).partition("(")[0]
