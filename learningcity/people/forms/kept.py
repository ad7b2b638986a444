"""The forms of this part that can be left for later, and those that have a twin on paper."""

from django.utils.translation import gettext_lazy as _

from learningcity.core import paper
from learningcity.core.drafts import DraftForm, register_form
from learningcity.core.paper.keeping import FORM_TEMPLATE
from learningcity.people.actions.mandates import MANDATE_END_PAPER, MANDATE_PAPER
from learningcity.people.forms.contact import ContactForm
from learningcity.people.forms.mandates import TermsForm
from learningcity.people.models import Purpose

CONTACT = "people.contact"
"""The key of the form of name and contact."""


def fill_forms() -> None:
    """Register what can be kept and what can be printed; at start-up."""
    register_form(DraftForm(CONTACT, _("Name and contact"), "people:contact", Purpose.CONTACT))
    paper.register(
        paper.PaperTwin(
            key=CONTACT,
            label=_("Name and contact"),
            template=FORM_TEMPLATE,
            entry_url_name="people:contact",
            form=ContactForm,
            purpose=Purpose.CONTACT,
        )
    )
    paper.register(
        paper.PaperTwin(
            key=MANDATE_PAPER,
            label=_("Mandate for a helper"),
            template=FORM_TEMPLATE,
            entry_url_name="people:mandate_ask",
            form=TermsForm,
            entry_takes=("owner",),
            intro=_(
                "I let the organisation that gave me this paper act for me, only for what I choose. I can"
                " end it at any moment: at any desk, by phone, on paper or on my own page."
            ),
        )
    )
    paper.register(
        paper.PaperTwin(
            key=MANDATE_END_PAPER,
            label=_("End of a mandate"),
            template=FORM_TEMPLATE,
            entry_url_name="people:mandate_end",
            entry_takes=("subject",),
            intro=_("I end the mandate under which I got this paper. Sign it and send it, or hand it in."),
        )
    )
