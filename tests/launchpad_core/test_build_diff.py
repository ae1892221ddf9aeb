"""What differs in two builds: as values, as text, and after a training."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from launchpad_core.contract import ApiContract, Operation, Parameter
from launchpad_core.contracts.as_json import contract_as_json
from launchpad_core.fingerprints import fingerprint_of
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.diff.builds import BuildDiff, build_diff
from launchpad_core.store.diff.text import diff_lines
from launchpad_core.store.directory import DirectoryStore

pytestmark = pytest.mark.slow

Cli = Callable[..., Any]
Lines = Callable[..., str]


@pytest.fixture
def builds(project: Path) -> ModelBuilds:
    store = DirectoryStore({"location": str(project / "store")})
    return ModelBuilds(store, "Sums", "1.2.0")


@pytest.fixture
def diff(builds: ModelBuilds) -> Callable[..., BuildDiff]:
    """Return a function: what differs in builds with these metadata."""

    def diff_of(old: dict[str, Any], new: dict[str, Any]) -> BuildDiff:
        one, other = publish(builds, **old), publish(builds, **new)
        history = builds.history()
        return build_diff(one, other, old_history=history, new_history=history)

    return diff_of


@pytest.fixture
def lines(diff: Callable[..., BuildDiff]) -> Lines:
    """Return a function: the text that tells what differs."""

    def text(old: dict[str, Any], new: dict[str, Any], **more: Any) -> str:
        return "\n".join(diff_lines(diff(old, new), **more))

    return text


@pytest.fixture
def shifted(lines: Lines) -> Lines:
    """Return a function: the text that tells how a column's values differ."""

    def text(old: list[Any], new: list[Any], **more: Any) -> str:
        told = lines(*({"data": read(x=values)} for values in (old, new)), **more)
        return told.partition("\n  x  ")[2]

    return text


def publish(builds: ModelBuilds, **metadata: Any) -> Build:
    return builds.publish(lambda folder: None, metadata)


def read(**columns: list[Any]) -> dict[str, Any]:
    """Return what is kept when train has read a source with these columns."""
    return {
        "train": {"petals": {**fingerprint_of(pd.DataFrame(columns)), "readings": 1}}
    }


def system(*packages: str, python: str = "3.11.7 (main)") -> dict[str, Any]:
    return {"python": python, "packages": list(packages)}


def contract(*names: str) -> dict[str, Any]:
    parameters = tuple(
        Parameter(name, location="query", schema={}, required=True) for name in names
    )
    operation = Operation("GET", path="/sums", parameters=parameters)
    return contract_as_json(ApiContract("Sums", version="v1", operations=(operation,)))


def test_everything_that_differs_is_told(lines: Lines) -> None:
    old = {
        "created": "2026-01-01T00:00:00+00:00",
        "metrics": {"accuracy": 0.93, "by": {"a": 1, "b": 0.5}, "label": "x"},
        "data": read(width=[1.0, 2.0, 2.0, 3.0], kind=[*"abab"]),
        "code": {"commit": "abc123", "dirty": False},
        "config_snapshot": {
            "model": {"name": "Sums", "offset": 10, "tags": ["a"]},
            "dbms": {"x": {"password": "***"}},
        },
        "system": system("numpy==1.26", "scipy==1.0", "pandas==2.0"),
        "contract": contract("x"),
    }
    new = {
        "created": "2026-02-01T00:00:00+00:00",
        "metrics": {"accuracy": 0.92, "by": {"a": 1, "b": 0.75}, "label": "y", "f1": 1},
        "data": read(width=[2.0, 4.0] * 4, kind=[*"ababcaca"]),
        "code": {"commit": "def456", "dirty": True},
        "config_snapshot": {
            "model": {
                "name": "Sums",
                "offset": 20,
                "tags": ["a", "b"],
                "new": {"k": 1},
            },
            "dbms": {"x": {"password": "***"}},
        },
        "system": system("numpy==2.0", "pandas==2.0", "rich==13", python="3.12.0 (x)"),
        "contract": contract("x", "y"),
    }

    assert lines(old, new) == (
        "metrics\n"
        "  accuracy  0.93    -> 0.92  -0.01\n"
        "  by.b      0.5     -> 0.75  +0.25\n"
        "  label     x       -> y\n"
        "  f1        (none)  -> 1\n"
        "data of petals for train: 4 -> 8 rows\n"
        "  width  mean 2 -> 3, by 1.2 standard deviations; standard deviation 0.8165 "
        "-> 1.069; 1 to 3 -> 2 to 4\n"
        '  kind   new: "c" (25 %); shares differ by 25 %\n'
        "code\n"
        "  commit  abc123  -> def456\n"
        "  dirty   false   -> true\n"
        "config\n"
        "  model.offset  10      -> 20\n"
        '  model.tags    ["a"]   -> ["a", "b"]\n'
        "  model.new.k   (none)  -> 1\n"
        "packages\n"
        "  numpy  1.26    -> 2.0\n"
        "  scipy  1.0     -> (none)\n"
        "  rich   (none)  -> 13\n"
        "system\n"
        "  python  3.11.7  -> 3.12.0\n"
        "contract\n"
        '  breaking    GET /sums: query parameter "y" is new and required'
    )


