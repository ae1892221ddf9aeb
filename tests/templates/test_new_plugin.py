"""``launchpad plugins new`` makes of the template what cookiecutter makes of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from cookiecutter.main import cookiecutter

from launchpad_core.promotion.template import template_folder

Cli = Callable[..., subprocess.CompletedProcess[str]]

NEW = ("plugins", "new", "weather", "--summary=Degrees", "--author=Jo")


def test_it_is_what_cookiecutter_makes(cli: Cli, tmp_path: Path) -> None:
    answers = {"summary": "Degrees", "author": "Jo", "provides": "data sink"}
    wanted = cookiecutter(
        str(template_folder()),
        no_input=True,
        extra_context=answers,
        output_dir=str(tmp_path / "wanted"),
        default_config=True,
    )

    done = cli(*NEW, "--provides=data sink")

    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert done.stderr == (
        "next:\n"
        "  pip install -e './launchpad-sinks-weather[test]'\n"
        "  pytest launchpad-sinks-weather\n"
    )
    made = tmp_path / "launchpad-sinks-weather"
    assert contents(made) == contents(Path(wanted))


def test_what_is_not_given_is_asked_for(cli: Cli, tmp_path: Path) -> None:
    done = cli("plugins", "new", "zipped", input="model store\nBuilds, zipped\nJo\n")

    assert done.returncode == 0, done.stderr
    plugin = tmp_path / "launchpad-store-zipped/src/launchpad_store_zipped/plugin.py"
    assert 'summary="Builds, zipped"' in plugin.read_text("utf-8")


def test_nothing_is_overwritten(cli: Cli, tmp_path: Path) -> None:
    mine = tmp_path / "launchpad-sources-weather"
    mine.write_text("mine")

    done = cli(*NEW, "--provides=data source")

    assert (done.returncode, done.stderr) == (
        1,
        "Error: there is launchpad-sources-weather already, which is left as it is\n"
        "  try: another folder by --output, or another name by --name\n",
    )
    assert [(path, path.read_text()) for path in tmp_path.iterdir()] == [(mine, "mine")]


def test_answers_that_make_no_distribution_are_refused(
    cli: Cli, tmp_path: Path
) -> None:
    done = cli(*NEW, "--provides=data source", "--name=launchpad-core")

    assert (done.returncode, done.stderr) == (
        1,
        "launchpad-core is launchpad itself: give your distribution another name\n"
        "Error: these answers make no distribution\n",
    )
    assert list(tmp_path.iterdir()) == []


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
