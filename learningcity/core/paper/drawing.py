"""The questions of a form as they stand on paper, and the square code that leads back to it."""

from collections.abc import Iterator
from dataclasses import dataclass

import segno
from django import forms
from django.utils.safestring import SafeString, mark_safe

MOST_CHOICES = 24
"""With more choices, the answer is written by hand."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question on paper.

    `kind` says how it is answered: `line` or `lines` (by hand), `date`, `one` or `some` (of choices), `tick`.
    """

    label: object
    hint: object
    kind: str
    choices: tuple[object, ...] = ()
    is_needed: bool = True


def questions_of(form: forms.BaseForm) -> list[Question]:
    """Return the questions of a form; hidden inputs, passwords and files are not asked on paper."""
    return list(_questions(form))


def _questions(form: forms.BaseForm) -> Iterator[Question]:
    for bound in form.visible_fields():
        field = bound.field
        if isinstance(field, forms.FileField) or getattr(field.widget, "input_type", "") == "password":
            continue
        choices = _choices(field)
        kind = _kind(field, choices)
        shown = choices if kind in {"one", "some"} else ()
        yield Question(bound.label, bound.help_text, kind, shown, field.required)


def _kind(field: forms.Field, choices: tuple[object, ...]) -> str:
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return "some" if choices else "lines"
    if choices:
        return "one"
    if isinstance(field, forms.BooleanField):
        return "tick"
    if isinstance(field, forms.DateField):
        return "date"
    return "lines" if isinstance(field.widget, forms.Textarea) else "line"


def _choices(field: forms.Field) -> tuple[object, ...]:
    """Return the labels of what can be chosen; none if there are too many to print."""
    labels: list[object] = []
    for value, label in getattr(field, "choices", ()):
        groups = label if isinstance(label, list | tuple) else [(value, label)]
        labels += [text for key, text in groups if str(key)]
    return tuple(labels) if len(labels) <= MOST_CHOICES else ()


def qr_code(address: str) -> SafeString:
    """Return the square code of an address as an SVG; black on white in every colour scheme."""
    code = segno.make(address, error="m", micro=False)
    drawing = code.svg_inline(scale=4, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return mark_safe(drawing)  # noqa: S308 - drawn by segno from the modules of the code; holds no text
