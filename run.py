"""Set up this repository and run it: ``python3 run.py demo``, ``python3 run.py tests``.

It needs Python 3.10 or newer with pip, and nothing else. Everything is installed into
the folders .venv and .nox beside this file.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INSTALL = ["install", "--quiet", "--disable-pip-version-check"]
SESSIONS = {
    "demo": ["demo"],
    "tests": ["lint", "types", "build", "isolated", "tests"],
}


def main():
    """Run the sessions that the command line asks for."""
    if sys.version_info < (3, 10):
        sys.exit("launchpad needs Python 3.10 or newer, not " + sys.version.split()[0])
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if wanted not in SESSIONS:
        sys.exit("usage: python3 run.py " + "|".join(SESSIONS))
    if not (VENV / "ready").exists() or not PYTHON.exists():
        set_up()
    nox = [str(PYTHON), "-m", "nox", "--stop-on-first-error", "-f", "noxfile.py", "-s"]
    sys.exit(subprocess.call([*nox, *SESSIONS[wanted]], cwd=ROOT))


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
