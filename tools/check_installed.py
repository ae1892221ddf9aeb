"""Check that an installed distribution works with nothing but what it declares.

Its modules import, but for those that need one of its extras; its plugins are active,
and what they register can be loaded.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from importlib.metadata import requires

from packaging.requirements import Requirement

from launchpad_core.plugins import State, load_plugins, same_name
from launchpad_core.registry import Provider, Registry

# What starts a server when it is imported, and what the extra "testing" is for.
NOT_ON_IMPORT = re.compile(r"launchpad_core\.wsgi|launchpad_\w+\.\w*conformance")


def main(distribution: str) -> None:
    package = importlib.import_module(distribution.replace("-", "_"))
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not NOT_ON_IMPORT.fullmatch(module.name):
            import_unless_extra(module.name, extras_of(distribution))
    plugins = load_plugins()
    registry = Registry(plugins)
    own = [p for p in plugins if same_name(p.distribution, distribution)]
    assert own, f"{distribution} has no plugin"
    for plugin in own:
        assert plugin.state is State.ACTIVE, plugin
        for registration in plugin.registrations:
            registry.load(Provider(plugin, registration))
        found = ", ".join(registration.type for registration in plugin.registrations)
        print(f"{plugin.name} {plugin.version}: {found}")


def extras_of(distribution: str) -> set[str]:
    """Return the packages that a distribution's extras bring, as modules."""
    needed = map(Requirement, requires(distribution) or ())
    extra = (need for need in needed if "extra" in str(need.marker))
    return {need.name.replace("-", "_") for need in extra}


def import_unless_extra(name: str, extras: set[str]) -> None:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as absent:
        if (absent.name or "").partition(".")[0] not in extras:
            raise


if __name__ == "__main__":
    main(sys.argv[1])
