"""Database servers for tests and benchmarks: real ones, on a free port, for a while.

They run on 127.0.0.1 with a new and empty data folder, and are stopped by their
process id. Debian's packages are ``postgresql`` and ``mariadb-server``.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "tulip-7"
_PATIENCE = 60  # seconds that a server may take to start or to stop
_SYSTEM_FOLDERS = ("/usr/sbin", "/usr/local/bin", "/usr/bin")


class NoServer(Exception):
    """The server's programs are not installed."""


@dataclass
class Server:
    """A running database server.

    Attributes:
        backend: The dialect's name in a URL of SQLAlchemy.
        port: Where it listens, on 127.0.0.1.
        user: A user that may do everything; the password is ``PASSWORD``.
        command: What starts it.
        account: The system's user that it runs as; None for the present one.
        log: The file that it writes its messages to.
        driver: SQLAlchemy's driver that asks whether it can be reached.
        first_database: A database that a new server has.
    """

    backend: str
    port: int
    user: str
    command: list[str]
    account: str | None
    log: Path
    driver: str
    first_database: str
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def url(self, driver: str, database: str = "launchpad") -> str:
        """Return the URL of a database on it, for SQLAlchemy."""
        login = f"{self.user}:{PASSWORD}@127.0.0.1:{self.port}"
        return f"{self.backend}+{driver}://{login}/{database}"

    def start(self) -> None:
        """Start it, and wait until it answers: a port may be open before."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=_environment(self.log.parent),
                user=self.account,
                start_new_session=True,
            )
        self._wait_for_answer()

    def stop(self, *, kill: bool = False) -> None:
        """Stop it, together with its own processes; ``kill`` leaves it no time."""
        if self.process is None:
            return
        if kill:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.send_signal(
                signal.SIGINT if self.backend == "postgresql" else signal.SIGTERM
            )
        self.process.wait(_PATIENCE)
        self.process = None

    def restart(self) -> None:
        """Stop it and start it again, on the same port with the same data."""
        self.stop()
        self.start()

    def _wait_for_answer(self) -> None:
        import sqlalchemy as sa

        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self.execute("SELECT 1", self.first_database)
                return
            except sa.exc.OperationalError as error:
                ended = self.process is None or self.process.poll() is not None
                if ended or time.monotonic() > deadline:
                    raise RuntimeError(
                        f"{self.backend} did not start:\n{self.log.read_text()[-2000:]}"
                    ) from error
            time.sleep(0.05)

    def execute(self, statement: str, database: str) -> None:
        """Execute a statement outside of a transaction."""
        import sqlalchemy as sa

        engine = sa.create_engine(
            self.url(self.driver, database),
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
        )
        with engine.connect() as connected:
            connected.exec_driver_sql(statement)


@contextmanager
def postgresql(folder: Path) -> Iterator[Server]:
    """Yield a PostgreSQL server whose data is in a new folder.

    Raises:
        NoServer: When PostgreSQL isn't installed.
    """
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    initdb = _program("initdb", versions, package="postgresql")
    postgres = _program("postgres", [initdb.parent], package="postgresql")
    account = _account("postgres")
    data = _data_folder(folder, account)
    secret = data.parent / "password"
    secret.write_text(PASSWORD)
    _give(secret, account)
    _run(
        [
            *(initdb, f"--pgdata={data}", "--username=rose", f"--pwfile={secret}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"),
        ],
        folder,
        account,
    )
    port = _free_port()
    command = [str(postgres), "-D", str(data), "-p", str(port), "-h", "127.0.0.1"]
    for setting in ("unix_socket_directories=", "fsync=off", "timezone=UTC"):
        command += ["-c", setting]
    log = data.parent / "server.log"
    server = Server(
        *("postgresql", port, "rose", command, account, log, "psycopg", "postgres")
    )
    with _running(server):
        server.execute("CREATE DATABASE launchpad", "postgres")
        yield server


@contextmanager
def mariadb(folder: Path) -> Iterator[Server]:
    """Yield a MariaDB server whose data is in a new folder.

    Raises:
        NoServer: When MariaDB isn't installed.
    """
    install = _program("mariadb-install-db", package="mariadb-server")
    mariadbd = _program("mariadbd", package="mariadb-server")
    account = _account("mysql")
    data = _data_folder(folder, account)
    _run(
        [
            *(install, "--no-defaults", f"--datadir={data}", "--skip-test-db"),
            *("--auth-root-authentication-method=normal", "--skip-name-resolve"),
        ],
        folder,
        account,
    )
    first = data.parent / "first.sql"
    first.write_text(
        f"CREATE USER IF NOT EXISTS 'rose'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
        "GRANT ALL ON *.* TO 'rose'@'127.0.0.1';\n"
        "CREATE DATABASE IF NOT EXISTS launchpad CHARACTER SET utf8mb4;\n"
    )
    _give(first, account)
    port = _free_port()
    command = [str(mariadbd), "--no-defaults", f"--datadir={data}", f"--port={port}"]
    command += ["--bind-address=127.0.0.1", "--socket=socket"]
    command += [f"--init-file={first}", "--skip-name-resolve", "--skip-log-bin"]
    command += [f"--pid-file={data}/pid", "--default-time-zone=+00:00"]
    log = data.parent / "server.log"
    server = Server(
        *("mysql", port, "rose", command, account, log, "pymysql", "launchpad")
    )
    with _running(server):
        yield server


def _program(name: str, folders: list[Path] | None = None, *, package: str) -> Path:
    places = [*(folders or []), *map(Path, _SYSTEM_FOLDERS)]
    found = shutil.which(name, path=os.pathsep.join(map(str, places)))
    if not found:
        raise NoServer(f"{name} is not installed (try: apt-get install {package})")
    return Path(found).resolve()


def _account(name: str) -> str | None:
    """Return the account of a server's package, where this process is root."""
    return name if os.geteuid() == 0 else None


def _data_folder(folder: Path, account: str | None) -> Path:
    """Return a folder for a server's data, which its account can reach."""
    folder.mkdir(parents=True, exist_ok=True)
    _give(folder, account)
    data = folder / "data"
    data.mkdir(mode=0o700)
    _give(data, account)
    if account:
        for parent in folder.resolve().parents:
            if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    return data


def _give(path: Path, account: str | None) -> None:
    if account:
        shutil.chown(path, account)


def _run(command: list[object], folder: Path, account: str | None) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        env=_environment(folder),
        user=account,
        cwd="/",
    )
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr).decode(errors="replace"))


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of a server, whose account may write into a folder."""
    return {**os.environ, "TMPDIR": str(folder)}


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


@contextmanager
def _running(server: Server) -> Iterator[None]:
    server.start()
    try:
        yield
    finally:
        server.stop()
