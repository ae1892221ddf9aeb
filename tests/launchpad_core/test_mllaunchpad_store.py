"""A store that mllaunchpad has written is listed, and its models are brought over."""

from __future__ import annotations

import json
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dill
import numpy as np
import pytest
from click.testing import CliRunner, Result

from launchpad_core import get_validated_config, list_models, predict, train_model
from launchpad_core.cli import main
from launchpad_core.project import Project
from launchpad_core.project_modules import ProjectModules
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.finding import with_history

MODEL = """
    from launchpad_core import ModelInterface, ModelMakerInterface

    class Maker(ModelMakerInterface):
        def create_trained_model(
            self, model_conf, data_sources, data_sinks, old_model=None
        ):
            return {"offset": model_conf["offset"]}

        def test_trained_model(self, model_conf, data_sources, data_sinks, model):
            return {"accuracy": 1.0}

    class Model(ModelInterface):
        def predict(self, model_conf, data_sources, data_sinks, model, args_dict):
            return {"sum": args_dict["x"] + model["offset"]}
"""

Run = Callable[..., Result]


@pytest.fixture
def cli(project: Path) -> Run:
    """Return a function that runs ``launchpad models`` for the project."""

    def run(*args: str) -> Result:
        command = ["-c", str(project / "cfg.yml"), "models", *args]
        return CliRunner().invoke(main, command)

    return run


@pytest.fixture
def old(project: Path, write: Callable[..., Path]) -> Path:
    """Return a folder as mllaunchpad leaves it after three trainings and a retest."""
    write(model_py=MODEL)
    folder = project / "old"
    stored(folder / "previous" / "Sums_1.2.0_2019-01-02_00-00-00", offset=1, day=1)
    stored(folder / "previous" / "Sums_1.2.0_2019-01-03_00-00-00", offset=2, day=2)
    stored(folder / "Sums_1.2.0", offset=3, day=3, retested=(4, 5))
    return folder


def stored(
    base: Path,
    *,
    offset: int,
    day: int,
    retested: tuple[int, ...] = (),
    name: str = "Sums",
    version: str = "1.2.0",
) -> None:
    """Write a pickle of a wrapped model, and its metadata."""
    base.parent.mkdir(parents=True, exist_ok=True)
    history = {at(one): {"accuracy": one / 10} for one in (day, *retested)}
    metadata = {
        "name": name,
        "version": version,
        "created": at(day),
        "created_by": "someone",
        "system": {"mllaunchpad_version": "1.1.0", "packages": []},
        "train_report": {"algorithm": "{}"},
        "metrics": list(history.values())[-1],
        "metrics_history": history,
        "config_snapshot": {"dbms": {"x": {"password": "secret"}}},
        "offset": offset,
    }
    (base.parent / f"{base.name}.json").write_text(json.dumps(metadata))
    (base.parent / f"{base.name}.pkl").write_bytes(wrapped(offset))


def wrapped(offset: Any, cls: str = "Model", module: str = "model") -> bytes:
    """Return what mllaunchpad writes: a pickle by dill of a class that isn't here."""
    kind = type(cls, (), {"__module__": module})
    instance = kind()
    instance.contents = {"offset": offset}
    instance.have_columns_been_ordered = True
    sys.modules[module] = stand_in = type(sys)(module)
    setattr(stand_in, cls, kind)
    try:
        pickled: bytes = dill.dumps(instance)
        return pickled
    finally:
        del sys.modules[module]


def at(day: int) -> str:
    return f"2019-01-{day:02} 00:00:00"


def builds_of(project: Path) -> ModelBuilds:
    return Project(get_validated_config(project / "cfg.yml"), contract=False).builds


def test_live_model_is_served_and_previous_ones_are_older_builds(
    project: Path, old: Path, cli: Run
) -> None:
    taken = cli("import", str(old))

    assert taken.exit_code == 0, taken.output
    config = get_validated_config(project / "cfg.yml")
    assert predict(config, {"x": 1}) == {"sum": 4}
    builds = builds_of(project)
    assert [build.metadata["created"] for build in builds.all()] == [
        at(1),
        at(2),
        at(3),
    ]
    assert [build.aliases for build in builds.all()] == [(), (), ("live",)]
    assert taken.stderr.splitlines() == [
        f"{file}: build {build.id} of Sums 1.2.0 is imported{more}"
        for file, build, more in zip(
            (
                "previous/Sums_1.2.0_2019-01-02_00-00-00.pkl",
                "previous/Sums_1.2.0_2019-01-03_00-00-00.pkl",
                "Sums_1.2.0.pkl",
            ),
            builds.all(),
            ("", "", ", and is live"),
            strict=True,
        )
    ]
    assert cli("rollback").exit_code == 1  # nothing else was live here before


