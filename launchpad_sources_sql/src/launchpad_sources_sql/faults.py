"""What a database complains about, told with its section's position, and no secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from launchpad_core.data import DataSink, DataSource
from launchpad_core.errors import DataError, LaunchpadError, UnsupportedOperation
from launchpad_core.masking import MASK, names_secret
from launchpad_core.sections import as_section
from launchpad_core.spelling import meant_or_known
from launchpad_sources_sql.databases import WRITING, Database
from launchpad_sources_sql.filling import release
from launchpad_sources_sql.queries import NoSuchColumn

_WRONG_LOGIN = re.compile(
    r"password|authentication|access denied|role .* not exist", re.I
)


class Unreachable(DataError):
    """A database that can't be connected to."""


@contextmanager
def connecting(
    resource: DataSource | DataSink, database: Database
) -> Iterator[sa.Connection]:
    """Yield a connection for reading; the transaction is rolled back at the end.

    Raises:
        DataError: When the database can't be reached.
    """
    try:
        connected = database.engine.connect()
    except Exception as error:
        raise _unreachable(resource, database, error) from error
    with connected, _forgetting(connected, database):
        # SQLAlchemy remembers the columns of SELECT * for as long as it remembers the
        # statement, even when the table has got others meanwhile.
        yield connected.execution_options(compiled_cache=None)


@contextmanager
def writing(
    resource: DataSource | DataSink, database: Database
) -> Iterator[sa.Connection]:
    """Yield a connection in a transaction, which is committed at the end.

    Raises:
        DataError: When the database can't be reached.
    """
    with connecting(resource, database) as connected:
        connected = connected.execution_options(**{WRITING: True})
        try:
            with connected.begin(), _forgetting(connected, database):
                yield connected
        finally:
            release(connected)


@contextmanager
def _forgetting(connected: sa.Connection, database: Database) -> Iterator[None]:
    """Forget a connection to a server on which something failed.

    If it is dead, rolling back would fail as well, and SQLAlchemy would log it.
    """
    try:
        yield
    except sa.exc.ProgrammingError:  # the server has answered: it is alive
        raise
    except Exception:
        if database.url.host and not connected.invalidated:
            connected.invalidate()
        raise


@contextmanager
def told(
    resource: DataSource | DataSink, database: Database, *, verb: str, key: str
) -> Iterator[None]:
    """Turn what a database or its driver raises into an error of the section.

    Args:
        resource: The data source or sink at work.
        database: Its database.
        verb: What it is doing: "read" or "write".
        key: The key of the section that errors point at.
    """
    where = as_section(resource.config).where(key)
    try:
        yield
    except (UnsupportedOperation, Unreachable):
        raise
    except DataError as error:
        message = f"{resource.shown_name} can't {verb}: {error.message}"
        raise DataError(message, where=where, hint=error.hint) from error
    except LaunchpadError:
        raise
    except NoSuchColumn as error:
        raise DataError(
            f"{resource.shown_name} can't {verb}: {error}",
            where=where,
            hint=meant_or_known(error.name, error.known),
        ) from error
    except sa.exc.NoSuchTableError as error:
        raise DataError(
            f"{resource.shown_name} can't {verb}: there is no table {error}",
            where=where,
            hint=_tables(database, str(error)),
        ) from error
    except Exception as error:  # drivers let through what their many parts raise
        raise DataError(
            f"{resource.shown_name} can't {verb}: {reason(error, database)}",
            where=where,
        ) from error


def reason(error: BaseException, database: Database) -> str:
    """Return a database's own message, in one line and without the password."""
    original: Any = getattr(error, "orig", None) or error
    arguments: tuple[Any, ...] = getattr(original, "args", ())
    if len(arguments) == 2 and isinstance(arguments[0], int):  # MySQL's (code, text)
        original = arguments[1]
    text = " ".join(str(original).split()) or type(original).__name__
    for secret in _secrets(database):
        text = text.replace(secret, MASK)
    return text


def _unreachable(
    resource: DataSource | DataSink, database: Database, error: Exception
) -> Unreachable:
    text = reason(error, database)
    section = database.section
    known = [key for key in section.positions if "url" in key or "string" in key]
    where = section.where(next(iter([*known, "host", "drivername"])))
    if isinstance(error, sa.exc.TimeoutError):
        return Unreachable(
            f"{resource.shown_name} waited in vain for a connection to "
            f"{database.shown}: all are in use",
            where=where,
            hint="pool_size: and max_overflow: of the connection, or fewer threads",
        )
    return Unreachable(
        f"{resource.shown_name} can't connect to {database.shown}: {text}",
        where=where,
        hint=_remedy(text, database),
    )


def _remedy(text: str, database: Database) -> str:
    if _WRONG_LOGIN.search(text):
        return "check the user and the password"
    if not database.url.host:
        return "check the file, the options, and that no other process holds it"
    if "does not exist" in text or "Unknown database" in text:
        return "check the name of the database"
    if "option" in text:
        return "check the options"
    return "check the host and the port, and that the server is running"


def _tables(database: Database, name: str) -> str | None:
    try:
        known = sa.inspect(database.engine).get_table_names()
    except sa.exc.SQLAlchemyError:
        return None
    return meant_or_known(name, known) if known else "there are no tables at all"


def _secrets(database: Database) -> Iterator[str]:
    arguments: Any = database.keywords.get("connect_args", {})
    told: Any = {**database.url.query, "password": database.url.password, **arguments}
    for key, value in told.items():
        if value and names_secret(key):
            yield str(value)
