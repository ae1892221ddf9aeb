"""A small API format, for tests of its contract: contracts as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from launchpad_core.api_format import ApiFormat
from launchpad_core.contract import ApiContract
from launchpad_core.contracts.as_json import contract_as_json, contract_from_json
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position, shown_path


class JsonFormat(ApiFormat):
    """Holds contracts as the builds do."""

    suffixes = (".sums",)
    media_type = "application/vnd.acme.sums+json"

    def read(self, path: Path) -> ApiContract:
        """Return the contract in a file."""
        try:
            return contract_from_json(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, RecursionError, ContractError) as error:
            where = Position(shown_path(path), 1)
            raise ContractError(f"this is no contract: {error}", where=where) from error

    def write(self, contract: ApiContract) -> str:
        """Return a contract as JSON."""
        return json.dumps(self.changed(contract_as_json(contract)), indent=1)

    def changed(self, contract: Any) -> Any:
        """Return what is written instead; broken formats differ in it."""
        return contract


class InTheOrderOfASet(JsonFormat):
    """Writes security schemes in another order in each process."""

    def changed(self, contract: Any) -> Any:
        """Return the contract with other security schemes."""
        schemes = {scheme["name"]: scheme for scheme in contract["security_schemes"]}
        found = [schemes[name] for name in set(schemes)]
        return {**contract, "security_schemes": found}
