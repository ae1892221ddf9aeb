"""The kinds of security schemes, and the types that RAML has for them."""

from __future__ import annotations

TYPES = {
    "basic": "Basic Authentication",
    "digest": "Digest Authentication",
    "oauth1": "OAuth 1.0",
    "oauth2": "OAuth 2.0",
    "pass_through": "Pass Through",
    "api_key": "x-api-key",
    "mutual_tls": "x-mutual-tls",
}
"""The RAML type of each kind; any other kind is ``x-`` and itself."""

_KINDS = {type_: kind for kind, type_ in TYPES.items()}


def type_of(kind: str) -> str:
    """Return the RAML type of a kind of security schemes."""
    return TYPES.get(kind, f"x-{kind}")


def kind_of(type_: str) -> str:
    """Return the kind of security schemes that a RAML type means."""
    return _KINDS.get(type_, type_.removeprefix("x-"))
