"""What authors are shown is public: it is exported, and so goes on working."""

from __future__ import annotations

import re
from pathlib import Path

import pages
import pytest

import launchpad_core
from launchpad_core import testing

pytestmark = pytest.mark.ecosystem

EXPORTED = {
    "launchpad_core": {*launchpad_core.__all__, "__version__"},
    "launchpad_core.testing": set(testing.__all__),
}
TEMPLATE = sorted((pages.ROOT / "cookiecutter-plugin").rglob("*.py"))
BLOCKS = [
    block
    for page in pages.pages()
    for block in pages.code_blocks(page)
    if block.language == "python" and "launchpad_core" in block.code
]
_IMPORT = re.compile(
    r"^from (launchpad_core[\w.]*) import (?:\(([^)]*)\)|(.*))$", re.MULTILINE
)


def private_imports(code: str) -> list[str]:
    return [
        f"{module}.{name}"
        for module, some, others in _IMPORT.findall(code)
        for name in re.findall(r"\w+", re.sub(r"\{.*\}", "", some or others))
        if name not in EXPORTED.get(module, ())
    ]


@pytest.mark.parametrize(
    "path", TEMPLATE, ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_template_imports_only_what_is_public(path: Path) -> None:
    assert private_imports(path.read_text("utf-8")) == []


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_examples_import_only_what_is_public(block: pages.Block) -> None:
    assert private_imports(block.code) == []


def test_private_imports_are_found() -> None:
    code = (
        "from launchpad_core import (\n    DataSource,\n    registry,\n)\n"
        "from launchpad_core.settings import ConfigPath\n"
        "from launchpad_core.testing import DataSourceContract, nothing\n"
    )

    assert private_imports(code) == [
        "launchpad_core.registry",
        "launchpad_core.settings.ConfigPath",
        "launchpad_core.testing.nothing",
    ]
