"""YAML 1.2 for contracts, which PyYAML's YAML 1.1 would misread and write."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import yaml

_TAG = "tag:yaml.org,2002:"
_CORE = {None, *(f"{_TAG}{kind}" for kind in ("null", "str", "seq", "map"))}
_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")

SCALARS = {
    f"{_TAG}null": (r"~|null|Null|NULL|", ("~", "n", "N", "")),
    f"{_TAG}bool": (r"true|True|TRUE|false|False|FALSE", tuple("tTfF")),
    f"{_TAG}int": (
        r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
        tuple("-+0123456789"),
    ),
    f"{_TAG}float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
        r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        tuple("-+.0123456789"),
    ),
    f"{_TAG}merge": (r"<<", ("<",)),
}
"""How each kind of plain scalar is written, and the letters that it may begin with."""


_CONSTRUCTORS = {
    tag: constructor
    for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
    if tag in _CORE
}
_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Yaml12Loader(yaml.SafeLoader):
    """Tells numbers and booleans from text as YAML 1.2's core schema does.

    Source: YAML 1.2.2, 10.3.2 "Tag Resolution".
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    yaml_constructors: ClassVar[dict[str | None, Any]] = {**_CONSTRUCTORS}


class FastYaml12Loader(_PARSER):  # type: ignore[misc, valid-type]
    """The same, ten times as fast where PyYAML comes with libyaml.

    It must not be given a text that is nested more deeply than
    :func:`launchpad_core.yaml_limits.check_limits` allows: libyaml would crash.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    yaml_constructors: ClassVar[dict[str | None, Any]] = {**_CONSTRUCTORS}


class Yaml12Dumper(yaml.SafeDumper):
    """Puts in quotes what YAML 1.1 or YAML 1.2 would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        """Return that a value is written wherever it stands."""
        return True


for _kind, (_pattern, _letters) in SCALARS.items():
    for _class in (Yaml12Loader, FastYaml12Loader, Yaml12Dumper):
        _class.add_implicit_resolver(
            _kind, re.compile(f"({_pattern})$"), list(_letters)
        )


def yaml_text(document: Any) -> str:
    """Return plain values as YAML: in their order, text of several lines as a block."""
    text: str = yaml.dump(
        document, Dumper=Yaml12Dumper, sort_keys=False, allow_unicode=True, width=88
    )
    return text


def _integer(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    """Return an integer: a leading zero doesn't make it octal."""
    text = node.value
    return int(text, 0) if text[:2] in ("0o", "0x") else int(text)


def _number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> float:
    text = node.value.lower()
    return float(text.replace(".inf", "inf").replace(".nan", "nan"))


def _boolean(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> bool:
    if node.value.lower() not in ("true", "false"):
        raise yaml.constructor.ConstructorError(
            None, None, f"{node.value!r} is no boolean", node.start_mark
        )
    return bool(node.value.lower() == "true")


def _styled(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text.strip("\n") else None
    if _ODD_BREAKS.search(text):
        style = '"'  # PyYAML takes them for line breaks in all other styles
    return dumper.represent_scalar(f"{_TAG}str", text, style=style)


for _loader in (Yaml12Loader, FastYaml12Loader):
    _loader.add_constructor(f"{_TAG}bool", _boolean)
    _loader.add_constructor(f"{_TAG}int", _integer)
    _loader.add_constructor(f"{_TAG}float", _number)
Yaml12Dumper.add_representer(str, _styled)
Yaml12Dumper.add_multi_representer(dict, yaml.SafeDumper.represent_dict)
Yaml12Dumper.add_multi_representer(list, yaml.SafeDumper.represent_list)
Yaml12Dumper.add_multi_representer(tuple, yaml.SafeDumper.represent_list)
