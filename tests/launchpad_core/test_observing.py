"""Readings are looked at as model code reads, and model code doesn't notice."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from launchpad_core import DataSource, UnsupportedOperation
from launchpad_core.fingerprints import fingerprint_of
from launchpad_core.observing import Readings
from launchpad_core.runtime import Resources

FRAME = pd.DataFrame({"x": [1, 2, 3, 4, 5], "kind": list("aabab")})


class Petals(DataSource):
    """Has a frame, chunks and raw data."""

    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        if chunksize:
            return self._chunks(chunksize)
        return FRAME.iloc[: (params or {}).get("rows", 5)].copy()

    def get_raw(self, params: Any = None, chunksize: Any = None) -> Any:
        return (params or {}).get("raw", "blüten")

    def _chunks(self, chunksize: int) -> Iterator[pd.DataFrame]:
        for start in range(0, len(FRAME), chunksize):
            yield FRAME.iloc[start : start + chunksize].copy()


class File(DataSource):
    """Reads a CSV file as pandas gives it out in chunks."""

    def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
        return pd.read_csv(self.config["path"], chunksize=chunksize)


@pytest.fixture
def readings() -> Readings:
    return Readings()


@pytest.fixture
def petals(readings: Readings) -> DataSource:
    return observed(readings, Petals("petals", {"type": "petals"}))


def observed(readings: Readings, source: DataSource) -> DataSource:
    resources = readings.observed(Resources({source.id: source}))
    return resources.data_sources[source.id]


def test_frame_is_known_as_it_was_read(readings: Readings, petals: DataSource) -> None:
    frame: Any = petals.get_dataframe()
    frame["x"] = 0

    assert readings.as_plain() == {"petals": {**fingerprint_of(FRAME), "readings": 1}}


def test_chunks_are_known_as_one(readings: Readings, petals: DataSource) -> None:
    chunks = petals.get_dataframe(chunksize=2)

    assert [len(chunk) for chunk in chunks] == [2, 2, 1]
    assert readings.as_plain() == {"petals": {**fingerprint_of(FRAME), "readings": 1}}


def test_chunks_that_nobody_took_are_unknown(
    readings: Readings, petals: DataSource
) -> None:
    chunks: Any = petals.get_dataframe(chunksize=2)
    next(chunks)
    chunks.close()

    assert readings.as_plain()["petals"]["rows"] == 2
    assert list(chunks) == []


def test_reader_of_a_file_stays_one(readings: Readings, tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "x.csv", index=False)
    file = File("file", {"type": "file", "path": str(tmp_path / "x.csv")})

    with observed(readings, file).get_dataframe(chunksize=4) as reader:  # type: ignore[union-attr]
        assert [len(chunk) for chunk in reader] == [4, 1]

    assert reader.handles.handle.closed
    assert readings.as_plain()["file"]["rows"] == 5


@pytest.mark.parametrize("raw", ["blüten", "blüten".encode(), bytearray(b"x"), ""])
def test_raw_data_have_size_and_sha256(
    readings: Readings, petals: DataSource, raw: Any
) -> None:
    content = raw.encode() if isinstance(raw, str) else bytes(raw)

    assert petals.get_raw({"raw": raw}) is raw

    assert readings.as_plain() == {
        "petals": {
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "readings": 1,
        }
    }


def test_first_of_several_readings_is_kept(
    readings: Readings, petals: DataSource
) -> None:
    for rows in (2, 3, 4):
        petals.get_dataframe({"rows": rows})

    known = readings.as_plain()["petals"]
    assert (known["rows"], known["readings"]) == (2, 3)


def test_what_is_no_frame_has_its_type(readings: Readings) -> None:
    class Odd(DataSource):
        def get_dataframe(self, *args: Any, **kwargs: Any) -> Any:
            return [FRAME]

    observed(readings, Odd("odd", {"type": "odd"})).get_dataframe()

    assert readings.as_plain() == {"odd": {"type": "builtins.list", "readings": 1}}


def test_reading_that_fails_is_no_reading(readings: Readings) -> None:
    source = observed(readings, File("file", {"type": "file"}))

    with pytest.raises(UnsupportedOperation):
        source.get_raw()

    assert readings.as_plain() == {}


def test_model_code_sees_its_source(petals: DataSource) -> None:
    assert isinstance(petals, Petals)
    assert type(pickle.loads(pickle.dumps(petals))) is Petals
