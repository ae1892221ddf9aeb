"""Write launchpad_core/known_types.yml: which distribution provides which type.

The core tells users by it what to install. The part below the line GENERATED is made
of what the distributions of this repository register. The part above is kept as it
is: third parties add their lines there, and they are checked. With ``--check``, write
nothing, and end with status 1 when the file isn't as it should be.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from launchpad_core.plugins import load_plugins
from launchpad_core.registrations import Command, Registration

ROOT = Path(__file__).parents[1]
FILE = ROOT / "launchpad_core" / "src" / "launchpad_core" / "known_types.yml"

BEGIN = "# --- Types of third parties: add your lines here, in alphabetical order.\n"
END = "# --- The end of the types of third parties.\n"
GENERATED = "# --- Types of launchpad's own plugins: written by tools/known_types.py.\n"
KINDS = {kind.kind for kind in Registration.__subclasses__()} - {Command.kind}

_LINE = re.compile(r"(?P<kind>[A-Za-z ]+) (?P<type>[^ ]+): (?P<distribution>[^ ]+)\n")
_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_DISTRIBUTION = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def known_types(text: str, generated: Iterable[str]) -> str:
    """Return the text of the file, with its generated part written anew.

    Args:
        text: The file as it is.
        generated: The lines of the generated part.
    """
    kept = text.partition(GENERATED)[0]
    return kept + GENERATED + "".join(sorted(generated))


def mistakes(text: str) -> Iterator[str]:
    """Yield what is wrong with the lines of third parties, each with its number."""
    lines = text.splitlines(keepends=True)
    if not lines.count(BEGIN) == lines.count(END) == lines.count(GENERATED) == 1:
        yield f"the lines {BEGIN.strip()!r}, {END.strip()!r} and the like must stay"
        return
    begin, end = lines.index(BEGIN) + 1, lines.index(END)
    of_launchpad = {_named(line) for line in lines[lines.index(GENERATED) + 1 :]}
    before = ""
    for number, line in enumerate(lines[begin:end], start=begin + 1):
        if wrong := _mistake(line, before, of_launchpad):
            yield f"line {number}: {wrong}"
        before = line
    for number, line in enumerate(lines, start=1):
        outside = not begin < number <= end and number <= lines.index(GENERATED)
        if outside and not line.startswith("#") and line.strip():
            yield f"line {number}: it isn't between the lines that begin with # ---"


def registered() -> Iterator[str]:
    """Yield a line for each type that a distribution of the repository provides."""
    own = {path.parent.name.replace("_", "-") for path in ROOT.glob("*/pyproject.toml")}
    for plugin in load_plugins():
        for found in plugin.registrations:
            if plugin.distribution in own and not isinstance(found, Command):
                yield f"{found.kind} {found.type}: {plugin.distribution}\n"


def _mistake(line: str, before: str, of_launchpad: set[str]) -> str | None:
    parts = _LINE.fullmatch(line)
    if parts is None:
        return "it should be KIND TYPE: DISTRIBUTION"
    if parts["kind"] not in KINDS:
        return f"{parts['kind']!r} is none of {', '.join(sorted(KINDS))}"
    if not _TYPE.fullmatch(parts["type"]):
        return f"{parts['type']!r} is no type: use lower case words, such as csv"
    if not _DISTRIBUTION.fullmatch(parts["distribution"]):
        return (
            f"{parts['distribution']!r} is no distribution's name: use lower case "
            "words with - between them"
        )
    if _named(line) in of_launchpad:
        return f"launchpad itself has a plugin for {_named(line)}"
    if _named(line) == _named(before):
        return f"{_named(line)} is there twice"
    if line < before:
        return f"it should stand before {before.strip()!r}"
    return None


def _named(line: str) -> str:
    return line.partition(":")[0]


def main(*arguments: str) -> None:
    """Write the file, or check it; end with status 1 and say what is wrong."""
    old = FILE.read_text("utf-8")
    new = known_types(old, registered())
    if wrong := list(mistakes(new)):
        sys.exit("\n".join(f"{FILE.name}: {mistake}" for mistake in wrong))
    if "--check" not in arguments:
        FILE.write_text(new, encoding="utf-8")
    elif new != old:
        sys.exit(f"{FILE.name} is stale: python tools/known_types.py writes it anew")


if __name__ == "__main__":
    main(*sys.argv[1:])
