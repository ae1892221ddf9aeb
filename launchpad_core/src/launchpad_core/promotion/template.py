"""The template of plugins: where it is, and what it yields."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import launchpad_core
from launchpad_core.errors import LaunchpadError

_REPOSITORY = "cookiecutter-plugin"


def template_folder() -> Path:
    """Return the template: the wheel's, or with an editable install the repository's.

    Raises:
        LaunchpadError: When there is neither.
    """
    package = Path(launchpad_core.__file__).parent
    for folder in (package / "templates" / "plugin", package.parents[2] / _REPOSITORY):
        if (folder / "cookiecutter.json").is_file():
            return folder
    raise LaunchpadError(
        "this launchpad-core has no template of plugins",
        hint="pip install --force-reinstall launchpad-core",
    )


def check_cookiecutter() -> None:
    """Check that cookiecutter is installed; it isn't imported.

    Raises:
        LaunchpadError: When it isn't.
    """
    if find_spec("cookiecutter") is None:
        raise LaunchpadError(
            "this needs the package cookiecutter, which is not installed",
            hint="pip install 'launchpad-core[scaffold]'",
        )


def bake(folder: Path, answers: Mapping[str, Any]) -> Path:
    """Return the folder of a distribution that is written below another one.

    Args:
        folder: Where it is written.
        answers: What the template asks for.

    Raises:
        LaunchpadError: When cookiecutter isn't installed, or refuses the answers.
    """
    check_cookiecutter()
    from cookiecutter.exceptions import CookiecutterException
    from cookiecutter.main import cookiecutter

    try:
        made = cookiecutter(
            str(template_folder()),
            no_input=True,
            extra_context=dict(answers),
            output_dir=str(folder),
            default_config=True,
        )
    except CookiecutterException as error:
        raise LaunchpadError(f"the template can't be used: {error}") from error
    return Path(made)
