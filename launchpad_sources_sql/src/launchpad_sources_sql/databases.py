"""Databases: one engine and its connections for each section and process."""

from __future__ import annotations

import atexit
import json
import logging
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from launchpad_core.environment import with_variables
from launchpad_core.errors import ConfigError, DataError
from launchpad_core.positions import shown_path
from launchpad_core.sections import Section, as_section
from launchpad_sources_sql.connection import (
    URLS,
    AtSign,
    engine_keywords,
    file_of,
    url_of,
)
from launchpad_sources_sql.oracle import as_sql

WRITING = "launchpad_writing"
"""The execution option of connections that are going to write."""

_PACKAGES = {
    "MySQLdb": "mysqlclient",
    "psycopg": "'psycopg[binary]'",
    "psycopg2": "psycopg2-binary",
    "cx_Oracle": "oracledb",
}
_DIALECTS = {
    "duckdb": "'launchpad-sources-sql[duckdb]'",
    "impala": "impyla",
    "trino": "'trino[sqlalchemy]'",
    "snowflake": "snowflake-sqlalchemy",
    "bigquery": "sqlalchemy-bigquery",
    "databricks": "databricks-sqlalchemy",
}


@dataclass(eq=False)
class Database:
    """A section's database.

    Attributes:
        section: The section as it was written.
        url: Where the database is, with the password.
        keywords: What the engine was made with.
        engine: The engine, which connects on first use.
        pools: Further pools of connections, by what they connect with.
    """

    section: Section
    url: sa.URL = field(repr=False)
    keywords: Mapping[str, Any] = field(repr=False)
    engine: sa.Engine
    pools: dict[str, sa.Pool] = field(default_factory=dict, repr=False)

    @property
    def backend(self) -> str:
        """The database's kind, such as ``postgresql``."""
        return self.url.get_backend_name()

    @property
    def shown(self) -> str:
        """The URL without the password and without what may hide another secret."""
        return self.url.set(query={}).render_as_string(hide_password=True)

    def check_file(self) -> None:
        """Check that there is a file to read; connecting would make an empty one.

        Raises:
            DataError: When there is none.
        """
        path = file_of(self.url)
        if path is not None and not Path(path).exists():
            raise DataError(
                f"there is no file {shown_path(Path(path))}",
                hint="check the URL (it starts at the config's folder)",
            )

    def close(self) -> None:
        """Close all connections that nobody is using."""
        self.close_pools()
        self.engine.dispose()

    def close_pools(self) -> None:
        """Close the connections of the further pools that nobody is using."""
        while self.pools:
            self.pools.popitem()[1].dispose()


_databases: dict[str, Database] = {}
_lock = threading.Lock()


def database_of(section: Mapping[str, Any]) -> Database:
    """Return the database of a section: one for each section and process.

    Secrets are read from the environment now, and kept nowhere but in the engine.

    Raises:
        MissingVariable: When a variable that the section names isn't set.
        ConfigError: When it can't be an engine: a bad URL, keyword or driver.
    """
    written = as_section(section)
    if written.get("type") == "oracle":
        written = as_sql(written)
    values = with_variables(written)
    described = json.dumps([values, str(written.folder)], sort_keys=True, default=repr)
    key = sha256(described.encode()).hexdigest()
    with _lock:
        if key not in _databases:
            _databases[key] = _opened(written, values)
        return _databases[key]


def _opened(written: Section, values: dict[str, Any]) -> Database:
    keys = [key for url in (*URLS, "drivername") for key in (url, f"{url}_var")]
    where = next((written.where(k) for k in keys if k in written), written.position)
    try:
        url = url_of(values, written)
    except AtSign:
        raise ConfigError(
            "this URL has several @, so that it is not clear where the password ends",
            where=where,
            hint="password_var: NAME, or %40 in place of the @ in the password",
        ) from None
    except (sa.exc.ArgumentError, TypeError, ValueError) as error:
        raise ConfigError(
            "this connection string is no URL of a database",
            where=where,
            hint="dialect+driver://user@host:port/database",
        ) from error
    keywords = engine_keywords(values)
    with _refusals_told(url, written, where):
        engine = sa.create_engine(url, **keywords)
    pool = type(engine.pool)
    logger = logging.getLogger(f"{pool.__module__}.{pool.__name__}")
    logger.addFilter(_without_traceback)
    return Database(written, url, keywords, _with_whole_transactions(engine))


@contextmanager
def _refusals_told(url: sa.URL, written: Section, where: Any) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        module = error.name or url.get_driver_name()
        raise ConfigError(
            f"the driver for {url.drivername} is not installed: {error}",
            where=where,
            hint=f"pip install {_PACKAGES.get(module, module)}",
        ) from error
    except ImportError as error:
        raise ConfigError(
            f"the driver for {url.drivername} can't be loaded: {_sentence(error)}",
            where=where,
            hint="see its documentation for what it needs",
        ) from error
    except sa.exc.NoSuchModuleError as error:
        package = _DIALECTS.get(url.get_backend_name())
        raise ConfigError(
            f"SQLAlchemy knows no database {url.drivername}",
            where=where,
            hint=f"pip install {package}"
            if package
            else "install the package that brings this dialect",
        ) from error
    except (TypeError, ValueError, AttributeError, sa.exc.ArgumentError) as error:
        raise ConfigError(
            f"create_engine of SQLAlchemy refuses a key: {_sentence(error)}",
            where=where,
            hint="see its documentation, or remove the key",
        ) from error


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()).split(". ")[0]


def _without_traceback(record: logging.LogRecord) -> bool:
    """Drop the traceback of what fails while a dead connection is being closed.

    SQLAlchemy logs it; the error that matters is told by who used the connection.
    """
    record.exc_info = None
    return True


def _with_whole_transactions(engine: sa.Engine) -> sa.Engine:
    """Return an engine whose transactions hold everything that is done in them.

    Python's sqlite3 begins none before DROP and CREATE, so that a table would be
    lost when filling it anew fails. Whoever is going to write waits for other writers
    at the beginning, since later SQLite doesn't wait but fails. Source: SQLAlchemy's
    documentation of SQLite, "Serializable isolation / Savepoints / Transactional DDL".
    """
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _leave_transactions_to_us(connection: Any, _: Any) -> None:
            connection.isolation_level = None

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            writing = connection.get_execution_options().get(WRITING)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _before_fork() -> None:
    """Close what a child could not leave alone: a driver's own connections."""
    for database in _databases.values():
        database.close_pools()


def _in_child() -> None:
    """Leave the parent's connections to the parent."""
    global _lock
    _lock = threading.Lock()
    for database in _databases.values():
        database.engine.dispose(close=False)


@atexit.register
def _close_all() -> None:
    while _databases:
        _databases.popitem()[1].close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_child=_in_child)
