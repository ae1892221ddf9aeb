"""Files behind sftp://, against a real SSH server."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import asyncssh
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from launchpad_core.errors import DataError
from launchpad_sources_files.csv import CsvSink, CsvSource
from launchpad_sources_files.parquet import ParquetSink, ParquetSource

PASSWORD = "tulip-7"
FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
TYPES: dict[str, Any] = {
    "csv": (CsvSink, CsvSource),
    "parquet": (ParquetSink, ParquetSource),
}


class Users(asyncssh.SSHServer):
    connections: ClassVar[list[asyncssh.SSHServerConnection]] = []

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connections.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("rose", PASSWORD)


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Return the port of an SSH server whose files are in ``tmp_path``."""
    loop = asyncio.new_event_loop()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Users,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=tmp_path),
        )

    async def stop() -> None:
        acceptor.close()
        while Users.connections:
            connection = Users.connections.pop()
            connection.abort()
            await connection.wait_closed()

    acceptor = loop.run_until_complete(listen())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield acceptor.get_port()
    asyncio.run_coroutine_threadsafe(stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def storage_options(port: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setenv("MY_PW", PASSWORD)
    return {"username": "rose", "password_var": "MY_PW", "port": port}


def wait_until_closed() -> None:
    """Wait until the client has closed all connections: each of them is a thread."""
    deadline = time.monotonic() + 10
    while any("paramiko" in type(t).__module__ for t in threading.enumerate()):
        assert time.monotonic() < deadline, threading.enumerate()
        time.sleep(0.01)


@pytest.mark.parametrize("type_", TYPES)
def test_file_is_written_whole_and_read(
    type_: str, storage_options: dict[str, Any], tmp_path: Path
) -> None:
    sink_class, source_class = TYPES[type_]
    path = f"sftp://127.0.0.1/new/folder/petals.{type_}"
    section = {"type": type_, "path": path, "storage_options": storage_options}

    for mode in ("replace", "replace", "append"):
        sink_class("out", {**section, "mode": mode}).put_dataframe(FRAME)

    twice = pd.concat([FRAME, FRAME], ignore_index=True)
    assert_frame_equal(source_class("petals", section).get_dataframe(), twice)
    wait_until_closed()
    names = [path.name for path in (tmp_path / "new" / "folder").iterdir()]
    assert names == [f"petals.{type_}"]


def test_wrong_password(
    storage_options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_PW", "not-the-password")
    path = "sftp://127.0.0.1/petals.csv"
    section = {"type": "csv", "path": path, "storage_options": storage_options}

    with pytest.raises(DataError) as told:
        CsvSource("petals", section).get_dataframe()

    assert str(told.value) == (
        f'data source "petals" can\'t read {path}: access is denied: '
        "Authentication failed.\n  try: check storage_options:"
    )
