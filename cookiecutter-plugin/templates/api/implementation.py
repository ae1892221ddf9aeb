"""The API format `{{ cookiecutter.type }}`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

from launchpad_core import (
    ApiContract,
    ApiFormat,
    ContractError,
    Position,
    contract_as_json,
    contract_from_json,
    shown_path,
)


class {{ cookiecutter.__class }}(ApiFormat):
    """Contracts as JSON, with the names that the attributes of the contract have."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    media_type: ClassVar[str] = "application/json"

    def read(self, path: Path) -> ApiContract:
        """Return the contract that a file holds."""
        shown = shown_path(path)
        try:
            return contract_from_json(json.loads(path.read_text("utf-8")))
        except json.JSONDecodeError as error:
            where = Position(shown, error.lineno)
            raise ContractError(error.msg, where=where) from error
        except ContractError as error:
            raise ContractError(error.message, where=Position(shown, 1)) from error
        except (OSError, ValueError, RecursionError) as error:
            raise ContractError(f"can't read {shown}: {error}") from error

    def write(self, contract: ApiContract) -> str:
        """Return a contract as JSON; ``read`` gives it back."""
        values = contract_as_json(contract)
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"
