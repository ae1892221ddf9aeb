"""Applying resource types and traits, so that each method states all that it takes.

Source: RAML 0.8, "Resource Types and Traits". It is done here and not by ramlfications,
which leaves out a resource's traits when its method has some, hands both on to nested
resources, and can't tell the line of what it merged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from launchpad_api_raml.budget import Budget
from launchpad_api_raml.structure import parameter_functions
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section
from launchpad_core.spelling import did_you_mean, meant_or_known

METHODS = (
    *("get", "post", "put", "delete", "patch", "head", "options", "trace", "connect"),
)

_OPTIONAL = {*METHODS, "headers", "queryParameters", "body", "responses", "description"}
_ABOUT_ITSELF = ("usage", "displayName")
_PLACEHOLDER = re.compile(r"<<\s*([^<>|]+?)\s*(?:\|\s*!(\w+)\s*)?>>")


def applied(document: Section) -> Section:
    """Return a document without resource types and traits: it is spelled out.

    Raises:
        ContractError: When one is unknown, refers to itself, or lacks an argument.
    """
    templates = _Templates(
        types=_named(document, "resourceTypes", "resource type"),
        traits=_named(document, "traits", "trait"),
    )
    spelled_out = templates.nested(document, path="")
    return _without(spelled_out, "resourceTypes", "traits")


@dataclass(frozen=True, slots=True)
class _Templates:
    """The resource types and traits of a document, by their names."""

    types: Mapping[str, Section]
    traits: Mapping[str, Section]
    budget: Budget = field(default_factory=Budget)

    def nested(self, owner: Section, *, path: str) -> Section:
        return _changed(
            owner,
            {
                key: self._resource(value, path=path + key)
                for key, value in owner.items()
                if key.startswith("/") and isinstance(value, Section)
            },
        )

    def _resource(self, resource: Section, *, path: str) -> Section:
        typed = self._typed(resource, path=path)
        methods = {
            key: self._method(key, _section(typed, key), typed, path=path)
            for key in METHODS
            if key in typed and isinstance(typed[key], Section | None)
        }
        if not methods:  # nothing takes its traits, but they must be there
            self._method("get", Section(), typed, path=path)
        return self.nested(_without(_changed(typed, methods), "is"), path=path)

    def _typed(
        self, resource: Section, *, path: str, above: tuple[str, ...] = ()
    ) -> Section:
        assigned = resource.get("type")
        if assigned is None:
            return _without(resource, "type")
        where = resource.where("type")
        name, arguments = _reference(assigned, "resource type", where)
        if name in above:
            raise ContractError(f'the resource type "{name}" has itself', where=where)
        template = _found(name, self.types, "resource type", where)
        given = _Arguments({**arguments, **_reserved(path)}, self.budget)
        far = self._typed(_filled_in(template, given), path=path, above=(*above, name))
        return _merged(_without(resource, "type"), _without(far, *_ABOUT_ITSELF))

    def _method(
        self, name: str, method: Section, resource: Section, *, path: str
    ) -> Section:
        for owner in (method, resource):
            for assigned in _listed(owner):
                where = owner.where("is")
                trait, arguments = _reference(assigned, "trait", where)
                template = _found(trait, self.traits, "trait", where)
                values = {**arguments, **_reserved(path), "methodName": name}
                given = _Arguments(values, self.budget)
                far = _without(_filled_in(template, given), "is", *_ABOUT_ITSELF)
                method = _merged(method, far)
        return _without(method, "is")


@dataclass(frozen=True, slots=True)
class _Arguments:
    """What is put in for the placeholders of a template."""

    values: Mapping[str, Any]
    budget: Budget


def _named(document: Section, key: str, what: str) -> dict[str, Section]:
    """Return templates by their names; RAML 0.8 has them as a list of mappings."""
    stated = document.get(key) or []
    named: dict[str, Section] = {}
    for group in stated if isinstance(stated, list) else [stated]:
        if not isinstance(group, Section):
            raise ContractError(
                f"{key} must be a list of {what}s by their names",
                where=document.where(key),
                hint=f"{key}: [name: {{...}}]",
            )
        for name in group:
            if name in named:
                raise ContractError(
                    f'there are two {what}s "{name}"', where=group.where(name)
                )
            named[name] = _section(group, name)
    return named


def _section(owner: Section, key: str) -> Section:
    """Return what is below a key; nothing is as good as an empty mapping."""
    value = owner[key]
    if isinstance(value, Section):
        return value
    if value is not None:
        raise ContractError(f"{key} must be a mapping", where=owner.where(key))
    return Section(folder=owner.folder, position=owner.where(key))


def _listed(owner: Section) -> list[Any]:
    traits = owner.get("is") or []
    if not isinstance(traits, list):
        raise ContractError(
            "is: must be a list of traits",
            where=owner.where("is"),
            hint=f"is: [{traits}]" if isinstance(traits, str) else "is: [...]",
        )
    return traits


def _reference(
    assigned: Any, what: str, where: Position | None
) -> tuple[str, Mapping[str, Any]]:
    if isinstance(assigned, str):
        return assigned, {}
    if isinstance(assigned, Section) and len(assigned) == 1:
        ((name, arguments),) = assigned.items()
        if isinstance(arguments, Section | None):
            return name, arguments or {}
    raise ContractError(
        f"this is no {what}'s name", where=where, hint="name, or {name: {argument: 1}}"
    )


def _found(
    name: str, templates: Mapping[str, Section], what: str, where: Position | None
) -> Section:
    if name in templates:
        return templates[name]
    known = ", ".join(templates) or "none"
    raise ContractError(
        f'there is no {what} "{name}"',
        where=where,
        hint=did_you_mean(name, templates) or f"the {what}s are: {known}",
    )


def _reserved(path: str) -> dict[str, str]:
    path = path.replace("{mediaTypeExtension}", "")
    return {"resourcePath": path, "resourcePathName": path.rpartition("/")[2]}


def _filled_in(template: Section, given: _Arguments) -> Section:
    """Return a template with its ``<<placeholders>>`` replaced, at the same lines."""
    values: dict[str, Any] = {}
    positions: dict[str, Position] = {}
    for key, value in template.items():
        where = template.where(key)
        given.budget.spend(key, where)
        name = str(_replaced(key, given, where))
        values[name] = _value(value, given, where)
        if where:
            positions[name] = where
    return Section(
        values,
        folder=template.folder,
        position=template.position,
        positions=positions,
    )


def _value(value: Any, given: _Arguments, where: Position | None) -> Any:
    if isinstance(value, Section):
        return _filled_in(value, given)
    if isinstance(value, list):
        return [_value(item, given, where) for item in value]
    return _replaced(value, given, where) if isinstance(value, str) else value


def _replaced(text: str, given: _Arguments, where: Position | None) -> Any:
    whole = _PLACEHOLDER.fullmatch(text)
    if whole and not whole[2]:
        return _argument(whole, given, where)  # a number stays a number
    replaced = _PLACEHOLDER.sub(lambda found: str(_argument(found, given, where)), text)
    given.budget.spend(replaced, where)
    return replaced


def _argument(
    placeholder: re.Match[str], given: _Arguments, where: Position | None
) -> Any:
    name, function = placeholder[1], placeholder[2]
    if name not in given.values:
        raise ContractError(
            f"<<{name}>> is given no value where this is used",
            where=where,
            hint=f"{{name: {{{name}: ...}}}}",
        )
    if not function:
        return given.values[name]
    functions = parameter_functions()
    if function not in functions:
        raise ContractError(
            f"there is no function !{function} in RAML 0.8",
            where=where,
            hint=meant_or_known(function, functions),
        )
    try:
        return functions[function](str(given.values[name]))
    except Exception as error:  # inflect has no error of its own
        raise ContractError(
            f"!{function} can't be applied to {given.values[name]!r}", where=where
        ) from error


def _merged(near: Section, far: Section) -> Section:
    """Return both, where the near one wins; ``key?`` needs a near ``key``."""
    values, positions = dict(near), dict(near.positions)
    for key, value, where in _wanted(far, near):
        mine = near.get(key)
        if isinstance(mine, Section) and isinstance(value, Section):
            values[key] = _merged(mine, value)
        elif key == "is" and isinstance(mine, list) and isinstance(value, list):
            values[key] = [*mine, *value]
        elif mine is None:
            values[key] = value
        if where and key not in near:
            positions[key] = where
    return Section(
        values, folder=near.folder, position=near.position, positions=positions
    )


def _wanted(far: Section, near: Section) -> Iterator[tuple[str, Any, Position | None]]:
    for key, value in far.items():
        name = key.removesuffix("?")
        if name == key or name not in _OPTIONAL:
            yield key, value, far.where(key)
        elif name in near:
            yield name, value, far.where(key)


def _changed(section: Section, values: Mapping[str, Any]) -> Section:
    return Section(
        {**section, **values},
        folder=section.folder,
        position=section.position,
        positions=section.positions,
    )


def _without(section: Section, *keys: str) -> Section:
    kept = {key: value for key, value in section.items() if key not in keys}
    return Section(
        kept,
        folder=section.folder,
        position=section.position,
        positions=section.positions,
    )
