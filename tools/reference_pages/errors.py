"""The page on errors: what each means, and the status that a program sees."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from reference_pages.docstrings import documentation
from reference_pages.markdown import blocks, link, slug, table
from reference_pages.own import PACKAGES, derived_classes

from launchpad_core.errors import LaunchpadError

_INTRODUCTION = """\
# Errors

All errors that launchpad raises on purpose derive from
[LaunchpadError](#launchpaderror): each says what is wrong, where (the position in a
file, if there is one), and what to do about it. The command prints one on stderr and
ends with its exit status. The web app answers with its HTTP status, as a problem
(RFC 9457)."""

_STATUSES = """\
## Exit statuses

| status | what it means |
|---|---|
| 0 | it worked |
| 1 | an error that has no other status, or the answer of a command that says so |
| 2 | a mistake in the config, the contract, the command line or a plugin |
| 3 | a training whose build is stored, but held back by `promote_if` |"""


def error_classes() -> list[type[LaunchpadError]]:
    """Return all public error classes of our distributions, each behind its base."""
    derived_classes(LaunchpadError)  # imports them, so that their bases know them
    return list(_below(LaunchpadError))


def page() -> str:
    """Return the page."""
    classes = error_classes()
    rows = [_row(one) for one in classes]
    return blocks(
        _INTRODUCTION,
        table(("error", "exit status", "HTTP status"), rows),
        _STATUSES,
        *(_section(one) for one in classes),
    )


def _below(base: type[LaunchpadError]) -> Iterator[type[LaunchpadError]]:
    own = base.__module__.partition(".")[0] in PACKAGES
    if own and not base.__name__.startswith("_"):
        yield base
    for derived in sorted(base.__subclasses__(), key=lambda one: one.__name__):
        yield from _below(derived)


def _row(error: type[LaunchpadError]) -> tuple[str, str, str]:
    return link(error.__name__), str(error.exit_status), str(error.http_status)


def _section(error: type[LaunchpadError]) -> str:
    base = error.__bases__[0]
    is_root = error is LaunchpadError
    name = error.__name__
    return blocks(
        f"### {name}" if not is_root else f"## Classes\n\n### {name}",
        documentation(error),
        f"`{error.__module__}.{name}`"
        + ("" if is_root else f", a [{base.__name__}](#{slug(base.__name__)})")
        + ("; abstract" if inspect.isabstract(error) else ""),
    )
