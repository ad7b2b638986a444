"""The forms of the catalogue that can be left for later."""

from django.utils.translation import gettext_lazy as _

from learningcity.core.drafts import DraftForm, register_form

NEW_OFFER = "catalogue.offer_new"
CHANGED_OFFER = "catalogue.offer_change"
NEW_SERIES = "catalogue.series_new"
NEW_FEED = "catalogue.feed_new"
CHANGED_FEED = "catalogue.feed_change"


def fill_forms() -> None:
    """Register what can be kept; at start-up."""
    register_form(DraftForm(NEW_OFFER, _("A new offer"), "catalogue:offer_new_for"))
    register_form(DraftForm(CHANGED_OFFER, _("Change of an offer"), "catalogue:offer_change"))
    register_form(DraftForm(NEW_SERIES, _("New dates of an offer"), "catalogue:series_new"))
    register_form(DraftForm(NEW_FEED, _("A new feed"), "catalogue:feed_new"))
    register_form(DraftForm(CHANGED_FEED, _("Change of a feed"), "catalogue:feed_change"))
