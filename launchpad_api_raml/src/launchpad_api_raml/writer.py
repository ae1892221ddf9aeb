"""From the neutral contract to RAML 0.8."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from launchpad_api_raml.bodies import is_json_type
from launchpad_api_raml.document import VERSION, YAML_12
from launchpad_api_raml.parameters import CONSTRAINTS, FITTING, TYPES
from launchpad_api_raml.schemas import CURRENT
from launchpad_core.contract import (
    ApiContract,
    In,
    Operation,
    Parameter,
    Response,
    Schema,
)
from launchpad_core.errors import ContractError

FOOTER = """
# Before this is published:
# - correct the resource's name, titles and descriptions;
# - check that the examples show nothing that must stay secret;
# - add minimum:, maximum:, minLength:, maxLength:, pattern:, default: where they help.
"""


_ODD_BREAKS = re.compile("[\r\x85\u2028\u2029]")


class _Dumper(yaml.SafeDumper):
    """Puts in quotes what YAML 1.1 or YAML 1.2 would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


for _tag, (_pattern, _first) in YAML_12.items():
    _letters = ["" if letter == "\0" else letter for letter in _first]
    _Dumper.add_implicit_resolver(_tag, re.compile(f"({_pattern})$"), _letters)


def _styled(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if text.startswith("{\n") else None
    if _ODD_BREAKS.search(text):
        style = '"'  # PyYAML takes them for line breaks in all other styles
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _styled)
_Dumper.add_multi_representer(dict, yaml.SafeDumper.represent_dict)
_Dumper.add_multi_representer(list, yaml.SafeDumper.represent_list)


def text_of(contract: ApiContract) -> str:
    """Return a contract as RAML 0.8, for a person to go on with.

    Raises:
        ContractError: When RAML 0.8 can't say what the contract says.
    """
    document: dict[str, Any] = {"title": contract.title, "version": contract.version}
    if contract.description:
        about = {"title": "About", "content": contract.description}
        document["documentation"] = [about]
    for operation in contract.operations:
        _add(document.setdefault(operation.path, {}), operation)
    body = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=88
    )
    return f"#%RAML {VERSION}\n---\n{body}{FOOTER}"


def _add(resource: dict[str, Any], operation: Operation) -> None:
    name = f"{operation.method} {operation.path}"
    uri = _named(operation.parameters, "path")
    if resource and resource.get("uriParameters", {}) != uri:
        raise _unsayable(name, "other path parameters than for the other methods")
    if operation.method.lower() in resource:
        raise _unsayable(name, "the same operation twice")
    for body in operation.bodies:
        if not body.is_form:
            raise _unsayable(name, f"a body of {body.media_type} yet")
    if uri:
        resource["uriParameters"] = uri
    method: dict[str, Any] = {}
    if operation.description:
        method["description"] = operation.description
    query = _named(operation.parameters, "query")
    if query:
        method["queryParameters"] = query
    if operation.bodies:
        method["body"] = {
            body.media_type: {"formParameters": _named(body.parameters, "form", "file")}
            for body in operation.bodies
        }
    if operation.responses:
        method["responses"] = dict(_responses(operation.responses))
    resource[operation.method.lower()] = method or None


def _named(parameters: tuple[Parameter, ...], *locations: In) -> dict[str, Any]:
    return {
        parameter.name: _facets(parameter)
        for parameter in parameters
        if parameter.location in locations
    }


def _facets(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.schema
    repeated = schema.get("type") == "array"
    scalar = schema.get("items", {}) if repeated else schema
    type_ = "file" if parameter.location == "file" else _type(scalar)
    _refuse_what_is_lost(parameter, scalar, type_)
    facets: dict[str, Any] = {}
    if "title" in schema:
        facets["displayName"] = schema["title"]
    if parameter.description:
        facets["description"] = parameter.description
    facets["type"] = type_
    if repeated:
        facets["repeat"] = True
    facets["required"] = parameter.required
    facets.update({key: scalar[key] for key in CONSTRAINTS if key in scalar})
    if "default" in schema:
        facets["default"] = schema["default"]
    if parameter.examples:
        facets["example"] = parameter.examples[0]
    return facets


def _type(schema: Schema) -> str:
    if schema.get("format") == "http-date":
        return "date"
    return str(schema.get("type", "string"))


def _refuse_what_is_lost(parameter: Parameter, scalar: Schema, type_: str) -> None:
    said = {*TYPES.get(type_, ()), "type", *FITTING.get(type_, ())}
    about = {"title", "default"}
    rest = {*scalar} - said - about
    if scalar is not parameter.schema:
        rest = {*scalar} - said | {*parameter.schema} - {"type", "items"} - about
    if rest or type_ not in TYPES:
        what = ", ".join(sorted(rest)) or f"the type {type_}"
        raise _unsayable(f'parameter "{parameter.name}"', what)


def _unsayable(where: str, what: str) -> ContractError:
    return ContractError(f"{where}: RAML {VERSION} can't say {what}")


def _responses(responses: tuple[Response, ...]) -> Iterator[tuple[int, Any]]:
    for status in dict.fromkeys(response.status for response in responses):
        alike = [response for response in responses if response.status == status]
        written: dict[str, Any] = {}
        if alike[0].description:
            written["description"] = alike[0].description
        bodies = {r.media_type: _body(r) for r in alike if r.media_type}
        if bodies:
            written["body"] = bodies
        yield status, written or None


def _body(response: Response) -> dict[str, Any] | None:
    body: dict[str, Any] = {}
    if response.schema is not None:
        if not is_json_type(response.media_type):
            raise _unsayable(response.media_type, "the schema of such an answer")
        body["schema"] = _as_json({"$schema": CURRENT, **response.schema})
    if response.examples:
        is_json = is_json_type(response.media_type)
        example = response.examples[0]
        body["example"] = _as_json(example) if is_json else example
    return body or None


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
