"""The file of a table's types: read for a source, written and continued by a sink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationInfo

from launchpad_core.data import DataSource
from launchpad_core.errors import DataError
from launchpad_core.files import replacing
from launchpad_sources_files.column_types import ColumnType, ColumnTypes
from launchpad_sources_files.destinations import Place
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


@contextmanager
def kept_with(
    kept: KeptTypes | None, frame: pd.DataFrame, data: AbstractContextManager[Place]
) -> Iterator[tuple[Place, ColumnTypes | None]]:
    """Yield the place for a frame, and the types that it is written with.

    The types' file is entered first and so replaced last: types are never newer than
    the data, whatever ends the process in between.

    Args:
        kept: The frame's types and where to keep them; None to keep none.
        frame: The frame.
        data: The context of the data's destination.

    Raises:
        DataError: When it is appended to data of other types.
    """
    if kept is None:
        with data as place:
            yield place, None
        return
    with replacing(kept.path) as file, data as place:
        types = kept.continued(frame) if place.old else kept.types
        file.write_text(types.as_csv(), encoding="utf-8", newline="")
        yield place, types


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
