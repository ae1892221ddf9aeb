"""The three functions, written in R."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from launchpad_core.errors import (
    ConfigError,
    ConfigErrors,
    DataError,
    ModelCodeError,
    StoreError,
)
from launchpad_core.plain import plain
from launchpad_core.positions import shown_path
from launchpad_core.reports import collecting
from launchpad_core.runtime import Resources
from launchpad_core.schemas.faults import Unfit
from launchpad_model_r.runtime import RRuntime

Make = Callable[..., RRuntime]
NOTHING = Resources()
FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})


def test_by_name(runtime: Make, resources: Callable[..., Resources]) -> None:
    it = runtime(
        """
        train <- function(data_sources, model_conf, old_model) {
          list(
            rows = nrow(data_sources$petals$get_dataframe()),
            factor = model_conf$factor,
            old = old_model$rows
          )
        }
        test <- function(model, data_sources) list(rows = model$rows, old = model$old)
        predict <- function(args, model) list(y = args$x * model$factor)
        """,
        factor=2.5,
    )
    first = it.train(resources(petals=FRAME), None)
    second = it.train(resources(petals=FRAME[:1]), first)

    assert it.input == "args"
    assert it.uses_old_model
    assert it.test(second, resources()) == {"rows": 1, "old": 3}
    assert it.predictor(second, NOTHING)({"x": 3}) == {"y": 7.5}


def test_by_position(runtime: Make, resources: Callable[..., Resources]) -> None:
    it = runtime(
        """
        create_trained_model <- function(model_conf, old_model = NULL) {
          list(frame = get_dataframe("petals"), name = model_conf$name)
        }
        test_trained_model <- function(conf, m) list(rows = nrow(m$frame))
        predict_with_model <- function(conf, args_list, m) {
          list(name = m$name, x = args_list$x)
        }
        """
    )
    model = it.train(resources(petals=FRAME), None)

    assert it.uses_old_model
    assert it.test(model, NOTHING) == {"rows": 3}
    assert it.predictor(model, NOTHING)({"x": "y"}) == {"name": "m", "x": "y"}


def test_own_predict_does_not_hide_that_of_stats(runtime: Make) -> None:
    it = runtime(
        """
        train <- function() lm(dist ~ speed, data = cars)
        predict <- function(model, args) predict(model, data.frame(speed = args$speed))
        """
    )
    model = it.train(NOTHING, None)

    assert it.predictor(model, NOTHING)({"speed": 10}) == pytest.approx(
        21.7449, abs=1e-4
    )


@pytest.mark.parametrize(
    ("returned", "results"),
    [
        ("frame$a * 2", [2, 4, 6]),
        ("factor(frame$b)", ["x", "y", None]),
        ("c(p = 1, q = 2, r = 3)", [1, 2, 3]),
        ("list('u', 1L, NULL)", ["u", 1, None]),
        ("lapply(frame$a, function(a) list(a = a))", [{"a": 1}, {"a": 2}, {"a": 3}]),
    ],
)
def test_a_result_for_each_row(
    runtime: Make, returned: str, results: list[Any]
) -> None:
    it = runtime(f"train <- function() 0\npredict <- function(frame) {returned}")
    predict = it.predictor(it.train(NOTHING, None), NOTHING)

    assert it.input == "frame"
    assert predict(FRAME) == results


def test_rows_of_a_frame_or_matrix(runtime: Make) -> None:
    it = runtime(
        """
        train <- function() 0
        predict <- function(frame) {
          if (nrow(frame) == 1) return("x")
          if (nrow(frame) == 2) return(data.frame(sum = frame$a + 1))
          matrix(1:6, 3, dimnames = list(NULL, c("u", "v")))
        }
        """
    )
    predict = it.predictor(it.train(NOTHING, None), NOTHING)

    assert predict(FRAME[:1]) == ["x"]
    pd.testing.assert_frame_equal(predict(FRAME[:2]), pd.DataFrame({"sum": [2.0, 3.0]}))
    pd.testing.assert_frame_equal(
        predict(FRAME), pd.DataFrame({"u": [1, 2, 3], "v": [4, 5, 6]})
    )


def test_answers_are_records_and_single_values(runtime: Make) -> None:
    it = runtime(
        """
        train <- function() 0
        predict <- function(args) list(
          one = 1, several = 1:2, kept = I("x"), missing = NA, none = NULL,
          rows = data.frame(a = 1:2, b = c("x", NA)), nested = list(list(a = 1), "y")
        )
        """
    )

    predict = it.predictor(it.train(NOTHING, None), NOTHING)
    assert plain(predict({})) == {
        "one": 1,
        "several": [1, 2],
        "kept": ["x"],
        "missing": None,
        "none": None,
        "rows": [{"a": 1, "b": "x"}, {"a": 2, "b": None}],
        "nested": [{"a": 1}, "y"],
    }


def test_data_is_read_and_written(
    runtime: Make, resources: Callable[..., Resources]
) -> None:
    it = runtime(
        """
        train <- function(data_sources, data_sinks) {
          frame <- get_dataframe("petals", list(limit = 2))
          put_dataframe("out", frame[frame$a > 1, ])
          data_sinks$out$put_raw(data_sources$text$get_raw())
          chunks <- data_sources$petals$get_dataframe(chunksize = 2)
          sizes <- c()
          while (!is.null(chunk <- chunks())) sizes <- c(sizes, nrow(chunk))
          report("sizes", sizes)
          report("petals", frame)
          0
        }
        """
    )
    given = resources(sinks=("out",), petals=FRAME, text="words")
    with collecting() as facts:
        it.train(given, None)

    frame, text = given.data_sinks["out"].written  # type: ignore[attr-defined]
    assert plain(frame.to_dict("list")) == {"a": [2, 3], "b": ["y", None]}
    assert text == "words"
    assert given.data_sources["petals"].asked_for == [  # type: ignore[attr-defined]
        {"limit": 2},
        None,
    ]
    assert facts["sizes"] == [2, 1]
    assert facts["data"]["petals"]["colnames"] == ["a", "b"]


def test_order_columns(runtime: Make) -> None:
    it = runtime(
        """
        train <- function() 0
        predict <- function(args) list(
          list = names(order_columns(args)),
          frame = names(order_columns(data.frame(b = 1, a = 2, B = 3))),
          wrong = tryCatch(order_columns(1), error = conditionMessage)
        )
        """
    )

    assert it.predictor(it.train(NOTHING, None), NOTHING)({"b": 1, "a": 2, "B": 3}) == {
        "list": ["B", "a", "b"],
        "frame": ["B", "a", "b"],
        "wrong": "order_columns takes a data frame or a named list",
    }


def test_an_error_has_the_developers_lines(runtime: Make, tmp_path: Path) -> None:
    it = runtime(
        "train <- function() 0\n"
        "check <- function(x) {\n"
        "  if (x > 1)\n"
        "    stop('too large: ', x)\n"
        "}\n"
        "predict <- function(args) {\n"
        "  check(args$x)\n"
        "}\n"
    )
    predict = it.predictor(it.train(NOTHING, None), NOTHING)
    with pytest.raises(ModelCodeError) as told:
        predict({"x": 2})

    file = shown_path(tmp_path / "model.R")
    assert str(told.value) == (
        "Traceback of R (most recent call last):\n"
        "  predict(args = args)\n"
        f"  {file}:7: check(args$x)\n"
        f'  {file}:3: stop("too large: ", x)\n'
        f"{file}:3: predict stopped: too large: 2"
    )
    assert predict({"x": 0}) is None


def test_an_error_of_a_source_can_be_caught(
    runtime: Make, resources: Callable[..., Resources]
) -> None:
    it = runtime(
        """
        train <- function() 0
        predict <- function(args) {
          tryCatch(get_dataframe(args$name), DataError = conditionMessage)
        }
        """
    )
    model = it.train(NOTHING, None)
    predict = it.predictor(model, resources(broken=DataError("the disk is gone")))

    assert predict({"name": "broken"}) == "the disk is gone"
    assert predict({"name": "brokn"}) == (
        'there is no data source "brokn" for this function\n'
        '  try: did you mean "broken"?'
    )


def test_an_error_of_a_source_that_is_not_caught_stays_what_it_is(
    runtime: Make, resources: Callable[..., Resources]
) -> None:
    it = runtime("train <- function() get_dataframe('broken')")
    own = DataError("the disk is gone", hint="buy one")
    with pytest.raises(DataError) as told:
        it.train(resources(broken=own), None)
    assert told.value is own

    with pytest.raises(
        ModelCodeError, match=r"train stopped: .*no such key"
    ) as wrapped:
        it.train(resources(broken=KeyError("no such key")), None)
    assert isinstance(wrapped.value.__cause__, KeyError)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "data_sources$petal$get_dataframe()",
            'there is no data source "petal" (known: petals)',
        ),
        (
            "data_sources$petals$get_data_frame()",
            'there is no function of a data source "get_data_frame" '
            "(known: get_dataframe, get_raw)",
        ),
        (
            "data_sinks$out$get_raw()",
            'there is no function of a data sink "get_raw" '
            "(known: put_dataframe, put_raw)",
        ),
    ],
)
def test_sources_and_functions_of_them_that_do_not_exist(
    runtime: Make,
    resources: Callable[..., Resources],
    code: str,
    message: str,
    tmp_path: Path,
) -> None:
    it = runtime(f"train <- function(data_sources, data_sinks) {{\n  {code}\n}}")
    with pytest.raises(ModelCodeError) as told:
        it.train(resources(sinks=("out",), petals=FRAME), None)

    assert str(told.value).endswith(
        f"\n{shown_path(tmp_path / 'model.R')}:2: train stopped: {message}"
    )


def test_params_are_a_named_list(
    runtime: Make, resources: Callable[..., Resources]
) -> None:
    it = runtime("train <- function(model_conf) get_dataframe('petals', 1)")
    with pytest.raises(DataError) as told:
        it.train(resources(petals=FRAME), None)
    assert str(told.value) == (
        "params should be a named list, not 1.0\n  try: such as list(limit = 10)"
    )

    runtime("train <- function() get_dataframe('petals', list())").train(
        given := resources(petals=FRAME), None
    )
    assert given.data_sources["petals"].asked_for == [None]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("returned", "told"), [("NULL", "NULL"), ("0.5", "0.5")])
def test_metrics_without_names_are_refused(
    runtime: Make, returned: str, told: str
) -> None:
    it = runtime(f"train <- function() 0\ntest <- function(model) {returned}")
    model = it.train(NOTHING, None)
    with pytest.raises(ModelCodeError) as error:
        it.test(model, NOTHING)

    assert str(error.value) == (
        f"test must return a named list of metrics, not {told}\n"
        "  try: such as list(accuracy = 0.9)"
    )


def test_results_that_cannot_be_sent(runtime: Make) -> None:
    it = runtime("train <- function() 0\npredict <- function(frame) mean")
    predict = it.predictor(it.train(NOTHING, None), NOTHING)
    with pytest.raises(ModelCodeError, match="a function can't be sent to Python"):
        predict(FRAME)


def test_warnings_and_prints_go_to_the_log(
    runtime: Make, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.INFO, logger="launchpad_model_r")
    it = runtime(
        """train <- function() {
          cat("first\\n")
          as.integer("x")
          message("last")
          0
        }"""
    )
    it.train(NOTHING, None)
    it.close()

    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert ("INFO", "first") in told
    assert ("INFO", "last") in told
    place = f"{shown_path(tmp_path / 'model.R')}:3"
    assert (
        "WARNING",
        f"{place}: train warned: NAs introduced by coercion",
    ) in [(level, text.partition(" (in ")[0]) for level, text in told]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "train <- function(x\n",
            "2: R can't read the model code: unexpected end of input",
        ),
        (
            "x <- 1\ny <- nothing\n",
            "2: loading model.R stopped: object 'nothing' not found",
        ),
        (
            "train <- function(data_source) 0",
            '1: train asks for "data_source", which does not exist; it can ask for '
            "model_conf, data_sources, data_sinks, old_model\n"
            '  try: did you mean "data_sources"?',
        ),
        ("predict <- function(args, frame) 0", "1: predict asks for more than one of"),
        ("test <- function() 0", "1: the model code has no function train"),
        (
            "trian <- function() 0\nhelp <- 1",
            "  try: define train <- function(...), or rename trian",
        ),
        (
            "x <- 1\n# a\0b",
            "2: R can't read the model code: it holds a NUL character",
        ),
    ],
)
def test_code_that_cannot_be_run(runtime: Make, code: str, message: str) -> None:
    with pytest.raises(ModelCodeError) as told:
        runtime(code).check(("train",))
    assert message in str(told.value)


def test_packages_that_are_missing_are_named(runtime: Make) -> None:
    it = runtime("train <- function() 0", packages=["stats", "nosuch", "norsuch"])
    with pytest.raises(ModelCodeError) as told:
        it.check(("train",))
    assert str(told.value) == (
        "the R packages nosuch, norsuch are not installed\n"
        """  try: Rscript -e 'install.packages(c("nosuch", "norsuch"))'"""
    )

    with pytest.raises(ModelCodeError, match="the R package nosuch is not installed"):
        runtime("library(nosuch)").check(("train",))


def test_rscript_that_is_missing(runtime: Make) -> None:
    with pytest.raises(ConfigError, match="there is no Rscript-9 on PATH"):
        runtime("train <- function() 0", rscript="Rscript-9").check(("train",))


def test_rscript_that_is_r(runtime: Make) -> None:
    with pytest.raises(ConfigError) as told:
        runtime("train <- function() 0", rscript="/opt/bin/R").check(("train",))
    assert str(told.value) == (
        "/opt/bin/R is not the program that runs files\n  try: /opt/bin/Rscript"
    )


def test_file_that_is_missing(runtime: Make) -> None:
    with pytest.raises(ConfigError, match=r"there is no R file .*nosuch\.R"):
        runtime("", file="nosuch.R").check(("train",))


def test_settings_of_mllaunchpad(runtime: Make, tmp_path: Path) -> None:
    it = runtime("train <- function() 0", r_dependencies=["stats"])
    assert it.settings.packages == ["stats"]
    section = {"name": "m", "version": "1", "r_file": str(tmp_path / "model.R")}
    assert RRuntime(section).settings.file == tmp_path / "model.R"
    with pytest.raises(ConfigErrors, match='"file" is missing'):
        RRuntime({"name": "m", "version": "1"})


def test_a_model_is_written_as_r_itself_reads_it(runtime: Make, tmp_path: Path) -> None:
    code = """
        train <- function() list(words = c("a", "\u00e4"), tree = NULL, n = 5L)
        predict <- function(model, args) list(
          same = identical(model, readRDS(args$file)), words = model$words
        )
        """
    trained = runtime(code).train(NOTHING, None)
    folder = tmp_path / "payload"
    folder.mkdir()
    it = runtime(code)
    it.write(trained, folder)
    predict = it.predictor(it.read(folder), NOTHING)

    assert predict({"file": str(folder / "model.rds")}) == {
        "same": True,
        "words": ["a", "\u00e4"],
    }
    assert "words" in repr(trained)
    with pytest.raises(StoreError, match="holds no model written in R"):
        it.read(tmp_path)


def test_versions_of_r_and_its_packages(runtime: Make) -> None:
    it = runtime("train <- function() 0", packages=["splines"])
    it.train(NOTHING, None)
    found = it.software(["R package jsonlite", "R package nosuch", "R"])

    assert {*found} >= {"R", "R package jsonlite"}
    assert not {*found} & {"R package splines", "R package nosuch"}
    assert all(version[0].isdigit() for version in found.values())


def test_the_code_is_that_of_the_start(runtime: Make, tmp_path: Path) -> None:
    it = runtime(
        """
        train <- function() 0
        predict <- function(args) if (args$end) quit() else "old"
        """
    )
    predict = it.predictor(it.train(NOTHING, None), NOTHING)
    (tmp_path / "model.R").write_text("predict <- function(args) 'new'")
    with pytest.raises(ModelCodeError):
        predict({"end": True})

    assert predict({"end": False}) == "old"


@pytest.mark.parametrize(
    ("asked", "given", "path"),
    [
        ("args", {"text": "a\0b"}, ("text",)),
        ("args", {"list": [{"n": 2**70}]}, ("list", 0, "n")),
        ("frame", pd.DataFrame({"x": ["a", "b\0"]}), (1, "x")),
        ("frame", pd.DataFrame({"x": ["\0"]}), (0, "x")),
    ],
)
def test_what_r_cannot_be_told_does_not_fit(
    runtime: Make, asked: str, given: Any, path: tuple[Any, ...]
) -> None:
    it = runtime(f"train <- function() 0\npredict <- function({asked}) 1")
    predict = it.predictor(it.train(NOTHING, None), NOTHING)
    with pytest.raises(Unfit) as told:
        predict(given)

    assert [problem.path for problem in told.value.problems] == [path]
    assert told.value.detail.endswith(", which R can't")


@pytest.mark.parametrize(
    ("returned", "metrics"),
    [
        ("list(rmse = 1.5, kind = 'lm')", {"rmse": 1.5, "kind": "lm"}),
        ("c(rmse = 1.5)", {"rmse": 1.5}),
        ("c(a = 1L, b = NA)", {"a": 1, "b": None}),
        ("list()", {}),
    ],
)
def test_metrics_are_a_named_list_or_vector(
    runtime: Make, returned: str, metrics: dict[str, Any]
) -> None:
    it = runtime(f"train <- function() 0\ntest <- function(model) {returned}")
    assert it.test(it.train(NOTHING, None), NOTHING) == metrics
