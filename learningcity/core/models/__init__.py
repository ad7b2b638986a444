"""Tables of core: the audit trail."""

from learningcity.core.models.audit import AuditBatch, AuditLine

__all__ = ["AuditBatch", "AuditLine"]
