"""What the codes that people records mean, in words for the person whom they are about."""

from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Channel

CHANNELS: dict[str, object] = {
    Channel.WEB: _("on these pages"),
    Channel.DESK: _("at a desk"),
    Channel.PHONE: _("by phone"),
    Channel.PAPER: _("on paper"),
    Channel.API: _("by another computer system"),
    Channel.TASK: _("as planned work"),
    Channel.COMMAND: _("at the city's own computer"),
}

HISTORY_WORDS: dict[str, object] = {
    "people.block_lifted": _("Block by a guardian ended"),
    "people.block_set": _("Something blocked by a guardian"),
    "people.came_of_age": _("Came of age: guardians have no access any longer"),
    "people.characteristic_removed": _("An answer about the person removed"),
    "people.characteristic_said": _("An answer about the person kept"),
    "people.child_entered": _("Child entered by a parent"),
    "people.consent_given": _("Consent given"),
    "people.consent_withdrawn": _("Consent withdrawn"),
    "people.correction_answered": _("Request for a correction answered"),
    "people.correction_asked": _("Correction asked for"),
    "people.correction_opened": _("Request for a correction read"),
    "people.court_limit_lifted": _("Limit for a guardian ended"),
    "people.court_limit_set": _("Limit for a guardian entered"),
    "people.data_downloaded": _("Data downloaded"),
    "people.data_seen": _("Data looked at"),
    "people.demo_login_opened": _("Log-in of the demonstration opened"),
    "people.guardian_agreed": _("A guardian agreed that the child does something alone"),
    "people.guardian_disagreed": _("A guardian no longer agrees"),
    "people.guardian_invitation_taken_back": _("Invitation to another guardian taken back"),
    "people.guardian_invited": _("Another guardian invited"),
    "people.guardian_joined": _("Guardian joined by invitation"),
    "people.guardianship_ended": _("Guardianship ended"),
    "people.guardianship_entered": _("Guardian entered at a desk"),
    "people.history_seen": _("History looked at"),
    "people.idle_warned": _("Warning about a long rest sent"),
    "people.invitation_accepted": _("Invitation accepted"),
    "people.letter_opened": _("Letter to you opened to print it"),
    "people.letter_posted": _("Letter to you posted"),
    "people.message_posted": _("Message to you written"),
    "people.messages_seen": _("Messages looked at"),
    "people.person_anonymised": _("Data made anonymous after a long rest"),
    "people.person_corrected": _("Particulars corrected"),
    "people.person_erased": _("Data erased"),
    "people.role_given": _("Role given"),
}
