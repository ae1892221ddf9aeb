"""The checks of all distributions; a new one is found by itself.

``nox`` runs them all; ``nox -s tests -- tests/launchpad_core -x`` hands on arguments.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from pathlib import Path

import nox

ROOT = Path(__file__).parent
CORE = "launchpad_core"
DISTRIBUTIONS = sorted(path.parent.name for path in ROOT.glob("*/pyproject.toml"))
OF_CORE = ("dill", "flask-restful", "model-signing", "prometheus", "pyopenssl", "skops")
"""What only the core is tested with, and what takes long to install."""
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]

nox.options.sessions = ["lint", "types", "build", "isolated", "tests"]
nox.options.default_venv_backend = "virtualenv"  # works without ensurepip
nox.options.reuse_existing_virtualenvs = True


@nox.session
def tests(session: nox.Session) -> None:
    """Run all tests against editable installs."""
    install_editable(session)
    session.install(*GROUPS["test"])
    # The summary of pytest is the last line; the exit status is nox's, as ever.
    logging.getLogger("nox").setLevel(logging.CRITICAL)
    session.run("pytest", *session.posargs)


@nox.session
def isolated(session: nox.Session) -> None:
    """Test each wheel with the core and nothing but what it declares."""
    wheels = build_wheels(session, Path(session.create_tmp()) / "wheels")
    own = ("-m", "not wheels and not ecosystem and not slow")
    for name in DISTRIBUTIONS:
        fresh = f"{session.create_tmp()}/venv_{name}"
        run = {"external": True, "silent": True}
        session.run(sys.executable, "-m", "virtualenv", "-q", "--clear", fresh, **run)
        python = str(Path(fresh) / ("Scripts" if os.name == "nt" else "bin") / "python")
        needed = [str(wheels[part]) for part in dict.fromkeys((CORE, name))]
        session.run(python, "-m", "pip", "install", "-q", *needed, **run)
        session.run(python, "-m", "pip", "check", **run)
        check = ["tools/check_installed.py", name.replace("_", "-")]
        session.run(python, *check, external=True)
        needs = needs_of_tests(name)
        session.run(python, "-m", "pip", "install", "-q", *needs, **run)
        few = {  # the session "tests" tries more
            "LAUNCHPAD_EXAMPLES": "20",
            "LAUNCHPAD_FAULTS_EVERY": "200",
            "LAUNCHPAD_KILLS": "5",
        }
        session.run(
            *(python, "-m", "pytest", "-q", f"tests/{name}", *own),
            external=True,
            env=few,
        )


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, and who imports whom."""
    install_editable(session)
    session.install(*GROUPS["lint"])
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-logo", silent=True)


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install_editable(session)
    session.install(*GROUPS["types"])
    for name in DISTRIBUTIONS:
        with session.chdir(ROOT / name / "src"):
            session.run("mypy", f"--config-file={ROOT}/pyproject.toml", "-p", name)


@nox.session
def build(session: nox.Session) -> None:
    """Build wheels and source distributions into dist/."""
    shutil.rmtree(ROOT / "dist", ignore_errors=True)
    session.install("build", "twine")
    for name in DISTRIBUTIONS:
        session.run("python", "-m", "build", "-q", "--outdir=dist", name)
    files = sorted(str(path) for path in (ROOT / "dist").iterdir())
    session.run("twine", "check", "--strict", *files)
    session.run("python", "tools/check_wheels.py", *files)


@nox.session
def demo(session: nox.Session) -> None:
    """Train the iris model, start its API, and ask it for a prediction."""
    install_editable(session)
    session.install(*GROUPS["demo"])
    session.run("python", "tools/demo.py")


def install_editable(session: nox.Session) -> None:
    """Install all distributions so that changes to their sources take effect."""
    session.install(*(part for name in DISTRIBUTIONS for part in ("-e", name)))


def needs_of_tests(name: str) -> list[str]:
    """Return what to install for the tests of one distribution.

    Its own pyproject.toml may say so in the group "test"; most need what all need.
    """
    own = nox.project.load_toml(f"{name}/pyproject.toml").get("dependency-groups", {})
    if "test" in own:
        return list(own["test"])
    left_out = ("scikit",) if name == CORE else ("scikit", *OF_CORE)
    return [need for need in GROUPS["test"] if not need.startswith(left_out)]


def build_wheels(session: nox.Session, folder: Path) -> dict[str, Path]:
    """Build a wheel of each distribution; return them by name."""
    shutil.rmtree(folder, ignore_errors=True)
    session.install("build")
    wheels = {}
    for name in DISTRIBUTIONS:
        session.run(
            "python", "-m", "build", "-q", "-w", f"--outdir={folder}", name, silent=True
        )
        (wheels[name],) = folder.glob(f"{name}-*.whl")
    return wheels
