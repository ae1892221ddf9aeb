"""What a feature of contracts is: one thing that they say, in contracts of its own."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from launchpad_core.contract import (
    FORM,
    JSON,
    ApiContract,
    Body,
    In,
    Operation,
    Parameter,
    Response,
    Schema,
    SecurityScheme,
)
from launchpad_core.references import reference_to

TEXT: Schema = {"type": "string"}
"""The schema of what is there only to have other features."""

SMALLEST = ApiContract(
    "Sums", version="v1", operations=(Operation("GET", path="/sums"),)
)
"""What every notation can say: a title, a version, an operation that takes nothing."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that contracts say, and that a notation can say or not.

    Attributes:
        name: What it is called.
        contracts: Small contracts that say it, each of them in another place; by the
            name of the feature that the place is, or "" when there is only one.
        needs: The features that these contracts say as well.
    """

    name: str
    contracts: Mapping[str, ApiContract]
    needs: tuple[str, ...] = field(default=(), kw_only=True)

    def said(self, capabilities: Collection[str]) -> Mapping[str, ApiContract]:
        """Return its contracts in the places that a notation can say.

        They belong to the caller: what is tested may change them.
        """
        return {
            place: copy.deepcopy(contract)
            for place, contract in self.contracts.items()
            if not place or place in capabilities
        }


def of_contract(name: str, **says: Any) -> Feature:
    """Return a feature that a contract as a whole has."""
    return Feature(name, {"": _contract(Operation("GET", path="/sums"), **says)})


def of_operations(
    name: str, *methods: str, path: str = "", needs: Iterable[str] = (), **says: Any
) -> Feature:
    """Return a feature that operations of one path have."""
    operations = (
        Operation(method, path=f"/{_slug(name)}{path}", **says)
        for method in methods or ("GET",)
    )
    return Feature(name, {"": _contract(*operations)}, needs=tuple(needs))


def of_parameter(name: str, *needs: str, **says: Any) -> Feature:
    """Return a feature that a query parameter has."""
    parameter = Parameter("x", **{"location": "query", "schema": TEXT, **says})
    get = Operation("GET", path=f"/{_slug(name)}", parameters=(parameter,))
    return Feature(name, {"": _contract(get)}, needs=("query parameters", *needs))


def of_bodies(
    name: str, *bodies: Body, needs: Iterable[str] = (), **says: Any
) -> Feature:
    """Return a feature that the bodies of an operation have."""
    inputs: dict[str, Any] = {"bodies": bodies, "body_required": True, **says}
    post = Operation("POST", path=f"/{_slug(name)}", **inputs)
    return Feature(name, {"": _contract(post)}, needs=("POST", *needs))


def of_answers(name: str, *answers: Response, needs: Iterable[str] = ()) -> Feature:
    """Return a feature that the answers of an operation have."""
    get = Operation("GET", path=f"/{_slug(name)}", responses=answers)
    return Feature(name, {"": _contract(get)}, needs=tuple(needs))


def of_schemas(name: str, schema: Schema, *needs: str, values: bool = False) -> Feature:
    """Return a feature that schemas have, in every place where schemas are.

    Args:
        name: The feature's name.
        schema: A schema that says it.
        needs: The features that the schema says as well.
        values: Whether it is also said of parameters, which are no objects.
    """
    slug = _slug(name)
    contracts = _in_content(slug, schema)
    if values:
        contracts = {**_in_parameters(slug, schema), **contracts}
    return Feature(name, contracts, needs=needs)


def of_named_schemas(name: str, schemas: Mapping[str, Schema], *needs: str) -> Feature:
    """Return a feature of named schemas, the last of which is answered."""
    answer = Response(200, media_type=JSON, schema=reference_to([*schemas][-1]))
    get = Operation("GET", path=f"/{_slug(name)}", responses=(answer,))
    return Feature(name, {"": _contract(get, schemas=schemas)}, needs=needs)


def of_security(
    name: str,
    *schemes: SecurityScheme,
    asked: Iterable[Mapping[str, tuple[str, ...]]] = (),
    needs: Iterable[str] = (),
) -> Feature:
    """Return a feature of security schemes: an operation asks for any of them."""
    security = tuple(asked) or tuple({scheme.name: ()} for scheme in schemes)
    get = Operation("GET", path=f"/{_slug(name)}", security=security)
    contract = _contract(get, security_schemes=schemes)
    return Feature(name, {"": contract}, needs=tuple(needs))


def whole(contracts: Iterable[ApiContract]) -> ApiContract:
    """Return one contract that says all that these say."""
    operations: dict[tuple[str, str], Operation] = {}
    says: dict[str, Any] = {"schemas": {}, "security_schemes": ()}
    for contract in contracts:
        operations.update({(one.path, one.method): one for one in contract.operations})
        says["schemas"] |= contract.schemas
        says["security_schemes"] += contract.security_schemes
        says["description"] = contract.description or says.get("description", "")
        says["base_uri"] = contract.base_uri or says.get("base_uri", "")
    return _contract(*operations.values(), **says)


def _contract(*operations: Operation, **says: Any) -> ApiContract:
    return ApiContract("Sums", version="v1", operations=operations, **says)


def _slug(name: str) -> str:
    """Return a feature's name as paths have it."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name)
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def _in_parameters(slug: str, schema: Schema) -> dict[str, ApiContract]:
    """Return contracts with parameters of a schema, by where requests carry them."""

    def parameter(location: In) -> Parameter:
        # Where there's only one place for a value, the items of an array share it.
        shared = location in ("path", "header") and "items" in schema
        return Parameter(
            "x",
            location=location,
            schema=schema,
            required=location == "path",
            separator="," if shared else "",
        )

    def got(path: str, location: In) -> ApiContract:
        get = Operation("GET", path=path, parameters=(parameter(location),))
        return _contract(get)

    form = Body(FORM, parameters=(parameter("form"),))
    post = Operation("POST", path=f"/{slug}/form", bodies=(form,), body_required=True)
    return {
        "query parameters": got(f"/{slug}/query", "query"),
        "path parameters": got(f"/{slug}/path/{{x}}", "path"),
        "headers": got(f"/{slug}/header", "header"),
        "forms": _contract(post),
    }


def _in_content(slug: str, schema: Schema) -> dict[str, ApiContract]:
    """Return contracts with bodies and answers of a schema."""
    body = Body(JSON, schema=schema)
    post = Operation("POST", path=f"/{slug}/body", bodies=(body,), body_required=True)
    answer = Response(200, media_type=JSON, schema=schema)
    get = Operation("GET", path=f"/{slug}/answer", responses=(answer,))
    name = "".join(word.capitalize() for word in slug.split("-"))
    named = Response(200, media_type=JSON, schema=reference_to(name))
    get_named = Operation("GET", path=f"/{slug}/named", responses=(named,))
    return {
        "JSON bodies": _contract(post),
        "JSON answers": _contract(get),
        "named schemas": _contract(get_named, schemas={name: schema}),
    }
