"""What the metadata of a build from elsewhere say, before any of it is relied on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from launchpad_core.errors import StoreError
from launchpad_core.store.build import Build, with_metadata
from launchpad_core.store.files import METADATA

_FORBIDDEN = {"\\", ":", *(chr(code) for code in (*range(32), 127))}


@dataclass(frozen=True, slots=True)
class Manifest:
    """The build that metadata describe.

    Attributes:
        build: The build, with its metadata.
        label: How messages name what they come from.
    """

    build: Build
    label: str

    @property
    def sizes(self) -> Mapping[str, int]:
        """The size in bytes of all of its files but the metadata, by relative path."""
        files = self.build.metadata["files"]
        return {name: files[name]["size"] for name in files}

    def check_model(self, name: str, version: str) -> None:
        """Check that it is a build of a model and version.

        Raises:
            StoreError: When it is one of another.
        """
        build = self.build
        if (build.name, build.version) != (name, version):
            raise StoreError(
                f"{self.label} holds {build}, but the config's model is "
                f"{name} {version}",
                hint=f"model: name: {build.name} and version: {build.version} in the "
                "config",
            )


def read_manifest(content: bytes, *, label: str) -> Manifest:
    """Return what a build's metadata say.

    Args:
        content: What the file ``metadata.json`` holds.
        label: How messages name what it comes from.

    Raises:
        StoreError: When they can't be those of a build.
    """
    try:
        found = json_value(content)
        fault = _fault(found)
    except (ValueError, RecursionError) as error:
        fault = str(error)
    if fault:
        raise StoreError(
            f"{label} holds no build that can be imported: {METADATA}: {fault}",
            hint="launchpad models export makes an archive of one",
        )
    sha256 = hashlib.sha256(content).hexdigest()
    build = Build(sha256, found["name"], found["version"])
    return Manifest(with_metadata(build, content), label)


def json_value(content: bytes) -> Any:
    """Return what JSON says; numbers that JSON doesn't have are refused.

    Raises:
        ValueError: When it isn't JSON.
        RecursionError: When it is too deep.
    """
    return json.loads(content, parse_constant=_no_number)


def is_measured(value: Any) -> bool:
    """Whether a value is a time and the metrics of then."""
    return (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], dict)
    )


def _fault(metadata: Any) -> str:
    """Return what is wrong with metadata, or ""."""
    if not isinstance(metadata, dict):
        return "it is no JSON object"
    for key in ("name", "version", "created"):
        if not isinstance(metadata.get(key), str):
            return f"it has no {key}"
    for key in ("metrics", "files"):
        if not isinstance(metadata.get(key), dict):
            return f"it has no {key}"
    faults = (_fault_of_file(*item) for item in metadata["files"].items())
    return next(filter(None, faults), "")


def _fault_of_file(name: str, facts: Any) -> str:
    parts = name.split("/")
    if (
        not name
        or _FORBIDDEN & set(name)
        or any(part in ("", ".", "..") for part in parts)
    ):
        return f"{name!r} can't be the name of a file"
    if name == METADATA:
        return f"{name} can't list itself"
    size = facts.get("size") if isinstance(facts, dict) else None
    if type(size) is not int or size < 0 or not isinstance(facts.get("sha256"), str):
        return f"it has no size and hash of {name}"
    return ""


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number in JSON")
