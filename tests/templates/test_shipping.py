"""The core's wheel and source distribution hold the template of plugins."""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from baked_plugins import KINDS, TEMPLATE

from launchpad_core.promotion.template import template_folder

ROOT = TEMPLATE.parent
PLACE = "launchpad_core/templates/plugin/"
MODEL = """
def train(data_sources):
    return float(data_sources["readings"].get_dataframe()["degrees"].sum())

def test(model):
    return {"degrees": model}
"""
CONFIG = """
datasources:
  readings: {type: weather, path: r.txt, columns: [degrees], numbers: [degrees]}
model: {name: Weather, version: '1.0.0', module: my_model}
"""


def built(verb: str, source: Path, folder: Path) -> Path:
    code = f"import sys, hatchling.build; hatchling.build.{verb}(sys.argv[1])"
    command = [sys.executable, "-c", code, str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = folder.iterdir()
    return made


def shipped(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {
            name.removeprefix(PLACE): archive.read(name)
            for name in archive.namelist()
            if name.startswith(PLACE)
        }


@pytest.mark.parametrize("by_way_of", ["folder", "source distribution"])
def test_wheel_holds_the_template(by_way_of: str, tmp_path: Path) -> None:
    source = ROOT / "launchpad_core"
    if by_way_of == "source distribution":
        archive = built("build_sdist", source, tmp_path / "sdist")
        with tarfile.open(archive) as opened:
            opened.extractall(tmp_path / "unpacked", filter="data")
        (source,) = (tmp_path / "unpacked").iterdir()

    found = shipped(built("build_wheel", source, tmp_path / "wheel"))

    assert found == {
        path.relative_to(TEMPLATE).as_posix(): path.read_bytes()
        for path in TEMPLATE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "{{cookiecutter.distribution}}/.github/workflows/ci.yml" in found
    assert "{{cookiecutter.distribution}}/.gitignore" in found


def test_what_pip_compiled_of_the_template_is_left_out(tmp_path: Path) -> None:
    template = tmp_path / "template"
    shutil.copytree(TEMPLATE, template)
    compileall.compile_dir(template, quiet=2)
    assert list((template / "{{cookiecutter.distribution}}").glob("__pycache__"))

    subprocess.run(
        [sys.executable, "-m", "cookiecutter", template, "--no-input", "-o", tmp_path],
        check=True,
    )

    assert not list((tmp_path / "launchpad-sources-weather").rglob("__pycache__"))


def test_editable_install_finds_that_of_the_repository() -> None:
    assert template_folder() == TEMPLATE


@pytest.mark.wheels
@pytest.mark.download
def test_wheels_in_a_fresh_environment(tmp_path: Path) -> None:
    def run(*command: object, cwd: Path = tmp_path) -> str:
        kept = [key for key in os.environ if not key.startswith("PYTHON")]
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={key: os.environ[key] for key in kept},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    core = built("build_wheel", ROOT / "launchpad_core", tmp_path / "core")
    run(sys.executable, "-m", "virtualenv", "-q", tmp_path / "venv")
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    pip = (programs / "python", "-m", "pip", "install", "-q")
    run(*pip, f"{core}[scaffold,testing]")
    where = "from launchpad_core.promotion.template import template_folder as f"
    template = run(programs / "python", "-c", f"{where}; print(f())").strip()
    assert Path(template).is_relative_to(tmp_path)
    for kind, type_ in KINDS.items():
        given = (f"provides={kind}", f"type={type_}")
        folder = tmp_path / type_
        run(programs / "cookiecutter", template, "--no-input", "-o", folder, *given)
        (made,) = folder.glob("launchpad-*")
        wheel = built("build_wheel", made, folder / "wheel")
        run(*pip, f"{wheel}[test]")
        run(programs / "python", "-m", "pytest", "-q", made)
        listed = run(programs / "launchpad", "plugins")
        assert f'"distribution": "{made.name}"' in listed
    for name, text in (("my_model.py", MODEL), ("cfg.yml", CONFIG)):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "r.txt").write_text("degrees=-3.5\n", "utf-8")

    trained = run(programs / "launchpad", "-c", "cfg.yml", "train")

    assert trained == '{"degrees": -3.5}\n'
