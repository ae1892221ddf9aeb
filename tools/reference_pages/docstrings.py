"""Google docstrings as Markdown: sections become lists, literal blocks become code."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

from reference_pages.markdown import blocks, fence

_SECTIONS = {
    "Args:": "Arguments:",
    "Attributes:": "Attributes:",
    "Raises:": "Raises:",
    "Returns:": "Returns:",
    "Yields:": "Yields:",
}
_ROLE = re.compile(r":\w+:`~?(?P<text>[^`<]+?)(?:\s*<[^`]*>)?`")
_LITERAL = re.compile(r"``(.+?)``", re.DOTALL)
_ITEM = re.compile(r"(?P<name>[\w.*]+)(?: \([^)]*\))?: (?P<text>.*)", re.DOTALL)


def documentation(thing: Any) -> str:
    """Return the docstring of a class or function, as Markdown."""
    return as_markdown(own_docstring(thing))


def own_docstring(thing: Any) -> str:
    """Return the docstring that a thing itself has, not one that it inherits."""
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


def summary(thing: Any) -> str:
    """Return the first paragraph of a docstring, on one line."""
    paragraph = own_docstring(thing).partition("\n\n")[0]
    return " ".join(inline(paragraph).split())


def as_markdown(docstring: str) -> str:
    """Return the text of a docstring as Markdown."""
    lines = inspect.cleandoc(docstring).splitlines()
    return blocks(*_parts(lines))


def inline(text: str) -> str:
    """Return text with literals and references as Markdown has them."""
    text = _ROLE.sub(r"``\g<text>``", text)
    return _LITERAL.sub(r"`\1`", text)


def _parts(lines: list[str]) -> Iterator[str]:
    while lines:
        line = lines.pop(0)
        if line in _SECTIONS:
            yield _section(_SECTIONS[line], _taken(lines))
        elif line.endswith("::"):
            before = line.removesuffix("::").rstrip()
            yield inline(f"{before}:") if before else ""
            yield _code(_taken(lines))
        elif line:
            paragraph = [line]
            while lines and lines[0] and not lines[0].endswith("::"):
                paragraph.append(lines.pop(0))
            if lines and lines[0].endswith("::"):
                paragraph.append(lines.pop(0).removesuffix("::") + ":")
                yield inline("\n".join(paragraph))
                yield _code(_taken(lines))
            else:
                yield inline("\n".join(paragraph))


def _taken(lines: list[str]) -> str:
    """Take the indented lines that come next."""
    taken = []
    while lines and (not lines[0] or lines[0].startswith(" ")):
        taken.append(lines.pop(0))
    return dedent("\n".join(taken)).strip("\n")


def _section(title: str, text: str) -> str:
    """Return a section; one whose entries have no names is a paragraph."""
    entries = re.split(r"\n(?! )", text)
    named = [_ITEM.fullmatch(entry) for entry in entries if entry]
    if title in ("Returns:", "Yields:") or not all(named):
        return inline(f"{title} {text[:1].lower()}{text[1:]}")
    items = [
        f"- `{item['name']}`: {' '.join(inline(item['text']).split())}"
        for item in named
        if item is not None
    ]
    return f"{title}\n\n" + "\n".join(items)


def _code(text: str) -> str:
    return fence(text, language_of(text))


def language_of(code: str) -> str:
    """Return the language of a block of code, as far as it can be seen."""
    if code.startswith(">>>"):
        return "pycon"
    try:
        ast.parse(code)
    except SyntaxError:
        return "toml" if code.startswith("[") else "text"
    return "python"
