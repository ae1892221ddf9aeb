"""Handing a document to ramlfications, which resolves what RAML lets one abbreviate."""

from __future__ import annotations

import sys
from collections import OrderedDict
from typing import Any

from launchpad_api_raml.document import VERSION
from launchpad_api_raml.parameters import PARAMETER_KEYS, base_type
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section


def parsed(document: Section) -> Any:
    """Return ramlfications' view of a document, with types and traits applied.

    Raises:
        ContractError: When ramlfications finds a fault in it.
    """
    ramlfications = _ramlfications()
    import attr
    from ramlfications.errors import BaseRAMLError

    loaded = _plain(document)
    loaded._raml_version = VERSION
    loaded._raml_fragment_type = "Root"
    loaded._raml_source_path = None
    try:
        # Its own checks are off: they ask for a baseUri, and refuse enums of numbers.
        config = {**ramlfications.setup_config(None), "validate": False}
        return ramlfications.parse_raml(loaded, config)
    except BaseRAMLError as error:
        raise ContractError(
            f"this is not valid RAML: {_sentence(error)}", where=_first_line(document)
        ) from error
    except (TypeError, AttributeError, KeyError, ValueError, IndexError) as error:
        raise ContractError(
            f"this RAML can't be understood: {_sentence(error)}",
            where=_first_line(document),
        ) from error
    finally:
        attr.set_run_validators(True)  # a failing parse leaves them off


class _Loaded(OrderedDict[Any, Any]):
    """A mapping that can have attributes, as ramlfications' own loader makes it."""

    _raml_version: str
    _raml_fragment_type: str
    _raml_source_path: str | None


def _plain(value: Any, *, parameters: bool = False) -> Any:
    """Return sections as plain mappings, with the keys that ramlfications expects."""
    if isinstance(value, Section):
        if parameters:
            return _Loaded((key, _facets(item)) for key, item in value.items())
        return _Loaded(
            (
                int(key) if key.isdecimal() else key,
                _plain(item, parameters=key in PARAMETER_KEYS),
            )
            for key, item in value.items()
        )
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _facets(facets: Any) -> Any:
    """Return a parameter's facets in RAML 0.8's own spelling of lists."""
    if not isinstance(facets, Section):
        return _Loaded()
    type_, repeated = base_type(facets)
    plain = _plain(facets)
    return _Loaded({**plain, "type": type_, **({"repeat": True} if repeated else {})})


def _ramlfications() -> Any:
    """Import ramlfications without a second of work that nobody needs.

    It imports inflect, which has every function of its own instrumented by typeguard
    on import: 1.4 of 1.5 s.
    """
    if "ramlfications" in sys.modules:
        return sys.modules["ramlfications"]
    try:
        import typeguard
    except ModuleNotFoundError:
        import ramlfications

        return ramlfications
    original = typeguard.typechecked
    typeguard.typechecked = _unchanged
    try:
        import ramlfications
    finally:
        typeguard.typechecked = original
    return ramlfications


def _unchanged(target: Any = None, **_: Any) -> Any:
    return _unchanged if target is None else target


def _sentence(error: Exception) -> str:
    text = " ".join(str(error).split())
    _, colon, rest = text.partition("Error: ")
    return rest if colon else text


def _first_line(document: Section) -> Position | None:
    return Position(document.position.file, 1) if document.position else None
