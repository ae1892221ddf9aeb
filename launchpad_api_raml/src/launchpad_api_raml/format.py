"""The API format ``raml``."""

from __future__ import annotations

from pathlib import Path

from launchpad_api_raml.document import read_document
from launchpad_api_raml.inheritance import applied
from launchpad_api_raml.reader import contract_of
from launchpad_api_raml.spelling import check_spelling
from launchpad_api_raml.writer import text_of
from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract


class RamlFormat(ApiFormat):
    """Reads and writes contracts in RAML 0.8."""

    def read(self, path: Path) -> ApiContract:
        """Return the contract in a RAML file.

        Raises:
            ContractError: With file and line, when it can't be understood.
        """
        document = applied(read_document(path))
        check_spelling(document)
        return contract_of(document)

    def write(self, contract: ApiContract) -> str:
        """Return a contract as RAML.

        Raises:
            ContractError: When RAML 0.8 can't say what the contract says.
        """
        return text_of(contract)
