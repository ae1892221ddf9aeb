"""The pages of the documentation, taken apart: headings, anchors, links, code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from reference_pages.markdown import slug

ROOT = Path(__file__).parents[1]
_ID = re.compile(r'<a id="([^"]+)"></a>')


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code on a page."""

    path: Path
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Return all pages: those of docs/, and those beside what they are about."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    found += [*ROOT.glob("launchpad_*/*.md"), *ROOT.glob("launchpad_*/src/**/*.md")]
    found += [*ROOT.glob("examples/**/*.md"), ROOT / "benchmarks" / "README.md"]
    return sorted(found)


def code_blocks(path: Path) -> list[Block]:
    """Return the blocks of code on a page that say in which language they are."""
    return [
        Block(path, token.map[0] + 1, token.info.split()[0], token.content)
        for token in _tokens(path)
        if token.type == "fence" and token.info.strip() and token.map
    ]


def links(path: Path) -> list[str]:
    """Return where the links on a page lead to."""
    return [
        str(inner.attrs["href"])
        for token in _tokens(path)
        for inner in token.children or ()
        if inner.type == "link_open"
    ]


def anchors(path: Path) -> list[str]:
    """Return what links to a page may end with, behind the ``#``.

    They are those that GitHub makes of headings, and those that are written out where
    no heading makes the same.
    """
    tokens = _tokens(path)
    made: Counter[str] = Counter()
    found = []
    for heading in _headings(tokens):
        one = slug(heading)
        found.append(f"{one}-{made[one]}" if made[one] else one)
        made[one] += 1
    html = "".join(token.content for token in tokens if token.type == "html_block")
    html += "".join(token.content for token in tokens if token.type == "inline")
    return found + [one for one in _ID.findall(html) if one not in found]


def explicit_anchors(path: Path) -> list[str]:
    """Return the anchors of a page that are written out."""
    return _ID.findall(path.read_text("utf-8"))


def _headings(tokens: list[Token]) -> Iterator[str]:
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            parts = inline.children or ()
            yield "".join(part.content for part in parts)


@cache
def _tokens(path: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(path.read_text("utf-8"))
