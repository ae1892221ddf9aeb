"""What R prints: every line goes to the log, the last ones are kept for errors."""

from __future__ import annotations

import logging
import os
import select
import threading
from collections import deque
from collections.abc import Callable

logger = logging.getLogger("launchpad_model_r.console")

_LONGEST = 4_000
_KEPT = 20
_BLOCK = 1 << 16
_LATE = 0.2  # seconds for what is still on its way when R has ended


class Console:
    """A thread that logs each line of R's stdout and stderr at INFO.

    Undecodable bytes are replaced; a line ends after 4,000 bytes, the rest is left
    out, so that R may print without end and without a newline.

    Args:
        file: The end of the pipe to read; it stays the caller's.
        ended: Says whether R has ended. A process that left R's group may hold the
            pipe open for ever.
    """

    def __init__(self, file: int, ended: Callable[[], bool]) -> None:
        self._file = file
        self._ended = ended
        self._lines: deque[str] = deque(maxlen=_KEPT)
        self._line = bytearray()
        self._thread = threading.Thread(
            target=self._read, name="launchpad-r-console", daemon=True
        )

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    @property
    def last_lines(self) -> tuple[str, ...]:
        """The last 20 lines that R printed."""
        return tuple(self._lines.copy())

    def finish(self) -> None:
        """Wait until all that R printed has been logged; call it once R has ended."""
        if self._thread.is_alive():
            self._thread.join()

    def _read(self) -> None:
        poll = select.poll()
        poll.register(self._file, select.POLLIN)
        while True:
            late = self._ended()
            if not poll.poll(1000 * (_LATE if late else 1)):
                if late:
                    break
                continue
            block = os.read(self._file, _BLOCK)
            if not block:
                break
            self._take(block)
        if self._line:
            self._log()

    def _take(self, block: bytes) -> None:
        *whole, rest = block.split(b"\n")
        for part in whole:
            self._add(part)
            self._log()
        self._add(rest)

    def _add(self, part: bytes) -> None:
        room = _LONGEST + 1 - len(self._line)
        self._line += part[:room]

    def _log(self) -> None:
        cut = len(self._line) > _LONGEST
        line = self._line[:_LONGEST].decode("utf-8", "replace").rstrip("\r")
        self._line.clear()
        line += " ..." if cut else ""
        self._lines.append(line)
        logger.info("%s", line)
