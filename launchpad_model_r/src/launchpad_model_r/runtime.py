"""The model type ``r``: a file with train, test and predict, written in R."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from launchpad_core.data import Tag
from launchpad_core.errors import ConfigError, ModelCodeError, UnloadableModel
from launchpad_core.plain import plain
from launchpad_core.positions import Position, shown_path
from launchpad_core.runtime import Input, ModelRuntime, Predictor, Resources
from launchpad_core.sections import as_section
from launchpad_core.settings import ByteCount, ConfigPath
from launchpad_core.store.build import unwritable
from launchpad_model_r.faults import (
    ended,
    fault,
    log_warnings,
    too_slow,
    unfit,
    unloadable,
)
from launchpad_model_r.functions import Functions
from launchpad_model_r.model import RModel
from launchpad_model_r.processes.endings import Ended, TookTooLong
from launchpad_model_r.processes.pool import Pool
from launchpad_model_r.processes.worker import Refused
from launchpad_model_r.questions import Questions
from launchpad_model_r.records import records
from launchpad_model_r.rscript import find_rscript, starter
from launchpad_model_r.serialization.unsendable import Unsendable

PAYLOAD = "model.rds"

_PACKAGE = "R package "


class RRuntime(ModelRuntime):
    """Runs models written in R, in processes of their own; the payload is an .rds."""

    class Config(ModelRuntime.Config, extra="allow"):
        """The section ``model``; further keys are the developer's own."""

        file: Annotated[
            ConfigPath, Field(validation_alias=AliasChoices("file", "r_file"))
        ]
        """The R file with train, test and predict; also `r_file`."""
        packages: Annotated[
            list[str],
            Field(validation_alias=AliasChoices("packages", "r_dependencies")),
        ] = []
        """R packages that are attached before the file is run; also
        `r_dependencies`."""
        rscript: str = "Rscript"
        """R's program, by its name on PATH or by its path."""
        workers: Annotated[int, Field(ge=1)] = 1
        """How many R processes each worker of the web server has."""
        timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 25
        """After how many seconds a prediction is given up, and its R process ended."""
        memory: ByteCount | None = None
        """How much memory each R process may take, such as `2 GB`; no limit if left
        out."""

    settings: Config

    @cached_property
    def pool(self) -> Pool:
        """The R processes; they are started when they are needed."""
        section = as_section(self.config)
        settings = self.settings
        if not settings.file.is_file():
            raise ConfigError(
                f"there is no R file {shown_path(settings.file)}",
                where=section.where("file" if "file" in section else "r_file"),
                hint="write it, or change file:",
            )
        return Pool(
            starter(
                rscript=find_rscript(settings.rscript, section),
                section=section,
                memory=settings.memory,
                request={
                    "kind": "load",
                    "file": str(settings.file),
                    # The code stays that of the start, also in processes to come.
                    "text": _code(settings.file),
                    "packages": settings.packages,
                    "model_conf": self.config,
                },
            ),
            size=settings.workers,
        )

    @cached_property
    def functions(self) -> Functions:
        """The developer's functions, as the first R process tells them."""
        with self.pool.worker() as worker:
            return Functions(
                self.settings.file,
                worker.loaded["functions"],
                others=worker.loaded["others"],
            )

    @property
    def input(self) -> Input:
        """What predict takes: ``args`` or ``frame``."""
        return self.functions.input

    @property
    def uses_old_model(self) -> bool:
        """Whether the train function asks for ``old_model``."""
        return self.functions.uses_old_model

    def check(self, functions: Iterable[Tag]) -> None:
        """Start R, and see that packages and functions are there."""
        for function in functions:
            self.functions.require(function)

    def prepare_to_serve(self) -> None:
        """Start all R processes."""
        self.pool.fill()

    def software(self, names: Iterable[str] = ()) -> Mapping[str, str]:
        """Return the versions of R and of the R packages that have been loaded."""
        packages = [
            name.removeprefix(_PACKAGE) for name in names if name.startswith(_PACKAGE)
        ]
        request = {"kind": "software", "names": packages}
        versions = self._ask("asking for versions", request, Resources())
        return {
            name if name == "R" else _PACKAGE + name: version
            for name, version in versions.items()
        }

    def train(self, resources: Resources, old_model: Any) -> RModel:
        """Return what the developer's train function returns."""
        self.functions.require("train")
        request = _request("train", resources, model=old_model)
        told = self._ask("train", request, resources, needs=old_model)
        return RModel(told["payload"], told["description"])

    def test(self, model: Any, resources: Resources) -> Mapping[str, Any]:
        """Return the metrics that the developer's test function returns."""
        self.functions.require("test")
        request = _request("test", resources, model=model)
        metrics = plain(records(self._ask("test", request, resources, needs=model)))
        if metrics == []:  # list(): R's names begin with the first element
            return {}
        if not isinstance(metrics, dict):
            told = "NULL" if metrics is None else repr(metrics)
            raise ModelCodeError(
                f"test must return a named list of metrics, not {told}",
                hint="such as list(accuracy = 0.9)",
            )
        return metrics

    def predictor(self, model: Any, resources: Resources) -> Predictor:
        """Return a function that has an R process predict."""
        self.functions.require("predict")
        try:
            self.pool.use(model)
        except Refused as refused:
            raise unloadable(refused.reply) from refused
        request = _request("predict", resources, model=model)
        shaped = _as_it_is if self.input == "frame" else records
        timeout = self.settings.timeout

        def predict(value: Any) -> Any:
            asked = {**request, "value": value}
            try:
                reply = self._ask(
                    "predict", asked, resources, needs=model, timeout=timeout
                )
            except Unsendable as unsendable:
                raise unfit(unsendable, self.input) from unsendable
            return shaped(reply)

        return predict

    def write(self, model: Any, folder: Path) -> None:
        """Write a model as R's ``readRDS`` reads it."""
        try:
            (folder / PAYLOAD).write_bytes(model.payload)
        except OSError as error:
            raise unwritable(error) from error

    def read(self, folder: Path) -> RModel:
        """Read a model; R makes an object of it when it is used."""
        path = folder / PAYLOAD
        if not path.is_file():
            raise UnloadableModel(
                "the build holds no model written in R",
                hint="the model: type: that it was trained with",
            )
        return RModel(path.read_bytes())

    def watched_files(self) -> tuple[Path, ...]:
        """Return the R file."""
        return (self.settings.file,)

    def close(self) -> None:
        """End all R processes."""
        if "pool" in vars(self):
            self.pool.close()

    def _ask(
        self,
        what: str,
        request: Mapping[str, Any],
        resources: Resources,
        *,
        needs: RModel | None = None,
        timeout: float | None = None,
    ) -> Any:
        """Return what an R process replies to a request."""
        questions = Questions(resources)
        try:
            reply = self.pool.ask(
                request,
                needs=needs,
                answer=questions,
                timeout=timeout,
                patience=timeout,
            )
        except Refused as refused:
            raise unloadable(refused.reply) from refused
        except TookTooLong as error:
            raise too_slow(what, timeout) from error
        except Ended as error:
            raise ended(what, error) from error
        log_warnings(what, reply.get("warnings", ()))
        if reply["kind"] == "error":
            raise fault(what, reply, questions.raised)
        return reply["value"]


def _code(file: Path) -> str:
    try:
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ModelCodeError(
            f"R can't read the model code: it is not UTF-8: {error.reason}",
            where=Position(shown_path(file), line),
            hint="save it as UTF-8",
        ) from error
    before, nul, _ = text.partition("\0")
    if nul:
        raise ModelCodeError(
            "R can't read the model code: it holds a NUL character",
            where=Position(shown_path(file), before.count("\n") + 1),
            hint="save it as UTF-8 text",
        )
    return text


def _request(
    kind: Tag, resources: Resources, *, model: RModel | None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "model": model and model.id,
        "sources": list(resources.data_sources),
        "sinks": list(resources.data_sinks),
    }


def _as_it_is(value: Any) -> Any:
    return value
