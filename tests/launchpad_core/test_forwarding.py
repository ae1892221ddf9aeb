"""Sources and sinks around others are, to model code, what they wrap."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from launchpad_core import DataSink, DataSource
from launchpad_core.cached import CachedSource
from launchpad_core.errors import UnsupportedOperation
from launchpad_core.forwarding import ForwardingSink, ForwardingSource


class Own(DataSource):
    """Has a method of its own, and takes an argument of its own."""

    def get_dataframe(self, params: Any = None, buffer: bool = False) -> Any:
        return params, buffer

    def get_raw(self, params: Any = None, chunksize: Any = None) -> Any:
        return params, chunksize

    @property
    def asked(self) -> frozenset[str]:
        return frozenset({"day"})

    def explain(self) -> str:
        return "reads its own"

    def tables(self) -> list[str]:
        return ["petals"]


class OwnSink(DataSink):
    """Keeps what it is given."""

    written: tuple[Any, ...] = ()

    def put_dataframe(self, *args: Any, **kwargs: Any) -> None:
        self.written = (args, kwargs)

    def put_raw(self, *args: Any, **kwargs: Any) -> None:
        self.written = (args, kwargs)


SECTION = {"type": "own", "options": {"sep": ";"}, "expires": -1}
SINK_SECTION = {"type": "own", "options": {"sep": ";"}}


def test_source_hands_everything_on() -> None:
    own = Own("x", SECTION, {"host": "here"})
    source = ForwardingSource(own)

    for name in ("id", "config", "settings", "options", "connection", "asked"):
        assert getattr(source, name) == getattr(own, name)
    assert source.explain() == "reads its own"
    assert source.tables() == ["petals"]
    assert source.get_dataframe({"day": 1}, buffer=True) == ({"day": 1}, True)
    assert source.get_raw(chunksize=3) == (None, 3)


def test_sink_hands_everything_on() -> None:
    own = OwnSink("x", SINK_SECTION, {"host": "here"})
    sink = ForwardingSink(own)

    for name in ("id", "config", "settings", "options", "connection", "asked"):
        assert getattr(sink, name) == getattr(own, name)
    sink.put_dataframe("frame", chunksize=3)
    assert sink.written == (("frame",), {"chunksize": 3})
    sink.put_raw("text")
    assert sink.written == (("text",), {})


def test_sink_that_can_not_be_tried_says_so_through_a_wrapper() -> None:
    sink = ForwardingSink(OwnSink("x", SINK_SECTION))

    with pytest.raises(UnsupportedOperation, match=r"^\"x\" of .* be tried$"):
        sink.try_destination()


def test_wrapper_is_of_the_class_that_it_wraps() -> None:
    source = ForwardingSource(CachedSource.around(Own("x", SECTION)))

    assert isinstance(source, Own)
    assert isinstance(source, ForwardingSource)
    assert isinstance(ForwardingSink(OwnSink("x", SINK_SECTION)), OwnSink)


def test_wrapper_is_copied_and_pickled_as_what_it_wraps() -> None:
    source = CachedSource.around(Own("x", SECTION))
    sink = ForwardingSink(OwnSink("x", SINK_SECTION))

    assert type(pickle.loads(pickle.dumps(source))) is Own
    assert type(copy.deepcopy(source)) is Own
    assert type(pickle.loads(pickle.dumps(sink))) is OwnSink


@pytest.mark.parametrize("wrapper", [ForwardingSource, ForwardingSink])
def test_wrapper_around_nothing_yet_has_no_attributes(wrapper: Any) -> None:
    with pytest.raises(AttributeError, match=r"_(source|sink)"):
        _ = wrapper.__new__(wrapper).anything
