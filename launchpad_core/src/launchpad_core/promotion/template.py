"""The template of plugins: where it is, and what it yields."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import launchpad_core
from launchpad_core.errors import LaunchpadError
from launchpad_core.positions import shown_path

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


def bake(
    output: Path,
    answers: Mapping[str, Any],
    *,
    finish: Callable[[Path], None] | None = None,
) -> Path:
    """Return the folder of a distribution that is made in another folder.

    It is written aside, and gets its place when it is whole.

    Args:
        output: Where its folder is made.
        answers: What the template asks for; it has defaults.
        finish: Is given what was written, before it gets its place.

    Raises:
        LaunchpadError: When cookiecutter isn't installed, or refuses the answers, or
            when there is such a folder already.
    """
    check_cookiecutter()
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output, prefix=".tmp-") as aside:
            made = _written(Path(aside), answers)
            folder = output / made.name
            check_absent(folder)
            if finish is not None:
                finish(made)
            made.rename(folder)
    except OSError as error:
        raise LaunchpadError(
            f"can't write into {shown_path(output)}: {error.strerror or error}",
            hint="another folder by --output",
        ) from error
    return folder


def check_absent(folder: Path) -> None:
    """Check that nothing would be overwritten.

    Raises:
        LaunchpadError: When there is something already.
    """
    if folder.exists() or folder.is_symlink():
        raise LaunchpadError(
            f"there is {shown_path(folder)} already, which is left as it is",
            hint="another folder by --output, or another name by --name",
        )


def _written(folder: Path, answers: Mapping[str, Any]) -> Path:
    from cookiecutter.exceptions import CookiecutterException, FailedHookException
    from cookiecutter.main import cookiecutter

    logging.getLogger("cookiecutter").setLevel(logging.CRITICAL)  # it logs tracebacks
    try:
        made = cookiecutter(
            str(template_folder()),
            no_input=True,
            extra_context=dict(answers),
            output_dir=str(folder),
            default_config=True,
        )
    except FailedHookException as error:  # which has said on stderr what is wrong
        raise LaunchpadError("these answers make no distribution") from error
    except CookiecutterException as error:
        raise LaunchpadError(f"the template can't be used: {error}") from error
    return Path(made)
