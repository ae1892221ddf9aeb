"""What a build predicted when it was trained, it predicts still, or it isn't used."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchpad_core import get_validated_config, predict, train_model
from launchpad_core.contract import (
    CSV,
    FORM,
    JSON,
    ApiContract,
    Body,
    Operation,
    Parameter,
)
from launchpad_core.errors import ConfigErrors, GoldenMismatch
from launchpad_core.golden import GOLDEN
from launchpad_core.golden.candidates import candidates
from launchpad_core.golden.differences import Difference, first_difference
from launchpad_core.golden.kept import Golden, GoldenRequest, golden_from
from launchpad_core.golden.recording import record
from launchpad_core.project import Project
from launchpad_core.requests.given import Given

pytestmark = pytest.mark.slow

CONTRACT = """
    from launchpad_core import ApiContract, Operation, Parameter

    contract = ApiContract(
        "Sums",
        version="v1",
        operations=(
            Operation(
                "GET",
                path="/sums/{{{name}}}",
                parameters=(
                    Parameter(
                        "{name}",
                        location="path",
                        schema={{"type": "integer", "maximum": {maximum}}},
                        required=True,
                        examples=(1, 2),
                    ),
                    *({more}),
                ),
            ),
        ),
    )
"""
UNITS = "FACTOR = {factor}\n"
MODEL = """
    import units

    def train(model_conf):
        return {"offset": model_conf["offset"]}

    def test(model):
        return {"accuracy": 1.0}

    def predict(model, args):
        return {"sum": [args["x"] * units.FACTOR + model["offset"]]}
"""
RESOURCES = '''
    """Tables that the project makes itself, and a sink that writes a file."""
    from pathlib import Path
    import pandas as pd
    from launchpad_core import DataSink, DataSource

    class Prices(DataSource):
        serves = ["prices"]
        def get_dataframe(self, params=None, chunksize=None):
            self.refuse(chunksize=chunksize)
            return pd.read_json("prices.json")

    class Table(DataSource):
        serves = ["table"]
        def get_dataframe(self, params=None, chunksize=None):
            self.refuse(chunksize=chunksize)
            return pd.DataFrame(self.config["rows"])

    class Notes(DataSink):
        serves = ["notes"]
        def put_raw(self, raw_data, params=None, chunksize=None):
            Path("notes.txt").write_text(raw_data)
        def rewrite(self):
            Path("notes.txt").write_text("rewritten")
'''


def contract(*, name: str = "x", maximum: int = 10, more: str = "") -> str:
    return CONTRACT.format(name=name, maximum=maximum, more=more)


@pytest.fixture
def sums(project: Path, write: Callable[..., Path]) -> Path:
    """Return the folder of a project that adds, with a library of its own."""
    return write(
        contract_py=contract(), model_py=MODEL, units_py=UNITS.format(factor=2)
    )


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def kept(project: Path) -> Any:
    """Return the golden predictions of the only build, or None."""
    (build,) = (project / "store/Sums/1.2.0/builds").iterdir()
    golden = build / GOLDEN
    return json.loads(golden.read_bytes()) if golden.is_file() else None


def asked(cli: Callable[..., Any], project: Path) -> tuple[int, str]:
    """Return exit status and last words of a prediction in a process of its own."""
    done = cli("-c", str(project / "cfg.yml"), "predict", input='{"x": 1}', cwd=project)
    return done.returncode, done.stderr


def train(cli: Callable[..., Any], project: Path) -> str:
    """Train in a process of its own, and return what it logged."""
    done = cli("-c", str(project / "cfg.yml"), "train", cwd=project)
    assert done.returncode == 0, done.stderr
    log: str = done.stderr
    return log


def test_examples_of_the_contract_are_kept_with_their_predictions(sums: Path) -> None:
    train_model(get_validated_config(sums / "cfg.yml"))

    assert kept(sums) == {
        "format": 1,
        "reads": [],
        "requests": [
            {
                "method": "GET",
                "path": "/sums/{x}",
                "given": {"path": {"x": [str(x)]}},
                "prediction": {"sum": [2 * x + 10]},
            }
            for x in (1, 2)
        ],
    }


def test_changed_library_refuses_the_build(sums: Path, cli: Callable[..., Any]) -> None:
    config = get_validated_config(sums / "cfg.yml")
    train(cli, sums)
    assert asked(cli, sums) == (0, "")

    (sums / "units.py").write_text(UNITS.format(factor=3))
    status, error = asked(cli, sums)

    build = Project(config, tags=()).builds.live()
    assert (status, error) == (
        1,
        f"Error: {build} doesn't predict what it did when it was trained: 2 of 2 "
        "golden predictions differ; the first: GET /sums/1: sum[0] is 13, was 12\n"
        "  try: restart servers that run older code; else launchpad train; or, to "
        "serve it all the same, model: golden_predictions: {on_mismatch: warn}\n",
    )


def test_training_goes_on_from_a_refused_build(
    sums: Path, cli: Callable[..., Any]
) -> None:
    train(cli, sums)
    (sums / "units.py").write_text(UNITS.format(factor=3))

    train(cli, sums)

    assert asked(cli, sums) == (0, "")


def test_forgotten_code_refuses_the_build(sums: Path, cli: Callable[..., Any]) -> None:
    edit(
        sums / "model.py",
        '    return {"offset"',
        '    units.FACTOR = 5\n    return {"offset"',
    )
    (sums / "units.py").write_text("")
    train(cli, sums)

    status, error = asked(cli, sums)

    assert status == 1
    assert (
        "the first: GET /sums/1: predict raised AttributeError: module 'units' has no "
        "attribute 'FACTOR'\n"
    ) in error


def test_changed_order_of_columns_refuses_the_build(
    sums: Path, cli: Callable[..., Any]
) -> None:
    y = 'Parameter("y", location="query", schema={"type": "number"}, examples=(7.5,)), '
    (sums / "contract.py").write_text(dedent(contract(more=y)))
    (sums / "model.py").write_text(ON_TABLE)
    train(cli, sums)
    assert asked(cli, sums)[0] == 0

    with (sums / "contract.py").open("a") as file:
        file.write(OTHER_ORDER)
    status, error = asked(cli, sums)

    assert status == 1
    assert "GET /sums/1?y=7.5: the prediction is 7.5, was 1.0" in error


ON_TABLE = """
def train(): return None
def test(): return {}
def predict(frame): return frame.to_numpy()[:, 0]
"""
OTHER_ORDER = """
from dataclasses import replace