def test_metadata_and_metrics_are_kept_and_secrets_are_not(
    project: Path, old: Path, cli: Run
) -> None:
    cli("import", str(old))

    builds = builds_of(project)
    found = with_history(builds.live(), builds.history())

    assert found["metrics_history"] == {
        at(3): {"accuracy": 0.3},
        at(4): {"accuracy": 0.4},
        at(5): {"accuracy": 0.5},
    }
    assert found["metrics"] == {"accuracy": 0.5}
    assert found["created_by"] == "someone"
    assert found["offset"] == 3
    assert found["config_snapshot"] == {"dbms": {"x": {"password": "***"}}}
    assert found["imported_from"]["file"] == "Sums_1.2.0.pkl"
    for command in ("show", "list", "verify"):
        assert cli(command).exit_code == 0


def test_model_is_stored_without_the_object_around_it(
    project: Path, old: Path, cli: Run
) -> None:
    cli("import", str(old))

    builds = builds_of(project)
    with builds.verified(builds.live()) as folder:
        content = (folder / "payload/model.pkl").read_bytes()

    assert pickle.loads(content) == {"offset": 3}


def test_importing_again_adds_only_what_is_new(
    project: Path, old: Path, cli: Run
) -> None:
    cli("import", str(old))
    stored(old / "Sums_1.2.0", offset=3, day=3, retested=(4, 5, 6))
    builds = builds_of(project)
    before = builds.all()

    again = cli("import", str(old))

    assert again.stderr.count("is there already") == 3
    assert [one.id for one in builds.all()] == [one.id for one in before]
    found = with_history(builds.live(), builds.history())
    assert list(found["metrics_history"]) == [at(3), at(4), at(5), at(6)]


def test_copies_of_one_model_become_one_build(
    project: Path, old: Path, cli: Run
) -> None:
    """mllaunchpad also backs up versions that begin like the one it trains."""
    stored(old / "previous" / "Sums_1.2.0_2019-01-09_00-00-00", offset=1, day=1)

    cli("import", str(old))

    assert len(builds_of(project).all()) == 3


def test_all_versions_of_the_model_and_no_other_models_come_along(
    project: Path, old: Path, cli: Run
) -> None:
    stored(old / "Sums_10.0.0", offset=10, day=7, version="10.0.0")
    stored(old / "Sums_9.0.0", offset=9, day=8, version="9.0.0")
    stored(old / "Sums_too_1.2.0", offset=5, day=9, name="Sums_too")

    assert cli("import", str(old)).exit_code == 0

    listed = list_models(get_validated_config(project / "cfg.yml"))
    assert list(listed) == ["Sums"]
    assert set(listed["Sums"]) == {"1.2.0", "9.0.0", "10.0.0", "latest", "backups"}
    assert listed["Sums"]["latest"]["offset"] == 10


def test_nothing_takes_the_place_of_what_is_live_unless_it_is_asked_for(
    project: Path, old: Path, cli: Run
) -> None:
    config = get_validated_config(project / "cfg.yml")
    train_model(config)

    cli("import", str(old))
    assert predict(config, {"x": 1}) == {"sum": 11}

    assert cli("import", str(old), "--promote").exit_code == 0
    assert predict(config, {"x": 1}) == {"sum": 4}
    assert cli("rollback").exit_code == 0
    assert predict(config, {"x": 1}) == {"sum": 11}
    cli("import", str(old), "--alias", "old")
    assert builds_of(project).last().aliases.keys() == {"live", "old"}


def test_model_that_was_rewritten_as_functions_is_imported(
    project: Path, old: Path, cli: Run, write: Callable[..., Path]
) -> None:
    write(
        model_py="""
            def predict(model, args):
                return {"sum": args["x"] * model["offset"]}
        """
    )

    taken = cli("import", str(old))

    assert taken.exit_code == 0, taken.output
    config = get_validated_config(project / "cfg.yml")
    assert predict(config, {"x": 5}) == {"sum": 15}


def test_code_that_still_imports_mllaunchpad_can_be_imported_with(
    project: Path, old: Path, cli: Run, write: Callable[..., Path]
) -> None:
    write(
        model_py="import mllaunchpad.resource\nfrom mllaunchpad.model_interface import "
        "ModelInterface as Base\n\nclass Model(Base):\n    pass\n"
    )

    taken = cli("import", str(old))

    assert taken.exit_code == 0, taken.output
    assert not [name for name in sys.modules if name.startswith("mllaunchpad")]


def test_what_cannot_be_imported_is_told_and_the_rest_is(
    project: Path, old: Path, cli: Run
) -> None:
    broken = old / "previous" / "Sums_1.2.0_2019-01-03_00-00-00.pkl"
    broken.write_bytes(wrapped(2)[:-20])
    gone = old / "previous" / "Sums_1.2.0_2019-01-02_00-00-00.pkl"
    gone.write_bytes(pickle.dumps({"not": Gone()}).replace(b"Gone", b"Lost"))

    taken = cli("import", str(old))

    assert taken.exit_code == 1
    lost, half, live = taken.stderr.splitlines()
    assert lost.startswith(f"previous/{gone.name}: {gone.name} can't be loaded: Attr")
    assert half.startswith(f"previous/{broken.name}: {broken.name} can't be loaded: ")
    assert live.endswith("is imported, and is live")
    assert len(builds_of(project).all()) == 1


