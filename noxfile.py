"""The checks of all distributions; a new one is found by itself.

``nox`` runs them all; ``nox -s tests -- tests/launchpad_core -x`` hands on arguments.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nox
from nox.command import CommandFailed
from packaging.version import Version

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tools"))

from oldest_core import NoSuchCore, oldest_core, wheel_of_core  # noqa: E402

CORE = "launchpad_core"
DISTRIBUTIONS = sorted(path.parent.name for path in ROOT.glob("*/pyproject.toml"))
OF_CORE = ("dill", "flask-restful", "model-signing", "prometheus", "pyopenssl", "skops")
"""What only the core is tested with, and what takes long to install."""
GROUPS = nox.project.load_toml("pyproject.toml")["dependency-groups"]

AROUND = ("docs", "examples", "repo", "templates")
"""The folders of tests that are of no distribution."""

nox.options.sessions = [
    *("lint", "types", "build", "isolated", "compat", "repository", "tests")
]
nox.options.default_venv_backend = "virtualenv"  # works without ensurepip
nox.options.reuse_existing_virtualenvs = True


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests of all distributions against editable installs, or those named."""
    folders = {path.parent for path in (ROOT / "tests").glob("*/test_*.py")}
    own = sorted(f"tests/{path.name}" for path in folders if path.name not in AROUND)
    install_editable(session, *GROUPS["test"])
    # The summary of pytest is the last line; the exit status is nox's, as ever.
    logging.getLogger("nox").setLevel(logging.CRITICAL)
    session.run("pytest", *(session.posargs or own))


@nox.session
def repository(session: nox.Session) -> None:
    """Run the tests of documentation, examples, templates and repository."""
    install_editable(session, *GROUPS["test"])
    session.run("pytest", "-q", *(f"tests/{name}" for name in AROUND))


@nox.session
def isolated(session: nox.Session) -> None:
    """Test each wheel with the core and nothing but what it declares."""
    names = named(session) or DISTRIBUTIONS
    wheels = build_wheels(session, {CORE, *names})
    for name in names:
        try_wheels(session, name, {wheels[CORE], wheels[name]})


@nox.session
def compat(session: nox.Session) -> None:
    """Test each plugin's wheel with the oldest core that it declares.

    Where that is the core of this repository, the session isolated tests just this;
    only a plugin that is named behind ``--`` is tested here as well.
    """
    here = Version(pyproject(CORE)["project"]["version"])
    oldest = {
        name: oldest_core(pyproject(name)["project"]["dependencies"])
        for name in named(session) or DISTRIBUTIONS
        if name != CORE
    }
    for name, version in dict(oldest).items():
        if version == here and not named(session):
            session.log(f"{name}: its oldest core is this one, {here}: see isolated")
            del oldest[name]
    if not oldest:
        return
    wheels = build_wheels(session, {CORE, *oldest})
    cores = {here: wheels[CORE]}
    for name, version in oldest.items():
        session.log(f"{name} with {CORE} {version}")
        if version not in cores:
            cores[version] = older_core(session, name, version)
        try_wheels(session, name, {cores[version], wheels[name]})


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, and who imports whom."""
    install_editable(session, *GROUPS["lint"])
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-logo", silent=True)


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install_editable(session, *GROUPS["types"])
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
    install_editable(session, *GROUPS["demo"])
    session.run("python", "tools/demo.py")


def install_editable(session: nox.Session, *needs: str) -> None:
    """Install all distributions so that changes to their sources take effect."""
    editable = (part for name in DISTRIBUTIONS for part in ("-e", f"./{name}"))
    install(session, str(Path(session.bin) / "python"), *editable, *needs)


def named(session: nox.Session) -> list[str]:
    """Return the distributions that are named behind ``--``."""
    return [name for name in session.posargs if name in DISTRIBUTIONS]


def pyproject(name: str) -> dict[str, Any]:
    """Return what a distribution's pyproject.toml says."""
    return nox.project.load_toml(f"{name}/pyproject.toml")


def needs_of_tests(name: str) -> list[str]:
    """Return what to install for the tests of one distribution.

    Its own pyproject.toml may say so in the group "test"; most need what all need.
    """
    own = pyproject(name).get("dependency-groups", {})
    if "test" in own:
        return list(own["test"])
    left_out = ("scikit",) if name == CORE else ("scikit", *OF_CORE)
    return [need for need in GROUPS["test"] if not need.startswith(left_out)]


def build_wheels(session: nox.Session, names: Iterable[str]) -> dict[str, Path]:
    """Build wheels of some distributions; return them by name."""
    folder = Path(session.create_tmp()) / "wheels"
    shutil.rmtree(folder, ignore_errors=True)
    session.install("build")
    wheels = {}
    for name in names:
        session.run(
            "python", "-m", "build", "-q", "-w", f"--outdir={folder}", name, silent=True
        )
        (wheels[name],) = folder.glob(f"{name}-*.whl")
    return wheels


def try_wheels(session: nox.Session, name: str, wheels: Iterable[Path]) -> None:
    """Install some wheels and what they declare, and run a distribution's tests."""
    fresh = f"{session.create_tmp()}/venv_{name}"
    run = {"external": True, "silent": True}
    session.run(sys.executable, "-m", "virtualenv", "-q", "--clear", fresh, **run)
    python = str(Path(fresh) / ("Scripts" if os.name == "nt" else "bin") / "python")
    install(session, python, *map(str, wheels))
    session.run(python, "-m", "pip", "check", **run)
    check = ["tools/check_installed.py", name.replace("_", "-")]
    session.run(python, *check, external=True)
    install(session, python, *needs_of_tests(name))
    few = {"LAUNCHPAD_EXAMPLES": "20"}  # the session "tests" tries more
    own = ("-m", "not wheels and not ecosystem and not slow")
    pytest = (python, "-m", "pytest", "-q", f"tests/{name}", *own)
    session.run(*pytest, external=True, env=few)


def install(session: nox.Session, python: str, *needs: str) -> None:
    """Install into an environment: by uv, which takes seconds, or else by pip."""
    run = {"external": True, "silent": True}
    session.install("uv", silent=True, success_codes=(0, 1))
    try:
        session.run("uv", "pip", "install", f"--python={python}", *needs, **run)
    except CommandFailed:
        session.warn("uv can't install it: pip does")
        session.run(python, "-m", "pip", "install", "-q", *needs, **run)


def older_core(session: nox.Session, name: str, version: Version) -> Path:
    """Return the wheel of an older core, from the package index or of a git tag."""
    folder = Path(session.create_tmp()) / f"core_{version}"
    shutil.rmtree(folder, ignore_errors=True)
    python = str(Path(session.bin) / "python")
    try:
        return wheel_of_core(version, root=ROOT, folder=folder, python=python)
    except NoSuchCore as reason:
        session.error(f"{name}: {reason}")
