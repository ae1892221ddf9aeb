"""The store in S3: where it can be, its cache, and what is swept."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import fsspec
import pytest
from object_server import ObjectServer

from launchpad_core.errors import ConfigErrors, MissingVariable, StoreError
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.files import METADATA, DamagedBuild
from launchpad_core.testing.stores.contents import publish, put
from launchpad_store_fsspec.store import FsspecStore

DAY = timedelta(days=1)
KEY = "my_model/1.0.0/builds/0123456789abcdef"


@pytest.mark.parametrize(
    ("location", "message"),
    [
        (
            "models",
            "models is on this machine: write type: directory for that, or a URL such "
            "as s3://bucket/models",
        ),
        (
            "file:///srv/models",
            "file:///srv/models is on this machine: write type: directory for that, or "
            "a URL such as s3://bucket/models",
        ),
        (
            "memory://models",
            "memory:// can't be relied on to create a file only if there is none, as a "
            "model store needs it: use one of s3, s3a, gs, gcs, abfs, abfss, az",
        ),
        (
            "s3://me:pass-word@bucket/models",
            "s3://bucket/models came with a password: write storage_options: "
            "{key_var: NAME, secret_var: NAME}",
        ),
        ("s3://", "s3:// names no bucket: write s3://bucket/models"),
        (
            "gs://bucket/models",
            "gs:// needs the package gcsfs, which is not installed: pip install "
            "'launchpad-store-fsspec[gcs]'",
        ),
    ],
)
def test_place_that_cannot_be_relied_on_is_refused(location: str, message: str) -> None:
    with pytest.raises(ConfigErrors) as told:
        FsspecStore({"location": location})

    assert str(told.value) == f'model_store: "location": {message}'


def test_plugin_imports_nothing_heavy() -> None:
    code = (
        "import sys, launchpad_store_fsspec.plugin\n"
        "print({'fsspec', 's3fs', 'pydantic', 'platformdirs'} & set(sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.stdout == "set()\n"


def test_missing_bucket_is_told(section: dict[str, Any], tmp_path: Path) -> None:
    location = "s3://no-bucket/x"
    store = FsspecStore({**section, "location": location, "cache": str(tmp_path)})

    with pytest.raises(StoreError) as told:
        store.prepare()
    with pytest.raises(
        StoreError, match=r"can't read the model store s3://no-bucket/x"
    ):
        ModelBuilds(store, "my_model", "1.0.0").live_id()

    assert str(told.value) == (
        "can't write the model store s3://no-bucket/x: there is no such bucket\n"
        "  try: create the bucket, or check location:"
    )


def test_missing_variable_is_told(
    store: FsspecStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("S3_SECRET")

    with pytest.raises(MissingVariable, match="S3_SECRET is not set"):
        store.read("a")


def test_denied_access_is_told_without_secrets(
    store: FsspecStore, server: ObjectServer
) -> None:
    with server.failing("403"), pytest.raises(StoreError) as told:
        store.read("a")

    assert told.value.message == (
        f"can't read the model store {store.shown_name}: access is denied: no"
    )
    shown = f"{told.value!r} {store.__dict__!r} {store.settings!r}"
    assert "a-secret-of-mine" not in shown and "an-access-key" not in shown


def test_server_that_ignores_conditions_is_not_written(
    open_store: Callable[..., FsspecStore],
    server: ObjectServer,
    bucket: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "ignores_conditions", True)

    for write in (open_store().prepare, lambda: open_store().create("a/b", b"x")):
        with pytest.raises(StoreError, match="its server ignores If-None-Match"):
            write()

    assert server.keys(bucket) == []


def test_build_is_fetched_once(store: FsspecStore, server: ObjectServer) -> None:
    put(store, KEY, {METADATA: b"{}", "payload/x": b"1"})
    first = store.get(KEY)
    server.requests.clear()

    assert store.get(KEY) == first
    assert [method for method, path in server.requests if "list-type" not in path] == []


def test_what_differs_in_the_cache_is_fetched_again(
    store: FsspecStore, tmp_path: Path
) -> None:
    put(store, KEY, {METADATA: b"{}", "payload/x": b"1", "payload/y": b"22"})
    folder = store.get(KEY)
    (folder / "payload" / "x").unlink()
    (folder / "payload" / "y").write_bytes(b"3")
    (folder / "payload" / "z").write_bytes(b"4")

    assert store.get(KEY) == folder

    there = {path.name: path.read_bytes() for path in (folder / "payload").iterdir()}
    assert there == {"x": b"1", "y": b"22"}


def test_flipped_bit_in_the_cache_is_fetched_again(store: FsspecStore) -> None:
    builds = ModelBuilds(store, "my_model", "1.0.0")
    build = publish(builds, "1")
    (store.get(builds.folder(build.sha256)) / "payload").write_text("!")

    with builds.verified(build) as folder:
        assert (folder / "payload").read_text() == "1"


def test_same_build_is_fetched_by_many_at_once(
    open_store: Callable[..., FsspecStore], tmp_path: Path
) -> None:
    cache = str(tmp_path / "shared")
    files = {f"payload/{number}": b"%d" % number for number in range(20)}
    put(open_store(), KEY, files)

    def get(_: int) -> dict[str, bytes]:
        folder = open_store(cache=cache).get(KEY)
        return {f"payload/{p.name}": p.read_bytes() for p in folder.glob("payload/*")}

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(get, range(8))) == [files] * 8


@pytest.mark.parametrize(
    "name", ["../../evil", "payload/../../evil", "payload//evil", "./evil", "..\\evil"]
)
def test_name_that_leads_out_of_the_cache_is_refused(
    name: str, store: FsspecStore, section: dict[str, Any], bucket: str, tmp_path: Path
) -> None:
    system = fsspec.filesystem(
        "s3",
        key="x",
        secret="y",
        client_kwargs=section["storage_options"]["client_kwargs"],
        skip_instance_cache=True,
    )
    system.pipe_file(f"{bucket}/all models/{KEY}/{name}", b"evil")

    with pytest.raises(DamagedBuild, match="whose name leads out of it"):
        store.get(KEY)

    assert list(tmp_path.rglob("*evil*")) == []


def test_cache_keeps_what_was_used_last(
    open_store: Callable[..., FsspecStore],
) -> None:
    store = open_store(cache_builds=2)
    folders = []
    for number in range(4):
        put(store, f"{KEY[:-1]}{number}", {"payload/x": b"1"})
        folders.append(store.get(f"{KEY[:-1]}{number}"))
    assert all(folder.is_dir() for folder in folders)  # they may still be in use
    for age, folder in enumerate(folders):
        used = time.time() - 1000 + age
        os.utime(folder, (used, used))

    store.get(f"{KEY[:-1]}0")

    assert [folder.is_dir() for folder in folders] == [True, False, False, True]


def test_cache_is_private(
    open_store: Callable[..., FsspecStore], tmp_path: Path
) -> None:
    store = open_store(cache=str(tmp_path / "cache"))
    put(store, KEY, {"payload/x": b"1"})
    store.get(KEY)
    (folder,) = (tmp_path / "cache").iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700

    folder.chmod(0o777)

    with pytest.raises(StoreError, match="can be written by other users"):
        store.prepare()
    with pytest.raises(StoreError, match="can be written by other users"):
        store.get(KEY)


def test_forked_process_connects_on_its_own(store: FsspecStore) -> None:
    store.create("a/b", b"1")

    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if store.read("a/b") == b"1" else 2
        finally:
            os._exit(status)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.read("a/b") == b"1"


def test_unfinished_builds_are_swept_after_a_day(
    open_store: Callable[..., FsspecStore], server: ObjectServer, bucket: str
) -> None:
    builds = ModelBuilds(open_store(), "my_model", "1.0.0")
    known = publish(builds, "1")
    young, old, half = (f"{KEY[:-1]}{number}" for number in "abc")
    put(open_store(), young, {METADATA: b"{}", "payload/x": b"1"})
    put(open_store(), old, {METADATA: b"{}", "payload/x": b"1"})
    put(open_store(), half, {"payload/x": b"1"})
    put(open_store(), "my_model/1.0.0/builds/notes", {"x": b"1"})
    for name in (old, half, known.id, "notes"):
        server.age(bucket, name, 2 * DAY)
    server.age(bucket, f"{old}/payload", DAY)

    ModelBuilds(open_store(), "other", "2").sweep()

    names = set(open_store().names("my_model/1.0.0/builds"))
    assert names == {known.id, young.rpartition("/")[2], "notes"}
    with builds.verified(builds.live()):
        pass


def test_build_with_one_young_file_is_not_swept(
    open_store: Callable[..., FsspecStore], server: ObjectServer, bucket: str
) -> None:
    put(open_store(), KEY, {METADATA: b"{}", "payload/x": b"1"})
    server.age(bucket, METADATA, 2 * DAY)

    ModelBuilds(open_store(), "my_model", "1.0.0").sweep()

    assert len([key for key in server.keys(bucket) if KEY in key]) == 2


def test_damaged_log_of_another_model_does_not_stop_a_training(
    open_store: Callable[..., FsspecStore], server: ObjectServer, bucket: str
) -> None:
    open_store().create("other/1.0.0/log/00000001.json", b"damaged")
    put(open_store(), "other/1.0.0/builds/0123456789abcdef", {"payload/x": b"1"})
    server.age(bucket, "other", 2 * DAY)

    build = publish(ModelBuilds(open_store(), "my_model", "1.0.0"))

    assert ModelBuilds(open_store(), "my_model", "1.0.0").live() == build
    assert list(open_store().names("other/1.0.0/builds")) == ["0123456789abcdef"]


def test_store_is_swept_once_a_day(store: FsspecStore, server: ObjectServer) -> None:
    builds = ModelBuilds(store, "my_model", "1.0.0")
    builds.sweep()
    server.requests.clear()

    builds.sweep()

    assert server.requests == []


def test_reading_that_is_given_up_leaves_no_thread(store: FsspecStore) -> None:
    """A thread that were left waits for fsspec's, which may be told to end it."""
    store.create("log/1", b"1")

    unfinished = store.read_all(f"log/{number}" for number in range(100))
    assert next(unfinished) is None

    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith("ThreadPoolExecutor")]
