"""Handing out the files of a build, after a look at all of them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launchpad_core.errors import StoreError
from launchpad_core.store.build import Build, check_build
from launchpad_core.store.files import DamagedBuild
from launchpad_core.store.model_store import ModelStore


@contextmanager
def verified_files(
    store: ModelStore, key: str, build: Build, *, private: bool
) -> Iterator[Path]:
    """Yield a local folder with a build's files, which are those that were published.

    Args:
        store: The store.
        key: The key below which the files are.
        build: The build.
        private: Whether to look at a copy that nobody else can reach, so that nobody
            can change a file between the look at it and its use.

    Raises:
        DamagedBuild: When they aren't those that were published.
        StoreError: When they can't be read.
    """
    if not private:
        yield _checked(store, key, build)
        return
    with tempfile.TemporaryDirectory(prefix="launchpad-") as folder:
        yield _checked(store, key, build, copies=Path(folder))


def _checked(
    store: ModelStore, key: str, build: Build, *, copies: Path | None = None
) -> Path:
    try:
        return _looked_at(store.get(key), build, copies)
    except DamagedBuild:  # perhaps it is only what is kept of it here
        store.forget(key)
        return _looked_at(store.get(key), build, copies)


def _looked_at(folder: Path, build: Build, copies: Path | None) -> Path:
    if copies is not None:
        copy = Path(tempfile.mkdtemp(dir=copies))
        try:
            _copy_files(folder, copy)
        except OSError as error:
            raise _uncopied(build, error) from error
        folder = copy
    check_build(build, folder)
    return folder


def _copy_files(source: Path, target: Path) -> None:
    """Copy what is in a folder: links as links, and nothing that isn't a file."""
    for path in source.rglob("*"):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            copy.symlink_to(path.readlink())
        elif path.is_file():
            shutil.copyfile(path, copy, follow_symlinks=False)


def _uncopied(build: Build, error: OSError) -> StoreError:
    return StoreError(
        f"can't copy the files of {build} to {tempfile.gettempdir()}: "
        f"{error.strerror or error}",
        hint="check the space on its disk, or set TMPDIR to another folder",
    )
