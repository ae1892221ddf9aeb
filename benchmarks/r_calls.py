"""What it costs to have a model in R, in processes of its own.

- A call of predict, through the pool of R processes, beside rpy2 in the own process and
  beside an API of plumber. Told are the microseconds of a call by the clock, and those
  of the processor in Python and in R, and those of R's function itself, which takes its
  own time in these very calls. The overhead is what the processor spends beyond that.
  What Python spends counts for launchpad and rpy2, but not for plumber, where it is the
  client's.
- A table of 100,000 x 10 that R reads from a data source, and one that R writes into a
  data sink, beside JSON text of jsonlite through the same kind of pipe, and beside as
  many bytes that nobody looks at. It has 5 columns of doubles, 2 of whole numbers, a
  factor, and 2 of text: names that are nearly all different and have a letter beyond
  ASCII, and words of which there are 1,000. All ways carry the same table.
- A whole API under gunicorn, with one worker of 8 threads, beside plumber alone; wrk
  asks over 8 connections. Told is what the processor spends per request in all
  processes of the server. Plumber is also asked over a new connection each time: it
  answers 40 ms late over one that is kept.

All figures are medians of several rounds in which all take turns: 7, or 3 for the API,
where each server is started anew in each round. What isn't installed is left out,
with a line that says how to install it.

Run it with ``python benchmarks/r_calls.py`` on Linux, in an environment that has
launchpad-model-r, launchpad-core[serve] and launchpad-api-raml, and R with rpart and
jsonlite.
"""

from __future__ import annotations

import argparse
import http.client
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np
import pandas as pd

