"""What may be typed about the skills of an offer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models import Skill, SkillTaught

GONE = _("One of these skills is no longer in the list. Tick again.")


def row_numbers(values: Sequence[str]) -> set[int]:
    """Return what in values can be the number of a row."""
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10}


class SkillsField(forms.Field):
    """Rows of skills that were ticked."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[Skill]:
        """Return the skills. Raises ValidationError if one is not there."""
        wanted = set(value or [])
        found = list(Skill.objects.filter(pk__in=row_numbers(sorted(wanted))))
        if len(found) != len(wanted):
            raise ValidationError(GONE, code="invalid_choice")
        return found


class SkillsForm(forms.Form):
    """The skills that somebody ticked: among those suggested, and among those looked up."""

    suggested = SkillsField(required=False)
    found = SkillsField(required=False)

    def skills(self) -> dict[Skill, SkillTaught.Origin]:
        """Return the skills that were ticked, with where each was seen."""
        given: dict[str, Any] = self.cleaned_data
        origins = {skill: SkillTaught.Origin.FOUND for skill in given["found"]}
        return origins | {skill: SkillTaught.Origin.SUGGESTED for skill in given["suggested"]}


class FindSkillForm(forms.Form):
    """Words by which a skill is looked up."""

    q = forms.CharField(label=_("Find a skill by words, in English"), max_length=200, required=False)


class RemoveSkillForm(forms.Form):
    """The skill that is to be taken away."""

    skill = SkillsField()
