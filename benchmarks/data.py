"""How long reading and writing data takes, beside plain pandas.

Each case runs in processes of its own, ours and pandas' in turn. Measured are the CPU
seconds (user and system) of the act, and by how much it raised the peak of the memory
of its process, after everything was imported and a first small read was done. The table
shows medians, and the medians of the ratios of neighbours.

Run it with ``python benchmarks/data.py`` in an environment that has the distributions,
their extras, and the database servers of ``tools/databases.py``. ``--rows`` makes it
smaller, names of cases select some of them, ``--json`` prints all that was measured.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

ROOT = Path(__file__).parents[1]
CHUNK = 100_000
AS_ENGINE_C = {"at": "str", "b": "float64"}
"""What makes the frame of pandas' engine ``pyarrow`` equal to that of ``c``."""


@dataclass(frozen=True)
class Case:
    """What is compared.

    Attributes:
        ours: The act by launchpad.
        pandas: The same by pandas, one or several ways; the best one counts.
        faster: How many times faster it should be, at least.
        memory: Which part of the memory it should take, at most.
    """

    ours: Callable[[Places], Any]
    pandas: dict[str, Callable[[Places], Any]]
    faster: float | None = None
    memory: float | None = None


@dataclass(frozen=True)
class Places:
    """Where the data is.

    Attributes:
        folder: The folder with the files.
        postgresql: The URL of the PostgreSQL database.
        rows: The number of rows of the large tables.
    """

    folder: Path
    postgresql: str
    rows: int

    def url(self, kind: str) -> str:
        """Return the URL of a database."""
        if kind == "postgresql":
            return self.postgresql
        return f"{kind}:///{self.folder}/petals.{kind}"

    def source(self, type_: str, **section: Any) -> Any:
        """Return launchpad's data source for a section."""
        from launchpad_core.sections import Section

        if type_.startswith("dbms."):
            from launchpad_sources_sql.source import SqlSource

            url = self.url(type_.partition(".")[2])
            connection = Section({"type": "sql", "url": url})
            return SqlSource("petals", {"type": type_, **section}, connection)
        from launchpad_sources_files.csv import CsvSource
        from launchpad_sources_files.parquet import ParquetSource

        class_ = CsvSource if type_ == "csv" else ParquetSource
        section["path"] = str(self.folder / section["path"])
        if "dtypes_path" in section:
            section["dtypes_path"] = str(self.folder / section["dtypes_path"])
        return class_("petals", {"type": type_, **section})

    def sink(self, kind: str, **section: Any) -> Any:
        """Return launchpad's data sink for a table of a database."""
        from launchpad_core.sections import Section
        from launchpad_sources_sql.sink import SqlSink

        connection = Section({"type": "sql", "url": self.url(kind)})
        return SqlSink("out", {"type": f"dbms.{kind}", **section}, connection)

    def engine(self, kind: str) -> Any:
        """Return SQLAlchemy's engine for a database."""
        import sqlalchemy as sa

        return sa.create_engine(self.url(kind))


def read_table(kind: str) -> Callable[[Places], Any]:
    def act(places: Places) -> Any:
        source = places.source(f"dbms.{kind}", table="petals")
        return lambda: source.get_dataframe()

    return act


def pandas_read_sql(kind: str) -> Callable[[Places], Any]:
    def act(places: Places) -> Any:
        engine = places.engine(kind)

        def read() -> Any:
            with engine.connect() as connected:
                return pd.read_sql("SELECT * FROM petals", connected)

        return read

    return act


def write_table(kind: str) -> Callable[[Places], Any]:
    def act(places: Places) -> Any:
        frame = made(places.rows)
        sink = places.sink(kind, table="written", if_exists="replace")
        return lambda: sink.put_dataframe(frame)

    return act


def pandas_to_sql(kind: str) -> Callable[[Places], Any]:
    def act(places: Places) -> Any:
        frame, engine = made(places.rows), places.engine(kind)

        def write() -> None:
            with engine.begin() as connected:
                frame.to_sql("written", connected, index=False, if_exists="replace")

        return write

    return act


def read_file(type_: str, **section: Any) -> Callable[[Places], Any]:
    def act(places: Places) -> Any:
        source = places.source(type_, **section)
        return lambda: source.get_dataframe()

    return act


def pandas_read_csv(**options: Any) -> Callable[[Places], Any]:
    def act(places: Places) -> Any:
        return lambda: pd.read_csv(places.folder / "petals.csv", **options)

    return act


def pandas_read_csv_typed(**options: Any) -> Callable[[Places], Any]:
    """Read with the types told by hand, as far as ``read_csv`` can give them."""

    def act(places: Places) -> Any:
        frame = made(1)
        dtypes = {
            name: str(dtype)
            for name, dtype in frame.dtypes.items()
            if str(dtype) not in ("datetime64[us]",)
        }
        return lambda: pd.read_csv(
            places.folder / "petals.csv",
            dtype=dtypes,
            parse_dates=["at"],
            date_format="ISO8601",
            **options,
        )

    return act


