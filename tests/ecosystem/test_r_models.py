"""Models in R are trained, kept, served and watched over as those in Python are."""

from __future__ import annotations

import http.client
import json
import re
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.parse import urlsplit

import pytest

from launchpad_core import get_validated_config, train_model

Cli = Callable[..., subprocess.CompletedProcess[str]]
Write = Callable[..., Path]

CONFIG = """\
datasources:
  leaves: {type: csv, path: leaves.csv, tags: [train, test]}
model_store: {location: store, refresh: 0.3}
model:
  name: leaves
  version: '1.0.0'
  type: r
  file: leaves.R
  step: 0
api: {name: leaves, raml: leaves.raml, check_responses: always}
"""
RAML = """#%RAML 0.8
title: Leaves
version: v1
/leaves:
  get:
    queryParameters:
      length: {type: number, required: true, minimum: 0, example: 4}
    responses:
      200:
        body:
          application/json:
            schema: |
              {"type": "object",
               "properties": {"size": {"type": "number"}, "step": {"type": "integer"}},
               "required": ["size", "step"]}
"""
LEAVES = "length,size\n" + "".join(f"{n},{2 * n}\n" for n in range(1, 31))
MODEL = """\
train <- function(data_sources, model_conf) {
  leaves <- data_sources$leaves$get_dataframe()
  list(fit = lm(size ~ length, leaves), step = model_conf$step)
}

test <- function(model) list(slope = round(unname(coef(model$fit)["length"]), 6))

size_of <- function(model, args) {
  if (args$length == 113) stop("leaf 113 is torn")
  if (args$length == 114) return("huge")
  unname(stats::predict(model$fit, args))
}

predict <- function(model, args) {
  list(size = size_of(model, args), step = model$step)
}
"""
ON_TABLE = """\
train <- function(data_sources) {
  lm(size ~ length, data_sources$leaves$get_dataframe())
}
test <- function(model) list(slope = 2)
predict <- function(model, frame) {
  data.frame(size = unname(stats::predict(model, frame)))
}
"""


@pytest.fixture
def write(tmp_path: Path, rscript: str) -> Write:
    """Return a function that makes a project, and returns its config."""

    def project(model: str = MODEL, config: str = CONFIG) -> Path:
        texts = {"leaves.R": model, "leaves.csv": LEAVES, "leaves.raml": RAML}
        for name, text in {**texts, "leaves.yml": config}.items():
            (tmp_path / name).write_text(dedent(text), encoding="utf-8")
        return tmp_path / "leaves.yml"

    return project


