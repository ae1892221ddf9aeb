"""What the distributions of this repository are, register and define."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from launchpad_core.plugins import load_plugins
from launchpad_core.registrations import Registration
from launchpad_core.registry import Provider, Registry

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent.name for path in ROOT.glob("*/pyproject.toml"))


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration, what it points at, and the distribution that it is of."""

    registration: Registration
    implementation: Any
    distribution: str

    @property
    def type(self) -> str:
        """The name that users write."""
        return self.registration.type


def registered(kind: type[Registration]) -> list[Registered]:
    """Return what our distributions register of a kind, by type."""
    own = {package.replace("_", "-") for package in PACKAGES}
    registry = Registry(load_plugins())
    found = [
        Registered(one, registry.load(Provider(plugin, one)), plugin.distribution)
        for plugin in registry.plugins
        if plugin.distribution in own
        for one in plugin.registrations
        if isinstance(one, kind)
    ]
    return sorted(found, key=lambda one: one.type)


def derived_classes(base: type[Any]) -> list[type[Any]]:
    """Return the classes of our distributions that derive from one, by their names.

    Only modules that define one are imported: others may need what isn't installed.
    """
    known = {base.__name__}
    defined = [found for package in PACKAGES for found in _classes(package)]
    where: dict[tuple[str, str], None] = {}
    while True:
        more = [one for one in defined if known & one.bases and one.place not in where]
        if not more:
            return [_imported(*place) for place in where]
        where.update((one.place, None) for one in more)
        known |= {one.place[1] for one in more}


@dataclass(frozen=True, slots=True)
class _Class:
    place: tuple[str, str]
    bases: frozenset[str]


def _classes(package: str) -> Iterator[_Class]:
    source = ROOT / package / "src"
    for path in sorted(source.rglob("*.py")):
        module = ".".join(path.relative_to(source).with_suffix("").parts)
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
                yield _Class((module, node.name), frozenset(bases))


def _imported(module: str, name: str) -> type[Any]:
    found: type[Any] = getattr(import_module(module), name)
    return found
