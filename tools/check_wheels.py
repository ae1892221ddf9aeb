"""Check that wheels hold what users and type checkers look for."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

WANTED = ("py.typed", "plugin.py", "__init__.py")


def main(files: list[str]) -> None:
    for file in files:
        if not file.endswith(".whl"):
            continue
        package = Path(file).name.split("-")[0]
        names = set(zipfile.ZipFile(file).namelist())
        missing = [name for name in WANTED if f"{package}/{name}" not in names]
        if package == "launchpad_core" and f"{package}/known_types.yml" not in names:
            missing.append("known_types.yml")
        if missing:
            sys.exit(f"{file} lacks {', '.join(missing)}")


if __name__ == "__main__":
    main(sys.argv[1:])
