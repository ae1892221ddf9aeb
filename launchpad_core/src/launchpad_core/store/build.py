"""One build of a model: what is known about it, and that it is still the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from launchpad_core.errors import StoreError
from launchpad_core.plain import plain
from launchpad_core.store.entries import build_id, json_bytes
from launchpad_core.store.files import (
    METADATA,
    check_file,
    check_files,
    damaged,
    hashes,
)


@dataclass(frozen=True, slots=True)
class Build:
    """One trained model in a store.

    Attributes:
        sha256: The SHA-256 of its metadata, which holds those of all its files.
        name: The model's name.
        version: The model's version.
        aliases: What points at it, such as ``live``.
        metadata: Everything that was known when it was published.
    """

    sha256: str
    name: str
    version: str
    aliases: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """What tells it from all other builds."""
        return build_id(self.sha256)

    def __str__(self) -> str:
        return f"build {self.id} of {self.name} {self.version}"


def write_build(
    folder: Path, write: Callable[[Path], None], metadata: Mapping[str, Any]
) -> None:
    """Make a folder with a build's files, and with its metadata.

    Args:
        folder: The folder, which isn't there yet.
        write: Writes the other files into it.
        metadata: What is known about the build but its files.

    Raises:
        StoreError: When it can't be written.
    """
    try:
        folder.mkdir()
        write(folder)
        content = json_bytes({**plain(metadata), "files": hashes(folder)})
        (folder / METADATA).write_bytes(content)
    except OSError as error:
        raise unwritable(error) from error


def unwritable(error: OSError) -> StoreError:
    """Return the error that says why a build's files can't be written."""
    return StoreError(
        f"can't write the files of the model: {error.strerror or error}",
        hint="check the folder's permissions and the space on its disk",
    )


def with_metadata(build: Build, content: bytes | None) -> Build:
    """Return a build with its metadata, given what their file holds.

    Raises:
        DamagedBuild: When the file is gone, or isn't the one that was published.
    """
    if content is None:
        raise damaged(str(build), METADATA, "is missing")
    if hashlib.sha256(content).hexdigest() != build.sha256:
        raise damaged(str(build), METADATA, "has changed since it was published")
    return replace(build, metadata={**json.loads(content), "build": build.id})


def check_build(build: Build, folder: Path) -> None:
    """Check that a folder holds a build's files, unchanged, and no others.

    Raises:
        DamagedBuild: With the first file that differs.
    """
    check_file(folder / METADATA, build.sha256, label=str(build))
    check_files(folder, build.metadata["files"], label=str(build))
