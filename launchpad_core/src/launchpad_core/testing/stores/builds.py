"""What builds in a store of any type keep to: publishing, aliases, pruning, listing."""

from __future__ import annotations

from pathlib import Path

from launchpad_core.errors import NoSuchBuild
from launchpad_core.store.aliases import point, roll_back, unalias
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.finding import listing, models
from launchpad_core.store.model_store import ModelStore
from launchpad_core.store.pruning import prune
from launchpad_core.testing.rules import refused, rule
from launchpad_core.testing.stores.contents import (
    METADATA_OF_BUILDS,
    builds_of,
    payload_of,
    publish,
)
from launchpad_core.testing.stores.rules import ModelStoreRules

_BUILDS = "my_model/1.0.0/builds"


class ModelStoreBuilds(ModelStoreRules):
    """The rules of builds, which are made of the verbs."""

    @rule()
    def test_published_build_is_live_everywhere(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """A build that was published is live at once, on every host."""
        there = builds_of(elsewhere)
        with refused("the live build of an empty store", by=NoSuchBuild):
            there.live_id()
        for payload in ("1", "2"):
            build = publish(builds_of(store), payload)

            live = there.live()
            assert live == build, f"{live} is live elsewhere, not {build}"
            found = payload_of(there, live)
            assert found == payload, f"the live build holds {found!r}, not {payload!r}"
        aliases = [one.aliases for one in there.all()]
        assert aliases == [(), ("live",)], f"the builds' aliases are {aliases}"

    @rule()
    def test_build_that_is_not_promoted_is_only_kept(self, store: ModelStore) -> None:
        """A build that isn't promoted is kept, while the one before it stays live."""
        first = publish(builds_of(store), "1")
        second = publish(builds_of(store), "2", promote=False)

        live = builds_of(store).live()
        assert live == first, f"{live} is live, though only {first} was promoted"
        ids = [one.id for one in builds_of(store).all()]
        assert ids == [first.id, second.id], f"kept are {ids}, not the two builds"

    @rule()
    def test_failing_write_leaves_nothing(self, store: ModelStore) -> None:
        """When a model can't be written, nothing of its build is left."""
        first = publish(builds_of(store), "1")
        mine = ValueError("no")

        def fail(folder: Path) -> None:
            (folder / "half").write_text("x")
            raise mine

        with refused("a build whose files can't be written", by=ValueError):
            builds_of(store).publish(fail, METADATA_OF_BUILDS)

        live = builds_of(store).live()
        assert live == first, f"{live} is live after a build failed, not {first}"
        names = list(store.names(_BUILDS))
        assert names == [first.id], f"after a build failed, there are {names}"

    @rule()
    def test_aliases_move_and_roll_back(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """Whichever host moves an alias or rolls it back, all others see it."""
        here, there = builds_of(store), builds_of(elsewhere)
        builds = [publish(here, str(number)) for number in range(3)]

        point(there, "champion", builds[0])
        for host, expected in ((here, builds[1]), (there, builds[0])):
            found = roll_back(host, "live")
            assert found.id == expected.id, f"a rollback leads to {found}"
        with refused("a rollback to before the first build", by=NoSuchBuild):
            roll_back(here, "live")

        aliases = here.live().aliases
        assert aliases == ("champion", "live"), f"the live build has {aliases}"
        unalias(here, "champion")
        aliases = there.live().aliases
        assert aliases == ("live",), f"without its other alias, it has {aliases}"

    @rule()
    def test_pruning_keeps_the_newest_and_what_aliases_point_at(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """Pruned builds are gone, and all others are kept."""
        ids = [publish(builds_of(store), str(number)).id for number in range(6)]
        point(builds_of(store), "champion", builds_of(store).all()[1])

        pruned = prune(builds_of(elsewhere), keep=2)
        assert pruned == (ids[0], ids[2], ids[3]), f"pruned are {pruned} of {ids}"

        kept = [ids[1], ids[4], ids[5]]
        found = [one.id for one in builds_of(store).all()]
        assert found == kept, f"listed are {found}, not {kept}"
        there = sorted(store.names(_BUILDS))
        assert there == sorted(kept), f"the files of {there} are kept, not of {kept}"

    @rule()
    def test_models_are_listed_in_the_order_of_their_versions(
        self, store: ModelStore
    ) -> None:
        """Whatever the order of names, versions are listed in their own order."""
        for version in ("10.0.0", "9.0.0", "9.10.0", "9.9.0"):
            publish(ModelBuilds(store, "my_model", version))

        versions = [builds.version for builds in models(store)]
        ordered = ["9.0.0", "9.9.0", "9.10.0", "10.0.0"]
        assert versions == ordered, f"versions are {versions}, not {ordered}"
        listed = listing(models(store))["my_model"]
        assert listed["latest"] == listed["10.0.0"], "the latest is not 10.0.0"

    @rule()
    def test_sweeping_keeps_what_the_log_knows_and_who_is_at_work(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """A sweep removes neither builds of the log nor what is being written.

        Another host may sweep at any moment of a training.
        """
        before = publish(builds_of(store), "1")

        def write(folder: Path) -> None:
            (folder / "payload").write_text("2")
            builds_of(elsewhere).sweep()
            assert folder.is_dir(), "sweep() removes the folder of a writer at work"

        after = builds_of(store).publish(write, METADATA_OF_BUILDS)
        builds_of(elsewhere).sweep()

        for build, payload in ((before, "1"), (after, "2")):
            found = payload_of(builds_of(elsewhere), build)
            assert found == payload, f"after a sweep, a build holds {found!r}"
