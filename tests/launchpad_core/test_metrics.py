"""What a server counts, in one process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from werkzeug.test import Client

from launchpad_core import get_validated_config, train_model
from launchpad_core.project import Project
from launchpad_core.serving.workers import MULTIPROCESS, make_shared_folder
from launchpad_core.web import metrics
from launchpad_core.web.live import LiveApp

ASKING = """
import sys
from werkzeug.test import Client
from launchpad_core import get_validated_config, train_model
from launchpad_core.project import Project
from launchpad_core.web.live import LiveApp

config = get_validated_config("cfg.yml")
first = train_model(config)[0].build
app = LiveApp(Project(config, tags=("predict",)))
client = Client(app)
client.get("/sums/v1/sums?x=1")
client.get("/sums/v1/sums")
second = train_model(config)[0].build
app.look()
client.get("/sums/v1/sums?x=3")
told = client.get("/metrics")
print(told.headers["Content-Type"].partition(";")[0], told.headers["X-Model-Build"])
print(told.text.replace(first.id, "FIRST").replace(second.id, "SECOND"))
"""


def test_what_is_counted(project: Path) -> None:
    """The library has its metrics once in a process, so this is another process."""
    done = subprocess.run(
        [sys.executable, "-c", ASKING],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )

    first, *lines = done.stdout.splitlines()
    model = 'model="Sums",version="1.2.0"'
    assert first.startswith("text/plain ")
    assert [
        line
        for line in lines
        if line.startswith("launchpad_") and "_created" not in line
    ] == [
        f"launchpad_swaps_total{{{model}}} 1.0",
        f"launchpad_refused_builds_total{{{model}}} 0.0",
        f"launchpad_gone_back_builds_total{{{model}}} 0.0",
        'launchpad_answers_total{model="Sums",status="2xx",version="1.2.0"} 2.0',
        'launchpad_answers_total{model="Sums",status="4xx",version="1.2.0"} 1.0',
        f'launchpad_build_info{{build="SECOND",{model}}} 1.0',
    ]


def test_without_the_library_a_hint_is_answered(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "is_installed", lambda: False)
    config = get_validated_config(project / "cfg.yml")
    train_model(config)

    answer = Client(LiveApp(Project(config, tags=("predict",)))).get("/metrics")

    assert answer.status_code == 404
    assert answer.json["detail"] == (  # type: ignore[index]
        "There is nothing here: prometheus-client is not installed; "
        "try: pip install 'launchpad-core[metrics]'"
    )


def test_folders_of_servers_that_have_ended_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv(MULTIPROCESS, raising=False)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    alive = tmp_path / f"launchpad-metrics-{os.getppid()}-x"
    dead = tmp_path / f"launchpad-metrics-{ended.pid}-x"
    alive.mkdir()
    dead.mkdir()
    (dead / "counter_1.db").touch()

    make_shared_folder()

    own = Path(os.environ[MULTIPROCESS])
    assert own.name.startswith(f"launchpad-metrics-{os.getpid()}-")
    assert set(tmp_path.iterdir()) == {alive, own}


def test_folder_that_is_named_already_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MULTIPROCESS, "/somewhere")

    make_shared_folder()

    assert os.environ[MULTIPROCESS] == "/somewhere"
