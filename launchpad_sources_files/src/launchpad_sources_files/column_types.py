"""The types of a frame's columns, kept beside a CSV so that reading gives them back.

The file is a CSV itself, ``columns,dtypes,details``, one line per column; the first
two fields are as mllaunchpad writes them, and its files can be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from launchpad_core.errors import DataError
from launchpad_core.positions import shown_path
from launchpad_sources_files.parsing import is_kept, is_native, parsed

HEADER = ("columns", "dtypes", "details")
OLD_DATETIME = "datetime"

_EXACT_FLOATS = (  # from 3.1 on, pandas is exact by default
    {"float_precision": "round_trip"}
    if tuple(map(int, pd.__version__.split(".")[:2])) < (3, 1)
    else {}
)


@dataclass(frozen=True, slots=True)
class Details:
    """What a dtype's name leaves out.

    Attributes:
        missing: The text that stands for a missing value; None where none is missing.
        none: Whether missing values are None rather than NaN (object columns).
        categories: The categories as texts, for a categorical column.
        of: The dtype of the categories.
        ordered: Whether the categories have an order.
    """

    missing: str | None = ""
    none: bool = False
    categories: tuple[str, ...] | None = None
    of: str | None = None
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class ColumnType:
    """One column's name, dtype, and what the dtype's name leaves out."""

    name: str
    dtype: str
    details: Details


@dataclass(frozen=True, slots=True)
class ColumnTypes:
    """The types of all columns, in their order."""

    columns: tuple[ColumnType, ...]

    @classmethod
    def of(cls, frame: pd.DataFrame, *, na_rep: str = "") -> ColumnTypes:
        """Return a frame's types.

        Args:
            frame: The frame.
            na_rep: What missing values are written as, where text doesn't forbid it.

        Raises:
            DataError: When a CSV can't keep a column's type, or names are double.
        """
        names = [str(name) for name in frame.columns]
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            raise DataError(
                f"types can't be kept for columns of one name: {', '.join(doubles)}"
            )
        return cls(
            tuple(
                _type_of(name, frame.iloc[:, index], na_rep)
                for index, name in enumerate(names)
            )
        )

    @classmethod
    def read(cls, path: Path) -> ColumnTypes:
        """Return the types that a file holds.

        Raises:
            DataError: When it isn't such a file.
        """
        text = path.read_text(encoding="utf-8")
        try:
            table = pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)
            return cls(tuple(_from_row(row) for row in table.to_dict("records")))
        except (KeyError, ValueError, TypeError) as error:
            raise DataError(
                f"{shown_path(path)} does not hold types of columns: {error}",
                hint="let a data sink with dtypes_path: write it anew",
            ) from error

    def as_csv(self) -> str:
        """Return the types as the text of such a file."""
        rows = [
            (column.name, column.dtype, _as_json(column.details))
            for column in self.columns
        ]
        table = pd.DataFrame(rows, columns=list(HEADER), dtype=object)
        text: str = table.to_csv(index=False, lineterminator="\n")
        return text

    def as_written(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame as it goes into the CSV.

        Missing texts are marked as the types say. Moments with a time zone are in
        UTC, since the offsets of some zones in the past are no ISO 8601.
        """
        written = frame.copy(deep=False)
        for index, column in enumerate(self.columns):
            values = frame.iloc[:, index]
            missing = column.details.missing
            if isinstance(values.dtype, pd.DatetimeTZDtype):
                written.isetitem(index, values.dt.tz_convert("UTC"))
            elif missing and not is_native(column.details.of or column.dtype):
                texts = values.astype(object)
                written.isetitem(index, texts.where(texts.notna(), missing))
        return written

    def read_csv(self, path: str, options: Mapping[str, Any]) -> pd.DataFrame:
        """Return a CSV file as a frame with these types.

        Raises:
            DataError: When a column is missing, or a value doesn't fit its type.
        """
        self._check_columns(path, options)
        try:
            return self._typed(pd.read_csv(path, **self._options(options)))
        except (ValueError, TypeError, OverflowError) as error:
            raise self._culprit(path, options, error) from error

    def read_csv_in_chunks(
        self, path: str, options: Mapping[str, Any]
    ) -> Iterator[pd.DataFrame]:
        """Yield a CSV file as frames with these types; see :meth:`read_csv`."""
        self._check_columns(path, options)
        try:
            with pd.read_csv(path, **self._options(options)) as chunks:
                for chunk in chunks:
                    yield self._typed(chunk)
        except (ValueError, TypeError, OverflowError) as error:
            raise self._culprit(path, options, error) from error

    def _check_columns(self, path: str, options: Mapping[str, Any]) -> None:
        found = _header(path, options)
        for column in self.columns:
            if column.name not in found:
                raise DataError(
                    f'{_shown(path)} has no column "{column.name}", '
                    f"which should be of type {column.dtype}",
                    hint=f"it has {', '.join(found)}",
                )

    def _options(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return options that make pandas parse each column as its type needs it."""
        parsing = {"dtype": {c.name: _parser_dtype(c) for c in self.columns}}
        missing = {
            c.name: [] if c.details.missing is None else [c.details.missing]
            for c in self.columns
        }
        exact = {} if "engine" in options else _EXACT_FLOATS
        return {
            **exact,
            **options,
            **parsing,
            "na_values": missing,
            "keep_default_na": False,
        }

    def _typed(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame with those columns converted that pandas read as text."""
        converted = {
            column.name: _converted(frame[column.name], column)
            for column in self.columns
            if not is_native(column.dtype)
        }
        return frame.assign(**converted)

    def _culprit(
        self, path: str, options: Mapping[str, Any], error: Exception
    ) -> DataError:
        """Return an error that names the first column that doesn't fit its type."""
        for column in self.columns:
            one = ColumnTypes((column,))
            whole = {**options, "usecols": [column.name]}
            whole.pop("chunksize", None)
            whole.pop("index_col", None)
            try:
                one._typed(pd.read_csv(path, **one._options(whole)))
            except (ValueError, TypeError, OverflowError) as reason:
                return DataError(
                    f'{_shown(path)}: column "{column.name}" has a value that is no '
                    f"{column.dtype}: {' '.join(str(reason).split())}"
                )
        return DataError(f"{_shown(path)}: {' '.join(str(error).split())}")


def _type_of(name: str, column: pd.Series[Any], na_rep: str) -> ColumnType:
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        categories = pd.Series(dtype.categories)
        inner = _type_of(name, categories, na_rep)
        details = Details(
            missing=_missing_mark(column, na_rep, text=not is_native(inner.dtype)),
            categories=tuple(str(item) for item in categories),
            of=inner.dtype,
            ordered=bool(dtype.ordered),
        )
        return ColumnType(name, "category", details)
    written = _written_name(name, dtype)
    details = Details(
        missing=_missing_mark(column, na_rep, text=not is_native(written)),
        none=_is_object(dtype) and any(item is None for item in column),
    )
    return ColumnType(name, written, details)


def _written_name(name: str, dtype: Any) -> str:
    if _is_object(dtype):
        return "object"
    written = str(dtype)
    if not is_kept(written):
        raise DataError(
            f'column "{name}" has the type {written}, which a CSV can\'t keep'
        )
    return written


def _is_object(dtype: Any) -> bool:
    return str(dtype) == "object"


def _missing_mark(column: pd.Series[Any], na_rep: str, *, text: bool) -> str | None:
    """Return a text that no value of the column has; None where none is missing."""
    if not text:
        return na_rep
    if not column.isna().any():
        return None
    values = {str(value) for value in column.dropna().unique()}
    mark, number = na_rep, 0
    while mark in values:
        number += 1
        mark = f"NA{number}"
    return mark


def _as_json(details: Details) -> str:
    default = asdict(Details())
    told = {k: v for k, v in asdict(details).items() if v != default[k]}
    return json.dumps(told, ensure_ascii=False) if told else ""


def _from_row(row: Mapping[Any, str]) -> ColumnType:
    told = json.loads(row.get("details") or "{}")
    if "categories" in told:
        told["categories"] = tuple(told["categories"])
    dtype = row["dtypes"]
    if dtype == OLD_DATETIME:
        dtype = "datetime64[ns]"
    return ColumnType(row["columns"], dtype, replace(Details(), **told))


def _parser_dtype(column: ColumnType) -> Any:
    return column.dtype if is_native(column.dtype) else str


def _converted(texts: pd.Series[Any], column: ColumnType) -> pd.Series[Any]:
    details = column.details
    if column.dtype != "category":
        return parsed(texts, column.dtype, none=details.none)
    if details.categories is None:
        return texts.astype("category")
    of = details.of or "object"
    categories = pd.Index(parsed(pd.Series(details.categories, dtype=object), of))
    present = parsed(texts.dropna(), of)
    codes = pd.Series(-1, index=texts.index)
    codes[present.index] = categories.get_indexer(present)
    unknown = present[codes[present.index] == -1]
    if len(unknown):
        raise ValueError(f"{unknown.iloc[0]!r} is not among its categories")
    dtype = pd.CategoricalDtype(categories, ordered=details.ordered)
    values = pd.Categorical.from_codes(codes, dtype=dtype)
    return pd.Series(values, index=texts.index, name=texts.name)


def _header(path: str, options: Mapping[str, Any]) -> list[str]:
    whole = {key: value for key, value in options.items() if key != "chunksize"}
    frame = pd.read_csv(path, **{**whole, "nrows": 0, "index_col": False})
    return [str(name) for name in frame.columns]


def _shown(path: str) -> str:
    return path if "://" in path else shown_path(Path(path))
