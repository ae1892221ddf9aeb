"""Set up this repository and run it: ``python3 run.py demo``, ``python3 run.py tests``.

It needs Python 3.10 or newer with pip, and nothing else. Everything is installed into
the folders .venv and .nox beside this file.
"""

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INSTALL = ["install", "--quiet", "--disable-pip-version-check"]
SESSIONS = {
    "demo": (["demo"],),
    "tests": (
        ["lint", "types", "build", "isolated", "compat", "repository"],
        ["tests"],
    ),
}
"""What there is to run; lists beside each other run at the same time."""


def main():
    """Run the sessions that the command line asks for."""
    if sys.version_info < (3, 10):
        sys.exit("launchpad needs Python 3.10 or newer, not " + sys.version.split()[0])
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted not in SESSIONS:
        sys.exit("usage: python3 run.py " + "|".join(SESSIONS))
    if not (VENV / "ready").exists() or not PYTHON.exists():
        set_up()
    sys.exit(run_sessions(*SESSIONS[wanted]))


def run_sessions(first, *others):
    """Run lists of sessions at the same time, and print one after the other.

    Return the status of the first one that fails, or 0; what still runs is ended then.
    """
    nox = [str(PYTHON), "-m", "nox", "--stop-on-first-error", "-f", "noxfile.py", "-s"]
    started = []
    try:
        for sessions in others:
            path = VENV / (sessions[-1] + ".log")
            with path.open("wb") as log:
                process = subprocess.Popen(
                    [*nox, *sessions],
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            started.append((process, path))
        status = subprocess.call([*nox, *first], cwd=ROOT)
        for process, path in started:
            status = status or follow(process, path)
        return status
    finally:
        for process, _ in started:
            if process.poll() is None:
                end(process)


def follow(process, path):
    """Print what a process has written and writes, and return its status."""
    with path.open(encoding="utf-8", errors="replace") as log:
        while True:
            ended = process.poll() is not None
            text = log.read()
            print(text, end="", flush=True)
            if ended and not text:
                return process.returncode
            if not text:
                time.sleep(0.2)


def end(process):
    """End a process and what it has started."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGTERM)
    else:
        process.terminate()
    process.wait()


def set_up():
    """Make the virtual environment and install nox in it."""
    print("Setting up", VENV, flush=True)
    make = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if find_spec("ensurepip"):
        run(make)
    elif find_spec("pip"):
        run([*make, "--without-pip"])
        run([sys.executable, "-m", "pip", *INSTALL, "--target", packages(), "pip"])
    else:
        sys.exit("This Python has no pip (try: apt install python3-pip)")
    run([str(PYTHON), "-m", "pip", *INSTALL, "nox"])
    (VENV / "ready").touch()


def packages():
    """Return the folder where the virtual environment keeps its packages."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return subprocess.check_output([str(PYTHON), "-c", code]).decode().strip()


def run(command):
    """Run a command, and stop with its status when it fails."""
    status = subprocess.call(command)
    if status != 0:
        sys.exit("failed with status {}: {}".format(status, " ".join(command)))


if __name__ == "__main__":
    main()
