"""Places for a directory store: full, read-only, without links, with a wrong clock."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from store_writers import Start, Writer, opened, publish

from launchpad_core.positions import shown_path

pytestmark = pytest.mark.slow

MANY = 4
NOBODY = 65534

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 and not os.environ.get("CI"), reason="needs root"
)


@contextmanager
def mounted(*options: str, at: Path) -> Iterator[None]:
    """Mount a file system; skip the test where that isn't allowed, but never in CI."""
    mounting = subprocess.run(["mount", *options, str(at)], capture_output=True)
    if mounting.returncode:
        assert not os.environ.get("CI"), mounting.stderr
        pytest.skip(mounting.stderr.decode())
    try:
        yield
    finally:
        subprocess.run(["umount", str(at)], check=True)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 8 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    with mounted("-t", "tmpfs", "-o", "size=8m", "none", at=folder):
        yield folder


def cant_write(location: Path) -> str:
    return f"can't write the model store {shown_path(location)}"


def refused(writer: Writer) -> list[str]:
    """Return what a writer was told, all of whose attempts were refused."""
    assert writer.wait() == 0
    assert {it[0] for it in writer.told()} == {"refused"}, writer.told()
    return [it[1] for it in writer.told()]


def open_to_nobody(folder: Path) -> None:
    """Let other users reach a folder below pytest's, which are for their owner."""
    for above in list(folder.parents)[:-2]:
        above.chmod(above.stat().st_mode | 0o055)


def test_full_disk_leaves_the_old_build(start: Start, small: Path) -> None:
    builds = opened(small / "store")
    kept = [publish(builds, size=3_000_000) for _ in range(2)]

    told = refused(
        start("repeat", small / "store", verb="publish", size=3_000_000, times=3)
    )

    assert (
        told
        == [
            "can't write the files of the model: No space left on device\n"
            "  try: check the folder's permissions and the space on its disk"
        ]
        * 3
    )
    assert [build.sha256 for build in builds.all()] == [build.sha256 for build in kept]
    with builds.verified(builds.live()):
        pass
    assert list((small / "store" / ".tmp").glob("[!.]*")) == []
    assert publish(builds, size=100_000) == builds.live()


def test_disk_that_is_full_to_the_last_byte_keeps_the_log(
    start: Start, small: Path
) -> None:
    builds = opened(small / "store")
    build = publish(builds)
    subprocess.run(["dd", "if=/dev/zero", f"of={small / 'filling'}"], check=False)

    for verb in ("publish", "retest", "prune", "move"):
        writer = start("repeat", small / "store", verb=verb)
        assert writer.wait() == 0
        told = [it for it in writer.told() if it != ["done"]]
        assert all("No space left on device" in message for _, message in told), told

    assert builds.live() == build
    assert builds.last().number == 1
    (small / "filling").unlink()
    assert publish(builds) == builds.live()


def test_training_on_a_full_disk_is_told_in_words(
    small: Path, project: Path, cli: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    config = project / "cfg.yml"
    config.write_text(
        config.read_text().replace("location: store", f"location: {small / 'store'}")
    )
    assert cli("-c", "cfg.yml", "train").returncode == 0
    model = (project / "model.py").read_text()
    (project / "model.py").write_text(
        model.replace('{"offset"', '{"big": bytes(9_000_000), "offset"')
    )

    full = cli("-c", "cfg.yml", "train")

    assert full.returncode == 1
    assert full.stderr.endswith(
        "Error: can't write the files of the model: No space left on device\n"
        "  try: check the folder's permissions and the space on its disk\n"
    )
    assert "Traceback" not in full.stderr
    predicted = cli("-c", "cfg.yml", "predict", "-", input='{"x": 1}')
    assert '"sum": 11' in predicted.stdout, predicted.stderr


@needs_root
def test_store_of_another_user_is_read_and_not_written(
    start: Start, location: Path, tmp_path: Path
) -> None:
    build = publish(opened(location))
    open_to_nobody(location / "x")
    (tmp_path / "end").touch()
    for verb in ("publish", "retest", "move"):
        (message,) = refused(start("repeat", location, verb=verb, user=NOBODY))
        assert message.startswith(f"{cant_write(location)}: Permission")

    reader = start("read", location, until=str(tmp_path / "end"), user=NOBODY)

    assert reader.wait() == 0
    assert reader.told() == [1]
    assert opened(location).live() == build


@pytest.fixture
def read_only(location: Path, tmp_path: Path) -> Iterator[Path]:
    """Return a mount of the store's folder that can't be written to."""
    publish(opened(location))
    folder = tmp_path / "read-only"
    folder.mkdir()
    with mounted("--bind", str(location), at=folder):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)
        yield folder


def test_read_only_mount_is_read_and_follows_what_is_written_elsewhere(
    start: Start, location: Path, read_only: Path
) -> None:
    reader = opened(read_only)
    first = reader.live_id()

    for verb in ("publish", "retest", "move"):
        (message,) = refused(start("repeat", read_only, verb=verb))
        assert message.startswith(f"{cant_write(read_only)}: Read-only file system")

    second = publish(opened(location))
    assert reader.live_id() == second.id != first
    with reader.verified(reader.live()) as folder:
        assert (folder / "payload" / "model").is_file()


@pytest.mark.parametrize("without", [{"link": "EPERM"}, {"link": "EOPNOTSUPP"}])
def test_file_system_without_links_keeps_all_entries(
    start: Start, location: Path, without: dict[str, str]
) -> None:
    trainers = [
        start("repeat", location, verb="publish", times=10, without=without)
        for _ in range(MANY)
    ]

    assert [trainer.wait() for trainer in trainers] == [0] * MANY

    told = [it[1] for trainer in trainers for it in trainer.told()]
    assert sorted(told) == sorted(build.sha256 for build in opened(location).all())
    assert len(told) == MANY * 10


def test_file_system_without_links_outlasts_kills(start: Start, location: Path) -> None:
    publish(opened(location))
    for number in range(1, 120, 6):
        before = opened(location).last().number
        how = {"verb": "publish", "without": {"link": "EPERM"}}
        assert start("repeat", location, **how, killed_at=number).wait() in (0, -9)
        assert opened(location).last().number - before in (0, 1)

        next_one = start("repeat", location, **how)
        assert next_one.wait() == 0
        ((_, sha256),) = next_one.told()
        assert opened(location).live().sha256 == sha256
    left = {path.name for path in (location / ".tmp").iterdir()}
    assert left <= {".alone", ".links"}


@pytest.mark.parametrize("error", ["ENOLCK", "EOPNOTSUPP"])
def test_file_system_without_locks_is_told(
    start: Start, location: Path, error: str
) -> None:
    build = publish(opened(location))

    how = {"without": {"flock": error}}
    for verb in ("publish", "retest"):
        (message,) = refused(start("repeat", location, verb=verb, **how))
        assert message.startswith(f"{cant_write(location)}: ")

    assert opened(location).live() == build


def test_clock_that_is_set_back_does_not_matter(start: Start, location: Path) -> None:
    published = []
    for days in (0, -1, 400, -400):
        writer = start("repeat", location, verb="publish", days=days)
        assert writer.wait() == 0
        published += [sha256 for _, sha256 in writer.told()]
        assert opened(location).live().sha256 == published[-1]

    builds = opened(location)
    assert [build.sha256 for build in builds.all()] == published
    times = [entry.at for entry in builds.history().entries]
    assert times != sorted(times)
