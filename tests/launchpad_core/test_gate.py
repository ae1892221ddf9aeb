"""The gate: a build that misses a rule of its metrics is kept, but not served."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_core import get_validated_config, predict, train_model
from launchpad_core.config import get_validated_config_str
from launchpad_core.config_sections import MetricRule
from launchpad_core.errors import ConfigErrors
from launchpad_core.gate import held_back
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore

pytestmark = pytest.mark.slow

Cli = Callable[..., Any]


@pytest.fixture
def builds(tmp_path: Path) -> ModelBuilds:
    store = DirectoryStore({"location": str(tmp_path / "store")})
    return ModelBuilds(store, "Sums", "1.0.0")


def publish(builds: ModelBuilds, **metrics: Any) -> None:
    metadata = {"created": "2026-01-01T00:00:00+00:00", "metrics": metrics}
    builds.publish(lambda folder: None, metadata)


def reasons(
    builds: ModelBuilds, metrics: dict[str, Any], **rules: dict[str, Any]
) -> tuple[str, ...]:
    checked = {
        name.replace("__", "."): MetricRule(**rule) for name, rule in rules.items()
    }
    return held_back(builds, checked, metrics)


def test_better_build_of_another_training_counts_at_the_last_moment(
    builds: ModelBuilds,
) -> None:
    others = [0.95]  # is published between the look at what is live and the new entry
    rules = {"accuracy": MetricRule(not_worse_than_live_by=0.01)}
    publish(builds, accuracy=0.9)

    def objections() -> tuple[str, ...]:
        found = held_back(builds, rules, {"accuracy": 0.91})
        if others:
            publish(builds, accuracy=others.pop())
        return found

    metadata = {"created": "2026-01-01T00:00:00+00:00", "metrics": {"accuracy": 0.91}}
    build = builds.publish(lambda folder: None, metadata, objections=objections)

    assert build.aliases == ()
    assert builds.live().metadata["metrics"] == {"accuracy": 0.95}
    (reason,) = builds.last().details["held_back"]
    assert reason.startswith("accuracy 0.91 is worse than the 0.95 of the live build")


@pytest.mark.parametrize(
    ("metrics", "rule", "expected"),
    [
        ({"a": 0.9}, {"at_least": 0.9}, ()),
        ({"a": 1}, {"at_least": 1}, ()),
        ({"a": 0.89}, {"at_least": 0.9}, ("a 0.89 is less than at_least 0.9",)),
        ({"a": 0.3}, {"at_most": 0.3}, ()),
        ({"a": 0.31}, {"at_most": 0.3}, ("a 0.31 is more than at_most 0.3",)),
        ({"a": None}, {"at_least": 0.9}, ("a is no finite number",)),
        ({"a": float("nan")}, {"at_most": 0.9}, ("a is no finite number",)),
        ({"a": float("inf")}, {"at_least": 0.9}, ("a is no finite number",)),
        ({"a": "0.95"}, {"at_least": 0.9}, ('a is no number, but "0.95"',)),
        ({"a": True}, {"at_least": 0.9}, ("a is no number, but true",)),
        ({"b": 1, "c": 2}, {"at_least": 0.9}, ("a is missing among the metrics b, c",)),
        (
            {"aa": 1, "c": 2},
            {"at_least": 0.9},
            ('a is missing among the metrics aa, c; did you mean "aa"?',),
        ),
        ({}, {"at_least": 0.9}, ("a is missing",)),
    ],
)
def test_limits(
    metrics: dict[str, Any],
    rule: dict[str, Any],
    expected: tuple[str, ...],
    builds: ModelBuilds,
) -> None:
    assert reasons(builds, metrics, a=rule) == expected


def test_names_lead_into_metrics_inside_of_others(builds: ModelBuilds) -> None:
    metrics = {"macro avg": {"f1": 0.5}, "b.c": 1, "b": {"c": 0, "d.e": {"f": 0.4}}}

    assert reasons(
        builds,
        metrics,
        **{"macro avg__f1": {"at_least": 0.6}},
        b__c={"at_least": 1},
        b__d__e__f={"at_least": 0.5},
        b__c__x={"at_least": 1},
    ) == (
        "macro avg.f1 0.5 is less than at_least 0.6",
        "b.d.e.f 0.4 is less than at_least 0.5",
        'b.c.x is missing among the metrics macro avg, b.c, b; did you mean "b.c"?',
    )


@pytest.mark.parametrize(
    ("live", "new", "rule", "expected"),
    [
        (0.93, 0.92, {}, ()),
        (0.93, 0.99, {}, ()),
        (0.93, 0.919, {}, ("worse than the 0.93 of the live build by 0.011",)),
        (0.3, 0.31, {"at_most": 0.5}, ()),
        (0.3, 0.1, {"at_most": 0.5}, ()),
        (
            *(0.3, 0.32, {"at_most": 0.5}),
            ("worse than the 0.3 of the live build by 0.02",),
        ),
        (
            *(0.3, 0.28, {"at_most": 0.5, "better": "higher"}),
            ("worse than the 0.3 of the live build by 0.02",),
        ),
        (0.3, 0.32, {"better": "lower"}, ("worse than the 0.3 of the live build",)),
        (0.3, 0.31, {"at_most": 0.5, "at_least": 0.1}, ()),
    ],
)
def test_new_build_is_compared_with_the_live_one(
    live: float,
    new: float,
    rule: dict[str, Any],
    expected: tuple[str, ...],
    builds: ModelBuilds,
) -> None:
    publish(builds, a=live)

    found = reasons(builds, {"a": new}, a={"not_worse_than_live_by": 0.01, **rule})

    assert len(found) == len(expected)
    for reason, part in zip(found, expected, strict=True):
        assert part in reason
        assert reason.endswith(": not_worse_than_live_by 0.01")


def test_newest_metrics_of_the_live_build_count(builds: ModelBuilds) -> None:
    publish(builds, a=0.99)
    rule = {"not_worse_than_live_by": 0}
    assert reasons(builds, {"a": 0.9}, a=rule) != ()

    builds.add_metrics(builds.live(), {"a": 0.8})

    assert reasons(builds, {"a": 0.9}, a=rule) == ()


def test_without_a_live_build_there_is_nothing_to_compare_with(
    builds: ModelBuilds,
) -> None:
    rule = {"at_least": 0.9, "not_worse_than_live_by": 0.01}

    assert reasons(builds, {"a": 0.95}, a=rule) == ()
    assert reasons(builds, {"a": 0.85}, a=rule) == ("a 0.85 is less than at_least 0.9",)


def test_live_build_without_the_metric_has_to_be_tested_first(
    builds: ModelBuilds,
) -> None:
    publish(builds, b=1)

    assert reasons(builds, {"a": 0.9}, a={"not_worse_than_live_by": 0.1}) == (
        "a 0.9 can't be compared: that of the live build is missing; "
        "launchpad retest measures it",
    )


def test_nothing_is_better_than_a_damaged_build(
    builds: ModelBuilds, tmp_path: Path
) -> None:
    publish(builds, a=0.9)
    live = builds.live()
    (file,) = tmp_path.glob("store/*/*/builds/*/metadata.json")
    file.unlink()

    assert reasons(builds, {"a": 0.9}, a={"at_least": 0.5}) == ()
    assert reasons(builds, {"a": 0.9}, a={"not_worse_than_live_by": 0.1}) == (
        f"can't be compared with the live build: {live} is damaged: metadata.json is "
        "missing",
    )


def test_rules_that_nothing_meets_are_mistakes() -> None:
    config = """\
