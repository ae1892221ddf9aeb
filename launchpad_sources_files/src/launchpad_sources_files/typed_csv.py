"""Reading a CSV so that its columns get the types that were kept for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd

from launchpad_core.errors import DataError
from launchpad_sources_files.column_types import ColumnType, ColumnTypes
from launchpad_sources_files.conversion import Options, converted
from launchpad_sources_files.misfits import Open, misfits_told
from launchpad_sources_files.parsing import is_text, parser_dtype

_PLAIN_C_PARSER = tuple(map(int, pd.__version__.split(".")[:2])) < (3, 1)
_OF_THE_HEADER = ("chunksize", "skipfooter", "index_col", "dtype", "parse_dates")
_MISSING = (  # what pandas takes for missing by default, and what it writes for it
    *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan"),
    *("1.#IND", "1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan"),
    *("null", "NaT"),
)


def with_named_index(
    frame: pd.DataFrame, options: Options
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a frame and ``to_csv`` options that write the same, from columns only.

    So that whatever is written has a type: the columns that are selected, under the
    names in the header, and the index if it is written and has a name.
    """
    options = dict(options)
    if options.get("columns") is not None:
        frame = frame[list(options.pop("columns"))]
    if isinstance(options.get("header"), (list, tuple)):
        frame = frame.set_axis(list(options.pop("header")), axis=1)
    named = all(name is not None for name in frame.index.names)
    if options["index"] and named and "index_label" not in options:
        frame, options["index"] = frame.reset_index(), False
    return frame, options


def read_frame(
    open_: Open, shown: str, types: ColumnTypes, options: Options
) -> pd.DataFrame:
    """Return a CSV file as a frame with these types.

    Args:
        open_: Opens the file, and gives what pandas needs to read it.
        shown: What messages call it.
        types: The types of its columns.
        options: The section's options.

    Raises:
        DataError: When a column is missing, or a value doesn't fit its type.
    """
    plan = _plan(open_, shown, types, options)
    with (
        misfits_told(open_, shown, types, options, plan),
        open_() as (content, opening),
    ):
        plan["compression"] = opening["compression"]
        return _typed(pd.read_csv(content, **plan), types, options)


def read_chunks(
    open_: Open, shown: str, types: ColumnTypes, options: Options
) -> Iterator[pd.DataFrame]:
    """Yield a CSV file as frames with these types; see :func:`read_frame`."""
    plan = _plan(open_, shown, types, options)
    with (
        misfits_told(open_, shown, types, options, plan),
        open_() as (content, opening),
        pd.read_csv(content, **plan, compression=opening["compression"]) as chunks,
    ):
        for chunk in chunks:
            yield _typed(chunk, types, options)


def _plan(
    open_: Open, shown: str, types: ColumnTypes, options: Options
) -> dict[str, Any]:
    """Return options that make pandas read each column as its type needs it."""
    header = _header(open_, options)
    columns = [column for column in types.columns if column.name in header]
    if "usecols" not in options:
        _check_columns(shown, types, header)
    theirs = options.get("dtype")
    dtypes = dict(theirs) if isinstance(theirs, Mapping) else {}
    dtypes.update({c.name: parser_dtype(c.dtype) for c in columns})
    plan = {**_exact_floats(options), **options, "dtype": dtypes}
    plan.pop("parse_dates", None)
    plan.pop("compression", None)
    if plan.get("index_col") is not False:  # the index is set once it has its type
        plan.pop("index_col", None)
    if types.detailed:
        plan.update(_missing(header, columns, options))
    return plan


def _header(open_: Open, options: Options) -> list[str]:
    kept = {key: value for key, value in options.items() if key not in _OF_THE_HEADER}
    with open_() as (content, opening):
        plan = {**kept, "nrows": 0, "index_col": False}
        plan["compression"] = opening["compression"]
        frame = pd.read_csv(content, **plan)
    return [str(name) for name in frame.columns]


def _check_columns(shown: str, types: ColumnTypes, header: Collection[str]) -> None:
    for column in types.columns:
        if column.name not in header:
            raise DataError(
                f'{shown} has no column "{column.name}", '
                f"which should be of type {column.dtype}",
                hint=f"it has {', '.join(header)}",
            )


def _exact_floats(options: Options) -> dict[str, Any]:
    """Return what makes floats exact: nothing, from pandas 3.1 on."""
    separator = options.get("sep", ",")
    needs_python = not isinstance(separator, str) or len(separator) > 1
    if options.get("skipfooter") or (needs_python and separator != r"\s+"):
        return {}
    if not _PLAIN_C_PARSER or options.get("engine", "c") != "c":
        return {}
    return {"float_precision": "round_trip"}


def _missing(
    header: Collection[str], columns: Collection[ColumnType], options: Options
) -> dict[str, Any]:
    """Return which texts stand for missing values, for each column.

    In columns of text that is the one that its type says, since any other may be a
    value. What the section's options say comes on top.
    """
    known = {column.name: column for column in columns}
    everywhere = options.get("keep_default_na")
    texts: dict[str, list[Any]] = {}
    for name in header:
        column = known.get(name)
        marks = list(_custom(options.get("na_values"), name))
        if column and column.details.missing is not None:
            marks.append(column.details.missing)
        exact = column is not None and is_text(column.details.of or column.dtype)
        if everywhere or (everywhere is None and not exact):
            marks.extend(_MISSING)
        texts[name] = marks
    return {"na_values": texts, "keep_default_na": False}


def _custom(na_values: Any, name: str) -> Collection[Any]:
    if isinstance(na_values, Mapping):
        na_values = na_values.get(name)
    if na_values is None:
        return ()
    return na_values if isinstance(na_values, (list, tuple, set)) else (na_values,)


def _typed(frame: pd.DataFrame, types: ColumnTypes, options: Options) -> pd.DataFrame:
    """Return a frame with those columns converted that pandas read otherwise."""
    frame = frame.copy(deep=False)
    for column in types.columns:
        if column.name in frame.columns:
            frame[column.name] = converted(frame[column.name], column, options)
    return _indexed(frame, types, options.get("index_col"))


def _indexed(frame: pd.DataFrame, types: ColumnTypes, index_col: Any) -> pd.DataFrame:
    """Return a frame with the index that ``index_col`` of pandas means."""
    if index_col is None or index_col is False:
        return frame
    listed = index_col if isinstance(index_col, (list, tuple)) else [index_col]
    keys = [frame.columns[key] if isinstance(key, int) else key for key in listed]
    frame = frame.set_index(keys)
    known = {column.name for column in types.columns}
    frame.index.names = [
        None if name.startswith("Unnamed: ") and name not in known else name
        for name in keys
    ]
    return frame
