"""What ``launchpad check`` accepts, the schema for editors accepts as well."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import jsonschema_rs
import pytest

from launchpad_core.config import read_config
from launchpad_core.config_file import read_config_text
from launchpad_core.config_schema import config_schema
from launchpad_core.data import TAGS
from launchpad_core.errors import ConfigError
from launchpad_core.resolution import load_registry, resolve
from launchpad_core.sections import Section, plain_values

ROOT = Path(__file__).parents[2]
MODEL = "model: {name: M, version: 1.0.0, module: my_model}"
STORE = "model_store: {location: store"
LOCAL = '''
from launchpad_core import DataSource

class Weather(DataSource):
    """Weather of a town."""
    serves = ["weather"]

class Tide(DataSource):
    """Tides of a harbour."""
    serves = ["tide"]

    class Config(DataSource.Config):
        harbour: str
        """The harbour."""
'''
EXAMPLES = sorted((ROOT / "examples").glob("*/*_cfg.yml"))


def mistakes(config: Section) -> list[str]:
    """Return what the schema of a config's plugins says of it."""
    schema = config_schema(load_registry(config)).schema
    validator = jsonschema_rs.Draft202012Validator(schema)
    return [error.message for error in validator.iter_errors(plain_values(config))]


def read(text: str) -> Section:
    return read_config_text(dedent(text), name="cfg.yml", folder=Path.cwd())


@pytest.fixture(scope="module")
def installed_schema() -> Any:
    """Return the schema of the installed plugins."""
    return config_schema(load_registry(Section())).schema


@pytest.fixture(scope="module")
def installed(installed_schema: Any) -> Any:
    """Return what validates by the schema of the installed plugins."""
    return jsonschema_rs.Draft202012Validator(installed_schema)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_valid(path: Path) -> None:
    assert mistakes(read_config(path)) == []


def yaml_blocks() -> Iterator[Any]:
    for readme in (ROOT / "README.md", *sorted(ROOT.glob("launchpad_*/README.md"))):
        blocks = re.findall(
            r"^```yaml\n(.*?)^```", readme.read_text("utf-8"), re.M | re.S
        )
        for index, block in enumerate(blocks):
            yield pytest.param(block, id=f"{readme.parent.name}-{index}")


@pytest.mark.parametrize("block", list(yaml_blocks()))
def test_yaml_in_readmes_is_valid(block: str) -> None:
    config = read(block)
    config.setdefault("model", {"name": "M", "version": "1.0.0", "module": "m"})

    assert [one for one in mistakes(config) if "required" not in one] == []


@pytest.mark.download
@pytest.mark.parametrize("name", ["addition", "tree", "complex"])
def test_configs_of_mllaunchpad_are_valid(
    name: str, mllaunchpad_examples: Path, tmp_path: Path
) -> None:
    for file in mllaunchpad_examples.iterdir():
        if file.is_file():
            content = file.read_bytes().replace(
                b"from mllaunchpad", b"from launchpad_core"
            )
            (tmp_path / file.name).write_bytes(
                content.replace(b"examples.bogus", b"bogus")
            )

    assert mistakes(read_config(tmp_path / f"{name}_cfg.yml")) == []


@pytest.mark.download
def test_config_of_mllaunchpad_in_r_is_valid(
    mllaunchpad_examples: Path, tmp_path: Path
) -> None:
    text = (mllaunchpad_examples / "r_example_cfg.yml").read_text("utf-8")
    (tmp_path / "cfg.yml").write_text(
        text.replace("\nmodel:\n", "\nmodel:\n  type: r\n")
    )

    assert mistakes(read_config(tmp_path / "cfg.yml")) == []


@pytest.mark.parametrize(
    "text",
    [
        "datasources: {a: {type: csv, path: a.csv, tags: train}}",
        "datasources: {a: {type: csv, path: a.csv, expires: 24 * 60*60}}",
        "datasources: {a: {type: csv, path: a.csv, expires: -1}}",
        "datasources: {a: {type: csv, path: a.csv, cache_memory: 1.5 GiB}}",
        "datasources: {a: {type: parquet, path: s3://b/a, columns: null}}",
        "datasources:",
        "datasinks: {a: {type: feather, path: a, mode: error}}",
        """
        dbms: {w: {type: sql, url: 'sqlite://', pool_size: 3}}
        datasources: {a: {type: dbms.w, query: SELECT 1}}
        datasinks: {a: {type: dbms.w, table: t, schema: s, key: id, if_exists: upsert}}
        """,
        """
        dbms: {w: {type: sql, url: 'sqlite://'}}
        datasinks: {a: {type: dbms.w, table: t, options: {if_exists: append}}}
        """,
        "dbms: {unused: {type: hive, host: h}}",
        "api: {name: a, raml: a.raml, check_responses: off, max_body: 10 MB}",
        "api: {name: a, openapi: a.yaml, pages: [docs], root_path: ~/static}",
        "plugins: {disable: [x], prefer: {csv: launchpad-sources-files}}",
        "plugins: []",
        "plugins:",
        "model_store:",
        f"{STORE}, refresh: 5, signing_key_var: KEY}}",
        f"{STORE}, signing: {{public_key: a.pem}}}}",
        "model_store: {type: fsspec, location: s3://b/m, cache_builds: 2}",
        "notes: {mine: [1, 2]}",
    ],
)
def test_what_check_accepts_is_accepted(text: str, installed: Any) -> None:
    config = read(f"{dedent(text)}\n{MODEL}\n")

    resolve(config, tags=TAGS)
    installed.validate(plain_values(config))


