"""The life cycle: train, test, predict; the same from Python and from the CLI."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Iterable, Mapping
from typing import Any

from cachetools import LRUCache

from launchpad_core import training
from launchpad_core.data import Tag
from launchpad_core.errors import PredictionInputError
from launchpad_core.frames import Columns, columns_of
from launchpad_core.model_interface import ModelInterface
from launchpad_core.plain import plain
from launchpad_core.prediction import row_predictor
from launchpad_core.project import Project, TrainedModel
from launchpad_core.project_modules import ProjectModules
from launchpad_core.sections import as_section
from launchpad_core.store.directory import DirectoryStore
from launchpad_core.store.mllaunchpad import complete_listing
from launchpad_core.tracebacks import developers_errors

logger = logging.getLogger(__name__)


_projects: LRUCache[Any, Project] = LRUCache(maxsize=16)
_lock = threading.Lock()


def train_model(
    complete_conf: Mapping[str, Any],
    cache: bool = True,
    persist: bool = True,
    test: bool = True,
    model: Any = None,
) -> tuple[TrainedModel, dict[str, Any]]:
    """Train a model, test it, and store it as a new build.

    It is served from then on, unless the config's ``promote_if`` holds it back; then
    the trained model's ``held_back`` says why.

    Args:
        complete_conf: The config.
        cache: Whether model code and data sources may be kept for further calls;
            False reads code that was edited meanwhile.
        persist: Whether to store the model; False for notebooks and unit tests.
        test: Whether to test it; False leaves the metrics empty.
        model: What train gets as ``old_model``; None for the stored one.

    Returns:
        The trained model, and its metrics as plain values.

    Raises:
        LaunchpadError: With the reason, when any of it fails.
    """
    tags: tuple[Tag, ...] = ("train", "test") if test else ("train",)
    project = open_project(complete_conf, tags=tags, cache=cache)
    project.runtime.check(tags)
    contract = training.prepare_to_keep(project) if persist else None
    old = training.old_model(project) if model is None else _given(model).contents
    done = training.run(project, old, test=test)
    metrics = dict(done.metrics)
    if not persist:
        return TrainedModel(done.contents), metrics
    return training.keep(project, done, contract), metrics


def retest(
    complete_conf: Mapping[str, Any],
    cache: bool = True,
    persist: bool = True,
    model: Any = None,
) -> dict[str, Any]:
    """Test a trained model again, and add to its metrics history.

    Args:
        complete_conf: The config.
        cache: Whether model code and data sources may be kept for further calls;
            False reads code that was edited meanwhile.
        persist: Whether to store the metrics.
        model: The model to test; None for the stored one.

    Returns:
        The metrics as plain values.

    Raises:
        LaunchpadError: With the reason, when any of it fails.
    """
    project = open_project(complete_conf, tags=("test",), cache=cache)
    project.runtime.check(("test",))
    trained = project.live_model() if model is None else _given(model)
    logger.info("Testing %s %s", project.model.name, project.model.version)
    metrics = dict(project.runtime.test(trained.contents, project.resources("test")))
    if persist:
        build = trained.build or project.builds.live()
        project.builds.add_metrics(build, metrics)
    return metrics


def predict(
    complete_conf: Mapping[str, Any],
    arg_dict: Mapping[str, Any] | None = None,
    cache: bool = True,
    model: Any = None,
    use_live_code: bool = True,
) -> Any:
    """Return a model's prediction as plain values.

    Args:
        complete_conf: The config.
        arg_dict: The arguments, as the API would hand them to predict.
        cache: Whether model code, model and data sources may be kept for further
            calls; False reads code that was edited meanwhile.
        model: The model to use; None for the stored one.
        use_live_code: Always the case: code isn't stored with a model.

    Raises:
        LaunchpadError: With the reason, when any of it fails.
    """
    project = open_project(complete_conf, tags=("predict",), cache=cache)
    trained = project.live_model() if model is None else _given(model)
    args = dict(arg_dict or {})
    predictor = row_predictor(
        project.runtime,
        trained.contents,
        project.resources("predict"),
        columns=_columns(project, args, trained),
    )
    with developers_errors("predict"):
        return plain(predictor(args))


def list_models(
    model_store_location_or_config_dict: Mapping[str, Any] | str | os.PathLike[str],
) -> dict[str, dict[str, Any]]:
    """Return the metadata of all trained models in a store.

    Args:
        model_store_location_or_config_dict: A config, or a directory store's folder.

    Returns:
        By name and version, the metadata of the live builds; for each name also
        that of the highest version as ``latest``, and of other builds as ``backups``.
    """
    given = model_store_location_or_config_dict
    if isinstance(given, Mapping):
        return complete_listing(Project(given, tags=()).store)
    return complete_listing(DirectoryStore({"location": os.fspath(given)}))


def open_project(
    config: Mapping[str, Any], *, tags: Iterable[Tag], cache: bool = True
) -> Project:
    """Return a config's project; with ``cache``, the same one for the same config.

    Without it, the project's modules are imported anew, as they are now.

    Raises:
        ConfigErrors: With all mistakes of the sections that are used, at once.
    """
    section = as_section(config)
    if not cache:
        ProjectModules.of(section.folder).forget()
        return Project(section, tags=tags)
    key = (section.folder, json.dumps(section, default=repr), tuple(tags))
    with _lock:
        if key not in _projects:
            _projects[key] = Project(section, tags=tags)
        return _projects[key]


def _given(model: Any) -> TrainedModel:
    if isinstance(model, TrainedModel):
        return model
    if isinstance(model, ModelInterface):
        return TrainedModel(model.contents)
    return TrainedModel(model)


def _columns(
    project: Project, args: Mapping[str, Any], trained: TrainedModel
) -> Columns | None:
    """Return the frame's columns by the operation that takes such arguments."""
    resolution = project.resolution
    derived = resolution.derivation is not None and trained.build is not None
    if project.runtime.input != "frame" or not (resolution.contract or derived):
        return None
    contract = project.contract_of(trained.build) if trained.build else project.contract
    of_operations = [columns_of(one, contract.schemas) for one in contract.operations]
    for columns in of_operations:
        if args.keys() <= columns.keys():
            return columns
    names = sorted({name for columns in of_operations for name in columns})
    unknown = ", ".join(key for key in args if key not in names)
    raise PredictionInputError(
        f"the contract has no operation that takes {unknown or ', '.join(args)}",
        hint=f"it has {', '.join(names)}",
    )
