"""Archives: a build carried to another store, whoever has had the file meanwhile."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import random
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from launchpad_core import get_validated_config, predict, retest, train_model
from launchpad_core.cli import main
from launchpad_core.errors import LaunchpadError, StoreError
from launchpad_core.project import Project
from launchpad_core.store.archive import read_archive, write_archive
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore
from launchpad_core.store.finding import with_history
from launchpad_core.store.pruning import prune

KEY = "of thirty-two bytes, all of them"


@pytest.fixture
def here(project: Path) -> ModelBuilds:
    """Return the builds of a project with a trained model, tested twice."""
    config = get_validated_config(project / "cfg.yml")
    train_model(config)
    retest(config)
    return Project(config).builds


@pytest.fixture
def small(tmp_path: Path) -> ModelBuilds:
    """Return builds of the same model that nobody had to train."""
    store = DirectoryStore({"location": str(tmp_path / "store")})
    builds = ModelBuilds(store, "Sums", "1.2.0")

    def write(folder: Path) -> None:
        (folder / "payload").mkdir()
        (folder / "payload" / "model.pkl").write_bytes(pickle.dumps({"offset": 10}))

    facts = {"name": "Sums", "version": "1.2.0", "created": "2026", "metrics": {}}
    build = builds.publish(write, facts)
    builds.add_metrics(build, {"accuracy": 0.9})
    return builds


@pytest.fixture
def there(tmp_path: Path) -> ModelBuilds:
    """Return the model's builds in another store, which has none yet."""
    store = DirectoryStore({"location": str(tmp_path / "there")})
    return ModelBuilds(store, "Sums", "1.2.0")


def exported(builds: ModelBuilds, build: Build | None = None) -> bytes:
    file = io.BytesIO()
    write_archive(builds, build or builds.live(), file, gzipped=False)
    return file.getvalue()


def imported(builds: ModelBuilds, data: bytes, *aliases: str) -> Any:
    return read_archive(builds, io.BytesIO(data), label="x.tar", aliases=aliases)


