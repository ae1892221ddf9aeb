"""Frames as Arrow tables that give back exactly what went in.

Arrow and pandas keep most types between them. What they lose is written into the
table's schema under the key ``launchpad``: objects, categories, units of time.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from launchpad_sources_files.faults import Refusal

Trial = Callable[[pa.Table], pa.Table]
"""Writes a table to a format, and reads it again."""

KEY = b"launchpad"
_ATTRIBUTES = "PANDAS_ATTRS"
_MISSING: Mapping[str, Any] = {
    "None": None,
    "nan": np.nan,
    "NaT": pd.NaT,
    "<NA>": pd.NA,
}
_TEXTS = (pa.string(), pa.large_string())
_TEXT = "str" if int(pd.__version__.split(".")[0]) >= 3 else "object"
_ADVICE = "convert it before it is written, such as by .astype(str)"


def table_of(frame: pd.DataFrame, trial: Trial, *, index: bool) -> pa.Table:
    """Return a frame as a table.

    Args:
        frame: The frame.
        trial: The way that the table is going to take; it is tried without rows.
        index: Whether the index is written as well.

    Raises:
        Refusal: When something in it can't be kept.
    """
    _check_names(frame)
    if len(frame) and not frame.shape[1] and not index:
        raise Refusal("the frame has rows, but no columns to keep them")
    kept: dict[str, dict[str, Any]] = {}
    for position, name in enumerate(map(str, frame.columns)):
        column = frame.iloc[:, position]
        if column.dtype == object:
            kept[name] = _object_told(name, column)
        elif isinstance(column.dtype, pd.CategoricalDtype):
            kept[name] = _categories_told(column.dtype, trial)
    table = _converted(frame, index=index)
    table = with_told(table, kept)
    _check_types(frame, table, kept, trial)
    return with_told(table, kept)


def frame_of(table: pa.Table) -> pd.DataFrame:
    """Return a table as a frame, whether it was written here or elsewhere.

    The table can't be used afterwards: its columns are released one by one.
    """
    schema = table.schema
    told = told_of(schema)
    frame_columns = _columns_of(schema)
    objects = {
        position: _objects(table.column(name), told[name]["missing"])
        for position, name in enumerate(frame_columns)
        if "missing" in told.get(name, {})
    }
    attributes = (schema.metadata or {}).get(_ATTRIBUTES.encode())
    # Blocks that aren't split are copies: what pandas gets can be written to.
    frame = table.to_pandas(self_destruct=True)
    for position, name in enumerate(frame_columns):
        values, of = frame.iloc[:, position], told.get(name, {})
        if position in objects:
            values = pd.Series(objects[position], frame.index, object)
        elif "categories" in of:
            values = _as_category(values, of)
        elif "dtype" in of:
            values = values.astype(of["dtype"])
        elif values.dtype == object and schema.field(name).type in _TEXTS:
            values = values.astype(_TEXT)
        elif isinstance(values.dtype, pd.CategoricalDtype):
            values = values.copy()  # Arrow's own codes can't be written to
        else:
            continue
        frame.isetitem(position, values)
    if attributes:
        frame.attrs = json.loads(attributes)
    return frame


def told_of(schema: pa.Schema) -> dict[str, dict[str, Any]]:
    """Return what a schema says about columns, beyond what Arrow and pandas do."""
    text = (schema.metadata or {}).get(KEY)
    told: dict[str, dict[str, Any]] = json.loads(text) if text else {}
    return told


def _check_names(frame: pd.DataFrame) -> None:
    names = list(map(str, frame.columns))
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise Refusal(
            f"the frame has several columns of one name: {', '.join(doubles)}",
            hint="rename them",
        )


def _object_told(name: str, column: pd.Series[Any]) -> dict[str, Any]:
    """Return what has to be told about objects, if Arrow gives them back.

    Raises:
        Refusal: When it doesn't, or when there is more than one missing value.
    """
    gone = column.isna().to_numpy()
    marks = {str(value) for value in column[gone]}
    if len(marks) > 1:
        raise Refusal(
            f'column "{name}" has different missing values: {", ".join(sorted(marks))}',
            hint=f'frame["{name}"] = frame["{name}"].where('
            f'frame["{name}"].notna(), None)',
        )
    mark = next(iter(marks), None)
    if mark is not None and mark not in _MISSING:
        raise Refusal(f'column "{name}" holds {mark} as a missing value')
    try:
        array = pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise _not_kept(name, column) from error
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        back = _objects(pa.chunked_array([array]), mark)
        for value, again, missing in zip(column, back, gone, strict=True):
            if not missing and not _same(value, again):
                raise _not_kept(name, column)
    return {"missing": mark}


def _same(value: Any, again: Any) -> bool:
    if isinstance(value, np.generic):
        value = value.item()
    return type(value) is type(again) and bool(value == again)


def _not_kept(name: str, column: pd.Series[Any]) -> Refusal:
    kind = pd.api.types.infer_dtype(column, skipna=True)
    return Refusal(
        f'column "{name}" holds {kind} objects, which can\'t be kept exactly',
        hint=_ADVICE,
    )


def _categories_told(dtype: pd.CategoricalDtype, trial: Trial) -> dict[str, Any]:
    categories = dtype.categories.to_frame(index=False, name="categories")
    table = table_of(categories, trial, index=False)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    text = base64.b64encode(sink.getvalue().to_pybytes()).decode("ascii")
    return {"categories": text, "ordered": bool(dtype.ordered)}


def _as_category(values: pd.Series[Any], told: Mapping[str, Any]) -> Any:
    data = base64.b64decode(told["categories"])
    with pa.ipc.open_stream(data) as reader:
        categories = frame_of(reader.read_all())["categories"]
    index = pd.Index(categories).rename(None)
    dtype = pd.CategoricalDtype(index, told["ordered"])
    if not isinstance(values.dtype, pd.CategoricalDtype):
        return pd.Series(pd.Categorical(values, dtype=dtype), values.index)
    known = values.dtype.categories
    if (
        known.dtype == index.dtype
        and known.equals(index)
        and (values.dtype.ordered == dtype.ordered)
    ):
        return values.copy()
    places = dtype.categories.get_indexer(known)
    codes = values.cat.codes.to_numpy()
    moved = np.append(places, -1)[codes]
    return pd.Series(pd.Categorical.from_codes(moved, dtype=dtype), values.index)


def _converted(frame: pd.DataFrame, *, index: bool) -> pa.Table:
    attributes = _attributes(frame)
    frame = frame.copy(deep=False)
    frame.attrs = {}
    try:
        table = pa.Table.from_pandas(frame, preserve_index=index)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        for position, name in enumerate(frame.columns):
            try:
                pa.Table.from_pandas(frame.iloc[:, [position]], preserve_index=False)
            except (pa.ArrowException, TypeError, ValueError, OverflowError):
                dtype = frame.dtypes.iloc[position]
                raise Refusal(
                    f'column "{name}" has the type {dtype}, which can\'t be kept',
                    hint=_ADVICE,
                ) from error
        raise
    if attributes is None:
        return table
    return _with_metadata(table, _ATTRIBUTES.encode(), attributes)


def _attributes(frame: pd.DataFrame) -> str | None:
    try:
        return json.dumps(frame.attrs) if frame.attrs else None
    except (TypeError, ValueError) as error:
        raise Refusal(
            f"the frame's attrs can't be kept: {error}", hint="frame.attrs = {}"
        ) from error


def _check_types(
    frame: pd.DataFrame,
    table: pa.Table,
    kept: dict[str, dict[str, Any]],
    trial: Trial,
) -> None:
    """Find out what comes back of a table's types; tell those that can be restored.

    Raises:
        Refusal: When a type doesn't come back.
    """
    back = frame_of(trial(table.slice(0, 0)))
    if list(back.columns) != list(frame.columns) or (
        back.columns.nlevels != frame.columns.nlevels
    ):
        raise Refusal(
            "the names of the columns can't be kept as they are",
            hint="frame.columns = frame.columns.map(str)",
        )
    for position, name in enumerate(map(str, frame.columns)):
        before, after = frame.dtypes.iloc[position], back.dtypes.iloc[position]
        if _equal(before, after):
            continue
        if before.kind not in "mM" or not isinstance(before, (np.dtype, _ZONED)):
            raise Refusal(
                f'column "{name}" has the type {before}, which can\'t be kept',
                hint=_ADVICE,
            )
        if before.kind != after.kind or isinstance(before, _ZONED):
            raise Refusal(
                f'column "{name}" has the type {before}, which can\'t be kept',
                hint='frame[...].dt.tz_convert("UTC")',
            )
        kept[name] = {"dtype": str(before)}


_ZONED = pd.DatetimeTZDtype


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, pd.StringDtype) and isinstance(after, pd.StringDtype):
        return (before.na_value is pd.NA) == (after.na_value is pd.NA)
    return bool(before == after)


def with_told(table: pa.Table, kept: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """Return a table whose schema says what it should about columns."""
    if not kept:
        return table
    return _with_metadata(table, KEY, json.dumps(kept))


def _with_metadata(table: pa.Table, key: bytes, text: str) -> pa.Table:
    metadata = {**(table.schema.metadata or {}), key: text.encode()}
    return table.replace_schema_metadata(metadata)


def _columns_of(schema: pa.Schema) -> list[str]:
    """Return the names of a schema's columns, without those of the index."""
    pandas = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
    index = [name for name in pandas.get("index_columns", []) if isinstance(name, str)]
    return [name for name in schema.names if name not in index]


def _objects(column: pa.ChunkedArray, mark: str | None) -> np.ndarray[Any, Any]:
    values = np.empty(len(column), dtype=object)
    values[:] = column.to_pylist()
    if mark is not None and column.null_count:
        gone = column.is_null().to_numpy()
        values[gone] = _MISSING[mark]
    return values
