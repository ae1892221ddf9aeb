"""Finding the oldest core that a plugin says it works with, and a wheel of it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

CORE = "launchpad-core"
FOLDER = "launchpad_core"
TAG = "launchpad_core-v"


class NoSuchCore(Exception):
    """A core that a plugin declares and that can't be had."""


def oldest_core(dependencies: Iterable[str]) -> Version:
    """Return the oldest core that a distribution's dependencies allow.

    Args:
        dependencies: The dependencies of its pyproject.toml.

    Raises:
        NoSuchCore: When they don't say which one it is.
    """
    for requirement in map(Requirement, dependencies):
        if canonicalize_name(requirement.name) != CORE:
            continue
        bounds = [
            Version(specifier.version)
            for specifier in requirement.specifier
            if specifier.operator in (">=", "==", "~=")
        ]
        if not bounds:
            raise NoSuchCore(f"{requirement} has no lower bound")
        return max(bounds)
    raise NoSuchCore(f"the dependencies don't name {CORE}")


def wheel_of_core(
    version: Version, *, root: Path, folder: Path, python: str = sys.executable
) -> Path:
    """Return the wheel of a core that isn't the one of this work tree.

    It is the release on the package index; else it is built of the git tag.

    Args:
        version: The core's version.
        root: The repository.
        folder: Where the wheel is written to.
        python: An interpreter with pip.

    Raises:
        NoSuchCore: When there is neither a release nor a tag.
    """
    folder.mkdir(parents=True, exist_ok=True)
    released = _released(version, folder, python)
    if released is not None:
        return released
    tag = tag_of(version, _tags(root))
    if tag is None:
        raise NoSuchCore(
            f"there is no {CORE} {version}: the package index has no such release, and "
            f"the repository has no tag {TAG}{version}\n"
            f"  try: git fetch --tags, or raise the lower bound of {CORE}"
        )
    return _built(tag, root, folder, python)


def tag_of(version: Version, tags: Iterable[str]) -> str | None:
    """Return the tag of a version; ``0.1`` and ``0.1.0`` are the same."""
    named = {Version(tag.removeprefix(TAG)): tag for tag in tags}
    return named.get(version)


def _released(version: Version, folder: Path, python: str) -> Path | None:
    download = [python, "-m", "pip", "download", "-q", "--no-deps"]
    done = subprocess.run(
        [*download, "--only-binary=:all:", f"--dest={folder}", f"{CORE}=={version}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return _wheel(folder)
    if "No matching distribution" in done.stderr:
        return None
    raise NoSuchCore(f"the package index can't be asked for {CORE}:\n{done.stderr}")


def _built(tag: str, root: Path, folder: Path, python: str) -> Path:
    tree = folder / "tree"
    archive = folder / "tree.tar"
    _run("git", "-C", str(root), "archive", f"--output={archive}", tag)
    with tarfile.open(archive) as tar:
        tar.extractall(tree, filter="data")
    build = [python, "-m", "pip", "wheel", "-q", "--no-deps", f"--wheel-dir={folder}"]
    _run(*build, str(tree / FOLDER))
    return _wheel(folder)


def _wheel(folder: Path) -> Path:
    (wheel,) = folder.glob(f"{FOLDER}-*.whl")
    return wheel


def _tags(root: Path) -> list[str]:
    listing = ["git", "-C", str(root), "tag", "--list", f"{TAG}*"]
    return _run(*listing).splitlines()


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoSuchCore(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
