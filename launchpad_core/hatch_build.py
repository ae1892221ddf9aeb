"""Put the template of plugins, which lies beside this folder, into what is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TEMPLATE = "cookiecutter-plugin"
PLACE = "launchpad_core/templates/plugin"


class ShipTemplate(BuildHookInterface[Any]):
    """Ships each file of the template; in a source distribution it is in its place.

    An editable install needs none of it: the template is found in the repository.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to a wheel or source distribution."""
        template = Path(self.root).parent / TEMPLATE
        if version == "editable" or not template.is_dir():
            return
        below = "src/" if self.target_name == "sdist" else ""
        for path in sorted(template.rglob("*")):
            name = path.relative_to(template)
            if path.is_file() and "__pycache__" not in name.parts:
                place = f"{below}{PLACE}/{name.as_posix()}"
                build_data["force_include"][str(path)] = place
