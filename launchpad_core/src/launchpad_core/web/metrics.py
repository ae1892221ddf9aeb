"""What a server counts, as Prometheus asks for it; with several workers, of all."""

from __future__ import annotations

import os
from collections import Counter as Numbers
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from launchpad_core.serving.live import LiveBuild
from launchpad_core.serving.workers import MULTIPROCESS, is_alive

_LIBRARY = "prometheus_client"
_CLASSES = "12345"


class Metrics:
    """Hands what a process counts over to Prometheus's library.

    That is done after each look for a new build, and when somebody asks. With
    ``PROMETHEUS_MULTIPROC_DIR``, all workers share a folder, and any of them answers
    for all. What model code counts by the same library is answered as well.

    Args:
        live: What is counted.
    """

    def __init__(self, live: LiveBuild) -> None:
        self._live = live
        self._is_worker = False
        self._lock = Lock()
        self._told: Numbers[str] = Numbers()
        self._build = ""

    def update(self) -> None:
        """Hand over what was counted since the last time.

        A process that has answered nothing is no worker: it may be one that only
        forks workers.
        """
        from launchpad_core.web import prometheus as own

        with self._lock:
            state, counted = self._live.state(), self._live.counted()
            if not self._is_worker and not any(counted[digit] for digit in _CLASSES):
                return
            model = (state.build.name, state.build.version)
            for name, counter in own.COUNTERS.items():
                counter.labels(*model).inc(counted[name] - self._told[name])
            for digit in _CLASSES:
                if more := counted[digit] - self._told[digit]:
                    own.ANSWERS.labels(*model, f"{digit}xx").inc(more)
            if self._build and self._build != state.build.id:
                own.BUILD.labels(*model, self._build).set(0)
            own.BUILD.labels(*model, state.build.id).set(1)
            self._told, self._build = counted, state.build.id

    def after_fork(self) -> None:
        """Forget who else was at work: in a new process there is nobody else."""
        self._lock = Lock()

    def text(self) -> tuple[bytes, str]:
        """Return all metrics in Prometheus's text format, and its media type."""
        from prometheus_client import (
            CONTENT_TYPE_LATEST,
            REGISTRY,
            CollectorRegistry,
            generate_latest,
        )
        from prometheus_client.multiprocess import MultiProcessCollector

        self._is_worker = True
        self.update()
        registry = REGISTRY
        if folder := os.environ.get(MULTIPROCESS):
            _forget_dead_workers(Path(folder))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        return generate_latest(registry), CONTENT_TYPE_LATEST


def is_installed() -> bool:
    """Whether Prometheus's library is there."""
    return find_spec(_LIBRARY) is not None


def _forget_dead_workers(folder: Path) -> None:
    """Leave out what workers serve that have ended; what they counted stays."""
    for path in folder.glob("gauge_live*_*.db"):
        pid = path.stem.rpartition("_")[2]
        if pid.isdecimal() and not is_alive(int(pid)):
            path.unlink(missing_ok=True)  # another worker may do the same
