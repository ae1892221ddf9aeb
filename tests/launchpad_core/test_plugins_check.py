"""``launchpad plugins check`` runs the contracts, and tells what is broken."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from terminal import in_terminal

from launchpad_core.testing import Finished, fake_distribution, installed, run_cli

Check = Callable[..., Finished]
CONFORMANCE = """
    import pytest
    from launchpad_core.testing import DataSourceContract

    class TestGood(DataSourceContract):
        type = "good"

        @pytest.fixture
        def section(self):
            return {"rows": 5}
"""
ENDS = """
        def test_that_ends(self):
            import os
            os._exit(7)
"""
FAILS = """
        @pytest.mark.parametrize("word", ["a", "b"])
        def test_one_letter(self, word):
            '''A letter is a.

            There is no other.
            '''
            print("This is no JSON")
            assert word == "a", "it is b"
"""
EXTENDS = """
    class TestMore(TestGood):
        @pytest.fixture
        def section(self, section):
            return {**section, "rows": 6}
"""
TWICE = """
    class TestMore(TestGood):
        pass
"""
WEAKENED = """
    from launchpad_core.testing import PluginContract

    class TestPlugin(PluginContract):
        distribution = "launchpad-good"

        def test_launchpad_core_has_bounds(self):
            pass
"""


LEAVES_OUT = """
        test_frames_are_the_same_each_time = None

        def test_explain_is_one_line(self):
            pass

    class TestMore(TestGood):
        pass
"""


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Return a function that installs a fake plugin, and checks it."""

    def checked(
        *args: str, name: str = "good", conformance: str = "", **says: Any
    ) -> Finished:
        site = fake_distribution(tmp_path / "site", **says)
        if conformance:
            module = site / "launchpad_good" / "conformance.py"
            module.write_text(dedent(conformance))
        with installed(site):
            return run_cli("plugins", "check", name, *args, cwd=tmp_path)

    return checked


def rows(done: Finished) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(done.stdout)
    return found


def failed(done: Finished) -> dict[str, str]:
    return {
        row["rule"]: row["reason"] for row in rows(done) if row["state"] == "failed"
    }


@pytest.mark.parametrize("name", ["good", "Launchpad_Good", "launchpad_good.plugin"])
def test_plugin_without_contracts_is_checked_as_a_plugin(
    check: Check, name: str
) -> None:
    done = check("--json", name=name)

    assert done.status == 0
    assert {row["contract"] for row in rows(done)} == {"PluginContract"}
    assert {row["state"] for row in rows(done)} == {"ok"}
    assert done.stderr.splitlines() == [
        f"launchpad-good 1.0: {len(rows(done))} ok, 0 failed, 0 skipped",
        'it ships no conformance.py, which would test: data source "good"',
    ]


def test_contracts_that_a_plugin_ships_are_run(check: Check) -> None:
    done = check(conformance=CONFORMANCE)

    assert (done.status, failed(done)) == (0, {})
    tested = {row["contract"]: row["class"] for row in rows(done)}
    assert tested == {
        "PluginContract": "TestPlugin",
        "DataSourceContract (good)": "TestGood",
    }
    assert len(done.stderr.splitlines()) == 1


def test_types_without_a_contract_are_named(check: Check) -> None:
    done = check(conformance="NOTHING = True")

    assert done.status == 0
    assert done.stderr.splitlines()[-1] == (
        'conformance.py has no contract for: data source "good"'
    )


def test_rule_that_is_broken_is_told(check: Check) -> None:
    done = check(requires=["launchpad-core>=0.1"])

    assert done.status == 1
    assert failed(done) == {
        "launchpad core has bounds": "it requires launchpad-core>=0.1, without an "
        "upper bound"
    }
    (row,) = (row for row in rows(done) if row["state"] == "failed")
    assert row["asked"] == (
        "The distribution requires launchpad-core, with a lower and an upper bound."
    )
    assert row["page"].endswith("contracts.md#plugincontract-launchpad-core-has-bounds")
    assert done.stderr.splitlines()[1:4] == [
        "PluginContract, TestPlugin: launchpad core has bounds",
        f"  found: {row['reason']}",
        f"  the contract: {row['asked']}",
    ]


def test_own_tests_of_a_plugin_are_told_as_well(check: Check) -> None:
    done = check(conformance=CONFORMANCE + FAILS)

    assert (done.status, failed(done)) == (
        1,
        {"one letter [b]": "AssertionError: it is b"},
    )
    (row,) = (row for row in rows(done) if row["state"] == "failed")
    assert (row["asked"], row["page"]) == ("A letter is a.", "")


def test_section_of_the_base_class_cannot_be_extended(check: Check) -> None:
    done = check("--json", conformance=CONFORMANCE + EXTENDS)

    told = "recursive dependency involving fixture 'section' detected"
    assert set(failed(done).values()) == {told}


def test_plugin_that_is_broken_is_told_why(check: Check) -> None:
    done = check(plugin="import not_there")

    assert done.status == 1
    assert failed(done) == {
        "every plugin can be used": "good is broken: ModuleNotFoundError: No module "
        "named 'not_there'"
    }


def test_contracts_that_can_not_be_imported_hide_no_others(check: Check) -> None:
    done = check(conformance="import not_there")

    assert done.status == 1
    assert failed(done) == {
        "it can be imported": "ModuleNotFoundError: No module named 'not_there'"
    }
    assert [row["contract"] for row in rows(done)].count("PluginContract") > 5


