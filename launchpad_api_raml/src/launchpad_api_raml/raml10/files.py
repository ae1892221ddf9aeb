"""Which files a contract may include, and how much it may hold in all."""

from __future__ import annotations

from pathlib import Path

from launchpad_api_raml.document import is_within_reach
from launchpad_api_raml.raml10.nodes import fault
from launchpad_core.errors import ContractError
from launchpad_core.positions import Position, shown_path
from launchpad_core.yaml_reader import MAX_BYTES, MAX_INCLUDES, MAX_NODES, read_text

MAX_DEPTH = 100
MAX_APPLIED = 2 * MAX_NODES


class Files:
    """The files that one contract is read from.

    Attributes:
        folder: The contract's folder, where ``/names`` start as well.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = 0
        self._bytes = 0
        self._nodes = 0
        self._applied = 0

    def find(self, name: str, *, beside: Path, where: Position) -> Path:
        """Return the path of a file that another one names.

        Raises:
            ContractError: When it is on the network, or out of reach.
        """
        if "://" in name:
            raise fault(
                f"{name} is outside the folder of the including file: nothing is read "
                "from the network",
                where,
                hint="download it into the contract's folder",
            )
        folder = self.folder if name.startswith("/") else beside.parent
        path = folder / name.lstrip("/")
        if not name or not is_within_reach(path, self.folder):
            raise fault(
                f"{name or 'nothing'} is outside the folder of the including file",
                where,
                hint="copy it there",
            )
        return path

    def text(self, path: Path, *, where: Position | None = None) -> str:
        """Return a file's text.

        Raises:
            ContractError: When it can't be read, or when it is too much.
        """
        if where is not None and path.exists() and not path.is_file():
            raise fault(f"{shown_path(path)} is no file", where)
        try:
            text = read_text(
                path, error=ContractError, hint="check api: raml: in the config"
            )
        except ContractError as error:
            if where is None:
                raise
            raise fault(
                error.message,
                where,
                hint="included files are looked for beside the including one",
            ) from error
        self._files += 1
        if self._files > MAX_INCLUDES:
            raise ContractError(
                f"this includes more than {MAX_INCLUDES} files", where=where
            )
        self._bytes += len(text)
        if self._bytes > MAX_BYTES:
            raise ContractError(
                f"this includes more than {MAX_BYTES} bytes", where=where
            )
        return text

    def count(self, where: Position, number: int = 1) -> None:
        """Count values that were read.

        Raises:
            ContractError: When there are too many.
        """
        self._nodes += number
        if self._nodes > MAX_NODES:
            raise fault(f"this holds more than {MAX_NODES} values", where)

    def count_applied(self, where: Position, number: int) -> None:
        """Count values that traits and resource types bring.

        Raises:
            ContractError: When there are too many.
        """
        self._applied += number
        if self._applied > MAX_APPLIED:
            raise fault(f"this amounts to more than {MAX_APPLIED} values", where)
