"""Making a distribution of a project's own plugin, and changing the config to match."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from launchpad_core.config import plugin_switches
from launchpad_core.errors import ConfigError, LaunchpadError
from launchpad_core.files import write_bytes
from launchpad_core.positions import Position, shown_path
from launchpad_core.promotion.answers import (
    answers_for,
    distribution_name,
    unknown_imports,
)
from launchpad_core.promotion.config_text import without_plugin
from launchpad_core.promotion.local_module import LocalModule
from launchpad_core.promotion.template import bake, check_absent, check_cookiecutter
from launchpad_core.resolution import load_registry
from launchpad_core.sections import Section
from launchpad_core.spelling import meant_or_known

_DISTRIBUTION = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Promoted:
    """A distribution that was made of a project's own plugin.

    Attributes:
        distribution: Its name.
        folder: Its folder.
        config: The file that listed the plugin.
        module: The module, which stays where it is.
        notices: What its author should look at.
    """

    distribution: str
    folder: Path
    config: Path
    module: Path
    notices: tuple[str, ...]


def promote(
    config: Section,
    module: str,
    *,
    output: Path,
    distribution: str | None = None,
    author: str | None = None,
) -> Promoted:
    """Make a distribution of a module that a config lists under ``plugins:``.

    The module becomes its implementation, and stays where it is. The line that lists it
    goes from the config. When anything fails, nothing is changed.

    Args:
        config: The config, as it was read from its file.
        module: The module, as the config lists it.
        output: The folder that the distribution's folder is made in.
        distribution: Its name; None for one that follows from the type.
        author: Its author; None for those of the distribution.

    Raises:
        LaunchpadError: When that can't be done; nothing has changed then.
    """
    check_cookiecutter()
    where = _listed(config, module)
    local = _local_module(config, module)
    local.check_stands_alone()
    name = distribution or distribution_name(local)
    if not _DISTRIBUTION.fullmatch(name):
        raise LaunchpadError(
            f'"{name}" is no name for a distribution',
            hint="lower case letters, digits and -, as in launchpad-sources-weather",
        )
    folder = output / name
    check_absent(folder)
    path = _file_of(config, where)
    before = path.read_bytes()
    after = without_plugin(before.decode("utf-8"), module, where).encode("utf-8")
    answers = answers_for(
        local, config, distribution=name, author=author or f"The authors of {name}"
    )
    notices = tuple(_notices(local))
    bake(output, answers, finish=_without_the_example)
    try:
        write_bytes(path, after)
    except OSError as error:
        shutil.rmtree(folder)
        raise LaunchpadError(
            f"can't write {shown_path(path)}: {error.strerror or error}",
            hint="check its permissions and the space on its disk",
        ) from error
    return Promoted(name, folder, path, local.path, notices)


def _listed(config: Section, module: str) -> Position:
    local = plugin_switches(config).local
    if module not in local:
        raise ConfigError(
            f'the config lists no project-local plugin "{module}"',
            where=config.where("plugins") or config.position,
            hint=meant_or_known(module, tuple(local)) if local else None,
        )
    where = local[module]
    if where is None:
        raise ConfigError(f'the config that lists "{module}" was not read from a file')
    return where


def _local_module(config: Section, module: str) -> LocalModule:
    plugins = load_registry(config).plugins
    (plugin,) = (it for it in plugins if it.name == module and not it.distribution)
    return LocalModule.of(plugin, config.folder)


def _file_of(config: Section, where: Position) -> Path:
    return next(path for path in config.files if shown_path(path) == where.file)


def _notices(module: LocalModule) -> list[str]:
    notices = []
    if module.uses_its_place:
        notices.append(
            "it uses __file__: files beside the module don't come along; move them"
        )
    if unknown := unknown_imports(module):
        notices.append(
            f"it imports {', '.join(unknown)}: add what provides that to "
            "dependencies in pyproject.toml"
        )
    return notices


def _without_the_example(folder: Path) -> None:
    """Remove the tests of what the template's own code does."""
    for test in folder.glob("tests/test_*.py"):
        if test.name != "test_conformance.py":
            test.unlink()
