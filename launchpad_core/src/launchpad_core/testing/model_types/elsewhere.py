"""Answers of a model in other processes: one that reads it, and one that is forked.

The one that reads it does so through the registry, as a server does.
"""

from __future__ import annotations

import json
import os
import pickle
import select
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

from launchpad_core.plugins import load_plugins
from launchpad_core.registrations import ModelType
from launchpad_core.registry import Registry
from launchpad_core.runtime import Input, ModelRuntime, Predictor, Resources
from launchpad_core.testing.model_types.answers import Arguments, answers_of, asked


def answers_of_another_process(
    runtime: ModelRuntime,
    folder: Path,
    arguments: Arguments,
    resources: Resources,
    *,
    patience: int,
) -> Any:
    """Return what a model answers that a new process reads from a folder.

    Args:
        runtime: The runtime that has written it.
        folder: The folder.
        arguments: What is asked.
        resources: The data for it.
        patience: After how many seconds that process is said to hang.

    Raises:
        AssertionError: When that process raises, or hangs.
    """
    told = folder.with_name("answers.json")
    asked_for = folder.with_name("asked.pickle")
    given = (runtime.config, folder, arguments, resources, told)
    asked_for.write_bytes(cloudpickle.dumps(given))
    program = f"from {__name__} import main; main()"
    command = [sys.executable, "-c", program, str(asked_for)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        ended = subprocess.run(
            command,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise AssertionError(f"another process hangs for {patience} s") from None
    last = next(iter(reversed(ended.stderr.splitlines())), "")
    assert ended.returncode == 0, f"another process can't use the model: {last}"
    return json.loads(told.read_text("utf-8"))


def answers_of_a_fork(
    predict: Predictor, input: Input, arguments: Arguments, *, patience: int
) -> Any:
    """Return what a predictor answers in a process that is forked now.

    Raises:
        AssertionError: When it raises there, ends it, or hangs.
    """
    if not hasattr(os, "fork"):
        pytest.skip("there is no os.fork here, so no server forks")
    reader, writer = os.pipe()
    with warnings.catch_warnings():  # that there are threads; so it is with a server
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if not pid:
        os.write(writer, _told(predict, input, arguments))
        os._exit(0)
    os.close(writer)
    content = b""
    try:
        while select.select([reader], [], [], patience)[0]:
            some = os.read(reader, 1 << 16)
            if not some:
                break
            content += some
        else:
            raise AssertionError(f"after a fork, predict hangs for {patience} s")
    finally:
        os.close(reader)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert content, "after a fork, predict ends the process"
    raised, answers = json.loads(content)
    assert not raised, f"after a fork, predict raises {raised}"
    return answers


def _told(predict: Predictor, input: Input, arguments: Arguments) -> bytes:
    told: list[Any]
    try:
        told = ["", asked(predict, input, arguments)]
    except BaseException as error:
        told = [f"{type(error).__name__}: {error}", None]
    return json.dumps(told, default=repr).encode()


def main() -> None:
    """Write the answers of a model into a file: the program of that process."""
    given = pickle.loads(Path(sys.argv[1]).read_bytes())
    section, folder, arguments, resources, told = given
    implementation = Registry(load_plugins()).implementation(
        ModelType, section["type"], base=ModelRuntime
    )
    runtime = implementation(section)
    answers = answers_of(runtime, runtime.read(folder), arguments, resources)
    told.write_text(json.dumps(answers, default=repr), "utf-8")
