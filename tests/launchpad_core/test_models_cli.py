"""The commands below ``launchpad models``, in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from terminal import in_terminal

from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore

pytestmark = pytest.mark.slow

KEY = {"MY_KEY": "0123456789abcdef0123456789abcdef"}

Cli = Callable[..., Any]
Models = Callable[..., Any]


@pytest.fixture
def models(project: Path, cli: Cli) -> Models:
    """Return a function that runs ``launchpad models``."""
    return lambda *args, **more: cli("-c", "cfg.yml", "models", *args, **more)


@pytest.fixture
def builds(project: Path) -> ModelBuilds:
    return builds_of(project, "1.2.0")


def builds_of(project: Path, version: str) -> ModelBuilds:
    return ModelBuilds(
        DirectoryStore({"location": str(project / "store")}), "Sums", version
    )


def publish(
    builds: ModelBuilds, accuracy: float, objections: tuple[str, ...] = (), **more: Any
) -> Build:
    def write(folder: Path) -> None:
        (folder / "payload").mkdir()
        (folder / "payload" / "model.pkl").write_text(f"a model of {accuracy}")
        (folder / "payload" / "words.txt").write_text("some words")

    metadata = {
        "created": f"2026-01-01T00:00:0{int(accuracy * 10)}+00:00",
        "metrics": {"accuracy": accuracy},
    }
    return builds.publish(write, {**metadata, **more}, objections=lambda: objections)


@pytest.fixture
def three(builds: ModelBuilds) -> list[Build]:
    return [publish(builds, accuracy) for accuracy in (0.7, 0.8, 0.9)]


def terminal(project: Path, *args: str) -> str:
    command = str(Path(sys.executable).parent / "launchpad")
    return in_terminal([command, "-c", "cfg.yml", "models", *args], project)


def test_builds_are_listed_in_a_terminal(
    three: list[Build], builds: ModelBuilds, project: Path
) -> None:
    held = publish(builds, 0.6, objections=("too bad",), metrics={"a": [1], "b": 0.5})
    first, second, third = (build.id for build in three)
    (project / "store/Sums/1.2.0/builds" / second / "metadata.json").unlink()

    for args in ((), ("list",)):
        assert terminal(project, *args) == (
            "NAME  VERSION  BUILD             ALIASES  CREATED              METRICS\n"
            f"Sums  1.2.0    {first}           2026-01-01 00:00:07  accuracy 0.7\n"
            f"Sums  1.2.0    {second}                                "
            f"build {second} of Sums 1.2.0 is damaged: metadata.json is missing\n"
            f"Sums  1.2.0    {third}  live     2026-01-01 00:00:09  accuracy 0.9\n"
            f"Sums  1.2.0    {held.id}           2026-01-01 00:00:06  "
            "held back; b 0.5\n"
        )


def test_store_that_is_a_file_is_an_error(project: Path, cli: Cli) -> None:
    (project / "store").write_text("no folder")
    told = (
        "Error: the model store store is a file, not a folder\n"
        "  try: the name of a folder: model_store: {location: ...}\n"
    )

    for command in ("models", "retest", "train"):
        done = cli("-c", "cfg.yml", command)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.endswith(told)


def test_programs_read_a_row_for_each_build(
    three: list[Build], models: Models, project: Path
) -> None:
    shutil.rmtree(project / "store/Sums/1.2.0/builds" / three[0].id)

    damaged, whole, _ = json.loads(models().stdout)

    assert whole == {
        "name": "Sums",
        "version": "1.2.0",
        "build": three[1].id,
        "aliases": [],
        "held_back": False,
        "created": "2026-01-01T00:00:08+00:00",
        "metrics": {"accuracy": 0.8},
    }
    assert damaged["fault"].endswith("is damaged: metadata.json is missing")


def test_empty_store_is_named_and_stays_as_it_is(project: Path, models: Models) -> None:
    told = "there is no build in store\n  try: launchpad train\n"

    listed = models()
    assert (listed.stdout, listed.stderr) == ("[]\n", told)
    assert terminal(project) == told
    assert models("prune", "--keep", "5").stderr == "0 builds of 0 removed, 0 bytes\n"
    assert not (project / "store").exists()


def test_json_lists_as_mllaunchpad_does(three: list[Build], models: Models) -> None:
    for args in (("--json",), ("list", "--json")):
        listed = json.loads(models(*args).stdout)["Sums"]
        assert listed["1.2.0"] == listed["latest"]
        assert listed["latest"]["build"] == three[2].id
        assert [one["build"] for one in listed["backups"]] == [
            three[0].id,
            three[1].id,
        ]


def test_show_tells_what_is_known(
    builds: ModelBuilds, project: Path, models: Models
) -> None:
    build = publish(
        builds,
        0.9,
        created_by="rose",
        duration_seconds=1.5,
        code={"commit": "abc123", "dirty": True},
        system={
            "python": "3.11.7 (main)",
            "platform": "Linux",
            "host": "garden",
            "launchpad_version": "0.1.0",
            "packages": ["numpy==2.0", "pandas==3.0"],
        },
        data={"train": {"petals": {"rows": 150, "columns": [{"name": "width"}]}}},
    )
    builds.add_metrics(build, {"accuracy": 0.8})
    times = [entry.at[:19].replace("T", " ") for entry in builds.history().entries]
    by = builds.last().by
    files = build.metadata["files"]

    assert terminal(project, "show") == (
        f"build {build.id} of Sums 1.2.0\n"
        "  aliases     live\n"
        "  created     2026-01-01 00:00:09 by rose on garden, in 1.5 s\n"
        "  code        commit abc123, with changes that weren't committed\n"
        "  system      Python 3.11.7, Linux, launchpad 0.1.0, 2 packages\n"
        "  data        train: petals, 150 rows, 1 column\n"
        '  metrics     2026-01-01 00:00:09  {"accuracy": 0.9}\n'
        f'              {times[1]}  {{"accuracy": 0.8}}\n'
        "  files       payload/model.pkl  14 bytes  "
        f"{files['payload/model.pkl']['sha256'][:12]}\n"
        "              payload/words.txt  10 bytes  "
        f"{files['payload/words.txt']['sha256'][:12]}\n"
        f"  log         1. publish live by {by} at {times[0]}\n"
        f"              2. retest by {by} at {times[1]}\n"
    )
    shown = json.loads(models("show").stdout)
    assert shown["build"] == build.id
    assert shown["aliases"] == ["live"]
    assert shown["metrics"] == {"accuracy": 0.8}
    assert [entry["action"] for entry in shown["log"]] == ["publish", "retest"]


def test_build_is_called_by_alias_or_beginning_of_its_id(
    three: list[Build], project: Path, models: Models
) -> None:
    other = publish(builds_of(project, "1.0.0"), 0.5)

    for called, build in [
        ("live", three[2]),
        (three[0].id[:6], three[0]),
        (three[0].id.upper(), three[0]),
        ("1.0.0:live", other),
        (f"1.0.0:{other.id[:6]}", other),
        (f"1.2.0:{three[1].id}", three[1]),
    ]:
        assert json.loads(models("show", called).stdout)["build"] == build.id


def test_unknown_build_is_told_with_those_that_there_are(
    three: list[Build], project: Path, models: Models
) -> None:
    publish(builds_of(project, "1.0.0"), 0.5)
    newest_first = ", ".join(build.id for build in reversed(three))

    for args in (("show", "x"), ("promote", "x"), ("verify", "x"), ("diff", "x")):
        done = models(*args)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == (
            f"Error: there is no build x of Sums 1.2.0\n  try: live, {newest_first}\n"
        )
    assert models("show", "3.0.0:live").stderr == (
        "Error: there is no version 3.0.0 of Sums in store\n  try: 1.0.0, 1.2.0\n"
    )
    assert models("promote", "1.0.0:live").stderr == (
        "Error: there is no build 1.0.0:live of Sums 1.2.0\n"
        f"  try: live, {newest_first}\n"
    )


def test_nothing_is_trained_yet(project: Path, models: Models) -> None:
    assert models("list").stdout == "[]\n"
    assert models("verify").stdout == "[]\n"
    for args in (("show",), ("show", "live"), ("promote", "live"), ("diff", "live")):
        done = models(*args)
        assert done.returncode == 1
        assert done.stderr.endswith("  try: launchpad train\n")
    done = models("rollback")
    assert done.stderr == "Error: no other build of Sums 1.2.0 was live before\n"


def test_promote_serves_another_build(
    three: list[Build], builds: ModelBuilds, models: Models
) -> None:
    first, second, third = three

    told = models("promote", first.id[:8])
    again = models("promote", first.id)
    assert [entry.build for entry in builds.history().entries[3:]] == [first.sha256] * 2
    assert builds.history().stack("live") == [one.sha256 for one in (*three, first)]
    other = models("promote", "live", "--alias", "staging", "--json")

    assert told.stderr == f"{first} is live now; before it was {third.id}\n"
    assert again.stderr == (
        f"{first} is live as before; servers that refused it try again\n"
    )
    assert json.loads(other.stdout) == {
        "alias": "staging",
        "build": first.id,
        "before": None,
    }
    assert json.loads(models("promote", second.id, "--json").stdout) == {
        "alias": "live",
        "build": second.id,
        "before": first.id,
    }
    assert json.loads(models("show").stdout)["aliases"] == ["live"]


def test_damaged_build_is_not_promoted(
    three: list[Build], builds: ModelBuilds, project: Path, models: Models
) -> None:
    first = three[0]
    folder = project / "store/Sums/1.2.0/builds" / first.id
    (folder / "payload" / "model.pkl").write_text("a model of 0.0")

    for args in (("promote", first.id), ("alias", "champion", first.id)):
        done = models(*args)
        assert done.returncode == 1
        assert (
            f"{first} is damaged: payload/model.pkl has changed since it was published"
        ) in done.stderr
    assert builds.last().aliases == {"live": three[2].sha256}


def test_rollback_goes_back_build_by_build(three: list[Build], models: Models) -> None:
    first, second, third = three

    told = [models("rollback"), models("rollback", "--json"), models("rollback")]

    assert told[0].stderr == f"{second} is live now; before it was {third.id}\n"
    assert json.loads(told[1].stdout) == {
        "alias": "live",
        "build": first.id,
        "before": second.id,
    }
    assert told[2].returncode == 1
    assert told[2].stderr == "Error: no other build of Sums 1.2.0 was live before\n"


def test_rollback_of_an_alias(three: list[Build], models: Models) -> None:
    for build in three[:2]:
        models("alias", "champion", build.id)

    told = models("rollback", "--alias", "champion")

    assert told.stderr == f"{three[0]} is champion now; before it was {three[1].id}\n"
    assert json.loads(models("show").stdout)["build"] == three[2].id


def test_alias_is_made_and_taken_away(
    three: list[Build], builds: ModelBuilds, models: Models
) -> None:
    made = models("alias", "champion", "live")
    assert builds.last().aliases["champion"] == three[2].sha256
    gone = models("alias", "champion", "--delete")
    assert builds.last().aliases == {"live": three[2].sha256}
    again = models("alias", "champion", "--delete")
    served = models("alias", "live", "--delete")

    assert made.stderr == f"{three[2]} is champion now\n"
    assert gone.stderr == f"champion is taken away; it was build {three[2].id}\n"
    assert again.stderr == ("Error: Sums 1.2.0 has no alias champion\n  try: live\n")
    assert served.stderr == (
        "Error: live is what is served of Sums 1.2.0: without it no server starts\n"
        "  try: launchpad models promote BUILD serves another one\n"
    )


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("alias", "champion"), "Error: give either a BUILD or --delete\n"),
        (
            ("alias", "champion", "live", "--delete"),
            "Error: give either a BUILD or --delete\n",
        ),
        (("alias", "a/b", "live"), "'a/b' can't be an alias\n"),
        (("alias", "1.0.0:x", "live"), "'1.0.0:x' can't be an alias\n"),
        (("promote", "live", "--alias", "../x"), "'../x' can't be an alias\n"),
        (("prune",), "Error: Missing option '--keep'.\n"),
        (("prune", "--keep", "-1"), "-1 is not in the range x>=0.\n"),
    ],
)
def test_mistakes_on_the_command_line(
    args: tuple[str, ...], message: str, three: list[Build], models: Models
) -> None:
    done = models(*args)

    assert done.returncode == 2
    assert done.stderr.endswith(message)


def test_verify_looks_at_all_versions(
    three: list[Build], project: Path, models: Models
) -> None:
    publish(ModelBuilds(three_store(project), "Other", "1.0.0"), 0.5)
    old = publish(builds_of(project, "1.0.0"), 0.5)

    assert models("verify").returncode == 0
    assert terminal(project, "verify") == (
        "NAME  VERSION  WHAT              ALIASES  STATE  REMARK\n"
        "Sums  1.0.0    log                        whole  1 entry\n"
        f"Sums  1.0.0    {old.id}  live     whole  3 files\n"
        "Sums  1.2.0    log                        whole  3 entries\n"
        f"Sums  1.2.0    {three[0].id}           whole  3 files\n"
        f"Sums  1.2.0    {three[1].id}           whole  3 files\n"
        f"Sums  1.2.0    {three[2].id}  live     whole  3 files\n"
    )


def three_store(project: Path) -> DirectoryStore:
    return DirectoryStore({"location": str(project / "store")})


def flip_a_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def swap(file: Path) -> None:
    (other,) = (one for one in file.parent.iterdir() if one != file)
    content = other.read_bytes()
    other.write_bytes(file.read_bytes())
    file.write_bytes(content)


def add(file: Path) -> None:
    file.with_name("added").write_bytes(b"")


@pytest.mark.parametrize(
    ("damage", "name", "fault"),
    [
        (flip_a_bit, "payload/model.pkl", "payload/model.pkl has changed"),
        (flip_a_bit, "metadata.json", "metadata.json has changed"),
        (cut, "payload/model.pkl", "payload/model.pkl has 13 bytes, not 14"),
        (cut, "metadata.json", "metadata.json has changed"),
        (Path.unlink, "payload/words.txt", "payload/words.txt is missing"),
        (Path.unlink, "metadata.json", "metadata.json is missing"),
        (add, "payload/model.pkl", "payload/added was added after it was published"),
        (add, "metadata.json", "added was added after it was published"),
        (swap, "payload/model.pkl", "payload/model.pkl has 10 bytes, not 14"),
    ],
)
def test_verify_names_the_file(
    damage: Callable[[Path], None],
    name: str,
    fault: str,
    three: list[Build],
    project: Path,
    models: Models,
) -> None:
    damage(project / "store/Sums/1.2.0/builds" / three[1].id / name)

    done = models("verify", "--json")
    rows = json.loads(done.stdout)

    assert done.returncode == 1
    assert done.stderr == "1 of 4 is not what was published\n"
    assert [row["what"] for row in rows] == ["log", *(build.id for build in three)]
    assert [row["state"] for row in rows] == ["whole", "whole", "damaged", "whole"]
    assert rows[2]["remark"].startswith(f"{three[1]} is damaged: {fault}")


def test_verify_of_one_build(three: list[Build], project: Path, models: Models) -> None:
    for build in three[:2]:
        cut(project / "store/Sums/1.2.0/builds" / build.id / "payload/model.pkl")

    bad, good = models("verify", three[0].id), models("verify", "live")

    assert [(row["what"], row["state"]) for row in json.loads(bad.stdout)] == [
        ("log", "whole"),
        (three[0].id, "damaged"),
    ]
    assert [row["state"] for row in json.loads(good.stdout)] == ["whole", "whole"]
    assert (bad.returncode, good.returncode) == (1, 0)


@pytest.mark.parametrize(
    ("damage", "number", "fault"),
    [
        (flip_a_bit, 2, "00000002.json in store: "),
        (Path.unlink, 2, "00000002.json in store is missing"),
        (cut, 3, "00000003.json in store: "),
    ],
)
def test_verify_sees_a_log_that_was_changed(
    damage: Callable[[Path], None],
    number: int,
    fault: str,
    three: list[Build],
    project: Path,
    models: Models,
) -> None:
    file = project / f"store/Sums/1.2.0/log/{number:08d}.json"
    if damage is cut:
        file.write_bytes(file.read_bytes()[:-5])
    else:
        damage(file)

    done = models("verify")

    (row,) = json.loads(done.stdout)
    assert (done.returncode, row["what"], row["state"]) == (1, "log", "damaged")
    assert f"Sums/1.2.0/log/{fault}" in row["remark"]


def test_large_builds_show_how_far_it_is(builds: ModelBuilds, project: Path) -> None:
    def write(folder: Path) -> None:
        with (folder / "payload").open("wb") as file:
            file.truncate(120_000_000)

    builds.publish(write, {"created": "2026-01-01T00:00:00+00:00", "metrics": {}})

    shown = terminal(project, "verify")

    assert "Verifying  [####################################]  100%" in shown
    assert "whole  2 files\n" in shown


def test_prune_keeps_what_an_alias_points_at(
    builds: ModelBuilds, project: Path, models: Models
) -> None:
    made = [publish(builds, number / 10) for number in range(6)]
    models("alias", "champion", made[1].id)
    models("promote", made[2].id)
    unwanted = [made[0], made[3]]
    rows = [
        {"build": one.id, "created": one.metadata["created"], "size": 24}
        for one in unwanted
    ]

    dry = models("prune", "--keep", "2", "--dry-run")
    assert dry.stderr == "2 builds of 6 would be removed, 48 bytes\n"
    assert json.loads(dry.stdout) == rows
    assert len(list((project / "store/Sums/1.2.0/builds").iterdir())) == 6
    assert terminal(project, "prune", "--keep", "4", "--dry-run") == (
        "BUILD             CREATED              SIZE\n"
        f"{made[0].id}  2026-01-01 00:00:00  24 bytes\n"
        "1 build of 6 would be removed, 24 bytes\n"
    )

    done = models("prune", "--keep", "2")
    assert done.stderr == "2 builds of 6 removed, 48 bytes\n"
    assert json.loads(done.stdout) == rows
    left = [made[1], made[2], made[4], made[5]]
    assert {path.name for path in (project / "store/Sums/1.2.0/builds").iterdir()} == {
        build.id for build in left
    }
    assert models("verify").returncode == 0
    again = models("prune", "--keep", "2")
    assert (again.stdout, again.stderr) == ("[]\n", "0 builds of 4 removed, 0 bytes\n")


def test_prune_keeps_what_is_served_and_what_a_rollback_would_serve(
    three: list[Build], models: Models
) -> None:
    models("promote", three[0].id)

    assert json.loads(models("prune", "--keep", "0", "--json").stdout) != []

    assert json.loads(models("show").stdout)["build"] == three[0].id
    assert models("show", three[1].id).returncode == 1
    assert json.loads(models("rollback", "--json").stdout)["build"] == three[2].id


@pytest.fixture
def with_key(three: list[Build], project: Path) -> list[Build]:
    """Builds of a store that gets a signing key when they are there."""
    config = project / "cfg.yml"
    text = config.read_text()
    config.write_text(
        text.replace("location: store", "location: store\n  signing_key_var: MY_KEY")
    )
    return three


def test_sign_vouches_for_what_is_there(
    with_key: list[Build], project: Path, models: Models
) -> None:
    publish(builds_of(project, "1.0.0"), 0.5)
    last = [builds_of(project, version).last() for version in ("1.0.0", "1.2.0")]
    refused = models("show", env=KEY)
    unsure = models("verify", env=KEY)
    told = (
        f"Sums 1.0.0: 1 build, last changed by {last[0].by} at {last[0].at}\n"
        f"Sums 1.2.0: 3 builds, last changed by {last[1].by} at {last[1].at}\n"
    )
    asked = models("sign", env=KEY, input="n\n")
    signed = models("sign", env=KEY, input="y\n")

    assert refused.returncode == 1
    assert (
        "log/00000003.json in store is not signed, so the builds of Sums 1.2.0 can't "
        "be trusted\n"
    ) in refused.stderr
    assert unsure.returncode == 1
    assert [row["state"] for row in json.loads(unsure.stdout)] == ["damaged"] * 2
    question = "Vouch for all of this? [y/N]: "
    assert (asked.returncode, asked.stderr) == (1, f"{told}{question}Aborted!\n")
    assert (signed.returncode, signed.stderr) == (
        0,
        f"{told}{question}signed Sums 1.0.0\nsigned Sums 1.2.0\n",
    )
    verified = models("verify", env=KEY)
    assert verified.returncode == 0
    assert json.loads(verified.stdout)[0]["remark"] == "2 entries, signed"
    assert json.loads(models("show", env=KEY).stdout)["build"] == with_key[2].id
    assert models("rollback", env=KEY).returncode == 0
    again = models("sign", env=KEY)
    assert (again.returncode, again.stderr) == (0, "everything is signed already\n")


def test_key_that_is_changed_signs_what_the_old_one_did(
    with_key: list[Build], models: Models
) -> None:
    models("sign", "--yes", env=KEY)
    other = {"MY_KEY": KEY["MY_KEY"][::-1]}

    assert "is signed with another key" in models("show", env=other).stderr
    assert models("sign", "--yes", env=other).returncode == 0
    assert models("verify", env=other).returncode == 0
    assert models("verify", env=KEY).returncode == 1


def test_damaged_log_is_never_signed(
    with_key: list[Build], project: Path, models: Models
) -> None:
    flip_a_bit(project / "store/Sums/1.2.0/log/00000001.json")

    done = models("sign", "--yes", env=KEY)

    assert done.returncode == 1
    assert "the model store is damaged: Sums/1.2.0/log/00000001.json" in done.stderr
    assert len(list((project / "store/Sums/1.2.0/log").iterdir())) == 3


def test_sign_needs_a_key(with_key: list[Build], project: Path, models: Models) -> None:
    without = models("sign", "--yes")
    config = project / "cfg.yml"
    config.write_text(config.read_text().replace("  signing_key_var: MY_KEY\n", ""))

    assert without.returncode == 2
    assert "MY_KEY" in without.stderr
    assert models("sign", "--yes").stderr == (
        "cfg.yml:2: there is no key to sign with\n"
        "  try: add signing_key_var: to the section model_store\n"
    )


def test_swapped_builds_are_told_apart(
    with_key: list[Build], project: Path, models: Models
) -> None:
    models("sign", "--yes", env=KEY)
    folder = project / "store/Sums/1.2.0/builds"
    shutil.rmtree(folder / with_key[2].id)
    shutil.copytree(folder / with_key[0].id, folder / with_key[2].id)

    rows = json.loads(models("verify", env=KEY).stdout)

    assert [row["state"] for row in rows] == ["whole", "whole", "whole", "damaged"]
    assert rows[3]["remark"] == (
        f"{with_key[2]} is damaged: metadata.json has changed since it was published"
    )


@pytest.mark.parametrize("args", [[], ["list"], ["show"], ["verify"], ["--help"]])
def test_nothing_heavy_is_imported_to_look_around(
    args: list[str], three: list[Build], project: Path
) -> None:
    heavy = ("pandas", "numpy", "sqlalchemy", "flask", "ramlfications", "cloudpickle")
    code = (
        "import sys\n"
        "from launchpad_core.cli import main\n"
        f"sys.argv = ['launchpad', '-c', 'cfg.yml', 'models', *{args!r}]\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code\n"
        f"heavy = [name for name in {heavy!r} if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        cwd=project,
        env={**os.environ},
    )

    assert done.returncode == 0, done.stderr
