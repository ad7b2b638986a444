"""Why somebody does not get what they asked for, and what they can do instead.

Every refusal of enrolment is a `NotPossible`: `words` say what happened, `label` and `page` the next best
action. A convention test walks all of them.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from learningcity.core.refusals import Refused
from learningcity.enrolment.models import Intake

OFFER = "catalogue:offer_detail"
SEARCH = "catalogue:search"
FORM = "enrolment:enrol"
OWN_PLACES = "enrolment:place_list"
SETTINGS = "enrolment:intake_settings"
CONTACT = "people:contact"
SIGN_IN = "account_login"


@dataclass(frozen=True, slots=True)
class Step:
    """The next best action: what it is called, and the page on which it is done."""

    label: str
    url_name: str
    args: tuple[str, ...] = ()


class NotPossible(Refused):
    """Something about places that cannot be; `step` leads on.

    `words` may hold named placeholders, given as keywords. `page` is the name of an address; those of an
    offer, of the form and of the settings take the id of what the intake belongs to.
    """

    code = "not_possible"
    words: ClassVar[Any] = _("This cannot be done.")
    label: ClassVar[Any] = _("See the offer")
    page: ClassVar[str] = OFFER

    def __init__(self, intake: Intake, *, field: str | None = None, **values: object) -> None:
        super().__init__(str(self.words) % values, field=field)
        self.step = Step(str(self.label), self.page, args_of(self.page, intake))


def args_of(page: str, intake: Intake) -> tuple[str, ...]:
    """Return what the address of a page is made of."""
    if page == OFFER:
        return (str(intake.series.offer.public_id),)
    if page == FORM:
        return (str(intake.public_id),)
    return (str(intake.series.public_id),) if page == SETTINGS else ()


# Who may come


class TooYoung(NotPossible):
    """Somebody is younger than the offer is for, on its first day."""

    code = "too_young"
    words = _("%(name)s will be %(age)s years old on the first day. This is for people from %(limit)s years.")
    label = _("Find something for this age")
    page = SEARCH


class TooOld(NotPossible):
    """Somebody is older than the offer is for, on its first day."""

    code = "too_old"
    words = _(
        "%(name)s will be %(age)s years old on the first day. This is for people up to %(limit)s years."
    )
    label = _("Find something for this age")
    page = SEARCH


class BirthDateMissing(NotPossible):
    """The offer is for an age, and nobody said when the person was born."""

    code = "birth_date_missing"
    words = _("This is for a certain age. Say first on which day %(name)s was born.")
    label = _("Say the date of birth")
    page = CONTACT


class AlreadyEnrolled(NotPossible):
    """Somebody has a place, or waits for one."""

    code = "already_enrolled"
    words = _("%(name)s has a place here already, or waits for one. You need to do nothing.")
    label = _("See your places")
    page = OWN_PLACES


class NobodyNamed(NotPossible):
    """Nobody was chosen who is to come."""

    code = "nobody_named"
    words = _("Choose who is to come.")
    label = _("Choose who comes")
    page = FORM


class NamedTwice(NotPossible):
    """Somebody was chosen twice."""

    code = "named_twice"
    words = _("You chose %(name)s twice. Choose everybody once.")
    label = _("Choose who comes")
    page = FORM


class PartyTooLarge(NotPossible):
    """A group is larger than the intake takes at once."""

    code = "party_too_large"
    words = _("You are %(number)s. A group may have %(most)s here: enrol in smaller groups.")
    label = _("Choose fewer people")
    page = FORM


class TooManyCompanions(NotPossible):
    """Somebody brings more companions than the intake allows."""

    code = "too_many_companions"
    words = _("%(name)s brings %(number)s. Each person may bring %(most)s here.")
    label = _("Change who comes along")
    page = FORM


# When


class Past(NotPossible):
    """It is over."""

    code = "past"
    words = _("This has taken place already. Look for a date that is still to come.")
    label = _("See other dates")


class NotOpen(NotPossible):
    """Nobody can enrol now."""

    code = "not_open"
    words = _("Enrolment is closed. Look for other dates of this offer.")
    label = _("See other dates")


class NotOpenYet(NotOpen):
    """Enrolment begins later."""

    code = "not_open_yet"
    words = _("Enrolment opens on %(day)s. Come back then.")
    label = _("See the offer")


class NoLongerOpen(NotOpen):
    """Enrolment has ended."""

    code = "no_longer_open"
    words = _("Enrolment ended on %(day)s. Look for other dates of this offer.")


class CalledOff(NotPossible):
    """The organiser called it off."""

    code = "called_off"
    words = _("The organiser called this off. Look for other dates of this offer.")
    label = _("See other dates")


# Places


class Full(NotPossible):
    """No place is left, or others wait for it."""

    code = "full"
    words = _(
        "All places are taken, or others wait for them. Put yourself on the waiting list: places that become "
        "free are offered in turn."
    )
    label = _("Join the waiting list")
    page = FORM


class GivenByList(NotPossible):
    """The places are not given in order of arrival: nothing can be held."""

    code = "given_by_list"
    words = _("Places are not given in order of arrival here. Put yourself on the list; no place is lost.")
    label = _("Join the list")
    page = FORM


class HoldOver(NotPossible):
    """A place was held, and the time is over."""

    code = "hold_over"
    words = _("The time for which we held the place is over. Begin again; nothing was booked.")
    label = _("Begin again")
    page = FORM


class NotHeld(NotPossible):
    """There is no place held that could be taken."""

    code = "not_held"
    words = _("No place is held for you here any more. See what you have.")
    label = _("See your places")
    page = OWN_PLACES


class AlreadyOver(NotPossible):
    """An enrolment has ended already."""

    code = "already_over"
    words = _("This enrolment has ended already. You need to do nothing.")
    label = _("See your places")
    page = OWN_PLACES


class LimitReached(NotPossible):
    """Too much was asked for in a short time."""

    code = "limit_reached"
    words = _("You asked too often in a short time. Wait an hour, then try again.")


class HeldTooOften(LimitReached):
    """Places were held and given back many times in an hour."""

    code = "held_too_often"


class NeedsStep(NotPossible):
    """Something has to be done before."""

    code = "needs_step"
    words = _("Sign in first: this offer takes nobody without an account.")
    label = _("Sign in")
    page = SIGN_IN


# Without an account


class GuestNameMissing(NotPossible):
    """Somebody without an account did not say their name."""

    code = "name_missing"
    words = _("Say the name under which you come.")
    label = _("Fill in the form")
    page = FORM


class AddressWrong(NotPossible):
    """Somebody without an account gave no address to which a link could go."""

    code = "address_wrong"
    words = _("Give a mail address like rosa@example.org: the link to your place goes there.")
    label = _("Fill in the form")
    page = FORM


class GuestBirthDateMissing(NotPossible):
    """Somebody without an account did not say when they were born, and the offer is for an age."""

    code = "birth_date_missing"
    words = _("This is for a certain age. Say on which day you were born.")
    label = _("Fill in the form")
    page = FORM


class LinkOver(NotPossible):
    """The link of somebody without an account holds no longer."""

    code = "link_over"
    words = _("This link has ended. If you still want to come, ask for a place again.")
    label = _("Ask again")
    page = FORM


# Those who keep places


class CapacityTooLow(NotPossible):
    """There would be fewer places than people who have one."""

    code = "capacity_too_low"
    words = _(
        "%(taken)s places are taken. Give at least so many: nobody loses a place by a change of numbers."
    )
    label = _("Change the number of places")
    page = SETTINGS


class SettingsWrong(NotPossible):
    """Settings of an intake contradict one another."""

    code = "settings_wrong"
    words = _("%(why)s")
    label = _("Change the settings")
    page = SETTINGS


class NotAsShown(NotPossible):
    """What a change would do is no longer what was shown."""

    code = "not_as_shown"
    words = _("Somebody enrolled or left meanwhile. Look again at what the change does, then save it.")
    label = _("Look again")
    page = SETTINGS


class ListHasBegun(NotPossible):
    """The rule of a list cannot change once people stand on it."""

    code = "list_has_begun"
    words = _(
        "People stand on the list already, under the published rule. Keep the rule, or open new places."
    )
    label = _("Keep the rule")
    page = SETTINGS