R_FILES = Path(__file__).parent / "r_calls"
ARGS = {
    "Sepal.Length": 4.9,
    "Sepal.Width": 2.4,
    "Petal.Length": 3.3,
    "Petal.Width": 1.0,
}
PATH = f"/species?{urlencode(ARGS)}"
CONFIG = """
model_store: {{location: store}}
model:
  name: calls
  version: '1.0.0'
  type: r
  file: {file}
  packages: [rpart]
  workers: {workers}
api: {{name: calls, raml: calls.raml}}
"""
RAML = """#%RAML 0.8
title: Calls
version: v1
/species:
  get:
    queryParameters:
"""
RPY2 = 'rpy2 is not installed: pip install rpy2 (before R 4.5: "rpy2<3.6")'
PLUMBER = "plumber is not installed: apt install r-cran-plumber"
WRK = "wrk is not installed: apt install wrk"


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        rounds: How often calls and tables are measured.
        calls: The calls of predict in a round.
        rows: The rows of the table.
        loads: How often APIs are measured.
        seconds: How long wrk asks each API each time.
    """

    rounds: int = 7
    calls: int = 2000
    rows: int = 100_000
    loads: int = 3
    seconds: int = 10


QUICK = Size(rounds=3, calls=200, rows=20_000, loads=1, seconds=2)


@dataclass(frozen=True)
class Cost:
    """What one act takes, in seconds.

    Attributes:
        wall: By the clock.
        python: Of the processor in this process.
        r: Of the processor in all others.
        function: What R's function itself takes of the processor.
        overhead: What is counted of the processor beyond that.
    """

    wall: float
    python: float
    r: float
    function: float = 0.0
    overhead: float = 0.0


Measure = Callable[[int], Cost]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="less than a minute")
    parser.add_argument("parts", nargs="*", help=f"all of them: {', '.join(PARTS)}")
    options = parser.parse_args()
    for part in options.parts or PARTS:
        PARTS[part](QUICK if options.quick else Size())
        print()


# One call of predict.


def measure_calls(size: Size) -> None:
    names = f"{'clock':>8}{'Python':>8}{'R':>8}{'function':>10}{'overhead':>10}{'x':>7}"
    print(f"{'call, in us':<26}{names}")
    for file in ("nothing.R", "iris.R"):
        with ExitStack() as stack:
            costs = medians(started(peers(file), stack), size.rounds, size.calls)
        for name, cost in costs.items():
            show_call(f"{file}, {name}", cost, costs["launchpad"].overhead)


def peers(file: str) -> dict[str, Callable[[], Any]]:
    """Return what is compared, by name; each is a context with its measure."""
    found: dict[str, Callable[[], Any]] = {"launchpad": lambda: launchpad(file)}
    if has_rpy2():
        found["rpy2"] = lambda: called_within(file)
    if has_plumber():
        found["plumber"] = lambda: asked_plumber(file)
    return found


def has_rpy2() -> bool:
    return bool(importlib.util.find_spec("rpy2")) or say(RPY2)


def has_plumber() -> bool:
    look = ["Rscript", "-e", 'stopifnot(nzchar(system.file(package = "plumber")))']
    done = subprocess.run(look, capture_output=True)
    return not done.returncode or say(PLUMBER)


def say(sentence: str) -> bool:
    print(sentence, flush=True)
    return False


@contextmanager
def launchpad(file: str) -> Iterator[Measure]:
    """Predict as an app does, through the model type."""
    from launchpad_core import get_validated_config
    from launchpad_core.project import Project
    from launchpad_core.runtime import Resources

    with tempfile.TemporaryDirectory() as folder:
        config = write_project(Path(folder), file, workers=1)
        runtime = Project(get_validated_config(config)).runtime
        model = runtime.train(Resources(), None)
        predict = runtime.predictor(model, Resources())
        yield lambda calls: cost_of_calls(predict, calls)
        runtime.close()


@contextmanager
def asked_plumber(file: str) -> Iterator[Measure]:
    """Ask an API of plumber over one connection that is kept."""
    with serving_plumber(file) as (_, url):
        connection = http.client.HTTPConnection(urlsplit(url).netloc)

        def ask(args: dict[str, Any]) -> Any:
            connection.request("GET", f"/species?{urlencode(args)}")
            # It sends an answer in two parts, and waits 40 ms for the first to be
            # confirmed if it isn't at once.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            return json.loads(connection.getresponse().read())

        yield lambda calls: cost_of_calls(ask, calls, python_counts=False)
        connection.close()


@contextmanager
def called_within(file: str) -> Iterator[Measure]:
    """Have a process of its own call R through rpy2, and tell what that costs."""
    command = [sys.executable, __file__, "--within", str(R_FILES / file)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def measure(calls: int) -> Cost:
            print(calls, file=process.stdin, flush=True)
            return Cost(*json.loads(process.stdout.readline()))

        # It starts others while it loads R, which are not to be counted.
        measure(1)
        yield measure


def call_within(file: str) -> None:
    """Tell what calls of R through rpy2 cost, for each number in standard input."""
    from rpy2 import robjects

    robjects.r["source"](file)
    predict, model = robjects.r["predict"], robjects.r["train"]()

    def call(args: dict[str, Any]) -> dict[str, Any]:
        answer = predict(model, robjects.ListVector(args))
        return {
            name: value[0] for name, value in zip(answer.names, answer, strict=True)
        }

    assert call(ARGS)["species"], "R answers with a species"
    for line in sys.stdin:
        cost = cost_of_calls(call, int(line))
        print(json.dumps(astuple(cost)), flush=True)


def cost_of_calls(
    call: Callable[[dict[str, Any]], Any], calls: int, *, python_counts: bool = True
) -> Cost:
    """Return what a call costs, and how much of it R's function says that it took."""
    tell = {**ARGS, "tell": True}
    before = call(tell).get("spent", 0.0)
    cost = cost_of(lambda: call(ARGS), calls)
    function = (call(tell).get("spent", 0.0) - before) / calls
    counted = cost.r + (cost.python if python_counts else 0)
    return replace(cost, function=function, overhead=counted - function)


def show_call(name: str, cost: Cost, ours: float) -> None:
    times = "".join(f"{one * 1e6:>8.0f}" for one in (cost.wall, cost.python, cost.r))
    beyond = f"{cost.function * 1e6:>10.0f}{cost.overhead * 1e6:>10.0f}"
    print(f"{name:<26}{times}{beyond}{cost.overhead / ours:>7.2f}", flush=True)


# One table.


