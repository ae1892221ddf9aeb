"""Each way in which a type can't be resolved has its own sentence, for every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from launchpad_core import known_types, plugins
from launchpad_core.config import read_config
from launchpad_core.discovery import InstalledPlugin, installed_plugins
from launchpad_core.errors import ConfigErrors
from launchpad_core.resolution import resolve
from launchpad_core.testing import fake_distribution, installed

BLOCK = "# --- Types of third parties: add your lines here, in alphabetical order.\n"
MODEL = "model:\n  name: M\n  version: '1.0.0'\n  module: m\n"


@dataclass(frozen=True)
class Kind:
    """A kind of type, and how a plugin provides the one of it that is tried here.

    Attributes:
        name: What messages call the kind.
        type: The type; ``launchpad-TYPE`` is known to provide it.
        hook: The hook.
        registration: The class of the registration.
        base: The base class of implementations.
        config: A config that names a type in its line 3.
        written: How the type is written in a config.
        subject: What messages call it.
        others: What the core provides of the kind.
    """

    name: str
    type: str
    hook: str
    registration: str
    base: str
    config: str
    written: str
    subject: str = 'type "{}"'
    others: str = ""

    @property
    def distribution(self) -> str:
        return f"launchpad-{self.type}"

    def called(self, type_: str) -> str:
        return self.subject.format(type_)

    def plugin(self, address: str = "{package}.made:Made") -> str:
        return (
            f"from launchpad_core import {self.registration}, hookimpl\n"
            f"@hookimpl\ndef {self.hook}():\n"
            f'    yield {self.registration}("{self.type}",\n'
            f'        implementation="{address}", summary="x")\n'
        )

    def made(self) -> str:
        return f"from launchpad_core import {self.base}\nclass Made({self.base}): ...\n"


SOURCE = Kind(
    "data source",
    "weather",
    "launchpad_data_sources",
    "DataSourceType",
    "DataSource",
    "datasources:\n  x:\n    type: {}\n" + MODEL,
    "datasources: {NAME: {type: weather}}",
)
SINK = Kind(
    "data sink",
    "mail",
    "launchpad_data_sinks",
    "DataSinkType",
    "DataSink",
    "datasinks:\n  x:\n    type: {}\n" + MODEL,
    "datasinks: {NAME: {type: mail}}",
)
MODEL_TYPE = Kind(
    "model type",
    "julia",
    "launchpad_model_types",
    "ModelType",
    "ModelRuntime",
    "model:\n  name: M\n  type: {}\n  version: '1.0.0'\n  module: m\n",
    "model: {type: julia}",
    others="python",
)
FORMAT = Kind(
    "API format",
    "typespec",
    "launchpad_api_formats",
    "ApiFormatType",
    "ApiFormat",
    "api:\n  name: a\n  {}: file\n" + MODEL,
    "api: {typespec: FILE}",
    subject='API format "{}"',
)
STORE = Kind(
    "model store",
    "bucket",
    "launchpad_model_stores",
    "ModelStoreType",
    "ModelStore",
    "model_store:\n  location: x\n  type: {}\n" + MODEL,
    "model_store: {type: bucket}",
    others="directory",
)
KINDS = (SOURCE, SINK, MODEL_TYPE, FORMAT, STORE)

each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder of distributions; beside them only the core is installed.

    Third parties have added a line for each of the types that are tried here.
    """
    monkeypatch.chdir(tmp_path)
    lines = [f"{kind.name} {kind.type}: {kind.distribution}\n" for kind in KINDS]
    text = known_types.FILE.read_text("utf-8").replace(BLOCK, BLOCK + "".join(lines))
    (tmp_path / "known_types.yml").write_text(text)
    monkeypatch.setattr(known_types, "FILE", tmp_path / "known_types.yml")
    own = {
        found.distribution
        for found in installed_plugins()
        if found.distribution != "launchpad-core"
    }

    def without_own() -> Iterator[InstalledPlugin]:
        return (it for it in installed_plugins() if it.distribution not in own)

    monkeypatch.setattr(plugins, "installed_plugins", without_own)
    known_types.known_types.cache_clear()
    with installed(tmp_path / "site"):
        yield tmp_path / "site"
    known_types.known_types.cache_clear()


def provide(site: Path, kind: Kind, name: str = "", made: str | None = None) -> None:
    modules = {"made": kind.made() if made is None else made}
    fake_distribution(
        site, name or kind.distribution, plugin=kind.plugin(), modules=modules
    )


