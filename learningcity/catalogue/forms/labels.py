"""The words for the values of filters, looked up once a language."""

from functools import lru_cache

from django.utils.text import capfirst
from django.utils.translation import get_language, get_language_info, gettext_lazy, pgettext_lazy

from learningcity.catalogue.models import Offer, OfferAccess, OfferPrice

SLOTS = {
    "weekday_day": gettext_lazy("Weekday, daytime"),
    "weekday_evening": gettext_lazy("Weekday, evening"),
    "weekend": gettext_lazy("Weekend"),
}
MOMENTS = {
    "now": gettext_lazy("Open now"),
    "today": pgettext_lazy("when a session starts", "Today"),
    "week": gettext_lazy("In the next seven days"),
    "later": gettext_lazy("Later than in seven days"),
}
ORDERS = {
    "best": gettext_lazy("Best match"),
    "soonest": gettext_lazy("Soonest"),
    "nearest": gettext_lazy("Nearest"),
    "cheapest": gettext_lazy("Cheapest"),
}
KINDS = {
    "form": dict(Offer.LearningForm.choices),
    "field": dict(Offer.Field.choices),
    "mode": dict(Offer.Mode.choices),
    "level": dict(Offer.Level.choices),
    "audience": dict(Offer.Audience.choices),
    "access": dict(OfferAccess.Feature.choices),
    "group": dict(OfferPrice.Group.choices),
    "slot": SLOTS,
    "when": MOMENTS,
    "sort": ORDERS,
}


@lru_cache(maxsize=16)
def _labels_in(language: str | None) -> dict[str, dict[str, str]]:
    return {
        kind: {str(value): capfirst(str(label)) for value, label in choices.items()}
        for kind, choices in KINDS.items()
    }


def labels(kind: str) -> dict[str, str]:
    """Return the words for each value of a filter, in the reader's language, in their published order."""
    return _labels_in(get_language())[kind]


@lru_cache(maxsize=2048)
def _language_in(code: str, reader: str | None) -> str:
    try:
        return capfirst(str(get_language_info(code)["name_translated"]))
    except KeyError:
        return code


def language_label(code: str) -> str:
    """Return the name of a language in the reader's language; the code itself where no name is known."""
    return _language_in(code, get_language())
