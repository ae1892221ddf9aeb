"""The type ``excel``: frames in a sheet of a workbook (``.xlsx``)."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import AfterValidator

from launchpad_core.options import check_names, parameters_of
from launchpad_sources_files.destinations import Place
from launchpad_sources_files.faults import Refusal, told
from launchpad_sources_files.frame_files import (
    FrameFileSink,
    FrameFileSource,
    explained,
    selected,
)
from launchpad_sources_files.locations import File, Location
from launchpad_sources_files.opened import opened

_INSTEAD = {
    "io": '"path"',
    "excel_writer": '"path"',
    "storage_options": '"storage_options" of the section',
    "usecols": '"columns"',
}
_FIRST = "Sheet1"
_EXACT = 2**53
_LONGEST = 32767


def _reading(options: dict[str, Any]) -> dict[str, Any]:
    known = parameters_of(pd.read_excel)
    check_names(options, known=known, taker="read_excel of pandas", instead=_INSTEAD)
    if isinstance(options.get("sheet_name", 0), (list, type(None))):
        raise ValueError('"sheet_name" should name one sheet')
    return options


def _writing(options: dict[str, Any]) -> dict[str, Any]:
    known = parameters_of(pd.DataFrame.to_excel)
    check_names(options, known=known, taker="to_excel of pandas", instead=_INSTEAD)
    return options


class ExcelSource(FrameFileSource):
    """Reads a sheet of a workbook."""

    class Config(FrameFileSource.Config):
        """What a section of type ``excel`` may say."""

        options: Annotated[dict[str, Any], AfterValidator(_reading)] = {}
        """Options for `pandas.read_excel`, such as `sheet_name`."""

    settings: Config

    def explain(self) -> str:
        """Return in a line how the files are going to be read."""
        return explained(self, ["pandas, openpyxl, whole"])

    def read(self, file: File) -> pd.DataFrame:
        """Return a file as a frame."""
        if "engine" not in self.options:
            _check_installed()
        with opened(file) as content:
            workbook = BytesIO(content.read())
        frame: pd.DataFrame = pd.read_excel(workbook, **self.options)
        return selected(frame, self.settings.columns, file.shown)


class ExcelSink(FrameFileSink):
    """Writes a sheet of a workbook."""

    class Config(FrameFileSink.Config):
        """What a section of type ``excel`` may say."""

        options: Annotated[dict[str, Any], AfterValidator(_writing)] = {}
        """Options for `pandas.DataFrame.to_excel`; the index is left out by default."""

    settings: Config

    def explain(self) -> str:
        """Return in a line how the file is going to be written."""
        return explained(self, ["pandas, openpyxl", self.settings.mode])

    def try_destination(self) -> None:
        """Raise now what would keep this from writing; change nothing.

        Raises:
            DataError: When the workbook couldn't be written.
        """
        with told(self, self.settings.path, verb="write"):
            _check_installed()
        super().try_destination()

    def put(
        self, frame: pd.DataFrame, location: Location, chunksize: int | None
    ) -> None:
        """Write a frame; to append it, the workbook is written anew."""
        _check_installed()
        for position in range(frame.shape[1]):
            _check_kept(str(frame.columns[position]), frame.iloc[:, position])
        options = {"index": False, "sheet_name": _FIRST, **self.options}
        with self.destination(location) as place, _workbook(place) as writer:
            sheet = writer.sheets.get(options["sheet_name"])
            if sheet is not None and sheet.max_row > 0 and place.old is not None:
                _check_header(sheet, frame, options)
                options = {**options, "startrow": sheet.max_row, "header": False}
            frame.to_excel(writer, **options)


@contextmanager
def _workbook(place: Place) -> Iterator[Any]:
    behind: dict[str, Any] = {}
    memory = BytesIO()
    if place.old is not None:
        with place.old.open("rb") as old:
            shutil.copyfileobj(old, memory)
        behind = {"mode": "a", "if_sheet_exists": "overlay"}
    with pd.ExcelWriter(memory, engine="openpyxl", **behind) as writer:
        yield writer
    place.path.write_bytes(memory.getvalue())


def _check_header(sheet: Any, frame: pd.DataFrame, options: dict[str, Any]) -> None:
    first = next(sheet.iter_rows(min_row=1, max_row=1, values_only=True), ())
    names = list(frame.columns)
    wanted = [*([frame.index.name] if options["index"] else []), *names]
    if options.get("header", True) is True and list(first) != wanted:
        raise Refusal(
            f"its columns are {', '.join(map(str, first))}, and those of the frame "
            f"{', '.join(map(str, wanted))}",
            hint="write the same columns in the same order, or mode: replace",
        )


def _check_kept(name: str, column: pd.Series[Any]) -> None:
    """Refuse what a workbook would silently change.

    Raises:
        Refusal: When a column holds such a value.
    """
    dtype = column.dtype
    of = dtype.categories.dtype if isinstance(dtype, pd.CategoricalDtype) else dtype
    if isinstance(of, np.dtype) and of.kind in "bM":
        return
    for value in pd.unique(column.dropna()):
        if isinstance(value, str) and value.startswith("="):
            what = "a text that would become a formula"
        elif isinstance(value, str) and len(value) > _LONGEST:
            what = "a text that is too long for a cell"
        elif isinstance(value, (float, np.floating)) and math.isinf(value):
            what = "infinity"
        elif isinstance(value, (int, np.integer)) and abs(int(value)) > _EXACT:
            what = "a number with more than 15 digits"
        else:
            continue
        raise Refusal(
            f'column "{name}" holds {what}, which a workbook can\'t keep',
            hint="convert it before it is written, or another type such as parquet",
        )


def _check_installed() -> None:
    if find_spec("openpyxl") is None:
        raise Refusal(
            "workbooks need a package that is not installed",
            hint="pip install 'launchpad-sources-files[excel]'",
        )
