"""Where a sink writes to: aside first, so that the old file stays until the end."""

from __future__ import annotations

import errno
import inspect
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from launchpad_core.files import replacing, sync
from launchpad_sources_files.appending import appending, forget, only_appender
from launchpad_sources_files.faults import Refusal
from launchpad_sources_files.locations import File, Location
from launchpad_sources_files.opened import opened

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

Mode = Literal["replace", "append", "error"]

ATOMIC_PUT = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss")
"""Where a file that is put is there as a whole, or not at all; and in a bucket."""

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where to write a file.

    Attributes:
        path: Where to write to.
        name: The file's own name.
        old: What to append to; None to write a new file. Where it equals ``path``,
            whatever is written goes behind it.
    """

    path: Path
    name: str
    old: Path | None = None


@contextmanager
def destination(
    location: Location, mode: Mode, *, at_end: bool = False
) -> Iterator[Place]:
    """Yield a place to write to, which takes its file's place at the end.

    Args:
        location: The file.
        mode: What to do if there is one.
        at_end: Whether the format appends by writing behind what is there.

    Raises:
        Refusal: When there is one, and mode is ``error``.
    """
    file = location.file()
    if file.system is not None:
        with _remote(location, file, file.system, mode, at_end=at_end) as place:
            yield place
    elif mode == "replace":
        with replacing(Path(file.path)) as temporary:
            yield Place(temporary, file.name)
        forget(Path(file.path))
    elif mode == "error":
        with _creating(Path(file.path)) as temporary:
            yield Place(temporary, file.name)
    else:
        with _appending(Path(file.path), at_end=at_end) as place:
            yield place


@contextmanager
def _appending(path: Path, *, at_end: bool) -> Iterator[Place]:
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    with only_appender(path):
        if not path.exists() or not path.stat().st_size:
            with replacing(path) as temporary:
                yield Place(temporary, path.name)
        elif at_end or not path.is_file():
            with appending(path):
                yield Place(path, path.name, old=path)
                sync(path)
        else:
            with replacing(path) as temporary:
                yield Place(temporary, path.name, old=path)


@contextmanager
def _creating(path: Path) -> Iterator[Path]:
    """Yield a temporary path, which gets its name only if nothing else has it."""
    if os.path.lexists(path):
        raise already_there()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".tmp-{secrets.token_hex(6)}-{path.name}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        sync(temporary)
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise already_there() from None
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.ENOSYS):
                raise
            _take_name(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()
    sync(path.parent)


def _take_name(temporary: Path, path: Path) -> None:
    """Do what a hard link does, where the file system has none."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        raise already_there() from None
    temporary.replace(path)


@contextmanager
def _remote(
    location: Location,
    file: File,
    system: AbstractFileSystem,
    mode: Mode,
    *,
    at_end: bool,
) -> Iterator[Place]:
    if file.web:
        raise Refusal("files can't be written to a web server")
    there = mode != "replace" and system.exists(file.path)
    if there and mode == "error":
        raise already_there()
    with tempfile.TemporaryDirectory(prefix="launchpad-") as folder:
        path, old = Path(folder, file.name), None
        if there:
            old = path if at_end else Path(folder, f"old-{file.name}")
            with opened(file) as content, old.open("wb") as copy:
                shutil.copyfileobj(content, copy, _PIECE)
        if old is not None and not old.stat().st_size:
            old = None
        yield Place(path, file.name, old)
        _put(path, file, system, location.protocol or "", exclusive=mode == "error")


def _put(
    path: Path,
    file: File,
    system: AbstractFileSystem,
    protocol: str,
    *,
    exclusive: bool,
) -> None:
    knows_modes = "mode" in inspect.signature(_of_put(system)).parameters
    created = {"mode": "create"} if exclusive and knows_modes else {}
    try:
        if protocol in ATOMIC_PUT or created:
            if protocol not in ATOMIC_PUT:
                system.makedirs(system._parent(file.path), exist_ok=True)
            system.put_file(str(path), file.path, **created)
            return
        parent = system._parent(file.path)
        system.makedirs(parent, exist_ok=True)
        temporary = f"{parent}/.tmp-{secrets.token_hex(6)}-{file.name}"
        try:
            system.put_file(str(path), temporary)
            if exclusive and system.exists(file.path):
                raise already_there()
            system.mv(temporary, file.path)
        except BaseException:
            with suppress(Exception):
                system.rm_file(temporary)
            raise
    except FileExistsError:
        raise already_there() from None


def _of_put(system: AbstractFileSystem) -> Any:
    return getattr(system, "_put_file", system.put_file)


def already_there() -> Refusal:
    """Return what is raised where a file must not be replaced."""
    return Refusal(
        "it exists already",
        hint="mode: replace or mode: append, if that is what you mean",
    )