def measure_tables(size: Size) -> None:
    frame = made(size.rows)
    name = f"{size.rows:,} x {frame.shape[1]}, in ms"
    print(f"{name:<26}{'clock':>8}{'Python':>8}{'R':>8}{'CPU':>10}{'x':>7}")
    with table_of_launchpad(frame) as ours, table_as_text() as pipe:
        columns, rows, content = in_columns(frame), in_rows(frame), packed(frame)
        for act in ("read", "write"):
            ways: dict[str, Callable[[], Any]] = {"launchpad": lambda: ours(act)}  # noqa: B023
            if act == "read":
                ways["JSON in columns"] = lambda: pipe.take("columns", columns())
                ways["JSON in rows"] = lambda: pipe.take("rows", rows())
                ways["bytes"] = lambda: pipe.take("bytes", content)
            else:
                pipe.take("columns", columns())
                ways["JSON in columns"] = lambda: pd.DataFrame(
                    json.loads(pipe.give("columns"))
                )
                ways["JSON in rows"] = lambda: pd.DataFrame(
                    json.loads(pipe.give("rows"))
                )
            measures = {name: measure_of(way) for name, way in ways.items()}
            costs = medians(measures, size.rounds, 1)
            if act == "write":
                pipe.take("bytes", content)
                limit = measure_of(lambda: pipe.give("bytes"))
                costs |= medians({"bytes": limit}, size.rounds, 1)
            verb = "reads" if act == "read" else "writes"
            for name, cost in costs.items():
                show_table(f"R {verb}, {name}", cost, costs["launchpad"])


def made(rows: int) -> pd.DataFrame:
    """Make a table of 5 doubles, 2 integers, 2 texts and a category."""
    random = np.random.default_rng(0)
    doubles = {f"double{index}": random.normal(size=rows) for index in range(1, 6)}
    doubles["double5"][random.random(rows) < 0.01] = np.nan
    names = [f"Blüte {number:07d}" for number in random.integers(0, 10**7, rows)]
    words = np.array([f"word{number}" for number in range(1000)], dtype=object)
    return pd.DataFrame(
        {
            **doubles,
            "small": random.integers(0, 100, rows),
            "large": random.integers(0, 10**9, rows),
            "name": names,
            "word": words[random.integers(0, 1000, rows)],
            "species": pd.Categorical.from_codes(
                random.integers(0, 3, rows), ["setosa", "versicolor", "virginica"]
            ),
        }
    )


@contextmanager
def table_of_launchpad(frame: pd.DataFrame) -> Iterator[Callable[[str], Any]]:
    """Have R read a table from a data source, and write it into a data sink."""
    from launchpad_core import DataSink, DataSource, get_validated_config
    from launchpad_core.project import Project
    from launchpad_core.runtime import Resources

    class Table(DataSource):
        """A table in memory."""

        def get_dataframe(self, params: Any = None, chunksize: Any = None) -> Any:
            return frame

    class Kept(DataSink):
        """Where a table is written to."""

        def put_dataframe(
            self, dataframe: Any, params: Any = None, chunksize: Any = None
        ) -> None:
            kept.append(dataframe)

    kept: list[pd.DataFrame] = []
    section = {"type": "memory"}
    resources = Resources(
        {"table": Table("table", section)}, {"table": Kept("table", section)}
    )
    with tempfile.TemporaryDirectory() as folder:
        config = write_project(Path(folder), "table.R", workers=1)
        runtime = Project(get_validated_config(config)).runtime
        predict = runtime.predictor(runtime.train(resources, None), resources)

        def act(name: str) -> Any:
            kept.clear()
            return predict({"act": name})

        yield act
        act("write")
        assert kept[0].to_dict("list").keys() == frame.to_dict("list").keys()
        runtime.close()


class Pipe:
    """Two pipes to an R process, which is told over a third what to do with them."""

    def __init__(self, process: Any, outgoing: Any, incoming: Any) -> None:
        self.process = process
        self.outgoing = outgoing
        self.incoming = incoming

    def take(self, form: str, content: bytes) -> float:
        """Have R read a table or bytes, and return how long it found it."""
        print("take", form, len(content), file=self.process.stdin, flush=True)
        self.outgoing.write(content)
        self.outgoing.flush()
        return self._size()

    def give(self, form: str) -> bytes:
        """Have R write what it took last."""
        print("give", form, file=self.process.stdin, flush=True)
        content: bytes = self.incoming.read(int(self._size()))
        return content

    def _size(self) -> float:
        return float(np.frombuffer(self.incoming.read(8), "<f8")[0])


