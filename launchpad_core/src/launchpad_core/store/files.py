"""The files of a build: their hashes, and whether they are still those files."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from launchpad_core.errors import NoSuchBuild, StoreError

METADATA = "metadata.json"
PAYLOAD = "payload"

_CHUNK = 1 << 20


class DamagedBuild(StoreError):
    """A build whose files aren't those that were published."""


class RemovedBuild(NoSuchBuild):
    """A build that was there a moment ago, and that somebody pruned since."""


def hashes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size in bytes and SHA-256 of all files in a folder, by relative path.

    Raises:
        StoreError: When there is a link, whose file may change.
    """
    found = {}
    for path in sorted(_files(folder)):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise StoreError(f"the model type wrote {name} as a link, not as a file")
        size = path.stat().st_size
        found[name] = {"size": size, "sha256": sha256_of(path)}
    return found


def check_files(
    folder: Path, files: Mapping[str, Mapping[str, Any]], *, label: str
) -> None:
    """Check that a folder holds a build's files, unchanged, and no others.

    Args:
        folder: The folder.
        files: What :func:`hashes` returned; the metadata itself isn't among it.
        label: How messages name the build.

    Raises:
        DamagedBuild: With the first file that differs.
    """
    found = {path.relative_to(folder).as_posix() for path in _files(folder)}
    for name, expected in files.items():
        path = folder / name
        if name not in found:
            raise damaged(label, name, "is missing")
        fault = _fault(path, size=expected["size"], sha256=expected["sha256"])
        if fault:
            raise damaged(label, name, fault)
    added = sorted(found - files.keys() - {METADATA})
    if added:
        raise damaged(label, added[0], "was added after it was published")


def check_file(path: Path, sha256: str, *, label: str) -> None:
    """Check that a file is the one that has a SHA-256.

    Args:
        path: The file.
        sha256: Its SHA-256, in hex.
        label: How messages name the build.

    Raises:
        DamagedBuild: When it isn't.
    """
    fault = _fault(path, size=None, sha256=sha256)
    if fault:
        raise damaged(label, path.name, fault)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def damaged(label: str, name: str, fault: str) -> DamagedBuild:
    """Return the error that says which of a build's files isn't what it was."""
    return DamagedBuild(
        f"{label} is damaged: {name} {fault}",
        hint="launchpad models import it again; if it is served, launchpad models "
        "rollback",
    )


def _fault(path: Path, *, size: int | None, sha256: str) -> str:
    """Return what is wrong with a file, or ""; one that isn't a file isn't opened."""
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return "is a link now"
        if not stat.S_ISREG(status.st_mode):
            return "is not a file now"
        if size not in (None, status.st_size):
            return f"has {status.st_size} bytes, not {size}"
        changed = sha256_of(path) != sha256
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"can't be read: {error.strerror or error}"
    return "has changed since it was published" if changed else ""


def _files(folder: Path) -> Iterator[Path]:
    """Yield whatever isn't a folder; links are not followed."""
    return (
        path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    )
