"""Signatures as they are written: annotations bare, one argument a line if long."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

_WIDTH = 88


def definition_of(thing: Callable[..., Any], *, decorator: str = "") -> str:
    """Return the line that defines a function, with what decorates it.

    Args:
        thing: The function.
        decorator: One that the function itself doesn't know of, such as a class method.
    """
    is_context = hasattr(thing, "__wrapped__") and inspect.isgeneratorfunction(
        inspect.unwrap(thing)
    )
    marks = (decorator, "contextmanager" if is_context else "")
    above = "".join(f"@{mark}\n" for mark in marks if mark)
    return f"{above}def {signature_of(thing)}: ..."


def signature_of(thing: Callable[..., Any], *, returns: bool = True) -> str:
    """Return the name of a function or class with its arguments.

    Args:
        thing: The function or class.
        returns: Whether to say what it returns.
    """
    signature = inspect.signature(thing)
    arguments = [
        one.replace(annotation=_bare(one.annotation))
        for one in signature.parameters.values()
    ]
    returned = signature.return_annotation
    told = signature.replace(
        parameters=arguments,
        return_annotation=_bare(returned) if returns else signature.empty,
    )
    whole = f"{thing.__name__}{told}"
    fits = len(f"def {whole}: ...") <= _WIDTH
    return whole if fits else f"{thing.__name__}{_broken(told)}"


class _Bare:
    """Text that is shown without quotes."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _bare(annotation: Any) -> Any:
    return _Bare(annotation) if isinstance(annotation, str) else annotation


def _broken(signature: inspect.Signature) -> str:
    returned = str(signature.replace(parameters=()))[len("()") :]
    lines = []
    for one in signature.parameters.values():
        if (
            one.kind is one.KEYWORD_ONLY
            and "    *,\n" not in lines
            and not _star(lines)
        ):
            lines.append("    *,\n")
        lines.append(f"    {one},\n")
    return f"(\n{''.join(lines)}){returned}"


def _star(lines: list[str]) -> bool:
    return any(line.startswith("    *") for line in lines)
