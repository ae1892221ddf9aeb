"""What R asks for while it works: data to read, data to write, facts to report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from launchpad_core import report
from launchpad_core.data import DataSink, DataSource, Resource
from launchpad_core.errors import DataError
from launchpad_core.runtime import Resources
from launchpad_core.spelling import did_you_mean

Question = Mapping[str, Any]


class Questions:
    """Answers the questions of one request.

    Args:
        resources: The data sources and sinks for the function that is running.

    Attributes:
        raised: What a source or sink raised last.
    """

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._readings: list[Iterator[Any]] = []
        self.raised: Exception | None = None
        self._answers: Mapping[str, Callable[[Question], Any]] = {
            "get_dataframe": self._get_dataframe,
            "next_chunk": self._next_chunk,
            "get_raw": self._get_raw,
            "put_dataframe": self._put_dataframe,
            "put_raw": self._put_raw,
            "report": self._report,
        }

    def __call__(self, question: Question) -> Any:
        """Return the answer to a question; it raises what sources and sinks raise."""
        try:
            return self._answers[question["what"]](question)
        except Exception as error:
            self.raised = error
            raise

    def _get_dataframe(self, question: Question) -> Any:
        source = self._source(question["name"])
        chunksize = question["chunksize"]
        if chunksize is None:
            return source.get_dataframe(_params(question))
        chunks = source.get_dataframe(_params(question), chunksize=_whole(chunksize))
        self._readings.append(iter(chunks))
        return len(self._readings) - 1

    def _next_chunk(self, question: Question) -> Any:
        return next(self._readings[question["reading"]], None)

    def _get_raw(self, question: Question) -> Any:
        return self._source(question["name"]).get_raw(_params(question))

    def _put_dataframe(self, question: Question) -> None:
        self._sink(question["name"]).put_dataframe(
            question["data"],
            _params(question),
            chunksize=_whole(question["chunksize"]),
        )

    def _put_raw(self, question: Question) -> None:
        sink = self._sink(question["name"])
        sink.put_raw(question["data"], _params(question))

    def _report(self, question: Question) -> None:
        report(question["name"], question["data"])

    def _source(self, name: str) -> DataSource:
        sources = self._resources.data_sources
        if name not in sources:
            raise _unknown(DataSource, name, sources)
        return sources[name]

    def _sink(self, name: str) -> DataSink:
        sinks = self._resources.data_sinks
        if name not in sinks:
            raise _unknown(DataSink, name, sinks)
        return sinks[name]


def _unknown(kind: type[Resource], name: str, known: Mapping[str, Any]) -> DataError:
    return DataError(
        f'there is no {kind.kind} "{name}" for this function',
        hint=did_you_mean(name, known)
        or ", ".join(known)
        or f"add it to {kind.listed_in}:, with the tag of this function or none",
    )


def _params(question: Question) -> Mapping[str, Any] | None:
    params = question["params"]
    if not params:  # also list(), which has no names yet
        return None
    if not isinstance(params, Mapping):
        raise DataError(
            f"params should be a named list, not {params!r}",
            hint="such as list(limit = 10)",
        )
    return params


def _whole(number: Any) -> Any:
    """Return a number that R keeps as a double, as the integer that it is."""
    return int(number) if isinstance(number, float) and number.is_integer() else number
