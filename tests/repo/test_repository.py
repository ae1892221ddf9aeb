"""The rules of the repository; a rule without a test is no rule."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import importlib_metadata
import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = sorted(path.parent for path in ROOT.glob("*/pyproject.toml"))
PLUGINS = [folder for folder in DISTRIBUTIONS if folder.name != "launchpad_core"]

each = pytest.mark.parametrize("folder", DISTRIBUTIONS, ids=lambda path: path.name)
each_plugin = pytest.mark.parametrize("folder", PLUGINS, ids=lambda path: path.name)


@each
def test_distribution_is_complete(folder: Path) -> None:
    package = folder / "src" / folder.name

    for name in ("README.md", "CHANGELOG.md"):
        assert (folder / name).read_text("utf-8").startswith("# ")
    for name in ("__init__.py", "py.typed", "plugin.py"):
        assert (package / name).exists()
    assert not (folder / "__init__.py").exists()
    assert (ROOT / "tests" / folder.name).is_dir()


@each
def test_distribution_declares_what_it_should(folder: Path) -> None:
    name = folder.name.replace("_", "-")
    found = importlib_metadata.distribution(name)
    (entry,) = found.entry_points.select(group="launchpad")
    bounds: dict[str, set[str]] = {}
    for requirement in map(Requirement, found.requires or ()):
        if requirement.name == "launchpad-core" and "extra" in str(requirement.marker):
            continue  # the kit, in the version that is required anyway
        operators = {specifier.operator for specifier in requirement.specifier}
        bounds.setdefault(requirement.name, set()).update(operators)

    assert entry.value == f"{folder.name}.plugin"
    assert entry.name == folder.name.removeprefix("launchpad_")
    core = bounds.pop("launchpad-core", None)
    assert core == (None if name == "launchpad-core" else {">=", "<"})
    assert all(operators <= {">="} for operators in bounds.values()), bounds


@each
def test_modules_are_small(folder: Path) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (folder / "src").rglob("*.py")
        if (lines := len(path.read_text("utf-8").splitlines())) > 300
    }

    assert long == {}


@each_plugin
def test_plugins_do_not_know_each_other(folder: Path) -> None:
    others = "|".join(path.name for path in PLUGINS if path != folder)
    imported = re.compile(rf"^\s*(?:from|import) ({others})\b", re.MULTILINE)

    for path in (folder / "src").rglob("*.py"):
        assert imported.findall(path.read_text("utf-8")) == [], path


def test_core_knows_no_plugin() -> None:
    names = "|".join(path.name for path in PLUGINS)
    imported = re.compile(rf"^\s*(?:from|import) ({names})\b", re.MULTILINE)

    for path in (ROOT / "launchpad_core" / "src").rglob("*.py"):
        assert imported.findall(path.read_text("utf-8")) == [], path


def test_only_web_knows_flask() -> None:
    core = ROOT / "launchpad_core" / "src" / "launchpad_core"
    imported = re.compile(r"^\s*(?:from|import) (?:flask|werkzeug)\b", re.MULTILINE)

    for path in core.rglob("*.py"):
        if "web" not in path.relative_to(core).parts:
            assert not imported.search(path.read_text("utf-8")), path


def test_tests_are_no_packages() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_every_hook_holds_a_complete_plugin() -> None:
    from launchpad_core import hookspecs

    for name, hook in vars(hookspecs).items():
        if name.startswith("launchpad_"):
            example = str(hook.__doc__).partition("A complete plugin::")[2]
            module: dict[str, Any] = {}
            exec(dedent(example), module)
            assert list(module[name]()), name


def test_every_public_name_is_there() -> None:
    import launchpad_core

    for name in (*launchpad_core.__all__, "__version__"):
        assert getattr(launchpad_core, name) is not None, name
