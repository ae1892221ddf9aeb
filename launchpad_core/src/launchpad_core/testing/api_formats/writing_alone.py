"""Writing a contract in a new Python, which has other hashes of texts."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.contracts.as_json import contract_as_json

_PROGRAM = """
import json, sys
from importlib import import_module
from operator import attrgetter
from launchpad_core.contracts.as_json import contract_from_json

module, name = sys.argv[1:]
format = attrgetter(name)(import_module(module))()
contract = contract_from_json(json.load(sys.stdin))
sys.stdout.buffer.write(format.write(contract).encode("utf-8", "surrogatepass"))
"""


def written_alone(
    format: type[ApiFormat], contract: ApiContract, *, hash_seed: int
) -> str:
    """Return what a format writes in a Python of its own.

    Args:
        format: The class of the format, which its module has under its name.
        contract: The contract.
        hash_seed: What the order of sets depends on.

    Raises:
        AssertionError: When it fails there; the message is the last that is told.
    """
    found = subprocess.run(
        [sys.executable, "-c", _PROGRAM, format.__module__, format.__qualname__],
        input=json.dumps(contract_as_json(contract)).encode(),
        capture_output=True,
        env={
            **os.environ,
            "PYTHONHASHSEED": str(hash_seed),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        check=False,
    )
    told = found.stderr.decode("utf-8", "replace").strip().splitlines()
    assert found.returncode == 0, (
        f"write() fails in a Python of its own: {told[-1] if told else 'no message'}"
    )
    return found.stdout.decode("utf-8", "surrogatepass")
