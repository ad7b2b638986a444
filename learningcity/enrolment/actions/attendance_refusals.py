"""Why presence is not entered, and what to do instead. The next step leads to a page of the date."""

from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models import Session
from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.refusals import NotPossible, Step

LIST = "enrolment:attendance"
SIGN_IN_HERE = "enrolment:attend"
OWN_PLACES = "enrolment:place_list"


class NotEntered(NotPossible):
    """Something about presence that cannot be; its step leads to the list of the date."""

    code = "not_entered"
    label = _("See the list")
    page = LIST

    def __init__(self, session: Session, *, field: str | None = None, **values: object) -> None:
        Refused.__init__(self, str(self.words) % values, field=field)
        args = (str(session.public_id),) if self.page in (LIST, SIGN_IN_HERE) else ()
        self.step = Step(str(self.label), self.page, args)


class DateCancelled(NotEntered):
    """The date does not take place."""

    code = "date_cancelled"
    words = _("This date was cancelled or postponed: nobody can be marked. Choose the date that was held.")


class ListNotOpen(NotEntered):
    """The date has not come."""

    code = "list_not_open"
    words = _("The list opens 30 minutes before the start. Come back then.")


class ListClosed(NotEntered):
    """The date is too long ago."""

    code = "list_closed"
    words = _(
        "A list can be entered until 28 days after the date, and corrected for a year. The time is over."
    )


class NotOnTheList(NotEntered):
    """Somebody is not enrolled, or named twice."""

    code = "not_on_the_list"
    words = _("Somebody on this list is no longer enrolled, or named twice. Load the list anew.")
    label = _("Load the list anew")


class StateUnknown(NotEntered):
    """There is no such state."""

    code = "state_unknown"
    words = _("Choose for each person: present, part of the time, excused or absent.")


class MinutesWrong(NotEntered):
    """Minutes that cannot be."""

    code = "minutes_wrong"
    words = _("Give minutes only for “part of the time”: from 1 to %(most)s.")


class ReasonMissing(NotEntered):
    """A correction without a reason."""

    code = "reason_missing"
    words = _("You change what was entered before. Say why in one sentence; the person will read it.")


class ChangedMeanwhile(NotEntered):
    """Somebody else entered something since the list was loaded."""

    code = "changed_meanwhile"
    words = _(
        "Somebody else entered this meanwhile: %(changes)s. Nothing of yours was saved. Look again, then "
        "save what you still want to change."
    )
    label = _("Load the list anew")


class TeacherDoesNotDecide(NotEntered):
    """The rule decides, not the teacher."""

    code = "teacher_does_not_decide"
    words = _("Here the presence decides what is complete. Correct the list if it is wrong.")


class NotOverYet(NotEntered):
    """Nothing is complete before the last date."""

    code = "not_over_yet"
    words = _("You can say what was completed once the last date has begun.")


# By code


class NotDuring(NotEntered):
    """The code works only while the date takes place."""

    code = "not_during"
    words = _("The code works only while the date takes place. Ask your teacher to enter you on the list.")
    label = _("Look at the date again")
    page = SIGN_IN_HERE


class CodeNotOpen(NotEntered):
    """The code can be shown shortly before and during the date only."""

    code = "code_not_open"
    words = _("A code can be shown from 30 minutes before the start to the end of the date. Use the list.")


class CodeWrong(NotEntered):
    """The code is not the one on the screen."""

    code = "code_wrong"
    words = _("This is not the code. Look at the screen in the room and type its six figures again.")
    label = _("Type the code again")
    page = SIGN_IN_HERE


class CodeLocked(NotEntered):
    """Too many wrong codes."""

    code = "code_locked"
    words = _("Too many wrong codes. Wait 15 minutes, or ask your teacher to enter you on the list.")
    label = _("Try again later")
    page = SIGN_IN_HERE


class NotEnrolledHere(NotEntered):
    """Nobody is marked who is not enrolled."""

    code = "not_enrolled_here"
    words = _("You have no place here. Ask the teacher whether a place is free, then enrol.")
    label = _("See your places")
    page = OWN_PLACES


class EnteredOtherwise(NotEntered):
    """The teacher entered something else before."""

    code = "entered_otherwise"
    words = _("Your teacher entered you as “%(state)s” already. Ask your teacher to correct it.")
    label = _("See your places")
    page = OWN_PLACES
