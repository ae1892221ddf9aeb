"""YAML 1.2, as contracts are read and written."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from launchpad_core.errors import ContractError
from launchpad_core.yaml12 import FastYaml12Loader, Yaml12Loader, yaml_text
from launchpad_core.yaml_limits import MAX_DEPTH, check_limits

both = pytest.mark.parametrize("loader", [Yaml12Loader, FastYaml12Loader])

ODD_TEXTS = (
    *("yes", "No", "on", "~", "null", "", "010", "0o17", "0b1", "1_0", "1:30", "1e3"),
    *(
        "2024-01-01",
        "<<",
        "=",
        ".inf",
        "true",
        "a\nb",
        " a\n b ",
        "a\x85\u2028\r",
        "- a",
    ),
)


@both
def test_scalars(loader: Any) -> None:
    text = "[yes, on, 010, 0o17, 0x1F, 1_0, 1e3, .5, true, ~, 2024-01-01, 1:30]"

    assert yaml.load(text, Loader=loader) == [
        *("yes", "on", 10, 15, 31, "1_0", 1000.0, 0.5, True, None),
        *("2024-01-01", "1:30"),
    ]


@both
def test_what_is_written_is_read(loader: Any) -> None:
    document = {text: [text, (1, 2.0, None, True)] for text in ODD_TEXTS}

    written = yaml_text(document)

    expected = {text: [text, [1, 2.0, None, True]] for text in ODD_TEXTS}
    assert yaml.load(written, Loader=loader) == expected
    assert yaml.safe_load(written) == expected  # YAML 1.1


def test_text_of_several_lines_is_a_block() -> None:
    assert yaml_text({"b": "One\n\nTwo\n", "a": []}) == (
        "b: |\n  One\n\n  Two\na: []\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a:\n  " + "[" * 100_000, "x.yaml:2: this is nested too deeply"),
        (
            "a:\n" + "- 1\n" * 100_000,
            "x.yaml:99999: this holds more than 100000 values",
        ),
    ],
    ids=["deep", "long"],
)
def test_limits(text: str, message: str) -> None:
    with pytest.raises(ContractError) as told:
        check_limits(text, name="x.yaml", error=ContractError)

    assert str(told.value) == message


def test_what_is_within_the_limits_or_no_yaml_is_left_alone() -> None:
    for text in ("[" * MAX_DEPTH + "]" * MAX_DEPTH, "a: [", ""):
        check_limits(text, name="x.yaml", error=ContractError)
