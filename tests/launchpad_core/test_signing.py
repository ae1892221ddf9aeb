"""Signed logs: who has no key can't say what is live, nor change what is loaded."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from launchpad_core import get_validated_config, predict, train_model
from launchpad_core.errors import ConfigError, LaunchpadError, StoreError
from launchpad_core.store.build import Build
from launchpad_core.store.builds import ModelBuilds
from launchpad_core.store.directory import DirectoryStore
from launchpad_core.store.entries import json_bytes
from launchpad_core.store.files import DamagedBuild

KEY = "of thirty-two bytes, all of them"
METADATA = {"created": "2026-01-01T00:00:00+00:00", "metrics": {}}

pytest.importorskip("cryptography")


def publish(builds: ModelBuilds, payload: str = "x") -> Build:
    def write(folder: Path) -> None:
        (folder / "payload").write_text(payload)

    return builds.publish(write, METADATA)


def payload(builds: ModelBuilds) -> str:
    """Load the live build, as a fresh server would."""
    with builds.verified(builds.live()) as folder:
        return (folder / "payload").read_text()


@pytest.fixture(scope="session")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two pairs of keys, mine and another's."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import ec

    folder = tmp_path_factory.mktemp("keys")
    for name in ("mine", "another"):
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()
        )
        public = key.public_key().public_bytes(
            form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo
        )
        (folder / f"{name}.pem").write_bytes(private)
        (folder / f"{name}.pub").write_bytes(public)
    return folder


Opened = Callable[..., ModelBuilds]


@pytest.fixture(params=["shared key", "pair of keys"])
def opened(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    pairs: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Opened:
    """Return a function that opens the store anew, with my key, another's or none."""
    monkeypatch.setenv("MINE", KEY)
    monkeypatch.setenv("ANOTHERS", KEY[::-1])

    def open(key: str = "mine", version: str = "1.0.0") -> ModelBuilds:
        section: dict[str, Any] = {"location": str(tmp_path / "store")}
        if key != "none" and request.param == "shared key":
            section["signing_key_var"] = {"mine": "MINE", "another": "ANOTHERS"}[key]
        elif key != "none":
            section["signing"] = {
                "public_key": str(pairs / f"{key}.pub"),
                "private_key": str(pairs / f"{key}.pem"),
            }
        return ModelBuilds(DirectoryStore(section), "my_model", version)

    return open


def test_signed_build_is_loaded(opened: Opened) -> None:
    publish(opened(), "1")
    publish(opened(), "2")

    assert payload(opened()) == "2"
    assert len(opened().history().entries) == 2
    assert payload(opened("none")) == "2"  # who asks for no signature, needs no key


@pytest.mark.parametrize(
    ("writer", "fault"),
    [("none", "is not signed"), ("another", "is signed with another key")],
)
def test_foreign_log_is_refused_on_load_and_on_write(
    opened: Opened, writer: str, fault: str
) -> None:
    publish(opened(writer))

    for use in (payload, publish, ModelBuilds.history, lambda it: it.log.prepare()):
        with pytest.raises(StoreError) as told:
            use(opened())
        assert "00000001.json in " in told.value.message
        assert told.value.message.endswith(
            f"{fault}, so the builds of my_model 1.0.0 can't be trusted"
        )


def test_entry_that_is_added_without_the_key_is_refused(
    opened: Opened, tmp_path: Path
) -> None:
    server = opened()
    publish(opened(), "good")
    assert payload(server) == "good"
    publish(opened("none"), "evil")

    for builds in (server, opened()):
        with pytest.raises(StoreError, match=r"00000002\.json in .* is not signed"):
            payload(builds)
        with pytest.raises(StoreError, match="is not signed"):
            publish(builds)


def test_payload_metadata_and_entry_that_fit_each_other_are_refused(
    opened: Opened, tmp_path: Path
) -> None:
    """All hashes are right: the attacker has computed them, but has no key."""
    build = publish(opened(), "good")
    (entry_file,) = tmp_path.glob("store/*/*/log/*.json")
    folder = tmp_path / f"store/my_model/1.0.0/builds/{build.id}"
    (folder / "payload").write_text("evil")
    metadata = json.loads((folder / "metadata.json").read_text())
    sha256 = hashlib.sha256(b"evil").hexdigest()
    metadata["files"]["payload"] = {"size": 4, "sha256": sha256}
    content = json.dumps(metadata).encode()
    (folder / "metadata.json").write_bytes(content)
    evil = hashlib.sha256(content).hexdigest()
    folder.rename(folder.with_name(evil[:16]))
    entry = json.loads(entry_file.read_text().replace(build.sha256, evil))
    signature = entry.pop("signature")
    del entry["sha256"]
    canonical = json.dumps(entry, sort_keys=True).encode()
    entry["sha256"] = hashlib.sha256(canonical).hexdigest()
    entry["signature"] = signature
    entry_file.write_bytes(json_bytes(entry))

    assert payload(opened("none")) == "evil"  # so all the hashes do fit
    with pytest.raises(StoreError, match="is signed with another key"):
        payload(opened())


