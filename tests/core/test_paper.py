"""Paper forms: a slip of the hand is caught, a form counts once and in its time, every form has a twin."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django import forms
from django.db import connections
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core.actors import Actor, Channel, Right
from learningcity.core.models import AuditLine, PaperForm
from learningcity.core.paper import (
    AlreadyEntered,
    CodeExpired,
    CodeMistyped,
    CodeUnknown,
    PaperTwin,
    drop_expired_paper,
    erase_paper,
    fresh_code,
    hand_over_paper,
    in_groups,
    mark_entered,
    paper_form,
    print_form,
    qr_code,
    questions_of,
    register,
    tidy_code,
)
from learningcity.core.paper.codes import LENGTH, SIGNS
from learningcity.core.paper.keeping import KEPT_AFTER

ROSA = "0000000a-0000-0000-0000-000000000001"
HELPER = Actor(Right.MANDATE, Channel.DESK, person="helper", on_behalf_of=ROSA)
TWIN = register(PaperTwin("tests.trip", "A trip", "", "core:display", lasts=timedelta(days=30)))
CODE = fresh_code(b"learning")
codes = st.binary(min_size=7, max_size=7).map(fresh_code)


def printed(at, code=CODE, **more) -> PaperForm:
    return print_form("tests.trip", **{"owner": ROSA, "code": code, "by": HELPER, "at": at, **more})


@given(codes, st.sampled_from(["", " ", "-", " - ", "\u2011", "\u200f"]))
def test_a_code_is_read_however_it_is_grouped_and_written(code, gap):
    typed = gap.join(code[start : start + 3] for start in range(0, LENGTH, 3)).lower()

    assert tidy_code(typed) == code
    assert tidy_code(in_groups(code).replace("0", "O").replace("1", "l")) == code


def test_every_single_wrong_sign_is_caught():
    for place in range(LENGTH):
        for sign in SIGNS.replace(CODE[place], ""):
            with pytest.raises(CodeMistyped):
                tidy_code(CODE[:place] + sign + CODE[place + 1 :])


@given(codes)
def test_two_exchanged_signs_are_caught_as_neighbours_and_over_one(code):
    for distance in (1, 2):
        for place in range(LENGTH - distance):
            signs = list(code)
            signs[place], signs[place + distance] = signs[place + distance], signs[place]
            if "".join(signs) != code:
                with pytest.raises(CodeMistyped, match="exchanged"):
                    tidy_code("".join(signs))


@given(codes)
def test_a_sign_written_twice_in_the_place_of_another_pair_is_caught(code):
    for place in range(LENGTH - 1):
        if code[place] == code[place + 1]:
            for sign in SIGNS.replace(code[place], ""):
                with pytest.raises(CodeMistyped):
                    tidy_code(code[:place] + sign * 2 + code[place + 2 :])


@given(st.text(max_size=200))
def test_what_is_no_code_is_refused_with_an_example(typed):
    try:
        assert len(tidy_code(typed)) == LENGTH
    except CodeMistyped as refusal:
        assert refusal.field == "code"  # noqa: PT017 - both answers are right, a third is not


def test_codes_use_all_their_chance():
    assert len({fresh_code(bytes([number]) * 7) for number in range(256)}) == 256
    assert fresh_code(b"\x00" * 7) != fresh_code(b"\x00" * 6 + b"\x01")
    with pytest.raises(ValueError, match="random bytes"):
        fresh_code(b"little")


@pytest.mark.django_db
def test_a_printed_form_is_found_by_its_code(at):
    form = printed(at, subject="12")

    assert paper_form(in_groups(CODE).lower(), at=at) == form
    assert (form.owner, form.subject, form.printed_by) == (ROSA, "12", "helper")
    assert TWIN.entry_address(form) == f"/display?paper={CODE}"


@pytest.mark.django_db
def test_the_trail_names_the_form_but_not_its_code(at):
    mark_entered(printed(at), by=HELPER, at=at)

    lines = list(AuditLine.objects.order_by("pk"))
    assert [line.action for line in lines] == ["core.paper_printed", "core.paper_entered"]
    assert not any(CODE in f"{line.about}{line.person}{line.on_behalf_of}" for line in lines)


@pytest.mark.django_db
def test_a_code_that_nobody_printed_is_unknown(at):
    with pytest.raises(CodeUnknown, match="No printed form"):
        paper_form(CODE, at=at)


@pytest.mark.django_db
def test_a_form_counts_once(at):
    form = printed(at)
    mark_entered(form, by=HELPER, at=at)

    with pytest.raises(AlreadyEntered, match="23 November 2026, 09:00") as refusal:
        mark_entered(form, by=HELPER, at=at + timedelta(days=1))
    assert refusal.value.form.entered_by == "helper"


@pytest.mark.django_db(transaction=True)
def test_of_two_desks_that_enter_one_form_at_the_same_moment_one_is_told(at):
    form, start, told = printed(at), Barrier(2), []

    def enter():
        start.wait()
        try:
            mark_entered(PaperForm.objects.get(pk=form.pk), by=HELPER, at=at)
        except AlreadyEntered as refusal:
            told.append(refusal)
        finally:
            connections.close_all()

    desks = [Thread(target=enter) for _desk in range(2)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()

    assert len(told) == 1
    assert AuditLine.objects.filter(action="core.paper_entered").count() == 1


@pytest.mark.django_db
def test_a_form_whose_time_is_over_is_refused_also_when_its_page_was_open(at):
    form = printed(at)
    end = at + TWIN.lasts

    assert paper_form(CODE, at=end - timedelta(seconds=1))
    with pytest.raises(CodeExpired, match="until 23 December 2026"):
        paper_form(CODE, at=end)
    with pytest.raises(CodeExpired):
        mark_entered(form, by=HELPER, at=end)


@pytest.mark.django_db
def test_codes_are_forgotten_a_month_after_their_end(at):
    printed(at)
    end = at + TWIN.lasts + KEPT_AFTER

    assert drop_expired_paper(at=end - timedelta(seconds=1)) == 0
    assert drop_expired_paper(at=end) == 1


@pytest.mark.django_db
def test_erasure_and_merge_reach_the_forms_of_a_person(at):
    form = printed(at)

    assert hand_over_paper(ROSA, to="twin") == [form.pk]
    assert erase_paper(ROSA) == 0
    assert erase_paper("twin") == 1


class TripForm(forms.Form):
    """One input of each kind."""

    name = forms.CharField(label="Name", help_text="As on your card")
    on = forms.DateField(label="On", required=False)
    why = forms.CharField(label="Why", widget=forms.Textarea)
    days = forms.MultipleChoiceField(label="Days", choices=[("mon", "Monday"), ("tue", "Tuesday")])
    how = forms.ChoiceField(label="How", choices=[("", "Choose"), ("bus", "<b>Bus</b>"), ("foot", "On foot")])
    where = forms.ChoiceField(label="Where", choices=[(str(n), f"Place {n}") for n in range(80)])
    grouped = forms.ChoiceField(label="Grouped", choices=[("North", [("a", "A"), ("b", "B")])])
    agrees = forms.BooleanField(label="I agree", required=False)
    password = forms.CharField(widget=forms.PasswordInput)
    scan = forms.FileField()
    hidden = forms.CharField(widget=forms.HiddenInput)


def test_every_form_has_its_questions_on_paper_without_secrets_and_files():
    asked = {question.label: question for question in questions_of(TripForm())}

    assert {label: question.kind for label, question in asked.items()} == {
        "Name": "line", "On": "date", "Why": "lines", "Days": "some", "How": "one", "Where": "line",
        "Grouped": "one", "I agree": "tick",
    }  # fmt: skip
    assert asked["Days"].choices == ("Monday", "Tuesday")
    assert asked["How"].choices == ("<b>Bus</b>", "On foot")
    assert asked["Grouped"].choices == ("A", "B")
    assert asked["Where"].choices == ()
    assert not asked["On"].is_needed


@pytest.mark.django_db
def test_the_sheet_shows_code_questions_choices_and_until_when_without_styles(at):
    page = render_to_string(
        "core/paper/form.html",
        {
            "twin": TWIN,
            "form": printed(at),
            "code": in_groups(CODE),
            "qr_code": qr_code("https://city.example/paper/X"),
            "questions": questions_of(TripForm()),
        },
    )

    assert in_groups(CODE) in page
    assert "As on your card" in page
    assert "&lt;b&gt;Bus" in page
    assert "23 December 2026" in page
    assert "style=" not in page
    assert "<style" not in page


def test_the_square_code_is_drawn_without_styles_or_script():
    drawing = qr_code("https://city.example/paper/0123-4567-89AM")

    assert drawing.startswith("<svg")
    for never in ("style", "class", "script", "href"):
        assert never not in drawing
