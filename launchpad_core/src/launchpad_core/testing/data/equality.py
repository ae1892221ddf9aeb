"""Whether two frames or two pieces of raw data are the same, told in one line."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, TypeAlias

import pandas as pd
from pandas.testing import assert_series_equal

Data: TypeAlias = pd.DataFrame | str | bytes


def check_same(found: Any, wanted: Data, *, what: str, types: bool = True) -> None:
    """Check that data is what it should be.

    Args:
        found: The frame, text or bytes that a plugin returned.
        wanted: What it should be; its index doesn't matter.
        what: What messages call what was found.
        types: Whether the columns' types have to be the same. If not, numbers may
            differ in what is beyond the 9th digit.

    Raises:
        AssertionError: When it isn't; the message says what differs first.
    """
    if isinstance(wanted, pd.DataFrame):
        is_frame(found, what=what)
        _check_columns(found, wanted, what)
        assert len(found) == len(wanted), f"{what}: {len(found)} of {len(wanted)} rows"
        for position in range(len(wanted.columns)):
            _check_column(
                found.iloc[:, position], wanted.iloc[:, position], what, types=types
            )
        return
    assert type(found) is type(wanted), (
        f"{what}: {type(found).__name__} instead of {type(wanted).__name__}"
    )
    assert found == wanted, f"{what}: {_first_difference(found, wanted)}"


def same(found: Any, wanted: Data) -> bool:
    """Whether data is what it should be; see :func:`check_same`."""
    try:
        check_same(found, wanted, what="")
    except AssertionError:
        return False
    return True


def together(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all frames in one."""
    with warnings.catch_warnings():  # pandas 2 warns of columns without any value
        warnings.simplefilter("ignore", FutureWarning)
        return pd.concat(list(frames), ignore_index=True)


def is_frame(found: Any, *, what: str) -> pd.DataFrame:
    """Return what a plugin returned, which is a frame.

    Raises:
        AssertionError: When it isn't.
    """
    assert isinstance(found, pd.DataFrame), (
        f"{what}: {type(found).__name__} instead of a pandas.DataFrame"
    )
    return found


def _check_columns(found: pd.DataFrame, wanted: pd.DataFrame, what: str) -> None:
    names, known = list(found.columns), list(wanted.columns)
    if names == known:
        return
    if sorted(map(str, names)) == sorted(map(str, known)):
        raise AssertionError(
            f"{what}: the columns are in another order: {_listed(names)} "
            f"instead of {_listed(known)}"
        )
    raise AssertionError(
        f"{what}: the columns are {_listed(names)} instead of {_listed(known)}"
    )


def _check_column(
    found: pd.Series[Any], wanted: pd.Series[Any], what: str, *, types: bool
) -> None:
    if types:
        assert found.dtype == wanted.dtype, (
            f'{what}: the column "{wanted.name}" is of type {found.dtype} '
            f"instead of {wanted.dtype}"
        )
    is_whole = pd.api.types.is_integer_dtype(wanted.dtype)
    assert not is_whole or not pd.api.types.is_float_dtype(found.dtype), (
        f'{what}: the whole numbers of the column "{wanted.name}" have become floats'
    )
    one, other = _values(found, types=types), _values(wanted, types=types)
    if not len(other):
        return
    try:
        assert_series_equal(
            one,
            other,
            check_dtype=types,
            check_exact=types,
            rtol=1e-9,
            check_categorical=types,
        )
    except AssertionError as error:
        raise AssertionError(_values_told(one, other, what)) from error


def _values(column: pd.Series[Any], *, types: bool) -> pd.Series[Any]:
    """Return a column without its index; with one way to say that a value is missing.

    Which one it was is a matter of types.
    """
    plain = column.reset_index(drop=True)
    mixed = not types and plain.dtype == object
    return plain.where(plain.notna(), None) if mixed else plain


def _values_told(one: pd.Series[Any], other: pd.Series[Any], what: str) -> str:
    for row, (found, wanted) in enumerate(zip(one, other, strict=True)):
        if repr(found) != repr(wanted):
            return (
                f'{what}: the column "{other.name}" has {found!r} '
                f"instead of {wanted!r} in row {row}"
            )
    return f'{what}: the column "{other.name}" has other values'


def _first_difference(found: Any, wanted: Any) -> str:
    if len(found) != len(wanted):
        kind = "characters" if isinstance(wanted, str) else "bytes"
        return f"{len(found)} {kind} instead of {len(wanted)}"
    position = next(
        i for i, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b
    )
    part = slice(position, position + 10)
    return f"{found[part]!r} instead of {wanted[part]!r} at position {position}"


def _listed(names: list[Any]) -> str:
    return ", ".join(map(str, names)) or "none"
