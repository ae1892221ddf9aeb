"""The functions for parameters of traits and resource types: ``<<name | !pluralize>>``.

Source: RAML 1.0, "Resource Type and Trait Parameters".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import inflection

_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z0-9]+|[^\W_]+")


def _parts(word: str) -> list[str]:
    return _PART.findall(word) or [word]


def _camel_case(word: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in _parts(word))


def _lower_camel_case(word: str) -> str:
    camel = _camel_case(word)
    first = _parts(camel)[0]
    return first.lower() + camel[len(first) :]


FUNCTIONS: Mapping[str, Callable[[str], str]] = {
    "singularize": inflection.singularize,
    "pluralize": inflection.pluralize,
    "uppercase": str.upper,
    "lowercase": str.lower,
    "lowercamelcase": _lower_camel_case,
    "uppercamelcase": _camel_case,
    "lowerunderscorecase": lambda word: "_".join(_parts(word)).lower(),
    "upperunderscorecase": lambda word: "_".join(_parts(word)).upper(),
    "lowerhyphencase": lambda word: "-".join(_parts(word)).lower(),
    "upperhyphencase": lambda word: "-".join(_parts(word)).upper(),
}
