"""The links in messages by which an offered place is answered: signed, so that nothing of them is kept."""

from uuid import UUID

from django.core import signing

from learningcity.enrolment.models import Enrolment

SALT = "enrolment.offered_place"


def offer_token(enrolment: Enrolment) -> str:
    """Return the part of the link that only whoever has the message knows; it holds as long as the offer."""
    return signing.Signer(salt=SALT, sep=".").sign(enrolment.public_id.hex)


def offered_by_link(token: str) -> Enrolment | None:
    """Return the enrolment of a link; None if the link was changed or nothing is behind it."""
    try:
        name = signing.Signer(salt=SALT, sep=".").unsign(token)
        public_id = UUID(hex=name)
    except (signing.BadSignature, ValueError):
        return None
    found = Enrolment.objects.filter(public_id=public_id)
    return found.select_related(
        "person", "guest", "party", "intake__session", "intake__series__offer__provider__organisation"
    ).first()
