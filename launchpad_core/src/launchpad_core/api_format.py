"""What an API format does: read a notation into the neutral contract, and write it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from launchpad_core.contract import ApiContract


class ApiFormat(ABC):
    """A notation for contracts; the base class of every API format.

    Attributes:
        suffixes: How the names of its files end; the first one is for new files.
        media_type: The media type of its files, as they are published.
    """

    suffixes: ClassVar[tuple[str, ...]] = ()
    media_type: ClassVar[str] = "text/plain"

    @abstractmethod
    def read(self, path: Path) -> ApiContract:
        """Return the contract that a file holds.

        Raises:
            ContractError: With file and line, when the file can't be understood.
        """

    @abstractmethod
    def write(self, contract: ApiContract) -> str:
        """Return a contract in this notation; :meth:`read` gives it back.

        Raises:
            ContractError: When the notation can't say what the contract says.
        """
