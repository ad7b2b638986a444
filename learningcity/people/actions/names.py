"""Names of persons and organisations, as actions accept them."""

from django.utils.translation import gettext as _

from learningcity.core.refusals import Refused


class NameMissing(Refused):
    """An organisation or a person needs a name."""

    code = "name_missing"


def checked_name(name: str) -> str:
    """Return a name without stray space; refuse an empty one."""
    tidy = " ".join(name.split())
    if not tidy:
        raise NameMissing(_("The name is missing. Give the name."), field="name")
    return tidy