def test_swapped_payload_is_refused(opened: Opened, tmp_path: Path) -> None:
    publish(opened(), "good")
    (file,) = tmp_path.glob("store/*/*/builds/*/payload")
    file.write_text("evil")

    with pytest.raises(DamagedBuild, match="payload has changed"):
        payload(opened())


@pytest.mark.parametrize("signature", ["", "x", "{}", "ü\ud800", None, 7, ["x"]])
def test_what_is_no_signature_is_refused(
    opened: Opened, tmp_path: Path, signature: Any
) -> None:
    publish(opened())
    (file,) = tmp_path.glob("store/*/*/log/*.json")
    entry = json.loads(file.read_text())
    file.write_bytes(json_bytes({**entry, "signature": signature}))

    with pytest.raises(StoreError, match="signed"):
        payload(opened())


def test_signature_of_another_entry_is_refused(opened: Opened, tmp_path: Path) -> None:
    publish(opened(), "old")
    publish(opened(), "new")
    first, second = sorted(tmp_path.glob("store/*/*/log/*.json"))
    signature = json.loads(first.read_text())["signature"]
    entry = json.loads(second.read_text())
    second.write_bytes(json_bytes({**entry, "signature": signature}))

    with pytest.raises(StoreError, match="is signed with another key"):
        payload(opened())


@pytest.mark.parametrize("other", ["my_model/2.0.0", "other/1.0.0"])
def test_log_of_another_model_or_version_is_refused(
    opened: Opened, tmp_path: Path, other: str
) -> None:
    publish(opened(), "1")
    shutil.copytree(tmp_path / "store/my_model/1.0.0", tmp_path / "store" / other)
    name, version = other.split("/")
    copied = ModelBuilds(opened().store, name, version)

    with pytest.raises(StoreError, match=r"it is entry 1 of my_model 1\.0\.0"):
        payload(copied)


def test_entries_that_are_put_elsewhere_are_refused(
    opened: Opened, tmp_path: Path
) -> None:
    publish(opened(), "old")
    publish(opened(), "new")
    first, second = sorted(tmp_path.glob("store/*/*/log/*.json"))
    shutil.copy(first, first.with_name("00000003.json"))

    with pytest.raises(StoreError, match=r"it is entry 1 of my_model 1\.0\.0"):
        payload(opened())

    first.with_name("00000003.json").unlink()
    shutil.copy(first, second)
    with pytest.raises(StoreError, match=r"it is entry 1 of my_model 1\.0\.0"):
        payload(opened())


def test_lost_entries_are_noticed_by_who_has_seen_them(
    opened: Opened, tmp_path: Path
) -> None:
    """A fresh process can't know that there was more: what it sees is signed."""
    server = opened()
    publish(opened(), "old")
    publish(opened(), "new")
    assert payload(server) == "new"
    sorted(tmp_path.glob("store/*/*/log/*.json"))[-1].unlink()

    with pytest.raises(StoreError, match="it ends with 1, and has had 2"):
        payload(server)
    assert payload(opened()) == "old"


def test_files_that_change_after_they_were_looked_at_are_not_used(
    opened: Opened, tmp_path: Path
) -> None:
    builds = opened()
    publish(builds, "good")
    (file,) = tmp_path.glob("store/*/*/builds/*/payload")

    with builds.verified(builds.live()) as folder:
        file.write_text("evil")

        assert (folder / "payload").read_text() == "good"
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()


def test_removed_and_linked_files_are_told(opened: Opened, tmp_path: Path) -> None:
    builds = opened()
    build = publish(builds)
    (file,) = tmp_path.glob("store/*/*/builds/*/payload")
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(DamagedBuild, match="payload is a link now"):
        payload(builds)

    shutil.rmtree(file.parent)
    with (
        pytest.raises(DamagedBuild, match=r"metadata\.json is missing"),
        builds.verified(build),
    ):
        pass


@pytest.mark.parametrize("key", ["", "short", "15 bytes of key"])
def test_short_keys_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("MINE", key)
    section = {"location": str(tmp_path), "signing_key_var": "MINE"}

    with pytest.raises(ConfigError) as told:
        ModelBuilds(DirectoryStore(section), "my_model", "1.0.0")

    assert str(told.value) == (
        f"the key in the environment variable MINE has {len(key)} bytes; 16 are the "
        "least\n  try: export MINE=$(openssl rand -hex 32)"
    )


