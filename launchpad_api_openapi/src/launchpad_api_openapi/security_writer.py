"""Security schemes: from the neutral contract to OpenAPI."""

from __future__ import annotations

from typing import Any

from launchpad_api_openapi.extensions import KIND, PARAMETERS, SETTINGS
from launchpad_api_openapi.security import scheme_of
from launchpad_core.contract import Parameter, SecurityScheme
from launchpad_core.sections import plain_values

_HTTP = {
    "basic": "basic",
    "bearer": "bearer",
    "digest": "digest",
    "oauth1": "oauth",
    "pass_through": "custom",
}
_UNKNOWN_URL = "about:blank"
_FLOWS = {
    "authorization_code": "authorizationCode",
    "client_credentials": "clientCredentials",
    "code": "authorizationCode",
    "credentials": "clientCredentials",
    "implicit": "implicit",
    "owner": "password",
    "password": "password",
    "token": "implicit",
}
_AUTHORIZED = ("authorizationCode", "implicit")
_TOKEN = ("authorizationCode", "clientCredentials", "password")


def scheme_written(scheme: SecurityScheme) -> dict[str, Any]:
    """Return a security scheme in OpenAPI's words, with the rest beside them."""
    written = _nearest(scheme)
    if scheme.description:
        written["description"] = scheme.description
    read = scheme_of(scheme.name, written)
    if read.kind != scheme.kind:
        written[KIND] = scheme.kind
    if read.parameters != scheme.parameters:
        written[PARAMETERS] = [_parameter(one) for one in scheme.parameters]
    if read.settings != scheme.settings:
        written[SETTINGS] = plain_values(scheme.settings)
    return written


def _nearest(scheme: SecurityScheme) -> dict[str, Any]:
    settings = plain_values(scheme.settings)
    if scheme.kind == "oauth2":
        if "flows" in settings:
            return {"type": "oauth2", **settings}
        return {"type": "oauth2", "flows": _flows(settings)}
    if scheme.kind == "openid":
        return {
            "type": "openIdConnect",
            "openIdConnectUrl": _UNKNOWN_URL,
            **settings,
        }
    if scheme.kind == "mutual_tls":
        return {"type": "mutualTLS"}
    if scheme.kind in ("api_key", "pass_through"):
        first = next(iter(scheme.parameters), None)
        if first is not None and first.location in ("header", "query"):
            return {"type": "apiKey", "name": first.name, "in": first.location}
        if settings.get("in") == "cookie" and "name" in settings:
            return {"type": "apiKey", "name": settings["name"], "in": "cookie"}
    written = {"type": "http", "scheme": _HTTP.get(scheme.kind, scheme.kind)}
    if "bearerFormat" in settings:
        written["bearerFormat"] = settings["bearerFormat"]
    return written


def _flows(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the flows that settings in RAML's words name."""
    scopes = settings.get("scopes") or []
    urls = {
        "authorizationUrl": (_AUTHORIZED, settings.get("authorizationUri")),
        "tokenUrl": (_TOKEN, settings.get("accessTokenUri")),
    }
    flows: dict[str, Any] = {}
    for grant in settings.get("authorizationGrants") or []:
        flow = _FLOWS.get(grant)
        if flow is None:
            continue
        flows[flow] = {
            **{
                key: url or _UNKNOWN_URL
                for key, (needing, url) in urls.items()
                if flow in needing
            },
            "scopes": dict.fromkeys(scopes, ""),
        }
    return flows


def _parameter(parameter: Parameter) -> dict[str, Any]:
    written: dict[str, Any] = {"name": parameter.name, "in": parameter.location}
    if parameter.description:
        written["description"] = parameter.description
    if parameter.required:
        written["required"] = True
    written["schema"] = plain_values(parameter.schema)
    return written