def test_same_builds_have_no_differences(diff: Callable[..., BuildDiff]) -> None:
    metadata = {
        "metrics": {"accuracy": 0.9},
        "data": read(x=[1, 2]),
        "config_snapshot": {"model": {}},
        "system": system("numpy==2.0"),
        "contract": contract("x"),
    }

    found = diff(metadata, {**metadata, "created": "later"})

    assert list(diff_lines(found, small=True)) == []
    told = found.as_json()
    assert set(map(str, told.values())) - {str(told["old"]), str(told["new"])} == {"[]"}


FULL = {
    "metrics": {"accuracy": 0.9},
    "data": read(x=[1, 2]),
    "code": {"commit": "abc123"},
    "config_snapshot": {"model": {"offset": 1}},
    "system": system("numpy==2.0"),
    "contract": contract("x"),
}


@pytest.mark.parametrize("missing", FULL)
def test_what_one_build_has_not_kept_is_not_compared(
    missing: str, lines: Lines
) -> None:
    less = {key: FULL[key] for key in FULL if key != missing}
    expected = {
        "metrics": "metrics\n  accuracy  0.9  -> (none)",
        "system": "system\n  python  3.11.7  -> (none)",
    }

    assert lines(FULL, less) == expected.get(missing, "")


def test_builds_without_anything_are_compared(lines: Lines) -> None:
    assert lines({}, {"created": "later"}) == ""
    assert lines({}, {"metrics": {}, "data": {}, "system": {}}) == ""


def test_metadata_of_other_origin_are_compared_where_that_makes_sense(
    lines: Lines,
) -> None:
    odd = {
        "metrics": [1],
        "data": "my data",
        "code": 7,
        "config_snapshot": None,
        "system": {"mllaunchpad_version": "1.1.0", "packages": None},
        "contract": None,
    }

    assert lines(odd, FULL) == (
        "metrics\n  accuracy  (none)  -> 0.9\nsystem\n  python  (none)  -> 3.11.7"
    )
    assert lines(odd, {**odd, "data": {"train": 1, "test": {}}}) == ""


def test_newest_metrics_count(
    builds: ModelBuilds, diff: Callable[..., BuildDiff]
) -> None:
    build = publish(builds, metrics={"accuracy": 0.5})
    builds.add_metrics(build, {"accuracy": 0.6})
    other = publish(builds, metrics={"accuracy": 0.7})
    history = builds.history()

    found = build_diff(build, other, old_history=history, new_history=history)

    assert found.as_json()["metrics"] == [
        {"name": "accuracy", "old": 0.6, "new": 0.7, "change": 0.1}
    ]


def test_commits_fit_and_packages_that_were_used_come_first(lines: Lines) -> None:
    def kept(commit: str, *packages: str) -> dict[str, Any]:
        used = {"SciPy": "0"}
        code = {"commit": commit * 40}
        return {"code": code, "system": {**system(*packages), "used": used}}

    old, new = kept("a", "a==1", "scipy==1", "z==1"), kept("b", "a==2", "scipy==2")

    assert lines(old, new) == (
        f"code\n  commit  {'a' * 40}  -> {'b' * 40}\n"
        "packages\n  scipy  1  -> 2\n  a      1  -> 2\n  z      1  -> (none)"
    )


def test_numbers_that_look_alike_are_told_apart(lines: Lines) -> None:
    old, new = {"metrics": {"a": 0.12345678}}, {"metrics": {"a": 0.12345679}}

    assert lines(old, new) == "metrics\n  a  0.12345678  -> 0.12345679  +1e-08"


