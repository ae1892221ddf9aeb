"""What goes wrong in R, as launchpad tells it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from launchpad_core.errors import LaunchpadError, ModelCodeError, UnloadableModel
from launchpad_core.positions import Position, shown_path
from launchpad_core.runtime import Input
from launchpad_core.schemas.faults import Problem, Unfit
from launchpad_model_r.processes.endings import Ended
from launchpad_model_r.serialization.unsendable import Unsendable

logger = logging.getLogger(__name__)

_OF_PYTHON = "python_error"
_PARSE_ERROR = re.compile(r"(?P<file>.+?):(?P<line>\d+):\d+: (?P<what>[^\n]*)")

Call = Mapping[str, Any]
"""A call of a trace: ``call``, and ``file`` and ``line`` where R knows them."""


def fault(
    what: str,
    error: Mapping[str, Any],
    raised: Exception | None = None,
    *,
    where: Position | None = None,
) -> LaunchpadError:
    """Return the error that a reply of R tells.

    Args:
        what: What was going on, such as ``train``.
        error: R's reply.
        raised: What Python raised last when R asked it for something.
        where: Where the config asks for it, when no line of the code does.
    """
    if raised is not None and _OF_PYTHON in error["classes"]:
        return _of_python(what, error, raised)
    if error["packages"]:
        return missing_packages(error["packages"], _place(error["trace"]) or where)
    unparsable = _PARSE_ERROR.match(error["message"])
    if unparsable and not error["trace"]:
        return ModelCodeError(
            f"R can't read the model code: {unparsable['what']}",
            where=Position(
                shown_path(Path(unparsable["file"])), int(unparsable["line"])
            ),
        )
    return _stopped(what, error)


def missing_packages(names: Sequence[str], where: Position | None) -> ModelCodeError:
    """Return the error that tells which R packages have to be installed."""
    several = len(names) > 1
    quoted = ", ".join(f'"{name}"' for name in names)
    install = f"c({quoted})" if several else quoted
    return ModelCodeError(
        f"the R package{'s' if several else ''} {', '.join(names)} "
        f"{'are' if several else 'is'} not installed",
        where=where,
        hint=f"Rscript -e 'install.packages({install})'",
    )


def too_slow(what: str, timeout: float | None) -> ModelCodeError:
    """Return the error of a request that was given up."""
    return ModelCodeError(
        f"{what} took longer than {timeout:g} seconds, and its R process was ended",
        hint="timeout: in the section model",
    )


def ended(what: str, error: Ended) -> ModelCodeError:
    """Return the error of a request during which R ended."""
    return ModelCodeError(f"{what}: {error.message}", hint=error.hint)


def unloadable(error: Mapping[str, Any]) -> UnloadableModel:
    """Return the error of a model that R can't make an object of."""
    return UnloadableModel(
        f"the stored model can't be loaded in R: {error['message']}",
        hint="launchpad train, or the R packages that it was trained with",
    )


def unfit(error: Unsendable, input: Input) -> Unfit:
    """Return the error of a request that holds what R can't be told."""
    _, name, *inside = error.path
    if input == "frame":
        row = inside[0] if inside else 0
        path = (row, name)
    else:
        path = (name, *inside)
    return Unfit(Problem("type", f"holds {error.what}, which R can't", path))


def log_warnings(what: str, warnings: Iterable[Mapping[str, Any]]) -> None:
    """Log what R warned of while it worked on a request."""
    for warning in warnings:
        place = _place([warning["place"]] if warning["place"] else [])
        call = f" (in {warning['call']})" if warning["call"] else ""
        located = f"{place}: " if place else ""
        logger.warning("%s%s warned: %s%s", located, what, warning["message"], call)


def _of_python(
    what: str, error: Mapping[str, Any], raised: Exception
) -> LaunchpadError:
    if isinstance(raised, LaunchpadError):
        return raised
    told = _stopped(what, error)
    told.__cause__ = raised
    return told


def _stopped(what: str, error: Mapping[str, Any]) -> ModelCodeError:
    return ModelCodeError(
        f"{what} stopped: {error['message'].rstrip()}",
        where=_place(error["trace"]),
        traceback=_traceback(error["trace"]),
    )


def _place(trace: Sequence[Call]) -> Position | None:
    known = [call for call in trace if call["file"]]
    return _position(known[-1]) if known else None


def _position(call: Call) -> Position:
    return Position(shown_path(Path(call["file"])), call["line"])


def _traceback(trace: Sequence[Call]) -> str:
    if not trace:
        return ""
    return "".join(["Traceback of R (most recent call last):\n", *_lines(trace)])


def _lines(trace: Sequence[Call]) -> Iterator[str]:
    for call in trace:
        place = f"{_position(call)}: " if call["file"] else ""
        yield f"  {place}{call['call']}\n"
