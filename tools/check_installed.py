"""Check that an installed distribution works with nothing but what it declares.

Its modules import, its plugins are active, and what they register can be loaded.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

from launchpad_core.plugins import State, load_plugins, same_name
from launchpad_core.registry import Provider, Registry

# Starts a server or needs an extra when it is imported.
NOT_ON_IMPORT = ("launchpad_core.wsgi",)


def main(distribution: str) -> None:
    package = importlib.import_module(distribution.replace("-", "_"))
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name not in NOT_ON_IMPORT:
            importlib.import_module(module.name)
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


if __name__ == "__main__":
    main(sys.argv[1])
