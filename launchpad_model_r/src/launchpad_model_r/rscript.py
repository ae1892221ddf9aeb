"""Finding R: the program Rscript."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from launchpad_core.errors import ConfigError
from launchpad_core.sections import Section


def find_rscript(written: str, section: Section) -> str:
    """Return the path of Rscript.

    Args:
        written: A name, which is looked for on PATH, or a path; a relative one starts
            at the folder of the config.
        section: The section ``model``, for the error.

    Raises:
        ConfigError: When there is no such program.
    """
    is_path = os.sep in written or "/" in written
    place = str(section.folder / Path(written).expanduser()) if is_path else written
    found = shutil.which(place)
    if found is None:
        raise ConfigError(
            f"there is no {written}" + ("" if is_path else " on PATH"),
            where=section.where("rscript"),
            hint="install R, such as by: apt-get install r-base-core; "
            "or write rscript: /path/of/Rscript",
        )
    return found