def test_models_of_both_types_are_accepted(installed: Any) -> None:
    model = {"name": "M", "version": "1.0.0", "mine": 2}

    for more in (
        {"module": "m", "promote_if": {"accuracy": {"at_least": 0.9}}},
        {"type": "python", "module": "m", "golden_predictions": {"requests": 0}},
        {"type": "r", "r_file": "m.R", "r_dependencies": [], "timeout": 1},
        {"type": "r", "file": "m.R", "memory": "2 GB"},
    ):
        resolve(Section({"model": {**model, **more}}), tags=TAGS)
        installed.validate({"model": {**model, **more}})


MISTAKES = {
    "no model": "api: {name: a, raml: a.raml}",
    "number as version": "model: {name: M, version: 1.0, module: m}",
    "no version": "model: {name: M, module: m}",
    "bad name": "model: {name: a/b, version: 1.0.0, module: m}",
    "no module": "model: {name: M, version: 1.0.0}",
    "unknown model type": "model: {type: pyhton, name: M, version: 1.0.0, module: m}",
    "no file": "model: {type: r, name: M, version: 1.0.0}",
    "unknown type": "datasources: {a: {type: csvv, path: a.csv}}",
    "known type, other kind": "datasinks: {a: {type: r, path: a.csv}}",
    "no type": "datasources: {a: {path: a.csv}}",
    "type is no text": "datasources: {a: {type: [csv], path: a.csv}}",
    "no section": "datasources: {a: a.csv}",
    "sections as a list": "datasources: [{type: csv, path: a.csv}]",
    "unknown key": "datasources: {a: {type: csv, pth: a.csv, path: a.csv}}",
    "key is missing": "datasources: {a: {type: csv}}",
    "unknown tag": "datasources: {a: {type: csv, path: a.csv, tags: [train, tset]}}",
    "no time": "datasources: {a: {type: csv, path: a.csv, expires: 1 day}}",
    "less than for ever": "datasources: {a: {type: csv, path: a.csv, expires: -2}}",
    "no size": "datasources: {a: {type: csv, path: a, cache_memory: 5 MB or so}}",
    "key of another type": "datasinks: {a: {type: csv, path: a, query: SELECT 1}}",
    "no mode": "datasinks: {a: {type: csv, path: a.csv, mode: w}}",
    "reference to nothing": "datasources: {a: {type: dbms., query: SELECT 1}}",
    "connection without a type": """
        dbms: {w: {url: 'sqlite://'}}
        datasources: {a: {type: dbms.w, query: SELECT 1}}
        """,
    "port as text": """
        dbms: {w: {type: sql, drivername: postgresql, port: '5432'}}
        datasources: {a: {type: dbms.w, query: SELECT 1}}
        """,
    "connection misses a key": """
        dbms: {w: {type: oracle, host: h, user_var: U, password_var: P}}
        datasources: {a: {type: dbms.w, query: SELECT 1}}
        """,
    "connection to nowhere": """
        dbms: {w: {type: sql, conection_string: 'sqlite://'}}
        datasources: {a: {type: dbms.w, query: SELECT 1}}
        """,
    "neither query nor table": """
        dbms: {w: {type: sql, url: 'sqlite://'}}
        datasources: {a: {type: dbms.w, tags: train}}
        """,
    "unknown key of a table": """
        dbms: {w: {type: sql, url: 'sqlite://'}}
        datasources: {a: {type: dbms.w, tabel: t}}
        """,
    "unknown store": "model_store: {type: s4, location: store}",
    "no location": "model_store: {alias: live}",
    "URL as folder": "model_store: {location: s3://b/m}",
    "store as text": "model_store: store",
    "refresh too short": f"{STORE}, refresh: 0}}",
    "no contract": "api: {name: a}",
    "two contracts": "api: {name: a, raml: a.raml, openapi: a.yaml}",
    "contract and from": "api: {name: a, raml: a.raml, from: b}",
    "target without from": "api: {name: a, raml: a.raml, target: b}",
    "unknown format": "api: {name: a, ramll: a.raml}",
    "version of the API": "api: {name: a, raml: a.raml, version: v1}",
    "URL as contract": "api: {name: a, raml: 'https://example.com/a.raml'}",
    "no address": "api: {name: a, raml: a.raml, address: localhost}",
    "checks sometimes": "api: {name: a, raml: a.raml, check_responses: sometimes}",
    "answers always": "api: {name: a, raml: a.raml, check_responses: on}",
    "unknown metric rule": (
        "model: {name: M, version: 1.0.0, module: m, promote_if: {a: {at_leats: 1}}}"
    ),
    "plugins as text": "plugins: my_sources",
    "unknown key of plugins": "plugins: {locals: [my_sources]}",
}
WITH_MODEL = {
    MISTAKES["no model"],
    *(text for text in MISTAKES.values() if text.startswith("model: ")),
}


