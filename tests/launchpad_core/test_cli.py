"""The ``launchpad`` command, in processes of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from terminal import in_terminal

from launchpad_core import get_validated_config, train_model

HEAVY = ("pandas", "numpy", "sqlalchemy", "flask", "ramlfications")

Cli = Callable[..., Any]


@pytest.fixture
def trained(project: Path, cli: Cli) -> Path:
    assert cli("-c", "cfg.yml", "train").returncode == 0
    return project


def test_round(project: Path, cli: Cli) -> None:
    done = [
        cli("-c", "cfg.yml", "train"),
        cli("-c", "cfg.yml", "retest"),
        cli("-c", "cfg.yml", "predict", input='{"x": 1}'),
    ]

    assert [json.loads(one.stdout) for one in done] == [
        {"accuracy": 1.0},
        {"accuracy": 1.0},
        {"sum": 11},
    ]
    assert "Stored Sums 1.2.0 as build" in done[0].stderr


def test_older_flags_and_prefixes(trained: Path, cli: Cli) -> None:
    (trained / "args.json").write_text('{"x": 1}')

    for args in (("-t",), ("-r",), ("t",), ("ret",)):
        assert json.loads(cli("-c", "cfg.yml", *args).stdout) == {"accuracy": 1.0}
    for args in (("-p", "args.json"), ("pr", "args.json")):
        assert json.loads(cli("-c", "cfg.yml", *args).stdout) == {"sum": 11}


def test_config_comes_from_the_environment(trained: Path, cli: Cli) -> None:
    done = cli(
        "-r", cwd=trained.parent, env={"LAUNCHPAD_CFG": str(trained / "cfg.yml")}
    )

    assert json.loads(done.stdout) == {"accuracy": 1.0}


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("p",), 2, 'Error: "p" is ambiguous: plugins, predict'),
        (("trian",), 2, 'Error: no command "trian"; did you mean "train"?'),
        (("-t", "-r"), 2, "Error: give one command at a time"),
        (
            ("-c", "no.yml", "train"),
            2,
            "Error: can't read no.yml: No such file or directory",
        ),
        (("train",), 2, "Error: there is no config: no --config, no LAUNCHPAD_CFG"),
        (("-c", "cfg.yml", "predict", "no.json"), 2, "No such file or directory"),
        (("-c", "cfg.yml", "predict"), 1, "<stdin>:1: this is not JSON"),
        (("-c", "cfg.yml", "retest"), 1, "Error: there is no trained model Sums 1.2.0"),
        (
            ("-c", "cfg.yml", "serve"),
            1,
            "Error: there is no trained model Sums 1.2.0",
        ),
        (
            ("-c", "cfg.yml", "serve", "--bind", "127.0.0.1:99999"),
            2,
            "Error: Invalid value for --bind: '127.0.0.1:99999' is no address",
        ),
        (("-c", "cfg.yml", "api"), 1, "Error: there is no trained model Sums 1.2.0"),
        (
            ("-c", "cfg.yml", "generate-raml", "x"),
            2,
            'Error: API format "raml" is provided by launchpad-api-raml, which is ',
        ),
        (
            ("-l", "log.yml", "-c", "cfg.yml", "train"),
            2,
            "Error: can't read log.yml: No such file or directory",
        ),
    ],
)
def test_mistake_is_told_without_a_traceback(
    args: tuple[str, ...], status: int, message: str, project: Path, cli: Cli
) -> None:
    done = cli("--no-plugin", "api_raml", *args, input="not json")

    assert done.returncode == status
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_fault_in_model_code_shows_the_developers_lines(
    project: Path, cli: Cli
) -> None:
    (project / "model.py").write_text(
        "def train():\n    return {}['key']\ndef test(): return {}\n"
    )

    done = cli("-c", "cfg.yml", "train")

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == ("model.py:2: train raised KeyError: 'key'")
    assert 'model.py", line 2, in train' in done.stderr
    assert "launchpad_core" not in done.stderr.partition("Traceback")[2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def train(:\n", "model.py:1: importing model raised SyntaxError"),
        (
            "import no_such_package\n",
            "model.py:1: importing model raised ModuleNotFoundError: "
            "No module named 'no_such_package'\n"
            f"  try: install what provides no_such_package for {sys.executable}\n",
        ),
    ],
)
def test_model_code_that_cannot_be_imported(
    text: str, message: str, project: Path, cli: Cli
) -> None:
    (project / "model.py").write_text(text)

    done = cli("-c", "cfg.yml", "train")

    assert done.returncode == 1
    assert message in done.stderr


def test_missing_module_is_told_with_its_position(project: Path, cli: Cli) -> None:
    (project / "model.py").unlink()

    done = cli("-c", "cfg.yml", "train")

    assert (done.returncode, done.stderr.splitlines()[-2:]) == (
        2,
        [
            'cfg.yml:7: there is no module "model"',
            "  try: model.py beside the config, or an installed module",
        ],
    )


def test_what_model_code_prints_stays_out_of_the_result(
    project: Path, cli: Cli
) -> None:
    (project / "model.py").write_text(
        "print('importing')\n"
        "def train(): print('training')\n"
        "def test(): print('testing'); return {'accuracy': float('nan')}\n"
    )

    done = cli("-c", "cfg.yml", "train")

    assert done.stdout == '{"accuracy": null}\n'
    assert "training\n" in done.stderr


def test_terminal_gets_a_table_and_a_pipe_gets_json(trained: Path, cli: Cli) -> None:
    command = [str(Path(sys.executable).parent / "launchpad"), "-c", "cfg.yml"]

    piped = cli("-c", "cfg.yml", "models")
    shown = in_terminal([*command, "models"], trained)

    metrics = in_terminal([*command, "retest"], trained)

    assert json.loads(piped.stdout)[0]["name"] == "Sums"
    assert metrics.endswith('{\n  "accuracy": 1.0\n}\n')
    assert shown.splitlines()[0].split() == [
        *("NAME", "VERSION", "BUILD", "ALIASES", "CREATED", "METRICS")
    ]
    assert shown.splitlines()[1].startswith("Sums  1.2.0")


def test_help_and_version(cli: Cli) -> None:
    shown = cli("-h")

    assert shown.returncode == 0
    for command in (
        *("train", "retest", "predict", "api", "serve", "contract"),
        "generate-raml",
        *("plugins", "check", "models"),
    ):
        assert f"  {command} " in shown.stdout
    assert "...\n" not in cli("contract", "--help").stdout.partition("Commands:")[2]
    assert cli("--version").stdout.startswith("launchpad ")
    assert cli("train", "--help").stdout.startswith("Usage: launchpad train")


def test_option_behind_its_command_is_told_where_it_stands(cli: Cli) -> None:
    done = cli("train", "-c", "cfg.yml")

    assert done.returncode == 2
    assert done.stderr.endswith(
        "Error: the option -c stands before the command: launchpad -c ... train\n"
    )
    assert "No such option" in cli("train", "--config-file", "x").stderr


@pytest.mark.parametrize(
    ("args", "heavy"),
    [
        (["--help"], (*HEAVY, "pydantic")),
        (["train", "--help"], (*HEAVY, "pydantic")),
        (["--version"], (*HEAVY, "pydantic")),
        (["plugins"], HEAVY),
    ],
)
def test_nothing_heavy_is_imported_to_look_around(
    args: list[str], heavy: tuple[str, ...]
) -> None:
    code = (
        "import sys\n"
        "from launchpad_core.cli import main\n"
        f"sys.argv = ['launchpad', *{args!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"heavy = [name for name in {heavy!r} if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )

    subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, cwd=os.sep
    )


def get(url: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, json.load(answer)


def until(url: str, expected: tuple[int, Any], process: subprocess.Popen[bytes]) -> Any:
    """Ask until the answer is the expected one; return the last answer.

    None stands for any body.
    """
    answer: Any = (0, None)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            answer = get(url)
        except (OSError, ValueError, HTTPException):  # it may end while it answers
            time.sleep(0.1)
            continue
        if answer == expected or (answer[0], None) == expected:
            break
        time.sleep(0.1)
    return answer


@pytest.fixture
def development(trained: Path, free_port: int) -> Any:
    (trained / "static").mkdir()
    (trained / "static" / "page.json").write_text('"page"')
    log = (trained / "api.log").open("wb")
    launchpad = str(Path(sys.executable).parent / "launchpad")
    process = subprocess.Popen(
        [launchpad, "-c", "cfg.yml", "api", "--port", str(free_port)],
        cwd=trained,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    log.close()
    yield process, f"http://127.0.0.1:{free_port}"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


@pytest.mark.slow
def test_development_server_follows_changes(development: Any, project: Path) -> None:
    process, url = development
    asked = f"{url}/sums/v1/sums?x=1"
    model = project / "model.py"
    original = model.read_text()

    assert until(asked, (200, {"sum": 11}), process) == (200, {"sum": 11})
    assert get(f"{url}/static/page.json") == (200, "page")

    model.write_text(original.replace('args["x"] +', '100 + args["x"] +'))
    assert until(asked, (200, {"sum": 111}), process) == (200, {"sum": 111})

    model.write_text("def predict(:\n")
    status, broken = until(asked, (503, None), process)
    assert status == 503
    assert "model.py:1: importing model raised SyntaxError" in broken["detail"]

    model.write_text(original)
    assert until(asked, (200, {"sum": 11}), process) == (200, {"sum": 11})

    config = project / "cfg.yml"
    text = config.read_text()
    config.write_text("model: [\n")
    assert until(f"{asked}&y", (503, None), process)[0] == 503
    config.write_text(text.replace("name: sums", "name: renamed"))
    renamed = asked.replace("/sums/v1", "/renamed/v1")
    assert until(renamed, (200, {"sum": 11}), process) == (200, {"sum": 11})

    contract = project / "contract.py"
    contract.write_text(contract.read_text().replace('"/sums"', '"/totals"'))
    totals = f"{url}/renamed/v1/totals?x=1"
    assert until(totals, (200, {"sum": 11}), process) == (200, {"sum": 11})


@pytest.mark.slow
def test_development_server_serves_a_new_build(
    development: Any, project: Path, cli: Cli
) -> None:
    process, url = development
    asked = f"{url}/sums/v1/sums?x=1"
    assert until(asked, (200, {"sum": 11}), process) == (200, {"sum": 11})
    config = project / "other.yml"
    config.write_text(
        (project / "cfg.yml").read_text().replace("offset: 10", "offset: 20")
    )

    cli("-c", "other.yml", "train")

    assert until(asked, (200, {"sum": 21}), process) == (200, {"sum": 21})
    assert get(f"{url}/ready")[1]["swaps"] == 1


@pytest.mark.slow
def test_development_server_serves_code_that_predicts_otherwise(
    development: Any, project: Path, cli: Cli
) -> None:
    """Golden predictions are for production: here, code is changed on purpose."""
    process, url = development
    asked = f"{url}/sums/v1/sums?x=1"
    assert until(asked, (200, {"sum": 11}), process) == (200, {"sum": 11})
    contract = project / "contract.py"
    contract.write_text(
        contract.read_text().replace("required=True", "required=True, examples=(1,)")
    )
    assert "Golden predictions: 1" in cli("-c", "cfg.yml", "train").stderr
    model = project / "model.py"

    model.write_text(model.read_text().replace('args["x"] +', '100 + args["x"] +'))

    assert until(asked, (200, {"sum": 111}), process) == (200, {"sum": 111})


def test_serve_takes_the_configured_address_and_long_queries(
    trained: Path, free_port: int, tmp_path: Path
) -> None:
    config = trained / "cfg.yml"
    config.write_text(f"{config.read_text()}  address: 127.0.0.1:{free_port}\n")
    launchpad = str(Path(sys.executable).parent / "launchpad")
    with (tmp_path / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [launchpad, "-c", str(config), "serve", "--workers", "2"],
            cwd=os.sep,
            stdout=log,
            stderr=log,
        )
    try:
        asked = f"http://127.0.0.1:{free_port}/sums/v1/sums?x=1"
        assert until(asked, (200, {"sum": 11}), process) == (200, {"sum": 11})
        long = asked + "&" * 8_000
        assert get(long) == (200, {"sum": 11})
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    ("trained", "told"),
    [
        (False, "there is no trained model Sums 1.2.0 in store\n"),
        (True, "the stored model can't be loaded: ModuleNotFoundError: No module"),
    ],
)
def test_server_that_cannot_start_says_why_and_ends(
    trained: bool, told: str, project: Path
) -> None:
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    if trained:
        (project / "gone.py").write_text("class Model: pass\n")
        model = project / "model.py"
        train = "def train(model_conf):\n    import gone\n    return gone.Model()\n"
        model.write_text(f"{model.read_text()}\n{train}")
        train_model(get_validated_config(project / "cfg.yml"), test=False)
        (project / "gone.py").unlink()

    done = subprocess.run(
        [gunicorn, "--bind=127.0.0.1:0", "launchpad_core.wsgi"],
        cwd=project,
        env={**os.environ, "LAUNCHPAD_CFG": "cfg.yml"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode != 0
    assert told in done.stderr
    assert "launchpad_core" not in done.stderr


def test_examples_of_help_stand_on_lines_of_their_own(tmp_path: Path, cli: Cli) -> None:
    for command in (("predict",), ("contract", "convert"), ("contract", "generate")):
        shown = cli(*command, "--help").stdout

        assert re.search(r"^  Example: ", shown, re.MULTILINE), shown
