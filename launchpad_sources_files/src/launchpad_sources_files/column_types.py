"""The types of a frame's columns, kept beside a CSV so that reading gives them back.

The file is a CSV itself, ``columns,dtypes,details``, one line per column; the first
two fields are as mllaunchpad writes them, and its files can be read.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from launchpad_core.errors import DataError
from launchpad_sources_files.faults import shown
from launchpad_sources_files.inspection import (
    category_texts,
    free_mark,
    object_kind,
    unique_names,
)
from launchpad_sources_files.parsing import (
    CATEGORY,
    DATE,
    OBJECT,
    is_kept,
    is_moment,
    is_text,
)

HEADER = ("columns", "dtypes", "details")


@dataclass(frozen=True, slots=True)
class Details:
    """What a dtype's name leaves out.

    Attributes:
        missing: The text that stands for a missing value; None where none is missing
            and every text is a value.
        none: Whether missing values are None rather than NaN (object columns).
        format: How moments are written, where it isn't ISO 8601.
        of: The dtype of the categories; or what an object column holds where it
            isn't text, such as "int objects".
        categories: The categories as texts, for a categorical column.
        ordered: Whether the categories have an order.
    """

    missing: str | None = ""
    none: bool = False
    format: str | None = None
    of: str | None = None
    categories: tuple[str, ...] | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class ColumnType:
    """One column's name, dtype, and what the dtype's name leaves out."""

    name: str
    dtype: str
    details: Details = Details()


@dataclass(frozen=True, slots=True)
class ColumnTypes:
    """The types of all columns, in their order.

    Attributes:
        columns: The single types.
        detailed: Whether details are known; mllaunchpad's files hold none.
    """

    columns: tuple[ColumnType, ...]
    detailed: bool = True

    @classmethod
    def of(cls, frame: pd.DataFrame, options: Mapping[str, Any]) -> ColumnTypes:
        """Return a frame's types.

        Args:
            frame: The frame.
            options: What it is written with, of ``DataFrame.to_csv``.

        Raises:
            DataError: When a CSV can't keep the type or the name of a column.
        """
        return cls(
            tuple(
                _type_of(name, frame.iloc[:, index], options)
                for index, name in enumerate(unique_names(frame))
            )
        )

    @classmethod
    def read(cls, path: Path) -> ColumnTypes:
        """Return the types that a file holds.

        Raises:
            DataError: When it isn't such a file.
        """
        content = BytesIO(path.read_bytes())
        try:
            table = pd.read_csv(content, dtype=str, keep_default_na=False)
            columns = tuple(_from_row(row) for row in table.to_dict("records"))
        except KeyError as missing:
            raise _no_types(path, f"it has no column {missing}") from missing
        except (ValueError, TypeError) as error:
            raise _no_types(path, " ".join(str(error).split())) from error
        return cls(columns, detailed="details" in table.columns)

    def as_csv(self) -> str:
        """Return the types as the text of such a file."""
        rows = [
            (column.name, column.dtype, _as_json(column.details))
            for column in self.columns
        ]
        table = pd.DataFrame(rows, columns=list(HEADER), dtype=object)
        quoting = csv.QUOTE_ALL if any("\r" in name for name, *_ in rows) else 0
        text: str = table.to_csv(index=False, lineterminator="\n", quoting=quoting)
        return text

    def as_written(
        self, frame: pd.DataFrame, options: Mapping[str, Any]
    ) -> pd.DataFrame:
        """Return a frame as it goes into the CSV.

        Missing texts are marked as the types say. Moments with a time zone are in
        UTC, since the offsets of some zones in the past are no ISO 8601.
        """
        written = frame.copy(deep=False)
        for index, column in enumerate(self.columns):
            values = _in_utc(frame.iloc[:, index])
            mark = column.details.missing
            if mark is not None and mark != options.get("na_rep", ""):
                texts = values.astype(object)
                values = texts.where(texts.notna(), mark)
            written.isetitem(index, values)
        return written


def _type_of(
    name: str, column: pd.Series[Any], options: Mapping[str, Any]
) -> ColumnType:
    na_rep = str(options.get("na_rep", ""))
    date_format = options.get("date_format")
    if isinstance(column.dtype, pd.CategoricalDtype):
        details = _category_details(name, column, na_rep, date_format)
        return ColumnType(name, CATEGORY, details)
    dtype = str(column.dtype)
    if not is_kept(dtype):
        raise DataError(
            f'column "{name}" has the type {dtype}, which a CSV can\'t keep',
            hint="convert it before it is written, such as by .astype(str)",
        )
    kind = object_kind(column) if dtype == OBJECT else None
    details = Details(
        missing=free_mark(column, na_rep) if is_text(kind or dtype) else na_rep,
        none=dtype == OBJECT and any(item is None for item in column),
        format=date_format if is_moment(dtype) else None,
        of=kind,
    )
    return ColumnType(name, dtype, details)


def _category_details(
    name: str, column: pd.Series[Any], na_rep: str, date_format: str | None
) -> Details:
    categories = pd.Series(_in_utc(column).cat.categories)
    of = str(column.cat.categories.dtype)
    if of == OBJECT or not is_kept(of):
        of = object_kind(categories.rename(name)) or OBJECT
    return Details(
        missing=free_mark(column, na_rep) if is_text(of) else na_rep,
        format=date_format if is_moment(of) else None,
        of=of,
        categories=category_texts(name, categories),
        ordered=bool(column.cat.ordered),
    )


def _in_utc(column: pd.Series[Any]) -> pd.Series[Any]:
    dtype = column.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        return column.dt.tz_convert("UTC")
    if isinstance(dtype, pd.CategoricalDtype) and isinstance(
        dtype.categories.dtype, pd.DatetimeTZDtype
    ):
        return column.cat.rename_categories(dtype.categories.tz_convert("UTC"))
    return column


def _as_json(details: Details) -> str:
    default = asdict(Details())
    told = {k: v for k, v in asdict(details).items() if v != default[k]}
    return json.dumps(told, ensure_ascii=False) if told else ""


def _from_row(row: Mapping[Any, str]) -> ColumnType:
    told = json.loads(row.get("details") or "{}")
    if "categories" in told:
        told["categories"] = tuple(told["categories"])
    return ColumnType(row["columns"], _known(row["dtypes"]), Details(**told))


def _known(dtype: str) -> str:
    """Return a dtype's name as it is known here: ``int`` is ``int64``, for example."""
    if dtype in (DATE, CATEGORY) or is_kept(dtype):
        return dtype
    known = str(pd.api.types.pandas_dtype(dtype))
    if not is_kept(known):
        raise ValueError(f"{dtype} is no type that a CSV can keep")
    return known


def _no_types(path: Path, reason: str) -> DataError:
    return DataError(
        f"{shown(str(path))} does not hold types of columns: {reason}",
        hint="let a data sink with dtypes_path: write it anew",
    )
