"""Importing a project's own modules, apart from those of other projects."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import ClassVar


class ProjectModules:
    """The modules that lie beside a config, imported under their own names.

    Python has one table of modules for a process, so two projects that both have a
    ``my_model.py`` would get each other's. Therefore a project's modules are in that
    table only while the project is *active*: it was the last to import or unpickle
    something. A module imported at the top of another keeps pointing at the right
    one; only an import within a function runs when it is called.
    """

    _lock: ClassVar[threading.RLock] = threading.RLock()
    _active: ClassVar[ProjectModules | None] = None
    _of: ClassVar[dict[Path, ProjectModules]] = {}

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._modules: dict[str, ModuleType] = {}

    @classmethod
    def of(cls, folder: Path) -> ProjectModules:
        """Return the modules of the project in a folder; always the same object."""
        resolved = folder.resolve()
        with cls._lock:
            return cls._of.setdefault(resolved, cls(resolved))

    def load(self, name: str) -> ModuleType:
        """Import a module from the project's folder, or else from ``sys.path``."""
        with self.active():
            return importlib.import_module(name)

    def forget(self) -> None:
        """Drop the project's modules, so that the next import reads their files."""
        with self._lock:
            self._leave()
            self._modules.clear()
            importlib.invalidate_caches()

    @contextmanager
    def active(self) -> Iterator[None]:
        """Make the project's modules the ones that imports and unpickling find."""
        with self._lock:
            previous = ProjectModules._active
            if previous is not self:
                if previous is not None:
                    previous._leave()
                self._enter()
            yield

    def _enter(self) -> None:
        sys.path.insert(0, str(self.folder))
        importlib.invalidate_caches()
        sys.modules.update(self._modules)
        ProjectModules._active = self

    def _leave(self) -> None:
        if ProjectModules._active is not self:
            return
        for name, module in list(sys.modules.items()):
            if self._owns(module):
                self._modules[name] = sys.modules.pop(name)
        if str(self.folder) in sys.path:
            sys.path.remove(str(self.folder))
        ProjectModules._active = None

    def _owns(self, module: ModuleType) -> bool:
        file = getattr(module, "__file__", None)
        if not file or "site-packages" in file:
            return False
        return self.folder in Path(file).resolve().parents
