"""What a server must refuse, or limit: other people's files, the network, bombs."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from launchpad_api_raml.format import RamlFormat

CASES = Path(__file__).parents[3] / "shared" / "raml-cases"
SECONDS = 1
BYTES = 200 * 1024 * 1024

# Reads one file, with no network and with little time and memory, and tells how it was.
READING = """
import json, resource, socket, sys, time
from pathlib import Path
from launchpad_api_raml.format import RamlFormat
from launchpad_core.errors import ContractError

def refuse(*_, **__):
    raise SystemExit("the network was asked for")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
warm_up = Path(sys.argv[2])
RamlFormat().read(warm_up)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
try:
    RamlFormat().read(Path(sys.argv[1]))
    told = ""
except ContractError as error:
    told = str(error)
seconds = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"told": told, "seconds": seconds, "bytes": (peak - before) * 1024}))
"""


@pytest.fixture(autouse=True)
def _in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    Path("plain.raml").write_text("#%RAML 1.0\ntitle: T\n", encoding="utf-8")


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
    resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))


def told_about(path: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", READING, str(path), "plain.raml"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limited,
    )
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    assert result["seconds"] < SECONDS
    assert result["bytes"] < BYTES
    return str(result["told"])


def refusal(text: str) -> str:
    path = Path("api.raml")
    path.write_text(f"#%RAML 1.0\ntitle: T\n{text}", encoding="utf-8")
    return told_about(path)


def policy_files() -> list[Path]:
    return sorted((CASES / "policy").glob("*.raml"))


@pytest.mark.skipif(
    not CASES.exists() and "CI" not in os.environ, reason="the cases are not here"
)
def test_policy_files_are_there() -> None:
    assert policy_files()


@pytest.mark.parametrize("path", policy_files(), ids=lambda path: path.name)
def test_policy_file_is_refused_in_time(path: Path) -> None:
    assert f"{path.name}:" in told_about(path)


@pytest.mark.parametrize(
    "target",
    ["../secret.txt", "../../secret.txt", "../.ssh/id_rsa", "http://127.0.0.1/x.txt"],
)
def test_include_out_of_reach_is_refused(target: str) -> None:
    told = refusal(f"description: !include {target}\n")

    assert told.startswith(
        f"api.raml:3: {target} is outside the folder of the including file"
    )


def test_include_below_a_folder_beside_is_read() -> None:
    Path("../shared").mkdir()
    Path("../shared/about.txt").write_text("About", encoding="utf-8")
    Path("api.raml").write_text(
        "#%RAML 1.0\ntitle: T\ndescription: !include ../shared/about.txt\n",
        encoding="utf-8",
    )

    assert RamlFormat().read(Path("api.raml")).description == "About"


def test_absolute_include_starts_at_the_contracts_folder() -> None:
    assert "can't read etc/hostname" in refusal("description: !include /etc/hostname\n")


def test_symbolic_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    Path("link.txt").symlink_to(tmp_path / "secret.txt")

    told = refusal("description: !include link.txt\n")

    assert "link.txt is outside the folder of the including file" in told


def test_include_that_is_no_file_is_refused() -> None:
    os.mkfifo("pipe.txt")

    assert "pipe.txt is no file" in refusal("description: !include pipe.txt\n")


@pytest.mark.parametrize("key", ["uses: {a: %s}", "extends: %s"])
@pytest.mark.parametrize("target", ["http://127.0.0.1/x.raml", "../../x.raml"])
def test_library_out_of_reach_is_refused(key: str, target: str) -> None:
    kind = " Overlay" if "extends" in key else ""
    text = f"#%RAML 1.0{kind}\ntitle: T\n{key % target}\n"
    Path("api.raml").write_text(text, encoding="utf-8")

    assert f"{target} is outside the folder" in told_about(Path("api.raml"))


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/x.json", "file:///etc/hostname", "../../x.json"]
)
def test_schema_that_refers_outside_is_refused(target: str) -> None:
    told = refusal(
        "/x:\n  post:\n    body:\n      application/json:\n"
        f'        type: \'{{"properties": {{"a": {{"$ref": "{target}"}}}}}}\'\n'
    )

    assert told.startswith("api.raml:7: ")
    assert "outside" in told


def test_xml_schema_with_entities_is_refused() -> None:
    Path("bomb.xsd").write_text(
        '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><x>&b;</x>',
        encoding="utf-8",
    )

    assert "entities" in refusal("types: {A: !include bomb.xsd}\n")


BOMBS = {
    "deep flow": "description: " + "[" * 100_000,
    "deep blocks": "types:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 2000)),
    "deep aliases": "(x0): &a0 [1]\n"
    + "".join(f"(x{n}): &a{n} [*a{n - 1}]\n" for n in range(1, 5000)),
    "many values": f"(x): [{'1,' * 150_000}]\n",
    "many bytes": f"description: {'x' * 6_000_000}\n",
    "merged maps": "(m0): &m0 {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8}\n"
    + "".join(
        f"(m{n}): &m{n} {{{', '.join(f'k{k}: *m{n - 1}' for k in range(9))}}}\n"
        for n in range(1, 9)
    ),
    "texts": "resourceTypes:\n"
    + "".join(
        f"  r{n}: {{type: {{r{n + 1}: {{a: '<<a>><<a>>'}}}}, description: <<a>>}}\n"
        for n in range(60)
    )
    + "  r60: {description: <<a>>}\n/x: {type: {r0: {a: lol}}, get: }\n",
    "traits": "traits:\n  t:\n    queryParameters:\n"
    + "".join(f"      p{n}:\n" for n in range(3000))
    + "".join(f"/x{n}: {{is: [t], get: , put: , post: }}\n" for n in range(2000)),
    "inlined types": "types:\n  T0: {properties: {a: string, b: string}}\n"
    + "".join(
        f"  T{n}: {{properties: {{a: T{n - 1}, b: T{n - 1}}}}}\n" for n in range(1, 40)
    )
    + "/x: {get: {queryParameters: {q: T39}}}\n",
    "unions": "types:\n  T0: string | number\n"
    + "".join(f"  T{n}: T{n - 1} | T{n - 1}[]\n" for n in range(1, 40))
    + "/x: {get: {queryString: {type: T39, description: q}}}\n",
    "parentheses": f"types: {{A: {'(' * 5000}string{')' * 5000}}}\n",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_bomb_is_refused_in_time(text: str) -> None:
    assert "api.raml:" in refusal(text) or "larger than" in refusal(text)
