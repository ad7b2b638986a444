"""What may be done for another person: the words of mandates, of guardians' limits and of published ages."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """One kind of act in a person's name. Rooms above check it; people knows only its name."""

    CONTACT = "contact", _("see and change name, contact and language")
    PLACES = "places", _("find learning and take places")
    ACCOUNT = "account", _("use the learning account")
    PLAN = "plan", _("see and change the learning plan")
    RECORD = "record", _("see the learning record and share parts of it")
    RECOGNITION = "recognition", _("claim recognition of prior learning")
    DATA = "data", _("see, download and correct what the city holds")
    CONSENTS = "consents", _("give and withdraw consents")
    VOTE = "vote", _("propose and vote")
