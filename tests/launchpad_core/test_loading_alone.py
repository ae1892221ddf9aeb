"""What plugins do when they are loaded, besides registering: it is seen, and told."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import indent

import pytest

from launchpad_core.testing import fake_distribution, installed
from launchpad_core.testing.plugins.loading import Loading, load_alone

HOOK = """
    from launchpad_core import hookimpl

    @hookimpl
    def launchpad_data_sources():
        return ()
"""


def loading(folder: Path, does: str) -> Loading:
    """Return what came of loading a plugin that does something at its top."""
    plugin = f"{indent(does, '    ')}\n{HOOK}"
    with installed(fake_distribution(folder, plugin=plugin)):
        return load_alone("launchpad-good")


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("import threading as t\nt.Thread(target=dict).start()", "starts a thread"),
        (
            f"import subprocess as s\ns.run([{sys.executable!r}, '-V'], stdout=-3)",
            f"starts {sys.executable}",
        ),
        ("import os\nos.environ['STATION'] = 'Oslo'", "changes the environment"),
        ("import os\nos.chdir('/')", "changes the working directory"),
        ("import socket\nsocket.getaddrinfo('127.0.0.1', 9)", "connects to 127.0.0.1"),
        ("open(__file__ + '.log', 'a').close()", "writes to"),
    ],
)
def test_effects_are_seen(does: str, told: str, tmp_path: Path) -> None:
    (found,) = loading(tmp_path, does).effects
    assert found.startswith(f"launchpad_good.plugin {told}")


@pytest.mark.parametrize(
    "does",
    [
        "import importlib.metadata as m\n__version__ = m.version('launchpad-good')",
        "from importlib.resources import files\ntext = files(__package__)",
        "import os\nstation = os.environ.get('STATION')",
        "import asyncio, concurrent.futures, logging, multiprocessing, sqlite3, ssl",
    ],
)
def test_nothing_is_seen_where_nothing_is_done(does: str, tmp_path: Path) -> None:
    assert loading(tmp_path, does) == Loading()


def test_what_others_do_is_not_told_twice(tmp_path: Path) -> None:
    found = loading(tmp_path, "import pandas")
    assert found.effects == ()
    assert found.heavy == ("pandas, imported by launchpad_good.plugin",)


def test_what_goes_past_python_to_stdout_is_seen(tmp_path: Path) -> None:
    assert loading(tmp_path, "import os\nos.write(1, b'hello')").printed == "hello"