@pytest.mark.parametrize("text", MISTAKES.values(), ids=list(MISTAKES))
def test_mistakes_are_refused_by_check_and_schema(text: str, installed: Any) -> None:
    config = read(text if text in WITH_MODEL else f"{dedent(text)}\n{MODEL}\n")

    with pytest.raises(ConfigError):
        resolve(config, tags=TAGS)
    assert not installed.is_valid(plain_values(config))


def test_it_is_a_schema_and_always_the_same() -> None:
    first = config_schema(load_registry(Section())).schema
    again = config_schema(load_registry(Section())).schema

    assert json.dumps(first) == json.dumps(again)
    jsonschema_rs.meta.validate(first)


def test_keys_are_documented(installed_schema: Any) -> None:
    sources = installed_schema["properties"]["datasources"]["additionalProperties"]
    types = {
        one["const"]: one["description"]
        for one in sources["properties"]["type"]["anyOf"]
        if "const" in one
    }
    csv = installed_schema["$defs"]["datasources.csv"]["properties"]

    assert types["parquet"] == "Parquet files: columns with their types"
    assert csv["columns"]["description"] == (
        "The columns to read, in this order; all of them if it isn't written."
    )
    assert csv["cache_size"]["default"] == 32
    undocumented = [
        f"{label}: {key}"
        for label, section in installed_schema["$defs"].items()
        for key, one in section["properties"].items()
        if key != "type" and not one.get("description") and "$ref" not in one
    ]
    assert undocumented == []


def test_local_types_are_in_it(tmp_path: Path, cli: Callable[..., Any]) -> None:
    (tmp_path / "my_sources.py").write_text(LOCAL)
    config = tmp_path / "LAUNCHPAD_CFG.yml"
    config.write_text(
        f"plugins: [my_sources]\n{MODEL}\n"
        "datasources:\n"
        "  open: {type: weather, town: Oslo}\n"
        "  strict: {type: tide, harbour: Bergen}\n"
    )

    done = cli("schema", "-o", "schema.json")

    assert done.returncode == 0, done.stderr
    validator = jsonschema_rs.Draft202012Validator(
        json.loads((tmp_path / "schema.json").read_text("utf-8"))
    )
    written = plain_values(read_config(config))
    assert validator.is_valid(written)
    written["datasources"]["strict"]["habour"] = "Bergen"
    (error,) = validator.iter_errors(written)
    assert "'habour' was unexpected" in error.message


def test_what_cannot_be_imported_is_left_out(
    tmp_path: Path, cli: Callable[..., Any]
) -> None:
    (tmp_path / "my_plugin.py").write_text(
        "from launchpad_core import DataSourceType, hookimpl\n"
        "@hookimpl\n"
        "def launchpad_data_sources():\n"
        "    yield DataSourceType('gone', implementation='not_there:Gone', "
        "summary='Gone')\n"
    )
    (tmp_path / "LAUNCHPAD_CFG.yml").write_text(f"plugins: [my_plugin]\n{MODEL}\n")

    done = cli("schema")

    assert done.returncode == 0
    assert '"gone"' not in done.stdout
    assert done.stderr.startswith(
        'Warning: left out: project-local plugin "my_plugin" can\'t provide "gone": '
        "ModuleNotFoundError: No module named 'not_there'"
    )


def test_without_a_config_the_installed_types_are_in_it(
    cli: Callable[..., Any],
) -> None:
    done = cli("schema")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == config_schema(load_registry(Section())).schema
