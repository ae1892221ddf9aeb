"""Projects without a contract file: data says what the API takes and gives."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_core import get_validated_config, list_models, predict, train_model
from launchpad_core.errors import (
    ConfigErrors,
    ContractError,
    DataError,
    NoSuchBuild,
    PredictionInputError,
)
from launchpad_core.project import Project

Cli = Callable[..., Any]

PETALS = "width,length,colour,variety\n0.2,1,red,Setosa\n1.5,2,,Virginica\n"
MODELS = {
    "args": """
def train(data_sources): return len(data_sources["petals"].get_dataframe())
def test(): return {}
def predict(model, args): return {"variety": f"{args['width']} {args['colour']}"}
""",
    "frame": """
def train(data_sources): return len(data_sources["petals"].get_dataframe())
def test(): return {}
def predict(model, frame): return [{"variety": f"{w}"} for w in frame["width"]]
""",
}
CONFIG = """
datasources:
  petals: {type: csv, path: petals.csv, tags: train}
model_store: {location: store}
model:
  name: Iris
  version: '1.0.0'
  module: model
api:
  name: iris
  from: petals
  target: variety
"""


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    model = getattr(request, "param", "args")
    (tmp_path / "model.py").write_text(MODELS[model])
    (tmp_path / "petals.csv").write_text(PETALS)
    (tmp_path / "cfg.yml").write_text(CONFIG)
    return tmp_path


def edit(project: Path, old: str, new: str) -> None:
    config = project / "cfg.yml"
    config.write_text(config.read_text().replace(old, new))


def ask(url: str, body: Any = None, media_type: str = "application/json") -> Any:
    data = (
        body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    )
    request = urllib.request.Request(url, data, {"Content-Type": media_type})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)["message"]


def test_machine_that_serves_needs_neither_the_data_nor_its_driver(
    project: Path, cli: Cli, serve: Callable[..., Any]
) -> None:
    trained = cli("-c", "cfg.yml", "train")
    assert trained.returncode == 0, trained.stderr
    (project / "petals.csv").unlink()
    edit(project, "type: csv", "type: not_installed_here")

    asked = cli("-c", "cfg.yml", "predict", input='{"width": 1, "colour": "red"}')
    with serve(project / "cfg.yml") as url:
        answers = [
            ask(f"{url}/iris/v1/predictions?width=0.5&length=1"),
            ask(f"{url}/iris/v1/predictions", {"width": 2, "length": 3, "colour": "r"}),
            ask(f"{url}/iris/v1/predictions", {"width": "x", "length": 3}),
            ask(f"{url}/iris/v1/predictions?width=1"),
        ]

    assert json.loads(asked.stdout) == {"variety": "1 red"}
    assert answers == [
        {"variety": "0.5 None"},
        {"variety": "2.0 r"},
        {"/width": "should be a number, not 'x'"},
        {"length": "is required"},
    ]


@pytest.mark.parametrize("project", ["frame"], indirect=True)
def test_model_on_a_table_takes_rows(project: Path, serve: Callable[..., Any]) -> None:
    config = get_validated_config(project / "cfg.yml")
    train_model(config)
    (project / "petals.csv").unlink()

    rows = [{"width": 1, "length": 2, "colour": None}, {"width": 2, "length": 2}]
    with serve(project / "cfg.yml") as url:
        answers = [
            ask(f"{url}/iris/v1/predictions", rows),
            ask(
                f"{url}/iris/v1/predictions",
                b"colour,width,length\n,1,2\nred,2,2\n",
                "text/csv",
            ),
            ask(f"{url}/iris/v1/predictions?width=3&length=1"),
        ]

    one, two, three = ({"variety": f"{width}"} for width in (1.0, 2.0, 3.0))
    assert answers == [[one, two], [one, two], three]
    assert predict(config, {"width": 3, "length": 1, "colour": "a"}) == three


def test_contract_is_kept_with_the_build(project: Path) -> None:
    config = get_validated_config(project / "cfg.yml")
    train_model(config)

    kept = list_models(config)["Iris"]["1.0.0"]["contract"]

    assert (kept["title"], kept["version"]) == ("iris API", "v1")
    assert [one["path"] for one in kept["operations"]] == ["/predictions"] * 2
    assert list(kept["schemas"]["Row"]["properties"]) == ["width", "length", "colour"]


def test_new_training_brings_its_contract(project: Path) -> None:
    config = get_validated_config(project / "cfg.yml")
    train_model(config)
    serving = Project(config, tags=("predict",))
    before = serving.contract
    (project / "petals.csv").write_text(
        "width,length,colour,hue,variety\n0.2,1,red,,Setosa\n1.5,2,,3,Virginica\n"
    )

    train_model(config)

    after = serving.contract
    names = [
        [one.name for one in api.operations[0].parameters] for api in (before, after)
    ]
    assert names == [
        ["width", "length", "colour"],
        ["width", "length", "colour", "hue"],
    ]


def test_data_without_a_gap_takes_no_promise_back(project: Path) -> None:
    config = get_validated_config(project / "cfg.yml")
    train_model(config)
    serving = Project(config, tags=("predict",))
    before = serving.contract
    (project / "petals.csv").write_text(
        "width,length,colour,variety\n0.2,1,red,Setosa\n1.5,2,blue,Virginica\n"
    )

    train_model(config)

    assert serving.contract == before
    colour = serving.contract.operations[0].parameters[2]
    assert (colour.name, colour.required) == ("colour", False)


def test_data_that_the_published_contract_does_not_take_is_refused(
    project: Path,
) -> None:
    config = get_validated_config(project / "cfg.yml")
    train_model(config)
    (project / "petals.csv").write_text(
        "width,size,colour,variety\n0.2,1,red,Setosa\n1.5,2,blue,Virginica\n"
    )

    with pytest.raises(ContractError) as refused:
        train_model(config)

    assert "would break clients of Iris 1.0.0:" in refused.value.message


def test_column_that_is_gone_is_refused_though_requests_could_leave_it_out(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    config = get_validated_config("cfg.yml")
    train_model(config)
    (project / "petals.csv").write_text(
        "width,length,variety\n0.2,1,Setosa\n1.5,2,Virginica\n"
    )

    with pytest.raises(ContractError) as refused:
        train_model(config)

    assert str(refused.value) == (
        "cfg.yml:7: 2 changes of the contract would break clients of Iris 1.0.0:\n"
        '  GET /predictions: query parameter "colour" is gone\n'
        '  POST /predictions: body application/json "colour" is gone\n'
        "  try: model: version: '2.0.0', or undo them"
    )


def test_data_without_rows_is_told_before_the_training(project: Path, cli: Cli) -> None:
    (project / "petals.csv").write_text("width,length,colour,variety\n")

    trained = cli("-c", "cfg.yml", "train")

    assert (trained.returncode, trained.stderr) == (
        1,
        'cfg.yml:11: the data source "petals" has no rows to derive the contract from\n'
        "  try: look at what it reads\n",
    )


def test_source_that_is_for_testing_only_will_do(project: Path) -> None:
    edit(project, "tags: train", "tags: predict")
    (project / "model.py").write_text(
        "def train(data_sources): return [*data_sources]\ndef test(): return {}\n"
    )

    trained, _ = train_model(get_validated_config(project / "cfg.yml"))

    assert trained.contents == []


def test_model_that_is_not_stored_needs_no_contract(project: Path) -> None:
    config = get_validated_config(project / "cfg.yml")

    trained, _ = train_model(config, persist=False)

    args = {"width": 1, "colour": "red"}
    assert predict(config, args, model=trained) == {"variety": "1 red"}


def test_resource_may_have_several_parts(project: Path) -> None:
    edit(project, "target: variety", "target: variety\n  resource: iris/flowers")
    config = get_validated_config(project / "cfg.yml")
    train_model(config)

    contract = Project(config, tags=("predict",)).contract

    assert [one.path for one in contract.operations] == ["/iris/flowers"] * 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "from: petals",
            "from: petal",
            'cfg.yml:11: api: from: there is no data source "petal"\n'
            '  try: did you mean "petals"?',
        ),
        (
            "from: petals",
            "from: flowers",
            'cfg.yml:11: api: from: there is no data source "flowers"\n  try: petals',
        ),
        (
            "target: variety",
            "targt: variety",
            'cfg.yml:12: api: unknown key "targt"\n  try: did you mean "target"?',
        ),
        (
            "from: petals",
            "from: petals\n  raml: iris.raml",
            "cfg.yml:11: the api section names a contract and derives one: raml and "
            "from\n  try: keep one of them",
        ),
        (
            "from: petals\n",
            "raml: iris.raml\n",
            'cfg.yml:12: api: "target" is for a contract that is derived from data\n'
            "  try: add from: SOURCE, or remove target:",
        ),
        (
            "from: petals\n  target: variety",
            "resource: flowers",
            'cfg.yml:11: api: "resource" is for a contract that is derived from data\n'
            "  try: add from: SOURCE, or remove resource:",
        ),
        (
            "  from: petals\n  target: variety\n",
            "",
            "cfg.yml:10: the api section names no contract\n"
            "  try: add raml: FILE, or from: SOURCE to derive it from data",
        ),
        (
            "target: variety",
            "resource: a b",
            "cfg.yml:12: api: \"resource\": 'a b' can't be part of a path\n"
            "  try: a plural of what is predicted, such as flowers",
        ),
        (
            "from: petals",
            "from: 5",
            'cfg.yml:11: api: "from": should be a valid string, not 5',
        ),
    ],
)
def test_section_that_cannot_be_understood_is_told(
    old: str, new: str, message: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    edit(project, old, new)

    for tags in (("predict",), ("train", "test")):
        with pytest.raises(ConfigErrors) as told:
            Project(read(project), tags=tags)
        assert str(told.value) == message


def read(project: Path) -> Any:
    from launchpad_core.config import read_config

    return read_config("cfg.yml")


def test_target_that_is_no_column_is_told_before_the_training(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    edit(project, "target: variety", "target: varieti")
    (project / "model.py").write_text(
        "def train(): raise AssertionError\ndef test(): return {}\n"
        "def predict(args): return {}\n"
    )

    with pytest.raises(DataError) as told:
        train_model(get_validated_config("cfg.yml"))

    assert str(told.value) == (
        'cfg.yml:12: there is no column "varieti"\n  try: did you mean "variety"?'
    )
    assert told.value.exit_status == 2


def test_model_that_is_not_trained_has_no_contract(project: Path) -> None:
    serving = Project(get_validated_config(project / "cfg.yml"), tags=("predict",))

    with pytest.raises(NoSuchBuild, match=r"there is no trained model Iris 1\.0\.0"):
        _ = serving.contract


def test_older_build_without_a_contract_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    config = get_validated_config("cfg.yml")
    api = config.pop("api")
    build = train_model(config)[0].build
    config["api"] = api

    with pytest.raises(ContractError) as told:
        _ = Project(config, tags=("predict",)).contract

    assert build is not None
    assert str(told.value) == (
        "cfg.yml:11: no contract is kept with the model Iris 1.0.0 "
        f"(build {build.id}): it was trained before there was from:\n"
        "  try: launchpad train"
    )


def test_contract_of_a_file_is_kept_as_well(project: Path) -> None:
    (project / "iris.raml").write_text(
        "#%RAML 0.8\n---\ntitle: Iris\nversion: v1\n/flowers:\n  get:\n"
    )
    edit(project, "from: petals\n  target: variety", "raml: iris.raml")
    config = get_validated_config(project / "cfg.yml")

    train_model(config)

    assert list_models(config)["Iris"]["latest"]["contract"] == {
        "title": "Iris",
        "version": "v1",
        "operations": [{"method": "GET", "path": "/flowers"}],
    }


def test_contract_that_is_not_written_yet_is_no_obstacle_to_a_training(
    project: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    edit(project, "from: petals\n  target: variety", "raml: iris.raml")
    config = get_validated_config("cfg.yml")

    train_model(config)

    assert "contract" not in list_models(config)["Iris"]["latest"]
    assert (
        "cfg.yml:11: there is no contract iris.raml yet, so none is kept with the model"
    ) in caplog.messages


@pytest.mark.parametrize("project", ["frame"], indirect=True)
def test_model_predicts_by_the_contract_of_its_own_build(project: Path) -> None:
    config = get_validated_config(project / "cfg.yml")
    before, _ = train_model(config)
    (project / "petals.csv").write_text(
        "width,length,colour,depth,variety\n0.2,1,red,3,Setosa\n1.5,2,,,Virginica\n"
    )
    train_model(config)
    args = {"width": 1.5, "length": 1, "depth": 2}

    assert predict(config, args) == {"variety": "1.5"}
    with pytest.raises(PredictionInputError, match="takes depth"):
        predict(config, args, model=before)
