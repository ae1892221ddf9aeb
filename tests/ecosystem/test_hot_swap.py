"""New builds under load: gunicorn with two workers, real clients, a real trainer."""

from __future__ import annotations

import http.client
import json
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from clients import Clients

from launchpad_core import get_validated_config, train_model
from launchpad_core.project import Project
from launchpad_core.store.aliases import point
from launchpad_core.store.build import Build

CONFIG = """
model_store: {location: store, refresh: 0.3}
model: {name: steps, version: '1.0.0', module: step_model, step: 0}
api: {name: steps, raml: steps.raml, trial_requests: 40}
"""
RAML = """#%RAML 0.8
title: Steps
version: v1
/steps:
  get:
    queryParameters:
      x: {type: integer, required: true, example: 1}
"""
MODEL = """
import os
import sys

SERVING = "gunicorn" in sys.modules


class Fragile:
    def __setstate__(self, state):
        if SERVING:
            raise RuntimeError("made for another machine")
        self.__dict__.update(state)


def train(model_conf):
    fragile = Fragile()
    fragile.a = 1
    kind = model_conf.get("kind")
    return {
        "step": model_conf["step"],
        "kind": kind,
        "fragile": fragile if kind == "raises" else None,
    }


def test():
    return {}


def predict(model, args):
    if args["x"] == -1:
        os._exit(1)
    if model["kind"] == "unlucky" and args["x"] % 3 == 0:
        raise ValueError("unlucky")
    if model["kind"] == "forgetful" and SERVING:
        return {"step": -1}
    return {"step": model["step"]}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "steps.yml").write_text(CONFIG)
    (tmp_path / "steps.raml").write_text(RAML)
    (tmp_path / "step_model.py").write_text(MODEL)
    return tmp_path / "steps.yml"


def train(config: Path, step: int, kind: str = "good", *, alias: str = "live") -> Build:
    settings = get_validated_config(config)
    settings["model"].update(step=step, kind=kind)
    settings["model_store"]["alias"] = alias
    trained, _ = train_model(settings)
    assert trained.build is not None
    return trained.build


class Steps(Clients):
    """Clients that count what they were answered, by status, step and build."""

    def __init__(self, url: str) -> None:
        super().__init__(range(1, 5))
        self.url = url
        self.seen: Counter[tuple[int, Any, str]] = Counter()
        self.faults: list[str] = []

    def ask(self, number: int) -> None:
        status, body, build = ask(self.url, f"/steps/v1/steps?x={number}")
        self.seen[status, body.get("step"), build] += 1

    def failed(self, error: Exception) -> None:
        self.faults.append(repr(error))


def ask(url: str, path: str) -> tuple[int, Any, str]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return (
            answer.status,
            json.loads(answer.read()),
            answer.headers["X-Model-Build"],
        )
    finally:
        connection.close()


def until_all_workers(url: str, fits: Callable[[Any], bool]) -> None:
    """Ask until 40 answers one after the other fit: the workers take turns."""
    deadline = time.monotonic() + 60
    fitting = 0
    while fitting < 40:
        told = ask(url, "/ready")[1]
        fitting = fitting + 1 if fits(told) else 0
        assert time.monotonic() < deadline, told


@pytest.mark.parametrize("options", ["", "--threads=4", "--preload"])
def test_no_request_fails_while_builds_change(
    options: str,
    config: Path,
    serve: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", options)
    builds = {0: train(config, 0).id}
    with serve(config, workers=2) as url, Steps(url) as clients:
        for step in range(1, 6):
            builds[step] = train(config, step).id
            time.sleep(0.5)
        until_all_workers(url, lambda told: told["build"] == builds[5])

    assert clients.faults == []
    assert set(clients.seen) <= {(200, step, build) for step, build in builds.items()}
    assert clients.seen[200, 5, builds[5]] > 0 and len(clients.seen) > 3


def damage(config: Path, build: Build) -> None:
    folder = config.parent / "store" / "steps" / "1.0.0" / "builds" / build.id
    payload = folder / "payload" / "model.pkl"
    payload.write_bytes(payload.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize(
    ("kind", "reason", "logged"),
    [
        ("damaged", "is damaged: payload/model.pkl has changed since", ""),
        ("forgetful", "1 of 1 golden predictions differ; the log says", "-1"),
        ("raises", "can't be loaded: RuntimeError; the log says", "another machine"),
        ("unlucky", "answers were server errors; before, 0 of", "unlucky"),
    ],
)
def test_old_build_goes_on_when_the_new_one_is_bad(
    kind: str,
    reason: str,
    logged: str,
    config: Path,
    serve: Callable[..., Any],
) -> None:
    good = train(config, 1)
    with serve(config, workers=2) as url, Steps(url) as clients:
        until_all_workers(url, lambda told: told["build"] == good.id)
        bad = train(config, 2, kind, alias="staging")
        if kind == "damaged":
            damage(config, bad)
        point(Project(get_validated_config(config)).builds, "live", bad)
        until_all_workers(
            url,
            lambda told: (
                told["build"] == good.id
                and told["refused"] is not None
                and told["refused"]["build"] == bad.id
                and reason in told["refused"]["reason"]
            ),
        )
        answer = ask(url, "/steps/v1/steps?x=3")
        better = train(config, 3)
        until_all_workers(url, lambda told: told["build"] == better.id)

    assert answer == (200, {"step": 1}, good.id)
    assert clients.faults == []
    failed = {key: n for key, n in clients.seen.items() if key[0] != 200}
    assert failed.keys() <= {(500, None, bad.id)}
    assert sum(failed.values()) <= (20 if kind == "unlucky" else 0)
    log = (config.parent / "server.log").read_text()
    assert f"build {good.id} is served" in log and logged in log


def test_any_worker_tells_the_metrics_of_all(
    config: Path,
    serve: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path_factory.mktemp("metrics")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(folder))
    of_model = 'model="steps",version="1.0.0"'
    first = train(config, 1)
    with serve(config, workers=2) as url:
        with Steps(url) as clients:
            told = f'launchpad_build_info{{build="{first.id}",{of_model}}} 2.0'
            until_metrics_hold(url, told)
            second = train(config, 2)
            until_all_workers(url, lambda told: told["build"] == second.id)
        until_metrics_hold(
            url,
            f"launchpad_swaps_total{{{of_model}}} 2.0",
            f'launchpad_build_info{{build="{second.id}",{of_model}}} 2.0',
            f'launchpad_answers_total{{model="steps",status="2xx",version="1.0.0"}} '
            f"{clients.seen.total():.1f}",
        )


def until_metrics_hold(url: str, *lines: str) -> None:
    deadline = time.monotonic() + 60
    while missing := set(lines) - metrics(url):
        assert time.monotonic() < deadline, missing


def metrics(url: str) -> set[str]:
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
        return set(answer.read().decode().splitlines())


def test_server_goes_on_after_no_worker_could_start_for_a_while(
    config: Path, serve: Callable[..., Any]
) -> None:
    build = train(config, 1)
    entry = config.parent / "store/steps/1.0.0/log/00000001.json"
    log = config.parent / "server.log"
    with serve(config) as url:
        moved = entry.rename(config.parent / "moved")
        entry.mkdir()
        with pytest.raises(http.client.RemoteDisconnected):
            ask(url, "/steps/v1/steps?x=-1")
        until(lambda: "\ncan't read steps/1.0.0/log/00000001.json" in log.read_text())

        entry.rmdir()
        moved.rename(entry)

        assert ask(url, "/steps/v1/steps?x=1") == (200, {"step": 1}, build.id)


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)