def ask(url: str, path: str, body: bytes | None = None) -> tuple[int, Any, Any]:
    """Return an answer's status, its body, and its headers."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    with closing(connection):
        json_body = {"Content-Type": "application/json"} if body else {}
        connection.request("POST" if body else "GET", path, body, json_body)
        answer = connection.getresponse()
        text = answer.read().decode()
        is_json = "json" in answer.headers["Content-Type"]
        return answer.status, json.loads(text) if is_json else text, answer.headers


def metrics(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def metadata(cli: Cli) -> Any:
    return metrics(cli("-c", "leaves.yml", "models", "show", "live", "--json"))


def test_life_cycle(write: Write, cli: Cli, serve: Callable[..., Any]) -> None:
    config = write()
    command = ("-c", "leaves.yml")

    assert cli(*command, "check").returncode == 0
    assert metrics(cli(*command, "train")) == {"slope": 2.0}
    assert metrics(cli(*command, "retest")) == {"slope": 2.0}
    asked = cli(*command, "predict", input='{"length": 7}')
    assert metrics(asked) == {"size": pytest.approx(14), "step": 0}
    (config.parent / "leaves.csv").unlink()
    with serve(config, workers=2) as url:
        right = ask(url, "/leaves/v1/leaves?length=7")
        wrong = ask(url, "/leaves/v1/leaves?length=wide")
        broken = ask(url, "/leaves/v1/leaves?length=114")
        ready = ask(url, "/ready")
        counted = ask(url, "/metrics")
    build = right[2]["X-Model-Build"]
    assert right[:2] == (200, {"size": pytest.approx(14), "step": 0})
    assert wrong[0] == 400
    assert wrong[1]["detail"] == "length should be a number, not 'wide'"
    log = (config.parent / "server.log").read_text()
    assert broken[:2] == (200, {"size": "huge", "step": 0})
    assert "contract promises: /size should be a number, not 'huge'" in log
    assert (ready[0], ready[1]["build"]) == (200, build)
    assert f'launchpad_build_info{{build="{build}"' in counted[1]
    (payload,) = config.parent.glob("store/leaves/1.0.0/builds/*/payload/*")
    assert payload.name == "model.rds"


def test_changed_r_file_is_refused(
    write: Write, cli: Cli, serve: Callable[..., Any]
) -> None:
    config = write()
    metrics(cli("-c", "leaves.yml", "train"))
    (golden,) = config.parent.glob("store/leaves/1.0.0/builds/*/golden.json")
    assert len(json.loads(golden.read_bytes())["requests"]) == 20

    write(MODEL.replace("list(size = size", "list(size = 3 * size"))
    refused = cli("-c", "leaves.yml", "predict", input='{"length": 7}')

    differ = "20 of 20 golden predictions differ; the first: GET /leaves?length=4"
    assert (refused.returncode, refused.stdout) == (1, "")
    assert differ in refused.stderr
    with pytest.raises(AssertionError, match=re.escape(differ)), serve(config):
        pass


@contextmanager
def clients(url: str) -> Iterator[Counter[Any]]:
    """Yield what clients are answered who ask all the time."""
    seen: Counter[Any] = Counter()
    done = threading.Event()

    def ask_on(length: int) -> None:
        while not done.is_set():
            try:
                path = f"/leaves/v1/leaves?length={length}"
                status, body, headers = ask(url, path)
                is_right = body.get("size") == pytest.approx(2 * length)
                key = status, is_right, body.get("step"), headers["X-Model-Build"]
            except Exception as error:
                seen[repr(error)] += 1
            else:
                seen[key] += 1

    threads = [threading.Thread(target=ask_on, args=(n,)) for n in (3, 4, 5, 6)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        done.set()
        for thread in threads:
            thread.join()


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < deadline, "it never came to be"
        time.sleep(0.05)


def test_no_request_fails_while_builds_change(
    write: Write, serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--threads=4")
    config = write()

    def train(step: int) -> str:
        settings = get_validated_config(config)
        settings["model"]["step"] = step
        trained, _ = train_model(settings)
        assert trained.build is not None
        return trained.build.id

    builds = [train(0)]
    with serve(config, workers=2) as url, clients(url) as seen:
        for step in range(1, 4):
            builds.append(train(step))
            key = 200, True, step, builds[step]
            until(lambda key=key: seen[key] > 40)

    # Each answer is right, and of the build that it says that it is of.
    assert set(seen) == {(200, True, step, build) for step, build in enumerate(builds)}


def test_derived_contract(write: Write, cli: Cli, serve: Callable[..., Any]) -> None:
    derived = CONFIG.replace("raml: leaves.raml", "from: leaves, target: size")
    config = write(ON_TABLE, derived)
    metrics(cli("-c", "leaves.yml", "train"))
    (config.parent / "leaves.csv").unlink()

    with serve(config) as url:
        path = "/leaves/v1/predictions"
        one = ask(url, f"{path}?length=7")
        many = ask(url, path, b'[{"length": 1}, {"length": 2}]')
        wrong = ask(url, path, b'[{"length": 1}, {"length": "wide"}]')

    assert one[:2] == (200, {"size": pytest.approx(14)})
    assert many[:2] == (200, [{"size": pytest.approx(n)} for n in (2, 4)])
    assert wrong[0] == 400


def test_error_in_r_is_logged_and_not_answered(
    write: Write, cli: Cli, serve: Callable[..., Any]
) -> None:
    config = write()
    metrics(cli("-c", "leaves.yml", "train"))

    asked = cli("-c", "leaves.yml", "predict", input='{"length": 113}')
    with serve(config) as url:
        status, body, _ = ask(url, "/leaves/v1/leaves?length=113")
        after, _, _ = ask(url, "/leaves/v1/leaves?length=7")

    assert (asked.returncode, asked.stdout) == (1, "")
    log = (config.parent / "server.log").read_text()
    for told in (asked.stderr, log):
        assert "leaf 113 is torn" in told
        assert "leaves.R:9" in told
        assert "size_of(model, args)" in told
    assert (status, after) == (500, 200)
    assert "torn" not in json.dumps(body)
    assert "leaves.R" not in json.dumps(body)
    assert body["id"] in log


DATA = """\
datasources:
  leaves: {type: dbms.db, query: 'SELECT * FROM leaves WHERE n >= :least'}
  note: {type: text_file, path: note.txt}
  gone: {type: csv, path: gone.csv}
datasinks:
  copy: {type: csv, path: copy.csv}
  said: {type: text_file, path: said.txt}
dbms:
  db: {type: sql, url: 'sqlite:///leaves.db'}