def pandas_read_parquet(places: Places) -> Any:
    return lambda: pd.read_parquet(places.folder / "petals.parquet")


def in_chunks(type_: str, **section: Any) -> Callable[[Places], Any]:
    def act(places: Places) -> Any:
        source = places.source(type_, **section)
        return lambda: sum(map(len, source.get_dataframe(chunksize=CHUNK)))

    return act


CASES = {
    "postgresql-read": Case(
        read_table("postgresql"),
        {"read_sql": pandas_read_sql("postgresql")},
        faster=3,
        memory=0.4,
    ),
    "sqlite-read": Case(
        read_table("sqlite"),
        {"read_sql": pandas_read_sql("sqlite")},
        faster=3,
        memory=0.4,
    ),
    "duckdb-read": Case(read_table("duckdb"), {"read_sql": pandas_read_sql("duckdb")}),
    "postgresql-write": Case(
        write_table("postgresql"),
        {"to_sql": pandas_to_sql("postgresql")},
        faster=5,
    ),
    "sqlite-write": Case(write_table("sqlite"), {"to_sql": pandas_to_sql("sqlite")}),
    "csv-read": Case(
        read_file("csv", path="petals.csv"),
        {
            "c": pandas_read_csv(),
            "pyarrow": pandas_read_csv(engine="pyarrow", dtype=AS_ENGINE_C),
        },
        faster=1,
    ),
    "csv-read-typed": Case(
        read_file("csv", path="petals.csv", dtypes_path="petals.dtypes"),
        {
            "c": pandas_read_csv_typed(),
            "pyarrow": pandas_read_csv_typed(engine="pyarrow"),
        },
        faster=1,
    ),
    "parquet-read": Case(
        read_file("parquet", path="petals.parquet"),
        {"pyarrow": pandas_read_parquet},
        faster=1,
    ),
}
CHUNKED = {
    "postgresql-chunks": in_chunks("dbms.postgresql", table="large"),
    "sqlite-chunks": in_chunks("dbms.sqlite", table="large"),
    "parquet-chunks": in_chunks("parquet", path="large.parquet"),
    "csv-chunks": in_chunks("csv", path="large.csv"),
}
CHUNKED_MEGABYTES = 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", help=", ".join([*CASES, *CHUNKED]))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--chunked-rows", type=int, default=10_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--act", nargs=5, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.act:
        perform(*asked.act)
        return
    selected = asked.cases or [*CASES, *CHUNKED]
    if unknown := set(selected) - {*CASES, *CHUNKED}:
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    with prepared(selected, asked.rows, asked.chunked_rows) as places:
        measured = {
            name: compare(name, places, asked.rounds)
            for name in selected
            if name in CASES
        }
        chunked = {
            name: act(name, "ours", places) for name in selected if name in CHUNKED
        }
    if asked.json:
        print(json.dumps({"compared": measured, "chunked": chunked}))
    else:
        report(measured, chunked)


def made(rows: int, seed: int = 1) -> pd.DataFrame:
    """Return rows of ten columns, of which one has missing values."""
    random = np.random.default_rng(seed)
    number = pd.array(random.integers(0, 1000, rows), dtype="Int64")
    number[::10] = pd.NA
    moments = np.datetime64("2020-01-01", "us") + random.integers(0, 10**14, rows)
    return pd.DataFrame(
        {
            "id": np.arange(rows),
            "a": random.integers(0, 1000, rows),
            "b": number,
            "x": random.normal(size=rows),
            "y": random.normal(size=rows),
            "z": random.normal(size=rows),
            "name": random.choice(["setosa", "versicolor", "virginica"], rows),
            "code": [f"code-{n:07d}" for n in range(rows)],
            "at": moments,
            "ok": random.random(rows) < 0.5,
        }
    )


@contextmanager
def prepared(cases: list[str], rows: int, large: int) -> Iterator[Places]:
    """Yield the places, with the data that the cases read."""
    sys.path.insert(0, str(ROOT / "tools"))
    import databases

    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder, "files")
        files.mkdir()
        with databases.postgresql(Path(folder, "server")) as server:
            places = Places(files, server.url("psycopg"), rows)
            fill(places, made(rows), cases)
            if any(name in CHUNKED for name in cases):
                fill_large(places, large, cases)
            yield places


def fill(places: Places, frame: pd.DataFrame, cases: list[str]) -> None:
    from launchpad_sources_files.csv import CsvSink
    from launchpad_sources_sql.databases import database_of

    for kind in ("postgresql", "sqlite", "duckdb"):
        if any(name.startswith(kind) for name in cases):
            sink = places.sink(kind, table="petals")
            sink.put_dataframe(frame)
            database_of(sink.connection).close()  # only one process may use DuckDB
    folder = places.folder
    CsvSink(
        "out",
        {
            "type": "csv",
            "path": str(folder / "petals.csv"),
            "dtypes_path": str(folder / "petals.dtypes"),
        },
    ).put_dataframe(frame)
    frame.to_parquet(folder / "petals.parquet")


