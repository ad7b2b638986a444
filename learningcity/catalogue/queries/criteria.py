"""What a person looks for: words, a place, and filters, each of which can be taken off alone."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from learningcity.catalogue.models import OfferPrice
from learningcity.core.refusals import Refused

SLOTS = ("weekday_day", "weekday_evening", "weekend")
WHENS = ("", "now", "today", "week", "later")
SORTS = ("best", "soonest", "nearest", "cheapest")
MOST_AT_ONCE = 200


class NoSuchCriterion(Refused):
    """A search asks for an order, a moment or a group that there is not."""

    code = "no_such_criterion"


@dataclass(frozen=True)
class Criteria:
    """A search. Within one filter, any of the values will do, save `access`, where all are needed.

    `near` is (lat, lon), rounded to 3 decimals; `minutes` of walking and `metres` as the crow flies are
    counted from there. `area` is "<set key>:<code>". `from_on` and `to_on` are days in the zone of each
    session; `slots` must hold for a session within them. `price_group` says whose price `free` and
    `up_to_cents` mean. `with_places`: places are counted, and some are left.
    """

    words: str = ""
    near: tuple[float, float] | None = None
    near_label: str = ""
    minutes: int | None = None
    metres: int | None = None
    forms: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    modes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    taught_in: tuple[str, ...] = ()
    written_in: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    access_unknown: bool = False
    free: bool = False
    with_places: bool = False
    up_to_cents: int | None = None
    price_group: str = OfferPrice.Group.EVERYONE.value
    from_on: date | None = None
    to_on: date | None = None
    age: int | None = None
    when: str = ""
    provider: UUID | None = None
    venue: UUID | None = None
    area: str = ""
    sort: str = "best"
    size: int = 20

    def __post_init__(self) -> None:
        """Refuse what the index has no answer to. Raises NoSuchCriterion."""
        for name, known in (("price_group", OfferPrice.Group.values), ("when", WHENS), ("sort", SORTS)):
            if getattr(self, name) not in known:
                raise NoSuchCriterion(
                    _("“%(value)s” cannot be chosen here; choose from the list.")
                    % {"value": str(getattr(self, name))[:40]},
                    field=name,
                )
        if not set(self.slots) <= set(SLOTS):
            raise NoSuchCriterion(
                _("There is no such time of the week; choose from the list."), field="slots"
            )
        if not 1 <= self.size <= MOST_AT_ONCE:
            raise NoSuchCriterion(
                _("Ask for 1 to %(most)s results at a time.") % {"most": MOST_AT_ONCE}, field="size"
            )
        if self.sort == "nearest" and not self.near:
            raise NoSuchCriterion(_("Say near which place, so that the way can be measured."), field="near")

    @property
    def has_distance(self) -> bool:
        """Whether only what lies within a walk or a radius is wanted."""
        return bool(self.near) and not (self.minutes is None and self.metres is None)
