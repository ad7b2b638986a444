"""Skills of the vocabulary: brought in, suggested with reasons, confirmed by a person, shown as taught."""

import json
import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connections
from django.urls import reverse

from learningcity.catalogue.actions.duplicates_merging import merge_offers, undo_merge
from learningcity.catalogue.actions.skills import (
    MOST_SKILLS,
    NoSkillChosen,
    TooManySkills,
    bring_in_skills,
    confirm_skills,
    load_skills,
    remove_skill,
)
from learningcity.catalogue.models import OfferConcept, Skill, SkillTaught, UnnumberedChange
from learningcity.catalogue.queries.skills import found_skills, skills_of, suggested_for
from learningcity.catalogue.queries.vocabulary import SkillRow
from learningcity.core.actors import operator
from learningcity.core.models import AuditLine
from tests.catalogue.factories import OfferFactory, ProviderFactory, SourceFactory
from tests.catalogue.skills import some_skills
from tests.people.factories import as_member, city_office, login, member, organisation, person, sign_in

pytestmark = pytest.mark.django_db
FOUND, SUGGESTED = SkillTaught.Origin.FOUND, SkillTaught.Origin.SUGGESTED


@pytest.fixture
def skills():
    """Return a few skills of the vocabulary by label."""
    return some_skills()


@pytest.fixture
def offer():
    """Return an offer about bread."""
    return OfferFactory(
        provider=ProviderFactory(),
        title="Bread baking",
        summary="Flour, water, time: sourdough and soda bread.",
    )


@pytest.fixture
def editor(offer):
    """Return the role of an editor of its provider."""
    who = person("Ada Editor")
    login(who)
    return member(who, offer.provider.organisation, "editor")


@pytest.fixture
def by(editor):
    """Return the editor as an actor."""
    return as_member(editor)


@pytest.fixture
def page(offer):
    """Return the address of the page of its skills."""
    return reverse("catalogue:offer_skills", args=[offer.public_id])


def row(label, uri=""):
    return SkillRow(
        uri=uri or f"http://data.europa.eu/esco/skill/{label}", label=label, kind="skill", collections=(),
        words="", description="",
    )  # fmt: skip


def labels(offer):
    return [skill.label for skill in skills_of([offer.pk])[offer.pk]]


def test_the_vocabulary_is_brought_in_by_address_and_once(at):
    first = load_skills([row("bake"), row("weld")], by=operator(), at=at)
    again = load_skills([row("bake"), row("weld")], by=operator(), at=at)
    before = dict(Skill.objects.values_list("uri", "pk"))
    changed = load_skills([row("bake"), row("welding", row("weld").uri)], by=operator(), at=at)

    assert (first, again, changed) == (2, 0, 1)
    assert dict(Skill.objects.values_list("uri", "pk")) == before
    assert set(Skill.objects.values_list("label", "position")) == {("bake", 0), ("welding", 1)}


def test_nobody_but_the_city_brings_a_vocabulary_in(by, at):
    with pytest.raises(PermissionDenied):
        load_skills([row("bake")], by=by, at=at)
    with pytest.raises(PermissionDenied):
        bring_in_skills({}, by=by, at=at)


def test_the_command_brings_all_skills_in_and_tells_how_many_are_new(capsys):
    call_command("skills", "load", "--json")
    first = json.loads(capsys.readouterr().out)
    call_command("skills", "load", "--json")
    again = json.loads(capsys.readouterr().out)

    assert first == {"version": "1.2.0", "skills": 13_939, "new": 13_939}
    assert again["new"] == 0
    assert Skill.objects.get(label="bake goods").kind == "skill"


def test_the_text_of_an_offer_suggests_skills_with_the_words_that_speak_for_them(skills, offer):
    suggested = suggested_for(offer)

    assert suggested[0].skill == skills["bake goods"]
    assert suggested[0].words == ("baking",)
    assert "baker" in suggested[0].occupations
    assert {one.skill.label for one in suggested} == {
        "bake goods",
        "bakery ingredients",
        "prepare bakery products",
    }


def test_an_english_text_speaks_for_an_offer_in_another_language(skills):
    offer = OfferFactory(title="Pobi bara", summary="Blawd a dŵr.", language="cy")
    offer.texts.create(language="en", title="Bread baking", summary="", description="")

    assert suggested_for(offer)[0].skill == skills["bake goods"]


