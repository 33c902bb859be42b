"""HTTP as bytes on a socket: for what no library would send, and for what it would hide."""

import socket
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

SECONDS = 20


@dataclass(frozen=True)
class Reply:
    """One answer as it arrived. `headers` keeps repeated ones, names in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next((value for key, value in self.headers if key == name.lower()), None)


class Wire:
    """A connection: `send` bytes, `receive` one answer after the other."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.host = parts.netloc
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, *lines: str | bytes, body: bytes = b"") -> None:
        """A request of these lines; a Host is added after the first one unless there is one."""
        head = [line.encode("latin-1") if isinstance(line, str) else line for line in lines]
        if not any(line.lower().startswith(b"host:") for line in head):
            head.insert(1, b"Host: " + self.host.encode())
        self.socket.sendall(b"\r\n".join([*head, b"", b""]) + body)

    def _more(self) -> bool:
        piece = self.socket.recv(65536)
        self._read += piece
        return bool(piece)

    def receive(self, *, head: bool = False) -> Reply | None:
        """The next answer, None at the end of the connection. `head` says that it has no body."""
        while b"\r\n\r\n" not in self._read:
            if not self._more():
                assert not self._read, self._read
                return None
        raw, _, self._read = self._read.partition(b"\r\n\r\n")
        first, *rest = raw.decode("latin-1").split("\r\n")
        headers = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in rest)]
        status = int(first.split(" ", 2)[1])
        bodiless = head or status < 200 or status in (204, 304)
        return Reply(status, headers, b"" if bodiless else self._body(dict(headers)))

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            return self._chunks()
        if "content-length" in headers:
            return self._exactly(int(headers["content-length"]))
        while self._more():
            pass
        body, self._read = self._read, b""
        return body

    def _exactly(self, size: int) -> bytes:
        while len(self._read) < size:
            assert self._more(), "The body was cut short."
        body, self._read = self._read[:size], self._read[size:]
        return body

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self._read:
                assert self._more(), "A chunk was cut short."
            size, _, self._read = self._read.partition(b"\r\n")
            piece = self._exactly(int(size, 16))
            self._exactly(2)
            if not piece:
                return body
            body += piece

    @property
    def closed(self) -> bool:
        """Whether the other side has ended the connection and nothing came before that."""
        return self.receive() is None
