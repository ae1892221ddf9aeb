"""Which commit of a Git repository a folder is at."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

_TIMEOUT = 10
"""Seconds after which a slow file system is asked no longer."""

_POINTING_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")
"""What Git sets for its hooks: they may train a model of another repository."""


def git_state(folder: Path) -> dict[str, Any] | None:
    """Return the commit that a folder is at; None outside of repositories.

    Returns:
        ``commit``, and ``dirty``, whether files differ that Git knows of (None when
        that takes too long); None also where there is no Git, or no commit yet.
    """
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    if commit is None:
        return None
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, "dirty": None if changed is None else bool(changed)}


def _git(folder: Path, *args: str) -> str | None:
    """Return what Git prints; None when there is no answer, for whatever reason."""
    env = {key: os.environ[key] for key in os.environ if key not in _POINTING_ELSEWHERE}
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", "-C", os.fspath(folder), *args],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=env,
            timeout=_TIMEOUT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace").strip()
