"""``launchpad contract``: see, convert, generate, compare and write contracts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from terminal import in_terminal

Cli = Callable[..., Any]

RAML = """#%RAML 1.0
title: Sums
version: v1
types:
  Row: {type: object, properties: {a: number, b?: string}}
/sums:
  get:
    queryParameters: {a: number, b?: string}
    responses: {200: {body: {application/json: {type: 'Row[]'}}}}
  post:
    body: {application/json: Row}
"""
NEW = RAML.replace("a: number, b?: string}}", "a: integer, b?: string}}").replace(
    "post:", "put:"
)
CONFIG = """
datasources:
  petals: {type: csv, path: petals.csv, tags: train}
model_store: {location: store}
model: {name: Iris, version: '1.0.0', module: model}
api: {name: iris, from: petals, target: variety}
"""
MODEL = "def train(): pass\ndef test(): return {}\ndef predict(args): return 1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with two contracts, and no config that commands find."""
    (tmp_path / "old.raml").write_text(RAML)
    (tmp_path / "new.raml").write_text(NEW)
    (tmp_path / "petals.csv").write_text("width,variety\n0.2,Setosa\n1.5,Other\n")
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "cfg.yml").write_text(CONFIG)
    return tmp_path


def test_show_prints_neutral_json(folder: Path, cli: Cli) -> None:
    shown = json.loads(cli("contract", "show", "old.raml").stdout)

    assert (shown["title"], list(shown["schemas"])) == ("Sums", ["Row"])
    get, post = shown["operations"]
    assert get["parameters"][0] == {
        "name": "a",
        "location": "query",
        "schema": {"type": "number"},
        "required": True,
    }
    assert post["bodies"] == [
        {"media_type": "application/json", "schema": {"$ref": "#/$defs/Row"}}
    ]


def test_show_prints_a_table_for_a_person(folder: Path) -> None:
    command = [str(Path(sys.executable).parent / "launchpad"), "contract", "show"]

    shown = in_terminal([*command, "old.raml"], folder)

    assert shown.splitlines() == [
        "METHOD  PATH   PARAMETERS             BODY                  ANSWERS",
        "GET     /sums  a: number, b?: string                        "
        "200 application/json Row[]",
        "POST    /sums                         application/json Row",
    ]


def test_project_shows_what_its_data_makes_until_it_is_trained(
    folder: Path, cli: Cli
) -> None:
    before = cli("-c", "cfg.yml", "contract", "show")
    assert cli("-c", "cfg.yml", "train").returncode == 0
    (folder / "petals.csv").unlink()
    after = cli("-c", "cfg.yml", "contract", "show")

    assert before.stderr == ("No model is trained yet: this is what petals makes now\n")
    assert json.loads(before.stdout) == json.loads(after.stdout)
    assert after.stderr == ""


def test_convert_and_back(folder: Path, cli: Cli) -> None:
    for to, file in (("openapi", "sums.yaml"), ("openapi", "sums.json")):
        done = cli("contract", "convert", "old.raml", "--to", to, "-o", file)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        back = cli("contract", "convert", file, "--to", "raml", "-o", "back.raml")
        assert back.returncode == 0, back.stderr
        differing = cli("contract", "diff", "old.raml", "back.raml")
        assert (differing.returncode, differing.stderr) == (0, "no changes\n")
        (folder / "back.raml").unlink()
    assert json.loads((folder / "sums.json").read_text())["openapi"] == "3.1.0"


def test_convert_prints_without_a_file(folder: Path, cli: Cli) -> None:
    (folder / "old.txt").write_text(RAML)
    args = ("contract", "convert", "old.txt", "--from", "raml", "--to", "openapi")

    assert cli(*args).stdout.startswith("openapi: 3.1.0\ninfo:\n  title: Sums\n")


