"""Handing a document to ramlfications, which finds its resources and their methods."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from launchpad_api_raml.document import VERSION
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.sections import Section

_READ_HERE = {
    *("headers", "queryParameters", "uriParameters", "baseUriParameters", "body"),
    *("responses", "documentation", "schemas", "securitySchemes", "securedBy"),
    *("baseUri", "protocols"),
}


def parsed(document: Section) -> Any:
    """Return ramlfications' view of a document without types and traits.

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
    validators_ran = attr.get_run_validators()
    try:
        # Its own checks are off: they ask for a baseUri, and refuse enums of numbers.
        config = {**ramlfications.setup_config(None), "validate": False}
        return ramlfications.parse_raml(loaded, config)
    except BaseRAMLError as error:
        raise ContractError(
            f"this is not valid RAML: {_sentence(error)}", where=_first_line(document)
        ) from error
    except RecursionError as error:
        raise ContractError(
            "this is nested too deeply", where=_first_line(document)
        ) from error
    except (TypeError, AttributeError, KeyError, ValueError, IndexError) as error:
        raise ContractError(
            f"this RAML can't be understood: {_sentence(error)}",
            where=_first_line(document),
        ) from error
    finally:
        attr.set_run_validators(validators_ran)  # parsing leaves them off


def parameter_functions() -> Mapping[str, Callable[[str], str]]:
    """Return what ``<<name | !function>>`` can do in RAML 0.8, by name."""
    _ramlfications()
    from ramlfications.utils.tags import RAML08_FUNCTIONS

    functions: Mapping[str, Callable[[str], str]] = RAML08_FUNCTIONS
    return functions


class _Loaded(OrderedDict[Any, Any]):
    """A mapping that can have attributes, as ramlfications' own loader makes it."""

    _raml_version: str
    _raml_fragment_type: str
    _raml_source_path: str | None


def _plain(value: Any) -> Any:
    """Return sections as plain mappings, without what is read from the document."""
    if isinstance(value, Section):
        kept = {k: item for k, item in value.items() if k not in _READ_HERE}
        return _Loaded((key, _plain(item)) for key, item in kept.items())
    return value


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
