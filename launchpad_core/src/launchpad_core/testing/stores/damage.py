"""What a store has to let be noticed: files, logs and signatures that changed."""

from __future__ import annotations

import pytest

from launchpad_core.errors import StoreError
from launchpad_core.store.build import Build
from launchpad_core.store.files import METADATA, DamagedBuild
from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.rules import rule
from launchpad_core.testing.stores.contents import (
    builds_of,
    files_in,
    payload_of,
    publish,
    put,
)
from launchpad_core.testing.stores.rules import ModelStoreRules, OpenStore

_SIGNING_KEY = "a-key-of-32-characters-for-tests"


class ModelStoreDamage(ModelStoreRules):
    """The rules of damage: it is noticed, and named."""

    @rule()
    @pytest.mark.parametrize("name", [METADATA, "payload", "more/x"])
    @pytest.mark.parametrize("fault", ["flipped", "truncated", "removed", "swapped"])
    def test_damaged_file_is_refused_and_named(
        self, fault: str, name: str, store: ModelStore, open_store: OpenStore
    ) -> None:
        """A build with a changed file is refused, with the file's name; others load.

        So get returns the files as they are in the store now, and not as this machine
        had them before.
        """
        build, other = publish(builds_of(store), "11"), publish(builds_of(store), "22")
        files = _files(store, build)
        changed = _damaged(files.pop(name), _files(store, other)[name], fault)
        put(store, _folder(store, build), {**files, **_named(name, changed)})

        fresh = open_store()
        told = _told_of(fresh, build)
        expected = f"{build} is damaged: {name} "
        assert expected in told, f"a {fault} file is told as {told!r}, not {expected!r}"
        live = payload_of(builds_of(fresh), builds_of(fresh).live())
        assert live == "22", "a damaged build keeps another one from being loaded"

    @rule()
    def test_added_file_is_refused_and_named(
        self, store: ModelStore, open_store: OpenStore
    ) -> None:
        """A build with a file that wasn't published is refused, with its name.

        So get returns all files below the key, also those that nobody expects.
        """
        build = publish(builds_of(store))
        added = {"payload2/sitecustomize.py": b"x"}
        put(store, _folder(store, build), {**_files(store, build), **added})

        told = _told_of(open_store(), build)
        expected = "payload2/sitecustomize.py was added"
        assert expected in told, f"an added file is told as {told!r}"

    @rule()
    @pytest.mark.parametrize(
        "change",
        [None, b"", b"{}", b"changed"],
        ids=["removed", "emptied", "replaced", "changed"],
    )
    def test_damaged_log_is_refused_and_named(
        self, change: bytes | None, store: ModelStore, open_store: OpenStore
    ) -> None:
        """An entry of the log that is missing or changed is told, with its name.

        The live build can be loaded nevertheless: what it needs is in the last entry.
        """
        for payload in "12":
            publish(builds_of(store), payload)
        log = "my_model/1.0.0/log"
        entries = {name: store.read(f"{log}/{name}") for name in store.names(log)}
        store.remove(log)
        entries["00000001.json"] = change
        for name, content in entries.items():
            if content is not None:
                store.create(f"{log}/{name}", content)

        told = ""
        try:
            builds_of(open_store()).history()
        except StoreError as error:
            told = error.message
        expected = f"{log}/00000001.json in {store.shown_name}"
        assert expected in told, f"a damaged log is told as {told!r}"
        found = payload_of(builds_of(open_store()), builds_of(open_store()).live())
        assert found == "2", "a damaged log keeps the live build from being loaded"

    @rule()
    def test_unsigned_builds_are_refused(
        self, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With a signing key, builds that aren't signed are refused.

        The base class's ``Config`` has ``signing_key_var``; a Config that derives from
        it has it as well.
        """
        monkeypatch.setenv("SIGNING_KEY", _SIGNING_KEY)
        signing = builds_of(open_store(signing_key_var="SIGNING_KEY"))
        publish(signing, "1")
        found = payload_of(signing, signing.live())
        assert found == "1", f"a signed build holds {found!r}, not '1'"
        publish(builds_of(open_store()), "2")

        told = ""
        try:
            builds_of(open_store(signing_key_var="SIGNING_KEY")).live()
        except StoreError as error:
            told = error.message
        expected = f"00000002.json in {open_store().shown_name} is not signed"
        assert expected in told, f"a build without a signature is told as {told!r}"


def _named(name: str, content: bytes | None) -> dict[str, bytes]:
    return {} if content is None else {name: content}


def _damaged(content: bytes, of_another: bytes, fault: str) -> bytes | None:
    if fault == "removed":
        return None
    if fault == "flipped":
        return bytes([content[0] ^ 1]) + content[1:]
    if fault == "truncated":
        return content[:-1]
    return of_another if of_another != content else b"swapped"


def _folder(store: ModelStore, build: Build) -> str:
    return builds_of(store).folder(build.sha256)


def _files(store: ModelStore, build: Build) -> dict[str, bytes]:
    return files_in(store.get(_folder(store, build)))


def _told_of(store: ModelStore, build: Build) -> str:
    """Return what is told of a build that is damaged; "" when it isn't noticed."""
    try:
        with builds_of(store).verified(build):
            return ""
    except DamagedBuild as error:
        return error.message
