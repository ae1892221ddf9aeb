"""Links between pages lead somewhere, down to the heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pages
import pytest

each = pytest.mark.parametrize(
    "page", pages.pages(), ids=lambda page: str(page.relative_to(pages.ROOT))
)


@each
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


@each
def test_anchors_are_unlike(page: Path) -> None:
    """What a link means must not depend on which heading comes first."""
    written = pages.explicit_anchors(page)

    assert [one for one, count in Counter(written).items() if count > 1] == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page: its `code`\n\n[here](#a-page-its-code) [there](#there)\n"
        "[this](page.md#a-page-its-code) [that](page.md#that) [other](other.md)\n"
    )

    assert list(broken_links(page)) == ["#there", "page.md#that", "other.md"]


def test_every_page_of_docs_is_in_the_index() -> None:
    index = pages.ROOT / "docs" / "README.md"
    linked = {(index.parent / link).resolve() for link in pages.links(index)}
    others = set(pages.ROOT.glob("docs/**/*.md")) - {index}

    assert others - linked == set()


def broken_links(page: Path) -> Iterator[str]:
    for link in pages.links(page):
        if link.partition(":")[0] in ("http", "https", "mailto"):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in pages.anchors(target)):
            yield link
