"""Keys for names that RAML would take for something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

BUILT_IN = {
    *("any", "nil", "string", "number", "integer", "boolean", "file", "array"),
    *("object", "datetime", "date-only", "time-only", "datetime-only"),
}

_PLAIN = re.compile(r"[^\W\d][\w-]*")


def is_property_name(name: str) -> bool:
    """Return whether a name is one, and no annotation and no pattern, as a key.

    A name that ends in ``?`` is one when ``required`` is stated as well.
    """
    is_annotation = name.startswith("(") and name.endswith(")")
    is_pattern = len(name) > 1 and name.startswith("/") and name.endswith("/")
    return not (is_annotation or is_pattern)


def property_keys(names: Iterable[str]) -> dict[str, str]:
    """Return the key of each name, itself where RAML allows it."""
    return _keys(names, is_property_name)


def plain_keys(names: Iterable[str]) -> dict[str, str]:
    """Return the key of each name that is used in type expressions and the like."""
    return _keys(
        names, lambda name: bool(_PLAIN.fullmatch(name)) and name not in BUILT_IN
    )


def _keys(names: Iterable[str], is_usable: Callable[[str], bool]) -> dict[str, str]:
    found = tuple(names)
    taken = {name for name in found if is_usable(name)}
    keys: dict[str, str] = {}
    for name in found:
        keys[name] = name if name in taken else _stand_in(name, taken)
        taken.add(keys[name])
    return keys


def _stand_in(name: str, taken: set[str]) -> str:
    key = re.sub(r"[\W_]+", "_", name).strip("_")
    if not _PLAIN.fullmatch(key):
        key = f"named_{key}".rstrip("_")
    while key in taken or key in BUILT_IN:
        key += "_"
    return key
