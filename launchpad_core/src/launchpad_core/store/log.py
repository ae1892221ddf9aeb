"""A model's log: numbered entries, each created only if there is none of its number."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone

from launchpad_core.errors import StoreError
from launchpad_core.store.entries import (
    NONE,
    REMEDY,
    Entry,
    is_signed_by,
    read_entry,
    written,
)
from launchpad_core.store.model_store import ModelStore
from launchpad_core.store.signing import Signer

_NAME = re.compile("[0-9]{8}\\.json")
_MOST_TRIES = 1000
_LONGEST_WAIT = 0.05  # seconds


class Log:
    """What became of a model's builds: its history, and the only thing that commits.

    An entry is never changed, so what was read once can be relied on. Each holds the
    hash of the one before it; the last one says what all aliases point at, so that no
    reader needs more than that. Writers need no lock: of those that create an entry
    of the same number at the same moment, one does, and the others see its entry and
    try the next number. The order of the entries is all that counts; clocks don't.

    Args:
        store: Where it is kept.
        home: The key below which the model is kept.
        model: The model's name and version.
        by: Who writes.
        signer: What signs entries; those that it hasn't signed are refused then.
    """

    def __init__(
        self,
        store: ModelStore,
        home: str,
        *,
        model: str,
        by: str,
        signer: Signer | None,
    ) -> None:
        self._store = store
        self._home = home
        self._model = model
        self._by = by
        self._signer = signer
        self._last: tuple[Entry, bytes] = (NONE, b"")

    def last(self) -> Entry:
        """Return the last entry; one with the number 0 when there is none.

        It costs a look at the last entry that is known, and one at the next.

        Raises:
            StoreError: When the store can't be read, or the entry is damaged or isn't
                signed.
        """
        number, data = self._find_last()
        known, known_data = self._last
        if number < known.number and self._signer is not None:
            raise StoreError(
                f"the log of {self._model} in {self._store.shown_name} has lost "
                f"entries: it ends with {number}, and has had {known.number}",
                hint="restart, if it was you who restored a backup",
            )
        if number == 0:
            return NONE
        if (number, data) != (known.number, known_data):
            entry = self._read(number, data)
            self._check_signature(entry, data)
            self._last = entry, data
        return self._last[0]

    def entries(self) -> tuple[Entry, ...]:
        """Return all entries, the oldest first.

        Raises:
            StoreError: When the store can't be read, when one of them is damaged, or
                when one doesn't follow from the one before it.
        """
        last = self.last()
        numbers = range(1, last.number + 1)
        entries: list[Entry] = []
        previous = NONE
        contents = self._store.read_all(map(self._key, numbers))
        for number, data in zip(numbers, contents, strict=True):
            if data is None:
                raise StoreError(
                    f"the model store is damaged: {self._label(number)} is missing",
                    hint=REMEDY,
                )
            entry = self._read(number, data)
            if entry.previous != previous.sha256:
                raise StoreError(
                    f"the model store is damaged: {self._label(number)} does not "
                    "follow from the entry before it",
                    hint="restore the files of this folder from one backup",
                )
            entries.append(entry)
            previous = entry
        return tuple(entries)

    def prepare(self) -> None:
        """Raise now what would keep an entry from being added.

        Raises:
            LaunchpadError: When the log can't be relied on, or there is no key here to
                sign with.
        """
        self.last()
        if self._signer is not None:
            self._signer.check()

    def append(self, make: Callable[[Entry], Entry]) -> Entry:
        """Add an entry.

        Args:
            make: Returns the entry to add, given the last one; its number, time and
                writer are filled in. It is asked again when another writer was faster.

        Raises:
            StoreError: When the store can't be written, or its last entry can't be
                relied on.
        """
        for tried in range(_MOST_TRIES):
            last = self.last()
            if added := self._added(make(last), last):
                return added
            time.sleep(random.uniform(0, min(_LONGEST_WAIT, 0.001 * 2**tried)))
        raise StoreError(
            f"too many others write the log of {self._model} in "
            f"{self._store.shown_name}",
            hint="try again",
        )

    def sign(self, vouched_for: Entry) -> Entry:
        """Add a signed entry that vouches for all that was there before it.

        Args:
            vouched_for: The last entry that was looked at; it needn't be signed.

        Raises:
            StoreError: When an entry is damaged, when another writer added one
                meanwhile, or when the store can't be written.
        """
        last = self.unsigned().entries()[-1]
        added = self._added(last.next("sign"), last) if last == vouched_for else None
        if added is None:
            raise StoreError(
                f"another writer added to the log of {self._model} in "
                f"{self._store.shown_name} meanwhile",
                hint="look at what is there now, and try again",
            )
        return added

    def unsigned(self) -> Log:
        """Return the same log; who reads it asks for no signatures."""
        return Log(self._store, self._home, model=self._model, by=self._by, signer=None)

    def _added(self, entry: Entry, last: Entry) -> Entry | None:
        """Create an entry after the last one; None when another writer was faster."""
        entry = replace(
            entry,
            number=last.number + 1,
            at=datetime.now(timezone.utc).isoformat(),
            by=self._by,
        )
        data = written(entry, model=self._model, previous=last, signer=self._signer)
        key = self._key(entry.number)
        # A store that lost the answer may have tried again, and found our entry.
        if self._store.create(key, data) or self._store.read(key) == data:
            return self._read(entry.number, data)
        return None

    def _find_last(self) -> tuple[int, bytes]:
        """Return the number and content of the last entry.

        Who knows one, looks at those after it, as there are no gaps. Who knows none,
        asks for all names first: where an entry was lost, the last one still counts.
        """
        known, known_data = self._last
        low, found = 0, b""
        if known.number and self._content(known.number) == known_data:
            low, found = known.number, known_data
        elif named := self._highest():
            low, found = named, self._content(named) or b""
        step = 1
        while (data := self._content(low + step)) is not None:
            low, found, step = low + step, data, step * 2
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            data = self._content(middle)
            if data is None:
                high = middle
            else:
                low, found = middle, data
        return low, found

    def _highest(self) -> int:
        names = self._store.names(f"{self._home}/log")
        return max(
            (int(name[:8]) for name in names if _NAME.fullmatch(name)), default=0
        )

    def _content(self, number: int) -> bytes | None:
        return self._store.read(self._key(number))

    def _read(self, number: int, data: bytes) -> Entry:
        return read_entry(
            data, number=number, model=self._model, label=self._label(number)
        )

    def _check_signature(self, entry: Entry, data: bytes) -> None:
        """Check the last entry's signature: it stands for all that it follows from."""
        if self._signer is None or is_signed_by(data, self._signer):
            return
        fault = "is signed with another key" if entry.signed else "is not signed"
        raise StoreError(
            f"{self._label(entry.number)} {fault}, so the builds of {self._model} "
            "can't be trusted",
            hint="the right signing key, or launchpad models sign if you trust what is "
            "there",
        )

    def _key(self, number: int) -> str:
        return f"{self._home}/log/{number:08d}.json"

    def _label(self, number: int) -> str:
        return f"{self._key(number)} in {self._store.shown_name}"
