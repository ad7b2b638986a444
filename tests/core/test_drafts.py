"""Half-filled forms: kept for their owner, never overwritten unseen, only what was typed, for ninety days."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django import forms
from django.db import IntegrityError, connections, transaction
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core import tasks
from learningcity.core.actors import Actor, Channel, Right
from learningcity.core.drafts import (
    KEPT_FOR,
    LARGEST,
    DraftForm,
    DraftTooLarge,
    NewerDraft,
    draft_of,
    drafts_of,
    drop_draft,
    drop_expired_drafts,
    erase_drafts,
    hand_over_drafts,
    keep_draft,
    register_form,
)
from learningcity.core.forms import Continued
from learningcity.core.models import AuditLine, Draft

TRIP = register_form(DraftForm("tests.trip", "A trip", "core:display"))
CIRCLE = register_form(DraftForm("tests.circle", "A circle", "core:display"))
ROSA = "0000000a-0000-0000-0000-000000000001"
HELPER = Actor(Right.MANDATE, Channel.DESK, person="helper", on_behalf_of=ROSA)
SELF = Actor(Right.SELF, Channel.WEB, person=ROSA, on_behalf_of=ROSA)
MONDAY_WORDS = {"name": ["Rosa"], "days": ["mon", "tue"]}

pytestmark = pytest.mark.django_db


def keep(data, at, *, by=SELF, **more):
    return keep_draft(TRIP, data, owner=ROSA, by=by, at=at, **more)


def test_what_was_typed_is_there_again_for_its_owner_only(at):
    keep(MONDAY_WORDS, at)

    assert draft_of(TRIP, owner=ROSA, at=at).data == MONDAY_WORDS
    assert draft_of(TRIP, owner="somebody else", at=at) is None
    assert draft_of(CIRCLE, owner=ROSA, at=at) is None
    assert draft_of(TRIP, owner=ROSA, subject="other", at=at) is None


def test_the_trail_says_who_kept_a_form_but_not_what_they_typed(at):
    draft = keep(MONDAY_WORDS, at, by=HELPER)

    line = AuditLine.objects.get()
    assert (line.action, line.person, line.on_behalf_of) == ("core.draft_kept", "helper", ROSA)
    assert line.about == f"core.draft:{draft.public_id}"


def test_a_page_that_was_filled_from_the_draft_may_keep_it_again(at):
    first = keep(MONDAY_WORDS, at)

    second = keep({"name": ["Ada"]}, at + timedelta(minutes=1), by=HELPER, version=first.version)

    assert second.pk == first.pk
    assert second.version != first.version
    assert draft_of(TRIP, owner=ROSA, at=at).data == {"name": ["Ada"]}


@pytest.mark.parametrize("version", ["", "0123456789abcdef"])
def test_a_page_that_does_not_know_the_draft_cannot_overwrite_it(version, at):
    keep(MONDAY_WORDS, at)

    with pytest.raises(NewerDraft, match="after you opened this page") as refusal:
        keep({"name": ["Ada"]}, at, by=HELPER, version=version)

    assert refusal.value.draft.data == MONDAY_WORDS
    assert draft_of(TRIP, owner=ROSA, at=at).data == MONDAY_WORDS


def test_the_same_click_twice_keeps_once(at):
    first = keep(MONDAY_WORDS, at)

    assert keep(MONDAY_WORDS, at + timedelta(seconds=1)).kept_at == first.kept_at
    assert AuditLine.objects.count() == 1


def test_a_draft_lasts_ninety_days_and_is_then_forgotten(at):
    keep(MONDAY_WORDS, at)
    end = at + KEPT_FOR

    assert draft_of(TRIP, owner=ROSA, at=end - timedelta(seconds=1))
    assert draft_of(TRIP, owner=ROSA, at=end) is None
    assert drafts_of(ROSA, at=end) == []
    assert drop_expired_drafts(at=end - timedelta(seconds=1)) == 0
    assert drop_expired_drafts(at=end) == 1


def test_a_draft_whose_time_is_over_gives_way_without_asking(at):
    keep(MONDAY_WORDS, at)

    assert keep({"name": ["Ada"]}, at + KEPT_FOR).data == {"name": ["Ada"]}
    assert Draft.objects.count() == 1


def test_the_list_shows_the_newest_first_and_leaves_out_forms_that_are_gone(at):
    keep(MONDAY_WORDS, at)
    keep_draft(CIRCLE, {"name": ["x"]}, owner=ROSA, by=SELF, at=at + timedelta(hours=1))
    Draft.objects.create(
        owner=ROSA, form="tests.gone", data={}, kept_by=ROSA, kept_at=at, expires_at=at + KEPT_FOR
    )

    assert [draft.form for draft in drafts_of(ROSA, at=at)] == ["tests.circle", "tests.trip"]


def test_a_draft_that_is_sent_is_dropped_alone(at):
    keep(MONDAY_WORDS, at)
    keep(MONDAY_WORDS, at, subject="other")

    assert drop_draft(TRIP, owner=ROSA)
    assert not drop_draft(TRIP, owner=ROSA)
    assert draft_of(TRIP, owner=ROSA, subject="other", at=at)


def test_an_erasure_takes_all_drafts_of_a_person(at):
    keep(MONDAY_WORDS, at)
    keep_draft(TRIP, MONDAY_WORDS, owner="another", by=SELF, at=at)

    assert erase_drafts(ROSA) == 1
    assert [draft.owner for draft in Draft.objects.all()] == ["another"]


def test_a_merge_moves_drafts_and_never_loses_the_one_that_was_there(at):
    keep_draft(TRIP, {"name": ["Rosa"]}, owner="twin", by=SELF, at=at)
    circle = keep_draft(CIRCLE, {"name": ["Rosa"]}, owner="twin", by=SELF, at=at)
    keep({"name": ["Ada"]}, at)

    assert hand_over_drafts("twin", to=ROSA) == [circle.pk]
    assert draft_of(TRIP, owner=ROSA, at=at).data == {"name": ["Ada"]}


def test_more_than_a_draft_can_hold_is_refused(at):
    keep({"name": ["x" * (LARGEST - 100)]}, at)

    with pytest.raises(DraftTooLarge, match="shorten"):
        keep({"name": ["ä" * (LARGEST // 2)]}, at, subject="long")


def test_what_no_database_can_hold_is_left_out_or_refused(at):
    assert keep({"name": ["a\x00b"]}, at).data == {"name": ["ab"]}
    with pytest.raises(ValueError, match="text only"):
        keep({"name": ["\ud800"]}, at, subject="half")


def test_the_database_itself_refuses_a_draft_of_nobody_and_two_of_one_form(at):
    good = {"form": "tests.trip", "data": {}, "kept_by": "x", "kept_at": at, "expires_at": at + KEPT_FOR}
    Draft.objects.create(owner=ROSA, **good)

    for bad in ({"owner": ""}, {"owner": ROSA}, {"owner": "x", "expires_at": at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.create(**{**good, **bad})


@pytest.mark.django_db(transaction=True)
def test_of_two_pages_that_keep_at_the_same_moment_one_is_told(at):
    start, told = Barrier(2), []

    def press(words):
        start.wait()
        try:
            keep({"name": [words]}, at)
        except NewerDraft as refusal:
            told.append(refusal.draft.data)
        finally:
            connections.close_all()

    pages = [Thread(target=press, args=(words,)) for words in ("one", "two")]
    for page in pages:
        page.start()
    for page in pages:
        page.join()

    assert told == [Draft.objects.get().data]


class TripForm(Continued):
    """One input of each kind that a draft must hold, and those that it must not."""

    never_kept = frozenset({"pin"})

    name = forms.CharField(label="Name", initial="nobody")
    days = forms.MultipleChoiceField(
        label="Days", choices=[("mon", "Monday"), ("tue", "Tuesday")], widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(label="On", widget=forms.SelectDateWidget(years=[2026, 2027]))
    at = forms.SplitDateTimeField(label="At")
    agrees = forms.BooleanField(label="Agrees", required=False, initial=True)
    why = forms.CharField(label="Why", widget=forms.Textarea)
    password = forms.CharField(widget=forms.PasswordInput)
    code = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))
    pin = forms.CharField()
    scan = forms.FileField()
    hidden = forms.CharField(widget=forms.HiddenInput)
    fixed = forms.CharField(disabled=True, initial="as it is")


TYPED = (
    "name=Rosa&days=tue&on_year=2027&on_month=2&on_day=3&at_0=4+May&at_1=nine&why=%3Cb%3E&password=secret"
    "&code=123456&pin=99&hidden=x&fixed=y&strange=z&keep=1&draft_version=abc"
)


def test_only_what_was_typed_into_known_fields_is_kept():
    form = TripForm(QueryDict(TYPED))

    assert form.is_to_be_kept
    assert form.draft_version == "abc"
    assert form.typed() == {
        "name": ["Rosa"],
        "days": ["tue"],
        "on_year": ["2027"], "on_month": ["2"], "on_day": ["3"],
        "at_0": ["4 May"], "at_1": ["nine"],
        "agrees": [],
        "why": ["<b>"],
    }  # fmt: skip


def test_a_form_shows_what_was_kept_as_it_was_typed_and_tells_no_error(at):
    draft = keep(TripForm(QueryDict(TYPED)).typed(), at)

    form = TripForm(draft=draft, initial={"name": "Somebody"})
    page = str(form)

    assert form.draft_version == draft.version
    assert not form.is_bound
    assert 'value="Rosa"' in page
    assert form["days"].value() == ["tue"]
    assert 'value="4 May"' in page
    assert 'value="nine"' in page
    assert '<option value="2027" selected>' in page
    assert form["agrees"].value() is False
    assert "&lt;b&gt;" in page
    assert "secret" not in page
    assert 'class="error"' not in page


def test_what_was_kept_is_checked_when_it_is_sent(at):
    draft = keep(TripForm(QueryDict(TYPED)).typed(), at)

    form = TripForm(TripForm(QueryDict(TYPED)).data, draft=draft)

    assert not form.is_valid()
    assert "at" in form.errors


def test_a_field_that_is_new_since_the_draft_keeps_its_own_beginning(at):
    draft = keep({"why": ["because"]}, at)

    form = TripForm(draft=draft, initial={"on": date(2026, 11, 23)})

    assert form["why"].value() == "because"
    assert form["name"].value() == "nobody"
    assert form["on"].value() == date(2026, 11, 23)


def test_a_choice_that_is_gone_is_not_chosen(at):
    draft = keep({"days": ["sun"], "name": ["Rosa"]}, at)

    assert "checked" not in str(TripForm(draft=draft)["days"])


@given(st.dictionaries(st.text(max_size=8), st.lists(st.text(max_size=20), max_size=3), max_size=5))
def test_whatever_a_draft_holds_the_page_is_drawn(data):
    class Kept:
        version = "x"

    kept = Kept()
    kept.data = {**data, "name": ["<script>"], "on_year": ["x"], "on_month": [""], "on_day": ["99"]}

    page = render_to_string("components/form.html", {"form": TripForm(draft=kept)})

    assert "<script>" not in page


def test_the_schedule_forgets_what_is_over(at):
    keep(MONDAY_WORDS, at)

    tasks.drop_expired_forms(at + KEPT_FOR)

    assert not Draft.objects.exists()
