"""A plugin that is a module of a project becomes a distribution."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from baked_plugins import Baked

from launchpad_core.config import read_config
from launchpad_core.errors import LaunchpadError
from launchpad_core.promotion.promoting import promote

Cli = Callable[..., subprocess.CompletedProcess[str]]

SERVING = '''
"""Our own data."""

import pandas as pd
from launchpad_core import DataSource


class WeatherSource(DataSource):
    """Daily weather, one row per station."""

    serves = ["weather"]

    def get_dataframe(self, params=None, chunksize=None):
        self.refuse(params=params, chunksize=chunksize)
        return pd.DataFrame({"degrees": [self.config["degrees"]]})
'''
HOOKS = '''
"""Our own data."""

import pandas as pd
from launchpad_core import DataSource, DataSourceType, hookimpl


@hookimpl
def launchpad_data_sources():
    yield DataSourceType(
        "weather", implementation="my_sources:WeatherSource", summary="Daily weather"
    )


class WeatherSource(DataSource):
    class Config(DataSource.Config):
        degrees: float
        """How warm it is."""

    def get_dataframe(self, params=None, chunksize=None):
        self.refuse(params=params, chunksize=chunksize)
        return pd.DataFrame({"degrees": [self.settings.degrees]})
'''
MODEL = """
def train(data_sources):
    return float(data_sources["days"].get_dataframe()["degrees"].sum())

def test(model):
    return {"degrees": model}
"""
CONFIG = """\
# The weather model.
plugins:          # ours
  # read from the roof
  - my_sources    # to become a distribution

datasources:
  days: {type: weather,   degrees: 3.5, tags: train}   # as measured
