"""What is left of writers that are killed, at any moment of their work."""

from __future__ import annotations

from typing import ClassVar

from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.rules import rule
from launchpad_core.testing.stores.contents import (
    builds_of,
    files_in,
    payload_of,
    publish,
)
from launchpad_core.testing.stores.processes import Processes
from launchpad_core.testing.stores.rules import ModelStoreRules, OpenStore

_BUILDS = "my_model/1.0.0/builds"
_NEVER_PUBLISHED = f"{_BUILDS}/0123456789abcdef"


class ModelStoreKilled(ModelStoreRules):
    """The rules of killed writers."""

    kills: ClassVar[int] = 10
    """How many writers are killed, each at another moment of publishing a build."""
    size: ClassVar[int] = 300_000
    """How many bytes the builds have that they publish."""

    @rule()
    def test_killed_writer_loses_nothing_and_hinders_nobody(
        self, store: ModelStore, open_store: OpenStore, processes: Processes
    ) -> None:
        """Whenever a writer is killed, what it has published is there, and whole.

        The build that it was about to publish is there as a whole, or not at all; the
        live build loads, and the next writer goes on. So nothing but a file that is
        created last may say that there is a build, and no lock may outlive its process:
        the operating system ends locks of files with it.
        """
        told: dict[str, str] = {}
        for number in range(self.kills):
            told |= processes.killed(
                open_store(),
                "publish_on",
                part=(number + 0.5) / self.kills,
                size=self.size,
            )
            _check_published(open_store(), told)

        after = publish(builds_of(store), "after")
        live = builds_of(open_store()).live()
        assert live == after, f"{live} is live after kills, not what was published then"

    @rule(needs=["sweeps"])
    def test_sweeping_removes_what_killed_writers_left(
        self, store: ModelStore, open_store: OpenStore, processes: Processes
    ) -> None:
        """A sweep removes builds that never reached the log, once their writer is gone.

        A store that can tell that a writer has ended, as by a lock that ends with it,
        has the capability ``sweeps``.
        """
        build = publish(builds_of(store))
        processes.killed(open_store(), "leave", key=_NEVER_PUBLISHED)

        builds_of(open_store()).sweep()

        names = list(store.names(_BUILDS))
        assert names == [build.id], (
            f"after a writer was killed and a sweep, {len(names)} builds are kept, "
            "where 1 was published"
        )
        payload_of(builds_of(open_store()), build)

    @rule(lacks=["sweeps"])
    def test_sweeping_leaves_what_may_be_in_use(
        self, open_store: OpenStore, processes: Processes
    ) -> None:
        """A store that can't tell whether a writer has ended leaves its newest files.

        It may remove them later, when no writer can take that long.
        """
        processes.killed(open_store(), "leave", key=_NEVER_PUBLISHED)

        builds_of(open_store()).sweep()

        files = files_in(open_store().get(_NEVER_PUBLISHED))
        assert files, "sweep() removes what a writer put a moment ago"


def _check_published(store: ModelStore, told: dict[str, str]) -> None:
    """Check that all builds are there that writers told of, and that all are whole."""
    builds = builds_of(store)
    lost = len(told.keys() - {build.id for build in builds.all()})
    assert not lost, (
        f"{lost} of {len(told)} builds that were published are lost after a writer was "
        "killed"
    )
    live = builds.live_id()
    there = {build.id: build for build in builds.all()}  # also what came meanwhile
    for id, build in there.items():
        payload = payload_of(builds, build)
        assert payload == told.get(id, payload), f"{build} holds what belongs to others"
    later = told.keys() & set([*there][[*there].index(live) + 1 :])
    assert not later, f"{live} is live, though {later} were published later"
