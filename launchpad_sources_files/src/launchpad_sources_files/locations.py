"""Where files are: on this machine or behind a URL, one or many of them."""

from __future__ import annotations

import glob
import os
import re
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from launchpad_core.environment import with_variables
from launchpad_sources_files.faults import Refusal, shown

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

EXTRAS: Mapping[str, str] = {
    **dict.fromkeys(("s3", "s3a"), "s3"),
    **dict.fromkeys(("gs", "gcs"), "gcs"),
    **dict.fromkeys(("http", "https"), "http"),
    **dict.fromkeys(("sftp", "ssh"), "sftp"),
}
_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+)://")
_MAGIC = re.compile(r"[*?\[]")
_HIDDEN = (".", "_")


@dataclass(frozen=True, slots=True)
class File:
    """One file.

    Attributes:
        path: Its path; where it isn't local, as its file system knows it.
        shown: What messages call it.
        system: The file system; None on this machine.
        web: Whether it is read by http, which knows no folders.
    """

    path: str
    shown: str
    system: AbstractFileSystem | None = None
    web: bool = False

    @property
    def local(self) -> Path | None:
        """Its path on this machine; None if it is elsewhere."""
        return Path(self.path) if self.system is None else None

    @property
    def name(self) -> str:
        """Its name without folders, by whose suffix it is compressed."""
        path = urlsplit(self.path).path if self.web else self.path
        return PurePosixPath(path).name if self.system else Path(path).name


@dataclass(frozen=True, slots=True)
class Location:
    """What a section's ``path`` means: a file, a folder, or a pattern.

    Attributes:
        url: The path or URL; its placeholders are filled in.
        storage_options: The section's, with the names of variables.
    """

    url: str
    storage_options: Mapping[str, Any]

    @classmethod
    def of(cls, url: str, storage_options: Mapping[str, Any]) -> Location:
        """Return a location; what begins with ``file://`` is a path."""
        if protocol_of(url) in ("file", "local"):
            url = os.path.normpath(url2pathname(url.partition("://")[2]))
        return cls(url, storage_options)

    @property
    def protocol(self) -> str | None:
        """What a URL begins with; None for a path."""
        return protocol_of(self.url)

    @property
    def shown(self) -> str:
        """What messages call it."""
        return shown(self.url)

    def file(self) -> File:
        """Return it as a single file, whether there is one or not.

        Raises:
            Refusal: When there is no driver for such URLs.
        """
        if self.protocol is None:
            return File(self.url, self.shown)
        return _remote(self)

    def files(self) -> tuple[File, ...]:
        """Return the files that are meant, in the order of their names.

        Raises:
            Refusal: When a pattern or a folder has none.
        """
        file = self.file()
        if file.system is None:
            return _local_files(file)
        return (file,) if file.web else _remote_files(self, file, file.system)


def protocol_of(url: str) -> str | None:
    """Return what a URL begins with, such as ``s3``; None for a path."""
    found = _URL.match(url)
    return found[1].lower() if found else None


def _remote(location: Location) -> File:
    import fsspec

    protocol = location.protocol or ""
    options = {
        **with_variables(location.storage_options),
        "skip_instance_cache": True,  # neither secrets nor listings are kept
    }
    try:
        system, path = fsspec.core.url_to_fs(location.url, **options)
    except ImportError as error:
        extra = EXTRAS.get(protocol)
        raise Refusal(
            f"files on {protocol}:// need a package that is not installed",
            hint=f"pip install 'launchpad-sources-files[{extra}]'" if extra else None,
        ) from error
    if protocol in ("sftp", "ssh"):  # whose connections are threads that never end
        weakref.finalize(system, system.client.close)
    return File(path, location.shown, system, web=protocol in ("http", "https"))


def _local_files(file: File) -> tuple[File, ...]:
    path = Path(file.path)
    if path.is_dir():
        folders = sorted(p.name for p in path.iterdir() if p.is_dir())
        names = [p.name for p in path.iterdir() if not p.is_dir()]
        found = [str(path / name) for name in _in_folder(file.shown, names, folders)]
    elif _MAGIC.search(file.path) and not path.exists():
        matches = glob.glob(file.path, recursive=True)  # noqa: PTH207
        matches = [match for match in matches if not Path(match).is_dir()]
        found = _matching(file.path, matches)
    else:
        found = [file.path]
    return tuple(File(name, shown(name)) for name in found)


def _remote_files(
    location: Location, file: File, system: AbstractFileSystem
) -> tuple[File, ...]:
    prefix = location.url[: len(location.url) - len(file.path.lstrip("/"))]

    def found_at(path: str) -> File:
        full = prefix + path.lstrip("/") if location.url.endswith(file.path) else path
        return File(path, shown(full), system)

    if _MAGIC.search(file.path) and not system.exists(file.path):
        matches = system.glob(file.path, detail=True)
        names = [path for path, info in matches.items() if info["type"] == "file"]
        return tuple(map(found_at, _matching(file.path, names)))
    if system.info(file.path)["type"] != "directory":
        return (file,)
    entries = system.ls(file.path, detail=True)
    folders = [_last(e["name"]) for e in entries if e["type"] == "directory"]
    names = [e["name"] for e in entries if e["type"] == "file" and _last(e["name"])]
    names = [name for name in names if name.strip("/") != file.path.strip("/")]
    known = {_last(name): name for name in names}
    return tuple(found_at(known[n]) for n in _in_folder(file.shown, known, folders))


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _in_folder(
    folder: str, names: Iterable[str], folders: Iterable[str]
) -> tuple[str, ...]:
    inner = [name for name in folders if not name.startswith(_HIDDEN)]
    if inner:
        raise Refusal(
            f"it is a folder with a folder in it: {inner[0]}",
            hint=f"path: {folder}/**/*, which reads the folders in it as well",
        )
    found = sorted(name for name in names if not name.startswith(_HIDDEN))
    if not found:
        raise Refusal("it is a folder without files")
    return tuple(found)


def _matching(pattern: str, paths: Iterable[str]) -> list[str]:
    """Return paths in order, without those that a wildcard should not find."""
    parts = PurePosixPath(Path(pattern).as_posix()).parts
    fixed = next(i for i, part in enumerate(parts) if _MAGIC.search(part))
    asked = tuple(part[0] for part in parts[fixed:] if part.startswith(_HIDDEN))
    hidden = tuple(mark for mark in _HIDDEN if mark not in asked)
    found = [
        path
        for path in paths
        if not any(
            part.startswith(hidden)
            for part in PurePosixPath(Path(path).as_posix()).parts[fixed:]
        )
    ]
    if not found:
        raise Refusal("no file matches it")
    return sorted(found)
