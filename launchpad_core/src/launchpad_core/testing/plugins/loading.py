"""What loading a plugin does: tried in a process that has loaded nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = Path(__file__).with_name("loading_alone.py")


@dataclass(frozen=True, slots=True)
class Loading:
    """What came of loading a plugin alone, after the core's discovery.

    Attributes:
        heavy: What was imported that is of neither Python, the plugin nor the core's
            discovery, each with who imported it.
        effects: What the plugin did besides, such as starting a thread.
        printed: What was written to stdout and stderr.
        ended: What the process wrote last, when loading the plugin ended it.
    """

    heavy: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    printed: str = ""
    ended: str = ""


def load_alone(distribution: str) -> Loading:
    """Load all plugins of a distribution in a process of their own."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        done = subprocess.run(
            [sys.executable, str(_PROGRAM), distribution, str(result), *sys.path],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if not result.exists():
            lines = (done.stderr or done.stdout).split("\n")
            told = next(filter(None, map(str.strip, reversed(lines))), "")
            return Loading(ended=told or f"exit status {done.returncode}")
        found = json.loads(result.read_text("utf-8"))
    return Loading(
        heavy=tuple(found["heavy"]),
        effects=tuple(found["effects"]),
        printed=found["printed"] + done.stdout,
    )
