"""Verify the audit trail: find what was changed, removed, added or put in another order, and say where."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connections
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from learningcity.core.audit.canonical import FIELDS, GENESIS, Row, digest_of, head_of, read_members
from learningcity.core.audit.sealing import heads_file
from learningcity.core.models import AuditBatch, AuditLine, AuditWaiting
from learningcity.core.refusals import Refused
from learningcity.core.snapshots import snapshot

ROWS_AT_ONCE = 5000
BATCHES_AT_ONCE = 10
FINDINGS_KEPT = 1000
WITHOUT_FRACTION = len("2026-11-23 09:00:00")


class NotAHead(Refused):
    """The words given are not a head of a chain."""

    code = "not_a_head"


@dataclass(frozen=True, slots=True)
class Finding:
    """One trace of tampering: what kind, and which line, batch or head it touches."""

    kind: str
    text: str
    line: int | None = None
    batch: int | None = None


@dataclass(slots=True)
class Report:
    """What a verification found. `unsealed` are the ids of lines that the next sealing will take."""

    head: str = GENESIS
    lines: int = 0
    batches: int = 0
    heads_compared: int = 0
    found: int = 0
    findings: list[Finding] = field(default_factory=list)
    unsealed: list[int] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        """Whether nothing was tampered with."""
        return not self.found

    def note(self, kind: str, text: str, *, line: int | None = None, batch: int | None = None) -> None:
        """Add a finding; beyond a thousand they are only counted."""
        self.found += 1
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(Finding(kind, text, line, batch))


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as the database holds it."""

    id: int
    sealed_at: datetime
    members: bytes
    previous: str
    head: str


class LinesRead:
    """The lines of the trail in the order of their ids, read once, as far as batches ask for them."""

    def __init__(self, rows: Iterable[Row], report: Report) -> None:
        self.rows = iter(rows)
        self.report = report
        self.kept: dict[int, bytes] = {}
        self.next = next(self.rows, None)

    def digest(self, identity: int) -> bytes | None:
        """Return the digest of a line, or None if there is no such line (any more)."""
        while self.next and self.next[0] < identity:
            self.kept[self.next[0]] = digest_of(self.next)
            self.move_on()
        if self.next and self.next[0] == identity:
            digest = digest_of(self.next)
            self.move_on()
            return digest
        return self.kept.pop(identity, None)

    def move_on(self) -> None:
        """Count the line and read the next one."""
        self.report.lines += 1
        self.next = next(self.rows, None)

    def rest(self) -> Iterator[int]:
        """Yield the ids of the lines that no batch has asked for."""
        yield from sorted(self.kept)
        while self.next:
            yield self.next[0]
            self.move_on()


def verify_audit(*, against: str = "") -> Report:
    """Read the whole trail in one snapshot and compare it with its chain.

    `against` is a head that was published earlier; it must be in the chain. The heads in `audit-heads.log`,
    if there is such a file, must be in it too. Raises NotAHead if `against` cannot be a head.
    """
    report = Report()
    noted = noted_heads(report)
    if against:
        noted[checked_head(against)] = _("given")
    report.heads_compared = len(noted)
    with snapshot() as alias:
        lines = LinesRead(read_rows(alias), report)
        for batch in read_batches(alias):
            compare_batch(batch, lines, report)
            noted.pop(batch.head, None)
        compare_rest(lines, waiting_ids(alias), report)
    for head, place in noted.items():
        report.note(
            "head_missing",
            _("The head %(head)s (%(place)s) is not in the chain: sealed batches were removed or replaced.")
            % {"head": head, "place": place},
        )
    return report


def read_rows(alias: str) -> Iterator[Row]:
    """Yield all lines by id."""
    lines = AuditLine.objects.using(alias).order_by("id").values_list(*FIELDS)
    if connections[alias].vendor == "sqlite":
        yield from read_text(lines)
        return
    # Read as text, the same rows take PostgreSQL's client three times as long.
    with connections[alias].chunked_cursor() as cursor:
        cursor.cursor.execute(str(lines.query), binary=True)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows


def read_text(lines: "QuerySet[AuditLine, Row]") -> Iterator[Row]:
    """Yield the lines of SQLite, which keeps moments as text: read as moments, they take twice as long."""
    kept = lines.annotate(moment=Cast("at", TextField())).values_list("id", "moment", *FIELDS[2:])
    for identity, moment, *words in kept.iterator(chunk_size=ROWS_AT_ONCE):
        yield identity, canonical_text(moment), *words


