"""How much resource types and traits may amount to: a few lines could mean anything."""

from __future__ import annotations

from typing import Any

from launchpad_core.errors import ContractError
from launchpad_core.positions import Position
from launchpad_core.yaml_reader import MAX_NODES


class Budget:
    """How much more may be put in for what one contract applies."""

    def __init__(self) -> None:
        self.left = 2 * MAX_NODES

    def spend(self, text: Any, where: Position | None) -> None:
        """Take off what a value costs: more when it is long.

        Raises:
            ContractError: When too much was spent.
        """
        self.left -= 1 + (len(text) // 100 if isinstance(text, str) else 0)
        if self.left < 0:
            raise ContractError(
                f"this amounts to more than {2 * MAX_NODES} values", where=where
            )
