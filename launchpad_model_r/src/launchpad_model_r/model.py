"""What training in R returns: a model as R has serialized it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)  # without slots: it is referred to weakly
class RModel:
    """A trained model, which R processes make an object of.

    Attributes:
        payload: What R's ``readRDS`` reads.
        description: What the model prints in R.
        id: What R processes know it by.
    """

    payload: bytes = field(repr=False)
    description: str = field(default="", repr=False)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __repr__(self) -> str:
        return self.description or f"a model written in R, {len(self.payload)} bytes"
