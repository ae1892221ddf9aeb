"""Importing what mllaunchpad has stored: pickles of objects that hold a model."""

from __future__ import annotations

import importlib.util
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from launchpad_core.errors import ConfigError, LaunchpadError, StoreError
from launchpad_core.masking import without_secrets
from launchpad_core.model_interface import ModelInterface
from launchpad_core.project import Project
from launchpad_core.python_runtime import PythonRuntime
from launchpad_core.sections import as_section
from launchpad_core.store.aliases import point
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore
from launchpad_core.store.files import PAYLOAD, sha256_of
from launchpad_core.store.importing import (
    Imported,
    Measured,
    add_measured,
    import_new,
)
from launchpad_core.store.mllaunchpad import OldModel, old_models

_SUBMODULES = ("model_interface", "resource", "datasources", "model_actions", "config")


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of one model that mllaunchpad had stored.

    Attributes:
        old: The model.
        imported: The build that it is now; None when it couldn't be imported.
        fault: Why it couldn't.
    """

    old: OldModel
    imported: Imported | None
    fault: LaunchpadError | None = None


def import_old_models(
    project: Project, folder: Path, *, aliases: tuple[str, ...] = ()
) -> Iterator[Migrated]:
    """Import all versions of a project's model from a store of mllaunchpad's.

    The pickles are loaded, which runs whatever code they hold. Those that were
    imported before are known by their content.

    Args:
        project: The project, whose modules the pickles refer to.
        folder: The store.
        aliases: What is to point at the models that were live; when there is nothing,
            they are served where nothing else is.

    Yields:
        What became of each, in the order of the builds.

    Raises:
        LaunchpadError: When no model can be imported.
    """
    runtime = project.runtime
    if not isinstance(runtime, PythonRuntime):
        raise ConfigError(
            "mllaunchpad's models are written in Python, and the config's model is not",
            where=as_section(project.config["model"]).where("type"),
        )
    if runtime.settings.format != "pickle":
        raise ConfigError(
            f"the config says format: {runtime.settings.format}, and mllaunchpad's "
            "models are pickles, which can run any code when they are loaded",
            where=as_section(project.config["model"]).where("format"),
            hint="format: pickle for the import, if you trust their writer",
        )
    project.builds.log.prepare()
    project.builds.sweep()
    found = old_models(DirectoryStore({"location": str(folder)}))
    mine = [old for old in found if old.name == project.model.name]
    if not mine:
        others = ", ".join(dict.fromkeys(f"{old.name} {old.version}" for old in found))
        raise StoreError(
            f"there is no {project.model.name} by mllaunchpad in {folder}"
            + (f", only {others}" if others else ""),
            hint=f"a folder with {project.model.name}_{project.model.version}.pkl and "
            ".json",
        )
    for old in mine:
        try:
            yield Migrated(old, _migrated(project, runtime, folder, old, aliases))
        except LaunchpadError as error:  # the others can be imported all the same
            yield Migrated(old, None, error)


def _migrated(
    project: Project,
    runtime: PythonRuntime,
    folder: Path,
    old: OldModel,
    aliases: tuple[str, ...],
) -> Imported:
    builds = ModelBuilds(project.store, old.name, old.version)
    pickled = folder / old.pickle
    sha256 = sha256_of(pickled)
    wanted = _wanted(builds, old, aliases)
    first, *later = _measured(old)
    known = _known(builds, sha256)
    if known is not None:
        for alias in wanted:
            known = point(builds, alias, known)
        add_measured(builds, known.sha256, later)
        return Imported(known, was_there=True)
    contents = _contents(pickled, runtime)

    def write(target: Path) -> None:
        (target / PAYLOAD).mkdir()
        runtime.write(contents, target / PAYLOAD)

    metadata = {
        **without_secrets(old.metadata),
        "metrics": first[1],
        "imported_from": {"file": old.pickle, "sha256": sha256},
    }
    metadata.pop("metrics_history", None)
    return import_new(builds, write, metadata, measured=later, aliases=wanted)


def _wanted(
    builds: ModelBuilds, old: OldModel, aliases: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what is to point at a model: nothing takes the place of a live build."""
    if old.is_previous:
        return ()
    return aliases or (() if builds.alias in builds.last().aliases else (builds.alias,))


def _measured(old: OldModel) -> list[Measured]:
    """Return an old model's metrics by time; the first are those of its training."""
    history = old.metadata.get("metrics_history") or {}
    return list(history.items()) or [(old.created, old.metadata.get("metrics", {}))]


def _known(builds: ModelBuilds, sha256: str) -> Build | None:
    """Return the build that was made of a pickle."""
    for build in builds.all():
        if build.metadata.get("imported_from", {}).get("sha256") == sha256:
            return build
    return None


def _contents(path: Path, runtime: PythonRuntime) -> Any:
    """Return what the object in a pickle holds: the model itself."""
    with _instead_of_mllaunchpad():
        _ = runtime.code
        try:
            with runtime.modules.active(), path.open("rb") as file:
                wrapped = _Unpickler(file).load_wrapped()
        except Exception as error:
            raise StoreError(
                f"{path.name} can't be loaded: {type(error).__name__}: {error}",
                hint=_remedy(error),
            ) from error
    return getattr(wrapped, "contents", wrapped)


def _remedy(error: Exception) -> str:
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    if missing is not None and missing.partition(".")[0] == "dill":
        return "pip install 'launchpad-core[mllaunchpad]'"
    return "the module and the packages that it was trained with"


class _Unpickler(pickle.Unpickler):
    """Loads a wrapped model also when the class around it isn't there any more.

    That class is the first one in a pickle.
    """

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self._is_first = True
        self._missing: tuple[type, Exception] | None = None

    def load_wrapped(self) -> Any:
        wrapped = self.load()
        if self._missing is not None and type(wrapped) is not self._missing[0]:
            raise self._missing[1]
        return wrapped

    def find_class(self, module: str, name: str) -> Any:
        is_first, self._is_first = self._is_first, False
        try:
            return super().find_class(module, name)
        except (AttributeError, ModuleNotFoundError) as error:
            if not is_first:
                raise
            stand_in = type(name, (ModelInterface,), {})
            self._missing = stand_in, error
            return stand_in


@contextmanager
def _instead_of_mllaunchpad() -> Iterator[None]:
    """Let what is imported from mllaunchpad come from here, unless it is installed."""
    if importlib.util.find_spec("mllaunchpad") is not None:
        yield
        return
    import launchpad_core

    names = ["mllaunchpad", *(f"mllaunchpad.{name}" for name in _SUBMODULES)]
    sys.modules.update(dict.fromkeys(names, launchpad_core))
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