@contextmanager
def table_as_text() -> Iterator[Pipe]:
    """Start the R process of the peers."""
    their_in, outgoing = os.pipe()
    incoming, their_out = os.pipe()
    command = ["Rscript", R_FILES / "as_text.R", str(their_in), str(their_out)]
    with (
        open(outgoing, "wb") as to,  # noqa: PTH123
        open(incoming, "rb") as from_,  # noqa: PTH123
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            text=True,
            pass_fds=(their_in, their_out),
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        ) as process,
    ):
        os.close(their_in)
        os.close(their_out)
        pipe = Pipe(process, to, from_)
        pipe.take("bytes", b"when it has started")
        yield pipe


def in_columns(frame: pd.DataFrame) -> Callable[[], bytes]:
    """Return a function that writes a frame as JSON, an array for each column."""

    def write() -> bytes:
        columns = [
            f"{json.dumps(name)}:{column.to_json(orient='values', double_precision=15)}"
            for name, column in frame.items()
        ]
        return f"{{{','.join(columns)}}}".encode()

    return write


def in_rows(frame: pd.DataFrame) -> Callable[[], bytes]:
    """Return a function that writes a frame as JSON, an object for each row."""
    return lambda: frame.to_json(orient="records", double_precision=15).encode()


def packed(frame: pd.DataFrame) -> bytes:
    """Return as many bytes as a frame has in R."""
    rows = len(frame)
    texts = sum("\0".join(frame[name]).encode().__len__() for name in ("name", "word"))
    return bytes(5 * 8 * rows + 3 * 4 * rows + texts)


def show_table(name: str, cost: Cost, ours: Cost) -> None:
    times = "".join(f"{one * 1e3:>8.1f}" for one in (cost.wall, cost.python, cost.r))
    spent, least = cost.python + cost.r, ours.python + ours.r
    print(f"{name:<26}{times}{spent * 1e3:>10.1f}{spent / least:>7.2f}", flush=True)


# A whole API.


def measure_apis(size: Size) -> None:
    if shutil.which("wrk") is None:
        say(WRK)
        return
    print(f"{'API':<32}{'requests/s':>12}{'CPU, us':>9}{'x':>7}")
    with_plumber = has_plumber()
    for file in ("nothing.R", "iris.R"):
        servers: dict[str, Callable[[], Any]] = {
            "launchpad, 1 in R": lambda: serving(file, workers=1),  # noqa: B023
            "launchpad, 2 in R": lambda: serving(file, workers=2),  # noqa: B023
        }
        if with_plumber:
            servers["plumber"] = lambda: serving_plumber(file)  # noqa: B023
            servers["plumber, not kept"] = servers["plumber"]
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in servers}
        for _ in range(size.loads):
            for name, server in servers.items():
                with server() as (pid, url):
                    kept = "not" not in name
                    found[name].append(load(pid, url, size.seconds, kept=kept))
        first = 0.0
        for name, loads in found.items():
            rate, spent = map(statistics.median, zip(*loads, strict=True))
            first = first or spent
            print(
                f"{file + ', ' + name:<32}{rate:>12.0f}{spent * 1e6:>9.0f}"
                f"{spent / first:>7.2f}",
                flush=True,
            )


@contextmanager
def serving(file: str, *, workers: int) -> Iterator[tuple[int, str]]:
    """Yield the process id and the URL of gunicorn with a worker of 8 threads."""
    from launchpad_core import get_validated_config, train_model

    address = free_address()
    with tempfile.TemporaryDirectory() as folder:
        config = write_project(Path(folder), file, workers=workers)
        train_model(get_validated_config(config))
        command = [sys.executable, "-m", "gunicorn", f"--bind={address}"]
        options = ["--worker-class=gthread", "--threads=8", "launchpad_core.wsgi"]
        environment = {**os.environ, "LAUNCHPAD_CFG": str(config)}
        with running([*command, *options], environment) as pid:
            url = f"http://{address}/calls/v1{PATH}"
            until_answered(url)
            yield pid, url


