"""Handing out the files of a build, after a look at all of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launchpad_core.errors import StoreError
from launchpad_core.store.build import Build, check_build
from launchpad_core.store.files import DamagedBuild, copy_files
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
        private: Whether to yield a copy that nobody else can reach, so that nobody
            can change a file between the look at it and its use.

    Raises:
        DamagedBuild: When they aren't those that were published.
        StoreError: When they can't be read.
    """
    if not private:
        yield _checked(store, key, build)
        return
    with tempfile.TemporaryDirectory(prefix="launchpad-") as own:
        copy = Path(own) / "build"
        source = _checked(store, key, build)
        try:
            copy_files(source, copy)
        except OSError as error:
            raise _uncopied(build, error) from error
        check_build(build, copy)
        yield copy


def _checked(store: ModelStore, key: str, build: Build) -> Path:
    folder = store.get(key)
    try:
        check_build(build, folder)
    except DamagedBuild:  # perhaps it is only what is kept of it here
        store.forget(key)
        folder = store.get(key)
        check_build(build, folder)
    return folder


def _uncopied(build: Build, error: OSError) -> StoreError:
    return StoreError(
        f"can't copy the files of {build} to {tempfile.gettempdir()}: "
        f"{error.strerror or error}",
        hint="check the space on its disk, or set TMPDIR to another folder",
    )
