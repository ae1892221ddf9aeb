"""Writers that are killed, and a server that fails: nothing is lost or half there."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from object_server import Kind, ObjectServer

from launchpad_core.errors import StoreError
from launchpad_core.store import log
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.testing.stores.contents import publish
from launchpad_store_fsspec.store import FsspecStore

pytestmark = pytest.mark.slow

IMPATIENT = {"config_kwargs": {"retries": {"mode": "standard", "max_attempts": 2}}}


@pytest.fixture
def impatient(section: dict[str, Any], tmp_path: Path) -> Callable[[], ModelBuilds]:
    """Return a function: the builds, in a store that gives up soon."""

    def opened(**kwargs: Any) -> ModelBuilds:
        options = {**section["storage_options"], **IMPATIENT}
        options["config_kwargs"] = {**IMPATIENT["config_kwargs"], **kwargs}
        cache = str(tmp_path / f"{time.monotonic_ns()}")
        store = FsspecStore({**section, "storage_options": options, "cache": cache})
        return ModelBuilds(store, "my_model", "1.0.0")

    return opened


def payload(builds: ModelBuilds) -> str:
    with builds.verified(builds.live()) as folder:
        assert (folder / "more" / "x").is_file()
        return (folder / "payload").read_text()


@pytest.mark.parametrize("part", ["payload", "metadata.json", "/log/"])
@pytest.mark.parametrize("kind", ["500", "503", "reset before", "reset after"])
def test_fault_that_goes_away_is_not_noticed(
    kind: Kind, part: str, impatient: Callable[[], ModelBuilds], server: ObjectServer
) -> None:
    builds = impatient()
    publish(builds, "1")

    with server.failing(kind, "PUT", part, times=1):
        publish(builds, "2")

    assert payload(impatient()) == "2"
    assert [entry.action for entry in impatient().history().entries] == ["publish"] * 2


@pytest.mark.parametrize("part", ["payload", "metadata.json", "/log/"])
@pytest.mark.parametrize("kind", ["500", "reset before"])
def test_writer_fails_and_nothing_has_changed(
    kind: Kind,
    part: str,
    impatient: Callable[[], ModelBuilds],
    server: ObjectServer,
    bucket: str,
) -> None:
    builds = impatient()
    publish(builds, "1")

    with server.failing(kind, "PUT", part), pytest.raises(StoreError) as told:
        publish(builds, "2")

    reason = {
        "500": "the server says 500: no\n  try: try again",
        "reset before": "the server can't be reached\n"
        "  try: check the network and storage_options:",
    }
    shown = f"s3://{bucket}/all models"
    assert str(told.value) == f"can't write the model store {shown}: {reason[kind]}"
    assert payload(impatient()) == "1"
    assert len(impatient().history().entries) == 1
    publish(builds, "3")
    assert payload(impatient()) == "3"


def test_conflict_with_another_writer_is_tried_again(
    impatient: Callable[[], ModelBuilds], server: ObjectServer
) -> None:
    builds = impatient()
    publish(builds, "1")

    with server.failing("409", "PUT", "/log/", times=3):
        publish(builds, "2")

    assert payload(impatient()) == "2"
    assert len(impatient().history().entries) == 2


def test_entry_whose_answer_is_lost_is_there_once(
    impatient: Callable[[], ModelBuilds], server: ObjectServer
) -> None:
    builds = impatient()
    publish(builds, "1")

    with server.failing("reset after", "PUT", "/log/"):
        publish(builds, "2")

    assert payload(impatient()) == "2"
    assert len(impatient().history().entries) == 2


def test_download_that_is_cut_once_is_not_noticed(
    impatient: Callable[[], ModelBuilds], server: ObjectServer
) -> None:
    publish(impatient(), "x" * 1000)

    with server.failing("cut", "GET", "/payload", times=1):
        assert payload(impatient()) == "x" * 1000


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("500", "the server says 500: no"),
        ("reset before", "the server can't be reached"),
        ("cut", "the connection was lost"),
        ("slow", "the server doesn't answer in time"),
    ],
)
def test_reader_is_told_why_and_keeps_what_it_has(
    kind: Kind,
    reason: str,
    impatient: Callable[..., ModelBuilds],
    server: ObjectServer,
) -> None:
    publish(impatient(), "1")
    builds = impatient(
        read_timeout=0.2, retries={"mode": "standard", "max_attempts": 1}
    )
    build = builds.live()
    with builds.verified(build) as folder:
        publish(impatient(), "2")

        with server.failing(kind, "GET", seconds=0.5):
            with pytest.raises(StoreError) as told:
                builds.live()
            with (
                pytest.raises(StoreError, match="can't read the model store"),
                builds.verified(build),
            ):
                pass

        assert told.value.message.endswith(f": {reason}")
        assert (folder / "payload").read_text() == "1"
    assert payload(builds) == "2"


def test_build_that_cannot_be_fetched_leaves_nothing_in_the_cache(
    impatient: Callable[[], ModelBuilds], server: ObjectServer, tmp_path: Path
) -> None:
    publish(impatient(), "x" * 1000)
    builds = impatient()

    with server.failing("cut", "GET", "/payload"), pytest.raises(StoreError):
        payload(builds)

    assert list(tmp_path.glob("*/*/my_model/1.0.0/builds/*")) == []
    assert payload(builds) == "x" * 1000


def test_clock_that_is_set_back_changes_no_order(
    impatient: Callable[[], ModelBuilds], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Yesterday(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) - timedelta(days=1)

    publish(impatient(), "1")
    monkeypatch.setattr(log, "datetime", Yesterday)
    publish(impatient(), "2")

    builds = impatient()
    first, second = builds.history().entries
    assert second.at < first.at
    assert payload(builds) == "2"
    assert [build.metadata["payload"] for build in builds.all()] == ["1", "2"]
