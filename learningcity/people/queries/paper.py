"""Questions about forms on paper."""

from learningcity.core.models import PaperForm
from learningcity.people.models import Person
from learningcity.people.queries.persons import person_with_id


def owner_of(form: PaperForm) -> Person | None:
    """Return the person for whom a form was printed, if there is one."""
    return person_with_id(form.owner) if form.owner else None


def name_of_enterer(form: PaperForm) -> str:
    """Return the name of who entered a form; "" if nobody did, or they are no longer here."""
    person = person_with_id(form.entered_by) if form.entered_by else None
    return person.name if person else ""
