"""A program that loads the plugins of one distribution, and tells what that imports.

It is run by its path, so that nothing but the core's discovery is imported before.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import FrameType


class Imports:
    """A finder that finds nothing, and remembers who asked for which module.

    Attributes:
        asked: By module: the plugin's own module that asked for it, the core's module
            through which it did, or "".
    """

    def __init__(self, own: set[str], core: str) -> None:
        self.own = own
        self.core = core
        self.known = frozenset(sys.modules)
        self.asked: dict[str, tuple[str, str]] = {}

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        """Remember the module, unless what asks for it is foreign itself."""
        top = name.partition(".")[0]
        if top in self.own or top == self.core or top in sys.stdlib_module_names:
            return
        through = ""
        for asking in _modules_above(sys._getframe(1)):
            its_top = asking.partition(".")[0]
            if its_top in self.own:
                self.asked.setdefault(name, (asking, through))
                return
            if its_top == self.core:
                through = through if asking in self.known else asking
            elif asking in self.asked:
                return

    def heavy(self) -> Iterator[str]:
        """Yield a phrase for each foreign package that was loaded."""
        told = set()
        for name, (asking, through) in self.asked.items():
            top = name.partition(".")[0]
            package = name if top in self.known else top
            if name in sys.modules and package not in told:
                told.add(package)
                way = f" (through {through})" if through else ""
                yield f"{package}, imported by {asking}{way}"


def main(distribution: str, result: str, *path: str) -> None:
    """Load the plugins; write what was imported and printed into a file."""
    sys.path[:] = path
    from launchpad_core import discovery
    from launchpad_core.plugins import Switches, load_plugins, same_name

    installed = tuple(discovery.installed_plugins())
    others = {
        found.distribution: "the contract"
        for found in installed
        if not same_name(found.distribution, distribution)
    }
    own = {
        found.module.partition(".")[0]
        for found in installed
        if found.distribution not in others
    }
    imports = Imports(own, core="launchpad_core")
    sys.meta_path.insert(0, imports)
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        load_plugins(Switches(disabled=others))
    told = {"heavy": list(imports.heavy()), "printed": printed.getvalue()}
    Path(result).write_text(json.dumps(told), encoding="utf-8")


def _modules_above(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield str(frame.f_globals.get("__name__", ""))
        frame = frame.f_back


if __name__ == "__main__":
    main(*sys.argv[1:])
