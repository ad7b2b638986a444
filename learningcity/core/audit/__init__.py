"""The audit trail: who did what, for whom, under which right, through which channel.

Lines are written in the transaction of the act (`record`), sealed in batches into a chain each minute
(`sealing`), and can be verified by anyone who holds the database or a published head (`verifying`).
Its form is described in docs/reference/audit-trail.md.
"""

from learningcity.core.audit.recording import record, subject_of
from learningcity.core.audit.sealing import seal_audit

__all__ = ["record", "seal_audit", "subject_of"]
