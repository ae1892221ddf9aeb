"""The API format ``openapi``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from launchpad_api_openapi.writer import document_of
from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.yaml12 import yaml_text


class OpenApiFormat(ApiFormat):
    """Reads contracts in OpenAPI 3.0, 3.1 and 3.2, and writes them in 3.1."""

    suffixes: ClassVar[tuple[str, ...]] = (".yaml", ".yml", ".json")
    media_type: ClassVar[str] = "application/json"

    def read(self, path: Path) -> ApiContract:
        """Return the contract in an OpenAPI file, in YAML or JSON.

        Raises:
            ContractError: With file and line, when it can't be understood.
        """
        # Who only writes doesn't wait for openapi-spec-validator to be imported.
        from launchpad_api_openapi.reader import contract_of_file

        return contract_of_file(path)

    def write(self, contract: ApiContract) -> str:
        """Return a contract as OpenAPI, in YAML.

        Raises:
            ContractError: When OpenAPI can't say what the contract says.
        """
        return yaml_text(document_of(contract))

    def document(self, contract: ApiContract) -> Mapping[str, Any]:
        """Return a contract as OpenAPI: plain values, ready to be written as JSON.

        Raises:
            ContractError: When OpenAPI can't say what the contract says.
        """
        return document_of(contract)
