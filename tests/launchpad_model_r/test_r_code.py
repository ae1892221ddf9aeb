"""What R code may do, and what is stored of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from launchpad_core.errors import ModelCodeError
from launchpad_core.runtime import Resources
from launchpad_model_r.model import RModel
from launchpad_model_r.runtime import RRuntime

Make = Callable[..., RRuntime]
NOTHING = Resources()
FRAME = pd.DataFrame({"a": [1, 2]})
MOMENT = datetime(2024, 1, 1, tzinfo=timezone.utc)


def predictor(it: RRuntime) -> Callable[[Any], Any]:
    return it.predictor(it.train(NOTHING, None), NOTHING)


@pytest.mark.parametrize(
    ("returned", "results"),
    [
        ("as.Date('2024-01-01') + 0:1", [date(2024, 1, 1), date(2024, 1, 2)]),
        (
            "as.POSIXct('2024-01-01') + 0:1",
            [datetime(2024, 1, 1, 0, 0, s) for s in (0, 1)],
        ),
        ("as.POSIXlt(c('2024-01-01', NA), tz = 'UTC')", [MOMENT, None]),
        ("as.difftime(1:2, units = 'hours')", [timedelta(hours=1), timedelta(hours=2)]),
        ("structure(c(5e-324, 1e-323), class = 'integer64')", [1, 2]),
        ("table(c('a', 'b', 'b'))", [1, 2]),
        ("array(1:2, c(2, 1, 1))", [1, 2]),
        ("NULL", []),
    ],
)
def test_results_of_rows_keep_what_they_are(
    runtime: Make, returned: str, results: list[Any]
) -> None:
    it = runtime(f"train <- function() 0\npredict <- function(frame) {returned}")
    assert predictor(it)(FRAME) == results


def test_names_that_occur_twice(runtime: Make) -> None:
    it = runtime(
        """
        train <- function() 0
        predict <- function(args) switch(
          args$what,
          list = list(x = list(a = 1, a = 2)),
          frame = cbind(data.frame(a = 1), data.frame(a = 2)),
          version = list(numeric_version("1.2"), 3, 4)
        )
        """
    )
    predict = predictor(it)

    with pytest.raises(
        ModelCodeError, match=r"x: a list with two elements .* named a "
    ):
        predict({"what": "list"})
    with pytest.raises(ModelCodeError, match="has two columns that are named a"):
        predict({"what": "frame"})
    assert predict({"what": "version"}) == ["1.2", 3.0, 4.0]


def test_large_numbers_are_computed_with(runtime: Make) -> None:
    it = runtime("train <- function() 0\npredict <- function(args) args$n + 1L")
    assert predictor(it)({"n": 2**40}) == 2**40 + 1


def test_options_say_what_warnings_are(
    runtime: Make, caplog: pytest.LogCaptureFixture
) -> None:
    it = runtime(
        """
        train <- function() 0
        predict <- function(args) {
          before <- options(warn = args$level)
          on.exit(options(before))
          warning("a warning")
          "ended"
        }
        """
    )
    predict = predictor(it)

    with pytest.raises(ModelCodeError, match=r"\(converted from warning\) a warning"):
        predict({"level": 2})
    assert predict({"level": -1}) == "ended"
    assert not caplog.records
    assert predict({"level": 1}) == "ended"
    assert "predict warned: a warning" in caplog.text


def test_errors_of_any_form_are_told(runtime: Make) -> None:
    it = runtime(
        """
        train <- function() 0
        raise <- function(...) {
          stop(structure(class = c("own", "error", "condition"), list(...)))
        }
        predict <- function(args) switch(
          args$what,
          unreadable = raise(message = function() 0),
          none = raise(),
          long = raise(message = strrep("x", 1e6)),
          process = Sys.getpid()
        )
        """
    )
    predict = predictor(it)
    process = predict({"what": "process"})

    with pytest.raises(ModelCodeError, match="stopped: a condition of the class own"):
        predict({"what": "unreadable"})
    with pytest.raises(ModelCodeError, match=r"model.R:4: predict stopped: $"):
        predict({"what": "none"})
    with pytest.raises(ModelCodeError, match=r"stopped: x{10000}\.\.\.$"):
        predict({"what": "long"})
    assert predict({"what": "process"}) == process


def test_code_that_is_wrong_in_another_file(runtime: Make, tmp_path: Path) -> None:
    (tmp_path / "other.R").write_text("# first\npredict <- function(arg) arg")
    with pytest.raises(ModelCodeError, match=r"other\.R:2: predict asks for \"arg\""):
        runtime("source('other.R')").check(("predict",))


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
def test_code_is_utf_8(runtime: Make, tmp_path: Path, mark: bytes) -> None:
    it = runtime("")
    code = "train <- function() 0\npredict <- function(args) 'gr\u00fcn'"
    (tmp_path / "model.R").write_bytes(mark + code.encode())
    assert predictor(it)({}) == "gr\u00fcn"

    it = runtime("")
    (tmp_path / "model.R").write_bytes(mark + code.encode("latin-1"))
    with pytest.raises(ModelCodeError, match=r"2: R can't read .* it is not UTF-8"):
        it.check(("train",))


def test_mllaunchpads_names_leave_the_others_free(runtime: Make) -> None:
    it = runtime(
        """
        setClass("Own", representation(k = "numeric"))
        setMethod("predict", "Own", function(object, x) object@k * x)
        train <- function(k) new("Own", k = k)
        create_trained_model <- function(model_conf, old_model) train(2)
        predict_with_model <- function(model_conf, args, model) predict(model, args$x)
        test_trained_model <- function(model_conf, model) {
          list(six = predict_with_model(model_conf, list(x = 3), model))
        }
        """
    )
    model = it.train(NOTHING, None)

    assert it.predictor(model, NOTHING)({"x": 3}) == 6
    assert it.test(model, NOTHING) == {"six": 6}


def test_data_is_not_read_in_a_fork(
    runtime: Make, resources: Callable[..., Resources]
) -> None:
    it = runtime(
        """
        train <- function() 0
        predict <- function(args) {
          if (args$fork) parallel::mclapply(1:2, function(i) get_dataframe("petals"))
          nrow(get_dataframe("petals"))
        }
        """
    )
    given = resources(petals=FRAME)
    predict = it.predictor(it.train(NOTHING, None), given)

    assert [predict({"fork": fork}) for fork in (True, False)] == [2, 2]
    assert len(given.data_sources["petals"].asked_for) == 2  # type: ignore[attr-defined]


def test_what_is_stored_with_a_formula(
    runtime: Make, resources: Callable[..., Resources]
) -> None:
    it = runtime(
        """
        train <- function(data_sources, model_conf) {
          chunks <- get_dataframe("petals", chunksize = 1)
          list(formula = y ~ x, chunk = chunks())
        }
        """,
        own="a setting",
    )
    payload = it.train(resources(petals=FRAME), None).payload

    assert b"a setting" in payload  # it is a variable of train
    assert len(payload) < 10_000
    assert b"reply_to" not in payload  # nor anything of launchpad's


def test_what_is_stored_without_being_asked_for(runtime: Make) -> None:
    it = runtime("train <- function(data_sources) y ~ x", own="a setting")
    assert b"a setting" not in it.train(NOTHING, None).payload


def test_a_model_that_keeps_those_before_it(
    runtime: Make, caplog: pytest.LogCaptureFixture
) -> None:
    it = runtime(
        """
        create_trained_model <- function(model_conf, old = NULL) {
          if (!is.null(model_conf$tidy)) rm(old)
          list(y ~ x, sqrt(1:1000))
        }
        """
    )
    first = it.train(NOTHING, None)
    assert not caplog.records
    second = it.train(NOTHING, first)
    assert "what train returns keeps old, and so all models before it" in caplog.text
    assert len(second.payload) > len(first.payload) + 8000

    caplog.clear()
    it = runtime(it.settings.file.read_text(), tidy=True)
    second = it.train(NOTHING, it.train(NOTHING, None))
    assert len(it.train(NOTHING, second).payload) == len(second.payload)
    assert not caplog.records


def test_a_model_may_hold_functions_of_launchpad(
    runtime: Make, resources: Callable[..., Resources]
) -> None:
    code = """
        train <- function(data_sources) list(read = get_dataframe, all = data_sources)
        predict <- function(model) {
          c(nrow(model$read("petals")), nrow(model$all$petals$get_dataframe()))
        }
        """
    given = resources(petals=FRAME)
    payload = runtime(code).train(given, None).payload

    assert runtime(code).predictor(RModel(payload), given)({}) == [2, 2]
