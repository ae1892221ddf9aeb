"""Connections: a section of ``dbms``, and the engine that it describes."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from pydantic import model_validator

from launchpad_core.environment import with_variables
from launchpad_core.errors import ConfigError
from launchpad_core.sections import Section, as_section
from launchpad_core.settings import Settings

_URLS = ("connection_string", "connection_string_var", "url", "url_var")
_OWN = ("type", *_URLS, "options")

_engines: dict[str, sa.Engine] = {}
_lock = threading.Lock()


class Connection(Settings, extra="allow"):
    """A section of ``dbms`` of type ``sql``.

    Further keys are keywords of `sqlalchemy.create_engine`, such as `pool_size`.
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
    options: dict[str, Any] = {}
    """Arguments for the driver (`connect_args`); `password_var` names a variable."""

    @model_validator(mode="after")
    def _has_one_url(self) -> Connection:
        written = [name for name in _URLS if getattr(self, name) is not None]
        if len(written) != 1:
            raise ValueError(
                f"write one of {', '.join(_URLS)}, "
                f"not {' and '.join(written) or 'none'}"
            )
        if self.options and "connect_args" in (self.model_extra or {}):
            raise ValueError(
                "options and connect_args mean the same: write one of them"
            )
        return self


def engine_of(section: Mapping[str, Any]) -> sa.Engine:
    """Return the engine for a section: one for each section and process.

    It connects on first use. Secrets are read from the environment now, and kept
    nowhere but in the engine.

    Raises:
        MissingVariable: When a variable that the section names isn't set.
        ConfigError: When it can't be an engine: a bad URL, keyword or driver.
    """
    written = as_section(section)
    values = with_variables(written)
    described = repr(sorted(values.items(), key=str)) + str(written.folder)
    key = sha256(described.encode()).hexdigest()
    with _lock:
        if key not in _engines:
            _engines[key] = _created(written, values)
        return _engines[key]


def _created(written: Section, values: dict[str, Any]) -> sa.Engine:
    text = values.get("connection_string") or values["url"]
    keywords = {name: value for name, value in values.items() if name not in _OWN}
    keywords.setdefault("pool_pre_ping", True)
    if values.get("options"):
        keywords["connect_args"] = values["options"]
    where = written.where("connection_string") or written.position
    try:
        url = _below_config(sa.make_url(text), written)
    except sa.exc.ArgumentError as error:
        raise ConfigError(
            "this connection string is no URL of a database",
            where=where,
            hint="dialect+driver://user@host:port/database",
        ) from error
    try:
        return _with_whole_transactions(sa.create_engine(url, **keywords))
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"the driver for {url.drivername} is not installed: {error}",
            where=where,
            hint=f"pip install {_driver(url, error)}",
        ) from error
    except sa.exc.NoSuchModuleError as error:
        raise ConfigError(
            f"SQLAlchemy knows no database {url.drivername}",
            where=where,
            hint="install the package that brings this dialect",
        ) from error
    except (TypeError, ValueError, AttributeError, sa.exc.ArgumentError) as error:
        raise ConfigError(
            f"create_engine of SQLAlchemy refuses a key: {_sentence(error)}",
            where=where,
            hint="see its documentation, or remove the key",
        ) from error


def _with_whole_transactions(engine: sa.Engine) -> sa.Engine:
    """Return an engine whose transactions hold everything that is done in them.

    Python's sqlite3 begins none before DROP and CREATE, so that a table would be
    lost when filling it anew fails. Source: SQLAlchemy's documentation of SQLite,
    "Serializable isolation / Savepoints / Transactional DDL".
    """
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _leave_transactions_to_us(connection: Any, _: Any) -> None:
            connection.isolation_level = None

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


_PACKAGES = {
    "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary",
    "cx_Oracle": "oracledb",
}


def _driver(url: sa.URL, error: ModuleNotFoundError) -> str:
    module = error.name or url.get_driver_name()
    return _PACKAGES.get(module, module)


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()).split(". ")[0]


def _below_config(url: sa.URL, section: Section) -> sa.URL:
    """Return a URL whose SQLite file, if relative, starts at the config's folder."""
    database = url.database
    if url.get_backend_name() != "sqlite" or not database or database == ":memory:":
        return url
    if database.startswith("file:"):
        return url
    return url.set(database=str(section.folder / database))


def _forget_engines() -> None:
    """Leave the parent's connections to the parent, after a fork."""
    global _lock
    _lock = threading.Lock()
    for engine in _engines.values():
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_engines)
