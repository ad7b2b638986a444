"""The parts: errors stand at the field, nothing typed is lost, numbers stay numbers."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from learningcity.core.charts import AreaMap, Column, KeyEntry, MapArea, Pin, PlaceMap, Row, Table
from learningcity.core.maps import Box

BOX = Box(-3.5, 51.0, -2.5, 52.0, 640, 400)
HOSTILE = '"><script>alert(1)</script>'


class Registration(forms.Form):
    """One input of each kind."""

    name = forms.CharField(label="Your name", help_text="As you want to be called")
    born_on = forms.DateField(label="Date of birth")
    how = forms.ChoiceField(
        label="How?", widget=forms.RadioSelect, choices=[("text", "Text message"), ("letter", "Letter")]
    )
    agrees = forms.BooleanField(label="I agree", help_text="You can take it back")
    back = forms.CharField(widget=forms.HiddenInput, required=False)


def drawn(part: str, **context) -> str:
    return render_to_string(part, context)


def test_an_error_stands_at_its_field_and_is_tied_to_it():
    page = str(Registration({"name": "Amina", "born_on": "27 3"}))

    assert '<span class="error" id="id_born_on_error">' in page
    assert 'aria-describedby="id_born_on_error"' in page
    assert 'aria-invalid="true"' in page
    assert '<a href="#id_born_on">Date of birth:' in page


def test_nothing_typed_is_lost():
    page = str(Registration({"name": HOSTILE, "born_on": "27 3", "how": "letter"}))

    assert 'value="27 3"' in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert page.index('value="letter"') < page.index("checked")


def test_label_and_hint_come_before_the_input():
    page = str(Registration()["name"].as_field_group())

    assert page.index("<label") < page.index('id="id_name_helptext"') < page.index("<input")
    assert 'aria-describedby="id_name_helptext"' in page


def test_a_group_of_choices_has_one_name_and_each_choice_its_label():
    page = Registration()["how"].as_field_group()

    assert page.index("<fieldset") < page.index("<legend>How?</legend>")
    assert '<label for="id_how_1">Letter</label>' in page


def test_the_link_to_a_wrong_group_leads_to_its_first_choice():
    assert 'href="#id_how_0"' in str(Registration({}))


def test_the_summary_counts_in_words_and_is_silent_without_errors():
    assert "4 things need a change" in str(Registration({}))
    assert "need a change" not in str(Registration())
    complete = {"name": "A", "born_on": "1992-03-27", "how": "text"}
    assert "One thing needs a change" in str(Registration(complete))


def test_hidden_inputs_are_there_without_a_label():
    page = str(Registration(initial={"back": "/x"}))

    assert '<input type="hidden" name="back" value="/x"' in page
    assert page.count('name="back"') == 1


def test_a_filter_that_is_on_says_that_the_link_takes_it_off():
    page = drawn(
        "components/chips.html",
        label="Filters",
        chips=[{"label": HOSTILE, "address": "/search?a=1&b=2", "takes_off": True}],
    )

    assert "Take off:" in page
    assert 'href="/search?a=1&amp;b=2"' in page
    assert "<script>" not in page


def people_table() -> Table:
    return Table(
        "People",
        [Column("Area"), Column("People", is_number=True)],
        [Row("North", ["1,200"], "/areas/north"), Row("South", ["not shown"])],
    )


def test_a_table_scrolls_in_a_named_region_and_sets_numbers_at_the_end():
    page = drawn("components/table.html", table=people_table())

    assert 'role="region" aria-label="People, table" tabindex="0"' in page
    assert '<th scope="col" class="num">People</th>' in page
    assert '<td class="num">1,200</td>' in page
    assert '<th scope="row"><a href="/areas/north">North</a></th>' in page


def test_a_row_that_does_not_fit_the_head_is_a_mistake():
    with pytest.raises(ValueError, match="zip"):
        _ = Table("People", [Column("Area")], [Row("North", ["1"])]).lines


def area_map() -> AreaMap:
    areas = [MapArea("North", "M0 0L1 0L1 1Z", 4, "1.2 km"), MapArea("South", "M0 0L1 0L1 1Z", 0)]
    legend = [KeyEntry(4, "further"), KeyEntry(0, "no network data")]
    return AreaMap("walk", "The north walks further.", BOX, areas, legend, people_table())


def test_a_map_says_its_sentence_and_has_a_table_with_the_same_facts():
    page = drawn("charts/area_map.html", map=area_map())

    assert page.index("The north walks further.") < page.index("<svg") < page.index("<table>")
    assert 'role="img" aria-label="The north walks further."' in page


def test_what_is_not_known_is_hatched_never_a_shade():
    page = drawn("charts/area_map.html", map=area_map())

    assert page.count('fill="url(#walk-hatch)"') == 2
    assert page.count('class="b1"') == 2


def test_pins_keep_their_numbers_and_plain_decimals_in_every_language():
    with translation.override("es"):
        page = drawn("charts/place_map.html", map=PlaceMap("Places", BOX, [Pin(1, 120.5, 80.25)]))

    assert 'cx="120.5" cy="80.25"' in page
    assert 'text-anchor="middle">1</text>' in page


def test_the_way_on_in_a_list_is_shown_only_where_there_is_one():
    last = drawn("components/pager.html", address="", label="Show the next results")
    middle = drawn(
        "components/pager.html", address="?after=1", label="On", first_address="?", first_label="Back"
    )

    assert "<" not in last
    assert '<a class="btn quiet" rel="next" href="?after=1">On</a><a href="?">Back</a>' in middle


@pytest.mark.parametrize("answer", ["yes", "no", "unknown"])
def test_each_of_the_three_answers_stands_with_its_word(answer):
    page = drawn("components/mark.html", answer=answer, label="Step-free <&>")

    assert f'<span class="mark {answer}">Step-free &lt;&amp;&gt;</span>' in page