def test_what_is_confirmed_is_suggested_no_more_and_what_the_source_names_comes_first(skills, offer, by, at):
    OfferConcept.objects.create(offer=offer, address=skills["yoga"].uri)
    confirm_skills(offer, {skills["bake goods"]: SUGGESTED}, by=by, at=at)

    suggested = suggested_for(offer)

    assert suggested[0].skill == skills["yoga"]
    assert suggested[0].is_named
    assert skills["bake goods"] not in {one.skill for one in suggested}


def test_words_look_skills_up(skills):
    assert found_skills("Yoga!")[0] == skills["yoga"]
    assert found_skills("?!") == []


def test_without_a_vocabulary_nothing_is_suggested(offer):
    assert suggested_for(offer) == []


def test_an_offer_teaches_only_what_was_confirmed_and_who_did_it_is_in_the_audit(skills, offer, by, at):
    told = {skills["bake goods"]: SUGGESTED, skills["yoga"]: FOUND}

    first = confirm_skills(offer, told, by=by, at=at)
    again = confirm_skills(offer, told, by=by, at=at + timedelta(days=1))

    assert (first, again) == (2, 0)
    assert labels(offer) == ["bake goods", "yoga"]
    assert set(SkillTaught.objects.values_list("origin", "confirmed_by", "confirmed_at")) == {
        ("suggested", "provider", at),
        ("found", "provider", at),
    }
    assert AuditLine.objects.filter(action="catalogue.skills_confirmed", person=by.person).count() == 1


def test_what_is_taken_away_is_gone_and_the_feeds_hear_of_it(skills, offer, by, at):
    confirm_skills(offer, {skills["yoga"]: FOUND}, by=by, at=at)
    UnnumberedChange.objects.all().delete()

    remove_skill(offer, skills["yoga"], by=by, at=at + timedelta(hours=1))
    remove_skill(offer, skills["yoga"], by=by, at=at + timedelta(hours=2))

    offer.refresh_from_db()
    assert labels(offer) == []
    assert offer.changed_at == at + timedelta(hours=1)
    assert UnnumberedChange.objects.filter(offer_id=offer.pk).count() == 1


def test_ticking_nothing_and_too_much_are_refused(skills, offer, by, at):
    many = Skill.objects.bulk_create(
        Skill(uri=f"https://skills.test/{n}", version="x", label=f"skill {n}", kind="skill", position=n)
        for n in range(MOST_SKILLS)
    )
    confirm_skills(offer, dict.fromkeys(many, FOUND), by=by, at=at)

    with pytest.raises(NoSkillChosen, match="look for others by words"):
        confirm_skills(offer, {}, by=by, at=at)
    with pytest.raises(TooManySkills, match="at most 50"):
        confirm_skills(offer, {skills["yoga"]: FOUND}, by=by, at=at)
    assert len(labels(offer)) == MOST_SKILLS


def test_strangers_confirm_and_take_away_nothing(skills, offer, at):
    stranger = as_member(member(person(), organisation("Elsewhere"), "editor"))

    with pytest.raises(PermissionDenied):
        confirm_skills(offer, {skills["yoga"]: FOUND}, by=stranger, at=at)
    with pytest.raises(PermissionDenied):
        remove_skill(offer, skills["yoga"], by=stranger, at=at)


def test_many_offers_are_told_at_once_and_unknown_addresses_left_out(skills, offer, at):
    told = {offer.pk: [skills["yoga"].uri, skills["yoga"].uri, "http://data.europa.eu/esco/skill/unknown"]}

    counted = [bring_in_skills(told, by=operator(), at=at) for _ in range(2)]

    assert counted == [1, 0]
    assert labels(offer) == ["yoga"]
    assert SkillTaught.objects.get().confirmed_by == "city"


