"""Traits and resource types with their parameters filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from launchpad_api_raml.raml10.nodes import Node, fault
from launchpad_api_raml.raml10.words import FUNCTIONS
from launchpad_core.positions import Position
from launchpad_core.spelling import meant_or_known

MAX_TEXT = 100_000

_PARAMETER = re.compile(r"<<([^<>]*)>>")
_INSIDE = re.compile(r"\s*([^\s|!]+(?: +[^\s|!]+)*)\s*((?:\|\s*![a-z]+\s*)*)")
_FUNCTION = re.compile(r"!([a-z]+)")


def filled(node: Node, arguments: Mapping[str, Node], caller: Node) -> Node:
    """Return a template with what its parameters are given.

    Args:
        node: The template.
        arguments: The values of its parameters.
        caller: What applies it; its names are known in the result as well.

    Raises:
        ContractError: When a parameter is given no value, or a function is unknown.
    """
    if node.is_map:
        values: dict[str, Node] = {}
        keys: dict[str, Position] = {}
        for key, value in node.items():
            where = node.where_is(key)
            name = _text(key, arguments, caller, where) if "<<" in key else key
            values[name] = filled(value, arguments, caller)
            keys[name] = where
        return node.with_map(values, keys)
    if node.is_list:
        items = [filled(item, arguments, caller) for item in node.entries()]
        return replace(node, value=items)
    if node.is_text and "<<" in node.value:
        return _filled_text(node, arguments, caller)
    return node


def check_parameters(node: Node) -> None:
    """Check that what is between ``<<`` and ``>>`` in a template can be filled in.

    Raises:
        ContractError: When it is no name, or names an unknown function.
    """
    for key, value in node.items():
        for found in _PARAMETER.finditer(key):
            _parsed(found, node.where_is(key))
        check_parameters(value)
    for item in node.entries():
        check_parameters(item)
    if node.is_text:
        for found in _PARAMETER.finditer(node.value):
            _parsed(found, node.where)


def _filled_text(node: Node, arguments: Mapping[str, Node], caller: Node) -> Node:
    whole = _PARAMETER.fullmatch(node.value.strip())
    if whole is not None:
        name, functions = _parsed(whole, node.where)
        if not functions:
            given = _argument(name, arguments, caller)
            return replace(given, scope=given.scope.beside(node.scope))
    text = _text(node.value, arguments, caller, node.where)
    return replace(node.with_text(text), scope=node.scope.beside(caller.scope))


def _text(
    text: str, arguments: Mapping[str, Node], caller: Node, where: Position
) -> str:
    def value(found: re.Match[str]) -> str:
        name, functions = _parsed(found, where)
        given = _argument(name, arguments, caller)
        if given.is_map or given.is_list:
            raise fault(f"<<{name}>> is within a text, so it must be one", given)
        word = given.text
        for function in functions:
            word = FUNCTIONS[function](word)
        return word

    result = _PARAMETER.sub(value, text)
    if len(result) > MAX_TEXT:
        raise fault(f"this text gets longer than {MAX_TEXT} characters", where)
    return result


def _parsed(found: re.Match[str], where: Position) -> tuple[str, list[str]]:
    inside = _INSIDE.fullmatch(found[1])
    if inside is None:
        raise fault(
            f"{found[0]} names no parameter",
            where,
            hint="<<name>> or <<name | !function>>",
        )
    functions = _FUNCTION.findall(inside[2])
    for function in functions:
        if function not in FUNCTIONS:
            raise fault(
                f"there is no function !{function}",
                where,
                hint=meant_or_known(function, FUNCTIONS),
            )
    return inside[1], functions


def _argument(name: str, arguments: Mapping[str, Node], caller: Node) -> Node:
    if name not in arguments:
        raise fault(f"the parameter <<{name}>> is given no value", caller)
    return arguments[name]
