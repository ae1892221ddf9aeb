"""Security schemes of contracts, and what operations ask for, for property tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from instance_strategies import optional_texts
from schema_strategies import words

from launchpad_core.contract import In, Parameter, SecurityScheme

KINDS = (
    *("basic", "digest", "bearer", "api_key", "oauth1", "oauth2", "openid"),
    *("mutual_tls", "pass_through", "hoba"),
)
ENTRANCE = "https://id.example.org"
_SETTINGS: dict[str, tuple[dict[str, Any], ...]] = {
    "oauth1": (
        {
            "requestTokenUri": f"{ENTRANCE}/request",
            "authorizationUri": f"{ENTRANCE}/authorize",
            "tokenCredentialsUri": f"{ENTRANCE}/token",
            "signatures": ["HMAC-SHA1"],
        },
    ),
    "oauth2": (
        {
            "authorizationUri": f"{ENTRANCE}/authorize",
            "accessTokenUri": f"{ENTRANCE}/token",
            "authorizationGrants": ["authorization_code"],
            "scopes": ["read", "write"],
        },
        {
            "flows": {
                "clientCredentials": {
                    "tokenUrl": f"{ENTRANCE}/token",
                    "scopes": {"read": "look", "write": ""},
                }
            }
        },
    ),
    "openid": ({"openIdConnectUrl": f"{ENTRANCE}/.well-known/openid-configuration"},),
    "bearer": ({"bearerFormat": "JWT"},),
}


@st.composite
def security_schemes(draw: st.DrawFn) -> tuple[SecurityScheme, ...]:
    names = st.sampled_from(["key", "login", "o.auth", "010", "yes"]) | words
    return tuple(
        draw(_security_scheme(name))
        for name in draw(st.lists(names, max_size=3, unique=True))
    )


@st.composite
def _security_scheme(draw: st.DrawFn, name: str) -> SecurityScheme:
    kind = draw(st.sampled_from(KINDS))
    taken: tuple[Parameter, ...] = ()
    if kind in ("api_key", "pass_through"):
        place: In = draw(st.sampled_from(["header", "query"]))
        taken = (
            Parameter(
                "X-Api-Key", location=place, schema={"type": "string"}, required=True
            ),
        )
    return SecurityScheme(
        name,
        kind=kind,
        parameters=taken,
        description=draw(optional_texts),
        settings=draw(st.sampled_from([*_SETTINGS.get(kind, ()), {}])),
    )


def _name(scheme: SecurityScheme) -> str:
    return scheme.name


@st.composite
def alternatives(
    draw: st.DrawFn, schemes: tuple[SecurityScheme, ...]
) -> tuple[dict[str, tuple[str, ...]], ...]:
    found: list[dict[str, tuple[str, ...]]] = []
    for _ in range(draw(st.integers(0, 2)) if schemes else 0):
        chosen = draw(st.lists(st.sampled_from(schemes), max_size=2, unique_by=_name))
        alternative: dict[str, tuple[str, ...]] = {
            scheme.name: ("read",)
            if scheme.kind in ("oauth2", "openid") and draw(st.booleans())
            else ()
            for scheme in chosen
        }
        if alternative not in found:
            found.append(alternative)
    return tuple(found)
