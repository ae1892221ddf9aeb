"""Check that wheels hold what users and type checkers look for."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

WANTED = ("py.typed", "plugin.py", "__init__.py")
WANTED_OF_CORE = ("known_types.yml", "templates/plugin/cookiecutter.json")


def main(files: list[str]) -> None:
    for file in files:
        if not file.endswith(".whl"):
            continue
        package = Path(file).name.split("-")[0]
        names = set(zipfile.ZipFile(file).namelist())
        wanted = WANTED + (WANTED_OF_CORE if package == "launchpad_core" else ())
        missing = [name for name in wanted if f"{package}/{name}" not in names]
        if missing:
            sys.exit(f"{file} lacks {', '.join(missing)}")


if __name__ == "__main__":
    main(sys.argv[1:])
