"""The oldest core that a plugin declares, and where its wheel comes from."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest
from oldest_core import NoSuchCore, oldest_core, tag_of, wheel_of_core
from packaging.version import Version

from launchpad_core.testing import fake_distribution


@pytest.mark.parametrize(
    ("requirement", "oldest"),
    [
        ("launchpad-core>=0.1,<0.2", "0.1"),
        ("launchpad_core<2,>=1.4.2", "1.4.2"),
        ("launchpad-core[serve]~=1.4", "1.4"),
        ("launchpad-core==1.4.2", "1.4.2"),
    ],
)
def test_lower_bound_is_the_oldest_core(requirement: str, oldest: str) -> None:
    assert oldest_core(["pandas>=2", requirement]) == Version(oldest)


@pytest.mark.parametrize(
    ("dependencies", "message"),
    [
        (["launchpad-core<2"], "launchpad-core<2 has no lower bound"),
        (["pandas>=2"], "the dependencies don't name launchpad-core"),
    ],
)
def test_oldest_core_that_is_not_declared(
    dependencies: list[str], message: str
) -> None:
    with pytest.raises(NoSuchCore, match=f"^{message}$"):
        oldest_core(dependencies)


def test_tag_of_a_version() -> None:
    tags = ["launchpad_core-v0.1.0", "launchpad_core-v0.10"]

    assert tag_of(Version("0.1"), tags) == "launchpad_core-v0.1.0"
    assert tag_of(Version("0.2"), tags) is None


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository whose core was 0.0.1.dev98 once, and is 0.0.1.dev99 now."""
    root = tmp_path / "repository"
    package = root / "launchpad_core" / "src" / "launchpad_core"
    package.mkdir(parents=True)
    git("init", "--quiet", cwd=root)
    for version in ("0.0.1.dev98", "0.0.1.dev99"):
        (package / "__init__.py").write_text(f"__version__ = {version!r}\n")
        (root / "launchpad_core" / "pyproject.toml").write_text(
            '[build-system]\nrequires = ["hatchling"]\n'
            'build-backend = "hatchling.build"\n'
            f'[project]\nname = "launchpad-core"\nversion = "{version}"\n'
            'requires-python = ">=3.10"\n'
            '[tool.hatch.build.targets.wheel]\npackages = ["src/launchpad_core"]\n'
        )
        git("add", ".", cwd=root)
        git("commit", "--quiet", "--message=x", cwd=root)
        git("tag", f"launchpad_core-v{version}", cwd=root)
    return root


def git(*arguments: str, cwd: Path) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return what pip takes for the package index: an empty folder."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_release_is_downloaded(repository: Path, index: Path, tmp_path: Path) -> None:
    name = "launchpad_core-0.0.1.dev98-py3-none-any.whl"
    site = fake_distribution(tmp_path / "x", "launchpad-core", version="0.0.1.dev98")
    (info,) = site.glob("*.dist-info")
    (info / "WHEEL").write_text("Wheel-Version: 1.0\nTag: py3-none-any\n")
    with zipfile.ZipFile(index / name, "w") as wheel:
        for path in filter(Path.is_file, site.rglob("*")):
            wheel.write(path, path.relative_to(site))

    found = wheel_of_core(
        Version("0.0.1.dev98"), root=repository, folder=tmp_path / "out"
    )

    assert found == tmp_path / "out" / name
    assert found.read_bytes() == (index / name).read_bytes()


@pytest.mark.download
def test_tag_is_built_where_there_is_no_release(
    repository: Path, tmp_path: Path
) -> None:
    found = wheel_of_core(
        Version("0.0.1.dev98"), root=repository, folder=tmp_path / "out"
    )

    assert found.name == "launchpad_core-0.0.1.dev98-py3-none-any.whl"
    with zipfile.ZipFile(found) as wheel:
        text = wheel.read("launchpad_core/__init__.py").decode()
    assert text == "__version__ = '0.0.1.dev98'\n"


def test_neither_a_release_nor_a_tag(
    repository: Path, index: Path, tmp_path: Path
) -> None:
    with pytest.raises(NoSuchCore) as told:
        wheel_of_core(Version("0.0.1.dev97"), root=repository, folder=tmp_path / "out")

    assert str(told.value) == (
        "there is no launchpad-core 0.0.1.dev97: the package index has no such "
        "release, and the repository has no tag launchpad_core-v0.0.1.dev97\n"
        "  try: git fetch --tags, or raise the lower bound of launchpad-core"
    )
