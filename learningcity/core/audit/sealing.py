"""Seal the lines of the audit trail in batches into a chain.

Writers never wait: they only write their line, and a trigger notes it as waiting. Sealers may run side by
side: each batch names the head it follows, and the database lets only one batch follow a head.
"""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from learningcity.core.audit.canonical import FIELDS, GENESIS, Row, head_of, members_of
from learningcity.core.models import AuditBatch, AuditLine, AuditWaiting

LINES_A_BATCH = 10_000

# SQLite takes no more parameters in one statement where it was built with old limits.
IDS_A_STATEMENT = 900


def seal_audit(*, at: datetime) -> list[str]:
    """Seal every waiting line; return the new heads of the chain, oldest first.

    Each head is also written to `audit-heads.log` in the data directory, outside the database.
    """
    heads = []
    while batch := seal_next(at):
        note_head(batch)
        heads.append(batch.head)
    return heads


def seal_next(at: datetime) -> AuditBatch | None:
    """Seal the next batch; return None if nothing waits."""
    while True:
        # The head is read before the lines: whoever seals between the two takes this head away from us.
        previous = newest_head()
        rows = waiting_lines()
        if not rows:
            return None
        try:
            return append_batch(previous, rows, at)
        except IntegrityError:
            if newest_head() == previous:
                raise


@transaction.atomic
def append_batch(previous: str, rows: list[Row], at: datetime) -> AuditBatch:
    """Seal these lines behind a head; raise IntegrityError if another batch follows that head already."""
    members = members_of(rows)
    batch = AuditBatch.objects.create(
        sealed_at=at,
        first_line=rows[0][0],
        last_line=rows[-1][0],
        lines=len(rows),
        members=members,
        previous=previous,
        head=head_of(previous, at, members),
    )
    ids = [row[0] for row in rows]
    for start in range(0, len(ids), IDS_A_STATEMENT):
        AuditWaiting.objects.filter(line_id__in=ids[start : start + IDS_A_STATEMENT]).delete()
    return batch


def waiting_lines() -> list[Row]:
    """Return the lines that wait for their seal, lowest id first, as many as a batch takes."""
    waiting = AuditLine.objects.filter(waiting__isnull=False).order_by("id")
    return list(waiting.values_list(*FIELDS)[:LINES_A_BATCH])


def newest_head() -> str:
    """Return the head of the newest batch, or the one that the first batch follows."""
    return AuditBatch.objects.order_by("-id").values_list("head", flat=True).first() or GENESIS


def heads_file() -> Path:
    """Return the file outside the database that keeps every head."""
    return settings.DATA / "audit-heads.log"


def note_head(batch: AuditBatch) -> None:
    """Write a head to the file outside the database, safely on the disk before anything else happens."""
    line = f"{batch.pk} {batch.sealed_at.isoformat()} {batch.head}\n"
    descriptor = os.open(heads_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode("ascii"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
