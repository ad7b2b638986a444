"""What the codes that places and waiting lists record mean, in words."""

from django.utils.translation import gettext_lazy as _

PLACE_WORDS: dict[str, object] = {
    "enrolment.called_off": _("Enrolment ended by the organiser"),
    "enrolment.cancelled": _("Place given back"),
    "enrolment.decided_cancelled": _("Called off by the organiser"),
    "enrolment.decided_go": _("Decided that it takes place"),
    "enrolment.decided_open": _("Decision taken back"),
    "enrolment.decided_postponed": _("Postponed by the organiser"),
    "enrolment.decision_asked": _("Asked whether it takes place"),
    "enrolment.enrolled": _("Place taken"),
    "enrolment.guest_asked": _("Asked for a place without an account"),
    "enrolment.guest_confirmed": _("Place confirmed by the link in the message"),
    "enrolment.guest_erased": _("Deleted what was known of a guest"),
    "enrolment.hold_extended": _("More time for the form"),
    "enrolment.intake_changed": _("Changed how places are given"),
    "enrolment.intake_closed": _("Closed enrolment"),
    "enrolment.intake_opened": _("Opened enrolment"),
    "enrolment.intake_reopened": _("Opened enrolment again"),
    "enrolment.offer_accepted": _("Took the place that was offered"),
    "enrolment.offer_declined": _("Did not want the place that was offered"),
    "enrolment.offer_lapsed": _("Offer of a place was not answered in time"),
    "enrolment.overlap_answered": _("Chose what to do about two places at one time"),
    "enrolment.people_downloaded": _("List of those enrolled downloaded"),
    "enrolment.place_held": _("Place held while a form was open"),
    "enrolment.place_offered": _("Place offered"),
    "enrolment.queue_drawn": _("Order of the waiting list drawn"),
    "enrolment.queue_joined": _("Joined the waiting list"),
    "enrolment.queue_left": _("Left the waiting list"),
    "enrolment.reasons_said": _("Said reasons for coming earlier"),
    "enrolment.seed_committed": _("Digest of the seed published"),
}
