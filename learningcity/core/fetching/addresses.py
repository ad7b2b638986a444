"""Read addresses, and find out where they lead."""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from learningcity.core.fetching.lines import Deadline
from learningcity.core.fetching.refusals import FetchRefused

PORTS = {"http": 80, "https": 443}
LOWEST_FREE_PORT = 1024
LONGEST = 2000
GLOBAL_UNICAST = IPv6Network("2000::/3")
NOT_PUBLIC = [IPv6Network("2001::/23"), IPv6Network("2002::/16"), IPv6Network("3fff::/20")]
"""Inside the above: tunnels, which lead to an address inside them, and addresses for documentation."""
FIGURES = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to ask: the parts of an address that was read and found in order."""

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """What tells one server from another."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Read an address. Raises FetchRefused for what is none, is not HTTP, or holds a name and password."""
    if len(url) > LONGEST or any(sign <= " " or sign in "\\\x7f" for sign in url):
        raise FetchRefused("fetch_address")
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").rstrip(".").encode("idna").decode()
        path = iri_to_uri(parts.path or "/") + (f"?{iri_to_uri(parts.query)}" if parts.query else "")
    except ValueError:
        raise FetchRefused("fetch_address") from None
    if parts.scheme not in PORTS:
        raise FetchRefused("fetch_scheme")
    if "@" in parts.netloc:
        raise FetchRefused("fetch_credentials")
    if not host or port == 0 or "%" in host or is_disguised(host):
        raise FetchRefused("fetch_address")
    return Target(url, parts.scheme, host, port or PORTS[parts.scheme], path)


def is_disguised(host: str) -> bool:
    """Return whether a host is an IPv4 address in another guise.

    >>> [is_disguised(host) for host in ("2130706433", "0x7f.1", "127.1", "127.0.0.1", "example.org", "::1")]
    [True, True, True, False, False, False]
    """
    if ":" in host or not FIGURES.match(host.rpartition(".")[2]):
        return False
    try:
        return str(IPv4Address(host)) != host
    except ValueError:
        return True


def checked_addresses(target: Target, deadline: Deadline) -> list[str]:
    """Return all addresses of the target's host. Raises FetchRefused if one of them is not public."""
    if f"{target.host}:{target.port}" in settings.FETCH_ALLOW:
        return resolved(target.host, target.port, deadline)
    if target.port < LOWEST_FREE_PORT and target.port not in PORTS.values():
        raise FetchRefused("fetch_port")
    addresses = resolved(target.host, target.port, deadline)
    if not all(map(is_public, addresses)):
        raise FetchRefused("fetch_private")
    return addresses


def resolved(host: str, port: int, deadline: Deadline) -> list[str]:
    """Return the addresses that a host stands for. The resolver knows no deadline, so it runs aside."""
    answers: SimpleQueue[list[str]] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            found = []
        answers.put(list(dict.fromkeys(str(place[4][0]) for place in found)))

    Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=deadline.left())
    except Empty:
        raise TimeoutError from None


def is_public(address: str) -> bool:
    """Return whether an address belongs to the open internet.

    >>> [is_public(address) for address in ("1.1.1.1", "::ffff:127.0.0.1", "169.254.169.254", "0.0.0.0")]
    [True, False, False, False]
    """
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip
    if isinstance(ip, IPv6Address) and (ip not in GLOBAL_UNICAST or any(ip in net for net in NOT_PUBLIC)):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_private)