(one,) = contract.operations
one = replace(one, parameters=one.parameters[::-1])
contract = replace(contract, operations=(one,))
"""


def test_mismatch_can_be_a_warning(sums: Path, cli: Callable[..., Any]) -> None:
    edit(
        sums / "cfg.yml",
        "  offset: 10",
        "  offset: 10\n  golden_predictions: {on_mismatch: warn}",
    )
    train(cli, sums)
    (sums / "units.py").write_text(UNITS.format(factor=3))

    status, log = asked(cli, sums)

    assert status == 0
    assert log.count("WARNING") == 1
    assert "GET /sums/1: sum[0] is 13, was 12" in log


def test_none_are_kept_or_replayed_when_none_are_wanted(
    sums: Path, cli: Callable[..., Any]
) -> None:
    train(cli, sums)
    assert kept(sums)

    edit(
        sums / "cfg.yml",
        "  offset: 10",
        "  offset: 10\n  golden_predictions: {requests: 0}",
    )
    (sums / "units.py").write_text(UNITS.format(factor=3))
    assert asked(cli, sums) == (0, "")

    train_model(get_validated_config(sums / "cfg.yml"))
    builds = (sums / "store/Sums/1.2.0/builds").iterdir()
    assert sorted((build / GOLDEN).is_file() for build in builds) == [False, True]


def test_no_more_are_kept_than_are_wanted(sums: Path) -> None:
    config = get_validated_config(sums / "cfg.yml")
    config["model"]["golden_predictions"] = {"requests": 1}

    train_model(config)

    assert len(kept(sums)["requests"]) == 1


def test_large_predictions_are_not_kept(
    sums: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(sums / "model.py", '{"sum": [', '{"much": "x" * 3_000_000, "sum": [')

    train_model(get_validated_config(sums / "cfg.yml"))

    assert len(kept(sums)["requests"]) == 1
    assert warnings(caplog) == [
        "No golden predictions for 1 request, with which they were larger than 5 MB; "
        "the first: GET /sums/2"
    ]


def test_without_an_api_none_are_kept(sums: Path) -> None:
    config = get_validated_config(sums / "cfg.yml")
    del config["api"]

    train_model(config)

    assert kept(sums) is None
    assert predict(config, {"x": 1}) == {"sum": [12]}


def test_random_model_keeps_none_and_is_told_so_once(
    sums: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(sums / "model.py", "import units", "import random, units")
    edit(sums / "model.py", 'args["x"]', "random.random()")

    train_model(get_validated_config(sums / "cfg.yml"))

    assert kept(sums) is None
    (warning,) = warnings(caplog)
    assert warning.startswith(
        "The model's predictions aren't reproducible: none is kept for 2 requests; "
        "the first: GET /sums/1: sum[0] is "
    )


def test_predictions_that_the_contract_does_not_promise_are_told(
    sums: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(sums / "contract.py", "Operation, Parameter", "Operation, Parameter, Response")
    promised = (
        'responses=(Response(200, media_type="application/json", schema={"type": '
        '"object", "properties": {"sum": {"type": "integer"}}}),), parameters=('
    )
    edit(sums / "contract.py", "parameters=(", promised)

    train_model(get_validated_config(sums / "cfg.yml"))

    assert len(kept(sums)["requests"]) == 2
    assert warnings(caplog) == [
        "Predictions aren't what the contract promises for 2 requests; the first: "
        "GET /sums/1: /sum should be an integer, not [12]"
    ]


def test_requests_that_predict_chokes_on_are_not_kept(
    sums: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(sums / "model.py", 'args["x"] *', '1 / (args["x"] - 1) *')

    train_model(get_validated_config(sums / "cfg.yml"))

    assert [one["given"] for one in kept(sums)["requests"]] == [{"path": {"x": ["2"]}}]
    assert warnings(caplog) == [
        "No golden predictions for 1 request, where predict raised; the first: "
        "GET /sums/1: ZeroDivisionError: division by zero"
    ]


def test_model_code_that_ends_the_process_ends_no_training(
    sums: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(
        sums / "model.py",
        '    return {"sum"',
        '    raise SystemExit(3)\n    return {"sum"',
    )

    train_model(get_validated_config(sums / "cfg.yml"))

    assert kept(sums) is None
    assert warnings(caplog) == [
        "No golden predictions for 2 requests, where predict raised; the first: "
        "GET /sums/1: SystemExit: 3"
    ]


def test_rows_of_the_first_source_that_has_the_columns_are_asked_with(
    sums: Path, write: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    write(my_resources_py=RESOURCES)
    (sums / "contract.py").write_text(dedent(contract()).replace("(1, 2)", "()"))
    edit(sums / "cfg.yml", "[py_contracts]", "[py_contracts, my_resources]")
    edit(
        sums / "cfg.yml",
        "model_store:",
        "datasources:\n  gone: {type: table, rows: {x: missing}}\n"
        "  other: {type: table, rows: {y: [1]}}\n"
        "  train: {type: table, rows: {x: [4]}, tags: train}\n"
        "  xs: {type: table, rows: {x: [3, 11, .nan, 5]}, tags: test}\n"
        "model_store:",
    )
    caplog.set_level(logging.DEBUG)

    train_model(get_validated_config(sums / "cfg.yml"))

    asked = [one["given"]["path"]["x"] for one in kept(sums)["requests"]]
    assert sorted(asked) == [["3"], ["5"]]
    assert warnings(caplog) == []
    assert 'No golden requests from data source "gone": ValueError' in caplog.text


def test_source_that_knows_no_chunks_gives_rows_as_well(
    sums: Path, write: Callable[..., Path]
) -> None:
    write(
        my_resources_py="""
            import pandas as pd
            from launchpad_core import DataSource

            class Whole(DataSource):
                serves = ["whole"]
                def get_dataframe(self, params=None):
                    return pd.DataFrame({"x": [3]})
        """
    )
    (sums / "contract.py").write_text(dedent(contract()).replace("(1, 2)", "()"))
    edit(sums / "cfg.yml", "[py_contracts]", "[py_contracts, my_resources]")
    edit(
        sums / "cfg.yml",
        "model_store:",
        "datasources: {xs: {type: whole, expires: -1}}\nmodel_store:",
    )

    train_model(get_validated_config(sums / "cfg.yml"))

    assert [one["given"]["path"]["x"] for one in kept(sums)["requests"]] == [["3"]]


def test_requests_that_the_contract_refuses_are_not_kept(sums: Path) -> None:
    (sums / "contract.py").write_text(dedent(contract(maximum=1)))

    train_model(get_validated_config(sums / "cfg.yml"))

    assert [one["given"] for one in kept(sums)["requests"]] == [{"path": {"x": ["1"]}}]


def test_sinks_write_nothing_meanwhile(
    sums: Path, cli: Callable[..., Any], write: Callable[..., Path]
) -> None:
    write(my_resources_py=RESOURCES)
    edit(sums / "cfg.yml", "[py_contracts]", "[py_contracts, my_resources]")
    edit(
        sums / "cfg.yml",
        "model_store:",
        "datasinks: {notes: {type: notes}}\nmodel_store:",
    )
    edit(sums / "model.py", "def predict(model, args):", NOTING)

    train(cli, sums)
    assert len(kept(sums)["requests"]) == 2
    assert not (sums / "notes.txt").exists()

    (sums / "units.py").write_text(UNITS.format(factor=3))
    assert asked(cli, sums)[0] == 1
    assert not (sums / "notes.txt").exists()

    (sums / "units.py").write_text(UNITS.format(factor=2))
    assert asked(cli, sums)[0] == 0
    assert (sums / "notes.txt").read_text() == "rewritten"


NOTING = """
def predict(model, args, data_sinks):
    from copy import copy
    from my_resources import Notes
    assert isinstance(data_sinks["notes"], Notes)
    copy(data_sinks["notes"]).put_raw("note")
    data_sinks["notes"].put_raw("note")
    data_sinks["notes"].rewrite()
