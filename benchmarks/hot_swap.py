"""What a running server notices of new builds: failures, latency, memory.

gunicorn serves a model of 50 MB with two workers, and wrk asks it over 8 connections:

- for a time while nothing else happens; then as long while a trainer on the same
  machine stores a build every two seconds that doesn't go live; then as long with
  builds that do. Each request must be answered with 200. The median and the 99th
  percentile of the answers' times tell what going over to a new build costs;
- then builds follow each other until there have been 30 swaps: the memory of both
  workers after them is compared with that after 3.

Run it with ``python benchmarks/hot_swap.py`` in an environment that has
launchpad-core[serve], launchpad-api-raml and wrk (the Debian package) installed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CONFIG = """
model_store: {location: store, refresh: 0.5}
model: {name: big, version: '1.0.0', module: big_model}
api: {name: big, raml: big.raml}
"""
RAML = """#%RAML 0.8
title: Big
version: v1
/big:
  get:
    queryParameters:
      x: {type: integer, required: true, example: 1}
"""
MODEL = """
import time

import numpy


def train():
    return {"weights": numpy.random.default_rng(0).random(6_250_000), "at": time.time()}


def test():
    return {}


def predict(model, args):
    return {"y": float(model["weights"][args["x"]]), "at": model["at"]}
"""
INTERVAL = 2.0  # seconds between two builds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60, help="of each load")
    parser.add_argument("--swaps", type=int, default=30, help="before memory is read")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = write_project(Path(folder))
        train(config)
        with serving(config) as (url, workers):
            print(f"{'load':<22}{'answers':>9}{'failed':>8}{'median':>9}{'99 %':>9}")
            show("no builds", load(url, options.seconds))
            with training(config, alias="staging"):
                show("builds are kept", load(url, options.seconds))
            with training(config, alias="live"):
                show("builds go live", load(url, options.seconds))
            swapped = until(url, lambda ready: ready["build"] == live(config))
            print(f"{'swaps in a worker':<22}{swapped['swaps']:>9}")
        with serving(config) as (url, workers):
            measure_memory(config, url, workers, swaps=options.swaps)


def write_project(folder: Path) -> Path:
    (folder / "big.yml").write_text(CONFIG)
    (folder / "big.raml").write_text(RAML)
    (folder / "big_model.py").write_text(MODEL)
    return folder / "big.yml"


def train(config: Path, *, alias: str = "live") -> None:
    from launchpad_core import get_validated_config, train_model

    settings = get_validated_config(config)
    settings["model_store"]["alias"] = alias
    train_model(settings)


def live(config: Path) -> str:
    from launchpad_core import get_validated_config
    from launchpad_core.project import Project

    return Project(get_validated_config(config)).builds.live_id()


@contextmanager
def serving(config: Path) -> Iterator[tuple[str, list[int]]]:
    """Yield the URL of a server with two workers, and their process ids."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "--workers=2", f"--bind={address}"]
    with (config.parent / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "launchpad_core.wsgi"],
            env={**os.environ, "LAUNCHPAD_CFG": str(config)},
            stderr=log,
        )
    try:
        url = f"http://{address}"
        until(url, lambda _: True)
        time.sleep(1)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
        yield url, [int(pid) for pid in children.split()]
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def until(url: str, fits: Callable[[Any], bool]) -> Any:
    """Ask until all workers say what fits, and return what the last one said."""
    fitting = 0
    for _ in range(6000):
        try:
            with urllib.request.urlopen(f"{url}/ready") as answer:
                ready = json.load(answer)
        except OSError:
            time.sleep(0.01)
            continue
        fitting = fitting + 1 if fits(ready) else 0
        if fitting == 20:
            return ready
        time.sleep(0.01)
    raise SystemExit("the server never came to serve what it should")


@contextmanager
def training(config: Path, *, alias: str) -> Iterator[None]:
    """Publish a build every few seconds, in another process."""
    command = [sys.executable, __file__, "--train", str(config), alias]
    trainer = subprocess.Popen(command)
    try:
        yield
    finally:
        trainer.terminate()
        trainer.wait(30)


def train_for_ever(config: Path, alias: str) -> None:
    due = time.monotonic()
    while True:
        train(config, alias=alias)
        due += INTERVAL
        time.sleep(max(0.0, due - time.monotonic()))


def wrk(url: str, seconds: int) -> str:
    command = ["wrk", "-t1", "-c8", f"-d{seconds}", "--latency"]
    return subprocess.run(
        [*command, f"{url}/big/v1/big?x=1"], capture_output=True, text=True, check=True
    ).stdout


def load(url: str, seconds: int) -> dict[str, float]:
    """Return what wrk tells: the answers, failures, and times in ms."""
    told = wrk(url, seconds)
    errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    statuses = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return {
        "answers": float(found(r"(\d+) requests in", told)),
        "failed": sum(map(int, errors.groups() if errors else ()))
        + int(statuses[1] if statuses else 0),
        "median": milliseconds(found(r"50%\s+(\S+)", told)),
        "99 %": milliseconds(found(r"99%\s+(\S+)", told)),
    }


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, text
    return match[1]


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def show(name: str, told: dict[str, float]) -> None:
    print(
        f"{name:<22}{told['answers']:>9.0f}{told['failed']:>8.0f}"
        f"{told['median']:>6.2f} ms{told['99 %']:>6.2f} ms",
        flush=True,
    )


def measure_memory(config: Path, url: str, workers: list[int], *, swaps: int) -> None:
    """Print the memory of all workers after a few swaps, and after many."""
    for swap in range(1, swaps + 1):
        train(config)
        until(url, lambda ready: ready["swaps"] == swap)  # noqa: B023
        wrk(url, 2)  # so many answers that the trial ends
        if swap in (3, swaps):
            time.sleep(1)
            name = f"memory, {swap} swaps"
            print(
                f"{name:<22}{sum(map(resident, workers)) / 2**20:>6.0f} MB", flush=True
            )


def resident(pid: int) -> int:
    """Return how many bytes of a process are in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--train"]:
        train_for_ever(Path(sys.argv[2]), sys.argv[3])
    main()
