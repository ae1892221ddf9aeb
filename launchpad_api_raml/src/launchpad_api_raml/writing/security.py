"""Security schemes, and which of them an operation asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from launchpad_api_raml.annotations import NAME, SECURITY, SETTINGS
from launchpad_api_raml.security import type_of
from launchpad_api_raml.writing.layout import Short, short
from launchpad_api_raml.writing.names import plain_keys
from launchpad_api_raml.writing.parameters import declared
from launchpad_api_raml.writing.types import Declaration, Types
from launchpad_core.contract import Parameter, SecurityScheme

_GRANTS = ("authorization_code", "password", "client_credentials", "implicit")
_SIGNATURES = ("HMAC-SHA1", "RSA-SHA1", "PLAINTEXT")
_OF_OAUTH1 = ("requestTokenUri", "authorizationUri", "tokenCredentialsUri")
_OF_OAUTH2 = ("authorizationUri", "accessTokenUri")
_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "oauth1": (*_OF_OAUTH1, "signatures"),
    "oauth2": (*_OF_OAUTH2, "authorizationGrants", "scopes"),
    "basic": (),
    "digest": (),
    "pass_through": (),
}

Alternatives = Sequence[Mapping[str, tuple[str, ...]]]


def scheme_keys(schemes: Sequence[SecurityScheme]) -> dict[str, str]:
    """Return the key of each scheme's name."""
    return plain_keys([scheme.name for scheme in schemes])


def declared_schemes(
    schemes: Sequence[SecurityScheme], types: Types
) -> dict[str, Declaration]:
    """Return what stands below ``securitySchemes:``."""
    keys = scheme_keys(schemes)
    return {keys[item.name]: _scheme(item, keys[item.name], types) for item in schemes}


def secured_by(
    alternatives: Alternatives, schemes: Sequence[SecurityScheme]
) -> Declaration:
    """Return ``securedBy:``, and the whole truth beside it where that falls short."""
    by_name = {scheme.name: scheme for scheme in schemes}
    keys = scheme_keys(schemes)
    said: list[Any] = []
    is_all = True
    for alternative in alternatives:
        is_all = is_all and len(alternative) < 2
        if not alternative:
            said.append(None)
        for name, scopes in alternative.items():
            is_all = is_all and _can_have(by_name.get(name), scopes)
            scoped = {"scopes": list(scopes)}
            is_plain = not scopes or not _can_have(by_name.get(name), scopes)
            entry = keys.get(name, name) if is_plain else {keys[name]: scoped}
            if entry not in said:
                said.append(entry)
    found: Declaration = {"securedBy": short(said)}
    if not is_all:
        found[SECURITY.key] = [
            Short((name, list(scopes)) for name, scopes in alternative.items())
            for alternative in alternatives
        ]
    return found


def _scheme(scheme: SecurityScheme, key: str, types: Types) -> Declaration:
    found: Declaration = {}
    if key != scheme.name:
        found[NAME.key] = scheme.name
    found["type"] = _type(scheme)
    if scheme.description:
        found["description"] = scheme.description
    taken = {
        place: declared(_at(scheme.parameters, location), types)
        for place, location in (("headers", "header"), ("queryParameters", "query"))
    }
    if scheme.parameters:
        found["describedBy"] = {place: value for place, value in taken.items() if value}
    known = {
        setting: value
        for setting, value in scheme.settings.items()
        if _is_known(setting, value, scheme)
    }
    if known:
        found["settings"] = short(known)
    rest = {k: v for k, v in scheme.settings.items() if k not in known}
    if rest:
        found[SETTINGS.key] = short(rest)
    return found


def _type(scheme: SecurityScheme) -> str:
    """Return a scheme's type: its own word where RAML asks for more than it says."""
    if scheme.kind == "oauth1" and not _has_all(scheme):
        return f"x-{scheme.kind}"
    return type_of(scheme.kind)


def _has_all(scheme: SecurityScheme) -> bool:
    """Whether a scheme has all settings that RAML demands of its kind."""
    needed: tuple[str, ...] = ()
    if scheme.kind == "oauth1":
        needed = _OF_OAUTH1
    if scheme.kind == "oauth2":
        grants = scheme.settings.get("authorizationGrants")
        needed = (
            "authorizationGrants",
            *(() if grants == ["implicit"] else _OF_OAUTH2),
        )
    return all(_is_sayable(key, scheme.settings.get(key)) for key in needed)


def _at(parameters: Sequence[Parameter], location: str) -> list[Parameter]:
    return [parameter for parameter in parameters if parameter.location == location]


def _is_known(setting: str, value: Any, scheme: SecurityScheme) -> bool:
    """Whether RAML has a setting, and takes this value for it."""
    if scheme.kind not in _OF_KIND:
        return not setting.startswith("(")
    is_defined = setting in _OF_KIND[scheme.kind] and _has_all(scheme)
    return is_defined and _is_sayable(setting, value)


def _is_sayable(setting: str, value: Any) -> bool:
    if setting.endswith("Uri"):
        return isinstance(value, str) and bool(value)
    is_list = isinstance(value, (list, tuple)) and bool(value)
    if not is_list or not all(isinstance(item, str) for item in value):
        return False
    if setting == "signatures":
        return {*value} <= {*_SIGNATURES}
    if setting == "authorizationGrants":
        return all(item in _GRANTS or urlsplit(item).scheme for item in value)
    return True


def _can_have(scheme: SecurityScheme | None, scopes: Sequence[str]) -> bool:
    """Whether ``securedBy:`` can say these scopes of a scheme."""
    if scheme is None:
        return False
    if not scopes:
        return True
    known = scheme.settings.get("scopes", scopes)
    return scheme.kind == "oauth2" and {*scopes} <= {*known}