"""


def test_data_that_predict_reads_may_change(
    sums: Path, cli: Callable[..., Any], write: Callable[..., Path]
) -> None:
    write(my_resources_py=RESOURCES)
    (sums / "prices.json").write_text('[{"price": 2}]')
    edit(sums / "cfg.yml", "[py_contracts]", "[py_contracts, my_resources]")
    edit(
        sums / "cfg.yml",
        "model_store:",
        "datasources: {prices: {type: prices, tags: predict}}\nmodel_store:",
    )
    edit(sums / "model.py", "def predict(model, args):", READING)
    train(cli, sums)
    assert kept(sums)["reads"] == ["prices"]

    (sums / "prices.json").write_text('[{"price": 3}]')
    status, log = asked(cli, sums)

    assert status == 0
    assert log.count("WARNING") == 1
    assert "predict reads prices, whose data may have changed" in log


READING = """
def predict(model, args, data_sources):
    units.FACTOR = int(data_sources["prices"].get_dataframe()["price"].sum())
"""


def test_machine_that_can_not_predict_trains_all_the_same(
    sums: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = get_validated_config(sums / "cfg.yml")
    config["datasources"] = {"prices": {"type": "dbms.prices", "tags": ["predict"]}}

    train_model(config)

    assert kept(sums) is None
    (warning,) = warnings(caplog)
    assert warning.startswith('No golden predictions are kept: type "dbms.prices"')


def test_model_code_without_predict_trains_all_the_same(
    sums: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edit(sums / "model.py", "def predict(", "def foretell(")

    train_model(get_validated_config(sums / "cfg.yml"))

    assert kept(sums) is None
    (warning,) = warnings(caplog)
    assert "the model code has no function predict" in warning


def test_recording_ends_when_it_takes_too_long(
    sums: Path, caplog: pytest.LogCaptureFixture
) -> None:
    project = Project(get_validated_config(sums / "cfg.yml"), tags=("train", "test"))
    caplog.set_level(logging.INFO)

    golden = record(project, {"offset": 1}, project.contract_as_written(), seconds=1e-9)

    assert golden is not None
    assert len(golden_from(golden).requests) == 1
    assert "no more than 1 of 20 are kept" in caplog.text


def test_classes_are_replayed_as_well(sums: Path, cli: Callable[..., Any]) -> None:
    (sums / "model.py").write_text(dedent(CLASSES))
    train(cli, sums)
    assert [one["prediction"] for one in kept(sums)["requests"]] == [12, 14]
    assert asked(cli, sums) == (0, "")

    (sums / "units.py").write_text(UNITS.format(factor=3))

    assert asked(cli, sums)[0] == 1


CLASSES = """
    import units
    from launchpad_core import ModelInterface, ModelMakerInterface

    class Maker(ModelMakerInterface):
        def create_trained_model(
            self, model_conf, data_sources, data_sinks, old_model=None
        ):
            return {"offset": model_conf["offset"]}

        def test_trained_model(self, model_conf, data_sources, data_sinks, model):
            return {}

    class Model(ModelInterface):
        def predict(self, model_conf, data_sources, data_sinks, model, args_dict):
            return args_dict["x"] * units.FACTOR + self.contents["offset"]