def test_plugin_can_not_change_what_is_asked_of_it(check: Check) -> None:
    done = check(conformance=CONFORMANCE + WEAKENED, requires=[])

    rules = [row["rule"] for row in rows(done)]
    assert rules.count("launchpad core has bounds") == 1
    assert list(failed(done)) == ["launchpad core has bounds"]


def test_rules_that_a_plugin_does_not_run_are_told(check: Check) -> None:
    done = check(conformance=CONFORMANCE + LEAVES_OUT)

    told = {
        (row["class"], row["rule"]): row["reason"]
        for row in rows(done)
        if row["state"] == "skipped"
    }
    assert told == {
        (name, rule): f"{name} {how}"
        for name in ("TestGood", "TestMore")
        for rule, how in (
            ("frames are the same each time", "leaves it out"),
            ("explain is one line", "has a test of its own instead"),
        )
    }


def test_end_of_the_process_is_told_with_the_rule(check: Check) -> None:
    done = check(conformance=CONFORMANCE + ENDS)

    assert done.status == 1
    assert (
        "not all rules were run: it ended in TestGood::test_that_ends, by status 7"
        in (done.stderr)
    )


def test_what_pytest_is_told_elsewhere_does_not_count(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (tmp_path / "conftest.py").write_text("raise SystemExit('conftest')\n")
    (tmp_path / "json.py").write_text("raise SystemExit('json')\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    monkeypatch.setenv("TMPDIR", str(tmp_path))

    assert check().status == 0


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("launchpad-god", 'did you mean "launchpad-good"?'),
        ("zzz", "launchpad plugins lists those there are"),
    ],
)
def test_unknown_plugin_is_a_mistake(check: Check, name: str, hint: str) -> None:
    done = check(name=name)

    assert (done.status, done.stdout) == (2, "")
    assert done.stderr == f'Error: no plugin is called "{name}"\n  try: {hint}\n'


def test_plugin_of_a_project_is_of_no_distribution(tmp_path: Path) -> None:
    (tmp_path / "LAUNCHPAD_CFG.yml").write_text("plugins: [my_sources]\n")
    (tmp_path / "my_sources.py").write_text("")

    done = run_cli("plugins", "check", "my_sources", cwd=tmp_path)

    assert (done.status, done.stdout) == (2, "")
    assert done.stderr == (
        'LAUNCHPAD_CFG.yml:1: project-local plugin "my_sources" is of no distribution; '
        "only those are checked\n  try: launchpad plugins promote my_sources\n"
    )


def test_terminal_gets_a_table_with_explanations(tmp_path: Path) -> None:
    program = f"{sysconfig.get_path('scripts')}/launchpad"
    with installed(fake_distribution(tmp_path, requires=[])):
        shown = in_terminal([program, "plugins", "check", "good"], tmp_path)

    progress, _, rest = shown.rpartition("\r\x1b[K")
    lines = rest.splitlines()
    assert "TestPlugin::test_it_is_installed_and_found" in progress
    assert lines[0].split() == ["CONTRACT", "RULE", "STATE", "REASON"]
    assert lines[1].split("  ")[0] == "PluginContract"
    assert lines[-6:-2] == [
        "PluginContract, TestPlugin: launchpad core has bounds",
        "  found: launchpad-good doesn't require launchpad-core",
        "  the contract: The distribution requires launchpad-core, with a lower and an "
        "upper bound.",
        lines[-3],
    ]
    assert lines[-3].startswith("  read more: ")


def test_terminal_tells_two_classes_of_a_type_apart(tmp_path: Path) -> None:
    program = f"{sysconfig.get_path('scripts')}/launchpad"
    site = fake_distribution(tmp_path)
    module = site / "launchpad_good" / "conformance.py"
    module.write_text(dedent(CONFORMANCE + TWICE))
    with installed(site):
        shown = in_terminal([program, "plugins", "check", "good"], tmp_path)

    lines = shown.rpartition("\r\x1b[K")[2].splitlines()
    assert lines[0].split() == ["CONTRACT", "CLASS", "RULE", "STATE", "REASON"]
    assert {"TestGood", "TestMore"} <= {
        line.split()[2] for line in lines if "(" in line
    }


def test_without_pytest_it_says_what_to_install(tmp_path: Path) -> None:
    path = []
    for folder in map(Path, sys.path):
        if (folder / "pytest").is_dir():
            folder = _without_pytest(folder, tmp_path / "site")
        path.append(str(folder))
    code = "from launchpad_core.cli import main; main()"

    done = subprocess.run(
        [sys.executable, "-S", "-c", code, "plugins", "check", "core"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (
        1,
        "Error: checking a plugin needs pytest\n"
        "  try: pip install 'launchpad-core[testing]'\n",
    )


def _without_pytest(site: Path, folder: Path) -> Path:
    folder.mkdir()
    for entry in site.iterdir():
        if not entry.name.startswith(("pytest", "_pytest")):
            (folder / entry.name).symlink_to(entry)
    return folder


def test_help_names_what_can_be_done() -> None:
    shown = run_cli("plugins", "--help").stdout

    assert "\n  check " in shown
    assert "No such command" in run_cli("plugins", "chek").stderr
