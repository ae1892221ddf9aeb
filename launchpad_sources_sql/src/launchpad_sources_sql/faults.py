"""What a database complains about, told with its section's position."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from pandas.errors import DatabaseError

from launchpad_core.data import DataSink, DataSource
from launchpad_core.errors import DataError
from launchpad_core.sections import as_section

_TOLD = (
    DatabaseError,
    sa.exc.SQLAlchemyError,
    ValueError,
    TypeError,
    OverflowError,
)


@contextmanager
def told(resource: DataSource | DataSink, *, verb: str, key: str) -> Iterator[None]:
    """Turn what a database or pandas raises into an error of the section.

    Args:
        resource: The data source or sink at work.
        verb: What it is doing: "read" or "write".
        key: The key of the section that errors point at.
    """
    try:
        yield
    except _TOLD as error:
        raise DataError(
            f"{resource.shown_name} can't {verb}: {_reason(error)}",
            where=as_section(resource.config).where(key),
        ) from error


def _reason(error: Exception) -> str:
    """Return the database's own message, without pandas' and SQLAlchemy's additions."""
    wrapped = error.__cause__ if isinstance(error, DatabaseError) else error
    original = getattr(wrapped, "orig", None) or wrapped or error
    return " ".join(str(original).split()) or type(original).__name__