def told(text: str) -> str:
    Path("cfg.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigErrors) as told:
        resolve(read_config("cfg.yml"), tags=("train", "test", "predict"))
    assert told.value.exit_status == 2
    return str(told.value)


# Known, and not usable


@each
def test_not_installed(kind: Kind) -> None:
    assert told(kind.config.format(kind.type)) == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by {kind.distribution}, "
        f"which is not installed\n  try: pip install {kind.distribution}"
    )


@each
def test_broken(kind: Kind, site: Path) -> None:
    fake_distribution(site, kind.distribution, plugin="raise RuntimeError('no cat')")

    assert told(kind.config.format(kind.type)) == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by {kind.distribution}, "
        "which is broken: RuntimeError: no cat\n"
        f"  try: pip install --force-reinstall {kind.distribution}"
    )


@each
def test_made_for_another_core(kind: Kind, site: Path) -> None:
    requires = ["launchpad-core<0.0.2,>=0.0.1"]
    fake_distribution(site, kind.distribution, requires=requires)

    assert told(kind.config.format(kind.type)) == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by {kind.distribution}, "
        "which is incompatible: needs launchpad-core>=0.0.1,<0.0.2\n"
        f"  try: pip install --upgrade launchpad-core {kind.distribution}"
    )


@each
def test_too_old_to_provide_it(kind: Kind, site: Path) -> None:
    fake_distribution(site, kind.distribution, plugin="", version="0.9")

    assert told(kind.config.format(kind.type)) == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by {kind.distribution}, "
        "but not by its version 0.9, which is installed\n"
        f"  try: pip install --upgrade {kind.distribution}"
    )


@each
def test_disabled_by_the_environment(
    kind: Kind, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provide(site, kind)
    monkeypatch.setenv("LAUNCHPAD_NO_PLUGIN", kind.type)

    assert told(kind.config.format(kind.type)) == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by {kind.distribution}, "
        "which is disabled: switched off by --no-plugin or LAUNCHPAD_NO_PLUGIN\n"
        f"  try: don't switch {kind.distribution} off"
    )


@each
def test_disabled_by_the_config(kind: Kind, site: Path) -> None:
    provide(site, kind)
    switches = f"plugins: {{disable: [{kind.distribution}]}}\n"

    assert told(kind.config.format(kind.type) + switches) == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by {kind.distribution}, "
        "which is disabled: switched off by plugins: disable in the config\n"
        f"  try: don't switch {kind.distribution} off"
    )


def test_disabled_core_is_told_where_it_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LAUNCHPAD_NO_PLUGIN", "core")

    assert told("# A model, and nothing else\n" + MODEL) == (
        'cfg.yml:2: type "directory" is provided by launchpad-core, which is disabled: '
        "switched off by --no-plugin or LAUNCHPAD_NO_PLUGIN "
        "(try: don't switch launchpad-core off)\n"
        'cfg.yml:3: type "python" is provided by launchpad-core, which is disabled: '
        "switched off by --no-plugin or LAUNCHPAD_NO_PLUGIN "
        "(try: don't switch launchpad-core off)"
    )


# Unknown


@each
@pytest.mark.parametrize("is_installed", [True, False])
def test_misspelt(kind: Kind, is_installed: bool, site: Path) -> None:
    if is_installed:
        provide(site, kind)
    fake_distribution(site, "launchpad-other", plugin="raise RuntimeError('no cat')")

    assert told(kind.config.format(f"{kind.type}s")) == (
        f"cfg.yml:3: no plugin provides {kind.called(f'{kind.type}s')}\n"
        f'  try: did you mean "{kind.type}"?'
    )


@each
def test_misspelt_in_upper_case(kind: Kind, site: Path) -> None:
    provide(site, kind)

    assert told(kind.config.format(kind.type.upper())) == (
        f"cfg.yml:3: no plugin provides {kind.called(kind.type.upper())}\n"
        f'  try: did you mean "{kind.type}"?'
    )


@each
def test_unknown(kind: Kind, site: Path) -> None:
    provide(site, kind)
    known = ", ".join(sorted(filter(None, (kind.type, kind.others))))

    assert told(kind.config.format("quantum")) == (
        f"cfg.yml:3: no plugin provides {kind.called('quantum')}\n"
        f"  try: {known}, or install a plugin that provides it"
    )


