"""Write the pages of the reference, and the page on contracts, from the code.

With ``--check``, write nothing, and end with status 1 when a page is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from reference_pages import cli, config, contracts, errors, hooks, public, testing

ROOT = Path(__file__).parents[1]
FIRST_LINE = "<!-- Written by tools/reference.py from the code: change it there. -->\n"

PAGES: Mapping[str, Callable[[], str]] = {
    "docs/reference/hooks.md": hooks.page,
    "docs/reference/config.md": config.page,
    "docs/reference/cli.md": cli.page,
    "docs/reference/errors.md": errors.page,
    "docs/reference/python.md": public.page,
    "docs/reference/testing.md": testing.page,
    "launchpad_core/src/launchpad_core/testing/contracts.md": contracts.page,
}


def text_of(path: str) -> str:
    """Return what a page should be, given its path below the repository."""
    return f"{FIRST_LINE}\n{PAGES[path]().strip()}\n"


def stale_pages() -> list[str]:
    """Return the paths of the pages that aren't what they should be."""
    return [path for path in PAGES if _written(path) != text_of(path)]


def _written(path: str) -> str | None:
    file = ROOT / path
    return file.read_text("utf-8") if file.exists() else None


def main(*arguments: str) -> None:
    """Write the pages, or check them; end with status 1 when one is stale."""
    stale = stale_pages()
    if "--check" in arguments:
        if stale:
            told = ", ".join(stale)
            sys.exit(f"stale: {told}: python tools/reference.py writes them anew")
        return
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text_of(path), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
