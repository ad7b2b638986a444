"""Tables of core: the audit trail, the schedule, messages, drafts and forms on paper."""

from learningcity.core.models.audit import AuditBatch, AuditLine, AuditWaiting
from learningcity.core.models.drafts import Draft, PaperForm
from learningcity.core.models.messages import Message
from learningcity.core.models.schedule import ScheduledRun

__all__ = ["AuditBatch", "AuditLine", "AuditWaiting", "Draft", "Message", "PaperForm", "ScheduledRun"]
