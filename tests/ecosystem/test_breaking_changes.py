"""Changes that break clients are refused, unless the major version goes up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_core import get_validated_config, list_models, retest, train_model
from launchpad_core.errors import ContractError

Cli = Callable[..., Any]

MODEL = """
from pathlib import Path
def train(): Path("trained").touch()
def test(): return {}
def predict(args): return {"sum": 1}
"""
RAML = """#%RAML 1.0
title: Sums
version: v1
/sums:
  get:
    queryParameters:
      a: number
      b?: number
"""
CONFIG = """
model_store: {location: store}
model:
  name: Sums
  version: '1.2.0'
  module: model
api:
  name: sums
  raml: sums.raml
"""
DERIVED = """
datasources:
  sums: {type: csv, path: sums.csv}
model_store: {location: store}
model:
  name: Sums
  version: '1.2.0'
  module: model
api:
  name: sums
  from: sums
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a project that is trained once."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "sums.raml").write_text(RAML)
    (tmp_path / "sums.csv").write_text("a,b\n1,2\n3,\n")
    (tmp_path / "derived.yml").write_text(DERIVED)
    (tmp_path / "cfg.yml").write_text(CONFIG)
    train_model(get_validated_config("cfg.yml"))
    (tmp_path / "trained").unlink()
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_training_is_refused_before_it_begins(project: Path) -> None:
    edit(project / "sums.raml", "      b?: number", "      b: integer")

    with pytest.raises(ContractError) as told:
        train_model(get_validated_config("cfg.yml"))

    assert str(told.value) == (
        "cfg.yml:5: 2 changes of the contract would break clients of Sums 1.2.0:\n"
        '  GET /sums: query parameter "b" is now required (sums.raml:8)\n'
        '  GET /sums: query parameter "b" type is now integer, was number '
        "(sums.raml:8)\n"
        "  try: model: version: '2.0.0' and version: v2 in sums.raml, or undo them"
    )
    assert not (project / "trained").exists()


def test_check_refuses_it_as_well(project: Path, cli: Cli) -> None:
    edit(project / "sums.raml", "      b?: number\n", "")

    for command in ("check", "train"):
        done = cli("-c", "cfg.yml", command)
        assert done.returncode == 2
        assert done.stderr == (
            "cfg.yml:5: a change of the contract would break clients of Sums 1.2.0:\n"
            '  GET /sums: query parameter "b" is gone (sums.raml:5)\n'
            "  try: model: version: '2.0.0' and version: v2 in sums.raml, or undo it\n"
        )


def test_next_major_version_may_break(project: Path, cli: Cli) -> None:
    edit(project / "sums.raml", "      b?: number\n", "")
    edit(project / "sums.raml", "version: v1", "version: v2")
    edit(project / "cfg.yml", "1.2.0", "2.0.0")

    assert cli("-c", "cfg.yml", "check").returncode == 0
    assert cli("-c", "cfg.yml", "train").returncode == 0

    edit(project / "sums.raml", "      a: number\n", "      a: integer\n")
    assert cli("-c", "cfg.yml", "train").returncode == 2


def test_minor_version_may_not_break(project: Path) -> None:
    edit(project / "cfg.yml", "1.2.0", "1.3.0")
    edit(project / "sums.raml", "      a: number", "      x: number")

    with pytest.raises(ContractError) as told:
        train_model(get_validated_config("cfg.yml"))

    assert str(told.value) == (
        "cfg.yml:5: 2 changes of the contract would break clients of Sums 1.2.0:\n"
        '  GET /sums: query parameter "a" is gone (renamed to "x"?) (sums.raml:5)\n'
        '  GET /sums: query parameter "x" is new and required (sums.raml:7)\n'
        "  try: model: version: '2.0.0' and version: v2 in sums.raml, or undo them"
    )


def test_compatible_change_is_published_and_compared_with_next(project: Path) -> None:
    edit(project / "cfg.yml", "1.2.0", "1.10.0")
    edit(
        project / "sums.raml", "      b?: number\n", "      b?: number\n      c?: any\n"
    )
    train_model(get_validated_config("cfg.yml"))
    edit(project / "sums.raml", "      c?: any\n", "")

    with pytest.raises(ContractError, match=r"would break clients of Sums 1\.10\.0:"):
        train_model(get_validated_config("cfg.yml"))


