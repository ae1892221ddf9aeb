"""Remove what pip compiled of the template, where it came with a wheel."""

import shutil
from pathlib import Path

for folder in list(Path().rglob("__pycache__")):
    shutil.rmtree(folder)