@pytest.mark.parametrize("kind", [SOURCE, SINK, FORMAT], ids=lambda kind: kind.name)
def test_unknown_where_nothing_of_the_kind_is_provided(kind: Kind) -> None:
    assert told(kind.config.format("quantum")) == (
        f"cfg.yml:3: no plugin provides {kind.called('quantum')}\n"
        "  try: install a plugin that provides it"
    )


@each
def test_unknown_and_a_bad_plugin_might_provide_it(kind: Kind, site: Path) -> None:
    fake_distribution(site, "launchpad-quanta", plugin="raise RuntimeError('no cat')")

    assert told(kind.config.format("quantum")) == (
        f"cfg.yml:3: no plugin provides {kind.called('quantum')}; "
        "launchpad-quanta might, but is broken: RuntimeError: no cat\n"
        "  try: pip install --force-reinstall launchpad-quanta"
    )


@each
def test_unknown_and_a_broken_module_of_the_project_might_provide_it(
    kind: Kind,
) -> None:
    Path("mine.py").write_text("raise RuntimeError('no cat')")

    assert told(kind.config.format(f"{kind.type}s") + "plugins: [mine]\n") == (
        f"cfg.yml:3: no plugin provides {kind.called(f'{kind.type}s')}; "
        'project-local plugin "mine" might, but is broken: RuntimeError: no cat\n'
        f'  try: correct mine; did you mean "{kind.type}"?'
    )


@each
@pytest.mark.parametrize("is_installed", [True, False])
def test_wrong_kind(kind: Kind, is_installed: bool, site: Path) -> None:
    for other in KINDS:
        if is_installed:
            provide(site, other)
        if other is not kind:
            assert told(kind.config.format(other.type)) == (
                f'cfg.yml:3: type "{other.type}" is {a(other.name)}, '
                f"not {a(kind.name)}\n  try: {other.written}"
            )


def test_wrong_kind_that_two_other_kinds_have() -> None:
    assert told(STORE.config.format("csv")) == (
        'cfg.yml:3: type "csv" is a data source and a data sink, not a model store\n'
        "  try: datasources: {NAME: {type: csv}} or datasinks: {NAME: {type: csv}}"
    )


# Several


@each
def test_clash(kind: Kind, site: Path) -> None:
    provide(site, kind)
    provide(site, kind, f"launchpad-also-{kind.type}")

    assert told(kind.config.format(kind.type)) == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by "
        f"launchpad-also-{kind.type} and {kind.distribution}\n"
        f"  try: plugins: {{prefer: {{{kind.type}: launchpad-also-{kind.type}}}}}"
    )


@each
def test_clash_within_a_distribution(kind: Kind, site: Path) -> None:
    fake_distribution(
        site,
        kind.distribution,
        plugin=kind.plugin(),
        modules={"made": kind.made(), "again": kind.plugin()},
        entry_points={
            "one": f"launchpad_{kind.type}.plugin",
            "two": f"launchpad_{kind.type}.again",
        },
    )

    assert told(kind.config.format(kind.type)) == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by "
        f'{kind.distribution} ("one") and {kind.distribution} ("two")\n'
        "  try: plugins: {disable: [two]}"
    )


@each
def test_clash_within_the_project(kind: Kind) -> None:
    for module in ("mine", "ours"):
        text = kind.plugin(f"{module}:Made") + kind.made()
        Path(f"{module}.py").write_text(text)

    assert told(kind.config.format(kind.type) + "plugins: [mine, ours]\n") == (
        f"cfg.yml:3: {kind.called(kind.type)} is provided by "
        'project-local plugin "mine" and project-local plugin "ours"\n'
        "  try: give them different types, or remove ours from plugins:"
    )


@each
@pytest.mark.parametrize(
    ("plugin", "cause"),
    [
        (None, ": it is not installed"),
        ("", ""),
        ("raise RuntimeError('no cat')", ": it is broken: RuntimeError: no cat"),
    ],
)
def test_preference_for_somebody_who_does_not_provide_it(
    kind: Kind, plugin: str | None, cause: str, site: Path
) -> None:
    provide(site, kind)
    provide(site, kind, f"launchpad-also-{kind.type}")
    if plugin is not None:
        fake_distribution(site, "launchpad-fast", plugin=plugin)
    switches = f"plugins:\n  prefer:\n    {kind.type}: launchpad-fast\n"

    line = kind.config.count("\n") + 3
    assert told(kind.config.format(kind.type) + switches) == (
        f"cfg.yml:{line}: plugins: prefer: launchpad-fast does not provide "
        f'"{kind.type}"{cause}\n'
        f"  try: prefer launchpad-also-{kind.type} or {kind.distribution}"
    )


