"""Archives of a build: one file with all of its files, to be carried elsewhere."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from launchpad_core.errors import StoreError
from launchpad_core.store.build import Build, check_build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.entries import json_bytes
from launchpad_core.store.files import METADATA
from launchpad_core.store.importing import Imported, Measured, import_build
from launchpad_core.store.manifest import (
    Manifest,
    is_measured,
    json_value,
    read_manifest,
)

_BUILD = "build/"
_METRICS = "metrics.json"
_GZIP = b"\x1f\x8b"
_LARGEST_TEXT = 100_000_000  # bytes, of metadata and of the metrics history
_CHUNK = 1 << 20
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)
_NO_ARCHIVE = (
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    ValueError,  # these three: what tarfile itself raises for odd headers
    OverflowError,
    RecursionError,
)


def write_archive(
    builds: ModelBuilds, build: Build, file: IO[bytes], *, gzipped: bool
) -> None:
    """Write an archive: the same build with the same metrics gives the same bytes.

    ::

        build/metadata.json   what is known about the build, with its files' hashes
        metrics.json          its metrics history
        build/...             its other files

    Args:
        builds: The builds of the model.
        build: The build.
        file: What is written into.
        gzipped: Whether to compress it.

    Raises:
        DamagedBuild: When its files aren't those that were published.
        StoreError: When they can't be read.
    """
    measured = [list(one) for one in builds.history().metrics(build.sha256)]
    content = json_bytes(measured)
    with (
        builds.verified(build) as folder,
        _compressed(file, gzipped) as target,
        tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        _add_file(tar, folder, METADATA)
        tar.addfile(_member(_METRICS, len(content)), io.BytesIO(content))
        for name in sorted(build.metadata["files"]):
            _add_file(tar, folder, name)


def read_archive(
    builds: ModelBuilds, file: IO[bytes], *, label: str, aliases: tuple[str, ...] = ()
) -> Imported:
    """Take the build in an archive into a store.

    Nothing in the archive is relied on: there may be no other files than those that
    its metadata list, each as large as they say, and no links. All hashes are verified
    before anything is published.

    Args:
        builds: The builds of the model that it must be one of.
        file: The archive; it can be sought in.
        label: How messages name it.
        aliases: What is to point at the build.

    Raises:
        StoreError: When it is no archive of a build, a damaged one, or one of another
            model; or when the store can't be written.
    """
    builds.log.prepare()
    builds.sweep()
    with builds.store.workspace() as workspace:
        folder = workspace / "build"
        try:
            folder.mkdir()
            build, measured = _unpacked(builds, file, folder, label)
        except _NO_ARCHIVE as error:
            raise _no_archive(label, str(error)) from error
        except OSError as error:
            raise StoreError(
                f"can't unpack {label}: {error.strerror or error}",
                hint="check the permissions and the space on the disk",
            ) from error
        check_build(build, folder)
        return import_build(builds, folder, build, measured=measured, aliases=aliases)


def _unpacked(
    builds: ModelBuilds, file: IO[bytes], folder: Path, label: str
) -> tuple[Build, list[Measured]]:
    with _decompressed(file) as source, tarfile.open(fileobj=source, mode="r:") as tar:
        content = _text(tar, _BUILD + METADATA, label)
        manifest = read_manifest(content, label=label)
        manifest.check_model(builds.name, builds.version)
        (folder / METADATA).write_bytes(content)
        measured = _measured(_text(tar, _METRICS, label), label)
        _unpack_files(tar, manifest, folder, label)
    return manifest.build, measured


def _unpack_files(
    tar: tarfile.TarFile, manifest: Manifest, folder: Path, label: str
) -> None:
    missing = dict(manifest.sizes)
    for member in iter(tar.next, None):
        name = member.name.removeprefix(_BUILD)
        if not member.name.startswith(_BUILD) or name not in missing:
            raise _no_archive(label, f"{member.name!r} does not belong there")
        size = missing.pop(name)
        source = _opened(tar, member, label)
        if member.size != size:
            raise _no_archive(label, f"{name} has {member.size} bytes, not {size}")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as target:
            shutil.copyfileobj(source, target, _CHUNK)
    if missing:
        raise _no_archive(label, f"{sorted(missing)[0]} is missing")


def _text(tar: tarfile.TarFile, name: str, label: str) -> bytes:
    member = tar.next()
    if member is None or member.name != name:
        found = "ends" if member is None else f"has {member.name!r}"
        raise _no_archive(label, f"it {found} where {name} should be")
    if member.size > _LARGEST_TEXT:
        raise _no_archive(label, f"{name} has {member.size} bytes")
    return _opened(tar, member, label).read()


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo, label: str) -> IO[bytes]:
    source = tar.extractfile(member) if member.type in _FILES else None
    if source is None:
        raise _no_archive(label, f"{member.name!r} is not a file")
    return source


def _measured(content: bytes, label: str) -> list[Measured]:
    try:
        found = json_value(content)
    except (ValueError, RecursionError) as error:
        raise _no_archive(label, f"{_METRICS}: {error}") from error
    if not isinstance(found, list) or not all(map(is_measured, found)):
        raise _no_archive(label, f"{_METRICS} is no metrics history")
    return [(at, metrics) for at, metrics in found]


def _add_file(tar: tarfile.TarFile, folder: Path, name: str) -> None:
    path = folder / name
    with path.open("rb") as source:
        tar.addfile(_member(_BUILD + name, path.stat().st_size), source)


def _member(name: str, size: int) -> tarfile.TarInfo:
    """Return a member whose owner, mode and time don't depend on anything."""
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o644
    return member


@contextmanager
def _compressed(file: IO[bytes], gzipped: bool) -> Iterator[IO[bytes]]:
    if not gzipped:
        yield file
        return
    with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as target:
        yield target  # type: ignore[misc]


@contextmanager
def _decompressed(file: IO[bytes]) -> Iterator[Any]:
    start = file.read(len(_GZIP))
    file.seek(0)
    if start != _GZIP:
        yield _Careful(file)
        return
    with gzip.GzipFile(fileobj=file, mode="rb") as source:
        yield _Careful(source)


class _Careful:
    """A file of which nobody reads much at once: tarfile takes any header whole."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.tell = file.tell
        self.seek = file.seek

    def read(self, size: int) -> bytes:
        if size > _LARGEST_TEXT:
            raise tarfile.ReadError(f"a header has {size} bytes")
        data: bytes = self._file.read(size)
        return data


def _no_archive(label: str, fault: str) -> StoreError:
    return StoreError(
        f"{label} is no whole archive of a build: {fault}",
        hint="launchpad models export makes one",
    )
