"""What the rules of model stores put into a store, and what they find there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.model_store import ModelStore

METADATA_OF_BUILDS = {
    "created": "2026-01-01T00:00:00+00:00",
    "metrics": {"accuracy": 1},
}

Files = Mapping[str, bytes]
"""The contents of files, by their relative paths with ``/``."""


def builds_of(store: ModelStore) -> ModelBuilds:
    """Return the builds of the model that the rules publish."""
    return ModelBuilds(store, "my_model", "1.0.0")


def publish(
    builds: ModelBuilds, payload: str = "x", *, promote: bool = True, size: int = 0
) -> Build:
    """Publish a build of three files, of which one is its metadata.

    Args:
        builds: Where to.
        payload: What is in one file, and at the end of the other one.
        promote: Whether it is to be live.
        size: How many more bytes the other one has.
    """

    def write(folder: Path) -> None:
        (folder / "payload").write_text(payload)
        (folder / "more").mkdir()
        (folder / "more" / "x").write_text("." * size + f"more of {payload}")

    metadata = {**METADATA_OF_BUILDS, "payload": payload}
    return builds.publish(write, metadata, promote=promote)


def payload_of(builds: ModelBuilds, build: Build) -> str:
    """Return what was published in a build, after a look at all of its files."""
    with builds.verified(build) as folder:
        return (folder / "payload").read_text()


def put(store: ModelStore, key: str, files: Files) -> None:
    """Put files as a writer does: from a workspace."""
    with store.workspace() as workspace:
        store.put(key, written_below(workspace, files))


def written_below(workspace: Path, files: Files) -> Path:
    """Return a folder in a workspace, with files."""
    folder = workspace / "build"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    """Return all files in a folder; none when there is no such folder."""
    if not folder.is_dir():
        return {}
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def difference(found: Files, expected: Files) -> str:
    """Return in which files a folder differs from what was put there; "" in none."""
    told = [
        _told("are missing", expected.keys() - found.keys()),
        _told("are there, though nobody put them", found.keys() - expected.keys()),
        _told("have changed", _changed(found, expected)),
    ]
    return "; ".join(filter(None, told))


def _changed(found: Files, expected: Files) -> Iterable[str]:
    both = found.keys() & expected.keys()
    return {name for name in both if found[name] != expected[name]}


def _told(what: str, names: Iterable[str]) -> str:
    first, *others = [*sorted(names), None]
    if first is None:
        return ""
    more = len(others) - 1
    return f"{first}{f' and {more} more' if more else ''} {what}"