@contextmanager
def serving_plumber(file: str) -> Iterator[tuple[int, str]]:
    """Yield the process id and the URL of an API of plumber."""
    address = free_address()
    script = [R_FILES / "plumber.R", R_FILES / file, address.partition(":")[2]]
    with running(["Rscript", *map(str, script)], dict(os.environ)) as pid:
        url = f"http://{address}{PATH}"
        until_answered(url)
        yield pid, url


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            yield server.pid
        except TimeoutError as error:
            log.seek(0)
            raise SystemExit(log.read().decode()) from error
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def free_address() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def until_answered(url: str) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("the server never came to answer")


def load(pid: int, url: str, seconds: int, *, kept: bool) -> tuple[float, float]:
    """Return requests per second, and the seconds of the processor for each."""
    ask(url, 1, kept=kept)
    before = spent_by([pid, *descendants(pid)])
    told = ask(url, seconds, kept=kept)
    spent = spent_by([pid, *descendants(pid)]) - before
    answers = re.search(r"(\d+) requests in", told)
    rate = re.search(r"Requests/sec:\s+(\S+)", told)
    assert answers is not None
    assert rate is not None
    assert "Non-2xx" not in told, told
    return float(rate[1]), spent / int(answers[1])


def ask(url: str, seconds: int, *, kept: bool) -> str:
    command = ["wrk", "-t1", "-c8", f"-d{seconds}", url]
    if not kept:
        command += ["-H", "Connection: close"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


# What all parts use.


def write_project(folder: Path, file: str, *, workers: int) -> Path:
    config = folder / "calls.yml"
    config.write_text(CONFIG.format(file=file, workers=workers))
    fields = [
        f"      {name}: {{type: number, required: true, example: {value}}}\n"
        for name, value in ARGS.items()
    ]
    (folder / "calls.raml").write_text(RAML + "".join(fields))
    shutil.copy(R_FILES / file, folder)
    return config


def started(
    contexts: dict[str, Callable[[], Any]], stack: ExitStack
) -> dict[str, Measure]:
    return {name: stack.enter_context(context()) for name, context in contexts.items()}


def measure_of(act: Callable[[], Any]) -> Measure:
    return lambda times: cost_of(act, times)


def medians(measures: dict[str, Measure], rounds: int, times: int) -> dict[str, Cost]:
    """Return the medians of several rounds in which all take turns, after a first."""
    wait_for_others()
    for measure in measures.values():
        measure(times)
    found = [
        {name: measure(times) for name, measure in measures.items()}
        for _ in range(rounds)
    ]
    return {name: median([one[name] for one in found]) for name in measures}


def wait_for_others() -> None:
    """Wait until processes that only started R, or ended it, are gone."""
    before: list[int] = []
    while (now := descendants(os.getpid())) != before:
        before = now
        time.sleep(0.5)


def median(costs: list[Cost]) -> Cost:
    return Cost(*map(statistics.median, zip(*map(astuple, costs), strict=True)))


def cost_of(act: Callable[[], Any], times: int) -> Cost:
    """Return what an act costs on average, in this process and all that it started."""
    others = descendants(os.getpid())
    r, python, wall = spent_by(others), time.process_time(), time.perf_counter()
    for _ in range(times):
        act()
    wall = time.perf_counter() - wall
    python, r = time.process_time() - python, spent_by(others) - r
    return Cost(wall / times, python / times, r / times)


def descendants(pid: int) -> list[int]:
    """Return the ids of all processes that a process has started, and theirs."""
    children = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return children + [one for child in children for one in descendants(child)]


def spent_by(pids: Any) -> float:
    """Return the seconds that processes took of the processor, to the nanosecond."""
    return sum(time.clock_gettime((~pid << 3) | 2) for pid in pids)  # as man 3 says


PARTS = {"calls": measure_calls, "tables": measure_tables, "apis": measure_apis}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--within"]:
        call_within(sys.argv[2])
    else:
        main()
