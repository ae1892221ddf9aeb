"""Config values that remember where they were written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from launchpad_core.masking import without_secrets
from launchpad_core.positions import Position


class Section(dict[str, Any]):
    """A mapping of a config: a plain dict, plus the position of each key.

    Attributes:
        folder: The folder of the config file, which relative paths start from.
        position: Where the section begins, or None when it wasn't read from a file.
        positions: Where each key stands.
        includes: The files that keys include, as they are shown.
        files: The config file and the files that it includes (the root only).
    """

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        folder: Path | None = None,
        position: Position | None = None,
        positions: Mapping[str, Position] | None = None,
        includes: Mapping[str, str] | None = None,
        files: tuple[Path, ...] = (),
    ) -> None:
        super().__init__(values or {})
        self.folder = folder or Path.cwd()
        self.position = position
        self.positions = dict(positions or {})
        self.includes = dict(includes or {})
        self.files = files

    def __repr__(self) -> str:
        return repr(without_secrets(dict(self)))

    def where(self, key: str | None = None) -> Position | None:
        """Return the position of a key, or of the section itself."""
        return self.positions.get(key or "", self.position)


class Items(list[Any]):
    """A list of a config: a plain list, plus the position of each item."""

    def __init__(
        self, values: list[Any], *, positions: tuple[Position, ...] = ()
    ) -> None:
        super().__init__(values)
        self.positions = positions

    def where(self, index: int) -> Position | None:
        """Return the position of an item."""
        return self.positions[index] if index < len(self.positions) else None


def as_section(value: Mapping[str, Any], *, folder: Path | None = None) -> Section:
    """Return a mapping as a section; one that is none yet has no positions.

    Args:
        value: The mapping.
        folder: Where its relative paths start; None for the working directory.
    """
    if isinstance(value, Section):
        return value
    inner = {
        key: as_section(item, folder=folder) if isinstance(item, Mapping) else item
        for key, item in value.items()
    }
    return Section(inner, folder=folder)


def plain_values(value: Any) -> Any:
    """Return sections and items, however deep, as plain dicts and lists."""
    if isinstance(value, Mapping):
        return {key: plain_values(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_values(item) for item in value]
    return value
