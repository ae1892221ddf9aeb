"""A terminal for programs whose output depends on whether a person reads it."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path


def in_terminal(command: list[str], folder: Path) -> str:
    """Return what a command shows in a terminal."""
    controller, terminal = pty.openpty()
    done = subprocess.Popen(command, cwd=folder, stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(controller, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(controller)
    done.wait(30)
    return shown.decode().replace("\r\n", "\n")
