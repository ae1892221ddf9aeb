"""What a model is trained and run in: Python, the platform, installed packages."""

from __future__ import annotations

import platform
import socket
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import importlib_metadata
from packaging.utils import canonicalize_name


def surroundings() -> dict[str, Any]:
    """Return what a build keeps about where it is trained.

    ``packages`` are all that are installed, ``used`` those of which modules have been
    imported, with their versions.
    """
    installed = _installed()
    return {
        "launchpad_version": importlib_metadata.version("launchpad-core"),
        "platform": platform.platform(),
        "operating_system": platform.system(),
        "machine": platform.machine(),
        "host": socket.gethostname(),
        "python": sys.version,
        "python_version": platform.python_version(),
        "packages": [f"{name}=={version}" for name, version in installed.items()],
        "used": _used(installed),
    }


def installed_version(name: str) -> str | None:
    """Return the version of a distribution here; None if it isn't installed."""
    try:
        return importlib_metadata.version(name)
    except importlib_metadata.PackageNotFoundError:
        return None


def _installed() -> dict[str, str]:
    """Return all distributions by name; of several of a name the one that is used."""
    found: dict[str, str] = {}
    for distribution in importlib_metadata.distributions():
        name = distribution.metadata["Name"]
        if name and distribution.version:
            found.setdefault(name, distribution.version)
    return {name: found[name] for name in sorted(found, key=str.lower)}


def _used(installed: dict[str, str]) -> dict[str, str]:
    modules = {name.partition(".")[0] for name in tuple(sys.modules)}
    provided = _providers(tuple(installed.items()))
    # An editable installation doesn't list its modules: go by its name.
    same_name = {canonicalize_name(name): name for name in installed}
    used = set[str]()
    for module in modules - sys.stdlib_module_names:
        by_name = same_name.get(canonicalize_name(module))
        used.update(provided.get(module) or filter(None, [by_name]))
    return {name: installed[name] for name in installed if name in used}


@lru_cache(maxsize=1)
def _providers(_installed: tuple[tuple[str, str], ...]) -> Mapping[str, list[str]]:
    """Return distributions by module; looked up again when others are installed."""
    return importlib_metadata.packages_distributions()