def snapshot(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_build_keeps_its_id_its_metadata_and_its_metrics(
    here: ModelBuilds, there: ModelBuilds
) -> None:
    taken = imported(there, exported(here))

    build = here.live()
    assert (taken.build.id, taken.was_there) == (build.id, False)
    assert taken.build.metadata == build.metadata
    assert with_history(taken.build, there.history()) == with_history(
        build, here.history()
    )
    assert len(with_history(taken.build, there.history())["metrics_history"]) == 2
    with here.verified(build) as one, there.verified(taken.build) as other:
        assert snapshot(one) == snapshot(other)


def test_same_build_gives_the_same_bytes(
    here: ModelBuilds, there: ModelBuilds, tmp_path: Path
) -> None:
    data = exported(here)
    for path in tmp_path.rglob("*"):
        path.touch()
    imported(there, data)

    assert exported(here) == data
    assert exported(there, there.all()[0]) == data
    zipped = []
    for _ in range(2):
        file = io.BytesIO()
        write_archive(here, here.live(), file, gzipped=True)
        zipped.append(file.getvalue())
    assert zipped[0] == zipped[1]
    assert gzip.decompress(zipped[0]) == data


def test_nothing_is_live_unless_it_is_asked_for(
    here: ModelBuilds, there: ModelBuilds
) -> None:
    assert imported(there, exported(here)).build.aliases == ()
    assert imported(there, exported(here), "champion").build.aliases == ("champion",)

    promoted = imported(there, exported(here), "live", "champion")

    assert promoted.build.aliases == ("champion", "live")
    assert there.live() == promoted.build


def test_build_that_is_there_stays_as_it_is(
    here: ModelBuilds, there: ModelBuilds
) -> None:
    imported(there, exported(here))
    entries = there.history().entries

    again = imported(there, exported(here))

    assert (again.was_there, again.repaired) == (True, False)
    assert there.history().entries == entries


def test_metrics_that_are_known_are_not_added_again(
    here: ModelBuilds, there: ModelBuilds, project: Path
) -> None:
    imported(there, exported(here))
    retest(get_validated_config(project / "cfg.yml"))

    imported(there, exported(here))
    imported(here, exported(here))

    for builds in (here, there):
        assert len(list(builds.history().metrics(here.live().sha256))) == 2


@pytest.mark.parametrize("file", ["metadata.json", "payload/model.pkl"])
@pytest.mark.parametrize("damage", ["change", "remove", "add"])
def test_damaged_build_is_repaired(small: ModelBuilds, file: str, damage: str) -> None:
    data, build = exported(small), small.live()
    path = small.store.get(small.folder(build.sha256)) / file
    if damage == "change":
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    elif damage == "remove":
        path.unlink()
    else:
        path.with_suffix(".more").touch()
    with pytest.raises(StoreError), small.verified(small.live()):
        pass

    taken = imported(small, data)

    assert (taken.was_there, taken.repaired) == (True, True)
    assert taken.build.aliases == ("live",)
    with small.verified(small.live()):
        pass


def test_build_that_was_pruned_here_gets_another_id(
    here: ModelBuilds, project: Path
) -> None:
    data, build = exported(here), here.live()
    for _ in range(2):
        train_model(get_validated_config(project / "cfg.yml"))
    prune(here, keep=1)
    assert build.id not in [one.id for one in here.all()]

    taken = imported(here, data)

    assert taken.renamed == build.id != taken.build.id
    assert taken.build.metadata["imported_again"]["build"] == build.id
    assert taken.build in here.all()
    with here.verified(taken.build) as folder:
        assert (folder / "payload/model.pkl").is_file()


@pytest.mark.parametrize("other", [("Other", "1.2.0"), ("Sums", "2.0.0")])
def test_build_of_another_model_is_refused(
    small: ModelBuilds, there: ModelBuilds, tmp_path: Path, other: tuple[str, str]
) -> None:
    with pytest.raises(StoreError) as told:
        imported(ModelBuilds(there.store, *other), exported(small))

    assert str(told.value) == (
        f"x.tar holds build {small.live().id} of Sums 1.2.0, but the config's model is "
        f"{other[0]} {other[1]}\n"
        "  try: model: name: Sums and version: 1.2.0 in the config"
    )
    assert not list(tmp_path.glob("there/*/*/builds/*"))


Member = tuple[tarfile.TarInfo, bytes]


def members(data: bytes) -> list[Member]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        found = [(one, tar.extractfile(one)) for one in tar]
        return [(one, file.read()) for one, file in found if file]


def packed(parts: list[Member]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for member, content in parts:
            if member.isreg():
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return file.getvalue()


def with_metadata(data: bytes, change: Callable[[dict[str, Any]], Any]) -> bytes:
    """Return an archive whose metadata are changed: the build gets another id."""
    (first, content), *rest = members(data)
    metadata = json.loads(content)
    change(metadata)
    return packed([(first, json.dumps(metadata).encode()), *rest])


def linked(type: bytes, target: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo("build/payload/model.pkl")
    member.type, member.linkname = type, target
    return member


def listing(name: Any, facts: Any = None) -> Callable[[bytes], bytes]:
    """Return what makes the metadata list a file, which is in the archive as well."""
    facts = facts or {"size": 1, "sha256": "0" * 64}

    def change(data: bytes) -> bytes:
        changed = with_metadata(
            data, lambda found: found["files"].update({name: facts})
        )
        return packed([*members(changed), (tarfile.TarInfo(f"build/{name}"), b"x")])

    return change


def without(name: str) -> Callable[[bytes], bytes]:
    return lambda data: packed([one for one in members(data) if one[0].name != name])


def adding(member: tarfile.TarInfo, content: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda data: packed([*members(data), (member, content)])


def replacing(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda data: packed(
        [
            (one, change(content) if one.name == name else content)
            for one, content in members(data)
        ]
    )


def instead(member: tarfile.TarInfo) -> Callable[[bytes], bytes]:
    return lambda data: packed([*members(data)[:-1], (member, b"")])


PICKLE = "build/payload/model.pkl"
BAD = {
    "empty": (lambda data: b"", "x.tar is no whole archive of a build: "),
    "no archive": (lambda data: b"PK" + data[2:], "x.tar is no whole archive"),
    "broken gzip": (
        lambda data: gzip.compress(data)[:200],
        "x.tar is no whole archive",
    ),
    "gzip of nothing": (lambda data: b"\x1f\x8b" + data, "x.tar is no whole archive"),
    "truncated": (
        lambda data: data[: data.index(b"offset") + 3],
        "x.tar is no whole",
    ),
    "without metadata": (without("build/metadata.json"), "where build/metadata.json"),
    "without metrics": (without("metrics.json"), "where metrics.json should be"),
    "without a file": (without(PICKLE), "payload/model.pkl is missing"),
    "changed file": (
        replacing(PICKLE, lambda content: content[:-1] + b"x"),
        "payload/model.pkl has changed since it was published",
    ),
    "longer file": (replacing(PICKLE, lambda content: content + b"x"), "bytes, not "),
    "file twice": (adding(tarfile.TarInfo(PICKLE)), "does not belong there"),
    "further file": (
        adding(tarfile.TarInfo("build/payload/x")),
        "'build/payload/x' does not belong there",
    ),
    "file elsewhere": (
        adding(tarfile.TarInfo("../../x")),
        "'../../x' does not belong there",
    ),
    "absolute": (adding(tarfile.TarInfo("/tmp/x")), "'/tmp/x' does not belong there"),
    "symbolic link": (instead(linked(tarfile.SYMTYPE, "/etc/passwd")), "is not a file"),
    "hard link": (
        instead(linked(tarfile.LNKTYPE, "build/metadata.json")),
        "is not a file",
    ),
    "device": (instead(linked(tarfile.CHRTYPE, "")), "is not a file"),
    "pipe": (instead(linked(tarfile.FIFOTYPE, "")), "is not a file"),
    "folder": (instead(linked(tarfile.DIRTYPE, "")), "is not a file"),
    "listed above": (listing("../x"), "'../x' can't be the name of a file"),
    "listed absolute": (listing("/x"), "'/x' can't be the name of a file"),
    "listed dot": (listing("payload/./x"), "can't be the name of a file"),
    "listed backslash": (listing("..\\x"), "can't be the name of a file"),
    "listed drive": (listing("C:x"), "'C:x' can't be the name of a file"),
    "listed itself": (listing("metadata.json"), "can't list itself"),
    "listed below a file": (listing("payload/model.pkl/x"), "can't unpack x.tar: "),
    "listed without size": (listing("x", {"size": "1"}), "no size and hash of x"),
    "negative size": (
        listing("x", {"size": -1, "sha256": ""}),
        "it has no size and hash of x",
    ),
    "metadata no JSON": (replacing("build/metadata.json", lambda _: b"{"), "metadata"),
    "metadata deep": (
        replacing("build/metadata.json", lambda _: b"[" * 100_000),
        "holds no build that can be imported",
    ),
    "metadata a list": (
        replacing("build/metadata.json", lambda _: b"[]"),
        "no JSON obj",
    ),
    "metadata NaN": (
        lambda data: with_metadata(data, lambda found: found.update(x=float("nan"))),
        "NaN is no number in JSON",
    ),
    "metadata without a name": (
        lambda data: with_metadata(data, lambda found: found.pop("name")),
        "it has no name",
    ),
    "metadata without files": (
        lambda data: with_metadata(data, lambda found: found.update(files=[])),
        "it has no files",
    ),
    "metrics no history": (
        replacing("metrics.json", lambda _: b'[["2026", 1]]'),
        "metrics.json is no metrics history",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_build_is_refused_and_leaves_nothing(
    small: ModelBuilds, there: ModelBuilds, tmp_path: Path, name: str
) -> None:
    change, fault = BAD[name]
    data = change(exported(small))
    before = snapshot(tmp_path)

    with pytest.raises(StoreError) as told:
        imported(there, data, "live")

    assert fault in told.value.message
    assert there.history().entries == ()
    assert snapshot(tmp_path) == before


def test_header_that_claims_to_be_huge_is_not_read(
    small: ModelBuilds, there: ModelBuilds
) -> None:
    member = tarfile.TarInfo("x")
    member.type, member.size = tarfile.XHDTYPE, 8_000_000_000
    data = member.tobuf(tarfile.USTAR_FORMAT) + exported(small)

    with pytest.raises(StoreError, match="a header has 8000000000 bytes"):
        imported(there, data)


def test_any_damage_is_told_or_does_no_harm(
    small: ModelBuilds, there: ModelBuilds
) -> None:
    """300 times some bytes are changed, cut out or repeated."""
    data, chance = exported(small), random.Random(7)
    build = small.live()
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(changed))
            if chance.random() < 0.6:
                changed[place] = chance.randrange(256)
            elif chance.random() < 0.5:
                del changed[place : place + chance.randint(1, 600)]
            else:
                changed[place:place] = changed[: chance.randint(1, 600)]
        try:
            taken = imported(there, bytes(changed))
        except StoreError:
            continue
        with there.verified(taken.build) as folder:
            if taken.build.id == build.id:
                assert (folder / "payload/model.pkl").is_file()


@pytest.fixture
def cli(project: Path) -> Callable[..., Result]:
    """Return a function that runs ``launchpad models`` for the project."""

    def run(*args: str, input: bytes | None = None) -> Result:
        command = ["-c", str(project / "cfg.yml"), "models", *args]
        return CliRunner().invoke(main, command, input=input)

    return run


@pytest.fixture
def elsewhere(
    here: ModelBuilds, cli: Callable[..., Result], project: Path
) -> Iterator[Path]:
    """Return an archive of the live build; the project's store is an empty one now."""
    archive = project / "sums.tar.gz"
    assert cli("export", "live", "-o", str(archive)).exit_code == 0
    config = project / "cfg.yml"
    config.write_text(config.read_text().replace("location: store", "location: other"))
    return archive


def test_exported_build_predicts_elsewhere(
    here: ModelBuilds, elsewhere: Path, cli: Callable[..., Result], project: Path
) -> None:
    build = here.live().id

    taken = cli("import", str(elsewhere))

    assert (taken.exit_code, taken.stderr) == (
        0,
        f"build {build} of Sums 1.2.0 is imported\n"
        f"  launchpad models promote {build} serves it\n",
    )
    promoted = cli("import", str(elsewhere), "--promote", "--alias", "champion")
    assert promoted.stderr == (
        f"build {build} of Sums 1.2.0 is there already, and is champion, live\n"
    )
    config = get_validated_config(project / "cfg.yml")
    assert predict(config, {"x": 1}) == {"sum": 11}


def test_import_tells_a_program_what_became_of_the_build(
    here: ModelBuilds, elsewhere: Path, cli: Callable[..., Result]
) -> None:
    taken = cli("import", str(elsewhere), "--promote", "--json")

    assert json.loads(taken.stdout) == {
        "build": here.live().id,
        "name": "Sums",
        "version": "1.2.0",
        "aliases": ["live"],
        "was_there": False,
        "repaired": False,
        "was": here.live().id,
    }


def test_archive_goes_through_a_pipe(
    here: ModelBuilds, elsewhere: Path, cli: Callable[..., Result]
) -> None:
    taken = cli("import", "-", input=elsewhere.read_bytes())
    assert taken.exit_code == 0, taken.output

    piped = cli("export", here.live().id[:6], "-o", "-")

    assert piped.stdout_bytes == gzip.decompress(elsewhere.read_bytes())
    refused = cli("import", "-", input=b"nothing of the kind")
    assert (refused.exit_code, "stdin is no whole" in refused.stderr) == (1, True)


def test_export_writes_over_nothing_and_leaves_no_half(
    here: ModelBuilds,
    cli: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    archive = Path(f"Sums_1.2.0_{here.live().id}.tar")
    assert cli("export", "live").stderr.endswith(f" of Sums 1.2.0 is in {archive}\n")
    before = archive.read_bytes()

    again = cli("export", "live")

    assert (again.exit_code, "there already" in again.stderr) == (1, True)
    (file,) = tmp_path.glob("store/*/*/builds/*/payload/model.pkl")
    file.write_bytes(b"damaged")
    names = sorted(path.name for path in tmp_path.iterdir())
    failed = cli("export", "live", "--force")
    assert (failed.exit_code, "is damaged" in failed.stderr) == (1, True)
    assert archive.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_importer_signs_with_its_own_key(
    here: ModelBuilds,
    elsewhere: Path,
    cli: Callable[..., Result],
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config = project / "cfg.yml"
    location = "location: other"
    signed = f"{location}\n  signing_key_var: IMPORTERS"
    config.write_text(config.read_text().replace(location, signed))
    monkeypatch.setenv("IMPORTERS", KEY)

    assert cli("import", str(elsewhere), "--promote").exit_code == 0

    assert predict(get_validated_config(config), {"x": 1}) == {"sum": 11}
    monkeypatch.setenv("IMPORTERS", KEY[::-1])
    with pytest.raises(StoreError, match="signed with another key"):
        predict(get_validated_config(config), {"x": 1}, cache=False)
    refused = cli("import", str(elsewhere))
    assert (refused.exit_code, "another key" in refused.stderr) == (1, True)


def test_golden_predictions_come_along(there: ModelBuilds) -> None:
    def write(folder: Path) -> None:
        (folder / "payload").mkdir()
        (folder / "payload" / "model").write_bytes(bytes(range(256)))
        (folder / "golden.json").write_text("[]")

    facts = {"name": "Sums", "version": "1.2.0", "created": "2026", "metrics": {}}
    build = there.publish(write, facts)
    data = exported(there)
    shutil.rmtree(there.store.get(there.folder(build.sha256)))

    taken = imported(there, data)

    with there.verified(taken.build) as folder:
        assert (folder / "golden.json").read_text() == "[]"


def test_alias_that_can_be_none_is_refused(
    elsewhere: Path, cli: Callable[..., Result]
) -> None:
    refused = cli("import", str(elsewhere), "--alias", "../x")

    assert (refused.exit_code, "can't be an alias" in refused.stderr) == (2, True)


def test_store_that_cannot_be_written_is_told(
    small: ModelBuilds, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    store = DirectoryStore({"location": str(tmp_path / "file")})

    with pytest.raises(LaunchpadError, match="is a file, not a folder"):
        imported(ModelBuilds(store, "Sums", "1.2.0"), exported(small))