MANY = [float(number % 10) for number in range(1000)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            MANY,
            [value + 1.5 for value in MANY],
            "mean 4.5 -> 6, by 0.52 standard deviations",
        ),
        (
            MANY,
            [value * 1.5 - 2.25 for value in MANY],
            "standard deviation 2.874 -> 4.311",
        ),
        (
            MANY,
            [*MANY[:-1], 20.0],
            "0 to 9 -> 0 to 20",
        ),
        ([1.0, 1.0], [2.0, 2.0], "mean 1 -> 2; 1 to 1 -> 2 to 2"),
        (MANY, [None, *MANY[1:]], ""),
        (MANY, [*[None] * 100, *MANY[100:]], "missing 0 % -> 10 %"),
        (
            [*[None] * 990, *MANY[:10]],
            [None] * 1000,
            "float64 -> object; missing 99 % -> 100 %",
        ),
        ([1, 2], [1.0, 2.0], "int64 -> float64"),
        (
            [1.0, 2.0, 3.0],
            [1.0, 2.0, float("inf")],
            "infinite 0 -> 1; mean 2 -> 1.5, by 0.5 standard deviations; standard "
            "deviation 1 -> 0.7071",
        ),
        (["a", "b"] * 50, ["a", "b", "a"] * 50, "shares differ by 17 %"),
        (
            ["a"] * 90 + ["b", "c", "d", "e", "f"] * 2,
            ["a"] * 100,
            'gone: "b", "c", "d" and 2 more (10 %); shares differ by 10 %',
        ),
        ([True, False] * 50, [True] * 100, "shares differ by 50 %"),
        (
            ["a", "b"] * 50,
            [f"name {number}" for number in range(100)],
            "distinct values 2 -> 100",
        ),
    ],
)
def test_shifts_of_a_column(
    old: list[Any], new: list[Any], expected: str, shifted: Lines
) -> None:
    assert shifted(old, new) == expected


def test_largest_shifts_come_first_and_small_ones_only_when_asked(lines: Lines) -> None:
    old = read(a=MANY, b=MANY, c=MANY, gone=MANY)
    new = read(
        a=[value + 0.01 for value in MANY],
        b=[value + 1 for value in MANY],
        c=[value + 2 for value in MANY],
        added=[int(value) for value in MANY],
    )

    told = lines({"data": old}, {"data": new})
    all_of_it = lines({"data": old}, {"data": new}, small=True)

    assert told == (
        "data of petals for train: 1000 rows\n"
        "  gone   is gone\n"
        "  added  is new (int64)\n"
        "  c      mean 4.5 -> 6.5, by 0.7 standard deviations\n"
        "  b      mean 4.5 -> 5.5, by 0.35 standard deviations"
    )
    assert all_of_it.splitlines()[-1] == (
        "  a      mean 4.5 -> 4.51, by 0.0035 standard deviations; 0 to 9 -> 0.01 to "
        "9.01"
    )


def test_sources_that_are_read_now_or_no_more(lines: Lines) -> None:
    frame = fingerprint_of(pd.DataFrame({"x": [1]}))
    raw = {"size": 1200, "sha256": "a", "readings": 1}
    old = {"train": {"frame": frame, "raw": raw, "same": raw}, "test": {}}
    new = {
        "train": {"raw": {**raw, "sha256": "b"}, "same": {**raw, "readings": 2}},
        "test": {"frame": frame, "other": raw},
    }

    assert lines({"data": old}, {"data": new}) == (
        "data of frame for train: is not read any more\n"
        "data of raw for train: other content, 1.2 kB\n"
        "data of frame for test: is read now, 1 row\n"
        "data of other for test: is read now, 1.2 kB"
    )


def test_short_form_counts_what_it_leaves_out(lines: Lines) -> None:
    old = {"system": system(*(f"p{number}==1" for number in range(9)))}
    new = {"system": system(*(f"p{number}==2" for number in range(9)))}

    assert lines(old, new, most=3) == (
        "packages\n  p0  1  -> 2\n  p1  1  -> 2\n  p2  1  -> 2\n  and 6 more"
    )


