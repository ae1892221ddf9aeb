"""What the core tells users to install, and the lines that third parties add to it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import known_types
import pytest

from launchpad_core.known_types import read_known_types

OWN = "data source csv: launchpad-sources-files\n"
TEXT = known_types.FILE.read_text("utf-8")


def with_lines(*lines: str) -> str:
    """Return the file as it would be with lines of third parties."""
    added = known_types.BEGIN + "".join(f"{line}\n" for line in lines)
    return TEXT.replace(known_types.BEGIN, added)


def test_generated_part_is_what_the_distributions_register() -> None:
    script = known_types.ROOT / "tools" / "known_types.py"

    subprocess.run([sys.executable, str(script), "--check"], check=True)


def test_lines_of_third_parties_are_kept() -> None:
    text = known_types.known_types(with_lines("model type julia: jules"), [OWN])

    assert text.partition(known_types.BEGIN)[2] == (
        f"model type julia: jules\n{known_types.END}\n{known_types.GENERATED}{OWN}"
    )
    assert read_known_types(text) == {
        "model type": {"julia": "jules"},
        "data source": {"csv": "launchpad-sources-files"},
    }


def test_lines_that_are_as_they_should_be() -> None:
    lines = ("data sink dbms.tree: tree-sql", "data source tree: tree-files")

    assert list(known_types.mistakes(with_lines(*lines))) == []


@pytest.mark.parametrize(
    ("lines", "mistake"),
    [
        (["weather"], "it should be KIND TYPE: DISTRIBUTION"),
        ([""], "it should be KIND TYPE: DISTRIBUTION"),
        (
            ["data well weather: w"],
            "'data well' is none of API format, data sink, data source, model store, "
            "model type",
        ),
        (
            ["data source Weather: w"],
            "'Weather' is no type: use lower case words, such as csv",
        ),
        (
            ["data source weather: W_x"],
            "'W_x' is no distribution's name: use lower case words with - between them",
        ),
        (
            ["data source csv: fast-csv"],
            "launchpad itself has a plugin for data source csv",
        ),
        (
            ["data source tree: t", "data source ivy: i"],
            "it should stand before 'data source tree: t'",
        ),
        (
            ["data source ivy: i", "data source ivy: j"],
            "data source ivy is there twice",
        ),
    ],
)
def test_mistake_in_a_line(lines: list[str], mistake: str) -> None:
    begin = TEXT.splitlines(keepends=True).index(known_types.BEGIN) + 1

    assert list(known_types.mistakes(with_lines(*lines))) == [
        f"line {begin + len(lines)}: {mistake}"
    ]


def test_line_outside_of_the_block() -> None:
    text = "data source ivy: i\n" + TEXT

    assert list(known_types.mistakes(text)) == [
        "line 1: it isn't between the lines that begin with # ---"
    ]


def test_marks_must_stay() -> None:
    assert list(known_types.mistakes(TEXT.replace(known_types.END, ""))) == [
        f"the lines {known_types.BEGIN.strip()!r}, {known_types.END.strip()!r} "
        "and the like must stay"
    ]


def test_file_is_read_only_for_a_type_that_is_not_provided(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from launchpad_core.known_types import known_types\n"
        "from launchpad_core.plugins import load_plugins\n"
        "from launchpad_core.registrations import ModelType\n"
        "from launchpad_core.registry import Registry\n"
        "registry = Registry(load_plugins())\n"
        "registry.provider(ModelType, 'python')\n"
        "assert 'yaml' not in sys.modules\n"
        "assert known_types.cache_info().misses == 0\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
