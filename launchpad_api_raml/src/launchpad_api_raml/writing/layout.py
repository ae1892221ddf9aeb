"""How a RAML document looks: short declarations on one line, JSON as a block."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from launchpad_core.yaml12 import Yaml12Dumper

WIDTH = 88

_TAG = "tag:yaml.org,2002:"
_SHORT = 66
_UNPRINTABLE = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff]"
)


class Short(dict[str, Any]):
    """A mapping that stands on one line when it fits there."""


class _Dumper(Yaml12Dumper):
    """Writes short declarations and short lists on one line."""


def short(value: Any) -> Any:
    """Return a value whose mappings stand on one line where they fit there."""
    if isinstance(value, Mapping):
        return Short((key, short(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [short(item) for item in value]
    return value


def json_text(value: Any) -> str:
    """Return a value as JSON that can stand in a block of YAML."""
    return _UNPRINTABLE.sub(_escaped, _laid_out(value)) + "\n"


def yaml_of(document: Mapping[str, Any]) -> str:
    """Return a document as YAML, in its order."""
    text: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH
    )
    return text


def _laid_out(value: Any, *, indent: str = "") -> str:
    """Return JSON where what fits on a line stands on one."""
    text = json.dumps(value, ensure_ascii=False)
    if len(indent + text) <= WIDTH - 12 or not isinstance(
        value, (Mapping, list, tuple)
    ):
        return text
    inner = indent + "  "
    if isinstance(value, Mapping):
        parts = [
            f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(item, indent=inner)}"
            for key, item in value.items()
        ]
        return _lines("{", parts, "}", indent)
    return _lines("[", [_laid_out(item, indent=inner) for item in value], "]", indent)


def _lines(first: str, parts: list[str], last: str, indent: str) -> str:
    inside = ",\n".join(f"{indent}  {part}" for part in parts)
    return f"{first}\n{inside}\n{indent}{last}"


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _represent_text(dumper: _Dumper, text: str) -> yaml.Node:
    if text[:1] in "{[" and text.endswith(("}\n", "]\n")):
        return dumper.represent_scalar(f"{_TAG}str", text, style="|")
    represent = Yaml12Dumper.yaml_representers[str]
    node: yaml.Node = represent(dumper, text)
    return node


def _represent_short(dumper: _Dumper, value: Short) -> yaml.Node:
    node = dumper.represent_mapping(f"{_TAG}map", value)
    node.flow_style = _is_short(node)
    return node


def _represent_block(dumper: _Dumper, value: dict[Any, Any]) -> yaml.Node:
    node = dumper.represent_mapping(f"{_TAG}map", value, flow_style=False)
    for _, inner in node.value:
        if inner.tag == f"{_TAG}null":
            inner.value = ""  # "get:" rather than "get: null"
    return node


def _represent_list(dumper: _Dumper, value: list[Any]) -> yaml.Node:
    node = dumper.represent_sequence(f"{_TAG}seq", value)
    node.flow_style = _is_short(node)
    return node


def _is_short(node: yaml.Node) -> bool:
    texts = list(_scalars(node))
    length = sum(len(text) + 2 for text in texts)
    return length <= _SHORT and not any("\n" in text for text in texts)


def _scalars(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode):
        yield node.value
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)
    else:
        for item in node.value:
            yield from _scalars(item)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Short, _represent_short)
_Dumper.add_representer(dict, _represent_block)
_Dumper.add_representer(list, _represent_list)
