"""What the verbs for whole folders keep to: put, get, forget, remove."""

from __future__ import annotations

from launchpad_core.store.files import METADATA
from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.rules import rule
from launchpad_core.testing.stores.contents import difference, files_in, put
from launchpad_core.testing.stores.rules import ModelStoreRules, OpenStore

_KEY = "m/1/builds/x"


class ModelStoreFolders(ModelStoreRules):
    """The rules of folders."""

    @rule()
    def test_folder_comes_back_as_it_was_put(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """All files that were put come back, on every host, whatever their names.

        Model types write what they like: empty files, hidden ones, folders in folders,
        names with blanks and signs. Its files can be read one by one as well.
        """
        files = {
            METADATA: b"{}",
            "payload/empty": b"",
            "payload/deep/er/Gr\u00fc\u00dfe 1.0_x.bin": bytes(range(256)),
            "payload/.hidden": b"x",
            "payload/[a]*?#%25&+": b"y",
        }

        put(store, _KEY, files)

        for host in (elsewhere, store):
            wrong = difference(files_in(host.get(_KEY)), files)
            assert not wrong, f"of the files that were put, {wrong}"
        read = store.read(f"{_KEY}/{METADATA}")
        assert read == b"{}", f"read() of a file that was put returns {read!r}"
        names = list(elsewhere.names("m/1/builds"))
        assert names == ["x"], f"names() after put() are {names}, not ['x']"

    @rule()
    def test_large_file_and_many_files(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """A folder may hold a large file, and many files; here 20 MB, and 300."""
        files = {f"payload/{n:03}": b"%d" % n for n in range(300)}
        files["payload/large"] = bytes(range(256)) * (20_000_000 // 256)

        put(store, _KEY, files)

        wrong = difference(files_in(elsewhere.get(_KEY)), files)
        assert not wrong, f"of 300 files and a large one, {wrong}"

    @rule()
    def test_putting_again_changes_nothing(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """Whoever puts the same files under a key again, changes nothing.

        An import may add a build that another one has just added.
        """
        files = {METADATA: b"{}", "payload/x": b"1"}
        put(store, _KEY, files)

        put(elsewhere, _KEY, files)

        wrong = difference(files_in(store.get(_KEY)), files)
        assert not wrong, f"after they were put twice, {wrong}"

    @rule()
    def test_putting_again_repairs(
        self, store: ModelStore, open_store: OpenStore
    ) -> None:
        """What is put replaces what has changed, and files that weren't among it.

        A damaged build is repaired by importing it again.
        """
        files = {METADATA: b"{}", "payload/x": b"1", "payload/y": b"2"}
        put(store, _KEY, {**files, "payload/x": b"!", "payload/z": b"3"})

        put(open_store(), _KEY, files)

        wrong = difference(files_in(open_store().get(_KEY)), files)
        assert not wrong, f"after the right files were put in place, {wrong}"

    @rule()
    def test_forgotten_folder_is_there_again(self, store: ModelStore) -> None:
        """What forget drops is what this machine keeps; the store still has it."""
        put(store, _KEY, {"payload/x": b"1"})
        store.get(_KEY)

        store.forget(_KEY)

        wrong = difference(files_in(store.get(_KEY)), {"payload/x": b"1"})
        assert not wrong, f"after forget(), {wrong}"

    @rule()
    def test_removed_is_gone_everywhere(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """All that is below a key is removed, for every host, and nothing beside it.

        ``builds/xy`` isn't below ``builds/x``. A second remove does nothing.
        """
        for name in ("x", "xy"):
            put(store, f"m/1/builds/{name}", {METADATA: b"{}", "payload/x": b"1"})
        elsewhere.get(_KEY)

        store.remove(_KEY)
        elsewhere.remove(_KEY)

        names = list(elsewhere.names("m/1/builds"))
        assert "xy" in names, 'remove("m/1/builds/x") takes m/1/builds/xy with it'
        assert names == ["xy"], "what was removed is still listed"
        read = elsewhere.read(f"{_KEY}/{METADATA}")
        assert read is None, "a file that was removed can still be read elsewhere"
        files = files_in(elsewhere.get(_KEY))
        assert files == {}, f"get() of what was removed holds {sorted(files)}"
        beside = files_in(store.get("m/1/builds/xy"))
        assert len(beside) == 2, "remove() takes files of a key that begins alike"
