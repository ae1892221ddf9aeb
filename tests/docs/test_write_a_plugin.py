"""The plugin on the page on writing one keeps to its contracts, as it stands there."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pages
import pytest

from launchpad_core.errors import DataError
from launchpad_core.testing import fake_distribution, installed, run_cli

pytestmark = pytest.mark.ecosystem

NAME = "launchpad-sources-weather"
PAGE = pages.ROOT / "docs" / "how-to" / "write-a-plugin.md"
PLUGIN, SOURCE, PARAMS, CONFORMANCE = (
    block.code for block in pages.code_blocks(PAGE) if block.language == "python"
)
(SECTION,) = (one.code for one in pages.code_blocks(PAGE) if one.language == "yaml")
REFUSED = "        self.refuse(params=params, chunksize=chunksize)\n"
(FAILURE,) = (
    one.code for one in pages.code_blocks(PAGE) if "the contract: " in one.code
)


def checked(site: Path, *, source: str = SOURCE) -> list[dict[str, str]]:
    modules = {"source": source, "conformance": CONFORMANCE}
    fake_distribution(site, NAME, plugin=PLUGIN, modules=modules)
    with installed(site):
        done = run_cli("plugins", "check", NAME, "--json", cwd=site)
    rows: list[dict[str, str]] = json.loads(done.stdout)
    assert done.status == (1 if any(row["state"] == "failed" for row in rows) else 0)
    return rows


def test_plugin_keeps_to_its_contracts(tmp_path: Path) -> None:
    rows = checked(tmp_path)

    assert len(rows) > 20
    assert [row for row in rows if row["state"] == "failed"] == []


def test_failure_is_told_as_the_page_says(tmp_path: Path) -> None:
    assert REFUSED in SOURCE
    rows = checked(tmp_path, source=SOURCE.replace(REFUSED, ""))
    found, contract, page = (line.strip() for line in FAILURE.splitlines())

    (row,) = (row for row in rows if row["reason"] == found)

    assert contract == f"the contract: {row['asked']}"
    assert row["page"].endswith(page.partition("...")[2])


def test_config_has_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "def train(data_sources): return data_sources['oslo'].get_dataframe()\n"
        "def test(model): return {'degrees': float(model['degrees'].sum())}\n"
        "def predict(model, args): return None\n"
    )
    model = "model: {name: m, version: '0.1.0', module: model}\n"
    (tmp_path / "cfg.yml").write_text(SECTION + model)
    (tmp_path / "stations").mkdir()
    (tmp_path / "stations" / "Oslo.txt").write_text("-3.5\n2\n4\n")
    modules = {"source": SOURCE}
    site = fake_distribution(tmp_path / "site", NAME, plugin=PLUGIN, modules=modules)

    with installed(site):
        done = run_cli("-c", "cfg.yml", "train", cwd=tmp_path)

    assert (done.status, json.loads(done.stdout)) == (0, {"degrees": 2.5}), done.stderr


def test_params_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weather_of_days.py").write_text(PARAMS, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    made = import_module("weather_of_days").WeatherSource
    days = made("days", {"type": "weather", "by": ["month"]})

    assert days.asked == {"month"}
    days.get_dataframe(params={"month": 7})
    with pytest.raises(DataError, match="month"):
        days.get_dataframe()
