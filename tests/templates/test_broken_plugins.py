"""Plugins that are broken in a dozen ways: their contracts say in which."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

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


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Baked]:
    """Return a function that returns the distribution of a kind, as it was made."""
    made: dict[str, Baked] = {}

    def baked(kind: str) -> Baked:
        if kind not in made:
            made[kind] = bake(kind, tmp_path_factory.mktemp("whole"))
        return made[kind]

    return baked


@pytest.mark.parametrize(
    ("kind", "changes", "contract", "told"),
    [
        pytest.param(
            SOURCE,
            [
                (
                    "plugin.py",
                    "from launchpad_core",
                    "import pandas\n\nfrom launchpad_core",
                )
            ],
            "TestPlugin",
            "pandas, imported by launchpad_sources_weather.plugin",
            id="heavy import at the top",
        ),
        pytest.param(
            SOURCE,
            [
                (
                    "source.py",
                    "DataError, DataSource",
                    "DataError, DataSink, DataSource",
                ),
                ("source.py", "Source(DataSource)", "Source(DataSink)"),
            ],
            "TestPlugin",
            'launchpad-sources-weather 0.1.0 provides type "weather" by '
            "launchpad_sources_weather.source:WeatherSource, which is no "
            "DataSource",
            id="wrong base class",
        ),
        pytest.param(
            SOURCE,
            [("METADATA", "launchpad-core<0.2,>=0.1", "launchpad-core")],
            "TestPlugin",
            "it requires launchpad-core, without a lower and an upper bound",
            id="no bounds",
        ),
        pytest.param(
            SOURCE,
            [
                (
                    "source.py",
                    '"""Which of them hold numbers; the others hold text."""',
                    "",
                )
            ],
            "TestPlugin",
            "without a docstring: WeatherSource.Config.numbers",
            id="undocumented field",
        ),
        pytest.param(
            SOURCE,
            [("conformance.py", '"chunks")', '"chunks", "raw")')],
            "TestWeather",
            'it raises UnsupportedOperation: "tested" of type weather has no '
            "raw data try: get_dataframe()",
            id="capability that lies",
        ),
        pytest.param(
            SOURCE,
            [("source.py", "list(islice(lines, chunksize))", LOSING)],
            "TestWeather",
            "rows are lost or read twice: 2 of 3 came, 1 at a time",
            id="rows lost between chunks",
        ),
        pytest.param(
            SINK,
            [("sink.py", "record.items()", "sorted(record.items(), key=str)")],
            "TestRecordText",
            "what is read back: the columns are in another order: length, "
            "name, number, ripe instead of number, length, name, ripe",
            id="columns reordered",
        ),
        pytest.param(
            SOURCE,
            [
                (
                    "source.py",
                    "return self._frame(lines)",
                    'return self.__dict__.setdefault("kept", self._frame(lines))',
                )
            ],
            "TestWeather",
            "a frame is shared, and was changed: the columns are city, "
            "degrees, launchpad_added instead of city, degrees",
            id="mutable frame shared through a cache",
        ),
        pytest.param(
            STORE,
            [("store.py", CREATE, CREATE_UNLESS_READ)],
            "TestSqlite and one_of_many_threads_creates",
            "threads that created the same file at once were told that they "
            "did: all writes but one are lost",
            id="one of two concurrent writes lost",
        ),
        pytest.param(
            FORMAT,
            [
                (
                    "format.py",
                    "ensure_ascii=False)",
                    """ensure_ascii=False).replace('"maximum"', '"max"')""",
                )
            ],
            "TestJson",
            "the constraint maximum of query parameter x of GET /maximum/query "
            "is lost (1 more)",
            id="constraint dropped on a round trip",
        ),
        pytest.param(
            SOURCE,
            [("plugin.py", "launchpad_data_sources", "launchpad_data_source")],
            "TestPlugin",
            "sources_weather is broken: there is no hook launchpad_data_source "
            "(try: rename it to launchpad_data_sources)",
            id="hook misspelt",
        ),
        pytest.param(
            SOURCE,
            [("plugin.py", "    yield", "    for _ in range(2):\n        yield")],
            "TestPlugin",
            'sources_weather is broken: it registers the data source "weather" twice',
            id="registration twice",
        ),
    ],
)
def test_contracts_say_what_is_broken(
    kind: str,
    changes: list[Change],
    contract: str,
    told: str,
    whole: Callable[[str], Baked],
    tmp_path: Path,
) -> None:
    site = shutil.copytree(whole(kind).site, tmp_path / "site")
    broken = Baked(shutil.copytree(whole(kind).folder, tmp_path / "broken"), site)
    for name, old, new in changes:
        (path,) = site.rglob(name)
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    done = broken.test("-k", contract)

    found = re.findall(r"ContractBroken: (?:\d of 8 )?(.*)", done.stdout)
    assert told in found, done.stdout