def test_key_may_be_any_bytes(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", os.fsdecode(bytes(range(128, 256))))

    publish(opened(), "1")

    assert payload(opened()) == "1"


def test_missing_variable_is_told_at_its_line_before_the_training(
    project: Path, write: Callable[..., Path]
) -> None:
    write(model_py="def train(): raise AssertionError('too late')\ndef test(): pass\n")
    config = project / "cfg.yml"
    location = "location: store"
    config.write_text(
        config.read_text().replace(location, f"{location}\n  signing_key_var: NOT_SET")
    )

    with pytest.raises(LaunchpadError) as told:
        train_model(get_validated_config(config))

    assert str(told.value).endswith(
        "cfg.yml:4: the environment variable NOT_SET is not set\n"
        "  try: export NOT_SET=..."
    )


def test_life_cycle_signs_and_keeps_no_key(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINE", KEY)
    config = get_validated_config(project / "cfg.yml")
    config["model_store"]["signing_key_var"] = "MINE"

    train_model(config)

    assert predict(config, {"x": 1}) == {"sum": 11}
    files = [path for path in project.rglob("store/**/*") if path.is_file()]
    assert len(files) > 2
    assert all(KEY.encode() not in path.read_bytes() for path in files)


def pair_config(project: Path, pairs: Path, **keys: str) -> Any:
    config = get_validated_config(project / "cfg.yml")
    config["model_store"]["signing"] = {
        name: str(pairs / file) for name, file in keys.items()
    }
    return config


def test_server_with_the_public_key_loads_and_cannot_write(
    project: Path, pairs: Path, write: Callable[..., Path]
) -> None:
    both = {"public_key": "mine.pub", "private_key": "mine.pem"}
    train_model(pair_config(project, pairs, **both))
    write(model_py="def train(): raise AssertionError('too late')\ndef test(): pass\n")

    server = pair_config(project, pairs, public_key="mine.pub")
    with pytest.raises(StoreError) as told:
        train_model(server, cache=False)

    assert str(told.value) == (
        "nothing can be written to the model store: its entries are signed, and there "
        "is no private key here\n"
        "  try: model_store: signing: private_key: FILE where models are trained"
    )


def test_pair_of_keys_works_without_a_network(project: Path, pairs: Path) -> None:
    both = {"public_key": "mine.pub", "private_key": "mine.pem"}
    keys = pair_config(project, pairs, **both)["model_store"]["signing"]
    code = (
        "import socket\n"
        "def refuse(*args, **more): raise AssertionError('asked the network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from launchpad_core import get_validated_config, predict, train_model\n"
        f"config = get_validated_config({str(project / 'cfg.yml')!r})\n"
        f"config['model_store']['signing'] = {keys!r}\n"
        "train_model(config)\n"
        "print(predict(config, {'x': 1}))\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "{'sum': 11}\n"


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"public_key": "none.pub"}, "none.pub: No such file or directory"),
        ({"public_key": "mine.pem"}, "can't use the public key "),
        (
            {"public_key": "mine.pub", "private_key": "mine.pub"},
            "can't use the private key ",
        ),
        (
            {"public_key": "another.pub", "private_key": "mine.pem"},
            "the private key and the public key do not belong together",
        ),
        ({"private_key": "mine.pem"}, '"signing.public_key" is missing'),
    ],
)
def test_keys_that_cannot_be_used_are_told(
    project: Path, pairs: Path, keys: dict[str, str], fault: str
) -> None:
    with pytest.raises(ConfigError) as told:
        train_model(pair_config(project, pairs, **keys))

    assert fault in told.value.message
    assert "PRIVATE KEY" not in str(told.value)


def test_one_way_of_signing_at_a_time(project: Path, pairs: Path) -> None:
    config = pair_config(project, pairs, public_key="mine.pub")
    config["model_store"]["signing_key_var"] = "MINE"

    with pytest.raises(ConfigError, match="either signing or signing_key_var"):
        train_model(config)


@pytest.mark.parametrize("key", ["signing_key_var", "signing"])
def test_key_that_is_left_empty_does_not_switch_signing_off(
    project: Path, key: str
) -> None:
    config = get_validated_config(project / "cfg.yml")
    config["model_store"][key] = None

    with pytest.raises(ConfigError, match=f'"{key}": is empty: leave it out'):
        train_model(config)


def test_missing_package_is_told(
    project: Path, pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "model_signing", None)

    with pytest.raises(LaunchpadError) as told:
        train_model(pair_config(project, pairs, public_key="mine.pub"))

    assert str(told.value) == (
        "signing with a pair of keys needs model_signing, which is not installed\n"
        "  try: pip install 'launchpad-core[sigstore]'"
    )
