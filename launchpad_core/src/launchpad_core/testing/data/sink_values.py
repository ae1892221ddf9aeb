"""What data sinks keep to when values are missing, or can't be written."""

from __future__ import annotations

from typing import Any, NoReturn

import pandas as pd
import pytest

from launchpad_core.data import DataSink, Params
from launchpad_core.testing.data.equality import check_same
from launchpad_core.testing.data.sink_fixtures import Put, ReadBack, SinkFixtures
from launchpad_core.testing.rules import rule


class SinkValues(SinkFixtures):
    """The rules of values that are missing, or that can't be written."""

    @rule(needs=["frames"])
    def test_missing_values_are_read_back(
        self, put: Put, read_back: ReadBack, gaps: pd.DataFrame | None
    ) -> None:
        """A value that is missing is missing when it is read back; it isn't ``"nan"``.

        ``str(value)`` makes a text of it, which a model takes for a name; ask
        ``pandas.isna(value)`` before. Let the fixture ``gaps`` return None where a
        destination has no missing values.
        """
        if gaps is None:
            pytest.skip("the fixture gaps is None: no value can be missing")
        put(gaps)
        found = read_back()
        assert len(found) == len(gaps), f"{len(found)} of {len(gaps)} rows"
        for name in gaps.columns:
            for row, (value, wanted) in enumerate(
                zip(found[name], gaps[name], strict=True)
            ):
                if pd.isna(wanted):
                    assert pd.isna(value), (
                        f'the missing value of "{name}" in row {row} is read back as '
                        f"{value!r}"
                    )
                else:
                    assert not pd.isna(value), (
                        f'the value {wanted!r} of "{name}" in row {row} is missing'
                    )

    @rule(needs=["frames"], lacks=["append"])
    def test_old_data_stays_when_writing_fails(
        self,
        sink: DataSink,
        put: Put,
        read_back: ReadBack,
        frame: pd.DataFrame,
        params: Params | None,
    ) -> None:
        """When a value can't be written, what was there before stays as it was.

        It is in the last row, so that the others may be written by then. Write to a
        file beside and rename it (``launchpad_core.replacing`` does), or in a
        transaction. A sink that can write any value passes.
        """
        put(frame)
        name = frame.columns[-1]
        values = [*frame[name][:-1], _Unwritable()]
        bad = frame.assign(**{name: pd.Series(values, frame.index, dtype=object)})
        sizes = (None, 1) if "chunks" in self.capabilities else (None,)
        for size in sizes:
            try:
                sink.put_dataframe(bad, params, size)
            except Exception:
                check_same(read_back(), frame, what="the old data", types=False)
            else:
                put(frame)


class _Unwritable:
    """A value that has no text, and no bytes."""

    __slots__ = ()

    def _refuse(self, *_: Any) -> NoReturn:
        raise ValueError("this value can't be written")

    __repr__ = __str__ = __format__ = __reduce_ex__ = __float__ = __int__ = _refuse
