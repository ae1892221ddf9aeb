"""What contracts say about who may use an API, feature by feature."""

from __future__ import annotations

from typing import Any

from launchpad_core.contract import In, Parameter, SecurityScheme
from launchpad_core.testing.api_formats.feature import TEXT, of_security

_ENTRANCE = "https://id.example.org"
_OAUTH1 = {
    "requestTokenUri": f"{_ENTRANCE}/request",
    "authorizationUri": f"{_ENTRANCE}/authorize",
    "tokenCredentialsUri": f"{_ENTRANCE}/token",
}
_OAUTH2 = {
    "authorizationUri": f"{_ENTRANCE}/authorize",
    "accessTokenUri": f"{_ENTRANCE}/token",
    "authorizationGrants": ["authorization_code"],
    "scopes": ["read", "write"],
}
_OPENID = {"openIdConnectUrl": f"{_ENTRANCE}/.well-known/openid-configuration"}


def _key(name: str, location: In, kind: str = "api_key") -> SecurityScheme:
    key = Parameter("X-Api-Key", location=location, schema=TEXT, required=True)
    return SecurityScheme(name, kind=kind, parameters=(key,))


def _scheme(kind: str, name: str = "", **says: Any) -> SecurityScheme:
    return SecurityScheme(name or kind, kind=kind, **says)


SECURITY_FEATURES = (
    of_security("basic", _scheme("basic")),
    of_security("digest", _scheme("digest")),
    of_security("bearer", _scheme("bearer", settings={"bearerFormat": "JWT"})),
    of_security("keys in headers", _key("key", "header")),
    of_security("keys in queries", _key("query_key", "query")),
    of_security("oauth1", _scheme("oauth1", settings=_OAUTH1)),
    of_security("oauth2", _scheme("oauth2", settings=_OAUTH2)),
    of_security("openid", _scheme("openid", settings=_OPENID)),
    of_security("mutual_tls", _scheme("mutual_tls")),
    of_security("pass_through", _key("pass", "header", "pass_through")),
    of_security("security of other kinds", _scheme("hoba")),
    of_security(
        "descriptions of security",
        _scheme("basic", "told", description="Ask us.\n\nWe answer."),
        needs=["basic"],
    ),
    of_security(
        "scopes",
        _scheme("oauth2", "scoped", settings=_OAUTH2),
        asked=[{"scoped": ("read",)}],
        needs=["oauth2"],
    ),
    of_security(
        "alternatives of security",
        _scheme("basic", "one"),
        _scheme("basic", "other"),
        needs=["basic"],
    ),
    of_security(
        "security together",
        _scheme("basic", "both"),
        _key("of_them", "header"),
        asked=[{"both": (), "of_them": ()}],
        needs=["basic", "keys in headers"],
    ),
    of_security(
        "optional security",
        _scheme("basic", "if_any"),
        asked=[{"if_any": ()}, {}],
        needs=["basic"],
    ),
)
