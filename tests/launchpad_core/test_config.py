"""Reading configs: files, includes, positions, and all mistakes at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from launchpad_core import get_validated_config, get_validated_config_str
from launchpad_core.config import plugin_switches, read_config
from launchpad_core.config_sections import ApiSettings
from launchpad_core.environment import with_variables
from launchpad_core.errors import ConfigError, ConfigErrors, MissingVariable
from launchpad_core.masking import without_secrets
from launchpad_core.positions import shown_path
from launchpad_core.settings import validate

NO_MAPPING = "a config is a mapping of sections, such as model: and api:"
MODEL = "model: {name: M, version: '1.0.0', module: m}\n"


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def mistakes(text: str) -> str:
    Path("cfg.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        get_validated_config("cfg.yml")
    return str(told.value)


def test_paths_are_shown_in_full_where_relative_ones_mislead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a" / "b"
    shown = {}
    for folder in (tmp_path, tmp_path / "c", Path(tmp_path.anchor)):
        folder.mkdir(exist_ok=True)
        monkeypatch.chdir(folder)
        shown[folder.name] = shown_path(path)

    assert shown == {tmp_path.name: "a/b", "c": str(path), "": str(path)}


def test_config_is_a_dict_as_it_is_written() -> None:
    config = get_validated_config_str(MODEL + "own: {keys: [1, Grüße]}\n")

    assert config == {
        "model": {"name": "M", "version": "1.0.0", "module": "m"},
        "own": {"keys": [1, "Grüße"]},
    }


def test_config_is_found_by_argument_environment_and_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("given", "environment", "LAUNCHPAD_CFG"):
        Path(f"{name}.yml").write_text(MODEL.replace("name: M", f"name: {name}"))

    assert read_config()["model"]["name"] == "LAUNCHPAD_CFG"
    monkeypatch.setenv("LAUNCHPAD_CFG", "environment.yml")
    assert read_config()["model"]["name"] == "environment"
    assert read_config("given.yml")["model"]["name"] == "given"


def test_section_api_takes_sizes_and_words_as_people_write_them() -> None:
    Path("cfg.yml").write_text("api: {name: x, max_body: 2 MB, check_responses: off}")

    settings = validate(read_config("cfg.yml")["api"], ApiSettings)

    assert (settings.max_body, settings.check_responses) == (2_000_000, "off")


def test_no_config_at_all_is_told() -> None:
    with pytest.raises(ConfigError) as told:
        read_config()

    assert str(told.value) == (
        "there is no config: no --config, no LAUNCHPAD_CFG, no ./LAUNCHPAD_CFG.yml\n"
        "  try: launchpad --config FILE"
    )


def test_missing_config_is_told() -> None:
    with pytest.raises(ConfigError) as told:
        read_config("no.yml")

    assert str(told.value) == (
        "can't read no.yml: No such file or directory\n"
        "  try: name another file with --config FILE or LAUNCHPAD_CFG"
    )


def test_positions_go_through_includes(write: Callable[..., Path]) -> None:
    write(
        cfg_yml="""
            model: !include parts/model.yml
            datasources: !include parts/data.yml
            dbms: 3
        """
    )
    Path("parts").mkdir()
    Path("parts/model.yml").write_text("name: a/b\nversion: '1'\n")
    Path("parts/data.yml").write_text("x:\n  y: !include deep.yml\n")
    Path("parts/deep.yml").write_text("\n\npath: p\n")

    assert mistakes(Path("cfg.yml").read_text()).splitlines() == [
        "parts/model.yml:1: model: \"name\": 'a/b' is no name: use up to 100 letters, "
        "digits, _ - and ., and begin with a letter or a digit",
        'parts/data.yml:2: datasources: x: "type" is missing (try: add type: ...)',
        "cfg.yml:3: dbms must hold named sections",
    ]


def test_included_queries_are_text() -> None:
    Path("query.sql").write_text("SELECT 1: yes\n")
    Path("cfg.yml").write_text(MODEL + "own: !include query.sql\n")

    config = get_validated_config("cfg.yml")

    assert config["own"] == "SELECT 1: yes\n"
    assert config.files == (Path("cfg.yml"), Path("query.sql"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"cfg.yml:1: {NO_MAPPING}"),
        (
            "- a\n",
            "cfg.yml:1: a config is a mapping of sections, such as model: and api:",
        ),
        (
            "a: 1\nb: [1\n",
            "cfg.yml:3: this is not YAML: expected ',' or ']', but got '<stream end>'",
        ),
        (
            "a:\n\tb: 1\n",
            "cfg.yml:2: this is not YAML: found character '\\t' that cannot start any "
            "token\n  try: indent with spaces: there is a tab",
        ),
        (
            "a 1\nb: 2\n",
            "cfg.yml:2: this is not YAML: mapping values are not allowed here\n"
            "  try: add the colon that the line before lacks, or quote text that has a "
            "colon",
        ),
        (
            "a: 1\na: 2\n",
            'cfg.yml:2: the key "a" is written twice; first at cfg.yml:1\n'
            "  try: remove one of the two",
        ),
        ("a: !!bool x\n", "cfg.yml:1: 'x' is no bool"),
        ("a: 2024-13-45\n", "cfg.yml:1: '2024-13-45' is no timestamp"),
        ("a: &x [*x]\n", "cfg.yml:1: this YAML alias contains itself"),
        (
            "a: !include no.yml\n",
            "cfg.yml:1: can't read no.yml: No such file or directory\n"
            "  try: included files are looked for beside the including one",
        ),
        (
            "a: 1\nb: !include cfg.yml\n",
            "cfg.yml:2: cfg.yml includes itself",
        ),
        (
            "a: !!python/object/apply:os.getcwd []\n",
            "cfg.yml:1: the tag tag:yaml.org,2002:python/object/apply:os.getcwd "
            "is not allowed",
        ),
        (
            "a: 1\n",
            "cfg.yml:1: there is no model section\n"
            "  try: add model: with name:, version: and module:",
        ),
        (
            "model: {name: M, version: '1'}\napi: {name: a, version: v1}\n",
            'cfg.yml:2: api: the key "version" is not allowed\n'
            "  try: the API's version is the first number of model: version",
        ),
        (
            "model: {name: M, version: one}\n",
            "cfg.yml:1: model: \"version\": 'one' is no version: write one such as "
            "'1.0.0'",
        ),
        (
            MODEL + "datasource: {}\n",
            'cfg.yml:2: unknown section "datasource"\n'
            '  try: did you mean "datasources"?',
        ),
    ],
)
def test_mistake_is_told_with_its_position(text: str, message: str) -> None:
    assert mistakes(text) == message


def test_yaml_bomb_is_limited() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]

    assert "this holds more than 100000 values" in mistakes("\n".join(lines))


def test_merged_keys_are_read_as_yaml_has_them() -> None:
    config = get_validated_config_str(
        MODEL + "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n"
    )

    assert config["b"] == {"x": 1, "y": 3}


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("plugins: [one, two]\n", ["one", "two"]),
        ("plugins: {local: [one]}\n", ["one"]),
        ("", []),
    ],
)
def test_plugins_have_a_short_and_a_long_form(written: str, local: list[str]) -> None:
    config = get_validated_config_str(MODEL + written)

    assert list(plugin_switches(config).local) == local


def test_variables_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_PW", "secret")
    config = get_validated_config_str(
        MODEL + "dbms: {x: {type: t, user: me, options: {password_var: MY_PW}}}\n"
    )

    assert with_variables(config["dbms"]["x"]) == {
        "type": "t",
        "user": "me",
        "options": {"password": "secret"},
    }


def test_variable_that_is_not_set_is_told() -> None:
    Path("cfg.yml").write_text(MODEL + "dbms:\n  x: {type: t, pw_var: NO_SUCH}\n")

    with pytest.raises(MissingVariable) as told:
        with_variables(get_validated_config("cfg.yml")["dbms"]["x"])

    assert str(told.value) == (
        "cfg.yml:3: the environment variable NO_SUCH is not set\n"
        "  try: export NO_SUCH=..."
    )


def test_secrets_are_masked_and_names_of_variables_are_not() -> None:
    assert without_secrets(
        {
            "password": "x",
            "password_var": "MY_PW",
            "api_key": "x",
            "url": "postgresql://me:x@host/db?password=x&a=b",
            "options": [{"token": "x", "name": "n"}],
            "passes": 3,
        }
    ) == {
        "password": "***",
        "password_var": "MY_PW",
        "api_key": "***",
        "url": "postgresql://me:***@host/db?password=***&a=b",
        "options": [{"token": "***", "name": "n"}],
        "passes": 3,
    }


def test_errors_are_in_file_order_and_told_once() -> None:
    first, second = ConfigError("a"), ConfigError("a")

    assert ConfigErrors([first, second]).errors == (second,)
