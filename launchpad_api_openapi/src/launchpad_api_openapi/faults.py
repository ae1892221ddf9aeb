"""All mistakes of a contract at once, where a user would else meet one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from launchpad_core.errors import ContractError
from launchpad_core.positions import Position


class ContractErrors(ContractError):
    """All mistakes of a contract, in file order, each told once.

    Attributes:
        errors: The single mistakes; never empty.
    """

    def __init__(self, errors: Iterable[ContractError]) -> None:
        unlike = {(str(one.where), one.message): one for one in errors}
        self.errors = tuple(sorted(unlike.values(), key=_reading_order))
        first = self.errors[0]
        super().__init__(first.message, where=first.where, hint=first.hint)

    def __str__(self) -> str:
        if len(self.errors) == 1:
            return str(self.errors[0])
        return "\n".join(error.in_one_line() for error in self.errors)


class Faults:
    """The mistakes that were found so far."""

    def __init__(self) -> None:
        self._found: list[ContractError] = []

    def add(
        self, message: str, *, where: Position | None, hint: str | None = None
    ) -> None:
        """Take note of a mistake."""
        self._found.append(ContractError(message, where=where, hint=hint))

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Take note of a mistake that ends the block, and go on behind it."""
        try:
            yield
        except ContractError as error:
            self._found.append(error)

    def tell(self) -> None:
        """Raise what was found, if there is anything.

        Raises:
            ContractErrors: With all of it.
        """
        if self._found:
            raise ContractErrors(self._found)


def _reading_order(error: ContractError) -> tuple[bool, int]:
    return (error.where is None, error.where.order if error.where else 0)
