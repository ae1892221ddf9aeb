"""What a section may say by its settings, it may say by their schema."""

from __future__ import annotations

import importlib
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchpad_core.config_sections import ApiSettings, PluginSettings
from launchpad_core.errors import ConfigError
from launchpad_core.plugins import load_plugins
from launchpad_core.sections import Section
from launchpad_core.settings import Settings, validate
from launchpad_core.settings_schema import settings_schema

WRITTEN: dict[str, dict[str, Any]] = {
    "path": {"path": "a.csv"},
    "location": {"location": "store"},
    "table": {"table": "t"},
    "connection_string": {"url": "sqlite://"},
    "service_name": {
        "host": "h",
        "service_name": "s",
        "user_var": "U",
        "password_var": "P",
    },
    "version": {"version": "1.0.0"},
    "name": {"name": "M"},
    "module": {"module": "m"},
    "file": {"file": "m.R"},
}
"""What is written so that a section is valid, by a key that such sections know."""

TEXTS = (
    *("", "a", "a.csv", "1.0.0", "1.1.0-rc1", "live", "python", "train", "off"),
    *("24*60*60", " 3 * 4 ", "500 MB", "1.5GiB", "2k", ".5 MB", "10 mb x", "-1", "7"),
    *("s3://bucket/models", "host:80", "::1:80", "append", "upsert", "adbc", "docs"),
)
VALUES = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from([None, True, False, 0, 1, -1, 2, 10**30, 0.5, 1.0, 1e300]),
    st.lists(st.sampled_from([*TEXTS, 1, None]), max_size=2),
    st.dictionaries(
        st.sampled_from(["at_least", "better", "requests", "public_key", "if_exists"]),
        st.sampled_from([0, 1, 0.5, "higher", "append", "a.pem"]),
        max_size=2,
    ),
    st.dictionaries(
        st.just("accuracy"),
        st.dictionaries(
            st.sampled_from(["at_least", "at_most", "better"]),
            st.sampled_from([0, 0.5, "lower"]),
        ),
        max_size=1,
    ),
    st.text(max_size=8),
)


LIKELY: dict[str, list[Any]] = {
    "tags": ["train", ["test"], []],
    "expires": ["24*60*60", " 3 * 4 ", -1, 7],
    "cache_memory": ["500 MB", ".5k", 1, None],
    "memory": ["2 GB", None],
    "max_body": ["10 MB", 1],
    "options": [{}],
    "storage_options": [{}, {"key_var": "K"}],
    "columns": [["a"], None],
    "mode": ["append", "replace", "error"],
    "engine": ["auto", "sqlalchemy"],
    "refresh": [1, 0.5],
    "check_responses": [False, "off", "sample", None],
    "version": ["1.0.0", "2", "1.0.0-rc1", "1.0+abc"],
    "promote_if": [{"accuracy": {"at_least": 1}}, {}],
    "golden_predictions": [{"requests": 0}, {}],
    "signing": [{"public_key": "a.pem"}],
    "location": ["s3://bucket/models", "store"],
    "timeout": [1, 2.5],
}
"""Values of keys that are likely to be valid."""


def changed(key: str) -> st.SearchStrategy[tuple[str, Any]]:
    """Return a key with one of the values that it may have, or with any other."""
    likely = st.sampled_from(LIKELY.get(key, ["a"]))
    return st.tuples(st.just(key), st.one_of(likely, VALUES))


def classes() -> dict[str, type[Settings]]:
    """Return the settings of all types that our plugins provide, and of the core."""
    found: dict[str, type[Settings]] = {"api": ApiSettings, "plugins": PluginSettings}
    for plugin in load_plugins():
        for one in plugin.registrations:
            if one.kind in ("command", "API format"):
                continue
            module, _, name = one.implementation.partition(":")
            implementation = getattr(importlib.import_module(module), name)
            found[f"{one.kind} {one.type}"] = implementation.Config
            if getattr(implementation, "Connection", None) is not None:
                found[f"connection {one.type}"] = implementation.Connection
    return found


CLASSES = classes()


@pytest.mark.parametrize("name", CLASSES)
def test_what_settings_accept_is_accepted(name: str) -> None:
    own = CLASSES[name]
    schema, definitions = settings_schema(own, label=name.replace(" ", "."))
    validator = jsonschema_rs.Draft202012Validator({**schema, "$defs": definitions})
    names = sorted({*schema["properties"]} - {"type"})
    base = {"type": name.split()[-1]} if "type" in schema["properties"] else {}
    for key, written in WRITTEN.items():
        if key in names:
            base |= written
    if name == "model store fsspec":
        base["location"] = "s3://bucket/models"
    accepted = []

    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.sampled_from(names).flatmap(changed), max_size=2))
    def same(changes: list[tuple[str, Any]]) -> None:
        section = {**base, **dict(changes)}
        try:
            validate(Section(section), own)
        except ConfigError:
            return
        accepted.append(section)
        validator.validate(section)

    same()
    assert len(accepted) > 10, f"hardly anything is valid beside {base}"
