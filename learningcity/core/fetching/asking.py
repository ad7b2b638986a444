"""Ask an address, follow where it sends us, and take an answer of a bounded size."""

import http.client
import io
import socket
import ssl
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, cast
from urllib.parse import urljoin

from learningcity.core.fetching.addresses import Target, checked_addresses, target_of
from learningcity.core.fetching.lines import Deadline, Line
from learningcity.core.fetching.refusals import FetchRefused, refusals_of_the_network

MOST_REDIRECTS = 3
REDIRECTS = {301, 302, 303, 307, 308}
CHUNK = 65_536
HARMLESS = {"accept", "accept-language", "user-agent"}
"""Headers that go along to another origin; keys and cookies never do."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: the address that gave it, its status, its headers (names in small letters) and its body."""

    url: str
    status: int
    headers: Mapping[str, str]
    content_type: str
    body: bytes

    @property
    def is_fine(self) -> bool:
        """Whether the status says that it worked."""
        return 200 <= self.status < 300


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    largest: int = 1_000_000,
    timeout: float = 10.0,
    content_types: Collection[str] = (),
    into: BinaryIO | None = None,
) -> Fetched:
    """Ask an address over HTTP or HTTPS and return what it answers, whatever its status.

    Follows up to three redirects of a GET or HEAD. `largest` bounds the body in bytes, `timeout` the whole
    exchange in seconds, `content_types` says what a good answer may be. With `into`, a good body is written
    there as it comes in, and that of the answer is empty. Raises FetchRefused.
    """
    deadline = Deadline(timeout)
    target, sent = target_of(url), dict(headers or {})
    for _hop in range(MOST_REDIRECTS + 1):
        with refusals_of_the_network():
            answer = asked(target, method, sent, body, largest=largest, deadline=deadline, into=into)
        onward = next_target(target, answer) if method in ("GET", "HEAD") else None
        if onward is None:
            return checked_type(answer, content_types)
        if onward.origin != target.origin:
            sent = {name: value for name, value in sent.items() if name.lower() in HARMLESS}
        target = onward
    raise FetchRefused("fetch_redirects")


def next_target(target: Target, answer: Fetched) -> Target | None:
    """Return where an answer sends us on to, None if it does not. Raises FetchRefused."""
    place = answer.headers.get("location", "")
    if answer.status not in REDIRECTS or not place:
        return None
    try:
        onward = target_of(urljoin(target.url, place))
    except ValueError:
        raise FetchRefused("fetch_address") from None
    if (target.scheme, onward.scheme) == ("https", "http"):
        raise FetchRefused("fetch_not_secure")
    return onward


def checked_type(answer: Fetched, content_types: Collection[str]) -> Fetched:
    """Return a good answer of a wanted type, or any answer that says why not. Raises FetchRefused."""
    if content_types and answer.is_fine and answer.content_type not in content_types:
        raise FetchRefused("fetch_type")
    return answer


def asked(
    target: Target,
    method: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    largest: int,
    deadline: Deadline,
    into: BinaryIO | None,
) -> Fetched:
    """Ask one target and return its answer, redirect or not."""
    own = {"Accept-Encoding": "gzip", "Connection": "close", "Host": target.authority}
    with Line(connected(target, deadline), deadline) as line:
        connection = http.client.HTTPConnection(target.host, target.port)
        # Given a socket, http.client does not connect by itself to an address that nobody checked.
        connection.sock = cast(Any, line)
        connection.request(method, target.path, body=body, headers={**headers, **own})
        response = connection.getresponse()
        return Fetched(
            url=target.url,
            status=response.status,
            headers={name.lower(): value for name, value in response.getheaders()},
            content_type=(response.getheader("Content-Type") or "").partition(";")[0].strip().lower(),
            body=body_of(response, largest, into if 200 <= response.status < 300 else None),
        )


def connected(target: Target, deadline: Deadline) -> socket.socket:
    """Return a connection to an address of the target that was checked."""
    addresses = checked_addresses(target, deadline)
    for others, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
        try:
            plain = socket.create_connection((address, target.port), timeout=deadline.left() / (others + 1))
        except OSError:
            if not others:
                raise
        else:
            return plain if target.scheme == "http" else secured(plain, target.host, deadline)
    raise OSError("the name stands for no address")


def secured(plain: socket.socket, host: str, deadline: Deadline) -> socket.socket:
    """Return the connection under TLS, after the other machine has shown that it is the host."""
    try:
        plain.settimeout(deadline.left())
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise


def body_of(response: http.client.HTTPResponse, largest: int, into: BinaryIO | None) -> bytes:
    """Return the body, unpacked, or write it out and return nothing.

    Raises FetchRefused if it is too large, HTTPException if it was cut.
    """
    packing = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packing not in ("identity", "gzip"):
        raise http.client.HTTPException("packed in a way we did not ask for")
    unpacker = zlib.decompressobj(wbits=31) if packing == "gzip" else None
    packed = size = 0
    held = io.BytesIO()
    body = held if into is None else into
    while chunk := response.read(CHUNK):
        packed += len(chunk)
        # A bomb is unpacked no further than one byte over the limit.
        part = unpacker.decompress(chunk, largest - size + 1) if unpacker else chunk
        size += len(part)
        if max(packed, size) > largest:
            raise FetchRefused("fetch_too_large")
        body.write(part)
    if response.length or (unpacker and packed and (not unpacker.eof or unpacker.unused_data)):
        raise http.client.HTTPException("cut, or of more than one part")
    return held.getvalue()
