"""Names that OpenAPI takes, for what has another name or none in a contract."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any

from launchpad_api_openapi.keywords import with_inner
from launchpad_core.contract import ApiContract, Operation
from launchpad_core.references import referred_name

_ODD = re.compile(r"[^a-zA-Z0-9._-]+")


def component_names(names: Iterable[str]) -> dict[str, str]:
    """Return the name that each has among the components: its own, where it may."""
    wanted = list(names)
    taken = {name for name in wanted if not _ODD.search(name) and name}
    found: dict[str, str] = {}
    for name in wanted:
        found[name] = name if name in taken else _free(_ODD.sub("_", name), taken)
        taken.add(found[name])
    return found


def operation_ids(contract: ApiContract) -> dict[int, str]:
    """Return an identifier for each operation, by its place in the contract."""
    taken: set[str] = set()
    found: dict[int, str] = {}
    for index, operation in enumerate(contract.operations):
        found[index] = _free(_identifier(operation), taken)
        taken.add(found[index])
    return found


def renaming(names: Mapping[str, str]) -> Callable[[Any], Any]:
    """Return a function that makes a schema refer to components.

    Args:
        names: The name that each named schema has among the components.
    """

    def convert(schema: Any) -> Any:
        if not isinstance(schema, Mapping):
            return schema
        found = with_inner(schema, lambda inner, _: convert(inner))
        name = referred_name(schema)
        if name is not None:
            found["$ref"] = f"#/components/schemas/{names.get(name, name)}"
        return found

    return convert


def _identifier(operation: Operation) -> str:
    words = re.findall(r"[a-zA-Z0-9]+", operation.path)
    return "_".join([operation.method.lower(), *words])


def _free(wanted: str, taken: Iterable[str]) -> str:
    name = wanted or "_"
    for number in count(2):
        if name not in taken:
            break
        name = f"{wanted}_{number}"
    return name
