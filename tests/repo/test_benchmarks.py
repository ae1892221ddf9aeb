"""The benchmarks run with one command; what they measure is not asserted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_cli_startup() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "cli_startup.py", "--rounds=1"],
        capture_output=True,
        text=True,
        check=True,
    )

    names = [line[:34].strip() for line in done.stdout.splitlines()]
    assert names == [
        "program",
        "bare click",
        "launchpad",
        "launchpad, 100 more plugins",
    ]


def test_validation() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "validation.py", "--rounds=1"],
        capture_output=True,
        text=True,
        check=True,
    )

    lines = [
        (line[:22].strip(), line[22:38].strip()) for line in done.stdout.splitlines()
    ]
    checks = ("launchpad", "pydantic", "jsonschema-rs", "fastjsonschema")
    assert [line for line in lines if line[0]] == [
        ("request", "check"),
        *(("4 query parameters", check) for check in (*checks, "reqparse")),
        *(("4 numbers in JSON", check) for check in (*checks, "reqparse")),
        ("1000 records in JSON", "reqparse"),  # left out: it has no lists of records
        *(("1000 records in JSON", check) for check in checks),
    ]


def test_contract_startup() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "contract_startup.py", "--rounds=1"],
        capture_output=True,
        text=True,
        check=True,
    )

    names = [line[:32].strip() for line in done.stdout.splitlines()]
    assert names == [
        "contract",
        "ramlfications alone, RAML 0.8",
        "launchpad, RAML 0.8",
        "launchpad, RAML 1.0",
        "launchpad, OpenAPI",
    ]


@pytest.mark.skipif(
    shutil.which("wrk") is None and not os.environ.get("CI"),
    reason="wrk is not installed",
)
def test_hot_swap() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "hot_swap.py", "--seconds=1", "--swaps=1"],
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    names = [line[:22].strip() for line in done.stdout.splitlines()]
    assert names == [
        "load",
        "no builds",
        "builds are kept",
        "builds go live",
        "swaps in a worker",
        "memory, 1 swaps",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmark reads /proc")
@pytest.mark.usefixtures("rpart")
def test_r_calls() -> None:
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "r_calls.py", "--quick", "calls", "tables"],
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    told = [
        line[:26].strip()
        for line in done.stdout.splitlines()
        if line and "rpy2" not in line and "plumber" not in line  # may not be there
    ]
    ways = ("launchpad", "JSON in columns", "JSON in rows", "bytes")
    assert told == [
        "call, in us",
        "nothing.R, launchpad",
        "iris.R, launchpad",
        "20,000 x 10, in ms",
        *(f"R reads, {way}" for way in ways),
        *(f"R writes, {way}" for way in ways),
    ]
