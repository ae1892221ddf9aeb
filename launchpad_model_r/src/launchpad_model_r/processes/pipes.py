"""Messages through two pipes: the number of bytes as a double, and then the bytes."""

from __future__ import annotations

import os
import select
import struct
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from launchpad_model_r.processes.endings import TookTooLong

Buffer = bytes | bytearray | memoryview

_SIZE = struct.Struct("<d")
_LARGE_PIPE = 1 << 20
_BLOCK = 1 << 16
_AT_ONCE = 512  # buffers; POSIX warrants 16, the systems 1024
_GLANCE = 0.5  # seconds until it is looked whether the other side has ended
_MOST = 1 << 47  # no message has more bytes


class Pipes:
    """Two pipes to another process, which may end or stop reading at any time.

    Args:
        outgoing: The file descriptor to write to; both are closed by :meth:`close`.
        incoming: The file descriptor to read from.
        ended: Says whether the other process has ended: its children may hold the
            pipes open.
    """

    def __init__(self, outgoing: int, incoming: int, ended: Callable[[], bool]) -> None:
        self._outgoing = outgoing
        self._incoming = incoming
        self._ended = ended
        self._received = bytearray()
        for end in (outgoing, incoming):
            os.set_blocking(end, False)
            _enlarge(end)
        self._readable = select.poll()
        self._readable.register(incoming, select.POLLIN)
        self._either = select.poll()
        self._either.register(incoming, select.POLLIN)
        self._either.register(outgoing, select.POLLOUT)

    def send(self, buffers: Sequence[Buffer], timeout: float | None) -> bool:
        """Send a message, and return whether the other side could still take it.

        What the other side writes meanwhile is kept, so that it never waits for us.

        Raises:
            TookTooLong: When it wasn't taken in time.
        """
        deadline = _deadline(timeout)
        if self._outgoing < 0:
            return False
        views = [memoryview(one).cast("B") for one in buffers if len(one)]
        views.insert(0, memoryview(_SIZE.pack(sum(map(len, views)))))
        first = 0
        while True:
            try:
                written = os.writev(self._outgoing, views[first : first + _AT_ONCE])
            except BlockingIOError:
                written = 0
            except BrokenPipeError:
                return False
            while first < len(views) and written >= len(views[first]):
                written -= len(views[first])
                first += 1
            if first == len(views):
                return True
            views[first] = views[first][written:]
            if not self._wait_to_write(deadline):
                return False

    def receive(self, timeout: float | None) -> bytearray | None:
        """Return the next message, or None when the other side has ended.

        Raises:
            TookTooLong: When there was none in time.
            ValueError: When what comes isn't a message.
        """
        deadline = _deadline(timeout)
        received = self._received
        if self._incoming < 0:
            return None
        while len(received) < _SIZE.size:
            if not self._wait_to_read(deadline) or not self._read():
                return None
        size = _whole(received)
        if len(received) >= _SIZE.size + size:
            message = received[_SIZE.size : _SIZE.size + size]
            del received[: _SIZE.size + size]
            return message
        message = bytearray(size)
        done = len(received) - _SIZE.size
        message[:done] = memoryview(received)[_SIZE.size :]
        received.clear()
        view = memoryview(message)
        while done < size:
            if not self._wait_to_read(deadline):
                return None
            with suppress(BlockingIOError):
                count = os.readv(self._incoming, [view[done:]])
                if not count:
                    return None
                done += count
        return message

    def unread(self) -> bool:
        """Return whether the other side has left some of what was sent."""
        import fcntl
        import termios

        if self._outgoing < 0:
            return False
        count = fcntl.ioctl(self._outgoing, termios.FIONREAD, bytes(4))
        return any(count)

    def hang_up(self) -> None:
        """Send no more."""
        outgoing, self._outgoing = self._outgoing, -1
        if outgoing >= 0:
            os.close(outgoing)

    def close(self) -> None:
        """Close both pipes."""
        self.hang_up()
        incoming, self._incoming = self._incoming, -1
        if incoming >= 0:
            os.close(incoming)

    def _wait_to_write(self, deadline: float | None) -> bool:
        """Wait until something can be written; return whether it may be."""
        while not self._ended():
            for end, events in self._either.poll(_glance(deadline)):
                if end == self._outgoing:
                    return not events & select.POLLERR
                if not self._read():
                    return False
        return False

    def _wait_to_read(self, deadline: float | None) -> bool:
        """Wait until something can be read; return whether there is something."""
        while True:
            late = self._ended()
            if self._readable.poll(0 if late else _glance(deadline)):
                return True
            if late:
                return False

    def _read(self) -> bool:
        """Read some bytes; return whether the other side may write more."""
        try:
            block = os.read(self._incoming, _BLOCK)
        except BlockingIOError:
            return True
        self._received += block
        return bool(block)


def _deadline(timeout: float | None) -> float | None:
    return None if timeout is None else time.monotonic() + timeout


def _glance(deadline: float | None) -> float:
    """Return how many milliseconds may be waited before it is looked again."""
    if deadline is None:
        return 1000 * _GLANCE
    left = deadline - time.monotonic()
    if left <= 0:
        raise TookTooLong("R did not answer in time")
    return 1000 * min(left, _GLANCE)


def _whole(received: bytearray) -> int:
    (size,) = _SIZE.unpack_from(received)
    if not (0 <= size < _MOST and size == int(size)):
        raise ValueError("R sent what isn't a message")
    return int(size)


def _enlarge(pipe: int) -> None:
    """Make a pipe large, where the system knows that and permits it."""
    import fcntl

    with suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _LARGE_PIPE)