"""


def test_compatible_change_of_the_contract_changes_nothing(
    sums: Path, cli: Callable[..., Any]
) -> None:
    train(cli, sums)
    edit(sums / "model.py", 'args["x"]', '(args.get("x") or args["y"])')
    z = 'Parameter("z", location="query", schema={"type": "integer"}), '

    (sums / "contract.py").write_text(dedent(contract(name="y", maximum=99, more=z)))

    assert asked(cli, sums) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "mismatch"),
    [
        (
            "/sums/",
            "/totals/",
            "2 of 2 golden predictions differ; the first: "
            "GET /sums/1: the contract has no GET /sums/{x}\n",
        ),
        (
            '"maximum": 10',
            '"maximum": 1',
            "1 of 2 golden predictions differ; the first: GET /sums/2: the request "
            "does not fit the contract: x should be at most 1\n",
        ),
    ],
)
def test_contract_that_breaks_clients_refuses_the_build(
    sums: Path, cli: Callable[..., Any], old: str, new: str, mismatch: str
) -> None:
    train(cli, sums)

    edit(sums / "contract.py", old, new)
    status, error = asked(cli, sums)

    assert status == 1
    assert mismatch in error


def test_model_predicts_when_the_contracts_file_is_gone(
    sums: Path, cli: Callable[..., Any]
) -> None:
    train(cli, sums)
    (sums / "contract.py").unlink()

    assert asked(cli, sums) == (0, "")


def test_build_without_golden_predictions_is_used(
    sums: Path, cli: Callable[..., Any]
) -> None:
    edit(sums / "contract.py", "examples=(1, 2)", "examples=()")
    train(cli, sums)
    assert kept(sums) is None
    (sums / "units.py").write_text(UNITS.format(factor=3))

    assert asked(cli, sums) == (0, "")


def test_retesting_does_not_replay(sums: Path, cli: Callable[..., Any]) -> None:
    train(cli, sums)
    (sums / "units.py").write_text(UNITS.format(factor=3))

    assert cli("-c", str(sums / "cfg.yml"), "retest").returncode == 0


def test_mismatch_is_an_error_of_the_store(sums: Path) -> None:
    config = get_validated_config(sums / "cfg.yml")
    train_model(config)
    (sums / "units.py").write_text(UNITS.format(factor=3))

    with pytest.raises(GoldenMismatch, match=r"sum\[0\] is 13, was 12"):
        predict(config, {"x": 1}, cache=False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"request": 3}, 'unknown key "golden_predictions.request"'),
        ({"tolerance": -1}, "should be greater than or equal to 0, not -1"),
        ({"on_mismatch": "ignore"}, "should be 'refuse' or 'warn', not 'ignore'"),
    ],
)
def test_settings_are_strict(sums: Path, wrong: Any, message: str) -> None:
    config = get_validated_config(sums / "cfg.yml")
    config["model"]["golden_predictions"] = wrong

    with pytest.raises(ConfigErrors) as caught:
        Project(config)

    assert message in str(caught.value)


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.message for one in caplog.records if one.levelname == "WARNING"]


ROW = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "code": {"type": "string"}},
    "required": ["x"],
}
X = Parameter("x", location="query", schema={"type": "integer"}, examples=(1, 2))
LIST = {"type": "array", "items": {"type": "number"}}


def requests(*operations: Operation) -> list[Given]:
    contract = ApiContract("T", version="v1", operations=operations)
    return [request.given for _, request in candidates(contract, ())]


def test_examples_are_written_as_clients_write_them() -> None:
    rows = {"type": "array", "items": ROW}
    item = Parameter("i", location="path", schema={}, required=True, examples=("a",))
    header = Parameter("X-U", location="header", schema=LIST, examples=([1, 2.5],))
    piped = Parameter(
        "p", location="query", schema=LIST, separator="|", examples=([1, 2],)
    )
    several = Parameter("s", location="query", schema=LIST, examples=([1, 2],))
    flag = Parameter(
        "f", location="form", schema={"type": "boolean"}, examples=(True, False)
    )

    found = requests(
        Operation("GET", path="/{i}", parameters=(item, header, piped, several)),
        Operation("POST", path="/f", bodies=(Body(FORM, parameters=(flag,)),)),
        Operation(
            "POST",
            path="/r",
            bodies=(
                Body(JSON, schema=ROW, examples=({"x": 1, "code": 7},)),
                Body(CSV, schema=rows, examples=([{"x": 1}, {"x": 2, "code": "a,b"}],)),
                Body("text/plain", examples=("words",)),
            ),
        ),
    )

    assert found == [
        Given(
            path={"i": ["a"]},
            query={"p": ["1|2"], "s": ["1", "2"]},
            headers={"x-u": "1,2.5"},
        ),
        Given(media_type=FORM, form={"f": ["true"]}),
        Given(media_type=JSON, content=b'{"x": 1, "code": "7"}'),
        Given(media_type=FORM, form={"f": ["false"]}),
        Given(media_type=CSV, content=b'x,code\r\n1,\r\n2,"a,b"\r\n'),
        Given(media_type="text/plain", content=b"words"),
    ]
    assert found[0].headers.get("X-U") == "1,2.5"


def test_operation_that_asks_for_nothing_is_asked_once() -> None:
    assert requests(Operation("GET", path="/a"), Operation("HEAD", path="/a")) == [
        Given()
    ]


def test_parameter_without_an_example_gets_what_its_schema_names() -> None:
    size = Parameter(
        "size", location="query", schema={"enum": ["s", "m"]}, required=True
    )

    found = requests(Operation("GET", path="/a", parameters=(size,)))

    assert found == [Given(query={"size": ["s"]}), Given(query={"size": ["m"]})]


def test_operations_are_asked_in_turn() -> None:
    one = Operation("GET", path="/one", parameters=(X,))
    other = Operation("GET", path="/other", parameters=(X,))
    contract = ApiContract("T", version="v1", operations=(one, other))

    found = [str(request) for _, request in candidates(contract, ())]

    assert found == [
        "GET /one?x=1",
        "GET /other?x=1",
        "GET /one?x=2",
        "GET /other?x=2",
    ]


texts = st.dictionaries(st.text(), st.lists(st.text(), min_size=1))
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.builds(
        GoldenRequest,
        st.just("POST"),
        st.just("/a"),
        st.builds(
            Given,
            query=texts,
            headers=st.dictionaries(st.text(), st.text()),
            media_type=st.text(),
            content=st.binary(),
            form=texts,
        ),
        plain_values.filter(lambda value: "inf" not in repr(value)),
    )
)
def test_what_is_kept_is_read_back(request: GoldenRequest) -> None:
    golden = Golden((request,), ("a",))

    assert golden_from(golden.as_bytes()) == golden


@given(plain_values)
def test_value_does_not_differ_from_itself(value: Any) -> None:
    assert first_difference(value, value, tolerance=0.0) is None


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite, finite, st.floats(0, 1))
def test_floats_may_be_as_far_apart_as_the_tolerance(
    one: float, other: float, tolerance: float
) -> None:
    close = math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)

    difference = first_difference({"a": [one]}, {"a": [other]}, tolerance=tolerance)

    expected = None if close else Difference(("a", 0), one, other)
    assert difference == expected


@given(st.floats(0, 1e300), st.floats(1e-9, 0.5))
def test_edge_of_the_tolerance(value: float, tolerance: float) -> None:
    width = max(tolerance * value, tolerance)

    assert first_difference(value, value + 0.99 * width, tolerance=tolerance) is None
    assert first_difference(value, value + 4 * width, tolerance=tolerance)


@pytest.mark.parametrize(
    ("kept", "now", "told"),
    [
        (1, 1.0, None),
        (1, 2, "the prediction is 2, was 1"),
        (1000000, 1000001, "the prediction is 1000001, was 1000000"),
        (1, True, "the prediction is true, was 1"),
        (1.0, True, "the prediction is true, was 1.0"),
        (1.5, "1.5", 'the prediction is "1.5", was 1.5'),
        (1.5, None, "the prediction is null, was 1.5"),
        (10**400, 1.5, "the prediction is 1.5, was 1000"),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, None),
        ({"a": 1}, {}, "a is nothing, was 1"),
        ({}, {"a": None}, "a is null, was nothing"),
        ([1, 2], [1], "[1] is nothing, was 2"),
        ({"a": [{"b": 1.0}]}, {"a": [{"b": 1.1}]}, "a[0].b is 1.1, was 1.0"),
        ("a", "b", 'the prediction is "b", was "a"'),
    ],
)
def test_first_difference_is_told(kept: Any, now: Any, told: str | None) -> None:
    difference = first_difference(kept, now, tolerance=1e-6)

    assert (str(difference)[: len(told)] if told else difference) == told
