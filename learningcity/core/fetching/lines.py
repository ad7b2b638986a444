"""Connections whose every read and write ends by one deadline, so that a drip of bytes gains nothing."""

import io
import socket
import time
from typing import Any


class Deadline:
    """The moment at which everything has to be done."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left; raise TimeoutError if there are none."""
        seconds = self.end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class Received(io.RawIOBase):
    """What comes in on a connection."""

    def __init__(self, plain: socket.socket, deadline: Deadline) -> None:
        self.plain, self.deadline = plain, deadline

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there, waiting no longer than the deadline."""
        self.plain.settimeout(self.deadline.left())
        return self.plain.recv_into(buffer)


class Line:
    """All that http.client needs of a socket."""

    def __init__(self, plain: socket.socket, deadline: Deadline) -> None:
        self.plain, self.deadline = plain, deadline

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *error: object) -> None:
        self.plain.close()

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        waiting = memoryview(data)
        while waiting:
            self.plain.settimeout(self.deadline.left())
            waiting = waiting[self.plain.send(waiting) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what the other machine sends, as a file."""
        return io.BufferedReader(Received(self.plain, self.deadline))

    def close(self) -> None:
        """Do nothing: http.client closes before the body was read; leaving the `with` ends the call."""
