"""What has to be looked at before dates are written: free days, clashes, hours that clocks skip or repeat."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.drafts import zone
from learningcity.catalogue.actions.faults import line
from learningcity.catalogue.models import AcceptedClash, Provider, Session
from learningcity.catalogue.queries.bookings import Booking, Clash, Kind, clashes
from learningcity.catalogue.queries.closing import FreeDay, free_days, free_on
from learningcity.catalogue.templatetags.moments import session_in_words, written
from learningcity.core.refusals import Refused

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody has seen and accepts: the digest of what was shown, and why two bookings may clash."""

    digest: str = ""
    why: str = ""


NOTHING_SEEN = Seen()


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to look at: a sentence, and what it is about, so that another one is not taken for it."""

    sentence: str
    about: str
    clash: Clash | None = None


class NeedsLook(Refused):
    """Nothing was written yet: somebody has to see this, and say that it is right."""

    code = "needs_look"

    def __init__(self, sentence: object, *, looks: Sequence[Look], field: str | None = None) -> None:
        super().__init__(sentence, field=field)
        self.looks = list(looks)

    @property
    def digest(self) -> str:
        """What stands for exactly these things to look at."""
        return digest_of(self.looks)

    @property
    def asks_why(self) -> bool:
        """Whether somebody has to say why: two bookings clash."""
        return any(look.clash for look in self.looks)

    @property
    def lines(self) -> list[str]:
        """The first sentences, and how many more there are."""
        shown = [look.sentence for look in self.looks[:MOST_SHOWN]]
        more = len(self.looks) - len(shown)
        return [*shown, _("And %(count)s more.") % {"count": more}] if more else shown


def digest_of(looks: Sequence[Look]) -> str:
    """Return what stands for exactly these things."""
    return sha256("\n".join(sorted(look.about for look in looks)).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """A date that is not written yet: what it needs, and its start and end on the wall clock."""

    booking: Booking
    starts: datetime
    ends: datetime


def looks_at_days(planned: Sequence[PlannedDate]) -> list[Look]:
    """Return what to look at in these days: hours that clocks skip or repeat, holidays, closing days."""
    venues = {date.booking.venue for date in planned if date.booking.venue}
    free = free_days({date.starts.date() for date in planned}, venues)
    return [*odd_hours(planned), *on_free_days(planned, free)]


def looks_at_clashes(
    planned: Sequence[PlannedDate], *, provider: Provider | None, leaving_out: Collection[int] = ()
) -> list[Look]:
    """Return the rooms and trainers that would be booked twice."""
    bookings = [date.booking for date in planned]
    return [clash_look(clash) for clash in clashes(bookings, provider=provider, leaving_out=leaving_out)]


def odd_hours(planned: Sequence[PlannedDate]) -> Iterator[Look]:
    """Yield the times of day that do not exist, or exist twice, because the clocks change."""
    for date in planned:
        for moment in (date.starts, date.ends):
            sentence = odd_hour(moment, date.booking.time_zone)
            if sentence:
                yield Look(sentence, f"clock {moment.isoformat()}")


def odd_hour(wall: datetime, time_zone: str) -> str:
    """Return what is odd about a time on the wall clock; nothing on most days."""
    first, second = (wall.replace(tzinfo=zone(time_zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return ""
    shown = first.astimezone(UTC).astimezone(zone(time_zone))
    words = {"day": written(wall.date(), "weekday"), "time": f"{wall:%H:%M}", "shown": f"{shown:%H:%M}"}
    if shown.replace(tzinfo=None, fold=0) != wall:
        return (
            _("On %(day)s the clocks go forward: %(time)s does not exist and becomes %(shown)s. ") % words
        ) + _("Choose another time, or accept it.")
    return (_("On %(day)s the clocks go back: %(time)s comes twice, and the first one counts. ") % words) + _(
        "Choose another time, or accept it."
    )


def on_free_days(planned: Sequence[PlannedDate], free: Sequence[FreeDay]) -> Iterator[Look]:
    """Yield the dates on public holidays and on closing days of their place."""
    for date in planned:
        for day in free_on(free, date.starts.date(), date.booking.venue):
            sentence = (
                _("%(day)s is a public holiday: %(words)s.")
                if day.is_holiday
                else _("The place is closed on %(day)s: %(words)s.")
            )
            words = {"day": written(day.on, "weekday"), "words": day.words}
            yield Look(sentence % words, f"free {day.on.isoformat()} {day.venue or ''} {day.words}")


def clash_look(clash: Clash) -> Look:
    """Return a clash as something to look at; it names both bookings."""
    sentence = (
        _("The room “%(name)s” would be booked twice: for “%(one)s” (%(when)s) and “%(other)s” (%(then)s).")
        if clash.kind == Kind.ROOM
        else _("%(name)s would be in two places: at “%(one)s” (%(when)s) and “%(other)s” (%(then)s).")
    )
    about = f"{clash.kind} {clash.name} {clash.one.starts_at.isoformat()} {clash.other.session}"
    words = {
        "name": clash.name,
        "one": clash.one.title,
        "when": in_words(clash.one),
        "other": clash.other.title,
        "then": in_words(clash.other),
    }
    return Look(sentence % words, f"{about} {clash.other.starts_at.isoformat()}", clash)


def in_words(booking: Booking) -> str:
    """Return when a booking is, on the clock of its place."""
    local = zone(booking.time_zone)
    return session_in_words(booking.starts_at.astimezone(local), booking.ends_at.astimezone(local))


def require_look(looks: Sequence[Look], seen: Seen) -> None:
    """Refuse to go on until exactly these things were seen, and clashes have a reason."""
    if not looks:
        return
    if seen.digest != digest_of(looks):
        raise NeedsLook(_("Look at this first. Nothing is saved yet."), looks=looks)
    if not any(look.clash for look in looks):
        return
    sentence = _("Say why both may be booked at the same time.") if not seen.why.strip() else ""
    fault = next(line("why", seen.why, 300), None)
    if sentence or fault:
        raise NeedsLook(sentence or (fault.reason if fault else ""), looks=looks, field="why")


def keep_accepted(
    looks: Sequence[Look], sessions: Sequence[Session], *, why: str, at: datetime
) -> list[AcceptedClash]:
    """Keep why clashes were accepted; `sessions` are the dates that were written."""
    rows = {session.starts_at: session.pk for session in sessions}
    return AcceptedClash.objects.bulk_create(
        AcceptedClash(
            session_id=rows[clash.one.starts_at],
            other_id=clash.other.session or rows[clash.other.starts_at],
            kind=clash.kind,
            reason=" ".join(why.split()),
            accepted_at=at,
        )
        for clash in (look.clash for look in looks if look.clash)
    )