model_store: {location: store}
model: {name: leaves, version: '1.0.0', type: r, file: leaves.R}
"""
WITH_DATA = """\
train <- function(data_sources, data_sinks) {
  leaves <- data_sources$leaves$get_dataframe(list(least = 2L))
  stopifnot(is.integer(leaves$n), is.na(leaves$kind[2]))
  data_sinks$copy$put_dataframe(leaves)
  put_raw("said", paste(get_raw("note"), "and back"))
  report("leaves", leaves)
  report("n", nrow(leaves))
  tryCatch(get_dataframe("gone"), error = function(e) conditionMessage(e))
}
test <- function(model) list(caught = model)
predict <- function(model, args) NULL
"""


def test_data_sources_and_sinks_of_several_kinds(write: Write, cli: Cli) -> None:
    folder = write(WITH_DATA, DATA).parent
    (folder / "note.txt").write_text("höher", encoding="utf-8")
    with closing(sqlite3.connect(folder / "leaves.db")) as database:
        database.execute("CREATE TABLE leaves (n INTEGER, kind TEXT)")
        rows = [(1, "oak"), (2, "Eiche ü"), (3, None)]
        database.executemany("INSERT INTO leaves VALUES (?, ?)", rows)
        database.commit()

    trained = metrics(cli("-c", "leaves.yml", "train"))

    assert "gone.csv" in trained["caught"]
    copied = (folder / "copy.csv").read_text("utf-8").split()
    assert copied == ["n,kind", "2,Eiche", "ü", "3,"]
    assert (folder / "said.txt").read_text("utf-8") == "höher and back"
    reported = metadata(cli)["train_report"]
    assert reported["n"] == 2
    assert reported["data"]["leaves"]["colnames"] == ["n", "kind"]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that installs a version of the R package herbarium."""
    library = tmp_path / "library"
    library.mkdir()
    monkeypatch.setenv("R_LIBS", str(library))

    def installed(version: str) -> None:
        package = tmp_path / "herbarium"
        package.mkdir(exist_ok=True)
        (package / "NAMESPACE").write_text("export(press)\n")
        (package / "DESCRIPTION").write_text(
            f"Package: herbarium\nVersion: {version}\nTitle: Leaves\n"
            "Description: Leaves.\nLicense: MIT\nAuthor: A\nMaintainer: A <a@b.c>\n"
        )
        (package / "R").mkdir(exist_ok=True)
        (package / "R" / "press.R").write_text("press <- function(x) x\n")
        command = ["R", "CMD", "INSTALL", "--no-docs", "--no-test-load"]
        command += [f"--library={library}", str(package)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)

    return installed


def test_versions_of_r_and_its_packages_are_kept_and_compared(
    write: Write, cli: Cli, install: Callable[[str], None], rscript: str
) -> None:
    write(config=CONFIG.replace("step: 0", "packages: [herbarium]\n  step: 0"))
    install("1.0")
    first = cli("-c", "leaves.yml", "train")
    metrics(first)
    command = [rscript, "-e", "cat(as.character(getRversion()))"]
    version = subprocess.run(command, capture_output=True, text=True, check=True)

    same = cli("-c", "leaves.yml", "retest")
    install("2.0")
    other = cli("-c", "leaves.yml", "retest")

    kept = json.dumps(metadata(cli))
    assert f'"R": "{version.stdout}"' in kept
    assert '"R package herbarium": "1.0"' in kept
    assert (same.returncode, other.returncode) == (0, 0)
    assert "herbarium" not in same.stderr
    (warning,) = (line for line in other.stderr.splitlines() if "herbarium" in line)
    assert "was trained with" in warning
    assert "R package herbarium 1.0 (here 2.0)" in warning


@pytest.mark.parametrize("action", ["check", "train"])
def test_missing_packages_are_named_first(
    action: str, write: Write, cli: Cli, install: Callable[[str], None]
) -> None:
    packages = "packages: [herbarium, stats, arboretum]\n  step: 0"
    model = 'writeLines("here", "began.txt")\n' + MODEL
    folder = write(model, CONFIG.replace("step: 0", packages)).parent
    install("1.0")

    done = cli("-c", "leaves.yml", action)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "leaves.yml:9: the R package arboretum is not installed",
        "  try: Rscript -e 'install.packages(\"arboretum\")'",
    ]
    assert not (folder / "began.txt").exists()


def test_missing_rscript_is_told(write: Write, cli: Cli, tmp_path: Path) -> None:
    write()
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()

    not_on_path = cli("-c", "leaves.yml", "check", env={"PATH": str(nowhere)})
    write(config=CONFIG.replace("step: 0", f"rscript: {nowhere}/Rscript\n  step: 0"))
    not_there = cli("-c", "leaves.yml", "train")

    for done in (not_on_path, not_there):
        assert (done.returncode, done.stdout) == (2, "")
        assert "Rscript" in done.stderr
        assert "\n  try: " in done.stderr
        assert "Traceback" not in done.stderr
    assert not_there.stderr.startswith("leaves.yml:9: ")
    assert f"{nowhere}/Rscript" in not_there.stderr


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("size_of <- function(model, args) {", "size_of <- function(", "leaves.R:9: "),
        ("train <- function", "trian <- function", "has no function train"),
        ("predict <- function(model, args)", "predict <- function(mdel)", '"mdel"'),
    ],
)
@pytest.mark.parametrize("action", ["check", "train"])
def test_mistakes_in_the_r_file_are_told(
    action: str, old: str, new: str, told: str, write: Write, cli: Cli
) -> None:
    assert MODEL.count(old) == 1
    write(MODEL.replace(old, new))

    done = cli("-c", "leaves.yml", action)

    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert "leaves.R:" in done.stderr
    assert "Error in" not in done.stderr
