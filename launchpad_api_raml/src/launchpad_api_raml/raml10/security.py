"""Security schemes, and which of them a method is secured by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from launchpad_api_raml.raml10.beyond import name_beside, settings_beside
from launchpad_api_raml.raml10.nodes import (
    Node,
    check_keys,
    fault,
    is_annotation,
    map_of,
    scalar,
    text_of,
)
from launchpad_api_raml.raml10.operations import query_of, responses_of
from launchpad_api_raml.raml10.parameters import Reading
from launchpad_api_raml.raml10.structure import DESCRIBED_BY, SECURITY_SCHEME, TEMPLATE
from launchpad_api_raml.security import TYPES, kind_of
from launchpad_core.contract import Parameter, SecurityScheme
from launchpad_core.spelling import did_you_mean

_OAUTH_1 = ("requestTokenUri", "authorizationUri", "tokenCredentialsUri")
_SIGNATURES = ("HMAC-SHA1", "RSA-SHA1", "PLAINTEXT")
_GRANTS = ("authorization_code", "password", "client_credentials", "implicit")

Security = tuple[Mapping[str, tuple[str, ...]], ...]


class SecuritySchemes:
    """The security schemes of one contract.

    Attributes:
        used: Those that the contract declares, or that its operations name.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.used: dict[str, SecurityScheme] = {}

    def declare(self, name: str, node: Node) -> SecurityScheme:
        """Return a scheme, which is one of the contract's from now on.

        Raises:
            ContractError: When it isn't one.
        """
        if name not in self.used:
            self.used[name] = scheme_of(name, node, self.reading)
        return self.used[name]

    def secured_by(self, node: Node) -> Security:
        """Return the alternatives that a ``securedBy`` states.

        Raises:
            ContractError: When it names a scheme that isn't there.
        """
        stated = node.entries() if node.is_list else [node]
        alternatives = [self._alternative(item) for item in stated]
        return tuple(alternatives) or ({},)

    def _alternative(self, node: Node) -> Mapping[str, tuple[str, ...]]:
        if node.is_null:
            return {}
        given = None
        name = node.value
        if node.is_map and len(node.value) == 1:
            name, given = next(node.items())
        if not isinstance(name, str):
            raise fault("this must be the name of a security scheme", node)
        found = node.scope.find("securitySchemes", name)
        if found is None:
            hint = did_you_mean(name, node.scope.names("securitySchemes"))
            raise fault(f'there is no security scheme "{name}"', node, hint=hint)
        scheme = self.declare(name, found[0])
        return {scheme.name: tuple(_scopes(given, scheme))}


def scheme_of(name: str, node: Node, reading: Reading) -> SecurityScheme:
    """Return a security scheme.

    Raises:
        ContractError: When it has no known type, or not the settings that it needs.
    """
    if not node.is_map:
        raise fault(f'the security scheme "{name}" must be a map', node)
    check_keys(node, (*SECURITY_SCHEME, *TEMPLATE), f'the security scheme "{name}"')
    type_ = text_of(node.get("type"), "type")
    if type_ not in TYPES.values() and not type_.startswith("x-"):
        raise fault(
            f'there is no security scheme of the type "{type_}"',
            node.where_is("type"),
            hint=f"use {', '.join(TYPES.values())}, or x-other",
        )
    settings = map_of(node.value.get("settings") or node.with_map({}), "settings")
    _check_settings(type_, settings, is_stated="settings" in node)
    described = node.get("describedBy")
    parameters: tuple[Parameter, ...] = ()
    if described is not None:
        described = map_of(described, "describedBy")
        check_keys(described, DESCRIBED_BY, "describedBy")
        headers = reading.parameters(described.get("headers"), "headers", "header")
        parameters = (*headers, *query_of(described, reading))
        responses_of(described, reading)
    return SecurityScheme(
        name_beside(node, name),
        kind=kind_of(type_),
        parameters=parameters,
        description=text_of(node.get("description"), "description"),
        settings={
            **{
                key: scalar(value).plain()
                for key, value in settings.items()
                if not is_annotation(key)
            },
            **settings_beside(node),
        },
    )


def _check_settings(type_: str, settings: Node, *, is_stated: bool) -> None:
    if type_ == "OAuth 1.0":
        for key in _OAUTH_1:
            _require(key, settings)
        for item in _list(settings, "signatures"):
            if item.value not in _SIGNATURES:
                raise fault(
                    f"{item.text} is no signature of OAuth 1.0",
                    item,
                    hint=f"use {', '.join(_SIGNATURES)}",
                )
    if type_ == "OAuth 2.0" and is_stated:
        grants = list(_list(settings, "authorizationGrants"))
        for item in grants:
            if item.value not in _GRANTS and not urlsplit(item.text).scheme:
                raise fault(
                    f"{item.text} is no grant of OAuth 2.0",
                    item,
                    hint=f"use {', '.join(_GRANTS)}, or an absolute URI",
                )
        if not grants:
            raise fault("the settings have no authorizationGrants", settings)
        names = [item.value for item in grants]
        if "authorization_code" in names or "implicit" in names:
            _require("authorizationUri", settings)
        if names != ["implicit"]:
            _require("accessTokenUri", settings)


def _require(key: str, settings: Node) -> None:
    if not text_of(settings.get(key), key):
        raise fault(f"the settings have no {key}", settings, hint=f"add {key}: ...")


def _list(settings: Node, key: str) -> Iterator[Node]:
    stated = settings.get(key)
    if stated is None:
        return
    inner = scalar(stated)
    yield from inner.entries() if inner.is_list else [inner]


def _scopes(given: Node | None, scheme: SecurityScheme) -> Iterator[str]:
    if given is None or given.is_null:
        return
    stated = map_of(given, "the parameters of a security scheme").get("scopes")
    if stated is None:
        return
    known = scheme.settings.get("scopes")
    for item in stated.entries() if stated.is_list else [stated]:
        if isinstance(known, list) and item.value not in known:
            hint = did_you_mean(item.text, [str(one) for one in known])
            raise fault(f'the scheme has no scope "{item.text}"', item, hint=hint)
        yield item.text
