"""Tables of core: the audit trail and the schedule."""

from learningcity.core.models.audit import AuditBatch, AuditLine, AuditWaiting
from learningcity.core.models.schedule import ScheduledRun

__all__ = ["AuditBatch", "AuditLine", "AuditWaiting", "ScheduledRun"]
