"""Finding R and starting it: the program Rscript, and a worker that runs in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from launchpad_core.errors import ConfigError, LaunchpadError
from launchpad_core.sections import Section
from launchpad_model_r import SCRIPTS
from launchpad_model_r.faults import ended, fault, log_warnings, too_slow
from launchpad_model_r.processes.endings import Ended, TookTooLong
from launchpad_model_r.processes.process import RProcess
from launchpad_model_r.processes.worker import Refused, Worker

_LONGEST_LOADING = 300.0  # seconds for packages and the model file


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
    if Path(written).name == "R":
        raise ConfigError(
            f"{written} is not the program that runs files",
            where=section.where("rscript"),
            hint=f"{written}script",
        )
    found = shutil.which(place)
    if found is None:
        raise ConfigError(
            f"there is no {written}" + ("" if is_path else " on PATH"),
            where=section.where("rscript"),
            hint="install R, such as by: apt-get install r-base-core; "
            "or write rscript: /path/of/Rscript",
        )
    return found


def starter(
    *,
    rscript: str,
    section: Section,
    memory: int | None,
    request: Mapping[str, Any],
) -> Callable[[], Worker]:
    """Return a function that starts an R process, which loads the model code.

    Args:
        rscript: The path of Rscript.
        section: The section ``model``; R works in the folder of the config.
        memory: How many bytes it may take; no limit if None.
        request: What it has to load.
    """
    what = f"loading {Path(request['file']).name}"
    folder = section.folder
    where = section.where("packages" if "packages" in section else "r_dependencies")

    def start() -> Worker:
        command = [rscript, str(SCRIPTS / "worker.R")]
        try:
            process = RProcess(command, folder=folder, memory=memory)
        except (OSError, RuntimeError) as error:
            raise LaunchpadError(
                f"R can't be started: {error}",
                hint="see what limits processes and open files (ulimit -a)",
            ) from error
        try:
            worker = Worker(process, request, timeout=_LONGEST_LOADING)
        except Refused as refused:
            log_warnings(what, refused.reply.get("warnings", ()))
            raise fault(what, refused.reply, where=where) from None
        except TookTooLong as error:
            raise too_slow(what, _LONGEST_LOADING) from error
        except Ended as error:
            raise ended(what, error) from error
        log_warnings(what, worker.warnings)
        return worker

    return start
