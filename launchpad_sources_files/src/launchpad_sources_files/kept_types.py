"""The file of a table's types: read for a source, written and continued by a sink."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationInfo

from launchpad_core.data import DataSource
from launchpad_core.errors import DataError
from launchpad_sources_files.column_types import ColumnType, ColumnTypes
from launchpad_sources_files.faults import shown, told
from launchpad_sources_files.parsing import is_text


def beside(dtypes_path: Path | None, info: ValidationInfo) -> Path | None:
    """Return where types are kept, as a validator of settings."""
    if dtypes_path is not None and str(dtypes_path) == str(info.data.get("path")):
        raise ValueError('should be another file than "path"')
    return dtypes_path


def types_of(
    source: DataSource, path: Path | None, columns: list[str] | None
) -> ColumnTypes | None:
    """Return the types that a source's section names, of the columns that it reads.

    Raises:
        DataError: When the file can't be read.
    """
    if path is None:
        return None
    with told(source, str(path), verb="read", key="dtypes_path"):
        types = ColumnTypes.read(path)
    if columns is None:
        return types
    known = tuple(column for column in types.columns if column.name in columns)
    return replace(types, columns=known)


@dataclass(frozen=True, slots=True)
class KeptTypes:
    """A frame's types, and the file that keeps them.

    Attributes:
        types: The types.
        path: The file.
    """

    types: ColumnTypes
    path: Path

    def continued(self, frame: pd.DataFrame) -> ColumnTypes:
        """Return the types for a frame that is appended to one whose types are kept.

        Raises:
            DataError: When they differ, or aren't there.
        """
        if not self.path.exists():
            raise DataError(
                f"{shown(str(self.path))}, the types of what is there, is missing",
                hint="mode: replace",
            )
        old = ColumnTypes.read(self.path)
        if [c.name for c in old.columns] != [c.name for c in self.types.columns]:
            raise DataError(
                f"{shown(str(self.path))} has other columns than the frame: "
                f"{', '.join(column.name for column in old.columns)}",
                hint="write the same columns in the same order, or mode: replace",
            )
        pairs = enumerate(zip(old.columns, self.types.columns, strict=True))
        return ColumnTypes(
            tuple(_one_type(a, b, frame.iloc[:, index]) for index, (a, b) in pairs)
        )


def _one_type(old: ColumnType, new: ColumnType, values: pd.Series[Any]) -> ColumnType:
    one, other = (replace(c.details, missing="", none=False) for c in (old, new))
    if old.dtype != new.dtype or one != other:
        raise DataError(
            f'column "{old.name}" is {_told(new)}, and {_told(old)} in what is there',
            hint="convert it before it is written, or mode: replace",
        )
    mark = old.details.missing
    texts = set(map(str, values.dropna())) if is_text(_told(old)) else set()
    if mark in texts or (mark is None and values.isna().any()):
        raise DataError(
            f'column "{old.name}" has texts that mean "missing" in what is there',
            hint="mode: replace",
        )
    none = old.details.none or new.details.none
    return replace(old, details=replace(old.details, none=none))


def _told(column: ColumnType) -> str:
    return column.details.of or column.dtype
