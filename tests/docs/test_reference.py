"""The generated pages are what the code says, and hold what they are linked to for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pages
import pytest
import reference
from reference_pages.contracts import contracts

from launchpad_core.testing import rules

pytestmark = pytest.mark.ecosystem

SCRIPT = pages.ROOT / "tools" / "reference.py"


def test_pages_are_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", reference.PAGES)
def test_page_says_that_it_is_generated(page: str) -> None:
    text = (pages.ROOT / page).read_text("utf-8")

    assert text.startswith(reference.FIRST_LINE)


def test_stale_page_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = "docs/reference/hooks.md"
    monkeypatch.setattr(reference, "ROOT", tmp_path)
    monkeypatch.setattr(reference, "PAGES", {page: reference.PAGES[page]})
    with pytest.raises(SystemExit, match=f"stale: {page}: "):
        reference.main("--check")

    reference.main()
    reference.main("--check")  # now it is there

    (tmp_path / page).write_text("# Hooks\n")
    with pytest.raises(SystemExit, match=f"stale: {page}: "):
        reference.main("--check")


def test_every_rule_is_explained_where_its_failures_link_to() -> None:
    written = pages.explicit_anchors(rules.PAGE)
    linked = {
        rules.anchor(test)
        for contract in contracts().values()
        for _, test in rules.rules_of(contract)
    }

    assert sorted(written) == sorted(linked)
    assert linked <= set(pages.anchors(rules.PAGE))
