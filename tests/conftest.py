"""Fixtures for end-to-end tests: the installed command, and a real server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import databases
import pytest

BIN = Path(sys.executable).parent


@pytest.fixture(autouse=True)
def _no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LAUNCHPAD_CFG", "LAUNCHPAD_LOG", "LAUNCHPAD_NO_PLUGIN"):
        monkeypatch.delenv(name, raising=False)
    # The temporary folder may be inside of a repository, which isn't that of a test.
    above = str(Path(tempfile.gettempdir()).resolve())
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", above)


@pytest.fixture
def cli(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs ``launchpad`` as a user would: in a process."""

    def run(
        *args: str,
        cwd: Path = tmp_path,
        input: str | None = None,
        env: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(BIN / "launchpad"), *args],
            cwd=cwd,
            input=input,
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def free_port() -> int:
    """Return a port on 127.0.0.1 that nobody listens on."""
    return unused_port()


def unused_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_until_it_answers(
    url: str, process: subprocess.Popen[bytes], log: Path
) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise AssertionError(f"the server ended:\n{log.read_text()}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the server does not answer:\n{log.read_text()}")


@contextmanager
def running(
    command: list[str], *, port: int, cwd: Path, log: Path, env: dict[str, str]
) -> Iterator[str]:
    """Yield the base URL of a server process, and end it by SIGTERM."""
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **env},
            stdout=stderr,
            stderr=stderr,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_it_answers(url, process, log)
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


@pytest.fixture(scope="session")
def serve() -> Callable[..., object]:
    """Return a context manager: gunicorn serving a config's API.

    It yields the base URL; the log is ``server.log`` beside the config.
    """

    @contextmanager
    def serving(
        config: Path, *, workers: int = 1, programs: Path = BIN
    ) -> Iterator[str]:
        port = unused_port()
        command = [
            str(programs / "gunicorn"),
            f"--workers={workers}",
            f"--bind=127.0.0.1:{port}",
            "launchpad_core.wsgi",
        ]
        log = config.parent / "server.log"
        env = {"LAUNCHPAD_CFG": str(config)}
        with running(
            command, port=port, cwd=config.parent.parent, log=log, env=env
        ) as url:
            yield url

    return serving


@pytest.fixture(scope="session")
def postgresql(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[databases.Server]:
    """Return a running PostgreSQL server."""
    with installed(databases.postgresql, tmp_path_factory.mktemp("postgresql")) as it:
        yield it


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[databases.Server]:
    """Return a running MariaDB server."""
    with installed(databases.mariadb, tmp_path_factory.mktemp("mariadb")) as it:
        yield it


@pytest.fixture(scope="session")
def rscript() -> str:
    """Return the path of Rscript; skip the test where R isn't installed."""
    found = shutil.which("Rscript")
    if found is None:
        if os.environ.get("CI"):
            raise RuntimeError("Rscript is not installed")
        pytest.skip("Rscript is not installed (try: apt-get install r-base-core)")
    return found


@pytest.fixture(scope="session")
def rpart(rscript: str) -> str:
    """Return the path of Rscript; skip the test where R's package isn't installed."""
    code = "quit(status = !requireNamespace('rpart', quietly = TRUE))"
    if subprocess.run([rscript, "-e", code], check=False).returncode:
        if os.environ.get("CI"):
            raise RuntimeError("R's package rpart is not installed")
        pytest.skip("rpart is not installed (try: apt-get install r-cran-rpart)")
    return rscript


@contextmanager
def installed(
    server: Callable[[Path], AbstractContextManager[databases.Server]], folder: Path
) -> Iterator[databases.Server]:
    """Yield a server; skip the test where it isn't installed, but never in CI."""
    with ExitStack() as running:
        try:
            it = running.enter_context(server(folder))
        except databases.NoServer as reason:
            if os.environ.get("CI"):
                raise
            pytest.skip(str(reason))
        yield it
