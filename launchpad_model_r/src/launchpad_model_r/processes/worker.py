"""An R process that is asked, asks back while it works, and answers."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from launchpad_core.errors import LaunchpadError
from launchpad_model_r.processes.endings import Ended
from launchpad_model_r.processes.pipes import Buffer
from launchpad_model_r.processes.process import RProcess
from launchpad_model_r.serialization import messages

Message = Mapping[str, Any]
Answer = Callable[[Message], Any]


class Holdable(Protocol):
    """A model that R processes can hold; it is referred to weakly."""

    @property
    def id(self) -> str:
        """What R processes know it by."""

    @property
    def payload(self) -> bytes:
        """What R makes an object of."""


class Refused(LaunchpadError):
    """A request to load something, to which R replied with an error.

    Attributes:
        reply: R's reply.
    """

    def __init__(self, reply: Message) -> None:
        super().__init__(reply["message"])
        self.reply = reply


class Worker:
    """Asks an R process; one thread at a time.

    Args:
        process: The process, of which nothing has been asked yet.
        message: The first request: what R has to load.
        answer: Answers what R asks for while it loads.
        timeout: How many seconds loading may take.

    Attributes:
        loaded: What R told when it had loaded.
        warnings: What R warned of while it loaded.

    Raises:
        Refused: When R replies with an error; the process is ended then.
    """

    def __init__(
        self,
        process: RProcess,
        message: Message,
        *,
        answer: Answer | None = None,
        timeout: float | None = None,
    ) -> None:
        self.process = process
        self.loaded: Message = {}
        self._held: dict[str, weakref.ref[Holdable]] = {}
        try:
            reply = self.ask(message, answer=answer, timeout=timeout)
            if reply["kind"] == "error":
                raise Refused(reply)
        except BaseException:
            process.kill()
            process.close()
            raise
        self.loaded = reply["value"]
        self.warnings = reply.get("warnings") or ()

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self.process.alive

    def ask(
        self,
        message: Message,
        *,
        answer: Answer | None = None,
        timeout: float | None = None,
    ) -> Message:
        """Return R's reply: a ``result`` or an ``error``.

        Args:
            message: The request.
            answer: Answers what R asks for meanwhile. What it raises is told to R.
            timeout: How many seconds it may take, the answers included.

        Raises:
            Ended: When R has ended.
            TookTooLong: When it took too long; the process is ended then.
            Unsendable: When the request can't be told to R.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        forgotten = [id for id, model in self._held.items() if model() is None]
        content = self._encoded(
            {**message, "forget": forgotten} if forgotten else message
        )
        begun = False
        try:
            self.process.send(content, _left(deadline))
            for id in forgotten:
                del self._held[id]
            while True:
                reply = messages.decode(self.process.receive(_left(deadline)))
                if reply["kind"] != "question":
                    return reply
                begun = True
                self.process.send(self._answer(reply, answer), _left(deadline))
        except Ended as ended:
            ended.begun |= begun
            raise
        except BaseException:
            # Whose turn it is to speak isn't known any more.
            self.process.kill()
            raise

    def hold(self, model: Holdable, timeout: float | None = None) -> None:
        """Have R make an object of a model, unless it has done so already.

        Raises:
            Refused: When R can't.
        """
        if not self.holds(model):
            request = {"kind": "hold", "model": model.id, "payload": model.payload}
            reply = self.ask(request, timeout=timeout)
            if reply["kind"] == "error":
                raise Refused(reply)
        self._held[model.id] = weakref.ref(model)

    def holds(self, model: Holdable) -> bool:
        """Return whether R has made an object of a model."""
        return model.id in self._held

    def close(self) -> None:
        """End the process: at once if it was given up, else when R has tidied up."""
        self.process.close()

    def _answer(self, question: Message, answer: Answer | None) -> Sequence[Buffer]:
        try:
            if answer is None:
                raise LaunchpadError("nothing can be asked for here")
            return self._encoded({"kind": "answer", "value": answer(question)})
        except Exception as error:
            classes = [one.__name__ for one in type(error).__mro__[:-1]]
            fault = {"kind": "fault", "message": _told(error), "classes": classes}
            return self._encoded(fault)

    def _encoded(self, message: Message) -> Sequence[Buffer]:
        return messages.encode(message, integer64=bool(self.loaded.get("integer64")))


def _left(deadline: float | None) -> float | None:
    return None if deadline is None else deadline - time.monotonic()


def _told(error: Exception) -> str:
    """Return an error's message as R can hold it: without NUL and half characters."""
    text = (str(error) or type(error).__name__).replace("\0", " ")
    return text.encode("utf-8", "replace").decode("utf-8")