def test_preference_for_a_kind_leaves_the_only_one_of_another(site: Path) -> None:
    fast = SOURCE.plugin().replace(SOURCE.type, SINK.type)
    fake_distribution(site, "launchpad-fast", plugin=fast)
    provide(site, SINK)
    switches = f"plugins: {{prefer: {{{SINK.type}: launchpad-fast}}}}\n"
    Path("cfg.yml").write_text(SINK.config.format(SINK.type) + switches)

    resolution = resolve(read_config("cfg.yml"), tags=["train"])

    assert resolution.sinks["x"].implementation.__module__ == "launchpad_mail.made"


# Provided by something that can't be used


@each
def test_implementation_that_cannot_be_imported(kind: Kind, site: Path) -> None:
    provide(site, kind, made="import no_such_module")

    assert told(kind.config.format(kind.type)) == (
        f'cfg.yml:3: {kind.distribution} 1.0 can\'t provide "{kind.type}": '
        "ModuleNotFoundError: No module named 'no_such_module'\n"
        f"  try: pip install --upgrade {kind.distribution}, or tell its authors"
    )


@each
def test_implementation_that_is_not_there(kind: Kind, site: Path) -> None:
    provide(site, kind, made="")

    assert told(kind.config.format(kind.type)) == (
        f'cfg.yml:3: {kind.distribution} 1.0 can\'t provide "{kind.type}": '
        f"there is no Made in launchpad_{kind.type}.made\n"
        f"  try: pip install --upgrade {kind.distribution}, or tell its authors"
    )


@each
@pytest.mark.parametrize("made", ["class Made: ...", "Made = 5"])
def test_implementation_of_a_wrong_class(kind: Kind, made: str, site: Path) -> None:
    provide(site, kind, made=made)

    assert told(kind.config.format(kind.type)) == (
        f"cfg.yml:3: {kind.distribution} 1.0 provides {kind.called(kind.type)} by "
        f"launchpad_{kind.type}.made:Made, which is no {kind.base}\n"
        f"  try: pip install --upgrade {kind.distribution}, or tell its authors"
    )


@each
def test_implementation_in_the_project_of_a_wrong_class(kind: Kind) -> None:
    Path("mine.py").write_text(kind.plugin("mine:Made") + "class Made: ...\n")

    assert told(kind.config.format(kind.type) + "plugins: [mine]\n") == (
        f'cfg.yml:3: project-local plugin "mine" provides {kind.called(kind.type)} '
        f"by mine:Made, which is no {kind.base}\n  try: correct mine"
    )


def test_section_of_plugins_that_is_wrong_hides_no_types_of_others() -> None:
    assert told(MODEL + "plugins: mine\n") == (
        "cfg.yml:5: plugins must be a list of modules, or local:, disable: and prefer:"
    )


@each
@pytest.mark.parametrize(
    ("module", "reason", "remedy"),
    [
        ("mine", "", "write mine.py, or correct its name in plugins:"),
        (
            "nine.py",
            "; 'nine' is not a package",
            "name it without .py in plugins:, as nine",
        ),
    ],
)
def test_unknown_and_a_module_of_the_project_that_is_not_there(
    kind: Kind, module: str, reason: str, remedy: str
) -> None:
    Path("nine.py").touch()

    assert told(kind.config.format("quantum") + f"plugins: [{module}]\n") == (
        f"cfg.yml:3: no plugin provides {kind.called('quantum')}; project-local plugin "
        f'"{module}" might, but is broken: ModuleNotFoundError: '
        f"No module named '{module}'{reason}\n  try: {remedy}"
    )


# By way of a connection


def referring(kind: Kind, to: str, connection: str = "") -> str:
    """Return a config whose line 3 refers to a connection that is in its line 6."""
    return kind.config.format(to).replace(MODEL, "") + connection + MODEL


WAREHOUSE = "dbms:\n  warehouse:\n    type: {}\n"
data = pytest.mark.parametrize("kind", [SOURCE, SINK], ids=lambda kind: kind.name)


@data
@pytest.mark.parametrize(
    ("type_", "hint"),
    [
        ("dbms.warehuose", 'did you mean "dbms.warehouse"?'),
        ("dbsm.warehouse", 'did you mean "dbms.warehouse"?'),
        ("dbms.sql", "add sql: to the section dbms:"),
    ],
)
def test_dangling_reference(kind: Kind, type_: str, hint: str) -> None:
    section, _, name = type_.partition(".")

    assert told(referring(kind, type_, WAREHOUSE.format("sql"))) == (
        f'cfg.yml:3: type "{type_}" refers to {name} in the section {section}, which '
        f"is not written\n  try: {hint}"
    )


