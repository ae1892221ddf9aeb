"""What happens to a store when many write at once, and when writers are killed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import ClassVar

from launchpad_core.store.finding import with_history
from launchpad_core.store.model_store import ModelStore
from launchpad_core.testing.rules import rule
from launchpad_core.testing.stores.contents import builds_of, payload_of, publish
from launchpad_core.testing.stores.processes import Processes
from launchpad_core.testing.stores.rules import ModelStoreRules, OpenStore


class ModelStoreWriters(ModelStoreRules):
    """The rules of many writers at once."""

    threads: ClassVar[int] = 8
    """How many threads write at once."""
    writers: ClassVar[int] = 4
    """How many processes write at once."""
    races: ClassVar[int] = 200
    """How many files all of them create at the same moment."""

    @rule()
    def test_one_of_many_threads_creates(self, store: ModelStore) -> None:
        """Of threads that create the same file at once, one is told that it did.

        A look whether there is a file, and then a write, isn't enough: another one may
        write between them, and one of the two is lost. It takes a single operation that
        fails where there is a file, such as ``os.link`` or a conditional write.
        """
        begin = Barrier(self.threads)

        def create(number: int) -> list[bool]:
            content = b"%d" % number
            created = []
            for n in range(self.races):
                begin.wait()
                created.append(store.create(f"log/{n}", content))
            return created

        with _taking_turns_often(), ThreadPoolExecutor(self.threads) as threads:
            told = list(threads.map(create, range(self.threads)))

        _check_that_one_created(store, told, "threads")

    @rule()
    def test_one_of_many_processes_creates(
        self, open_store: OpenStore, processes: Processes
    ) -> None:
        """Of processes that create the same file at once, one is told that it did.

        A lock among the threads of one process doesn't keep others out.
        """
        stores = [open_store() for _ in range(self.writers)]

        told = processes.together(stores, "create", times=self.races)

        _check_that_one_created(open_store(), told, "processes")

    @rule()
    def test_reader_sees_all_of_a_file_or_nothing(
        self, store: ModelStore, elsewhere: ModelStore
    ) -> None:
        """Who reads a file while it is created sees all of it, or that it isn't there.

        So it has to be written elsewhere, and to get its name when it is complete.
        """
        content = b"x" * 2_000_000
        keys = [f"log/{number}" for number in range(20)]

        with ThreadPoolExecutor(3) as threads:
            writing = threads.submit(
                lambda: [store.create(key, content) for key in keys]
            )
            reading = [
                threads.submit(_sizes_until, writing.done, elsewhere, keys)
                for _ in range(2)
            ]
            created = writing.result()
            seen = set().union(*(one.result() for one in reading))

        assert all(created), "create() of new files returns False"
        halves = sorted(seen - {len(content)})
        assert not halves, (
            f"a reader sees {halves[:1]} of {len(content)} bytes of a file"
        )

    @rule()
    def test_no_metrics_are_lost_when_many_retest_at_once(
        self, store: ModelStore, open_store: OpenStore
    ) -> None:
        """Of threads that add metrics to a build at once, none loses what it adds."""
        build = publish(builds_of(store))

        def retest(number: int) -> None:
            builds = builds_of(open_store())
            for step in range(5):
                builds.add_metrics(build, {"accuracy": number * 5 + step})

        with ThreadPoolExecutor(self.threads) as threads:
            list(threads.map(retest, range(self.threads)))

        builds = builds_of(store)
        history = with_history(builds.live(), builds.history())["metrics_history"]
        found = sorted(one["accuracy"] for one in history.values())
        expected = sorted([1, *range(self.threads * 5)])
        lost = len(expected) - len(found)
        assert not lost, f"{lost} of {len(expected)} retests at once are lost"
        assert found == expected, f"the metrics of retests at once are {found}"

    @rule()
    def test_no_build_is_lost_when_many_processes_publish(
        self, open_store: OpenStore, processes: Processes
    ) -> None:
        """Of processes that publish at once, none loses a build."""
        stores = [open_store() for _ in range(self.writers)]

        published = processes.together(stores, "publish_some", times=5)

        builds = builds_of(open_store())
        found = {build.id: payload_of(builds, build) for build in builds.all()}
        told = {
            id: f"{number} {n}"
            for number, ids in enumerate(published)
            for n, id in enumerate(ids)
        }
        lost = told.keys() - found.keys()
        assert not lost, f"{len(lost)} of {len(told)} builds published at once are lost"
        assert found.keys() == told.keys(), "there are builds that nobody published"
        mixed = sorted(found.values()) != sorted(told.values())
        assert not mixed, "builds published at once hold what belongs to others"
        last = builds.all()[-1].id
        live = builds.live_id()
        assert live == last, f"{live} is live, though {last} was published last"


@contextmanager
def _taking_turns_often() -> Iterator[None]:
    """Let threads take turns so often that they meet between any two steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _check_that_one_created(
    store: ModelStore, told: Sequence[Sequence[bool]], whose: str
) -> None:
    """Check who was told that it created a file, and what is in it."""
    for number, created in enumerate(zip(*told, strict=True)):
        winners = sum(created)
        assert winners < 2, (
            f"{winners} of {len(created)} {whose} that created the same file at once "
            "were told that they did: all writes but one are lost"
        )
        assert winners, f"none of {len(created)} {whose} created log/{number}"
        found, expected = store.read(f"log/{number}"), b"%d" % created.index(True)
        assert found == expected, (
            f"the one of {len(created)} {whose} that was told that it created a file "
            f"has lost its write: it holds {found!r}, not {expected!r}"
        )


def _sizes_until(
    ended: Callable[[], bool], store: ModelStore, keys: Sequence[str]
) -> set[int]:
    """Return the sizes of files that are read until somebody has written them all."""
    seen = set()
    while not ended():
        contents = (store.read(key) for key in keys)
        seen |= {len(content) for content in contents if content is not None}
    return seen
