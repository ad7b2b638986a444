"""Servers on this machine that answer as well or as badly as a test wants."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Answer = Callable[[socket.socket, bytes], None]


@dataclass
class Served:
    """A server: where it listens, and what it was asked (head and body of each request)."""

    port: int
    asked: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"


def read_request(line: socket.socket) -> bytes:
    """Return a whole request: its head, and as much body as the head says."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = line.recv(65536)
        if not more:
            return got
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [
        row.split(b":")[1] for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")
    ]
    while lengths and len(body) < int(lengths[0]):
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


@contextlib.contextmanager
def serving(answer: Answer, wrap: Callable[[socket.socket], socket.socket] | None = None) -> Iterator[Served]:
    """Serve on a free port until the test is over; `answer(line, request)` sends what it likes."""
    listener = socket.create_server(("127.0.0.1", 0))
    served = Served(listener.getsockname()[1])

    def talk(line: socket.socket) -> None:
        with contextlib.suppress(OSError):
            line = wrap(line) if wrap else line
            with line:
                served.asked.append(read_request(line))
                answer(line, served.asked[-1])

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = listener.accept()
                threading.Thread(target=talk, args=[line], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield served
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def says(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    """Return an answer with a status, a body and headers (an underscore stands for a hyphen)."""
    rows = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"HTTP/1.1 {status} Words\r\nContent-Length: {len(body)}\r\n{rows}\r\n".encode()
    return lambda line, _request: line.sendall(head + body)
