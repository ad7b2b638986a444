"""`learningcity skills …`: the vocabulary of skills."""

from django.utils.translation import gettext as _

from learningcity.catalogue.actions.skills import load_skills
from learningcity.catalogue.queries.vocabulary import VERSION, skill_rows
from learningcity.core.commands import Answer, Call, RoomCommand


class Command(RoomCommand):
    """The vocabulary of skills."""

    help = "The vocabulary of skills that offers teach (ESCO)."

    def add_verbs(self) -> None:
        """Declare the verbs."""
        self.verb("load", self.load, help="Bring the shipped vocabulary in; a second run changes nothing.")

    def load(self, call: Call) -> Answer:
        """Bring the shipped vocabulary in."""
        rows = skill_rows()
        news = load_skills(rows, by=call.by, at=call.at)
        data = {"version": VERSION, "skills": len(rows), "new": news}
        words = _("ESCO %(version)s: %(skills)s skills, of which %(new)s are new or changed.")
        return Answer(data=data, words=words % data)
