"""Distributions that the template of plugins yields, built and put on the path."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

TEMPLATE = Path(__file__).parents[1] / "cookiecutter-plugin"
KINDS = {
    "data source": "weather",
    "data sink": "record_text",
    "model type": "most_frequent",
    "API format": "json_contract",
    "model store": "sqlite",
}
_BUILD = "import sys, hatchling.build; hatchling.build.build_wheel(sys.argv[1])"


@dataclass(frozen=True)
class Baked:
    """A distribution's folder, and the folder that its wheel is unpacked in."""

    folder: Path
    site: Path

    @property
    def package(self) -> Path:
        """The folder of its package."""
        (package,) = (self.folder / "src").iterdir()
        return package

    def build(self) -> Path:
        """Build its wheel, and unpack it where modules are looked for."""
        wheels = self.site.with_name("wheels")
        command = [sys.executable, "-c", _BUILD, str(wheels)]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        (wheel,) = wheels.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(self.site)
        return wheel

    def run(
        self, *command: str | Path, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run Python with the distribution on its path."""
        return subprocess.run(
            [sys.executable, *map(str, command)],
            cwd=cwd or self.folder.parent,
            env={**os.environ, "PYTHONPATH": str(self.site)},
            capture_output=True,
            text=True,
            check=False,
        )

    def test(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run its tests, the contracts among them."""
        base = self.folder.parent / "tests"
        own = ("-q", "-p", "no:cacheprovider", f"--basetemp={base}")
        return self.run("-m", "pytest", *own, self.folder, *args)


def bake(kind: str, folder: Path, *, build: bool = True, **answers: str) -> Baked:
    """Return a distribution of a kind, made below a folder as a user would."""
    folder.mkdir(exist_ok=True)
    given = {"provides": kind, "type": KINDS[kind], **answers}
    command = [sys.executable, "-m", "cookiecutter", str(TEMPLATE), "--no-input"]
    subprocess.run(
        [*command, "-o", str(folder), *(f"{key}={given[key]}" for key in given)],
        check=True,
        capture_output=True,
    )
    (made,) = folder.glob("launchpad-*")
    baked = Baked(made, folder / "site")
    if build:
        baked.build()
    return baked
