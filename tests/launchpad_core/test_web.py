"""The app that is built from a project."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_core import get_validated_config, train_model
from launchpad_core.errors import ContractError
from launchpad_core.logs import configure_logging
from launchpad_core.project import Project
from launchpad_core.web import create_app

SOURCES = """
from launchpad_core import DataSource

class Counting(DataSource):
    serves = ["counting"]
    readings = []

    def get_dataframe(self, params=None, chunksize=None):
        self.readings.append(self.id)
        return [len(self.readings)]
"""


def client(folder: Path, **options: Any) -> Any:
    config = get_validated_config(folder / "cfg.yml")
    train_model(config)
    return create_app(Project(config, tags=("predict",)), **options).test_client()


def test_sources_for_prediction_are_read_when_the_app_starts(
    project: Path, write: Callable[..., Path]
) -> None:
    (project / "counting.py").write_text(SOURCES)
    config = project / "cfg.yml"
    config.write_text(
        config.read_text().replace("[py_contracts]", "[py_contracts, counting]")
        + "  preload_datasources: true\n"
        "datasources:\n"
        "  x: {type: counting, tags: predict, expires: -1}\n"
        "  y: {type: counting, tags: train, expires: -1}\n"
    )
    write(
        model_py="""
            def train(): return None
            def test(): return {}
            def predict(args, data_sources):
                source = data_sources["x"]
                return {"n": source.get_dataframe()[0], "read": source.readings}
        """
    )

    answer = client(project).get("/sums/v1/sums?x=1")

    assert answer.json == {"n": 1, "read": ["x"]}


@pytest.mark.parametrize(("development", "status"), [(True, 200), (False, 404)])
def test_static_files_are_for_development_only(
    development: bool, status: int, project: Path
) -> None:
    (project / "static").mkdir()
    (project / "static" / "page.html").write_text("page")

    with client(project, development=development).get("/static/page.html") as answer:
        assert answer.status_code == status


def test_table_model_answers_each_request(
    project: Path, write: Callable[..., Path]
) -> None:
    write(
        model_py="""
            def train(): return None
            def test(): return {}
            def predict(frame): return frame["x"] * 2
        """
    )

    assert client(project).get("/sums/v1/sums?x=21").json == 42


def test_contract_of_another_major_version_is_refused(project: Path) -> None:
    config = project / "cfg.yml"
    config.write_text(config.read_text().replace("1.2.0", "2.0.0"))

    with pytest.raises(ContractError) as told:
        client(project)

    assert str(told.value).endswith(
        "cfg.yml:6: the version in contract.py is 'v1', but the model's version 2.0.0 "
        "asks for 'v2'\n  try: version: v2 in contract.py"
    )


def test_contract_that_is_not_there_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    (project / "contract.py").unlink()

    with pytest.raises(ContractError) as told:
        client(Path())

    assert str(told.value) == (
        "cfg.yml:11: there is no contract contract.py\n"
        "  try: launchpad contract generate SOURCE -o contract.py writes a first one"
    )


def test_result_without_a_form_in_json_is_a_fault_of_the_model(
    project: Path, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    write(
        model_py="""
            def train(): return None
            def test(): return {}
            def predict(args): return 1j
        """
    )

    answer = client(project).get("/sums/v1/sums?x=1")

    assert answer.status_code == 500
    assert answer.json["id"] in caplog.text
    assert "a value of type complex has no form in JSON" in caplog.text


def test_model_that_is_busy_can_be_asked_later(
    project: Path, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    write(
        model_py="""
            from launchpad_core.errors import Busy

            def train(): return None
            def test(): return {}
            def predict(args): raise Busy("all 2 are in use", hint="workers: 3")
        """
    )

    answer = client(project).get("/sums/v1/sums?x=1")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert answer.content_type == "application/problem+json"
    detail = "The model is busy with other requests. Try again in a moment."
    assert answer.json["detail"] == detail
    (record,) = [one for one in caplog.records if one.levelname != "INFO"]
    assert record.levelname == "WARNING"
    assert record.getMessage() == (
        f"Busy {answer.json['id']}: all 2 are in use (try: workers: 3)"
    )


def test_logging_is_configured_by_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("LAUNCHPAD_LOG.yml").write_text(
        "version: 1\n"
        "disable_existing_loggers: false\n"
        "handlers: {file: {class: logging.FileHandler, filename: my.log}}\n"
        "loggers: {my_test_logger: {handlers: [file], level: INFO}}\n"
    )

    configure_logging()
    logger = logging.getLogger("my_test_logger")
    logger.info("told")

    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()
    assert Path("my.log").read_text() == "told\n"
