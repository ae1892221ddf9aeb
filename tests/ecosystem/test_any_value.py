"""Whatever stands in a config is told in words: no error of Python's comes through."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from launchpad_core.config_file import read_config_text
from launchpad_core.errors import LaunchpadError
from launchpad_core.project import Project

IRIS = Path(__file__).parents[2] / "examples" / "iris"
MORE = """
plugins: {local: [], disable: [x], prefer: {csv: y}}
datasinks:
  out: {type: csv, path: out.csv, tags: [predict], options: {sep: ';'}}
datasources:
  more: {type: csv, path: a.csv, dtypes_path: a.dtypes, expires: 3, cache_size: 3}
api: {preload_datasources: false, root_path: ., max_body: 3, address: 'a:1'}
"""
VALUES = (
    *(
        None,
        3,
        1.5,
        True,
        -5,
        10**30,
        "x",
        "",
        "a.b",
        "dbms.",
        "dbms.x.y",
        "http://x/y",
    ),
    *("2024-01-01", [], [1], ["a"], [[]], {}, {"a": 1}, {"type": "csv"}),
)
Path_ = tuple[Any, ...]


def whole_config() -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((IRIS / "iris_sql_cfg.yml").read_text())
    for section, values in yaml.safe_load(MORE).items():
        config.setdefault(section, {}).update(values)
    return config


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    if isinstance(value, (dict, list)):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield (*path, key)
            yield from places(value[key], (*path, key))


def changed(config: dict[str, Any], place: Path_, value: Any) -> dict[str, Any]:
    config = copy.deepcopy(config)
    inner: Any = config
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return config


@pytest.mark.parametrize("section", sorted(whole_config()))
def test_any_value_in_any_place(section: str) -> None:
    config = whole_config()
    told = []
    for place in places(config):
        if place[0] != section:
            continue
        for value in VALUES:
            text = yaml.safe_dump(changed(config, place, value))
            try:
                project = Project(read_config_text(text, name="cfg.yml", folder=IRIS))
                _ = (project.contract, project.resources("train"), project.store)
            except LaunchpadError as error:
                told.append(str(error))

    assert told
    assert all(told)