def test_other_models_and_what_is_not_trained_do_not_count(project: Path) -> None:
    edit(project / "sums.raml", "      b?: number", "      b: integer")
    edit(project / "cfg.yml", "name: Sums", "name: Other")

    train_model(get_validated_config("cfg.yml"))

    config = get_validated_config("cfg.yml")
    assert list(list_models(config)) == ["Other", "Sums"]


def test_nothing_is_compared_when_nothing_is_published(project: Path) -> None:
    edit(project / "sums.raml", "      b?: number", "      b: integer")
    config = get_validated_config("cfg.yml")

    train_model(config, persist=False)

    assert retest(config) == {}


def test_derived_contract_is_compared_before_the_training(project: Path) -> None:
    (project / "derived.yml").write_text(DERIVED.replace("Sums", "Derived"))
    train_model(get_validated_config("derived.yml"))
    (project / "trained").unlink()
    (project / "sums.csv").write_text("a,c\n1.5,x\n")

    with pytest.raises(ContractError) as told:
        train_model(get_validated_config("derived.yml"))

    assert str(told.value) == (
        "derived.yml:7: 4 changes of the contract would break clients of "
        "Derived 1.2.0:\n"
        '  GET /predictions: query parameter "b" is gone\n'
        '  GET /predictions: query parameter "c" is new and required\n'
        '  POST /predictions: body application/json "b" is gone\n'
        '  POST /predictions: body application/json "c" is new and required\n'
        "  try: model: version: '2.0.0', or undo them"
    )
    assert not (project / "trained").exists()


def test_check_connects_to_no_data(project: Path, cli: Cli) -> None:
    (project / "sums.csv").unlink()

    done = cli("-c", "derived.yml", "check")

    assert (done.returncode, done.stderr) == (0, "derived.yml: no mistakes\n")


def test_contract_without_operations_is_a_warning_of_check(
    project: Path, cli: Cli
) -> None:
    edit(project / "cfg.yml", "name: Sums", "name: Others")
    (project / "sums.raml").write_text("#%RAML 1.0\ntitle: Sums\nversion: v1\n")

    done = cli("-c", "cfg.yml", "check")

    assert (done.returncode, done.stderr) == (
        0,
        "Warning: the contract has no operation: nobody can ask\n"
        "cfg.yml: no mistakes\n",
    )


def test_contract_without_a_version_is_told(project: Path, cli: Cli) -> None:
    edit(project / "sums.raml", "version: v1\n", "")

    done = cli("-c", "cfg.yml", "check")

    assert (done.returncode, done.stderr) == (
        2,
        "cfg.yml:5: there is no version in sums.raml, but the model's version 1.2.0 "
        "asks for 'v1'\n  try: version: v1 in sums.raml\n",
    )


def test_damaged_build_is_no_obstacle_to_a_new_one(project: Path, cli: Cli) -> None:
    (kept,) = project.glob("store/Sums/1.2.0/builds/*/metadata.json")
    kept.write_text("{")

    checked, trained = (cli("-c", "cfg.yml", name) for name in ("check", "train"))

    fault = "is damaged: metadata.json has changed since it was published"
    assert (checked.returncode, trained.returncode) == (0, 0)
    assert fault in checked.stderr
    assert checked.stderr.endswith("cfg.yml: no mistakes\n")
    assert fault in trained.stderr


def test_log_that_cannot_be_read_is_a_warning_of_check(project: Path, cli: Cli) -> None:
    (entry,) = project.glob("store/Sums/1.2.0/log/*.json")
    entry.write_text("{")

    checked, trained = (cli("-c", "cfg.yml", name) for name in ("check", "train"))

    damaged = "the model store is damaged: Sums/1.2.0/log/00000001.json in store: "
    assert (checked.returncode, trained.returncode) == (0, 1)
    assert checked.stderr.startswith(f"Warning: {damaged}")
    assert checked.stderr.endswith("cfg.yml: no mistakes\n")
    assert trained.stderr.startswith(f"Error: {damaged}")


def test_store_that_is_a_file_is_a_warning_of_check(project: Path, cli: Cli) -> None:
    edit(
        project / "cfg.yml",
        "location: store",
        "location: store/Sums/1.2.0/log/00000001.json",
    )

    done = cli("-c", "cfg.yml", "check")

    fault = "the model store store/Sums/1.2.0/log/00000001.json is a file, not a folder"
    assert done.returncode == 0
    assert done.stderr.startswith(f"Warning: {fault}")
    assert done.stderr.endswith("cfg.yml: no mistakes\n")
