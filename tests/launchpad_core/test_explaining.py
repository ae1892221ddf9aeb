"""What ``check --explain`` tells of each section and each value."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_core.cli.checking.explaining import block
from launchpad_core.config import read_config
from launchpad_core.explanation import explanations
from launchpad_core.positions import shown_path

Cli = Callable[..., subprocess.CompletedProcess[str]]

PLUGIN = '''
from launchpad_core import DataSource

class Tide(DataSource):
    """Tides of a harbour."""
    serves = ["tide", "dbms.sea"]

    class Config(DataSource.Config):
        harbour: str = "Bergen"
        """The harbour."""
        key_var: str | None = None
        """The variable with the key."""
        password: str | None = None
        """The password."""
        query: str | None = None
        """The query."""

    def explain(self):
        print("explaining")
        return f"tides of {self.settings.harbour}"
'''


@pytest.fixture
def explained(project: Path, cli: Cli) -> Callable[..., Any]:
    """Return a function that explains the project's config with more sections."""
    (project / "tides.py").write_text(PLUGIN)
    config = project / "cfg.yml"
    text = config.read_text().replace("[py_contracts]", "[py_contracts, tides]")

    def run(more: str, *options: str, **env: str) -> dict[str, Any]:
        config.write_text(text + more)
        done = cli(*options, "-c", "cfg.yml", "check", "--explain", env=env)
        run.done = done  # type: ignore[attr-defined]
        return {row["section"]: row for row in json.loads(done.stdout)}

    return run


def sources_of(row: dict[str, Any]) -> dict[str, tuple[Any, str]]:
    return {one["key"]: (one["value"], one["source"]) for one in row["values"]}


def test_each_section_names_its_provider(explained: Any) -> None:
    rows = explained("datasources:\n  north: {type: tide}\n")

    assert {
        name: (row["kind"], row["type"], row["distribution"], row["how"])
        for name, row in rows.items()
        if name != "config"
    } == {
        "plugins": (
            "plugins",
            "",
            "",
            "py_contracts is active; tides is active",
        ),
        "datasources: north": (
            "data source",
            "tide",
            "(project-local)",
            "tides of Bergen",
        ),
        "model_store": (
            "model store",
            "directory",
            "launchpad-core",
            "keeps builds in store",
        ),
        "model": ("model", "python", "launchpad-core", ""),
        "api": (
            "API",
            "py",
            "(project-local)",
            "the contract is read from contract.py",
        ),
    }
    assert rows["model"]["version"] == "0.1.0"
    assert explained.done.stderr == "explaining\ncfg.yml: no mistakes\n"


def test_values_come_from_lines_defaults_and_variables(explained: Any) -> None:
    north = (
        "datasources:\n"
        "  north:\n"
        "    type: tide\n"
        "    key_var: TIDE_KEY\n"
        "    password: hunter2\n"
        "    options: {a: 1, token: hunter3}\n"
    )

    rows = explained(north, TIDE_KEY="hunter4")

    where = {key: f"cfg.yml:{11 + line}" for line, key in enumerate("tkpo", 3)}
    assert sources_of(rows["datasources: north"]) == {
        "type": ("tide", where["t"]),
        "key_var": (
            "TIDE_KEY",
            f"{where['k']}; the environment variable TIDE_KEY is set",
        ),
        "password": ("***", where["p"]),
        "options.a": (1, where["o"]),
        "options.token": ("***", where["o"]),
        "tags": ([], "default"),
        "expires": (0, "default"),
        "cache_size": (32, "default"),
        "harbour": ("Bergen", "default"),
    }
    assert "hunter" not in json.dumps(rows)
    unset = sources_of(explained(north)["datasources: north"])
    assert unset["key_var"][1].endswith("the environment variable TIDE_KEY is not set")


def test_included_values_have_lines_of_their_own(explained: Any, project: Path) -> None:
    (project / "more").mkdir()
    (project / "more" / "sources.yml").write_text(
        "north:\n  type: tide\n  query: !include tide.sql\n"
    )
    (project / "more" / "tide.sql").write_text("SELECT 1\n")

    rows = explained("datasources: !include more/sources.yml\n")

    included = "included at cfg.yml:12"
    values = sources_of(rows["datasources: north"])
    assert values["type"] == ("tide", f"more/sources.yml:2, {included}")
    assert values["query"] == (
        "SELECT 1\n",
        f"more/tide.sql, included at more/sources.yml:3, {included}",
    )


def test_the_environment_of_launchpad_is_told(
    explained: Any, project: Path, cli: Cli
) -> None:
    rows = explained("", "--no-plugin", "launchpad-sources-sql")

    assert sources_of(rows["config"]) == {"config": ("cfg.yml", "--config")}
    assert sources_of(rows["plugins"])["disable"] == (
        "launchpad-sources-sql",
        "--no-plugin or LAUNCHPAD_NO_PLUGIN",
    )
    done = cli("check", "--explain", env={"LAUNCHPAD_CFG": "cfg.yml"})
    (config, *_) = json.loads(done.stdout)
    assert sources_of(config) == {"config": ("cfg.yml", "LAUNCHPAD_CFG")}


def test_a_mistake_in_one_section_hides_no_other(explained: Any) -> None:
    rows = explained(
        "datasources:\n"
        "  a: {type: tidee}\n"
        "  b: {type: tide}\n"
        "  c: {type: tide, harbor: Oslo}\n"
        "dbms:\n"
        "  far: {type: moon}\n"
    )

    assert explained.done.returncode == 2
    assert rows["datasources: a"]["how"] == 'no plugin provides type "tidee"'
    assert rows["datasources: b"]["how"] == "tides of Bergen"
    assert rows["datasources: c"]["how"] == ('datasources: c: unknown key "harbor"')
    assert rows["dbms: far"]["how"] == "no section can refer to it here"
    assert 'unknown key "harbor"' in explained.done.stderr


def test_a_wrong_section_of_plugins_switches_off_none_that_are_installed(
    project: Path, cli: Cli
) -> None:
    config = project / "cfg.yml"
    config.write_text(config.read_text().replace("[py_contracts]", "py_contracts"))

    done = cli("-c", "cfg.yml", "check", "--explain")

    rows = {row["section"]: row for row in json.loads(done.stdout)}
    assert "plugins must be a list of modules" in rows["plugins"]["how"]
    assert rows["model_store"]["distribution"] == "launchpad-core"


def test_a_store_that_cannot_be_made_says_why(write: Any, tmp_path: Path) -> None:
    write(
        cfg_yml="model: {name: M, version: 1.0.0, module: m}\n"
        "model_store: {locatoin: builds}\n"
    )

    store, _ = explanations(read_config(tmp_path / "cfg.yml"))

    assert store.how == 'model_store: unknown key "locatoin"'


def test_defaults_are_a_store_beside_the_config(write: Any, tmp_path: Path) -> None:
    write(cfg_yml="model: {name: M, version: 1.0.0, module: m}\n")

    config = tmp_path / "cfg.yml"
    store, model = explanations(read_config(config))

    assert next((one.key, one.value, one.source) for one in store.values) == (
        "location",
        "model_store",
        "default",
    )
    assert list(block(model))[:4] == [
        "model  python by launchpad-core 0.1.0",
        f"  name                M{' ' * 59}  {shown_path(config)}:1",
        f"  version             1.0.0{' ' * 55}  {shown_path(config)}:1",
        f"  module              m{' ' * 59}  {shown_path(config)}:1",
    ]
