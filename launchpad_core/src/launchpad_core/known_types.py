"""Which distribution provides which type: what users are told to install."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("known_types.yml")


@cache
def known_types() -> Mapping[str, Mapping[str, str]]:
    """Return, by kind and type, the distributions that are known to provide them.

    Only a type that isn't provided needs them, so the file is read then, and once.
    """
    return read_known_types(FILE.read_text("utf-8"))


def read_known_types(text: str) -> Mapping[str, Mapping[str, str]]:
    """Return by kind and type the distributions that lines of the file name.

    Args:
        text: Lines such as ``data source csv: launchpad-sources-files``.
    """
    import yaml

    known: dict[str, dict[str, str]] = {}
    for named, distribution in (yaml.safe_load(text) or {}).items():
        kind, _, type_ = named.rpartition(" ")
        known.setdefault(kind, {})[type_] = distribution
    return known
