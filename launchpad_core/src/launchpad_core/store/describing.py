"""All that is known about one build: as plain values, and as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from launchpad_core.plain import as_json
from launchpad_core.store.build import Build
from launchpad_core.store.diff.differences import mapping
from launchpad_core.store.diff.values import counted, extent, short, size
from launchpad_core.store.entries import Entry
from launchpad_core.store.finding import with_history
from launchpad_core.store.history import History

_WIDTH = 12
_DIGITS = 12
"""Digits of a hash that are shown."""


def described(build: Build, history: History) -> dict[str, Any]:
    """Return a build's metadata, metrics history, aliases and entries of the log."""
    return {
        **with_history(build, history),
        "aliases": list(build.aliases),
        "log": [
            {
                "number": entry.number,
                "action": entry.action,
                "alias": entry.alias,
                "details": entry.details,
                "at": entry.at,
                "by": entry.by,
            }
            for entry in _entries(build, history)
        ],
    }


def description_lines(build: Build, history: History) -> Iterator[str]:
    """Yield what people want to know of it; the rest is in :func:`described`."""
    metadata = with_history(build, history)
    yield str(build)
    yield from _row("aliases", ", ".join(build.aliases) or "none")
    yield from _row("held back", *_reasons(build, history))
    yield from _row("created", _created(metadata))
    yield from _row("code", _code(mapping(metadata.get("code"))))
    system = mapping(metadata.get("system"))
    yield from _row("system", _system(system), _software(system))
    yield from _row("data", *_data(mapping(metadata.get("data"))))
    yield from _row("metrics", *_metrics(metadata["metrics_history"]))
    yield from _row("files", *_files(metadata.get("files", {})))
    yield from _row("log", *(_logged(entry) for entry in _entries(build, history)))


def _entries(build: Build, history: History) -> list[Entry]:
    return [entry for entry in history.entries if entry.build == build.sha256]


def _reasons(build: Build, history: History) -> Iterator[str]:
    for entry in _entries(build, history):
        yield from entry.details.get("held_back", ())


def _row(label: str, *lines: str) -> Iterator[str]:
    """Yield lines behind a label, which stands once; nothing when there are none."""
    for line in filter(None, lines):
        yield f"  {label.ljust(_WIDTH)}{line}"
        label = ""


def _created(metadata: Mapping[str, Any]) -> str:
    by = metadata.get("created_by", "")
    host = mapping(metadata.get("system")).get("host", "")
    seconds = metadata.get("duration_seconds")
    return "".join(
        [
            time_of(metadata.get("created", "")),
            f" by {by}" if by else "",
            f" on {host}" if host else "",
            "" if seconds is None else f", in {short(seconds)} s",
        ]
    )


def time_of(at: str) -> str:
    """Return a time without what is smaller than a second."""
    return at[:19].replace("T", " ")


def _code(code: Mapping[str, Any]) -> str:
    if "commit" not in code:
        return ""
    return f"commit {code['commit']}" + (
        ", with changes that weren't committed" if code.get("dirty") else ""
    )


def _system(system: Mapping[str, Any]) -> str:
    packages = counted(len(system.get("packages", ())), "package")
    parts = (
        f"Python {system.get('python', '').partition(' ')[0]}",
        system.get("platform", ""),
        f"launchpad {system.get('launchpad_version', '')}",
        packages,
    )
    return ", ".join(filter(None, parts)) if system else ""


def _software(system: Mapping[str, Any]) -> str:
    versions = mapping(system.get("software"))
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def _data(data: Mapping[str, Any]) -> Iterator[str]:
    for function in ("train", "test"):
        for name, source in mapping(data.get(function)).items():
            columns = counted(len(source.get("columns", ())), "column")
            inside = f", {columns}" if "columns" in source else ""
            yield f"{function}: {name}, {extent(source)}{inside}"


def _metrics(measured: Mapping[str, Any]) -> Iterator[str]:
    for at, metrics in measured.items():
        yield f"{time_of(at)}  {as_json(metrics)}"


def _files(files: Mapping[str, Any]) -> Iterator[str]:
    width = max(map(len, files), default=0)
    for name, facts in files.items():
        yield f"{name.ljust(width)}  {size(facts['size'])}  {facts['sha256'][:_DIGITS]}"


def _logged(entry: Entry) -> str:
    """Return what happened; metrics and reasons stand elsewhere."""
    details = {
        key: entry.details[key]
        for key in entry.details
        if key not in ("metrics", "held_back")
    }
    parts = (
        f"{entry.number}. {entry.action}",
        entry.alias,
        f"by {entry.by} at {time_of(entry.at)}",
        as_json(details) if details else "",
    )
    return " ".join(filter(None, parts))
