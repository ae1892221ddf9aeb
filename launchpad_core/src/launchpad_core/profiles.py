"""What many values look like, in a few numbers; more can be added at any time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

SAMPLE = 100_000
"""How many numbers quartiles are taken from at most."""

DISTINCT = 1_000_000
"""How many distinct values are counted; of more, the number is estimated."""

FEW = 20
SHORT = 50

Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint64]


class Numbers:
    """Range, mean, standard deviation and quartiles; of infinities, the number.

    Mean and deviation are combined by the formulas of Chan, Golub and LeVeque (1983).
    Quartiles are those of a random sample where there are more numbers than
    ``SAMPLE``. What is too large for a float is None.
    """

    def __init__(self) -> None:
        self._count = 0
        self._infinite = 0
        self._mean = 0.0
        self._squares = 0.0
        self._range: tuple[Any, ...] = ()
        self._sample = _Sample()

    def add(self, values: npt.NDArray[Any]) -> None:
        """Add integers or floats, none of them NaN."""
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            self._infinite += int(len(values) - finite.sum())
            values = values[finite]
        if not len(values):
            return
        self._range = _range([*self._range, values.min().item(), values.max().item()])
        with np.errstate(over="ignore", invalid="ignore"):
            self._add_moments(values.astype(np.float64))
        self._sample.add(values.astype(np.float64))

    def as_plain(self) -> dict[str, Any]:
        """Return what is known; nothing if there were no numbers."""
        infinite = {"infinite": self._infinite} if self._infinite else {}
        if not self._count:
            return infinite
        with np.errstate(over="ignore", invalid="ignore"):
            variance = np.float64(self._squares) / max(self._count - 1, 1)
            quartiles = np.quantile(self._sample.values(), [0.25, 0.5, 0.75])
        return {
            **dict(zip(("min", "max"), self._range, strict=True)),
            "mean": _finite(self._mean),
            "std": _finite(np.sqrt(variance)) if self._count > 1 else None,
            "quartiles": [_finite(quartile) for quartile in quartiles],
            **infinite,
        }

    def _add_moments(self, values: Floats) -> None:
        count, mean = len(values), np.mean(values)
        squares = np.square(values - mean).sum()
        total, apart = self._count + count, mean - self._mean
        between = apart**2 * self._count * count / total
        self._squares += float(squares + between)
        self._mean += float(apart) * count / total
        self._count = total


class Moments:
    """The first and the last of moments or days, to the microsecond."""

    def __init__(self) -> None:
        self._range: tuple[Any, ...] = ()
        self._in_utc = False

    def add(self, moments: npt.NDArray[np.datetime64], *, in_utc: bool) -> None:
        """Add moments, none of them NaT, as ``datetime64[us]``."""
        if len(moments):
            self._range = _range([*self._range, moments.min(), moments.max()])
            self._in_utc |= in_utc

    def as_plain(self) -> dict[str, Any]:
        """Return what is known; nothing if there were no moments."""
        text: Any = np.datetime_as_string
        zone = "UTC" if self._in_utc else "naive"
        texts = [str(text(one, unit="auto", timezone=zone)) for one in self._range]
        return dict(zip(("min", "max"), texts, strict=True)) if texts else {}


class Values:
    """How many distinct values there are, and the share of each if they are few.

    Values are kept if there are no more than ``FEW``, none longer than ``SHORT``, and
    they repeat themselves, twice on average: others may be names or free text, and
    that is nobody's business.
    """

    def __init__(self) -> None:
        self._count = 0
        self._counts: Counter[str] | None = Counter()
        self._distinct = _Distinct()

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Add values, each with the number of its occurrences."""
        self._count += sum(counts.values())
        self._distinct.add(counts)
        if self._counts is not None:
            self._counts.update(counts)
            if len(self._counts) > FEW:
                self._counts = None

    def add_many(self, values: Iterable[str], *, count: int) -> None:
        """Add values of which more than a few are distinct."""
        self._count += count
        self._distinct.add(values)
        self._counts = None

    def as_plain(self) -> dict[str, Any]:
        """Return what is known; nothing if there were no values."""
        if not self._count:
            return {}
        distinct = {"distinct": min(self._distinct.number(), self._count)}
        counts = self._counts
        if not counts or not self._are_repeated(counts) or not _are_short(counts):
            return distinct
        by_number = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        shares = {value: number / self._count for value, number in by_number}
        return {**distinct, "shares": shares}

    def _are_repeated(self, counts: Mapping[str, int]) -> bool:
        return self._count >= 2 * len(counts)


class Booleans:
    """The shares of True and False."""

    def __init__(self) -> None:
        self._counts = [0, 0]

    def add(self, values: npt.NDArray[np.bool_]) -> None:
        """Add truth values."""
        true = int(values.sum())
        self._counts[False] += len(values) - true
        self._counts[True] += true

    def as_plain(self) -> dict[str, Any]:
        """Return what is known; nothing if there were no truth values."""
        false, true = self._counts
        if not false + true:
            return {}
        shares = {"false": false / (false + true), "true": true / (false + true)}
        return {"distinct": bool(false) + bool(true), "shares": shares}


class _Sample:
    """A random sample: the values with the lowest of random keys; always the same."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)
        self._bound = 1.0
        self._keys: list[Floats] = []
        self._values: list[Floats] = []
        self._size = 0

    def add(self, values: Floats) -> None:
        keys = self._random.random(len(values))
        low = keys < self._bound
        self._keys.append(keys[low])
        self._values.append(values[low])
        self._size += len(self._keys[-1])
        if self._size > 2 * SAMPLE:
            self._compact()

    def values(self) -> Floats:
        self._compact()
        return self._values[0]

    def _compact(self) -> None:
        keys, values = np.concatenate(self._keys), np.concatenate(self._values)
        if len(keys) > SAMPLE:
            lowest = np.argpartition(keys, SAMPLE)[:SAMPLE]
            keys, values = keys[lowest], values[lowest]
            self._bound = keys.max()
        self._keys, self._values, self._size = [keys], [values], len(keys)


class _Distinct:
    """Counts distinct values by the lowest of their hashes.

    Beyond ``DISTINCT`` it estimates as Bar-Yossef et al. do in "Counting distinct
    elements in a data stream" (2002), here within about 0.1 %.
    """

    def __init__(self) -> None:
        self._hashes: list[Hashes] = []
        self._size = 0

    def add(self, values: Iterable[str]) -> None:
        signed = np.fromiter(map(str.__hash__, values), dtype=np.int64)
        self._hashes.append(signed.view(np.uint64))
        self._size += len(signed)
        if self._size > 2 * DISTINCT:
            self._compact()

    def number(self) -> int:
        self._compact()
        hashes = self._hashes[0]
        if len(hashes) < DISTINCT:
            return len(hashes)
        return round((DISTINCT - 1) * 2.0**64 / float(hashes[-1]))

    def _compact(self) -> None:
        hashes = np.sort(np.concatenate(self._hashes))  # np.unique takes much longer
        is_new = np.append(True, hashes[1:] != hashes[:-1])
        hashes = hashes[is_new][:DISTINCT]
        self._hashes, self._size = [hashes], len(hashes)


def _range(values: Iterable[Any]) -> tuple[Any, Any]:
    ordered = sorted(values)
    return ordered[0], ordered[-1]


def _finite(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


def _are_short(values: Iterable[str]) -> bool:
    return all(len(value) <= SHORT for value in values)
