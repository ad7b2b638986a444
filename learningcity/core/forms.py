"""How every form is drawn, the reader's choices, and forms that can be kept for later."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
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


class Typed(Protocol):
    """What a form was filled with before: `core.models.Draft` is one."""

    data: Mapping[str, list[str]]

    @property
    def version(self) -> str:
        """What tells this filling from an earlier one."""


class Continued(forms.Form):
    """A form that can be kept for later and entered from paper.

    Give it the draft that it continues and the code of the paper that it is entered from, both optional:
    `Form(request.POST or None, draft=draft, paper=request.GET.get("paper", ""))`. The page draws it with
    `components/continued.html`; a button named `keep`, after the page's own button, keeps it.
    """

    never_kept: ClassVar[frozenset[str]] = frozenset()
    """Names of fields that no draft holds; passwords, files and hidden fields are never kept anyhow."""

    def __init__(self, *args: Any, draft: Typed | None = None, paper: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.draft = draft
        if self.is_bound:
            self.draft_version = str(self.data.get("draft_version", ""))[:16]
            self.paper = str(self.data.get("paper", ""))[:40]
            return
        self.draft_version = draft.version if draft else ""
        self.paper = paper[:40]
        if draft:
            self.fill(draft.data)

    @property
    def is_to_be_kept(self) -> bool:
        """Whether the button "Keep for later" sent the form."""
        return self.is_bound and "keep" in self.data

    def typed(self) -> dict[str, list[str]]:
        """Return what was typed, by the name of the input, unchecked; only what a draft may hold."""
        return {
            name: self.data.getlist(name) for field in self.kept_fields() for name in input_names(self[field])
        }

    def fill(self, data: Mapping[str, list[str]]) -> None:
        """Show what was typed before, as it was typed. It is checked when the form is sent."""
        kept = QueryDict(mutable=True)
        for name, values in data.items():
            kept.setlist(name, values)
        for field in self.kept_fields():
            if set(input_names(self[field])) <= set(data):
                widget = self.fields[field].widget
                self.initial[field] = widget.value_from_datadict(
                    kept, MultiValueDict(), self.add_prefix(field)
                )

    def kept_fields(self) -> list[str]:
        """Return the names of the fields that a draft may hold."""
        return [
            name
            for name, field in self.fields.items()
            if name not in self.never_kept and not field.disabled and not is_secret(field)
        ]


def is_secret(field: forms.Field) -> bool:
    """Return whether a field is never kept: a file, a password, a code, or what nobody typed."""
    widgets = getattr(field.widget, "widgets", [field.widget])
    kinds = {getattr(widget, "input_type", "") for widget in widgets}
    asked_for = str(field.widget.attrs.get("autocomplete", ""))
    return (
        isinstance(field, forms.FileField)
        or bool(kinds & {"password", "file", "hidden"})
        or asked_for in {"one-time-code", "current-password", "new-password"}
        or asked_for.startswith("cc-")
    )


def input_names(bound: forms.BoundField) -> list[str]:
    """Return the names under which a browser sends a field: one, or one for each of its parts."""
    widget = bound.field.widget
    if isinstance(widget, forms.MultiWidget):
        return [bound.html_name + ending for ending in widget.widgets_names]
    if isinstance(widget, forms.SelectDateWidget):
        return [name % bound.html_name for name in (widget.year_field, widget.month_field, widget.day_field)]
    return [bound.html_name]