def canonical_text(moment: str) -> str:
    """Return the canonical form of a moment as SQLite keeps it; any other text stays another text.

    >>> canonical_text("2026-11-23 09:00:00"), canonical_text("2026-11-23 09:00:00.000007")
    ('2026-11-23T09:00:00.000000+00:00', '2026-11-23T09:00:00.000007+00:00')
    """
    day, space, time = moment.partition(" ")
    fraction = ".000000" if len(moment) == WITHOUT_FRACTION else ""
    return f"{day}T{time}{fraction}+00:00" if space else f"not a moment: {moment}"


def read_batches(alias: str) -> Iterator[Batch]:
    """Yield all batches in the order in which they were written."""
    rows = AuditBatch.objects.using(alias).order_by("id")
    fields = ("id", "sealed_at", "members", "previous", "head")
    for identity, sealed_at, members, previous, head in rows.values_list(*fields).iterator(BATCHES_AT_ONCE):
        yield Batch(identity, sealed_at, bytes(members), previous, head)


def waiting_ids(alias: str) -> set[int]:
    """Return the ids of the lines that wait for their seal."""
    return set(AuditWaiting.objects.using(alias).values_list("line_id", flat=True))


def compare_batch(batch: Batch, lines: LinesRead, report: Report) -> None:
    """Compare a batch with the chain before it and with the lines it sealed."""
    report.batches += 1
    if batch.previous != report.head:
        text = _("Batch %(batch)s does not follow the batch before it: a batch is missing or out of order.")
        report.note("batch_order", text % {"batch": batch.id}, batch=batch.id)
    if head_of(batch.previous, batch.sealed_at, batch.members) != batch.head:
        text = _("Batch %(batch)s was changed after it was sealed.")
        report.note("batch_changed", text % {"batch": batch.id}, batch=batch.id)
    report.head = batch.head
    for identity, sealed in read_members(batch.members):
        digest = lines.digest(identity)
        if digest != sealed:
            note_line(identity, batch, digest, report)


def note_line(identity: int, batch: Batch, digest: bytes | None, report: Report) -> None:
    """Note that a sealed line is missing or has changed."""
    kind, text = "line_changed", _("Line %(line)s was changed after it was sealed in batch %(batch)s.")
    if digest is None:
        kind, text = "line_missing", _("Line %(line)s, sealed in batch %(batch)s, is missing.")
    report.note(kind, text % {"line": identity, "batch": batch.id}, line=identity, batch=batch.id)


def compare_rest(lines: LinesRead, waiting: set[int], report: Report) -> None:
    """Compare the lines that no batch holds with those that wait for their seal."""
    for identity in lines.rest():
        if identity in waiting:
            waiting.remove(identity)
            report.unsealed.append(identity)
        else:
            text = _("Line %(line)s was added without passing through the programme: no batch holds it.")
            report.note("line_added", text % {"line": identity}, line=identity)
    for identity in sorted(waiting):
        text = _("Line %(line)s was removed, or marked as waiting again, before its next seal.")
        report.note("line_missing", text % {"line": identity}, line=identity)


def noted_heads(report: Report) -> dict[str, str]:
    """Return the heads kept outside the database, each with its place in the file."""
    noted: dict[str, str] = {}
    if not heads_file().exists():
        return noted
    with heads_file().open(encoding="ascii", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            head = line.split()[-1] if line.strip() else ""
            if is_head(head):
                noted[head] = _("line %(number)s of audit-heads.log") % {"number": number}
            else:
                text = _("Line %(number)s of audit-heads.log holds no head: the file was changed or cut.")
                report.note("heads_file", text % {"number": number})
    return noted


def is_head(words: str) -> bool:
    """Return whether the words could be a head: 64 hexadecimal digits in small letters."""
    return len(words) == len(GENESIS) and not set(words) - set("0123456789abcdef")


def checked_head(words: str) -> str:
    """Return the head that was given; raise NotAHead if it cannot be one."""
    head = words.strip().lower()
    if not is_head(head):
        raise NotAHead(
            _("A head has 64 digits from 0 to f. Copy it whole from the place where it was published."),
            field="against",
        )
    return head
