"""Two contracts compared: which changes break the clients of the old one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from launchpad_core.comparison.changes import Change, Changes, Sides
from launchpad_core.comparison.keywords import shown
from launchpad_core.comparison.messages import (
    body_changes,
    parameter_changes,
    response_changes,
)
from launchpad_core.contract import PATH_PARAMETER, ApiContract, Operation, Parameter


def contract_changes(old: ApiContract, new: ApiContract) -> tuple[Change, ...]:
    """Return what a new contract changes; nothing when it promises the same.

    A change breaks clients when a request that the old contract allows may be refused,
    or when an answer may come that it doesn't allow. What can't be judged breaks them.
    Words for people, such as titles and examples, are no part of it.

    Args:
        old: The contract that clients know.
        new: The contract that takes its place.

    Raises:
        ContractError: When one of them refers to a schema that isn't there.
    """
    sides = Sides(old.schemas, new.schemas)
    return tuple(_changes(old, new, sides))


def _changes(old: ApiContract, new: ApiContract, sides: Sides) -> Iterator[Change]:
    if old.version != new.version:
        what = f'the version is now "{new.version}", was "{old.version}"'
        yield Change("", what, breaking=False)
    was, now = _by_key(old), _by_key(new)
    paths = {operation.path for operation in new.operations}
    for key, operation in was.items():
        if key in now:
            yield from _operation_changes(operation, now[key], sides)
        else:
            gone = PATH_PARAMETER.sub("{}", operation.path) not in {
                PATH_PARAMETER.sub("{}", path) for path in paths
            }
            what = "is gone, and its path with it" if gone else "is gone"
            yield Change(_shown(operation), what, breaking=True, old=operation.where)
    for key, operation in now.items():
        if key not in was:
            what = "is new"
            yield Change(_shown(operation), what, breaking=False, new=operation.where)


def _by_key(contract: ApiContract) -> dict[tuple[str, str], Operation]:
    """Return operations by method and path; names in paths are nothing to clients."""
    return {
        (operation.method, PATH_PARAMETER.sub("{}", operation.path)): operation
        for operation in contract.operations
    }


def _shown(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _operation_changes(
    old: Operation, new: Operation, sides: Sides
) -> Iterator[Change]:
    changes = Changes(_shown(new), sides, (old.where, new.where))
    yield from _security_changes(old, new, changes)
    yield from _renamed_in_path(old, new, changes)
    was = _with_names_of(old, new)
    yield from parameter_changes(was, new.parameters, changes)
    yield from body_changes(old, new, changes)
    yield from response_changes(old.responses, new.responses, changes)


def _renamed_in_path(
    old: Operation, new: Operation, changes: Changes
) -> Iterator[Change]:
    names = zip(
        PATH_PARAMETER.findall(old.path), PATH_PARAMETER.findall(new.path), strict=True
    )
    for was, now in names:
        if was != now:
            what = f'is now called "{now}"'
            yield changes.of(what, breaking=False, place="path", name=was)


def _with_names_of(old: Operation, new: Operation) -> tuple[Parameter, ...]:
    """Return the old parameters; those of the path with the names of the new path."""
    names = dict(
        zip(
            PATH_PARAMETER.findall(old.path),
            PATH_PARAMETER.findall(new.path),
            strict=True,
        )
    )
    return tuple(
        replace(parameter, name=names.get(parameter.name, parameter.name))
        if parameter.location == "path"
        else parameter
        for parameter in old.parameters
    )


def _security_changes(
    old: Operation, new: Operation, changes: Changes
) -> Iterator[Change]:
    was, now = old.security or ({},), new.security or ({},)
    refused = [one for one in was if not any(_admits(other, one) for other in now)]
    added = [one for one in now if not any(_admits(other, one) for other in was)]
    words = {True: "no longer admits", False: "admits as well now"}
    for alternatives, breaking in ((refused, True), (added, False)):
        for alternative in alternatives:
            who = (
                shown({k: [*v] for k, v in alternative.items()}) if alternative else ""
            )
            what = f"{words[breaking]} {who or 'anybody'}"
            yield changes.of(what, breaking=breaking, place="security")


def _admits(
    asked: Mapping[str, tuple[str, ...]], given: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether who meets the one set of security schemes meets the other as well."""
    return all(
        name in given and {*scopes} <= {*given[name]} for name, scopes in asked.items()
    )
