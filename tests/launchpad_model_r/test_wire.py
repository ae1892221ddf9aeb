"""R's serialization is read as R writes it, and damaged content is an error."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from datetime import date

import pytest
from r_echo import Echo

from launchpad_model_r.serialization import messages, wire
from launchpad_model_r.serialization.wire import Unreadable

VALUES = {
    "NULL": None,
    "c(TRUE, NA)": [True, None],
    "c(1L, NA)": [1, None],
    "c(1.5, NA, Inf)": [1.5, None, float("inf")],
    "1+2i": 1 + 2j,
    "c('a', NA, 'h\\u00e9', '\\U1F600')": ["a", None, "hé", "😀"],
    "iconv('h\\u00e9', 'UTF-8', 'latin1')": "hé",
    "as.raw(c(0, 255))": b"\0\xff",
    "list(a = 1, 2)": {"a": 1.0, "2": 2.0},
    "factor(c('x', 'y', NA))": ["x", "y", None],
    "structure(0, class = 'Date')": date(1970, 1, 1),
    "matrix(c(1, 2, 3, 4), 2)": [[1.0, 3.0], [2.0, 4.0]],
    "list(list(names = c(a = 1)))": [{"names": 1.0}],
}


@pytest.fixture(scope="module")
def echo(rscript: str) -> Iterator[Echo]:
    """Return an R process through which values go, there and back."""
    with Echo(rscript) as process:
        yield process


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("code", VALUES)
def test_what_r_serializes_is_read(echo: Echo, code: str, version: int) -> None:
    asked = {"code": code, "plainly": True, "version": version}
    assert echo.answer(asked) == {"value": VALUES[code]}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("function(x) x", "a function can't be read"),
        ("globalenv()", "an environment can't be read"),
        ("quote(f(x))", "a call can't be read"),
        ("expression(x)", "an expression can't be read"),
        ("pairlist(a = 1)", "a pairlist can't be read"),
    ],
)
def test_what_has_no_form_in_python_is_named(
    echo: Echo, code: str, message: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        echo.answer({"code": code, "plainly": True})
    assert str(caught.value) == message


def test_altrep_is_refused(echo: Echo) -> None:
    with pytest.raises(Unreadable, match="ALTREP"):
        echo.answer({"code": "1:10", "plainly": True, "version": 3})


def test_a_length_is_checked_before_it_is_believed() -> None:
    start = b"B\n" + struct.pack("<iii", 2, 0, 0)
    for kind in (wire.DOUBLE, wire.LIST, wire.TEXT, wire.RAW):
        for length in (2**31 - 1, -2):
            with pytest.raises(Unreadable):
                wire.read(start + struct.pack("<ii", kind, length))
        with pytest.raises(Unreadable):
            wire.read(start + struct.pack("<iiiI", kind, -1, 2**30, 5))


def test_lists_can_be_nested_only_so_deep() -> None:
    start = b"B\n" + struct.pack("<iii", 2, 0, 0)
    with pytest.raises(Unreadable, match="nested more than 100 deep"):
        wire.read(start + struct.pack("<ii", wire.LIST, 1) * 100_000)


@pytest.fixture(scope="module")
def content(echo: Echo) -> bytes:
    """Return a message from R with something of every kind."""
    code = """list(
      data = data.frame(x = c(1, NA), n = 1:2, s = c('a', NA), l = c(TRUE, NA),
        f = factor(c('u', 'v'), ordered = TRUE), d = Sys.Date() + 0:1,
        t = as.POSIXct(c(0, 1), origin = '1970-01-01', tz = 'Europe/Berlin'),
        u = as.difftime(1:2, units = 'mins')),
      many = rep(c('many', 'h\\u00e9', NA), 20), m = matrix(1:6, 2), z = 1i,
      levels = factor(sprintf('l%d', 1:40)), r = as.raw(1:3),
      deep = list(list(a = I(1))))
    """
    return bytes(echo.content({"code": code}))


def test_content_that_is_cut_is_unreadable(content: bytes) -> None:
    messages.decode(content)
    for length in range(len(content)):
        with pytest.raises(Unreadable):
            messages.decode(content[:length])


def test_damaged_content_is_read_or_unreadable(content: bytes) -> None:
    chance = random.Random(20)
    unreadable = 0
    for _ in range(5000):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 1, 2, 8))):
            place = chance.randrange(len(damaged))
            damaged[place] = chance.choice((0, 1, 127, 128, 255, chance.randrange(256)))
        try:
            messages.decode(damaged)
        except Unreadable:
            unreadable += 1
    assert 500 < unreadable < 5000
