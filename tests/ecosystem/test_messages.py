"""What users read when a config doesn't fit what is installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from fake_plugins import FAKES, write_fakes

Fakes = Callable[..., dict[str, str]]
MODEL = """
model: {name: M, version: '1.0.0', module: my_model}
"""


@pytest.fixture
def config(tmp_path: Path) -> Callable[[str], Path]:
    (tmp_path / "my_model.py").write_text(
        "def train(data_sources):\n"
        "    return {name: s.get_dataframe() for name, s in data_sources.items()}\n"
        "def test(model): return {'models': len(model)}\n"
        "def predict(model, args): return None\n"
    )

    def write(text: str) -> Path:
        path = tmp_path / "cfg.yml"
        path.write_text(dedent(text).lstrip("\n"))
        return path

    return write


@pytest.fixture
def fakes(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Return a function that returns the environment with some fake plugins."""

    def environment(*names: str) -> dict[str, str]:
        return {"PYTHONPATH": str(write_fakes(tmp_path / "fakes", *names))}

    return environment


def test_five_mistakes_are_five_lines(
    config: Callable[[str], Path], cli: Callable[..., Any]
) -> None:
    config("""
        datasources:
          petals:
            type: csvv
            path: iris.csv
          sizes:
            type: csv
            pth: sizes.csv
            tags: [train, tset]
          stock:
            type: dbms.warehous
            query: SELECT 1
        dbms:
          warehouse: {type: sql, connection_string: 'sqlite://'}
        model: {name: M, version: 1.0, module: my_model}
        """)

    done = cli("-c", "cfg.yml", "check")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        'cfg.yml:3: no plugin provides type "csvv" (try: did you mean "csv"?)',
        'cfg.yml:7: datasources: sizes: unknown key "pth" (try: did you mean "path"?)',
        "cfg.yml:8: datasources: sizes: \"tags.1\": should be 'train', 'test' or "
        "'predict', not 'tset'",
        'cfg.yml:10: type "dbms.warehous" refers to warehous in the section dbms, '
        'which is not written (try: did you mean "dbms.warehouse"?)',
        'cfg.yml:14: model: "version": 1.0 is a number, not text: '
        "write '1.0' in quotes",
    ]


def test_every_kind_of_bad_plugin_is_a_row(
    config: Callable[[str], Path], cli: Callable[..., Any], fakes: Fakes
) -> None:
    config(MODEL)
    env = {**fakes(*FAKES), "LAUNCHPAD_NO_PLUGIN": "raising"}

    done = cli("plugins", "--json", env=env)

    rows = {row["distribution"]: row for row in json.loads(done.stdout)}
    assert {name: (row["state"], row["reason"]) for name, row in rows.items()} == {
        "launchpad-core": ("active", ""),
        "launchpad-api-openapi": ("active", ""),
        "launchpad-api-raml": ("active", ""),
        "launchpad-model-r": ("active", ""),
        "launchpad-sources-files": ("active", ""),
        "launchpad-sources-sql": ("active", ""),
        "launchpad-store-fsspec": ("active", ""),
        "launchpad-good": (
            "clashing",
            'data source "good" is also provided by launchpad-rival',
        ),
        "launchpad-rival": (
            "clashing",
            'data source "good" is also provided by launchpad-good',
        ),
        "launchpad-raising": (
            "disabled",
            "switched off by --no-plugin or LAUNCHPAD_NO_PLUGIN",
        ),
        "launchpad-too-old": ("incompatible", "needs launchpad-core>=0.0.1,<0.0.5"),
        "launchpad-too-new": ("incompatible", "needs launchpad-core!=0.1.*,>=9"),
        "launchpad-misspelled": (
            "broken",
            "there is no hook launchpad_data_source "
            "(try: rename it to launchpad_data_sources)",
        ),
        "launchpad-unmarked": (
            "broken",
            "launchpad_data_sources is not marked with @hookimpl",
        ),
        "launchpad-half-way": (
            "broken",
            "DataSourceType has the implementation 'no address'; it must be an "
            'address such as "package.module:Class"',
        ),
    }


def test_bad_plugins_stop_no_config_that_does_not_need_them(
    config: Callable[[str], Path], cli: Callable[..., Any], fakes: Fakes
) -> None:
    config(MODEL)

    done = cli("-c", "cfg.yml", "train", env=fakes(*FAKES))

    assert (done.returncode, json.loads(done.stdout)) == (0, {"models": 0})


def test_clash_is_an_error_only_for_a_section_that_uses_it(
    config: Callable[[str], Path], cli: Callable[..., Any], fakes: Fakes
) -> None:
    sources = "datasources:\n  x: {type: good}\n"
    env = fakes("good", "rival")
    config(sources + MODEL)

    clashing = cli("-c", "cfg.yml", "train", env=env)
    config("plugins: {prefer: {good: launchpad-rival}}\n" + sources + MODEL)
    settled = cli("-c", "cfg.yml", "train", env=env)

    assert clashing.returncode == 2
    assert clashing.stderr.splitlines()[-2:] == [
        'cfg.yml:2: type "good" is provided by launchpad-good and launchpad-rival',
        "  try: plugins: {prefer: {good: launchpad-good}}",
    ]
    assert json.loads(settled.stdout) == {"models": 1}


@pytest.mark.parametrize(
    ("switch", "message"),
    [
        (
            "sources_sql",
            'cfg.yml:4: type "dbms.sql" is provided by launchpad-sources-sql, which is '
            "disabled: switched off by --no-plugin or LAUNCHPAD_NO_PLUGIN\n"
            "  try: don't switch launchpad-sources-sql off\n",
        ),
    ],
)
def test_disabled_plugin_is_told_where_it_is_needed(
    switch: str, message: str, config: Callable[[str], Path], cli: Callable[..., Any]
) -> None:
    config(
        "datasources:\n  x: {type: dbms.w, query: SELECT 1}\n"
        "dbms:\n  w: {type: sql, url: 'sqlite://'}\n" + MODEL
    )

    done = cli("--no-plugin", switch, "-c", "cfg.yml", "check")

    assert (done.returncode, done.stderr) == (2, message)


def test_wrong_kind_is_told(
    config: Callable[[str], Path], cli: Callable[..., Any], fakes: Fakes
) -> None:
    config("datasinks:\n  x: {type: good}\n" + MODEL)

    done = cli("-c", "cfg.yml", "check", env=fakes("good"))

    assert (done.returncode, done.stderr) == (
        2,
        'cfg.yml:2: type "good" is a data source, not a data sink\n'
        "  try: datasources: {NAME: {type: good}}\n",
    )