def test_missing_package_is_told(
    old: Path, cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (old / "Sums_1.2.0.pkl").write_bytes(wrapped(np.array(3)))
    monkeypatch.setitem(sys.modules, "dill", None)
    monkeypatch.delitem(sys.modules, "dill._dill")

    taken = cli("import", str(old))

    assert taken.exit_code == 1
    assert taken.stderr.splitlines()[-1].endswith(
        "(try: pip install 'launchpad-core[mllaunchpad]')"
    )


class Gone:
    """Something that a model holds and that isn't there any more."""


def test_program_is_told_what_became_of_each(
    project: Path, old: Path, cli: Run
) -> None:
    (old / "previous" / "Sums_1.2.0_2019-01-03_00-00-00.pkl").write_bytes(b"")

    taken = cli("import", str(old), "--json")

    first, second, third = json.loads(taken.stdout)
    assert first["version"] == "1.2.0" and first["aliases"] == []
    assert second["file"] == "previous/Sums_1.2.0_2019-01-03_00-00-00.pkl"
    assert "EOFError" in second["error"]
    assert third["aliases"] == ["live"]


def test_folder_without_the_model_is_told(project: Path, old: Path, cli: Run) -> None:
    config = project / "cfg.yml"
    config.write_text(config.read_text().replace("name: Sums", "name: Other"))

    taken = cli("import", str(old))

    assert taken.exit_code == 1
    assert taken.stderr.startswith("Error: there is no Other by mllaunchpad in ")
    assert "only Sums 1.2.0\n" in taken.stderr


def test_skops_loads_no_pickles_of_mllaunchpad_either(
    project: Path, old: Path, cli: Run
) -> None:
    config = project / "cfg.yml"
    config.write_text(config.read_text().replace("offset: 10", "format: skops"))
    (old / "Sums_1.2.0.pkl").write_bytes(b"not loaded")

    taken = cli("import", str(old))

    assert taken.exit_code == 2
    assert "the config says format: skops" in taken.stderr
    assert "EOFError" not in taken.stderr


@pytest.fixture
def beside(project: Path, old: Path) -> Path:
    """Return the project's own store, where mllaunchpad's files lie as well."""
    return old.rename(project / "store")


def test_store_of_mllaunchpad_is_listed(project: Path, beside: Path, cli: Run) -> None:
    config = get_validated_config(project / "cfg.yml")

    for listed in (list_models(config), list_models(beside)):
        assert set(listed["Sums"]) == {"1.2.0", "latest", "backups"}
        assert listed["Sums"]["1.2.0"]["created"] == at(3)
        assert listed["Sums"]["1.2.0"] == listed["Sums"]["latest"]
        created = [one["created"] for one in listed["Sums"]["backups"]]
        assert created == [at(1), at(2)]
    assert json.loads(cli("list", "--json").stdout) == list_models(beside)
    rows = json.loads(cli("list").stdout)
    assert [(row["created"], row["aliases"]) for row in rows] == [
        (at(1), ["(mllaunchpad, previous)"]),
        (at(2), ["(mllaunchpad, previous)"]),
        (at(3), ["(mllaunchpad)"]),
    ]


def test_what_is_imported_is_listed_once(project: Path, beside: Path, cli: Run) -> None:
    assert cli("import", str(beside)).exit_code == 0

    listed = list_models(beside)["Sums"]
    assert set(listed) == {"1.2.0", "latest", "backups"}
    assert listed["1.2.0"]["build"] == builds_of(project).live().id
    assert len(listed["backups"]) == 2
    rows = json.loads(cli("list").stdout)
    assert [row["aliases"] for row in rows] == [[], [], ["live"]]


def test_training_beside_an_old_store_leaves_it_alone(
    project: Path, beside: Path
) -> None:
    before = {path: path.read_bytes() for path in beside.rglob("*.*")}

    train_model(get_validated_config(project / "cfg.yml"))

    listed = list_models(beside)["Sums"]
    assert "build" in listed["1.2.0"]
    assert [one["created"] for one in listed["backups"]] == [at(1), at(2), at(3)]
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"name": 1}', '{"name": "../x", "version": "1"}']
)
def test_files_that_are_not_mllaunchpads_are_passed_by(
    project: Path, beside: Path, content: str
) -> None:
    (beside / "Notes_1.0.json").write_text(content)
    (beside / "Notes_1.0.pkl").write_bytes(b"")
    (beside / "alone_1.0.json").write_text('{"name": "alone", "version": "1.0"}')

    assert list(list_models(beside)) == ["Sums"]


@pytest.fixture(autouse=True)
def _modules_of_each_test(project: Path) -> Iterator[None]:
    yield
    ProjectModules.of(project).forget()


def test_names_with_underscores_are_told_by_the_metadata(
    project: Path, beside: Path
) -> None:
    stored(
        beside / "My_own_model_1.0.0",
        offset=1,
        day=1,
        name="My_own_model",
        version="1.0.0",
    )

    listed: dict[str, Any] = list_models(beside)

    assert listed["My_own_model"]["1.0.0"]["offset"] == 1
