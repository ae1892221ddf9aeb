"""Markdown that GitHub shows and that MyST reads: headings, tables, code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def blocks(*parts: str) -> str:
    """Return parts with an empty line between them; empty ones are left out."""
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def fence(code: str, language: str) -> str:
    """Return a block of code."""
    return f"```{language}\n{code.strip()}\n```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; without rows, nothing."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(head), "|---" * len(head) + "|", *lines]) if lines else ""


def slug(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def link(heading: str) -> str:
    """Return a link to a heading on the same page."""
    return f"[{heading}](#{slug(heading)})"


def in_words(names: Sequence[str], *, last: str = "and") -> str:
    """Return names as a sentence has them: ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def _row(cells: Iterable[str]) -> str:
    texts = (" ".join(cell.split()).replace("|", r"\|") for cell in cells)
    return "| " + " | ".join(texts) + " |"