model: {name: Weather, version: '1.0.0', module: my_model}
"""
WITHOUT = CONFIG.replace("plugins:          # ours\n", "").replace(
    "  - my_sources    # to become a distribution\n", ""
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    write(folder, {"my_sources.py": SERVING, "my_model.py": MODEL, "cfg.yml": CONFIG})
    return folder


def write(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.lstrip("\n").encode("utf-8"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


@pytest.mark.parametrize("module", [SERVING, HOOKS], ids=["serves", "hooks"])
def test_project_trains_with_what_was_promoted(
    module: str, project: Path, cli: Cli
) -> None:
    write(project, {"my_sources.py": module})

    done = cli("-c", "cfg.yml", "plugins", "promote", "my_sources", cwd=project)

    assert done.returncode == 0, done.stderr
    assert (project / "cfg.yml").read_text("utf-8") == WITHOUT
    (project / "my_sources.py").unlink()
    baked = Baked(project / "launchpad-sources-weather", project / "site")
    baked.build()
    train = ("-m", "launchpad_core", "-c", "cfg.yml", "train")
    trained = baked.run(*train, cwd=project)
    assert json.loads(trained.stdout) == {"degrees": 3.5}, trained.stderr
    tested = baked.test()
    assert tested.returncode == 0, tested.stdout


def test_what_to_do_next_is_told(project: Path, cli: Cli) -> None:
    done = cli("-c", "cfg.yml", "plugins", "promote", "my_sources", cwd=project)

    assert done.stderr == dedent(
        """\
        launchpad-sources-weather: the distribution launchpad-sources-weather
        cfg.yml: no longer lists my_sources
        next:
          pip install -e './launchpad-sources-weather[test]'
          pytest launchpad-sources-weather     # what its contracts still ask for
          rm my_sources.py     # once no other config lists it
        """
    )


def test_implementation_keeps_nothing_of_the_table_of_contents(project: Path) -> None:
    write(project, {"my_sources.py": HOOKS})

    done = promote(read_config(project / "cfg.yml"), "my_sources", output=project)

    package = done.folder / "src" / "launchpad_sources_weather"
    text = (package / "my_sources.py").read_text("utf-8")
    start, _, rest = HOOKS.lstrip("\n").partition("@hookimpl")
    start = start.replace("DataSource, DataSourceType, hookimpl", "DataSource")
    assert text == start + rest.partition("\n\n\n")[2]
    address = 'implementation="launchpad_sources_weather.my_sources:WeatherSource"'
    assert address in (package / "plugin.py").read_text("utf-8")


def test_types_of_one_class_are_tried_with_the_same_section(project: Path) -> None:
    text = SERVING.replace('["weather"]', '["climate", "weather"]')
    write(project, {"my_sources.py": text})

    done = promote(read_config(project / "cfg.yml"), "my_sources", output=project)

    (conformance,) = done.folder.rglob("conformance.py")
    assert conformance.read_text("utf-8").count('return {"degrees": 3.5}\n') == 2


def test_class_without_docstring_is_left_as_formatters_write_it(project: Path) -> None:
    docstring = '    """Daily weather, one row per station."""\n\n'
    write(project, {"my_sources.py": SERVING.replace(docstring, "")})

    done = promote(read_config(project / "cfg.yml"), "my_sources", output=project)

    package = done.folder / "src" / "launchpad_sources_weather"
    text = (package / "my_sources.py").read_text("utf-8")
    assert "class WeatherSource(DataSource):\n    def get_dataframe(" in text
    assert 'summary="WeatherSource"' in (package / "plugin.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("plugins: [my_sources]\n", ""),
        ("plugins: [other, my_sources]  # two\n", "plugins: [other]  # two\n"),
        ("plugins: [my_sources, other]\n", "plugins: [other]\n"),
        ("plugins:\n- other\n- my_sources\n# end\n", "plugins:\n- other\n# end\n"),
        ("plugins:\r\n  - other\r\n  - my_sources\r\n", "plugins:\r\n  - other\r\n"),
        ("plugins:\n  local: [my_sources]\n", ""),
        (
            "plugins:\n  local:\n    - my_sources\n  disable: [x]\n",
            "plugins:\n  disable: [x]\n",
        ),
        (
            "plugins: {disable: [x], local: [my_sources]} # long\n",
            "plugins: {disable: [x]} # long\n",
        ),
        ("plugins: !include plugins.yml\n", "plugins: !include plugins.yml\n"),
    ],
)
def test_all_else_in_the_config_stays(before: str, after: str, project: Path) -> None:
    rest = CONFIG.partition("distribution\n")[2]
    included = "# all\n- my_sources # this\n"
    texts = {"other.py": "import launchpad_core\n", "plugins.yml": included}
    write(project, {"cfg.yml": before + rest, **texts})

    promote(read_config(project / "cfg.yml"), "my_sources", output=project)

    assert (project / "cfg.yml").read_bytes().decode("utf-8") == after + rest
    changed = "# all\n[] # this\n" if "!include" in before else included
    assert (project / "plugins.yml").read_text("utf-8") == changed
    assert read_config(project / "cfg.yml").get("plugins") != ["my_sources"]


@pytest.mark.parametrize(
    ("texts", "asked", "told"),
    [
        (
            {"my_sources.py": "import my_model\n" + SERVING},
            "my_sources",
            "my_sources.py:1: it imports my_model, another module of the project\n"
            "  try: move what it needs of it into my_sources.py",
        ),
        (
            {"my_sources.py": "raise OSError('gone')"},
            "my_sources",
            'cfg.yml:4: project-local plugin "my_sources" is broken: OSError: gone',
        ),
        (
            {},
            "my_source",
            'cfg.yml:2: the config lists no project-local plugin "my_source"\n'
            '  try: did you mean "my_sources"?',
        ),
        (
            {"my_sources.py": "import launchpad_core\n"},
            "my_sources",
            'cfg.yml:4: project-local plugin "my_sources" provides nothing\n'
            '  try: serves = ["..."] in its class',
        ),
    ],
    ids=["imports", "broken", "misspelt", "nothing"],
)
def test_failure_leaves_all_as_it_was(
    texts: dict[str, str],
    asked: str,
    told: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(project, texts)
    monkeypatch.chdir(project)
    before = contents(project)

    with pytest.raises(LaunchpadError) as failed:
        promote(read_config("cfg.yml"), asked, output=Path())

    assert str(failed.value) == told
    assert contents(project) == before


def test_nothing_is_overwritten(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    (project / "launchpad-sources-weather").mkdir()
    before = contents(project)

    with pytest.raises(LaunchpadError) as failed:
        promote(read_config("cfg.yml"), "my_sources", output=Path())

    assert str(failed.value) == (
        "there is launchpad-sources-weather already, which is left as it is\n"
        "  try: another folder by --output, or another name by --name"
    )
    assert contents(project) == before


def test_config_that_cannot_be_written_leaves_no_distribution(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = read_config(project / "cfg.yml")
    monkeypatch.setattr("os.fsync", _full)
    before = contents(project)

    with pytest.raises(LaunchpadError, match=r"can't write .*cfg\.yml: No space left"):
        promote(config, "my_sources", output=project)

    assert contents(project) == before


def test_missing_cookiecutter_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import launchpad_core.promotion.template as template

    monkeypatch.setattr(template, "find_spec", lambda name: None)

    with pytest.raises(LaunchpadError) as failed:
        promote(read_config(project / "cfg.yml"), "my_sources", output=project)

    assert str(failed.value) == (
        "this needs the package cookiecutter, which is not installed\n"
        "  try: pip install 'launchpad-core[scaffold]'"
    )


def _full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")
