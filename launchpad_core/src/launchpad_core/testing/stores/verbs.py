"""What the verbs for small files, names and workspaces keep to."""

from __future__ import annotations

import pytest

from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.rules import refused, rule
from launchpad_core.testing.stores.contents import files_in
from launchpad_core.testing.stores.rules import ModelStoreRules


class ModelStoreVerbs(ModelStoreRules):
    """The rules of small files, names and workspaces."""

    @rule()
    def test_nothing_is_read_where_nothing_is(self, store: ModelStore) -> None:
        """Of a store in which nothing is, read returns None, names and get nothing.

        A new store has no folder or bucket of its own yet; that is no error. ``remove``
        and ``forget`` of what isn't there do nothing.
        """
        read = store.read("Iris/1.0.0/log/00000001.json")
        assert read is None, f"read() of a file that isn't there returns {read!r}"
        several = list(store.read_all(["a/b", "a/c"]))
        assert several == [None, None], f"read_all() of two such files: {several!r}"
        for key in ("", "Iris/1.0.0"):
            names = list(store.names(key))
            assert names == [], f"names({key!r}) of an empty store returns {names}"
        files = files_in(store.get("Iris/1.0.0/builds/x"))
        assert files == {}, f"get() of what isn't there holds {sorted(files)}"
        store.remove("Iris/1.0.0/builds/x")
        store.forget("Iris/1.0.0/builds/x")

    @rule()
    def test_created_file_is_seen_at_once_everywhere(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """Once create has returned, every host reads the file, and lists its name.

        Servers look for new builds this way. So neither a file that isn't there yet nor
        the names below a key may be cached.
        """
        assert elsewhere.read("a/b/c.json") is None, "a file is there before it is"

        assert store.create("a/b/c.json", b"1"), "create() of a new file returns False"

        for place, host in (("here", store), ("on another host", elsewhere)):
            found = host.read("a/b/c.json")
            assert found == b"1", (
                f"a file that was created is read as {found!r} {place}"
            )
            names = list(host.names("a/b"))
            assert names == ["c.json"], f"names() {place} are {names}, not ['c.json']"

    @rule()
    def test_file_is_created_only_once(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """Where there is a file, create changes nothing, and returns False.

        What happened to a model is a log of such files; who overwrites one, undoes what
        somebody else did.
        """
        assert store.create("a/b", b"first"), "create() of a new file returns False"

        for host in (store, elsewhere):
            again = host.create("a/b", b"second")
            found = store.read("a/b")
            assert found == b"first", "create() overwrites the file that is there"
            assert not again, "create() returns True though the file was there"

    @rule()
    @pytest.mark.parametrize(
        "content", [b"", bytes(range(256)) * 4000], ids=["empty", "1 MB"]
    )
    def test_content_is_kept_byte_by_byte(
        self, content: bytes, store: ModelStore
    ) -> None:
        """A file is read as it was created: byte by byte, also an empty one."""
        store.create("a/b", content)

        found = store.read("a/b")
        size = "None" if found is None else f"{len(found)} bytes"
        assert found == content, f"of {len(content)} bytes, {size} come back, or others"

    @rule()
    def test_many_files_are_read_in_their_order(self, store: ModelStore) -> None:
        """For each key, in their order, read_all returns what read does."""
        for number in range(0, 60, 2):
            store.create(f"log/{number}", b"%d" % number)

        read = list(store.read_all(f"log/{number}" for number in range(60)))

        expected = [None if number % 2 else b"%d" % number for number in range(60)]
        assert len(read) == 60, f"read_all() of 60 keys returns {len(read)} contents"
        first = next((n for n in range(60) if read[n] != expected[n]), None)
        assert first is None, f"read_all() returns {read[first or 0]!r} for key {first}"

    @rule()
    def test_names_are_those_directly_below(self, store: ModelStore) -> None:
        """Names are those directly below a key, of files and of what holds files.

        ``my`` is no key that ``my_model`` is below: keys have parts, which end with a
        ``/``. What a store keeps for itself is hidden.
        """
        for key in ("my_model/1.0.0/log/1", "my.model/2/log/1", "my_model/10/x"):
            store.create(key, b"x")

        expected = {
            "": ["my.model", "my_model"],
            "my_model": ["1.0.0", "10"],
            "my_model/1.0.0": ["log"],
            "my": [],
        }
        for key, names in expected.items():
            found = sorted(store.names(key))
            assert found == names, f"names({key!r}) are {found}, not {names}"

    @rule()
    def test_workspace_is_empty_and_gone_afterwards(self, store: ModelStore) -> None:
        """Each workspace is an empty folder of its own, which is gone afterwards.

        Also when what is done in it raises; the error goes on.
        """
        with store.workspace() as folder, store.workspace() as other:
            assert folder != other, "two workspaces are the same folder"
            inside = [path.name for path in folder.iterdir()]
            assert inside == [], f"a new workspace holds {inside}"
            (folder / "build").mkdir()
        assert not folder.exists(), "a workspace is still there after its end"

        told = refused("an error in a workspace", by=ZeroDivisionError)
        with told, store.workspace() as folder:
            _ = 1 / 0
        assert not folder.exists(), "a workspace is still there after an error in it"

    @rule()
    def test_prepare_leaves_nothing(self, store: ModelStore) -> None:
        """What prepare tries out leaves nothing in the store.

        It is called before a training of hours, to raise what would keep its model from
        being stored.
        """
        store.prepare()

        names = list(store.names())
        assert names == [], f"prepare() leaves {names} behind"
