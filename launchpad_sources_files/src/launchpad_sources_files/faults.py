"""What can go wrong with a file, told with its section's position."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launchpad_core.data import DataSink, DataSource
from launchpad_core.errors import DataError, LaunchpadError
from launchpad_core.positions import shown_path
from launchpad_core.sections import as_section


@contextmanager
def told(resource: DataSource | DataSink, path: str, *, verb: str) -> Iterator[None]:
    """Turn whatever happens to a file into an error that names it.

    Args:
        resource: The data source or sink at work.
        path: The file, or a URL.
        verb: What it is doing: "read" or "write".
    """
    try:
        yield
    except LaunchpadError:
        raise
    except (OSError, ValueError, TypeError, OverflowError) as error:
        kind = "data source" if isinstance(resource, DataSource) else "data sink"
        raise DataError(
            f'{kind} "{resource.id}" can\'t {verb} {_shown(path)}: {_reason(error)}',
            where=as_section(resource.config).where("path"),
            hint=_remedy(error),
        ) from error


def _shown(path: str) -> str:
    return path if "://" in path else shown_path(Path(path))


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not {error.encoding}: {error.reason} at byte {error.start}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__


def _remedy(error: Exception) -> str | None:
    if isinstance(error, FileNotFoundError):
        return "check path: (it starts at the config's folder)"
    if isinstance(error, UnicodeDecodeError):
        return "options: {encoding: ...}"
    return None
