"""The type ``dbms.oracle``: Oracle, as users of mllaunchpad write it."""

from __future__ import annotations

from typing import Any

from launchpad_core.sections import Section
from launchpad_core.settings import Settings


class OracleConnection(Settings, extra="allow"):
    """A section of ``dbms`` of type ``oracle``.

    Further keys are keywords of `sqlalchemy.create_engine`.
    """

    type: str = "oracle"
    """The type of connection."""
    host: str
    """The host."""
    port: int = 1521
    """Its port."""
    service_name: str
    """The name of the database's service."""
    user_var: str
    """The environment variable that holds the user."""
    password_var: str
    """The environment variable that holds the password."""
    options: dict[str, Any] = {}
    """Arguments for the driver, python-oracledb."""


def as_sql(section: Section) -> Section:
    """Return the section of type ``sql`` that means the same."""
    own = {"type", "host", "port", "service_name", "user_var", "password_var"}
    values = {
        "type": "sql",
        "drivername": "oracle+oracledb",
        "username_var": section["user_var"],
        "password_var": section["password_var"],
        "host": section["host"],
        "port": section.get("port", 1521),
        "query": {"service_name": section["service_name"]},
        **{key: value for key, value in section.items() if key not in own},
    }
    return Section(
        values,
        folder=section.folder,
        position=section.position,
        positions=section.positions,
    )
