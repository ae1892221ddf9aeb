"""How long ``launchpad --help`` takes, beside a bare click program.

Measured is the CPU time (user and system) of whole processes, run in turn, as the
median of the ratios of neighbours:

- ``bare``: a click program with the same options and commands, in one file;
- ``launchpad --help``, with the plugins that are installed;
- ``launchpad --help``, with 100 further plugins, each a distribution of its own.

Run it with ``python benchmarks/cli_startup.py`` in an environment that has
launchpad-core installed. At most 2.0 and 3.0 are wanted.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

PLUGINS = 100

BARE = '''
import click

@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "-c", metavar="FILE", help="The config.")
@click.option("--log-config", "-l", metavar="FILE", help="The logging config.")
@click.option("--no-plugin", multiple=True, metavar="NAME", help="Leave one out.")
@click.option("--verbose", "-v", is_flag=True, help="Log debug messages.")
@click.version_option("0")
def main(**options):
    """Train, test and publish machine learning models."""

'''
BARE_COMMAND = """
@main.command("{name}", help="{summary}")
def {function}():
    pass
"""

PLUGIN = """
from launchpad_core import DataSourceType, hookimpl

@hookimpl
def launchpad_data_sources():
    yield DataSourceType(
        "fake_{number}",
        implementation="fake_{number}_source:Source",
        summary="A data source for measuring",
    )
"""
METADATA = """Metadata-Version: 2.4
Name: launchpad-fake-{number}
Version: 1.0
Summary: A plugin for measuring
Requires-Python: >=3.10
Requires-Dist: launchpad-core<1,>=0.1
Requires-Dist: pandas>=2
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21, help="runs of each program")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        bare = write_bare_program(Path(folder))
        write_plugins(Path(folder) / "plugins")
        programs = {
            "bare click": ([sys.executable, str(bare), "--help"], {}),
            "launchpad": (LAUNCHPAD, {}),
            f"launchpad, {PLUGINS} more plugins": (
                LAUNCHPAD,
                {"PYTHONPATH": f"{folder}/plugins"},
            ),
        }
        times = measure(programs, rounds, cache=Path(folder) / "pycache")
    report(times)


LAUNCHPAD = [
    sys.executable,
    "-c",
    "import sys; sys.argv = ['launchpad', '--help']\n"
    "from launchpad_core.cli import main; sys.exit(main())",
]


def write_bare_program(folder: Path) -> Path:
    from launchpad_core.plugin import launchpad_commands

    commands = "".join(
        BARE_COMMAND.format(
            name=command.type,
            function=command.type.replace("-", "_"),
            summary=command.summary,
        )
        for command in launchpad_commands()
    )
    program = folder / "bare.py"
    program.write_text(f"{BARE}{commands}\nmain()\n", encoding="utf-8")
    return program


def write_plugins(folder: Path) -> None:
    folder.mkdir()
    for number in range(PLUGINS):
        (folder / f"fake_{number}.py").write_text(PLUGIN.format(number=number))
        info = folder / f"launchpad_fake_{number}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(METADATA.format(number=number))
        (info / "entry_points.txt").write_text(
            f"[launchpad]\nfake_{number} = fake_{number}\n"
        )


def measure(
    programs: dict[str, tuple[list[str], dict[str, str]]], rounds: int, cache: Path
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, (command, environment) in programs.items():
            seconds = cpu_seconds(command, environment, cache)
            if number:  # the first round compiles the modules
                times[name].append(seconds)
    return times


def cpu_seconds(command: list[str], environment: dict[str, str], cache: Path) -> float:
    own = {**os.environ, **environment, "PYTHONPYCACHEPREFIX": str(cache)}
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command,
        env=own,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def report(times: dict[str, list[float]]) -> None:
    bare = next(iter(times.values()))
    print(f"{'program':34}{'CPU ms (median)':>16}{'ratio':>8}")
    for name, seconds in times.items():
        ratios = [own / other for own, other in zip(seconds, bare, strict=True)]
        print(
            f"{name:34}{statistics.median(seconds) * 1000:16.1f}"
            f"{statistics.median(ratios):8.2f}"
        )


if __name__ == "__main__":
    main()
