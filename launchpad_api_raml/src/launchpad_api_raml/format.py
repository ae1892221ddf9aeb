"""The API format ``raml``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import ClassVar

from launchpad_api_raml.document import read_document, read_header
from launchpad_api_raml.inheritance import applied
from launchpad_api_raml.raml10.reader import read as read_raml10
from launchpad_api_raml.reader import contract_of
from launchpad_api_raml.spelling import check_spelling
from launchpad_api_raml.writer import text_of
from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position, shown_path

logger = logging.getLogger(__name__)


class RamlFormat(ApiFormat):
    """Reads and writes contracts in RAML."""

    suffixes: ClassVar[tuple[str, ...]] = (".raml",)
    media_type: ClassVar[str] = "application/raml+yaml"

    def read(self, path: Path) -> ApiContract:
        """Return the contract in a RAML file, as its first line says: 0.8 or 1.0.

        What can be read, but should better not be said, is logged.

        Raises:
            ContractError: With file and line, when it can't be understood.
        """
        if read_header(path).version == "1.0":
            contents = read_raml10(path)
            for remark in contents.remarks:
                logger.warning("%s", remark)
            return contents.contract
        try:
            document = applied(read_document(path))
            check_spelling(document)
            return contract_of(document)
        except RecursionError as error:
            raise ContractError(
                "this is nested too deeply", where=Position(shown_path(path), 1)
            ) from error

    def write(self, contract: ApiContract) -> str:
        """Return a contract as RAML.

        Raises:
            ContractError: When RAML 1.0 can't say what the contract says.
        """
        return text_of(contract)
