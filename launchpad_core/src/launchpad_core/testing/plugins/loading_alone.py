"""A program that loads the plugins of one distribution, and tells what that imports.

It is run by its path, so that nothing but the core's discovery is imported before.
"""

from __future__ import annotations

import io
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any

_OF_PYTHON = "importlib_metadata"
"""What Python's own ``importlib.metadata`` asks, where launchpad has loaded it."""
_WRITING = os.O_WRONLY | os.O_RDWR


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
        if top in {*self.own, self.core, _OF_PYTHON, *sys.stdlib_module_names}:
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


class Effects:
    """What the plugin's own modules do besides, also by what Python has for that.

    Attributes:
        seen: A phrase for each effect, without those that are seen again.
    """

    def __init__(self, own: set[str]) -> None:
        self.own = own
        self.seen: dict[str, None] = {}

    def notice(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Remember an event, if it is an effect, and of the plugin."""
        if phrase := _effect(event, arguments):
            self._remember(phrase)

    def watch_threads(self) -> None:
        """Remember threads as well; before Python 3.12 there is no event for them."""
        start = threading.Thread.start

        def watched(thread: threading.Thread) -> None:
            self._remember("starts a thread")
            start(thread)

        threading.Thread.start = watched  # type: ignore[assignment, method-assign]

    def _remember(self, phrase: str) -> None:
        for asking in _modules_above(sys._getframe(2)):
            top = asking.partition(".")[0]
            if top in self.own:
                self.seen[f"{asking} {phrase}"] = None
            if top not in sys.stdlib_module_names and top != __name__:
                return


def _effect(event: str, arguments: tuple[Any, ...]) -> str:
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        return f"starts {arguments[0]}"
    if event == "os.fork":
        return "starts a process"
    if event in ("socket.connect", "socket.getaddrinfo"):
        return f"connects to {arguments[event == 'socket.connect']}"
    if event in ("os.putenv", "os.unsetenv"):
        return f"changes the environment variable {os.fsdecode(arguments[0])}"
    if event == "os.chdir":
        return "changes the working directory"
    if event == "open" and arguments[2] & _WRITING and arguments[0] != os.devnull:
        return f"writes to {arguments[0]}"
    return ""


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
    effects = Effects(own)
    sys.addaudithook(effects.notice)
    effects.watch_threads()
    sys.dont_write_bytecode = True
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        load_plugins(Switches(disabled=others))
    told = {
        "heavy": list(imports.heavy()),
        "effects": list(effects.seen),
        "printed": printed.getvalue(),
    }
    Path(result).write_text(json.dumps(told), encoding="utf-8")


def _modules_above(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        yield str(frame.f_globals.get("__name__", ""))
        frame = frame.f_back


if __name__ == "__main__":
    main(*sys.argv[1:])
