"""Plugins that are broken in a dozen ways: their contracts say in which."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from baked_plugins import Baked, bake

Change = tuple[str, str, str]
"""The file in which a text is replaced by another one."""

CREATE = """\
        with self._transaction() as database:
            done = database.execute(
                "INSERT OR IGNORE"""
CREATE_UNLESS_READ = """\
        if self.read(key) is not None:
            return False
        time.sleep(0.01)
        with self._transaction() as database:
            done = database.execute(
                "INSERT OR REPLACE"""
LOSING = "list(islice(lines, chunksize + 1))[:chunksize]"

SOURCE, SINK, FORMAT, STORE = "data source", "data sink", "API format", "model store"


def broken(name: str, kind: str, *changes: Change, rules: str, told: str) -> Any:
    """Return what is changed in a distribution of a kind, and what some rules say."""
    return pytest.param(kind, changes, rules, told, id=name)


BROKEN = [
    broken(
        "heavy import at the top",
        SOURCE,
        ("plugin.py", "from launchpad_core", "import pandas\n\nfrom launchpad_core"),
        rules="TestPlugin",
        told="pandas, imported by launchpad_sources_weather.plugin",
    ),
    broken(
        "wrong base class",
        SOURCE,
        ("source.py", "DataError, DataSource", "DataError, DataSink, DataSource"),
        ("source.py", "Source(DataSource)", "Source(DataSink)"),
        rules="TestPlugin",
        told=(
            'launchpad-sources-weather 0.1.0 provides type "weather" by '
            "launchpad_sources_weather.source:WeatherSource, which is no "
            "DataSource"
        ),
    ),
    broken(
        "no bounds",
        SOURCE,
        ("METADATA", "launchpad-core<0.2,>=0.1", "launchpad-core"),
        rules="TestPlugin",
        told="it requires launchpad-core, without a lower and an upper bound",
    ),
    broken(
        "undocumented field",
        SOURCE,
        ("source.py", '"""Which of them hold numbers; the others hold text."""', ""),
        rules="TestPlugin",
        told="without a docstring: WeatherSource.Config.numbers",
    ),
    broken(
        "capability that lies",
        SOURCE,
        ("conformance.py", '"chunks")', '"chunks", "raw")'),
        rules="TestWeather",
        told=(
            'it raises UnsupportedOperation: "tested" of type weather has no '
            "raw data try: get_dataframe()"
        ),
    ),
    broken(
        "rows lost between chunks",
        SOURCE,
        ("source.py", "list(islice(lines, chunksize))", LOSING),
        rules="TestWeather",
        told="rows are lost or read twice: 2 of 3 came, 1 at a time",
    ),
    broken(
        "columns reordered",
        SINK,
        ("sink.py", "record.items()", "sorted(record.items(), key=str)"),
        rules="TestRecordText",
        told=(
            "what is read back: the columns are in another order: length, "
            "name, number, ripe instead of number, length, name, ripe"
        ),
    ),
    broken(
        "mutable frame shared through a cache",
        SOURCE,
        (
            "source.py",
            "return self._frame(lines)",
            'return self.__dict__.setdefault("kept", self._frame(lines))',
        ),
        rules="TestWeather",
        told=(
            "a frame is shared, and was changed: the columns are city, "
            "degrees, launchpad_added instead of city, degrees"
        ),
    ),
    broken(
        "one of two concurrent writes lost",
        STORE,
        ("store.py", CREATE, CREATE_UNLESS_READ),
        rules="TestSqlite and one_of_many_threads_creates",
        told=(
            "threads that created the same file at once were told that they "
            "did: all writes but one are lost"
        ),
    ),
    broken(
        "constraint dropped on a round trip",
        FORMAT,
        (
            "format.py",
            "ensure_ascii=False)",
            """ensure_ascii=False).replace('"maximum"', '"max"')""",
        ),
        rules="TestJson",
        told=(
            "the constraint maximum of query parameter x of GET /maximum/query "
            "is lost (1 more)"
        ),
    ),
    broken(
        "hook misspelt",
        SOURCE,
        ("plugin.py", "launchpad_data_sources", "launchpad_data_source"),
        rules="TestPlugin",
        told=(
            "sources_weather is broken: there is no hook launchpad_data_source "
            "(try: rename it to launchpad_data_sources)"
        ),
    ),
    broken(
        "registration twice",
        SOURCE,
        ("plugin.py", "    yield", "    for _ in range(2):\n        yield"),
        rules="TestPlugin",
        told='sources_weather is broken: it registers the data source "weather" twice',
    ),
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Baked]:
    """Return a function that returns the distribution of a kind, as it was made."""
    made: dict[str, Baked] = {}

    def baked(kind: str) -> Baked:
        if kind not in made:
            made[kind] = bake(kind, tmp_path_factory.mktemp("whole"))
        return made[kind]

    return baked


@pytest.mark.parametrize(("kind", "changes", "rules", "told"), BROKEN)
def test_contracts_say_what_is_broken(
    kind: str,
    changes: tuple[Change, ...],
    rules: str,
    told: str,
    whole: Callable[[str], Baked],
    tmp_path: Path,
) -> None:
    site = shutil.copytree(whole(kind).site, tmp_path / "site")
    changed = Baked(shutil.copytree(whole(kind).folder, tmp_path / "broken"), site)
    for name, old, new in changes:
        (path,) = site.rglob(name)
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    done = changed.test("-k", rules)

    found = re.findall(r"ContractBroken: (?:\d of 8 )?(.*)", done.stdout)
    assert told in found, done.stdout
