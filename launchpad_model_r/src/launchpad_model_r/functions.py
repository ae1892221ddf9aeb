"""The developer's three functions, as R says what they ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launchpad_core.data import TAGS, Tag
from launchpad_core.errors import ModelCodeError
from launchpad_core.model_code import KNOWN_NAMES
from launchpad_core.positions import Position, shown_path
from launchpad_core.runtime import Input
from launchpad_core.spelling import did_you_mean, nearest

_INPUTS: Mapping[str, Input] = {"args": "args", "args_dict": "args", "frame": "frame"}


@dataclass(frozen=True, slots=True)
class Function:
    """One of the developer's functions.

    Attributes:
        name: Its name in the R file.
        asks: What it asks for by name; empty when it takes everything by position.
        by_position: Whether it is one of mllaunchpad's, which get their arguments in
            a fixed order.
    """

    name: str
    asks: tuple[str, ...]
    by_position: bool


class Functions:
    """What an R file defines.

    Args:
        file: The R file.
        told: By role, what R tells of the function, or None when there is none.
        others: The names of all other functions; one of them may be misspelt.

    Raises:
        ModelCodeError: When a function asks for a name that doesn't exist.
    """

    def __init__(
        self, file: Path, told: Mapping[str, Any], *, others: Sequence[str] = ()
    ) -> None:
        self._file = file
        self._others = others
        self._functions: Mapping[Tag, Function] = {
            role: self._function(role, told[role]) for role in TAGS if told[role]
        }

    @property
    def input(self) -> Input:
        """What predict takes: ``args`` or ``frame``."""
        predict = self._functions.get("predict")
        asked = predict.asks if predict else ()
        return next((_INPUTS[name] for name in asked if name in _INPUTS), "args")

    @property
    def uses_old_model(self) -> bool:
        """Whether train wants what the last training returned."""
        train = self._functions.get("train")
        return train is not None and (train.by_position or "old_model" in train.asks)

    def require(self, role: Tag) -> None:
        """Raise when there is no function for a role.

        Raises:
            ModelCodeError: Saying how to define one.
        """
        if role not in self._functions:
            near = nearest(role, self._others)
            raise ModelCodeError(
                f"the model code has no function {role}",
                where=Position(shown_path(self._file), 1),
                hint=f"define {role} <- function(...)"
                + (f", or rename {near}" if near else ""),
            )

    def _function(self, role: Tag, told: Mapping[str, Any]) -> Function:
        if not told["by_name"]:
            return Function(told["name"], (), by_position=True)
        known = KNOWN_NAMES[role]
        file = Path(told["file"]) if told["file"] else self._file
        where = Position(shown_path(file), told["line"] or 1)
        for name in told["needs"]:
            if name not in known:
                raise ModelCodeError(
                    f'{role} asks for "{name}", which does not exist; '
                    f"it can ask for {', '.join(known)}",
                    where=where,
                    hint=did_you_mean(name, known),
                )
        asks = tuple(name for name in told["asks"] if name in known)
        if len([name for name in asks if name in _INPUTS]) > 1:
            raise ModelCodeError(
                f"{role} asks for more than one of args, args_dict and frame",
                where=where,
                hint="args for one record as a list, frame for a table",
            )
        return Function(told["name"], asks, by_position=False)
