"""The sections of a config that the core itself knows, and what they may say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from packaging.version import InvalidVersion, Version
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)

from launchpad_core.settings import ByteCount, ConfigPath, Settings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_LONGEST_NAME = 100
_VERSION = re.compile(r"[0-9]+([.+-][A-Za-z0-9]+)*")


def is_name(value: str) -> bool:
    """Whether a text can be the name of a model, of an API or of an alias."""
    return len(value) <= _LONGEST_NAME and _NAME.fullmatch(value) is not None


def checked_name(value: str) -> str:
    """Return a name as it is.

    Raises:
        ValueError: When it can't be one.
    """
    if not is_name(value):
        raise ValueError(
            f"{value!r} is no name: use up to {_LONGEST_NAME} letters, digits, _ - "
            "and ., and begin with a letter or a digit"
        )
    return value


def _not_a_number(value: object) -> object:
    if isinstance(value, (int, float)):  # YAML reads 1.10 as 1.1: a zero is lost
        raise ValueError(f"{value} is a number, not text: write '{value}' in quotes")
    return value


def _off(value: object) -> object:
    return "off" if value is False else value  # YAML reads off without quotes as false


def checked_address(value: str) -> str:
    """Return an address as it is.

    Raises:
        ValueError: When it isn't HOST:PORT.
    """
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"{value!r} is no address: write one such as 127.0.0.1:5000")
    return value


def is_version(value: str) -> bool:
    """Whether a text can be the version of a model."""
    try:
        Version(value)
    except InvalidVersion:
        return False
    return len(value) <= _LONGEST_NAME and _VERSION.fullmatch(value) is not None


def _checked_version(value: str) -> str:
    if not is_version(value):
        raise ValueError(f"{value!r} is no version: write one such as '1.0.0'")
    return value


Name = Annotated[
    str,
    AfterValidator(checked_name),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_NAME.pattern}$",
            "maxLength": _LONGEST_NAME,
        }
    ),
]
"""The name of a model, of an API or of an alias."""

ModelVersion = Annotated[
    str,
    BeforeValidator(_not_a_number),
    AfterValidator(_checked_version),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^{_VERSION.pattern}$",
            "maxLength": _LONGEST_NAME,
        }
    ),
]
"""The version of a model, as text: YAML reads 1.10 without quotes as 1.1."""

Address = Annotated[
    str,
    AfterValidator(checked_address),
    WithJsonSchema({"type": "string", "pattern": "^.+:[0-9]{1,5}$"}),
]
"""Where a server listens, as ``HOST:PORT``."""

CheckedAnswers = Annotated[
    Literal["off", "sample", "always"] | None,
    BeforeValidator(_off),
    WithJsonSchema({"enum": ["off", "sample", "always", False, None]}),
]
"""How many answers are checked; None leaves it to where the API runs."""

Finite = Annotated[float, Field(allow_inf_nan=False)]
"""A number with an end, also one without a decimal point."""


class MetricRule(Settings):
    """What a metric must be for a build to go live."""

    at_least: Finite | None = None
    """The smallest value that will do."""
    at_most: Finite | None = None
    """The largest value that will do."""
    not_worse_than_live_by: Annotated[Finite, Field(ge=0)] | None = None
    """By how much it may be worse than that of the build that is live."""
    better: Literal["higher", "lower"] | None = None
    """Which values are better; by default `higher`, with nothing but `at_most`
    `lower`."""

    @model_validator(mode="after")
    def _can_be_met(self) -> MetricRule:
        limits = (self.at_least, self.at_most, self.not_worse_than_live_by)
        if limits == (None, None, None):
            raise ValueError(
                "says nothing: add at_least, at_most or not_worse_than_live_by"
            )
        if (
            self.at_least is not None
            and self.at_most is not None
            and self.at_least > self.at_most
        ):
            raise ValueError(
                f"no value is at_least {self.at_least} and at_most {self.at_most}"
            )
        return self

    @property
    def lower_is_better(self) -> bool:
        """Which values are better, also where it isn't written."""
        if self.better is not None:
            return self.better == "lower"
        return self.at_least is None and self.at_most is not None


class GoldenPredictions(Settings):
    """How a build is seen to predict what it did when it was trained."""

    requests: Annotated[int, Field(ge=0)] = 20
    """How many requests are kept with their predictions, from the contract's examples
    and from rows of the test data; 0 to neither keep nor replay any."""
    tolerance: Annotated[Finite, Field(ge=0)] = 1e-6
    """How far numbers with decimals may be from those that were kept, relative or
    absolute."""
    on_mismatch: Literal["refuse", "warn"] = "refuse"
    """What becomes of a build whose predictions differ: `refuse` or `warn`."""


class ModelSettings(Settings, extra="allow"):
    """The section ``model``; further keys are the developer's own."""

    name: Name
    """The model's name, which its builds are stored under."""
    version: ModelVersion
    """The model's version; its first number is the version in the API's path."""
    type: str = "python"
    """The model type."""
    promote_if: dict[str, MetricRule] = {}
    """What the metrics must be for a build to go live, by their names."""
    golden_predictions: GoldenPredictions = GoldenPredictions()
    """How a build is seen to predict what it did when it was trained."""

    @property
    def major(self) -> str:
        """The version as it stands in the API's path, such as ``v1``."""
        return "v" + self.version.split(".")[0]


class ApiSettings(Settings, extra="allow"):
    """The section ``api``; one further key names the contract, such as ``raml``."""

    name: Name
    """The API's name, the first part of its path."""
    preload_datasources: bool = False
    """Whether to read the cached data sources for `predict` when the API starts."""
    root_path: Annotated[ConfigPath, Field(validate_default=True)] = Path()
    """The folder whose `static` folder the development server serves."""
    max_body: ByteCount = 10_000_000
    """The largest body of a request, in bytes or such as `10 MB`."""
    address: Address = "127.0.0.1:5000"
    """Where `launchpad serve` listens, as HOST:PORT."""
    unknown_parameters: Literal["refuse", "ignore"] = "refuse"
    """Whether requests may carry parameters that the contract doesn't have."""
    check_responses: CheckedAnswers = None
    """How many answers are checked against the contract; by default all in
    development, and in production a sample."""
    trial_requests: Annotated[int, Field(ge=0)] = 100
    """How many answers of a new build are watched in production; when more of them are
    server errors than before, the server goes back to the build before. 0 for none."""
    pages: list[Literal["openapi", "contract", "docs"]] = [
        "openapi",
        "contract",
        "docs",
    ]
    """The pages that describe the API: `openapi.json`, the contract as it is written,
    and a page to try it out."""
    source: Annotated[str | None, Field(alias="from")] = None
    """The data source that the contract is derived from, where none is written."""
    target: str | None = None
    """The column of that data source that is predicted."""
    resource: str = "predictions"
    """The path of the operations of a derived contract."""


class PluginSettings(Settings):
    """The section ``plugins`` in its long form; a list means ``local``."""

    local: list[str] = []
    """Modules of the project that are plugins."""
    disable: list[str] = []
    """Names of plugins or distributions to leave out."""
    prefer: dict[str, str] = {}
    """For a type that several provide, the plugin or distribution to take."""
