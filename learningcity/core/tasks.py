"""Periodic work of core."""

from datetime import datetime

from learningcity.core.audit.sealing import seal_audit
from learningcity.core.drafts import drop_expired_drafts
from learningcity.core.messages import deliver, empty_old, sweep_letters
from learningcity.core.paper import drop_expired_paper
from learningcity.core.schedule import every


@every(minutes=1, name="core.seal_audit")
def seal(at: datetime) -> None:
    """Seal the audit trail."""
    seal_audit(at=at)


@every(seconds=2, name="core.deliver_messages", lease_minutes=2)
def deliver_messages(at: datetime) -> None:
    """Send the messages that wait; a code for signing in is there within seconds."""
    deliver(at=at)


@every(minutes=60, name="core.empty_messages")
def empty_messages(at: datetime) -> None:
    """Empty messages of more than a year ago, and delete letters that nothing leads to."""
    empty_old(at=at)
    sweep_letters(at=at)


@every(minutes=60, name="core.drop_expired_forms")
def drop_expired_forms(at: datetime) -> None:
    """Forget half-filled forms and forms on paper whose time is over."""
    drop_expired_drafts(at=at)
    drop_expired_paper(at=at)