@data
def test_dangling_reference_is_like_no_other_by_its_section_alone(kind: Kind) -> None:
    assert told(referring(kind, "dbms.sql", "dbms:\n  ora: {type: oracle}\n")) == (
        'cfg.yml:3: type "dbms.sql" refers to sql in the section dbms, which '
        "is not written\n  try: add sql: to the section dbms:"
    )


@data
def test_reference_without_any_connections(kind: Kind) -> None:
    assert told(referring(kind, "dbms.warehouse")) == (
        'cfg.yml:3: type "dbms.warehouse" refers to warehouse in the section dbms, '
        "which is not written\n  try: add warehouse: to the section dbms:"
    )


@data
@pytest.mark.parametrize(
    ("type_", "message"),
    [
        (
            "sql",
            'type "dbms.sql" is provided by launchpad-sources-sql, which is not '
            "installed\n  try: pip install launchpad-sources-sql",
        ),
        ("sqll", 'no plugin provides type "dbms.sqll"\n  try: did you mean "sql"?'),
        (
            "quantum",
            'no plugin provides type "dbms.quantum"\n'
            "  try: install a plugin that provides it",
        ),
        ("5", 'dbms: warehouse: "type" should be text, not 5'),
    ],
)
def test_type_of_a_connection(kind: Kind, type_: str, message: str) -> None:
    text = referring(kind, "dbms.warehouse", WAREHOUSE.format(type_))

    assert told(text) == f"cfg.yml:6: {message}"


@data
def test_connection_without_a_type(kind: Kind) -> None:
    connection = "dbms:\n  warehouse:\n    url: sqlite://\n"

    assert told(referring(kind, "dbms.warehouse", connection)) == (
        'cfg.yml:6: dbms: warehouse: "type" is missing\n  try: add type: ...'
    )


@data
def test_connection_that_is_no_section(kind: Kind) -> None:
    assert told(referring(kind, "dbms.warehouse", "dbms:\n  warehouse: sql\n")) == (
        "cfg.yml:5: dbms: warehouse must be a section with keys"
    )


@data
def test_connection_of_a_wrong_kind(kind: Kind, site: Path) -> None:
    other = SINK if kind is SOURCE else SOURCE
    only = other.plugin().replace(f'"{other.type}"', '"dbms.only"')
    fake_distribution(site, "launchpad-only", plugin=only)
    written = other.written.replace(other.type, "dbms.CONNECTION")

    assert told(referring(kind, "dbms.warehouse", WAREHOUSE.format("only"))) == (
        f'cfg.yml:3: type "dbms.only" is {a(other.name)}, not {a(kind.name)}\n'
        f"  try: {written}"
    )


@data
@pytest.mark.parametrize(
    ("type_", "connection"),
    [("sql", "{type: sql}"), ("dbms", "{type: ...}")],
)
def test_type_that_needs_a_connection(kind: Kind, type_: str, connection: str) -> None:
    assert told(referring(kind, type_)) == (
        f'cfg.yml:3: no plugin provides type "{type_}"\n'
        f"  try: type: dbms.NAME, with dbms: {{NAME: {connection}}}"
    )


@data
def test_type_with_a_point_too_many(kind: Kind, site: Path) -> None:
    provide(site, kind)

    assert told(kind.config.format(f"{kind.type}.")) == (
        f'cfg.yml:3: no plugin provides type "{kind.type}."\n'
        f'  try: did you mean "{kind.type}"?'
    )


def test_type_of_a_store_that_is_no_text() -> None:
    assert told(STORE.config.format("5")) == (
        'cfg.yml:3: model_store: "type" should be text, not 5'
    )


def test_format_that_is_written_as_a_type() -> None:
    assert told("api:\n  name: a\n  type: raml\n" + MODEL) == (
        'cfg.yml:3: api: unknown key "type": a format is a key itself\n'
        "  try: raml: FILE"
    )


def test_path_that_is_no_text() -> None:
    assert told(STORE.config.replace("x", "5").format("directory")) == (
        'cfg.yml:2: model_store: "location": should be a path, not 5'
    )


def a(kind: str) -> str:
    return f"an {kind}" if kind.startswith("API") else f"a {kind}"