model:
  name: Sums
  version: 1.0.0
  module: model
  promote_if:
    accuracy:
      at_least: 0.9
      at_most: 0.8
    loss: {}
    recall: {at_lest: 0.9}
    f1: 0.9
    auc: {at_least: '0.9'}
    mae: {not_worse_than_live_by: -1}
"""

    with pytest.raises(ConfigErrors) as told:
        get_validated_config_str(config)

    assert str(told.value).splitlines() == [
        '<config>:6: model: "promote_if.accuracy": no value is at_least 0.9 and '
        "at_most 0.8",
        '<config>:9: model: "promote_if.loss": says nothing: add at_least, at_most or '
        "not_worse_than_live_by",
        '<config>:10: model: unknown key "promote_if.recall.at_lest" (try: did you '
        'mean "at_least"?)',
        '<config>:11: model: "promote_if.f1": should be a section with keys, not 0.9',
        '<config>:12: model: "promote_if.auc.at_least": should be a valid number, not '
        "'0.9'",
        '<config>:13: model: "promote_if.mae.not_worse_than_live_by": should be '
        "greater than or equal to 0, not -1",
    ]


@pytest.fixture
def train(project: Path) -> Callable[..., Path]:
    """Return a function that makes the next training reach an accuracy."""
    model = project / "model.py"
    model.write_text(
        model.read_text().replace(
            """{"accuracy": 1.0}""", """{"accuracy": model["offset"] / 100}"""
        )
    )
    text = (project / "cfg.yml").read_text()
    rules = "promote_if: {accuracy: {at_least: 0.9, not_worse_than_live_by: 0.01}}"

    def next_one(offset: int) -> Path:
        settings = f"offset: {offset}\n  {rules}"
        (project / "cfg.yml").write_text(text.replace("offset: 10", settings))
        return project / "cfg.yml"

    return next_one


@pytest.fixture
def stored(project: Path) -> ModelBuilds:
    store = DirectoryStore({"location": str(project / "store")})
    return ModelBuilds(store, "Sums", "1.2.0")


def without_logs(stderr: str) -> str:
    kept = [line for line in stderr.splitlines(True) if " INFO " not in line]
    return "".join(kept)


def test_build_that_misses_is_stored_but_not_served(
    train: Callable[..., Path], stored: ModelBuilds, cli: Cli
) -> None:
    train(95)
    good = cli("-c", "cfg.yml", "train")
    live = stored.live()
    train(85)
    worse = cli("-c", "cfg.yml", "train")
    kept, missed = stored.all()

    assert (good.returncode, without_logs(good.stderr)) == (0, "")
    assert (worse.returncode, worse.stdout) == (3, '{"accuracy": 0.85}\n')
    assert without_logs(worse.stderr) == (
        f"Different from build {live.id}, which is live:\n"
        "  metrics\n"
        "    accuracy  0.95  -> 0.85  -0.1\n"
        "  config\n"
        "    model.offset  95  -> 85\n"
        f"{missed} is stored, but it isn't made live:\n"
        "  accuracy 0.85 is less than at_least 0.9\n"
        "  accuracy 0.85 is worse than the 0.95 of the live build by 0.1: "
        "not_worse_than_live_by 0.01\n"
        f"  try: launchpad models promote {missed.id}, to serve it all the same\n"
    )
    assert (kept.aliases, missed.aliases) == (("live",), ())
    asked = cli("-c", "cfg.yml", "predict", input='{"x": 1}')
    assert json.loads(asked.stdout) == {"sum": 96}


def test_first_build_has_to_be_good_enough(
    train: Callable[..., Path], stored: ModelBuilds, cli: Cli
) -> None:
    train(85)
    missed = cli("-c", "cfg.yml", "-t")
    (build,) = stored.all()
    served = cli("-c", "cfg.yml", "predict", input='{"x": 1}')

    assert missed.returncode == 3
    assert without_logs(missed.stderr) == (
        f"{build} is stored, but it isn't made live:\n"
        "  accuracy 0.85 is less than at_least 0.9\n"
        f"  try: launchpad models promote {build.id}, to serve it all the same\n"
    )
    assert served.returncode == 1
    assert served.stderr.endswith(
        "Error: no build is live: there are only others of Sums 1.2.0 in store\n"
        f"  try: launchpad models promote {build.id}\n"
    )


def test_build_that_was_held_back_can_be_promoted(
    train: Callable[..., Path], stored: ModelBuilds, cli: Cli
) -> None:
    train(85)
    cli("-c", "cfg.yml", "train")
    (build,) = stored.all()

    shown = json.loads(cli("-c", "cfg.yml", "models", "show", build.id).stdout)
    assert shown["log"][0]["details"] == {
        "held_back": ["accuracy 0.85 is less than at_least 0.9"]
    }
    assert cli("-c", "cfg.yml", "models", "promote", build.id).stderr == (
        f"{build} is live now\n"
    )
    asked = cli("-c", "cfg.yml", "predict", input='{"x": 1}')
    assert json.loads(asked.stdout) == {"sum": 86}


def test_python_is_told_as_well(
    train: Callable[..., Path], stored: ModelBuilds
) -> None:
    good, _ = train_model(get_validated_config(train(95)))
    worse, metrics = train_model(get_validated_config(train(85)))
    untested, _ = train_model(get_validated_config(train(95)), test=False)
    tried, _ = train_model(get_validated_config(train(85)), persist=False)

    assert good.held_back == ()
    assert worse.held_back == (
        "accuracy 0.85 is less than at_least 0.9",
        "accuracy 0.85 is worse than the 0.95 of the live build by 0.1: "
        "not_worse_than_live_by 0.01",
    )
    assert metrics == {"accuracy": 0.85}
    assert untested.held_back == ("accuracy is missing",)
    assert tried.held_back == ()
    assert stored.live() == good.build
    assert predict(get_validated_config(train(85)), {"x": 1}) == {"sum": 96}


def test_alias_that_is_trained_to_is_the_one_that_is_compared_with(
    train: Callable[..., Path], stored: ModelBuilds, cli: Cli
) -> None:
    train_model(get_validated_config(train(99)))
    for offset in (95, 96, 94):
        config = train(offset)
        text = config.read_text()
        config.write_text(
            text.replace("location: store", "location: store\n  alias: staging")
        )
        done = cli("-c", "cfg.yml", "train")

    assert done.returncode == 3
    builds = stored.all()
    assert [build.aliases for build in builds] == [("live",), (), ("staging",), ()]
    assert f"Different from build {builds[2].id}, which is staging:" in done.stderr
    assert f"{builds[3]} is stored, but it isn't made staging:" in done.stderr
