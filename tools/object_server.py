"""An S3 server for tests: moto's, behind a proxy that can fail on purpose.

S3 checks the condition of a write and writes in one step; moto takes two, so the proxy
lets one write through at a time. It listens on 127.0.0.1, on a free port.
"""

from __future__ import annotations

import http.client
import logging
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Kind = Literal[
    "500",  # InternalError, nothing was done
    "503",  # SlowDown, nothing was done
    "409",  # ConditionalRequestConflict, nothing was done
    "403",  # AccessDenied, nothing was done
    "reset before",  # the connection ends before the request has reached the server
    "reset after",  # the server has done it, and the answer is lost
    "cut",  # the answer ends in its middle
    "slow",  # the answer comes after some seconds
]
_CODES = {
    "500": "InternalError",
    "503": "SlowDown",
    "409": "ConditionalRequestConflict",
    "403": "AccessDenied",
}
_OWN = ("connection", "transfer-encoding", "content-length", "keep-alive")


@dataclass
class Fault:
    """What goes wrong with some requests.

    Attributes:
        kind: What goes wrong.
        method: With which requests: ``GET``, ``PUT``, ... or "" for all.
        part: What is in their path and query.
        times: With how many of them; None for all.
        seconds: How long a slow answer takes.
    """

    kind: Kind
    method: str = ""
    part: str = ""
    times: int | None = None
    seconds: float = 0

    def takes(self, method: str, path: str) -> bool:
        """Whether it goes wrong with a request, which is counted then."""
        if not method.startswith(self.method) or self.part not in path:
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


@dataclass
class ObjectServer:
    """A running server.

    Attributes:
        url: Where it is.
        faults: What goes wrong; the first that takes a request.
        requests: Method and path of each request so far.
        ignores_conditions: Whether it overwrites what is there, as older ones do.
    """

    url: str
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    ignores_conditions: bool = False

    @contextmanager
    def failing(
        self,
        kind: Kind,
        method: str = "",
        part: str = "",
        *,
        times: int | None = None,
        seconds: float = 0,
    ) -> Iterator[None]:
        """Let some requests go wrong while the body runs."""
        fault = Fault(kind, method, part, times, seconds)
        self.faults.append(fault)
        try:
            yield
        finally:
            self.faults.remove(fault)

    def make_bucket(self, name: str) -> None:
        """Create an empty bucket."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"))
        connection.request("PUT", f"/{name}", headers={"Authorization": _SIGNED})
        assert connection.getresponse().status == 200
        connection.close()

    def put(self, bucket: str, key: str, content: bytes) -> None:
        """Put an object into a bucket, also in place of another one."""
        connection = http.client.HTTPConnection(self.url.removeprefix("http://"))
        signed = {"Authorization": _SIGNED}
        connection.request("PUT", f"/{bucket}/{key}", body=content, headers=signed)
        assert connection.getresponse().status == 200
        connection.close()

    def keys(self, bucket: str) -> list[str]:
        """Return the keys of all objects in a bucket."""
        return sorted(_backend().buckets[bucket].keys)

    def age(self, bucket: str, part: str, by: timedelta) -> None:
        """Make the objects older that have a text in their keys."""
        keys = _backend().buckets[bucket].keys
        for key in [key for key in keys if part in key]:
            keys[key].last_modified -= by


_SIGNED = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request"


@contextmanager
def object_server() -> Iterator[ObjectServer]:
    """Yield a running server without buckets."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    server = _Proxy(("127.0.0.1", 0), _Handler)
    server.upstream = f"{host}:{port}"
    server.told = ObjectServer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        moto.stop()
        _backend().reset()


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    upstream: str
    told: ObjectServer

    def __init__(self, *args: object) -> None:
        super().__init__(*args)  # type: ignore[arg-type]
        self.writing = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients are killed on purpose."""


class _Handler(BaseHTTPRequestHandler):
    server: _Proxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self) -> None:
        super().setup()
        self._upstream = http.client.HTTPConnection(self.server.upstream)

    def finish(self) -> None:
        self._upstream.close()
        super().finish()

    def log_message(self, *args: object) -> None:
        pass

    def handle_expect_100(self) -> bool:
        accepted = super().handle_expect_100()
        self.wfile.flush()
        return accepted

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # the client was killed
            self.close_connection = True
            return
        self.server.told.requests.append((self.command, self.path))
        faults = self.server.told.faults
        fault = next((f for f in faults if f.takes(self.command, self.path)), None)
        kind = fault.kind if fault else None
        if fault and kind == "slow":
            time.sleep(fault.seconds)
        if kind == "reset before":
            self._reset()
        elif kind in _CODES:
            self._refuse(int(kind), _CODES[kind])
        else:
            status, headers, content = self._forwarded(body)
            if kind == "reset after":
                self._reset()
            else:
                self._send(status, headers, content, cut=kind == "cut")

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _answer

    def _forwarded(self, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        headers = {k: v for k, v in self.headers.items() if k.lower() != "expect"}
        if self.server.told.ignores_conditions:
            headers.pop("If-None-Match", None)
        if self.command in ("GET", "HEAD"):
            return self._exchange(body, headers)
        with self.server.writing:
            return self._exchange(body, headers)

    def _exchange(
        self, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], bytes]:
        self._upstream.request(self.command, self.path, body or None, dict(headers))
        answer = self._upstream.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def _send(
        self, status: int, headers: Mapping[str, str], content: bytes, *, cut: bool
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in _OWN:
                self.send_header(name, value)
        length = {k.lower(): v for k, v in headers.items()}.get("content-length")
        whole = length if self.command == "HEAD" and length else str(len(content))
        self.send_header("Content-Length", whole)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)
        if cut:
            self.wfile.flush()
            self._reset()

    def _refuse(self, status: int, code: str) -> None:
        text = f"<Error><Code>{code}</Code><Message>no</Message></Error>"
        self._send(
            status, {"Content-Type": "application/xml"}, text.encode(), cut=False
        )

    def _reset(self) -> None:
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(self.connection.detach())


def _backend() -> Any:
    from moto.s3.models import s3_backends

    return s3_backends["123456789012"]["aws"]
