"""Periodic work of core."""

from datetime import datetime

from learningcity.core.audit.sealing import seal_audit
from learningcity.core.schedule import every


@every(minutes=1, name="core.seal_audit")
def seal(at: datetime) -> None:
    """Seal the audit trail."""
    seal_audit(at=at)
