"""What those who offer type about an offer."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learningcity.catalogue.actions.checking import MOST_TEXTS
from learningcity.catalogue.actions.drafts import AccessDraft, OfferDraft, PriceDraft, TextDraft
from learningcity.catalogue.forms.labels import labels, language_label
from learningcity.catalogue.forms.workspace_dates import day_field
from learningcity.catalogue.models import Offer, OfferAccess, OfferPrice
from learningcity.core.forms import Continued
from learningcity.core.money import decimals

ANSWERS = [
    ("", gettext_lazy("not known")),
    ("yes", gettext_lazy("yes")),
    ("no", gettext_lazy("no")),
]
PARTS = ("language", "title", "summary", "description")


def coded(kind: str, label: object, **more: Any) -> forms.ChoiceField:
    """Return the field of a code, in the words of the filters."""
    return forms.ChoiceField(label=label, choices=lambda: list(labels(kind).items()), **more)


def number_field(label: object, **more: Any) -> forms.IntegerField:
    """Return the field of a whole number that may be left empty."""
    errors = {"invalid": gettext_lazy("This is no whole number. Give digits, or leave it empty.")}
    return forms.IntegerField(label=label, required=False, min_value=0, error_messages=errors, **more)


class OfferForm(Continued):
    """An offer in its own language, with prices, access facts, skills, and texts in further languages.

    `languages` are the city's; `known` is what the offer says now, None for a new one.
    """

    key = forms.RegexField(r"\A[0-9a-f]{32}\Z", widget=forms.HiddenInput, required=False)
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=300,
        error_messages={"required": gettext_lazy("Give the offer a title.")},
    )
    summary = forms.CharField(
        label=gettext_lazy("In one or two sentences"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    description = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of this text"))
    taught_in = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of instruction"), required=False, widget=forms.CheckboxSelectMultiple
    )
    taught_in_more = forms.CharField(
        label=gettext_lazy("Other languages of instruction"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("As codes with commas between them, such as so, ti, bfi."),
    )
    form = coded("form", gettext_lazy("Form of learning"), initial=Offer.LearningForm.NON_FORMAL)
    mode = coded("mode", gettext_lazy("Where it is held"))
    field = coded("field", gettext_lazy("Theme"))
    level = coded("level", gettext_lazy("Level"))
    audience = coded("audience", gettext_lazy("For whom"))
    age_from = number_field(gettext_lazy("Youngest age"))
    age_to = number_field(gettext_lazy("Highest age"))
    hours = number_field(gettext_lazy("Hours in all"))
    website = forms.URLField(
        label=gettext_lazy("Page on the web"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={
            "invalid": gettext_lazy("This is no address of a page. Give it like https://example.org.")
        },
    )
    skills = forms.CharField(
        label=gettext_lazy("What people will be able to do"),
        required=False,
        max_length=11000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One skill in each line."),
    )

    def __init__(
        self,
        *given: Any,
        languages: Sequence[str] = (),
        currency: str = "EUR",
        known: OfferDraft | None = None,
        **more: Any,
    ) -> None:
        self.currency, self.known = currency, known
        draft = more.pop("draft", None)
        super().__init__(*given, **more)
        self.languages = dict.fromkeys([*languages, *(code for code, _name in settings.LANGUAGES)])
        filled = self.data if self.is_bound else (draft.data if draft else {})
        self.texts = self.slots(filled)
        self.add_fields()
        if known and not self.is_bound:
            self.initial = {**shown(known), **self.initial}
        if draft and not self.is_bound:
            self.draft, self.draft_version = draft, draft.version
            self.fill(draft.data)

    def slots(self, filled: Mapping[str, Any]) -> int:
        """Return for how many further texts there is room: one more than there are."""
        there = len(self.known.texts) if self.known else 0
        while f"text_{there}_title" in filled and there < MOST_TEXTS - 1:
            there += 1
        return max(1, there if self.is_bound else there + 1)

    def add_fields(self) -> None:
        """Add the fields that come in numbers: prices, access facts, texts; and fill the choices."""
        said = {*self.known.taught_in, self.known.language} if self.known else set()
        choices = [(code, language_label(code)) for code in dict.fromkeys([*self.languages, *sorted(said)])]
        self.fields["language"].choices = choices  # type: ignore[attr-defined]
        self.fields["taught_in"].choices = choices  # type: ignore[attr-defined]
        for group, label in labels("group").items():
            self.fields[f"price_{group}"] = forms.DecimalField(
                label=label,
                required=False,
                min_value=0,
                max_digits=10,
                decimal_places=decimals(self.currency),
                help_text=_("In %(currency)s; 0 is free; empty if it is not said.")
                % {"currency": self.currency}
                if group == OfferPrice.Group.EVERYONE
                else "",
                error_messages={"invalid": _("This is no amount. Give a number, such as 12.50.")},
            )
        for feature, label in labels("access").items():
            self.fields[f"access_{feature}"] = forms.ChoiceField(label=label, choices=ANSWERS, required=False)
            self.fields[f"note_{feature}"] = forms.CharField(
                label=_("%(fact)s: note") % {"fact": label}, max_length=300, required=False
            )
        for number in range(self.texts):
            self.add_text(number, choices)

    def add_text(self, number: int, choices: list[tuple[str, str]]) -> None:
        """Add the fields of one text in a further language."""
        fields = {
            "language": forms.ChoiceField(
                label=_("Language of the further text"),
                required=False,
                choices=[("", _("no text")), *choices],
            ),
            "title": forms.CharField(label=_("Title in this language"), max_length=300, required=False),
            "summary": forms.CharField(
                label=_("In one or two sentences, in this language"),
                max_length=600,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "description": forms.CharField(
                label=_("What it is about, in this language"),
                max_length=20000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
            ),
        }
        for name, made in fields.items():
            self.fields[f"text_{number}_{name}"] = made

    @property
    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Yield the fields under their headings."""
        plain = [name for name in self.fields if name in self.base_fields and name != "key"]
        yield _("Words"), [self[name] for name in plain[:6]]
        yield _("What it is"), [self[name] for name in plain[6:]]
        yield _("What people pay"), [self[f"price_{group}"] for group in OfferPrice.Group.values]
        facts = [(f"access_{feature}", f"note_{feature}") for feature in OfferAccess.Feature.values]
        yield _("Access"), [self[name] for pair in facts for name in pair]
        for number in range(self.texts):
            yield _("Text in another language"), [self[f"text_{number}_{part}"] for part in PARTS]

    def clean(self) -> dict[str, Any]:
        """Refuse words that would be lost: of a further text without language or title, of a fact unknown."""
        typed = super().clean() or self.cleaned_data
        for feature in OfferAccess.Feature.values:
            if typed.get(f"note_{feature}") and not typed.get(f"access_{feature}"):
                self.add_error(f"access_{feature}", _("Say yes or no, or empty the note on this."))
        for number in range(self.texts):
            values = {part: typed.get(f"text_{number}_{part}", "") for part in PARTS}
            if values["language"] and not values["title"]:
                self.add_error(f"text_{number}_title", _("Give a title, or choose “no text”."))
            elif not values["language"] and any(values.values()):
                self.add_error(f"text_{number}_language", _("Choose the language, or empty the text."))
        return typed

    def offer(self) -> OfferDraft:
        """Return what was typed; what the form does not ask for stays as it is known."""
        typed = self.cleaned_data
        more = [code.strip() for code in typed["taught_in_more"].split(",")]
        return OfferDraft(
            key=self.known.key if self.known else typed["key"],
            **{name: typed[name] for name in SAME},
            taught_in=tuple(dict.fromkeys([*typed["taught_in"], *(code for code in more if code)])),
            skills=tuple(line.strip() for line in typed["skills"].splitlines() if line.strip()),
            prices=tuple(self.prices()),
            access=tuple(self.access()),
            texts=tuple(self.further_texts()),
            concepts=self.known.concepts if self.known else (),
        )

    def prices(self) -> Iterator[PriceDraft]:
        """Yield what each group pays."""
        for group in OfferPrice.Group.values:
            amount: Decimal | None = self.cleaned_data[f"price_{group}"]
            if amount is not None:
                cents = int(amount.scaleb(decimals(self.currency)).to_integral_value())
                yield PriceDraft(cents=cents, group=group, currency=self.currency)

    def access(self) -> Iterator[AccessDraft]:
        """Yield what is known about access."""
        for feature in OfferAccess.Feature.values:
            answer, note = self.cleaned_data[f"access_{feature}"], self.cleaned_data[f"note_{feature}"]
            if answer:
                yield AccessDraft(feature=feature, is_there=answer == "yes", note=" ".join(note.split()))

    def further_texts(self) -> Iterator[TextDraft]:
        """Yield the texts in further languages; words that somebody changed are no machine's any more."""
        machine = {text for text in self.known.texts if text.is_machine_made} if self.known else set()
        for number in range(self.texts):
            values = {part: self.cleaned_data[f"text_{number}_{part}"] for part in PARTS}
            if values["language"]:
                same = TextDraft(**values, is_machine_made=True)
                yield same if same in machine else TextDraft(**values)


