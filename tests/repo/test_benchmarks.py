"""The benchmarks run with one command; what they measure is not asserted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_cli_startup() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "cli_startup.py", "--rounds=1"],
        capture_output=True,
        text=True,
        check=True,
    )

    names = [line[:34].strip() for line in done.stdout.splitlines()]
    assert names == [
        "program",
        "bare click",
        "launchpad",
        "launchpad, 100 more plugins",
    ]
