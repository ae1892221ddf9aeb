"""Parameters of one place of a request, compiled: all of them read, all faults told."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from launchpad_core.contract import In, Parameter
from launchpad_core.requests.converters import Read, reader
from launchpad_core.requests.uploads import upload_reader
from launchpad_core.schemas.defaults import checked_default
from launchpad_core.schemas.faults import MOST, Fault, Problem, Unfit, parameter_faults
from launchpad_core.schemas.json_values import Make
from launchpad_core.schemas.types import types_of

Given = Mapping[str, Any]
ReadPlace = Callable[[Given, dict[str, Any], list[Fault]], None]
"""From what a request carries in a place to arguments and faults."""


def place_reader(
    location: In,
    parameters: Sequence[Parameter],
    *,
    admitted: Collection[str] = (),
    ignore_unknown: bool = False,
) -> ReadPlace:
    """Return a function that reads all parameters of one place.

    Args:
        location: The place.
        parameters: Its parameters.
        admitted: Names that may be given and aren't read.
        ignore_unknown: Whether other names may be given as well.

    Raises:
        ContractError: When a parameter has a constraint that can't be checked.
    """
    rules = [(one.name, _read(one), _absent(one)) for one in parameters]
    if location == "header":
        return _header_reader(rules)
    known = {one.name for one in parameters} | set(admitted)

    def read_place(
        given: Given, arguments: dict[str, Any], faults: list[Fault]
    ) -> None:
        read_names = 0
        for name, read, absent in rules:
            values = given.get(name)
            if values:
                read_names += 1
                try:
                    arguments[name] = read(values)
                except Unfit as unfit:
                    faults += parameter_faults(location, name, unfit)
            elif absent is None:
                faults.append(_missing(location, name))
            else:
                arguments[name] = absent()
        if len(given) != read_names and not ignore_unknown:
            unknown = (name for name in given if name not in known)
            faults += [
                Fault(location, name, "unknown", "is not a parameter here")
                for name in islice(unknown, MOST)
            ]

    return read_place


def absent_values(parameters: Sequence[Parameter]) -> Callable[[], dict[str, Any]]:
    """Return a function that returns what parameters are when none of them is given."""
    rules = [(parameter.name, _default(parameter)) for parameter in parameters]
    return lambda: {name: default() for name, default in rules}


def label_of(parameter: Parameter) -> str:
    """Return how messages name a parameter."""
    return f'parameter "{parameter.name}"'


_SPACE_BETWEEN = re.compile(r"[ \t]*,[ \t]*")

Rule = tuple[str, Read, Make | None]


def _header_reader(rules: Sequence[Rule]) -> ReadPlace:
    def read_headers(
        given: Given, arguments: dict[str, Any], faults: list[Fault]
    ) -> None:
        for name, read, absent in rules:
            text = given.get(name)
            if text is not None:
                try:
                    arguments[name] = read((_decoded(text),))
                except Unfit as unfit:
                    faults += parameter_faults("header", name, unfit)
            elif absent is None:
                faults.append(_missing("header", name))
            else:
                arguments[name] = absent()

    return read_headers


def _decoded(text: str) -> str:
    """Return the text of a header that has a character for each byte (PEP 3333).

    Raises:
        Unfit: When its bytes aren't UTF-8.
    """
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        raise Unfit(Problem("syntax", "is not UTF-8")) from None


def _missing(location: In, name: str) -> Fault:
    return Fault(location, name, "missing", "is required")


def _read(parameter: Parameter) -> Read:
    if parameter.location == "file":
        return upload_reader(parameter)
    separator = parameter.separator
    if parameter.location == "header" and not separator:
        separator = ","  # a header is given once: its items have to share it
    read = reader(
        parameter.schema,
        label=label_of(parameter),
        where=parameter.where,
        separator=separator,
    )
    if parameter.location == "header" and "array" in (types_of(parameter.schema) or ()):
        return lambda texts: read([_SPACE_BETWEEN.sub(",", text) for text in texts])
    return read


def _absent(parameter: Parameter) -> Make | None:
    return None if parameter.required else _default(parameter)


def _default(parameter: Parameter) -> Make:
    return checked_default(
        parameter.schema, label=label_of(parameter), where=parameter.where
    )