SAME = (
    "title", "summary", "description", "language", "form", "mode", "field", "level", "audience",
    "age_from", "age_to", "hours", "website",
)  # fmt: skip


def shown(known: OfferDraft) -> dict[str, Any]:
    """Return what the form shows of an offer."""
    texts = {
        f"text_{number}_{part}": getattr(text, part)
        for number, text in enumerate(known.texts)
        for part in PARTS
    }
    prices = {
        f"price_{price.group}": Decimal(price.cents).scaleb(-decimals(price.currency))
        for price in known.prices
    }
    access = {f"access_{fact.feature}": "yes" if fact.is_there else "no" for fact in known.access}
    notes = {f"note_{fact.feature}": fact.note for fact in known.access}
    same = {name: getattr(known, name) for name in SAME}
    return {
        **same,
        **notes,
        **texts,
        **prices,
        **access,
        "taught_in": list(known.taught_in),
        "skills": "\n".join(known.skills),
    }


class CopyForm(forms.Form):
    """How an offer is copied."""

    with_series = forms.BooleanField(
        label=gettext_lazy("Copy the dates too"),
        required=False,
        help_text=gettext_lazy("Hours, weekdays, rooms and teachers stay; cancelled dates are left out."),
    )
    first_on = day_field(
        gettext_lazy("First day of the copied dates"),
        required=False,
    )


class OwnFilterForm(forms.Form):
    """Which offers the list shows."""

    STATES: ClassVar[list[tuple[str, object]]] = [
        ("", gettext_lazy("all")),
        ("draft", gettext_lazy("drafts")),
        ("published", gettext_lazy("published")),
        ("withdrawn", gettext_lazy("withdrawn")),
    ]
    q = forms.CharField(label=gettext_lazy("Words of the title"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("Which"), required=False, choices=STATES)
