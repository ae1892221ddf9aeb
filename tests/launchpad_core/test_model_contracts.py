"""Stores and model types that break their contract are caught, and told what is wrong.

Each does so in one way; the message names it.
"""

from __future__ import annotations

import time

import broken_runtimes
import broken_stores
import pytest
from broken_rules import broken

from launchpad_core import conformance
from launchpad_core.runtime import ModelRuntime
from launchpad_core.store.directory import DirectoryStore
from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing import TypeContract
from launchpad_core.testing.stores import processes


def derived(contract: type[TypeContract], implemented_by: type) -> type:
    """Return the tests of a type that is implemented by another class."""

    class Broken(contract):  # type: ignore[misc,valid-type]
        @pytest.fixture
        def implementation(self) -> type:
            return implemented_by

    return Broken


@pytest.mark.parametrize(
    ("store", "rule", "found"),
    [
        (
            broken_stores.LosesOneOfTwo,
            "test_one_of_many_threads_creates",
            "threads that created the same file at once were told that they did: all "
            "writes but one are lost",
        ),
        (
            broken_stores.LosesOneOfTwo,
            "test_one_of_many_processes_creates",
            "processes that created the same file at once were told that they did: all "
            "writes but one are lost",
        ),
        (
            broken_stores.Overwrites,
            "test_file_is_created_only_once",
            "create() overwrites the file that is there",
        ),
        (
            broken_stores.ShowsHalves,
            "test_reader_sees_all_of_a_file_or_nothing",
            " of 2000000 bytes of a file",
        ),
        (
            broken_stores.WritesLater,
            "test_killed_writer_loses_nothing_and_hinders_nobody",
            "that were published are lost after a writer was killed",
        ),
        (
            broken_stores.ForgetsFiles,
            "test_folder_comes_back_as_it_was_put",
            "of the files that were put, payload/.hidden are missing",
        ),
        (
            broken_stores.RemovesNeighbours,
            "test_removed_is_gone_everywhere",
            'remove("m/1/builds/x") takes m/1/builds/xy with it',
        ),
        (
            broken_stores.NeverSweeps,
            "test_sweeping_removes_what_killed_writers_left",
            "after a writer was killed and a sweep, 2 builds are kept, where 1 was "
            "published",
        ),
        (
            broken_stores.SweepsAll,
            "test_sweeping_keeps_what_the_log_knows_and_who_is_at_work",
            "sweep() removes the folder of a writer at work",
        ),
    ],
)
def test_broken_store_is_caught(store: type[ModelStore], rule: str, found: str) -> None:
    contract = derived(conformance.TestDirectoryStore, store)
    assert found in broken(contract, only=[rule])[rule]


@pytest.mark.parametrize(
    ("runtime", "rule", "found"),
    [
        (
            broken_runtimes.MixesModels,
            "test_models_that_are_loaded_at_once_do_not_mix",
            "the models mix: once another model is loaded, a predictor answers as "
            "another model would",
        ),
        (
            broken_runtimes.SharesState,
            "test_threads_get_the_answers_of_their_own_arguments",
            "are those of other arguments: threads share what they work with",
        ),
        (
            broken_runtimes.ReturnsNumpy,
            "test_answers_are_plain_values",
            "the answers[0]['sum'] is of type numpy.int64, which isn't plain",
        ),
        (
            broken_runtimes.MeasuresInNumpy,
            "test_metrics_are_plain_values_by_name",
            "metrics['accuracy'] is of type numpy.float64, which isn't plain",
        ),
        (
            broken_runtimes.ReadsLater,
            "test_model_that_is_read_answers_as_the_trained_one",
            "once the folder is gone, a model that was read from it raises",
        ),
        (
            broken_runtimes.RaisesKeyErrors,
            "test_damaged_files_are_refused[truncated]",
            "truncated files raise KeyError: 'model'; it should be UnloadableModel",
        ),
        (
            broken_runtimes.ChangesArguments,
            "test_arguments_are_not_changed",
            "predict changes its arguments to {'word': ",
        ),
        (
            broken_runtimes.Learns,
            "test_predicting_does_not_change_the_model",
            "asked again, it answers [{'sum': 14, ",
        ),
        (
            broken_runtimes.LeavesFilesOpen,
            "test_files_of_a_model_are_closed_again",
            " is left open",
        ),
        (
            broken_runtimes.EndsForks,
            "test_model_answers_in_a_fork",
            "after a fork, predict ends the process",
        ),
        (
            broken_runtimes.ForgetsTracebacks,
            "test_errors_of_the_code_are_told_with_its_lines",
            "the error of train has no lines of the code",
        ),
        (
            broken_runtimes.TrainsToCheck,
            "test_code_is_checked_before_it_runs",
            "check() of code whose train raises, raises ModelCodeError: does it run "
            "train?",
        ),
    ],
)
def test_broken_model_type_is_caught(
    runtime: type[ModelRuntime], rule: str, found: str
) -> None:
    contract = derived(conformance.TestPython, runtime)
    assert found in broken(contract, only=[rule])[rule]


class Slow(DirectoryStore):
    def create(self, key: str, content: bytes) -> bool:
        time.sleep(0.3)
        return super().create(key, content)


def test_store_on_a_slow_network_does_not_hang(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_PATIENCE", 5)

    class Tested(derived(conformance.TestDirectoryStore, Slow)):  # type: ignore[misc]
        races = 20

    assert broken(Tested, only=["test_one_of_many_processes_creates"]) == {}
