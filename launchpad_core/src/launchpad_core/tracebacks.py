"""What model code raises, told with the developer's own lines and nobody else's."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from launchpad_core.errors import LaunchpadError, ModelCodeError
from launchpad_core.positions import Position, shown_path
from launchpad_core.runtime import ModelRuntime


@contextmanager
def developers_errors(what: str) -> Iterator[None]:
    """Turn whatever model code raises into an error with the developer's lines."""
    try:
        yield
    except LaunchpadError:
        raise
    except Exception as error:
        raise ModelCodeError(
            f"{what} raised {type(error).__name__}: {error}".rstrip(": "),
            where=_position_of(error),
            hint=_missing_module(error),
            traceback=own_traceback(error),
        ) from error


def _missing_module(error: Exception) -> str | None:
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return None
    return f"install what provides {error.name} for {sys.executable}"


def own_traceback(error: BaseException) -> str:
    """Return a traceback that starts at the developer's first line, not at ours.

    Ours are those of the core and of whatever else runs models. It is empty when there
    are none of the developer's lines in it.
    """
    if isinstance(error, ModelCodeError) and error.traceback:
        return error.traceback
    lines = traceback.format_list(_without_ours(error.__traceback__))
    return "".join(["Traceback (most recent call last):\n", *lines]) if lines else ""


def _without_ours(start: TracebackType | None) -> list[traceback.FrameSummary]:
    """Return the frames below ours: what called us is left out as well.

    What only the standard library has come to was called by us.
    """
    modules = [
        str(frame.f_globals.get("__name__")) for frame, _ in traceback.walk_tb(start)
    ]
    running_models = _running_models()
    ours = [not running_models.isdisjoint(_with_packages(name)) for name in modules]
    first = ours.index(True) if True in ours else 0
    found = [
        (frame, module)
        for frame, module, own in list(
            zip(traceback.extract_tb(start), modules, ours, strict=True)
        )[first:]
        if not own
        and not frame.filename.startswith("<frozen importlib")
        and Path(frame.filename).parent.name != "importlib"
    ]
    if all(module.partition(".")[0] in sys.stdlib_module_names for _, module in found):
        return []
    return [frame for frame, _ in found]


def _running_models() -> set[str]:
    """Return the packages of all model types; where there is none, their modules."""
    found: set[str] = set()
    waiting: list[type[ModelRuntime]] = [ModelRuntime]
    while waiting:
        runtime = waiting.pop()
        found.add(runtime.__module__.rpartition(".")[0] or runtime.__module__)
        waiting += runtime.__subclasses__()
    return found


def _with_packages(module: str) -> Iterator[str]:
    """Yield a module's name, and those of the packages that it is in."""
    while module:
        yield module
        module = module.rpartition(".")[0]


def _position_of(error: Exception) -> Position | None:
    if isinstance(error, SyntaxError) and error.filename:
        return Position(shown_path(Path(error.filename)), error.lineno or 1)
    frames = [
        frame
        for frame in _without_ours(error.__traceback__)
        if "site-packages" not in frame.filename and frame.filename.endswith(".py")
    ]
    if not frames:
        return None
    return Position(shown_path(Path(frames[-1].filename)), frames[-1].lineno or 1)
