"""Real servers on the loopback interface that answer byte by byte as a test says."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from threading import Thread

Answer = Callable[[socket.socket], None]


class RawServer:
    """Accepts connections, reads a request's head, and lets `answer` do the rest. Close it after use."""

    def __init__(self, answer: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.heads: list[str] = []
        self._answer = answer
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        Thread(target=self._accept, daemon=True).start()

    def url(self, host: str = "127.0.0.1", path: str = "/") -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{host}:{self.port}{path}"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                spoken = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
                with spoken:
                    self.heads.append(_head(spoken))
                    self._answer(spoken)
        except OSError:
            return  # the client hung up, which is what many of these tests are about


def _head(connection: socket.socket) -> str:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(4096)
        if not piece:
            break
        received += piece
    return received.decode("latin-1")


def fixed(body: bytes, status: str = "200 OK", **headers: str) -> Answer:
    """An answer of one piece; underscores in names of headers stand for dashes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    message = "\r\n".join([*lines, "", ""]).encode() + body
    return lambda connection: connection.sendall(message)


def closed_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