@pytest.mark.parametrize(
    ("file", "format"), [("iris.raml", "raml"), ("iris.yaml", "openapi")]
)
def test_generated_contract_is_served(
    file: str, format: str, folder: Path, cli: Cli
) -> None:
    generate = ("-c", "cfg.yml", "contract", "generate", "petals", "--bounds")
    options = ("--target", "variety", "--resource", "flowers", "--output", file)
    assert cli(*generate, *options).returncode == 0
    config = CONFIG.replace("from: petals, target: variety", f"{format}: {file}")
    (folder / "cfg.yml").write_text(config)

    checked = cli("-c", "cfg.yml", "check")

    assert (checked.returncode, checked.stderr) == (0, "cfg.yml: no mistakes\n")
    text = (folder / file).read_text()
    assert "# Before this is published:\n" in text
    assert "minimum: 0.2\n" in text and "/flowers:\n" in text


def test_generated_contract_as_json(folder: Path, cli: Cli) -> None:
    generate = ("-c", "cfg.yml", "contract", "generate", "petals", "--rows")
    neutral = json.loads(cli(*generate, "--json").stdout)
    openapi = cli(*generate, "-o", "iris.json")

    assert [body["media_type"] for body in neutral["operations"][1]["bodies"]] == [
        "application/json",
        "text/csv",
    ]
    assert openapi.returncode == 0
    assert json.loads((folder / "iris.json").read_text())["openapi"] == "3.1.0"


def test_contract_is_written_and_takes_the_place_of_the_derived_one(
    folder: Path, cli: Cli
) -> None:
    assert cli("-c", "cfg.yml", "train").returncode == 0

    done = cli("-c", "cfg.yml", "contract", "write", "--output", "iris.raml")

    assert (done.returncode, done.stderr) == (
        0,
        "To publish this file, write raml: iris.raml in the section api, in place of "
        "from:, target: and resource:\n",
    )
    config = CONFIG.replace("from: petals, target: variety", "raml: iris.raml")
    (folder / "cfg.yml").write_text(config)
    assert cli("-c", "cfg.yml", "check").returncode == 0
    printed = cli("-c", "cfg.yml", "contract", "write", "--format", "openapi")
    assert printed.stdout.startswith("openapi: 3.1.0\ninfo:\n  title: iris API\n")


def test_diff_tells_what_breaks(folder: Path, cli: Cli) -> None:
    done = cli("contract", "diff", "old.raml", "new.raml")

    assert (done.returncode, done.stderr) == (1, "1 breaking, 2 compatible\n")
    assert done.stdout.splitlines() == [
        "breaking    POST /sums is gone  (old.raml:10)",
        'compatible  GET /sums: response 200 application/json "[].a" type is now '
        "integer, was number  (old.raml:9 -> new.raml:9)",
        "compatible  PUT /sums is new  (new.raml:10)",
    ]


def test_diff_for_programs(folder: Path, cli: Cli) -> None:
    done = cli("contract", "diff", "new.raml", "old.raml", "--json")

    assert done.returncode == 1
    assert json.loads(done.stdout)[0] == {
        "breaking": True,
        "operation": "GET /sums",
        "place": "response 200 application/json",
        "name": "[].a",
        "what": "type is now number, was integer",
        "old": "new.raml:9",
        "new": "old.raml:9",
    }


