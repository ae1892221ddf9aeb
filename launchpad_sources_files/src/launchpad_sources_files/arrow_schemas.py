"""The schema of a table that is appended to: whether a further table has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from launchpad_sources_files.arrow_types import Trial, told_of, with_told
from launchpad_sources_files.faults import Refusal


def continued(old: pa.Schema, new: pa.Table, trial: Trial) -> pa.Table:
    """Return a table with the schema of the one that it is appended to.

    Raises:
        Refusal: When the schemas differ.
    """
    found = trial(new.slice(0, 0)).schema
    before, after = told_of(old), told_of(new.schema)
    if old.names != found.names:
        raise Refusal(
            f"its columns are {', '.join(old.names)}, and those of the frame "
            f"{', '.join(found.names)}",
            hint="write the same columns in the same order, or mode: replace",
        )
    merged = dict(before)
    for name in old.names:
        one, other = old.field(name).type, found.field(name).type
        told = _merged(before.get(name, {}), after.get(name, {}))
        if told is None or not _plain(one).equals(_plain(other)):
            one, other = _plain(one), _plain(other)
            what = f"{other}, and {one}" if one != other else f"{one}, but not as"
            raise Refusal(
                f'column "{name}" is {what} in what is there',
                hint="convert it before it is written, or mode: replace",
            )
        if told:
            merged[name] = told
    return with_told(new.cast(old), merged)


def _merged(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what is told about both parts of a column; None if they don't agree."""
    if one == other:
        return dict(one)
    both = [told.get("missing", "unlike") for told in (one, other)]
    if None in both and "unlike" not in both:
        return {"missing": both[0] or both[1]}
    return None


def _plain(type_: pa.DataType) -> pa.DataType:
    """Return a type; of two that hold the same, such as large strings, one."""
    if pa.types.is_large_string(type_):
        return pa.string()
    if pa.types.is_dictionary(type_):
        return pa.dictionary(pa.int32(), _plain(type_.value_type), type_.ordered)
    return type_