def test_diff_prints_text_or_json(builds: ModelBuilds, cli: Cli) -> None:
    first = publish(builds, metrics={"accuracy": 0.5})
    second = publish(builds, metrics={"accuracy": 0.75})
    models = ("-c", "cfg.yml", "models", "diff")

    told = cli(*models, first.id)
    back = cli(*models, "live", first.id[:6])
    same = cli(*models, "live")
    listed = cli(*models, first.id, "live", "--json")

    assert told.stdout == "metrics\n  accuracy  0.5  -> 0.75  +0.25\n"
    assert back.stdout == "metrics\n  accuracy  0.75  -> 0.5  -0.25\n"
    assert (same.stdout, same.stderr) == (
        "",
        f"Nothing differs in {second} from {second}\n",
    )
    assert json.loads(listed.stdout) == {
        "old": {"name": "Sums", "version": "1.2.0", "build": first.id, "aliases": []},
        "new": {
            "name": "Sums",
            "version": "1.2.0",
            "build": second.id,
            "aliases": ["live"],
        },
        "metrics": [{"name": "accuracy", "old": 0.5, "new": 0.75, "change": 0.25}],
        "data": [],
        "code": [],
        "config": [],
        "packages": [],
        "system": [],
        "contract": [],
    }


def test_code_that_was_not_committed_is_unknown(builds: ModelBuilds, cli: Cli) -> None:
    code = {"commit": "abc123", "dirty": True}
    first = publish(builds, created="now", code=code)
    second = publish(builds, created="later", code=code)

    done = cli("-c", "cfg.yml", "models", "diff", first.id)

    assert done.stderr == (
        f"Nothing differs in {second} from {first}, but for code that wasn't "
        "committed\n"
    )


def test_small_shifts_are_something(builds: ModelBuilds, cli: Cli) -> None:
    first = publish(builds, data=read(x=MANY))
    second = publish(builds, data=read(x=[*MANY[:-1], 8.0]))

    done = cli("-c", "cfg.yml", "models", "diff", first.id)
    told = cli("-c", "cfg.yml", "models", "diff", first.id, "--all")

    assert (done.stdout, done.stderr) == (
        "",
        f"Nothing but small shifts of data (--all) differs in {second} from {first}; "
        "code isn't compared without Git commits\n",
    )
    assert "  x  mean 4.5 -> 4.499, by 0.00035 standard deviations" in told.stdout


def test_diff_with_another_version(
    builds: ModelBuilds, project: Path, cli: Cli
) -> None:
    store = DirectoryStore({"location": str(project / "store")})
    publish(ModelBuilds(store, "Sums", "1.0.0"), metrics={"accuracy": 0.5})
    publish(builds, metrics={"accuracy": 0.75})

    told = cli("-c", "cfg.yml", "models", "diff", "1.0.0:live")

    assert told.stdout == "metrics\n  accuracy  0.5  -> 0.75  +0.25\n"


def without_logs(stderr: str) -> str:
    kept = [line for line in stderr.splitlines(True) if " INFO " not in line]
    return "".join(kept)


def test_training_tells_what_is_different(
    builds: ModelBuilds, project: Path, cli: Cli
) -> None:
    config = project / "cfg.yml"

    first = cli("-c", "cfg.yml", "train")
    before = builds.live()
    again = cli("-c", "cfg.yml", "train")
    middle = builds.live()
    config.write_text(config.read_text().replace("offset: 10", "offset: 20"))
    other = cli("-c", "cfg.yml", "train")

    assert without_logs(first.stderr) == ""
    assert without_logs(again.stderr) == (
        f"Nothing differs from build {before.id}, which was live before; "
        "code isn't compared without Git commits\n"
    )
    assert without_logs(other.stderr) == (
        f"Different from build {middle.id}, which was live before:\n"
        "  config\n"
        "    model.offset  10  -> 20\n"
    )
    assert [one.stdout for one in (first, again, other)] == ['{"accuracy": 1.0}\n'] * 3


def test_build_before_that_is_damaged_is_no_obstacle(
    builds: ModelBuilds, project: Path, cli: Cli
) -> None:
    cli("-c", "cfg.yml", "train")
    before = builds.live()
    (project / "store/Sums/1.2.0/builds" / before.id / "metadata.json").unlink()

    done = cli("-c", "cfg.yml", "train")

    assert (done.returncode, done.stdout) == (0, '{"accuracy": 1.0}\n')
    assert (
        f"Can't compare with the build before: {before} is damaged: metadata.json is "
        "missing"
    ) in done.stderr
    assert builds.live().id != before.id
