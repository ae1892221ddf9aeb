"""What is on the disk when: nothing is told that a power cut could take back."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import system_calls
from store_writers import opened, publish, writers
from system_calls import recording

pytestmark = pytest.mark.slow

_OPENED = re.compile(r'openat\(.*?, "([^"]+)", ([A-Z_|]+).*\) = \d')
_MADE = re.compile(r'mkdir\("([^"]+)", \d+\) += 0')
_WRITTEN = re.compile(r"write\(\d+<([^>]+)>")
_SYNCED = re.compile(r"fsync\(\d+<([^>]+)>\) += 0")
_MOVED = re.compile(r'(rename|link)\("([^"]+)", "([^"]+)"\) += 0')


@dataclass
class Disk:
    """The names and contents below a folder that a power cut would take back."""

    folder: str
    names: set[str] = field(default_factory=set)
    contents: set[str] = field(default_factory=set)

    def see(self, line: str) -> None:
        if (found := _OPENED.match(line)) and "O_CREAT" in found[2]:
            self.names.add(found[1])
        if found := _MADE.match(line):
            self.names.add(found[1])
        if found := _WRITTEN.match(line):
            self.contents.add(found[1])
        if found := _SYNCED.match(line):
            self.contents.discard(found[1])
            self.names = {it for it in self.names if str(Path(it).parent) != found[1]}
        if found := _MOVED.match(line):
            self.names = {_moved(it, found[2], found[3]) for it in self.names}
            self.contents = {_moved(it, found[2], found[3]) for it in self.contents}
            self.names.add(found[3])

    def at_risk(self) -> list[str]:
        """Return what is at risk, except in workspaces and locks."""
        at_risk = self.names | self.contents
        return sorted(
            it for it in at_risk if it.startswith(self.folder) and "/.tmp" not in it
        )


def _moved(path: str, source: str, target: str) -> str:
    return re.sub(f"^{re.escape(source)}(?=/|$)", lambda _: target, path)


def calls_of(verb: str, location: Path, folder: Path) -> list[str]:
    with writers(folder) as start:
        writer = start("once", location, verb=verb)
        while "ready" not in writer.told():
            time.sleep(0.001)
        with recording(writer.pid, folder / "strace.log"):
            writer.go()
            assert writer.wait() == 0
    return (folder / "strace.log").read_text().splitlines()


@pytest.mark.parametrize("store", ["new", "with builds"])
@pytest.mark.parametrize("verb", ["publish", "hold"])
def test_all_of_a_build_is_on_the_disk_before_the_log_tells_of_it(
    tmp_path: Path, store: str, verb: str
) -> None:
    if not system_calls.is_installed():
        assert not os.environ.get("CI")
        pytest.skip("strace is not installed")
    location = tmp_path / "store"
    if store == "with builds":
        publish(opened(location))
    disk = Disk(str(location))
    told = ""
    at_risk = 0
    for line in calls_of(verb, location, tmp_path):
        if line.startswith("link(") and "/log/" in line:
            (told,) = re.findall(r"/log/\d+\.json", line)
            assert [it for it in disk.at_risk() if not it.endswith("/log")] == []
        disk.see(line)
        at_risk = max(at_risk, len(disk.at_risk()))

    assert told.endswith("2.json" if store == "with builds" else "1.json")
    assert at_risk > 0
    assert disk.at_risk() == []
