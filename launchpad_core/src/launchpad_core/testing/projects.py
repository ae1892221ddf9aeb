"""Small projects: a config from a text, the command, and the API that is asked."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from launchpad_core import config as configs
from launchpad_core import logs, plugins
from launchpad_core.sections import Section

_OF_THE_CALLER = (configs.ENVIRONMENT, logs.ENVIRONMENT, plugins.NO_PLUGIN)


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a command.

    Attributes:
        status: Its exit status.
        stdout: What it wrote to stdout.
        stderr: What it wrote to stderr.
    """

    status: int
    stdout: str
    stderr: str


def launchpad_config(text: str, *, folder: Path | None = None) -> Section:
    """Write a config into a file, ``LAUNCHPAD_CFG.yml``, and return it, as it is read.

    ::

        >>> config = launchpad_config('''
        ...     model: {name: sums, version: '1.0.0', module: my_model}
        ...     model_store: {location: store}
        ... ''')
        >>> config["model"]["name"]
        'sums'
        >>> str(config.where("model_store").line)
        '2'
        >>> config.files[0] == config.folder / "LAUNCHPAD_CFG.yml"
        True

    So positions are those in the text, and relative paths start at the folder, where
    also the modules are found that the config names. There the command finds it by
    itself: ``run_cli("train", cwd=config.folder)``.

    Args:
        text: The config, as YAML; it may be indented, and begin with an empty line.
        folder: Where the file is written; None for a new temporary folder, which is
            removed when the process ends.

    Raises:
        ConfigError: When it can't be read.
    """
    folder = _temporary_folder() if folder is None else folder
    path = folder / configs.DEFAULT
    path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return configs.read_config(path)


def run_cli(
    *args: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    input: str | None = None,
    timeout: float = 120,
) -> Finished:
    """Run the installed ``launchpad``, as a user would: in a process of its own.

    ::

        >>> done = run_cli("-c", "not_there.yml", "train")
        >>> done.status, done.stdout, "not_there.yml" in done.stderr
        (2, '', True)

    Args:
        args: The command and its options, without ``launchpad``.
        cwd: The working directory; None for that of the caller.
        env: Variables that are set, besides those of the caller; but its
            ``LAUNCHPAD_CFG``, ``LAUNCHPAD_LOG`` and ``LAUNCHPAD_NO_PLUGIN`` are not.
        input: What the command reads from stdin.
        timeout: After how many seconds it is ended.

    Raises:
        subprocess.TimeoutExpired: When it is.
    """
    inherited = {
        name: value for name, value in os.environ.items() if name not in _OF_THE_CALLER
    }
    done = subprocess.run(
        [_program(), *map(str, args)],
        cwd=cwd,
        env={**inherited, **(env or {})},
        input="" if input is None else input,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def app_client(config: Section) -> Any:
    """Return a client of the API that a config publishes: Flask's test client.

    ::

        config = launchpad_config(TEXT, folder=tmp_path)
        train_model(config)
        answer = app_client(config).get("/sums/v1/sums?x=1")
        assert (answer.status_code, answer.json) == (200, {"sum": 11})

    The model is the one that is live in the model store, as it is for servers; so it
    has been trained. Nothing listens on a port, and errors are answers too.

    Raises:
        LaunchpadError: When there is no model, or the contract doesn't fit it.
    """
    from launchpad_core.project import Project
    from launchpad_core.web import create_app  # Flask is for those who ask for it

    return create_app(Project(config, tags=("predict",))).test_client()


def _temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="launchpad-")).resolve()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _program() -> str:
    scripts = sysconfig.get_path("scripts")
    found = shutil.which("launchpad", path=scripts)
    if found is None:
        raise FileNotFoundError(
            f"there is no launchpad in {scripts}; pip puts it there"
        )
    return found
