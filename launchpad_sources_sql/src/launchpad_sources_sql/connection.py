"""Connections: what a section of ``dbms`` of type ``sql`` may say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field, model_validator

from launchpad_core.sections import Section
from launchpad_core.settings import Settings

URLS = ("connection_string", "url")
_FILES = ("sqlite", "duckdb")
_ELSEWHERE = (":memory:", "file:", "md:")
"""What the name of such a database begins with if it is no plain file."""

PARTS = ("drivername", "username", "password", "host", "port", "database", "query")


_PLACES = (*URLS, *(f"{url}_var" for url in URLS), "drivername")
_SAYS_WHERE: dict[str, Any] = {"anyOf": [{"required": [name]} for name in _PLACES]}


class Connection(Settings, extra="allow", json_schema_extra=_SAYS_WHERE):
    """A section of ``dbms`` of type ``sql``.

    Where the database is, is said by a URL or by its parts. Further keys are keywords
    of `sqlalchemy.create_engine`, such as `pool_size`.
    """

    type: str = "sql"
    """The type of connection."""
    connection_string: str | None = None
    """The database's URL, such as `postgresql+psycopg://user@host/name`."""
    connection_string_var: str | None = None
    """The environment variable that holds the URL."""
    url: str | None = None
    """The same as `connection_string`."""
    url_var: str | None = None
    """The same as `connection_string_var`."""
    drivername: str | None = None
    """Instead of a URL, its parts: this one, such as `mysql+pymysql`, ..."""
    username: str | None = None
    """... the user, also beside a URL, ..."""
    username_var: str | None = None
    """... or the environment variable that holds the user, ..."""
    password: str | None = None
    """... the password, also beside a URL, but better kept in the environment, ..."""
    password_var: str | None = None
    """... as the variable of this name, ..."""
    host: str | None = None
    """... the host, ..."""
    port: Annotated[int | None, Field(ge=1, le=65535)] = None
    """... its port, ..."""
    database: str | None = None
    """... the database's name, ..."""
    query: dict[str, Any] = {}
    """... and what a URL has behind its question mark."""
    options: dict[str, Any] = {}
    """Arguments for the driver (`connect_args`); `password_var` names a variable."""

    @model_validator(mode="after")
    def _says_once_where(self) -> Connection:
        written = [name for name in _PLACES if getattr(self, name) is not None]
        if len(written) != 1:
            raise ValueError(
                "write one of connection_string, connection_string_var, url, url_var, "
                f"drivername, not {' and '.join(written) or 'none'}"
            )
        parts = [name for name in PARTS[3:] if name in self.model_fields_set]
        if parts and written != ["drivername"]:
            raise ValueError(f"{parts[0]} goes with drivername, not with {written[0]}")
        if self.options and "connect_args" in (self.model_extra or {}):
            raise ValueError(
                "options and connect_args mean the same: write one of them"
            )
        return self


class AtSign(ValueError):
    """A URL with more than one ``@``: nobody knows where the password ends."""


def url_of(values: Mapping[str, Any], section: Section) -> sa.URL:
    """Return the URL that a connection's values say.

    A relative path of SQLite or DuckDB starts at the config's folder.

    Args:
        values: The section with its variables resolved.
        section: The section as it was written.

    Raises:
        ArgumentError: When the values are no URL.
        AtSign: When the URL's password has an ``@``.
    """
    text = values.get("connection_string") or values.get("url")
    if text:
        url = sa.make_url(text)
        if url.host and text.partition("?")[0].count("@") > 1:
            raise AtSign
        login = {name: values[name] for name in PARTS[1:3] if values.get(name)}
        url = url.set(**login)
    else:
        parts = {name: values[name] for name in PARTS if values.get(name)}
        url = sa.URL.create(**parts)
    path = file_of(url)
    return url if path is None else url.set(database=str(section.folder / path))


def file_of(url: sa.URL) -> str | None:
    """Return the path of the file that a URL names; None if it names none."""
    path = url.database
    if url.get_backend_name() not in _FILES or not path or path.startswith(_ELSEWHERE):
        return None
    return path


def engine_keywords(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of ``create_engine`` among a connection's values."""
    own = ("type", "options", *URLS, *PARTS)
    keywords = {name: value for name, value in values.items() if name not in own}
    if values.get("options"):
        keywords["connect_args"] = dict(values["options"])
    return {"pool_pre_ping": True, **keywords}