def test_skills_follow_a_merge_and_come_back_when_it_is_undone(skills, offer, by, at):
    other = OfferFactory(title="Baking bread", provider=ProviderFactory(source=SourceFactory(key="other")))
    staff = as_member(member(person(), city_office(), "officer"))
    confirm_skills(offer, {skills["yoga"]: FOUND}, by=staff, at=at)
    confirm_skills(other, {skills["yoga"]: FOUND, skills["bake goods"]: FOUND}, by=staff, at=at)

    merge = merge_offers(offer, other, by=staff, at=at)
    merged = labels(offer)
    confirm_skills(offer, {skills["graphic design"]: FOUND}, by=staff, at=at)
    undo_merge(merge, by=staff, at=at + timedelta(days=1))

    assert merged == ["bake goods", "yoga"]
    assert labels(offer) == ["graphic design", "yoga"]
    assert labels(other) == ["bake goods", "yoga"]


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_say_each_skill_once_and_not_too_many(at):
    offer = OfferFactory()
    many = Skill.objects.bulk_create(
        Skill(uri=f"https://skills.test/{n}", version="x", label=f"skill {n}", kind="skill", position=n)
        for n in range(MOST_SKILLS)
    )
    others = Skill.objects.bulk_create(
        Skill(uri=f"https://other.test/{n}", version="x", label=f"other {n}", kind="skill", position=n)
        for n in range(2)
    )
    confirm_skills(offer, dict.fromkeys(many[:-1], FOUND), by=operator(), at=at)
    start, refused = Barrier(2), []

    def confirm(skill):
        start.wait()
        try:
            confirm_skills(offer, {skill: FOUND}, by=operator(), at=at)
        except TooManySkills as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=confirm, args=[skill]) for skill in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert SkillTaught.objects.filter(offer=offer).count() == MOST_SKILLS


def test_an_editor_ticks_suggestions_looks_others_up_and_takes_one_away(client, editor, skills, offer, page):
    sign_in(client, editor.person.login)
    shown = client.get(page).content.decode()
    client.post(page, {"suggested": [skills["bake goods"].pk]})
    looked_up = client.get(page, {"q": "yoga"}).content.decode()
    client.post(page, {"found": [skills["yoga"].pk]})
    both = labels(offer)
    remove = reverse("catalogue:offer_skill_remove", args=[offer.public_id])
    answer = client.post(remove, {"skill": skills["bake goods"].pk}, follow=True)

    assert "Because of: baking." in shown
    assert f'name="found" value="{skills["yoga"].pk}"' in looked_up
    assert both == ["bake goods", "yoga"]
    assert set(SkillTaught.objects.values_list("skill__label", "origin")) == {("yoga", "found")}
    assert "It is taken away." in answer.content.decode()


@pytest.mark.parametrize("sent", [{}, {"suggested": ["0"]}, {"found": ["\x00"]}, {"suggested": ["9" * 40]}])
def test_a_form_that_cannot_be_used_is_shown_again_with_a_sentence(client, editor, skills, page, sent):
    sign_in(client, editor.person.login)

    answer = client.post(page, sent)

    assert answer.status_code == 400
    assert re.search("Tick (at least one skill|again)", answer.content.decode())


def test_a_skill_that_is_not_there_cannot_be_taken_away(client, editor, offer):
    sign_in(client, editor.person.login)

    answer = client.post(
        reverse("catalogue:offer_skill_remove", args=[offer.public_id]), {"skill": "7"}, follow=True
    )

    assert "no longer in the list" in answer.content.decode()


def test_without_a_vocabulary_the_page_says_who_can_load_it(client, editor, page):
    sign_in(client, editor.person.login)

    assert "learningcity skills load" in client.get(page).content.decode()


def test_the_page_takes_as_many_questions_for_three_skills_as_for_one(
    client, editor, skills, offer, page, by, at, django_assert_max_num_queries
):
    sign_in(client, editor.person.login)
    client.get(page)
    with django_assert_max_num_queries(40) as with_none:
        client.get(page)
    confirm_skills(offer, dict.fromkeys(skills.values(), FOUND), by=by, at=at)
    with django_assert_max_num_queries(len(with_none)):
        client.get(page)


def test_the_page_of_an_offer_shows_what_was_confirmed_and_nothing_else(client, skills, offer, by, at):
    before = client.get(offer.get_absolute_url()).content.decode()
    confirm_skills(offer, {skills["bake goods"]: SUGGESTED}, by=by, at=at)

    after = client.get(offer.get_absolute_url()).content.decode()
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', after, re.S)[1])

    assert "bake goods" not in before
    assert '<li lang="en">bake goods</li>' in after
    assert told["teaches"] == [
        {
            "@type": "DefinedTerm",
            "@id": skills["bake goods"].uri,
            "name": "bake goods",
            "inLanguage": "en",
            "inDefinedTermSet": "http://data.europa.eu/esco/concept-scheme/skills",
        }
    ]


def test_the_page_about_the_data_names_the_vocabulary_and_what_was_changed(client, skills):
    said = client.get(reverse("city:about_data")).content.decode()

    assert (
        "This service uses the ESCO classification of the European Commission. The data were modified."
        in said
    )
    assert "2011/833/EU" in said