def test_diff_of_what_is_compatible_is_a_success(folder: Path, cli: Cli) -> None:
    (folder / "new.raml").write_text(RAML.replace("  post:", "  put:\n  post:"))

    done = cli("contract", "diff", "old.raml", "new.raml")

    assert (done.returncode, done.stderr) == (0, "0 breaking, 1 compatible\n")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("show", "no.raml"), "Error: there is no file no.raml\n"),
        (
            ("show", "model.py"),
            "Error: the name model.py doesn't tell the API format\n"
            "  try: name the format: openapi or raml\n",
        ),
        (
            ("show", "--from", "raml"),
            "Usage: launchpad contract show [OPTIONS] [FILE]\n"
            "Try 'launchpad contract show --help' for help.\n\n"
            "Error: --from is the format of a FILE, and there is none\n",
        ),
        (
            ("show", "model.py", "--from", "ramll"),
            'Error: no plugin provides API format "ramll"\n'
            '  try: did you mean "raml"?\n',
        ),
        (
            ("show", "model.py", "--from", "raml"),
            "model.py:1: this is not RAML: its first line is no header\n"
            "  try: #%RAML 0.8 or #%RAML 1.0\n",
        ),
        (
            ("convert", "old.raml", "--to", "wsdl"),
            'Error: no plugin provides API format "wsdl"\n'
            "  try: openapi, raml, or install a plugin that provides it\n",
        ),
        (
            ("convert", "old.raml", "--to", "openapi", "-o", "model.py"),
            "Error: model.py is there already\n  try: --force writes over it\n",
        ),
        (
            ("convert", "old.raml", "--to", "openapi", "-o", "model.py/x.yaml"),
            "Error: there is no folder model.py\n  try: make it, or write elsewhere\n",
        ),
        (
            ("diff", "old.raml", "no.raml"),
            "Error: there is no file no.raml\n",
        ),
        (
            ("show",),
            "Error: there is no config: no --config, no LAUNCHPAD_CFG, no "
            "./LAUNCHPAD_CFG.yml\n  try: launchpad --config FILE\n",
        ),
    ],
)
def test_mistake_is_told(
    args: tuple[str, ...], message: str, folder: Path, cli: Cli
) -> None:
    done = cli("contract", *args)

    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)
    assert (folder / "model.py").read_text() == MODEL


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (
            ("petal",),
            2,
            'cfg.yml:2: there is no data source "petal"\n'
            '  try: did you mean "petals"?\n',
        ),
        (
            ("petals", "--target", "varieti"),
            2,
            'Error: there is no column "varieti"\n  try: did you mean "variety"?\n',
        ),
        (
            ("petals", "--resource", "a b"),
            2,
            "Error: Invalid value for '--resource': 'a b' can't be part of a path\n",
        ),
        (
            ("petals", "--format", "ramll"),
            2,
            'Error: no plugin provides API format "ramll"\n'
            '  try: did you mean "raml"?\n',
        ),
        (
            ("petals", "--output", "model.py", "--format", "raml"),
            2,
            "Error: model.py is there already\n  try: --force writes over it\n",
        ),
    ],
)
def test_mistake_with_data_is_told(
    args: tuple[str, ...], status: int, message: str, folder: Path, cli: Cli
) -> None:
    done = cli("-c", "cfg.yml", "contract", "generate", *args)

    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.endswith(message)


def test_file_is_written_over_by_force_only(folder: Path, cli: Cli) -> None:
    args = ("contract", "convert", "old.raml", "--to", "openapi", "-o", "model.py")

    assert cli(*args, "--force").returncode == 0
    assert (folder / "model.py").read_text().startswith("openapi: 3.1.0\n")


def test_folder_that_is_not_there_is_not_made(folder: Path, cli: Cli) -> None:
    args = ("contract", "convert", "old.raml", "--to", "openapi", "-o", "new/x.yaml")

    done = cli(*args)

    assert (done.returncode, done.stderr) == (
        2,
        "Error: there is no folder new\n  try: make it, or write elsewhere\n",
    )
    assert not (folder / "new").exists()


def test_what_a_format_cannot_say_is_no_file(folder: Path, cli: Cli) -> None:
    (folder / "sums.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: Sums, version: v1}\npaths:\n  /sums:\n"
        "    trace: {responses: {'200': {description: ''}}}\n"
    )

    done = cli("contract", "convert", "sums.yaml", "--to", "raml", "-o", "sums.raml")

    assert (done.returncode, done.stderr) == (
        2,
        "sums.yaml:5: TRACE /sums: RAML 1.0 can't say TRACE\n",
    )
    assert not (folder / "sums.raml").exists()


@pytest.mark.parametrize(
    "args", [("--help",), ("generate", "--help"), ("diff", "--help"), ("-h",)]
)
def test_help_imports_nothing_heavy(args: tuple[str, ...]) -> None:
    heavy = ("pandas", "numpy", "flask", "pydantic", "jsonschema_rs", "ramlfications")
    code = (
        "import sys\n"
        "from launchpad_core.cli import main\n"
        f"sys.argv = ['launchpad', 'contract', *{args!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"heavy = [name for name in {heavy!r} if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )

    subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, cwd=os.sep
    )


def test_comparing_needs_no_pandas(folder: Path) -> None:
    code = (
        "import sys\n"
        "from launchpad_core.cli import main\n"
        "sys.argv = ['launchpad', 'contract', 'diff', 'old.raml', 'old.raml']\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "assert 'pandas' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", code], check=True, cwd=folder)
