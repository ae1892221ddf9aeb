"""What the files of a trained model keep to: written once, read anywhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from launchpad_core.errors import UnloadableModel
from launchpad_core.runtime import ModelRuntime, Resources
from launchpad_core.testing.model_types.answers import Arguments, asked, shown
from launchpad_core.testing.model_types.elsewhere import (
    answers_of_a_fork,
    answers_of_another_process,
)
from launchpad_core.testing.model_types.rules import (
    Answers,
    ModelTypeRules,
    OpenRuntime,
)
from launchpad_core.testing.rules import rule
from launchpad_core.testing.watching import left_open

Damage = Callable[[Path], None]


class ModelTypeFiles(ModelTypeRules):
    """The rules of a model's files."""

    patience: ClassVar[int] = 60
    """After how many seconds a process that answers is said to hang."""

    @pytest.fixture
    def folder(self, runtime: ModelRuntime, model: Any, tmp_path: Path) -> Path:
        """Return a folder with a model's files."""
        return _written(runtime, model, tmp_path / "payload")

    @rule()
    def test_model_that_is_read_answers_as_the_trained_one(
        self,
        runtime: ModelRuntime,
        model: Any,
        open_runtime: OpenRuntime,
        answers: Answers,
        tmp_path: Path,
    ) -> None:
        """What is written and read again gives the same answers, also when read later.

        The folder may be gone as soon as read returns: a build may be pruned while it
        is served. So nothing is read from it later.
        """
        folder = _written(runtime, model, tmp_path / "payload")
        files = [path for path in folder.rglob("*") if path.is_file()]
        assert files, "write() writes no file"
        expected = answers(runtime, model)
        other = open_runtime()

        read = other.read(folder)
        shutil.rmtree(folder)

        try:
            found = answers(other, read)
        except Exception as error:
            raise AssertionError(
                f"once the folder is gone, a model that was read from it raises "
                f"{type(error).__name__}: {error}"
            ) from error
        assert found == expected, (
            f"a model that was read answers {shown(found)}, not {shown(expected)}"
        )

    @rule()
    def test_model_is_written_as_often_as_one_likes(
        self, runtime: ModelRuntime, model: Any, answers: Answers, tmp_path: Path
    ) -> None:
        """A model can be written again, also one that was read; it stays the same."""
        expected = answers(runtime, model)
        first = _written(runtime, model, tmp_path / "first")
        second = _written(runtime, model, tmp_path / "second")
        third = _written(runtime, runtime.read(first), tmp_path / "third")

        for folder in (first, second, third):
            found = answers(runtime, runtime.read(folder))
            assert found == expected, f"the {folder.name} time, other files are written"
        assert answers(runtime, model) == expected, "writing changes the model"

    @rule()
    def test_files_of_a_model_are_closed_again(
        self, runtime: ModelRuntime, model: Any, tmp_path: Path
    ) -> None:
        """What write and read open is closed, and not left for Python to clean up.

        ``with path.open("rb") as file:`` does that. On Windows, a build whose files are
        open can't be removed.
        """
        with left_open(tmp_path) as files:
            runtime.read(_written(runtime, model, tmp_path / "payload"))
        assert not files, files[0]

    @rule()
    def test_model_is_read_in_another_process(
        self,
        runtime: ModelRuntime,
        model: Any,
        folder: Path,
        answers: Answers,
        resources: Resources,
        arguments: Arguments,
    ) -> None:
        """Another process, which has never seen the training, reads the model.

        A server is such a process, perhaps on another machine: what isn't in the files,
        in the section or in the code, isn't there.
        """
        expected = answers(runtime, model)

        found = answers_of_another_process(
            runtime, folder, arguments, resources, patience=self.patience
        )

        assert found == expected, (
            f"in another process, it answers {shown(found)}, not {shown(expected)}"
        )

    @rule()
    def test_model_answers_in_a_fork(
        self,
        runtime: ModelRuntime,
        folder: Path,
        resources: Resources,
        arguments: Arguments,
    ) -> None:
        """A model that was loaded before a fork answers in both processes after it.

        ``gunicorn --preload`` forks so. Threads don't live on in the new process, and
        pipes are shared with the old one; so they are made anew where ``os.getpid()``
        is another.
        """
        predict = runtime.predictor(runtime.read(folder), resources)
        expected = asked(predict, runtime.input, arguments)

        found = answers_of_a_fork(
            predict, runtime.input, arguments, patience=self.patience
        )

        assert found == expected, f"after a fork, it answers {shown(found)}"
        still = asked(predict, runtime.input, arguments)
        assert still == expected, "after a fork, the process that forked is disturbed"

    @rule()
    @pytest.mark.parametrize("damage", ["truncated", "emptied", "foreign", "no"])
    def test_damaged_files_are_refused(
        self,
        damage: str,
        open_runtime: OpenRuntime,
        folder: Path,
        resources: Resources,
    ) -> None:
        """Of files that no model can be made of, read says so: UnloadableModel.

        A type that makes a model of the files later says so in ``predictor``. The build
        isn't served then, and the server goes on with the one before.
        """
        _DAMAGES[damage](folder)
        runtime = open_runtime()
        try:
            runtime.predictor(runtime.read(folder), resources)
        except UnloadableModel:
            return
        except Exception as error:
            raise AssertionError(
                f"{damage} files raise {type(error).__name__}: {error}; it should be "
                "UnloadableModel"
            ) from error
        raise AssertionError(f"{damage} files are read as a model")


def _written(runtime: ModelRuntime, model: Any, folder: Path) -> Path:
    folder.mkdir()
    runtime.write(model, folder)
    return folder


def _each_file(change: Callable[[bytes], bytes]) -> Damage:
    def damage(folder: Path) -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                path.write_bytes(change(path.read_bytes()))

    return damage


def _without_files(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


_DAMAGES: dict[str, Damage] = {
    "truncated": _each_file(lambda content: content[: len(content) // 2]),
    "emptied": _each_file(lambda content: b""),
    "foreign": _each_file(lambda content: b"\x89PNG\r\n\x1a\n of somebody else"),
    "no": _without_files,
}
