"""An R process for tests, through which values go there and back."""

from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from launchpad_model_r import SCRIPTS
from launchpad_model_r.serialization import messages

SCRIPT = Path(__file__).parent / "r_echo.R"
VALUES = SCRIPTS / "values.R"


class Echo:
    """An R process that answers what it was sent, or what R code gives."""

    def __init__(self, rscript: str, **environment: str) -> None:
        reading, writing = os.pipe()
        self.process = subprocess.Popen(
            [rscript, "--vanilla", str(SCRIPT), str(VALUES), str(writing)],
            stdin=subprocess.PIPE,
            pass_fds=[writing],
            env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", **environment},
        )
        os.close(writing)
        self.answers = os.fdopen(reading, "rb")

    def __call__(self, value: Any, *, integer64: bool = False) -> Any:
        """Return a value as it comes back from R."""
        return self.answer({"value": value}, integer64=integer64)["value"]

    def r(self, code: str) -> Any:
        """Return what R code gives, or the message of its error."""
        answer = self.answer({"code": code})
        return answer.get("value", answer.get("error"))

    def answer(self, message: dict[str, Any], *, integer64: bool = False) -> Any:
        """Return the message that R answers."""
        return messages.decode(self.content(message, integer64=integer64))

    def content(self, message: dict[str, Any], *, integer64: bool = False) -> bytes:
        """Return the bytes that R answers."""
        stdin = self.process.stdin
        assert stdin
        pieces = messages.encode(message, integer64=integer64)
        stdin.write(struct.pack("<d", sum(map(len, pieces))))
        for piece in pieces:
            stdin.write(piece)
        stdin.flush()
        (size,) = struct.unpack("<d", self.answers.read(8))
        return self.answers.read(int(size))

    def __enter__(self) -> Echo:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)
        self.answers.close()
