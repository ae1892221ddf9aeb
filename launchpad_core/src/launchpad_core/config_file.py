"""Reading a config file, with all that it includes."""

from __future__ import annotations

from pathlib import Path

import yaml

from launchpad_core.errors import ConfigError
from launchpad_core.positions import Position, shown_path
from launchpad_core.sections import Section
from launchpad_core.yaml_reader import YamlDialect, read_text, read_yaml

CONFIG = YamlDialect(
    loader=yaml.SafeLoader, error=ConfigError, as_text=frozenset({".sql", ".txt"})
)


def read_config_file(path: Path) -> Section:
    """Return a config file's content.

    Raises:
        ConfigError: When it can't be read, or isn't a mapping in YAML.
    """
    hint = "name another file with --config FILE or LAUNCHPAD_CFG"
    text = read_text(path, error=ConfigError, hint=hint)
    return read_config_text(text, name=shown_path(path), folder=path.parent, path=path)


def read_config_text(
    text: str, *, name: str, folder: Path, path: Path | None = None
) -> Section:
    """Return the content of a config that is given as text.

    Args:
        text: The YAML text.
        name: How positions name it.
        folder: Where relative paths start.
        path: The file that it was read from, if any.

    Raises:
        ConfigError: When it isn't a mapping in YAML.
    """
    root, files = read_yaml(text, name=name, folder=folder, dialect=CONFIG, path=path)
    if not isinstance(root, Section):
        raise ConfigError(
            "a config is a mapping of sections, such as model: and api:",
            where=Position(name, 1),
        )
    root.files = files
    return root
