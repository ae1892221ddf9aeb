"""An R process with pipes of its own, of which nothing outlives its parent."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from launchpad_core.errors import LaunchpadError
from launchpad_model_r import SCRIPTS
from launchpad_model_r.processes.console import Console
from launchpad_model_r.processes.endings import Ended, TookTooLong
from launchpad_model_r.processes.pipes import Buffer, Pipes

__all__ = ["Ended", "RProcess", "TookTooLong"]

_GUARD = SCRIPTS / "guard.sh"
_PATIENCE = 2.0  # seconds that R gets to end by itself


class RProcess:
    """An R process: started at once, sent messages, and ended.

    R leads a process group of its own, of which a guard is a member too. It ends the
    group as soon as the parent is gone, however that came about. One thread at a time
    sends, receives and closes; any thread may kill.

    Args:
        command: Rscript, the script, and arguments; the numbers of the file
            descriptors to read from and to write to are appended.
        folder: The working folder of R.
        memory: How many bytes R may take; no limit if None.

    Attributes:
        pid: The number of R's process.
    """

    def __init__(
        self, command: Sequence[str], *, folder: Path, memory: int | None = None
    ) -> None:
        if sys.platform == "win32":
            raise LaunchpadError(
                "models written in R can't be run on Windows itself",
                hint="the Windows Subsystem for Linux (WSL)",
            )
        # Collecting garbage may kill, also in a thread that holds the lock.
        self._lock = threading.RLock()
        self._killed = False
        self._reaped = threading.Event()
        self._watcher = threading.Thread(
            target=self._watch, name="launchpad-r-watcher", daemon=True
        )
        with _descriptors:
            self._folder = tempfile.mkdtemp(prefix="launchpad-r-")
            try:
                self._start(command, folder, memory)
            except BaseException:
                with suppress(OSError):  # not empty: the guard has begun, and does it
                    self.temporary.rmdir()
                raise
            _living.add(self)
        self._attend()

    @property
    def alive(self) -> bool:
        """Whether R runs, and nobody has ended it."""
        return not self._killed and not self._reaped.is_set()

    @property
    def temporary(self) -> Path:
        """The folder for R's temporary files; it goes with the process."""
        return Path(self._folder)

    def wait(self) -> None:
        """Wait until R has ended."""
        self._reaped.wait()

    def send(self, buffers: Sequence[Buffer], timeout: float | None = None) -> None:
        """Send a message.

        Raises:
            Ended: When R has ended.
            TookTooLong: When R didn't read it in time.
        """
        if not self.alive or not self._pipes.send(buffers, timeout):
            raise self._ended(begun=False)

    def receive(self, timeout: float | None = None) -> bytearray:
        """Return the next message.

        Raises:
            Ended: When R has ended.
            TookTooLong: When there was none in time.
        """
        message = self._pipes.receive(timeout)
        if message is None:
            raise self._ended(begun=not self._pipes.unread())
        return message

    def close(self) -> None:
        """End R: first by the end of its pipe, after a moment by force."""
        self.hang_up()
        if not self._reaped.wait(_PATIENCE):
            self.kill()
        self.join()
        with _descriptors:
            self._pipes.close()
            _living.discard(self)

    def hang_up(self) -> None:
        """Let R end by itself, without waiting for it."""
        with _descriptors:
            self._pipes.hang_up()

    def join(self) -> None:
        """Wait until R has ended, all is logged, and its temporary files are gone."""
        self._watcher.join()

    def kill(self) -> None:
        """End R at once; what it has started goes with it."""
        self._killed = True
        with self._lock:
            if not self._reaped.is_set():
                # The guard stays: it tidies up if Python ends before it can do that.
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)

    def _start(self, command: Sequence[str], folder: Path, memory: int | None) -> None:
        limit = "unlimited" if memory is None else str(memory // 1024)
        environment = _environment(self._folder)
        if memory is not None:
            environment["R_MAX_VSIZE"] = str(memory)
        with ExitStack() as ours, ExitStack() as theirs:
            reading, outgoing = _pipe(theirs, ours)
            incoming, answering = _pipe(ours, theirs)
            held, self._leash = _pipe(theirs, ours)
            self._printed, printing = _pipe(ours, theirs)
            reading = _beyond_the_shells_own(reading)
            theirs.callback(os.close, reading)
            self._process = subprocess.Popen(
                ["/bin/sh", str(_GUARD), limit, *command, str(reading), "4"],
                stdin=held,
                stdout=answering,
                stderr=printing,
                pass_fds=[reading],
                cwd=folder,
                env=environment,
                start_new_session=True,
            )
            self.pid = self._process.pid
            self._pipes = Pipes(outgoing, incoming, self._reaped.is_set)
            ours.pop_all()

    def _attend(self) -> None:
        """Start what logs, and what waits for the end."""
        self._console = Console(self._printed, self._reaped.is_set)
        try:
            self._console.start()
            self._watcher.start()
        except Exception:  # there are too many threads
            self.kill()
            self._watch()
            with _descriptors:
                self._pipes.close()
            raise

    def _watch(self) -> None:
        if hasattr(os, "waitid"):
            # Not reaped yet: nobody else can have got R's number meanwhile.
            with suppress(ChildProcessError):  # a server that reaps what it can
                os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        with self._lock:
            if hasattr(os, "waitid"):
                self._kill_group()
                self._process.wait()
            self._reaped.set()
        with _descriptors:
            os.close(self._leash)
            self._leash = -1
        self._console.finish()
        with _descriptors:
            os.close(self._printed)
            self._printed = -1
        shutil.rmtree(self._folder, ignore_errors=True)

    def _kill_group(self) -> None:
        # macOS permits nothing when only R itself is left, which has ended.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _ended(self, *, begun: bool) -> Ended:
        if not self._reaped.wait(_PATIENCE):
            self.kill()
            self._reaped.wait()
        self._console.finish()
        status = self._process.returncode
        return Ended(status, begun=begun, lines=self._console.last_lines)

    def _abandon(self) -> None:
        """Let go of a process that is that of the parent of this one."""
        self._killed = True
        self._lock, self._reaped = threading.RLock(), threading.Event()
        self._reaped.set()
        self._process.returncode = 0  # it isn't ours to wait for
        for one in (self._leash, self._printed):
            if one >= 0:
                os.close(one)
        self._pipes.close()


def _environment(temporary: str) -> dict[str, str]:
    """Return R's environment: R shall behave the same on all machines."""
    environment = {**os.environ, "TZ": "UTC", "TMPDIR": temporary}
    if sys.platform == "darwin":
        environment.pop("LC_ALL", None)
        return environment | {"LC_CTYPE": "en_US.UTF-8", "LC_COLLATE": "C"}
    return environment | {"LC_ALL": "C.UTF-8"}


def _pipe(readers: ExitStack, writers: ExitStack) -> tuple[int, int]:
    """Return a pipe, of which each side closes its end."""
    reading, writing = os.pipe()
    readers.callback(os.close, reading)
    writers.callback(os.close, writing)
    return reading, writing


def _beyond_the_shells_own(descriptor: int) -> int:
    """Return the same file under none of the numbers 0 to 9."""
    import fcntl

    return fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 10)


# A child by fork has the file descriptors of its parent, the leashes above all: as long
# as it kept them, R would outlive the parent. So no process is forked while some are
# opened or closed, and the child closes them first.
_descriptors = threading.RLock()
_living: weakref.WeakSet[RProcess] = weakref.WeakSet()


_owner = os.getpid()


def in_a_new_child() -> bool:
    """Return whether this is a child that Python wasn't told of; only once."""
    if _owner == os.getpid():
        return False
    _begin_child()
    return True


def _begin_child() -> None:
    global _descriptors, _owner
    _owner = os.getpid()
    _descriptors = threading.RLock()
    for process in list(_living):
        process._abandon()
    _living.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=lambda: _descriptors.acquire() and None,
        after_in_parent=lambda: _descriptors.release(),
        after_in_child=_begin_child,
    )
