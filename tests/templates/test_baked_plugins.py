"""What the template of plugins yields: it works, and keeps its contracts, as it is."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import importlib_metadata
import pytest
from baked_plugins import KINDS, TEMPLATE, Baked, bake
from packaging.specifiers import SpecifierSet
from packaging.version import Version

LONGEST = "a_type_with_a_long_name1"

each = pytest.mark.parametrize("kind", KINDS)


@each
def test_tests_pass_at_once(kind: str, tmp_path: Path) -> None:
    done = bake(kind, tmp_path).test()

    assert done.returncode == 0, done.stdout
    assert re.search(r"^\d+ passed", done.stdout, re.MULTILINE)


@each
@pytest.mark.parametrize("type_", ["x", LONGEST])
def test_no_answer_is_left_open(kind: str, type_: str, tmp_path: Path) -> None:
    answers = {"type": type_, "summary": "Rows & 'more'", "author": "Zoë"}
    baked = bake(kind, tmp_path, build=False, **answers)

    texts = {
        path.relative_to(baked.folder).as_posix(): path.read_text("utf-8")
        for path in baked.folder.rglob("*")
        if path.is_file()
    }
    assert {"README.md", "LICENSE", ".gitignore", ".github/workflows/ci.yml"} <= {
        *texts
    }
    assert [name for name in texts if "cookiecutter" in texts[name]] == []
    for name in texts:
        assert texts[name].endswith("\n") or not texts[name], name
        assert not texts[name].endswith("\n\n"), name
        if name.endswith(".py"):
            ast.parse(texts[name])


def test_config_uses_the_type(tmp_path: Path) -> None:
    baked = bake("data source", tmp_path)
    (tmp_path / "readings.txt").write_text("city=Oslo degrees=-3.5\n", "utf-8")
    (tmp_path / "my_model.py").write_text(
        "def train(data_sources):\n"
        "    return float(data_sources['readings'].get_dataframe()['degrees'].sum())\n"
        "def test(model):\n"
        "    return {'degrees': model}\n",
        "utf-8",
    )
    section = re.search(r"```yaml\n(.*?)```", _readme(baked), re.DOTALL)
    assert section
    model = "model: {name: Weather, version: '1.0.0', module: my_model}\n"
    (tmp_path / "cfg.yml").write_text(section[1] + model, "utf-8")

    done = baked.run("-m", "launchpad_core", "-c", "cfg.yml", "train", cwd=tmp_path)

    assert json.loads(done.stdout) == {"degrees": -3.5}, done.stderr


def test_authors_write_few_lines(tmp_path: Path) -> None:
    baked = bake("data source", tmp_path)

    implementation = _lines_of_code(baked.package / "source.py")
    conformance = _lines_of_code(baked.package / "conformance.py")

    assert len(implementation) <= 30, implementation
    assert len(conformance) <= 15, conformance


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (
            {"type": "We-ather"},
            '"We-ather" is no name for a type: use lower case letters, digits and '
            "single _ between words, and begin with a letter, as in euro_csv\n",
        ),
        (
            {"type": "a_name_that_nobody_would_type"},
            '"a_name_that_nobody_would_type" is too long for a type: use at most 24 '
            "letters\n",
        ),
        (
            {"summary": "x" * 61},
            "the summary has 61 letters: use at most 60, as it stands in tables\n",
        ),
        (
            {"author": 'Zoë "Z"'},
            'the author holds one of the characters " and \\, or a line break\n',
        ),
        (
            {"distribution": "My Weather"},
            '"My Weather" is no name for a distribution: use lower case letters, '
            "digits and single - between words, as in launchpad-sources-weather\n",
        ),
        (
            {"distribution": "launchpad-core"},
            "launchpad-core is launchpad itself: give your distribution another name\n",
        ),
    ],
    ids=lambda value: "" if isinstance(value, str) else next(iter(value)),
)
def test_bad_answer_is_told(answers: dict[str, str], told: str, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        bake("data source", tmp_path, **answers)

    assert failed.value.stderr.decode("utf-8").startswith(told)
    assert list(tmp_path.iterdir()) == []


def test_bounds_are_those_of_this_core() -> None:
    asked = json.loads((TEMPLATE / "cookiecutter.json").read_text("utf-8"))
    core = Version(importlib_metadata.version("launchpad-core"))

    assert asked["__core"] == f">={core.major}.{core.minor},<{_next(core)}"
    assert SpecifierSet(asked["__core"]).contains(core)


def test_each_kind_has_all_its_parts() -> None:
    parts = {"implementation.py", "conformance.py", "test.py", "section.md"}

    for folder in (TEMPLATE / "templates").iterdir():
        if folder.name != "common":
            assert parts <= {path.name for path in folder.iterdir()}, folder.name


@each
@pytest.mark.parametrize("type_", ["x", LONGEST])
def test_styles_are_kept(kind: str, type_: str, tmp_path: Path) -> None:
    folder = bake(kind, tmp_path, build=False, type=type_).folder

    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", str(folder)]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def _readme(baked: Baked) -> str:
    return (baked.folder / "README.md").read_text("utf-8")


def _lines_of_code(path: Path) -> list[str]:
    """Return the lines with code, but for imports and docstrings."""
    text = path.read_text("utf-8")
    left_out: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or isinstance(node, (ast.Import, ast.ImportFrom)):
            left_out |= {*range(node.lineno, (node.end_lineno or 0) + 1)}
    lines = enumerate(text.splitlines(), start=1)
    return [line for number, line in lines if line.strip() and number not in left_out]


def _next(core: Version) -> str:
    return f"{core.major}.{core.minor + 1}"
