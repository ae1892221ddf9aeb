"""Write launchpad_core/known_types.json: which distribution provides which type.

The core tells users by it what to install. With ``--check``, write nothing, and end
with status 1 when the file is not what the distributions register.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from launchpad_core.plugins import load_plugins
from launchpad_core.registrations import Command

ROOT = Path(__file__).parents[1]
FILE = ROOT / "launchpad_core" / "src" / "launchpad_core" / "known_types.json"


def known_types() -> str:
    own = {path.parent.name.replace("_", "-") for path in ROOT.glob("*/pyproject.toml")}
    known: dict[str, dict[str, str]] = {}
    for plugin in load_plugins():
        for registration in plugin.registrations:
            if plugin.distribution in own and not isinstance(registration, Command):
                kind = known.setdefault(registration.kind, {})
                kind[registration.type] = plugin.distribution
    return json.dumps(known, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    text = known_types()
    if "--check" not in sys.argv:
        FILE.write_text(text, encoding="utf-8")
    elif FILE.read_text(encoding="utf-8") != text:
        sys.exit(f"{FILE.name} is stale: python tools/known_types.py writes it anew")