def fill_large(places: Places, rows: int, cases: list[str]) -> None:
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pq

    schema = pa.Schema.from_pandas(made(10))
    with (
        pq.ParquetWriter(places.folder / "large.parquet", schema) as parquet,
        pa_csv.CSVWriter(places.folder / "large.csv", schema) as text,
    ):
        for number in range(0, rows, 500_000):
            frame = made(min(500_000, rows - number), seed=number)
            table = pa.Table.from_pandas(frame, schema)
            parquet.write_table(table)
            text.write_table(table)
            for kind in ("postgresql", "sqlite"):
                if f"{kind}-chunks" in cases:
                    sink = places.sink(kind, table="large", if_exists="append")
                    sink.put_dataframe(frame)


def compare(name: str, places: Places, rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Return what was measured, side by side."""
    sides = ["ours", *CASES[name].pandas]
    measured: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side in sides:
            measured[side].append(act(name, side, places))
    return measured


def act(name: str, side: str, places: Places) -> dict[str, Any]:
    command = [sys.executable, __file__, "--act", name, side]
    command += [str(places.folder), places.postgresql, str(places.rows)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def perform(name: str, side: str, folder: str, postgresql: str, rows: str) -> None:
    places = Places(Path(folder), postgresql, int(rows))
    if name in CHUNKED:
        prepare = CHUNKED[name]
    else:
        case = CASES[name]
        prepare = case.ours if side == "ours" else case.pandas[side]
    warm_up(name, side, places)
    run = prepare(places)
    memory = peak_megabytes(anew=True)
    cpu, wall = time.process_time(), time.perf_counter()
    result = run()
    print(
        json.dumps(
            {
                "cpu": time.process_time() - cpu,
                "wall": time.perf_counter() - wall,
                "megabytes": peak_megabytes() - memory,
                "rows": result if isinstance(result, int) else None,
            }
        )
    )


def peak_megabytes(*, anew: bool = False) -> float:
    """Return the peak of this process's memory, or its present use if begun anew.

    Linux only: what ``getrusage`` tells includes the peak of the parent. What is free
    is given back first, since an act that takes it would seem to need nothing.
    """
    if anew:
        gc.collect()
        pa.default_memory_pool().release_unused()
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def warm_up(name: str, side: str, places: Places) -> None:
    """Import whatever the act needs, and connect."""
    kind = name.partition("-")[0]
    if kind in ("parquet", "csv"):
        small = places.folder / f"small-{side}.{kind}"
        if kind == "csv":
            made(10).to_csv(small, index=False)
            pd.read_csv(small, engine="pyarrow" if side == "pyarrow" else "c")
        else:
            made(10).to_parquet(small)
            pd.read_parquet(small)
        if side == "ours":
            places.source(kind, path=small.name).get_dataframe()
        return
    if side == "ours":
        places.source(f"dbms.{kind}", query="SELECT 1 AS one").get_dataframe()
        if "write" in name:
            places.sink(kind, table="small", if_exists="replace").put_dataframe(made(9))
    else:
        with places.engine(kind).begin() as connected:
            made(10).to_sql("small", connected, index=False, if_exists="replace")
            pd.read_sql("SELECT * FROM small", connected)


def report(measured: dict[str, Any], chunked: dict[str, Any]) -> None:
    if measured:
        print(
            f"{'case':20}{'CPU s':>8}{'pandas':>9}{'faster':>9}{'wanted':>8}"
            f"{'MB':>8}{'pandas':>8}{'part':>7}{'wanted':>8}"
        )
    for name, sides in measured.items():
        case = CASES[name]
        ours = sides.pop("ours")
        for side, theirs in sides.items():
            pairs = list(zip(ours, theirs, strict=True))
            faster = statistics.median(b["cpu"] / a["cpu"] for a, b in pairs)
            part = statistics.median(
                a["megabytes"] / max(b["megabytes"], 1) for a, b in pairs
            )
            shown = f"{name}" if len(sides) == 1 else f"{name} ({side})"
            print(
                f"{shown:26}"[:26].ljust(20)
                + f"{median(ours, 'cpu'):8.2f}{median(theirs, 'cpu'):9.2f}"
                f"{faster:8.1f}x{wanted(case.faster, 'x'):>8}"
                f"{median(ours, 'megabytes'):8.0f}{median(theirs, 'megabytes'):8.0f}"
                f"{part:7.2f}{wanted(case.memory):>8}"
            )
    if chunked:
        print(f"\n{'in pieces of ' + str(CHUNK):28}{'rows':>12}{'CPU s':>8}{'MB':>8}")
    for name, one in chunked.items():
        print(f"{name:28}{one['rows']:12,}{one['cpu']:8.1f}{one['megabytes']:8.0f}")
    if chunked:
        print(f"At most {CHUNKED_MEGABYTES} MB are wanted.")


def median(runs: list[dict[str, Any]], what: str) -> float:
    return statistics.median(run[what] for run in runs)


def wanted(number: float | None, unit: str = "") -> str:
    return "" if number is None else f"{number:g}{unit}"


if __name__ == "__main__":
    main()
