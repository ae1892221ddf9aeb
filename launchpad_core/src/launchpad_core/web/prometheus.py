"""The metrics, which Prometheus's library has once in a process."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Counter, Gauge

_MODEL = ("model", "version")

COUNTERS: Mapping[str, Counter] = {
    "swaps": Counter(
        "launchpad_swaps", "How often a worker went over to another build", _MODEL
    ),
    "refused": Counter(
        "launchpad_refused_builds", "Builds that a worker could not serve", _MODEL
    ),
    "gone_back": Counter(
        "launchpad_gone_back_builds",
        "Builds that a worker went back from, since their answers failed",
        _MODEL,
    ),
}
"""What is counted, by its name in ``LiveBuild.counted``."""

ANSWERS = Counter(
    "launchpad_answers", "Answers by the class of their status", (*_MODEL, "status")
)
BUILD = Gauge(
    "launchpad_build_info",
    "How many workers serve a build",
    (*_MODEL, "build"),
    multiprocess_mode="livesum",
)
