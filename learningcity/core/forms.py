"""How every form is drawn, and the reader's choices."""

from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from learningcity.core.display import SCHEMES


class PageRenderer(DjangoTemplates):
    """Draw a form, and each of its fields, with our components: errors stand at the field."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


class DisplayForm(forms.Form):
    """The language and the colours in which somebody reads; `next` is the page they came from."""

    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect, choices=settings.LANGUAGES)
    scheme = forms.ChoiceField(
        label=_("Colours"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("", _("As my device is set")), *zip(SCHEMES, (_("Light"), _("Dark")), strict=True)],
    )
    next = forms.CharField(required=False, widget=forms.HiddenInput)
