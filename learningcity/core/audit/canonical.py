"""The form in which lines and batches of the audit trail are digested."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from struct import Struct

# What a line says; its order is part of the canonical form.
FIELDS = ("id", "at", "action", "person", "on_behalf_of", "organisation", "right", "channel", "about")
GENESIS = "0" * 64

# A member of a batch: the id of a line, and the digest of its canonical form.
MEMBER = Struct(">q32s")

Row = tuple[int, datetime | str, str, str, str, str, str, str, str]


def digest_of(row: Row) -> bytes:
    """Return the digest of one line, given in the order of FIELDS; its moment may be canonical already.

    The fields are parted by a control character that no recorded field contains, so that two different lines
    never share one form.
    """
    identity, at, *words = row
    moment = at if isinstance(at, str) else at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256("\x1f".join((str(identity), moment, *words)).encode()).digest()


def members_of(rows: Iterable[Row]) -> bytes:
    """Return the members of a batch that seals these lines."""
    return b"".join(MEMBER.pack(row[0], digest_of(row)) for row in rows)


def read_members(members: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield id and digest of each line of a batch; a cut member at the end is left out."""
    whole = len(members) - len(members) % MEMBER.size
    return MEMBER.iter_unpack(members[:whole])


def head_of(previous: str, sealed_at: datetime, members: bytes) -> str:
    """Return the head of the chain after a batch: the digest of everything sealed so far."""
    moment = sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    return sha256(f"{previous}\x1f{moment}\x1f".encode() + members).hexdigest()
