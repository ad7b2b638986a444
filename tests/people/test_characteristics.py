"""What people say of themselves: optional, apart from their name, removed when they want it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.utils import IntegrityError
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.city.models import Area, AreaSet, PopulationGroup, PopulationTable
from learningcity.core.actors import operator, visitor
from learningcity.core.models import AuditLine
from learningcity.people.actions.characteristics import (
    AnswerConfirmed,
    AnswerUnknown,
    ConfirmationMissing,
    NothingSaid,
    say_of_oneself,
    take_back_said,
)
from learningcity.people.models import (
    Characteristic,
    Consent,
    ConsentPurpose,
    GuardianLimit,
    Lookup,
    Membership,
    Person,
    Pseudonym,
    Purpose,
    Source,
)
from learningcity.people.queries.characteristics import (
    NOT_SAID,
    answers_of,
    characteristics_for_statistics,
    characteristics_of,
    is_answer,
    options,
    said_by,
)
from tests.people import factories as make

AT = make.AT
TODAY = AT.date()
Kind = Characteristic.Kind
PAPER = "certificate of the town college, 2 July 2019"
pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return make.person()


@pytest.fixture
def city_tables():
    """Enter one area of each kind and the ethnic groups of a city."""
    box = {"outline": {}, "sketch": {}, "south": 0, "west": 0, "north": 1, "east": 1, "lat": 0, "lon": 0}
    wards = AreaSet.objects.create(key="wards", label="Wards", source="x", purpose="names", position=1)
    small = AreaSet.objects.create(
        key="small", label="Small areas", source="x", purpose="statistics", position=2
    )
    Area.objects.create(area_set=wards, code="W1", name="Harbour", folded_name="harbour", **box)
    Area.objects.create(area_set=small, code="S1", name="Harbour 1", folded_name="harbour 1", **box)
    table = PopulationTable.objects.create(
        key="ethnicity", label="Ethnic group", area_set=small, year=2021, source="x", position=1
    )
    for position, key in enumerate(("white", "asian")):
        PopulationGroup.objects.create(
            table=table, key=key, name=f"ethnicity-{key}", label=key.title(), position=position
        )


def say(person, kind, value, *, source=Source.SELF, by=None, **more):
    return say_of_oneself(person, kind, value, source=source, by=by or make.as_self(person), at=AT, **more)


def consent(person, is_given=True):
    Consent.objects.create(
        person=person,
        purpose=ConsentPurpose.INCLUSION,
        is_given=is_given,
        at=AT,
        right="self",
        channel="web",
        decided_by=str(person.public_id),
        wording="x",
    )


def test_what_is_said_is_kept_under_a_key_and_not_under_the_person(who):
    said = say(who, Kind.GENDER, "woman")

    assert said.key == Pseudonym.objects.get(person=who).key
    assert str(who.public_id) != str(said.key)
    assert not [field for field in Characteristic._meta.get_fields() if field.is_relation]
    assert (said.source, said.said_on) == ("self", TODAY)


def test_the_trail_tells_neither_kind_nor_value(who):
    say(who, Kind.DISABILITY, "limited_a_lot")
    take_back_said(who, Kind.DISABILITY, by=make.as_self(who), at=AT)

    lines = list(AuditLine.objects.order_by("pk"))
    assert [line.action for line in lines] == ["people.characteristic_said", "people.characteristic_removed"]
    assert {line.about for line in lines} == {f"people.person:{who.public_id}"}
    assert "disab" not in str(list(AuditLine.objects.values()))


def test_a_new_answer_leaves_nothing_of_the_old_one(who):
    for value in ("employed", "unemployed", NOT_SAID):
        say(who, Kind.WORK, value)

    assert Characteristic.objects.get().value == NOT_SAID


def test_a_removed_answer_is_gone_and_is_removed_once(who):
    say(who, Kind.WORK, "employed")
    take_back_said(who, Kind.WORK, by=make.as_self(who), at=AT)

    assert not Characteristic.objects.exists()
    with pytest.raises(NothingSaid):
        take_back_said(who, Kind.WORK, by=make.as_self(who), at=AT)


@pytest.mark.parametrize("kind", Kind)
def test_everybody_may_prefer_not_to_say_anything(who, kind):
    assert say(who, kind, NOT_SAID).value == NOT_SAID


@pytest.mark.parametrize("kind", Kind)
def test_every_answer_that_is_offered_is_taken(who, kind, city_tables):
    offered = options(kind, day=TODAY)

    assert offered
    assert all(is_answer(kind, value, day=TODAY) for value, _ in offered)
    assert say(who, kind, offered[-1][0])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from([*Kind.values, "shoe_size", ""]), value=st.text(max_size=90))
def test_what_is_no_answer_is_refused_whatever_it_is(kind, value):
    who = make.person()
    known = {code for code, _ in options(kind, day=TODAY)} if kind in Kind.values else set()
    if value in known | {NOT_SAID} or is_answer(kind, value, day=TODAY):
        return

    with pytest.raises(AnswerUnknown):
        say(who, kind, value)

    assert not Characteristic.objects.exists()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.BIRTH_YEAR, "2027"),
        (Kind.BIRTH_YEAR, "1899"),
        (Kind.LANGUAGE, "xx"),
        (Kind.LANGUAGE, "EN"),
        (Kind.AREA, "W2"),
        (Kind.AREA, "\0"),
        (Kind.ETHNICITY, "purple"),
        (Kind.QUALIFICATION, "isced_9"),
    ],
)
def test_answers_that_nobody_can_count_are_refused(who, city_tables, kind, value):
    with pytest.raises(AnswerUnknown):
        say(who, kind, value)


@pytest.mark.parametrize("value", ["cy", "so", "sgn", "other"])
def test_languages_are_codes_and_signed_ones_count_too(who, value):
    assert say(who, Kind.LANGUAGE, value).value == value


def test_the_database_keeps_one_answer_of_a_kind_and_no_empty_one(who):
    said = say(who, Kind.WORK, "employed")

    for value in ("retired", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Characteristic.objects.create(
                key=said.key, kind=Kind.WORK if value else Kind.GENDER, value=value, said_on=TODAY
            )


# Who may


def helper_of(person, *purposes):
    role = make.member(make.person("Hal Helper"), make.organisation("Harbour Library"), role="desk")
    make.mandate(person, role.organisation, purposes)
    return make.as_helper(role.person, person, role.organisation)


def test_a_guardian_and_a_helper_for_contact_say_it_as_theirs(who):
    child, guardian = make.child(), make.person("Ben Rivers")
    make.guardianship(child, guardian)

    assert say(child, Kind.GENDER, "man", source=Source.HELPER, by=make.as_guardian(guardian, child))
    assert say(who, Kind.GENDER, "man", source=Source.HELPER, by=helper_of(who, Purpose.CONTACT))
    assert {row.source for row in Characteristic.objects.all()} == {"helper"}


def test_nobody_says_it_in_another_voice(who):
    child, guardian = make.child(), make.person("Ben Rivers")
    make.guardianship(child, guardian)
    by = make.as_guardian(guardian, child)

    for source in (Source.SELF, Source.DESK, Source.AUTHORITY):
        with pytest.raises(PermissionDenied):
            say(child, Kind.GENDER, "man", source=source, by=by, confirmed_by=PAPER)
    for source in (Source.HELPER, Source.DESK, Source.AUTHORITY):
        with pytest.raises(PermissionDenied):
            say(who, Kind.GENDER, "man", source=source, confirmed_by=PAPER)


def test_others_say_nothing_and_remove_nothing(who):
    say(who, Kind.GENDER, "woman")
    limited = make.child()
    guardian = make.person("Ben Rivers")
    held = make.guardianship(limited, guardian)
    GuardianLimit.objects.create(
        kind="court", child=limited, guardianship=held, from_on=date(2026, 1, 1), set_at=AT
    )
    others = [
        (who, visitor()),
        (who, make.as_self(make.person("Eve"))),
        (who, make.as_member(make.member())),
        (who, helper_of(who, Purpose.PLACES)),
        (limited, make.as_guardian(guardian, limited)),
    ]

    for person, by in others:
        for source in Source:
            with pytest.raises(PermissionDenied):
                say(person, Kind.GENDER, "man", source=source, by=by, confirmed_by=PAPER)
        with pytest.raises(PermissionDenied):
            take_back_said(person, Kind.GENDER, by=by, at=AT)
    assert Characteristic.objects.get().value == "woman"


def test_a_child_too_young_to_say_it_may_still_remove_it():
    child, guardian = make.child(), make.person()
    make.guardianship(child, guardian)
    say(child, Kind.GENDER, "man", source=Source.HELPER, by=make.as_guardian(guardian, child))
    with pytest.raises(PermissionDenied):
        say(child, Kind.GENDER, "other")

    take_back_said(child, Kind.GENDER, by=make.as_self(child), at=AT)

    assert not Characteristic.objects.exists()


# Confirmed


@pytest.fixture
def desk(who):
    """Return a helper at the city's desk who has the person's page open."""
    member = make.member(role=Membership.Role.DESK)
    Lookup.objects.create(
        person=who,
        looked_by=str(member.person.public_id),
        organisation=member.organisation,
        reason="at_desk",
        channel="desk",
        at=AT,
    )
    return make.as_member(member)


@pytest.mark.parametrize("source", [Source.DESK, Source.AUTHORITY])
def test_what_was_confirmed_is_not_changed_by_hand_but_can_be_removed(who, desk, source):
    say(who, Kind.QUALIFICATION, "isced_5_8", source=source, by=desk, confirmed_by=PAPER)

    with pytest.raises(AnswerConfirmed):
        say(who, Kind.QUALIFICATION, "isced_0_2")
    assert said_by(who)[Kind.QUALIFICATION].confirmed_by == PAPER
    assert PAPER not in str(list(AuditLine.objects.values()))

    say(who, Kind.QUALIFICATION, "isced_3_4", source=source, by=desk, confirmed_by=PAPER)
    take_back_said(who, Kind.QUALIFICATION, by=make.as_self(who), at=AT)
    assert say(who, Kind.QUALIFICATION, "isced_0_2").source == "self"


def test_nothing_is_confirmed_without_saying_by_what(who, desk):
    with pytest.raises(ConfirmationMissing):
        say(who, Kind.QUALIFICATION, "isced_5_8", source=Source.DESK, by=desk, confirmed_by=" ")


def test_the_desk_confirms_only_with_the_page_open(who, desk):
    other = make.person("Ivo Weir")

    with pytest.raises(PermissionDenied):
        say(other, Kind.QUALIFICATION, "isced_5_8", source=Source.DESK, by=desk, confirmed_by=PAPER)


# What higher rooms ask


def test_characteristics_of_many_persons_cost_two_questions(who, django_assert_num_queries):
    others = [make.person(f"Ivo {number}") for number in range(5)]
    for person in [who, *others[:3]]:
        say(person, Kind.WORK, "retired")
        say(person, Kind.GENDER, NOT_SAID)

    with django_assert_num_queries(2):
        found = characteristics_of([person.pk for person in [who, *others]])

    assert set(found) == {person.pk for person in [who, *others[:3]]}
    assert found[who.pk][Kind.WORK].value == "retired"
    assert not found[who.pk][Kind.WORK].is_confirmed


def test_only_what_was_agreed_to_is_counted():
    persons = {name: make.person(name) for name in ("yes", "no", "never asked", "withdrawn", "gone")}
    for person in persons.values():
        say(person, Kind.WORK, "retired")
        say(person, Kind.GENDER, NOT_SAID)
    for name, decisions in {"yes": [True], "no": [False], "withdrawn": [True, False], "gone": [True]}.items():
        for is_given in decisions:
            consent(persons[name], is_given)
    Person.objects.filter(name="gone").update(state="anonymous", name="", born_on=None)

    counted = list(characteristics_for_statistics())

    assert [row.key for row in counted] == [Pseudonym.objects.get(person=persons["yes"]).key]
    assert [row.kind for row in counted] == [Kind.WORK]


def test_what_was_said_for_a_price_is_not_counted(who):
    consent(who)
    say(who, Kind.INCOME, "low", use=Characteristic.Use.PRICE)

    assert not characteristics_for_statistics().exists()


def test_a_city_without_tables_asks_for_neither_group_nor_area(who):
    kinds = {answer.kind for answer in answers_of(who)}

    assert kinds == set(Kind) - {Kind.ETHNICITY, Kind.AREA}


def test_answers_cost_a_fixed_number_of_questions(who, city_tables, django_assert_num_queries):
    for kind in Kind:
        say(who, kind, options(kind, day=TODAY)[0][0])

    with django_assert_num_queries(3):
        words = {answer.kind: str(answer.words) for answer in answers_of(who)}

    assert words[Kind.AREA] == "Harbour"
    assert words[Kind.ETHNICITY] == "White"
    assert words[Kind.BIRTH_YEAR] == "2026"


# Pages


def page(name="about_me", *args):
    return reverse(f"people:{name}", args=args)


def test_a_person_answers_changes_and_removes_on_their_page(client, who):
    make.sign_in(client, make.login(who))

    assert client.post(page("about_me_say", "gender"), {"value": "woman"}).status_code == 302
    assert "woman" in client.get(page()).content.decode()
    client.post(page("about_me_say", "gender"), {"value": NOT_SAID})
    assert said_by(who)["gender"].value == NOT_SAID
    client.post(page("about_me_remove", "gender"))

    assert not Characteristic.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.AREA, Kind.ETHNICITY)])
def test_every_question_offers_not_to_say(client, who, kind):
    make.sign_in(client, make.login(who))

    assert NOT_SAID in client.get(page("about_me_say", kind)).content.decode()


@pytest.mark.parametrize("value", ["", "purple", "<script>"])
def test_a_wrong_answer_is_refused_at_its_field(client, who, value):
    make.sign_in(client, make.login(who))

    answer = client.post(page("about_me_say", "gender"), {"value": value})

    assert answer.status_code == 400
    assert 'class="error"' in answer.content.decode()
    assert not Characteristic.objects.exists()


def test_a_confirmed_answer_is_marked_and_has_no_way_to_change_it(client, who, desk):
    say(who, Kind.QUALIFICATION, "isced_5_8", source=Source.DESK, by=desk, confirmed_by=PAPER)
    make.sign_in(client, make.login(who))

    words = client.get(page()).content.decode()

    assert "confirmed" in words
    assert f'href="{page("about_me_say", "qualification")}"' not in words
    assert client.post(page("about_me_say", "qualification"), {"value": "isced_0_2"}).status_code == 400


def test_a_kind_that_nobody_knows_is_not_found(client, who):
    make.sign_in(client, make.login(who))

    assert client.get(page("about_me_say", "shoe-size")).status_code == 404


def test_a_visitor_signs_in_before_saying_anything(client):
    for address in (page(), page("about_me_say", "gender")):
        assert client.get(address).status_code == 302
    assert client.post(page("about_me_remove", "gender")).status_code == 403


def test_the_page_asks_the_database_a_fixed_number_of_times(client, who, django_assert_max_num_queries):
    make.sign_in(client, make.login(who), second_factor=False)
    client.get(page())

    with django_assert_max_num_queries(14):
        client.get(page())


def test_the_desk_confirms_on_its_page_after_a_reason(client, who):
    member = make.member(make.person("Dee Desk"), role=Membership.Role.DESK)
    make.sign_in(client, make.login(member.person))
    address = page("desk_confirm", who.public_id, "qualification")
    assert client.get(address)["Location"] == page("desk_person", who.public_id)

    client.post(page("desk_person", who.public_id), {"reason": "at_desk", "words": ""})
    assert client.get(address).status_code == 200
    client.post(address, {"value": "isced_5_8", "confirmed_by": PAPER, "use": "inclusion"})

    said = said_by(who)["qualification"]
    assert (said.source, said.confirmed_by) == ("desk", PAPER)


def test_other_roles_and_residents_do_not_confirm(client, who):
    for role, of in (("officer", None), ("desk", make.organisation("Harbour Library"))):
        member = make.member(make.person(f"A {role}"), of, role=role)
        make.sign_in(client, make.login(member.person))

        assert client.get(page("desk_confirm", who.public_id, "qualification")).status_code == 403
    make.sign_in(client, make.login(who))
    assert client.get(page("desk_confirm", who.public_id, "qualification")).status_code == 403


def test_the_operator_enters_what_an_authority_said(who):
    said = say(who, Kind.BIRTH_YEAR, "1980", source=Source.AUTHORITY, by=operator(), confirmed_by="sign-in")

    assert said.source == "authority"
