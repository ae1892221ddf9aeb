"""The gate: whether the metrics of a new build are good enough for it to go live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from textwrap import shorten
from typing import Any

from launchpad_core.config_sections import MetricRule
from launchpad_core.errors import NoSuchBuild
from launchpad_core.plain import as_json, plain
from launchpad_core.spelling import did_you_mean
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.files import DamagedBuild
from launchpad_core.store.finding import with_history

_MISSING = object()
_LONGEST = 60


def held_back(
    builds: ModelBuilds, rules: Mapping[str, MetricRule], metrics: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return why a build with such metrics may not go live; nothing if it may.

    A rule that can't be checked is missed: when the metric is missing or no number,
    when the live build has no such metric, or is damaged. While no build is live, all
    that counts is ``at_least`` and ``at_most``.

    Args:
        builds: The builds of the model.
        rules: What the metrics must be, by their names; a name with dots leads into
            metrics inside of others.
        metrics: What the test returned.

    Raises:
        StoreError: When the store can't be read.
    """
    new = plain(metrics)
    compared = any(rule.not_worse_than_live_by is not None for rule in rules.values())
    try:
        live = _live_metrics(builds) if compared else None
    except DamagedBuild as error:
        uncomparable = f"can't be compared with the live build: {error.message}"
        return (*_reasons(rules, new, None), uncomparable)
    return tuple(_reasons(rules, new, live))


def _live_metrics(builds: ModelBuilds) -> Mapping[str, Any] | None:
    """Return the newest metrics of the live build; None while no build is live."""
    try:
        live = builds.live()
    except NoSuchBuild:
        return None
    newest: Mapping[str, Any] = with_history(live, builds.history())["metrics"]
    return newest


def _reasons(
    rules: Mapping[str, MetricRule],
    new: Mapping[str, Any],
    live: Mapping[str, Any] | None,
) -> Iterator[str]:
    for name, rule in rules.items():
        value = metric(new, name)
        fault = _fault(value)
        if fault and value is _MISSING and new:
            what = f"{name} {fault} among the metrics {', '.join(new)}"
            yield "; ".join(filter(None, (what, did_you_mean(name, new))))
        elif fault:
            yield f"{name} {fault}"
        else:
            yield from _misses(name, rule, value, live)


def _misses(
    name: str, rule: MetricRule, value: float, live: Mapping[str, Any] | None
) -> Iterator[str]:
    if rule.at_least is not None and value < rule.at_least:
        yield f"{name} {value} is less than at_least {rule.at_least}"
    if rule.at_most is not None and value > rule.at_most:
        yield f"{name} {value} is more than at_most {rule.at_most}"
    if rule.not_worse_than_live_by is None or live is None:
        return
    before = metric(live, name)
    if fault := _fault(before):
        yield (
            f"{name} {value} can't be compared: that of the live build {fault}; "
            "launchpad retest measures it"
        )
        return
    worse = _as_written(before) - _as_written(value)
    if rule.lower_is_better:
        worse = -worse
    if worse > _as_written(rule.not_worse_than_live_by):
        yield (
            f"{name} {value} is worse than the {before} of the live build by "
            f"{float(worse)}: not_worse_than_live_by {rule.not_worse_than_live_by}"
        )


def metric(metrics: Any, name: str) -> Any:
    """Return a metric by its name, which may lead by dots into others.

    A name that is there as it is written wins over a path.
    """
    if not isinstance(metrics, Mapping):
        return _MISSING
    if name in metrics:
        return metrics[name]
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        inside = metrics.get(".".join(parts[:end]))
        found = metric(inside, ".".join(parts[end:]))
        if found is not _MISSING:
            return found
    return _MISSING


def _fault(value: Any) -> str:
    """Return why a value isn't a number that can be compared; "" if it is."""
    if value is _MISSING:
        return "is missing"
    if value is None:
        return "is no finite number"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"is no number, but {shorten(as_json(value), _LONGEST)}"
    return ""


def _as_written(value: float) -> Decimal:
    """Return a number as people read it: 0.93 - 0.92 is 0.01, no less and no more."""
    return Decimal(repr(value))
