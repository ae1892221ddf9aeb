"""The config: finding it, reading it, and telling what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from launchpad_core.config_file import read_config_file, read_config_text
from launchpad_core.config_sections import ApiSettings, ModelSettings, PluginSettings
from launchpad_core.errors import ConfigError, ConfigErrors
from launchpad_core.plugins import Switches, disabled_by_environment
from launchpad_core.sections import Items, Section, as_section
from launchpad_core.settings import validate
from launchpad_core.spelling import nearest

ENVIRONMENT = "LAUNCHPAD_CFG"
DEFAULT = "LAUNCHPAD_CFG.yml"

SECTIONS = (
    "plugins",
    "dbms",
    "datasources",
    "datasinks",
    "model_store",
    "model",
    "api",
)


def config_path(path: str | os.PathLike[str] | None = None) -> Path:
    """Return the config file: the given one, else LAUNCHPAD_CFG, else the default."""
    return Path(path or os.environ.get(ENVIRONMENT) or DEFAULT)


def read_config(path: str | os.PathLike[str] | None = None) -> Section:
    """Return a config as it is written, not validated.

    Raises:
        ConfigError: When it can't be read, or isn't a mapping in YAML.
    """
    found = config_path(path)
    if not found.exists() and path is None and ENVIRONMENT not in os.environ:
        raise ConfigError(
            f"there is no config: no --config, no {ENVIRONMENT}, no ./{DEFAULT}",
            hint="launchpad --config FILE",
        )
    return read_config_file(found)


def get_validated_config(filename: str | os.PathLike[str] | None = None) -> Section:
    """Return a config, with its core sections validated.

    Args:
        filename: The file; None for LAUNCHPAD_CFG or ``./LAUNCHPAD_CFG.yml``.

    Raises:
        ConfigErrors: With all mistakes at once.
    """
    return _validated(read_config(filename))


def get_validated_config_str(io: str | bytes | IO[Any]) -> Section:
    """Return a config that is given as text or as an open file.

    Relative paths start at the file's folder, or at the working directory.

    Raises:
        ConfigErrors: With all mistakes at once.
    """
    content = io if isinstance(io, (str, bytes)) else io.read()
    text = content.decode("utf-8") if isinstance(content, bytes) else content
    name = getattr(io, "name", None)
    if isinstance(name, str) and Path(name).exists():
        path = Path(name)
        return _validated(
            read_config_text(text, name=name, folder=path.parent, path=path)
        )
    return _validated(read_config_text(text, name="<config>", folder=Path.cwd()))


def core_errors(config: Mapping[str, Any]) -> Iterator[ConfigError]:
    """Yield the mistakes in the sections that the core itself knows."""
    root = as_section(config)
    yield from _unknown_sections(root)
    for name in ("dbms", "datasources", "datasinks"):
        yield from _not_named_sections(root, name)
    if "model" not in root:
        yield ConfigError(
            "there is no model section",
            where=root.position,
            hint="add model: with name:, version: and module:",
        )
    for name, settings in (("model", ModelSettings), ("api", ApiSettings)):
        if name not in root:
            continue
        if not isinstance(root[name], Mapping):
            yield ConfigError(
                f"{name} must be a section with keys", where=root.where(name)
            )
            continue
        section = as_section(root[name])
        try:
            validate(section, settings, label=name)
        except ConfigError as mistake:
            yield from mistake.errors
    if isinstance(root.get("api"), Mapping) and "version" in root["api"]:
        yield ConfigError(
            'api: the key "version" is not allowed',
            where=as_section(root["api"]).where("version"),
            hint="the API's version is the first number of model: version",
        )


def model_settings(config: Mapping[str, Any]) -> ModelSettings:
    """Return the section ``model`` as typed settings."""
    return validate(_section(config, "model"), ModelSettings, label="model")


def api_settings(config: Mapping[str, Any]) -> ApiSettings:
    """Return the section ``api`` as typed settings."""
    return validate(_section(config, "api"), ApiSettings, label="api")


def section_type(section: Section, *, label: str, default: str | None = None) -> str:
    """Return the type that a section names.

    Args:
        section: The section.
        label: How messages name it, such as ``datasources: petals``.
        default: The type of a section that names none; None if it has to.

    Raises:
        ConfigError: When it names none, or not by a text.
    """
    if "type" not in section and default is None:
        raise ConfigError(
            f'{label}: "type" is missing', where=section.where(), hint="add type: ..."
        )
    type_ = section.get("type", default)
    if not isinstance(type_, str):
        raise ConfigError(
            f'{label}: "type" should be text, not {type_!r}',
            where=section.where("type"),
        )
    return type_


def plugin_switches(config: Mapping[str, Any]) -> Switches:
    """Return what the environment and the config say of plugins.

    Raises:
        ConfigError: When the section ``plugins`` can't be understood.
    """
    root = as_section(config)
    written = root.get("plugins") or []
    if isinstance(written, list):
        written = Section({"local": written}, position=root.where("plugins"))
    if not isinstance(written, Mapping):
        raise ConfigError(
            "plugins must be a list of modules, or local:, disable: and prefer:",
            where=root.where("plugins"),
        )
    settings = validate(written, PluginSettings, label="plugins")
    local = written.get("local") or []
    positions = [
        local.where(index) if isinstance(local, Items) else None
        for index in range(len(local))
    ]
    return Switches(
        disabled={
            **dict.fromkeys(settings.disable, "plugins: disable in the config"),
            **disabled_by_environment(),
        },
        local=dict(zip(settings.local, positions, strict=True)),
        prefer=Section(
            settings.prefer,
            positions=as_section(written.get("prefer") or {}).positions,
        ),
    )


def _validated(config: Section) -> Section:
    errors = tuple(core_errors(config))
    if errors:
        raise ConfigErrors(errors)
    return config


def _section(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = config.get(name)
    if not isinstance(section, Mapping):
        raise ConfigError(
            f"there is no {name} section",
            where=as_section(config).position,
            hint=f"add {name}: to the config",
        )
    return as_section(section, folder=as_section(config).folder)


def _unknown_sections(root: Section) -> Iterator[ConfigError]:
    for name in root:
        near = nearest(name, SECTIONS)
        if name not in SECTIONS and near and near not in root:
            yield ConfigError(
                f'unknown section "{name}"',
                where=root.where(name),
                hint=f'did you mean "{near}"?',
            )


def _not_named_sections(root: Section, name: str) -> Iterator[ConfigError]:
    sections = root.get(name) or {}
    if not isinstance(sections, Mapping):
        yield ConfigError(f"{name} must hold named sections", where=root.where(name))
        return
    for key, section in sections.items():
        if not isinstance(section, Mapping):
            yield ConfigError(
                f"{name}: {key} must be a section with keys",
                where=as_section(sections).where(key),
            )
            continue
        try:
            section_type(as_section(section), label=f"{name}: {key}")
        except ConfigError as mistake:
            yield mistake
