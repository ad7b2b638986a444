"""Two entries of one person become one, with proof from both, and can be parted again exactly."""

import threading
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learningcity.core.actors import Channel, operator
from learningcity.core.models import AuditLine, Draft, Message
from learningcity.people.actions.merging import (
    ConflictsOpen,
    DeskNeeded,
    OneEntryOnly,
    ProofMissing,
    Proofs,
    TwoPeople,
    look_at_two,
    merge_persons,
)
from learningcity.people.actions.unmerging import UndoOver, close_merge, undo_merge
from learningcity.people.models import (
    Acting,
    Characteristic,
    Consent,
    Contact,
    GuardianConsent,
    GuardianLimit,
    Guardianship,
    Login,
    Lookup,
    Mandate,
    Membership,
    Merge,
    Person,
    Pseudonym,
    Purpose,
    SecondAccount,
    Source,
)
from learningcity.people.queries.actors import actor_of
from learningcity.people.receivers.merging import LEFT_ALONE, TABLES
from tests.people import factories as make

pytestmark = pytest.mark.django_db
AT = make.AT
LATER = AT + timedelta(days=1)
SEEN = Proofs(of_kept="passport", of_dropped="card")
KINDS = [Characteristic.Kind.GENDER, Characteristic.Kind.WORK]
TOLD = ("people/messages/merged", "people/messages/merge_undone")


@pytest.fixture
def office():
    return make.city_office()


@pytest.fixture
def desk(office):
    return make.as_member(make.member(make.person("Dana Desk"), office, Membership.Role.DESK))


@pytest.fixture
def administrator(office):
    return make.as_member(make.member(of=office))


@pytest.fixture
def rosa():
    return make.person("Rosa Rivers")


@pytest.fixture
def again():
    return make.person("Rosa Rivers")


def merged(kept, dropped, by, **more):
    return merge_persons(kept, dropped, **({"choices": {}, "proofs": SEEN, "by": by, "at": AT} | more))


def contact(of, **fields):
    return Contact.objects.create(person=of, changed_at=AT, **fields)


def said(of, kind, value, **fields):
    key = Pseudonym.objects.get_or_create(person=of)[0].key
    return Characteristic.objects.create(key=key, kind=kind, value=value, said_on=AT.date(), **fields)


def proved(kept, dropped, at=AT):
    return SecondAccount.objects.create(
        person=kept, other=dropped, channel="mail", asked_at=at, answered_at=at, code_digest="x",
        code_expires_at=at, proved_at=at,
    )  # fmt: skip


# What must be chosen, and what is refused


def test_a_merge_of_conflicting_entries_without_choices_is_refused_and_names_the_fields(desk, rosa, again):
    Person.objects.filter(pk=again.pk).update(name="Rosa Brook")
    contact(rosa, language="en", email="rosa@example.org")
    contact(again, language="cy", email="brook@example.org")

    with pytest.raises(ConflictsOpen, match="Name, E-mail address and Language of messages") as refused:
        merged(rosa, again, desk)

    assert refused.value.field == "name"
    again.refresh_from_db()
    assert again.is_here


def test_a_choice_that_names_neither_entry_is_no_choice(desk, rosa, again):
    Person.objects.filter(pk=again.pk).update(name="Rosa Brook")

    with pytest.raises(ConflictsOpen):
        merged(rosa, again, desk, choices={"name": "Robert'); DROP TABLE"})


def test_the_values_chosen_stand_and_what_only_one_entry_knows_is_taken_over(desk, rosa, again):
    Person.objects.filter(pk=again.pk).update(name="Rosa Brook")
    contact(rosa, email="rosa@example.org", channel="mail", language="en")
    contact(again, phone="01633496001", channel="mail", email="b@example.org", language="cy")
    choices = {"name": "dropped", "contact_email": "kept", "contact_language": "dropped"}

    merged(rosa, again, desk, choices=choices)

    rosa.refresh_from_db()
    assert rosa.name == "Rosa Brook"
    kept = rosa.contact
    assert (kept.email, kept.phone, kept.language) == ("rosa@example.org", "01633496001", "cy")


def test_what_an_authority_confirmed_stands_against_what_was_only_said(desk, rosa, again):
    Person.objects.filter(pk=again.pk).update(
        name="Rosa Brook", name_source=Source.AUTHORITY, born_on=date(1980, 5, 18), born_source=Source.DESK
    )

    merged(rosa, again, desk, choices={"name": "kept", "born_on": "kept"})

    rosa.refresh_from_db()
    assert (rosa.name, rosa.born_on, rosa.born_source) == ("Rosa Brook", date(1980, 5, 18), Source.DESK)


def test_entries_with_different_confirmed_birth_dates_are_two_people(desk, rosa, again):
    Person.objects.filter(pk=rosa.pk).update(born_source=Source.AUTHORITY)
    Person.objects.filter(pk=again.pk).update(born_on=date(1980, 5, 18), born_source=Source.DESK)

    with pytest.raises(TwoPeople, match="Both birth dates are confirmed"):
        merged(rosa, again, desk, choices={"born_on": "kept"})


@pytest.mark.parametrize("is_over", [False, True])
def test_a_guardian_and_their_child_are_two_people_even_when_it_is_over(desk, rosa, again, is_over):
    ended = {"ended_at": AT, "ending": "majority"} if is_over else {}
    make.guardianship(again, rosa, **ended)

    for pair in ((rosa, again), (again, rosa)):
        with pytest.raises(TwoPeople, match="guardian"):
            merged(*pair, desk)


def test_an_invented_resident_and_a_real_one_are_two_people(desk, rosa):
    with pytest.raises(TwoPeople, match="invented"):
        merged(rosa, make.person("Rosa Rivers", is_synthetic=True), desk)


@pytest.mark.parametrize(
    "proofs", [Proofs(), Proofs("passport", ""), Proofs("", "card"), Proofs("my word", "card")]
)
def test_a_desk_that_saw_no_document_for_both_entries_is_refused(desk, rosa, again, proofs):
    with pytest.raises(ProofMissing) as refused:
        merged(rosa, again, desk, proofs=proofs)

    assert refused.value.field in ("proof_of_kept", "proof_of_dropped")


def test_an_entry_is_not_merged_into_itself_nor_a_second_time(desk, rosa, again):
    with pytest.raises(OneEntryOnly):
        merged(rosa, rosa, desk)
    merged(rosa, again, desk)

    with pytest.raises(OneEntryOnly):
        merged(make.person("Rosa Rivers"), again, desk)


# Who may


def test_only_the_desk_of_the_city_and_its_administrators_may_merge(rosa, again, office):
    officer = make.as_member(make.member(make.person("Oz"), office, Membership.Role.OFFICER))
    provider = make.as_member(make.member(make.person("Pat"), make.organisation(), Membership.Role.DESK))
    stranger, own = make.as_self(make.person("Sam")), make.as_self(rosa)
    guardian = make.as_guardian(make.person("Gil"), rosa)

    for by in (officer, provider, stranger, own, guardian, operator()):
        with pytest.raises(PermissionDenied):
            merged(rosa, again, by)
        with pytest.raises(PermissionDenied):
            look_at_two(rosa, again, by=by, at=AT)


def test_nobody_at_a_desk_merges_an_entry_of_their_own(desk, again, office):
    dana = Person.objects.get(public_id=desk.person)

    for pair in ((dana, again), (again, dana)):
        with pytest.raises(PermissionDenied):
            merged(*pair, desk)


def test_only_an_administrator_merges_an_entry_that_holds_a_role(desk, administrator, rosa, again):
    make.member(again, make.organisation(), Membership.Role.TEACHER)

    with pytest.raises(PermissionDenied):
        merged(rosa, again, desk)
    merged(rosa, again, administrator)

    assert rosa.memberships.filter(ended_at=None).exists()


def test_a_person_merges_with_a_proof_and_the_entry_signed_in_to_stays(rosa, again):
    claim = proved(rosa, again)

    merge = merged(rosa, again, make.as_self(rosa), proofs=Proofs())

    assert (merge.proof_of_kept, merge.proof_of_dropped) == ("signed_in", "code")
    claim.refresh_from_db()
    assert claim.used_at == AT


def test_a_proof_is_for_one_pair_one_hour_and_one_merge(rosa, again):
    proved(rosa, again, at=AT - timedelta(minutes=61))
    proved(again, rosa)
    proved(rosa, make.person("Rosa Rivers"))

    with pytest.raises(PermissionDenied):
        merged(rosa, again, make.as_self(rosa))


def test_forged_documents_do_not_help_a_person_without_a_proof(rosa, again):
    with pytest.raises(PermissionDenied):
        merged(rosa, again, make.as_self(rosa), proofs=SEEN)


@pytest.mark.parametrize("differs", [{"name": "Kit Brook"}, {"born_on": date(1999, 1, 1)}])
def test_a_person_whose_accounts_differ_much_is_sent_to_a_desk(rosa, again, differs):
    proved(rosa, again)
    Person.objects.filter(pk=again.pk).update(**differs)

    with pytest.raises(DeskNeeded, match="identity document"):
        merged(rosa, again, make.as_self(rosa), choices={"name": "kept", "born_on": "kept"})


@pytest.mark.parametrize("guard", ["role", "second factor"])
def test_a_code_is_no_way_to_what_a_role_or_a_second_factor_guards(rosa, again, guard):
    if guard == "role":
        make.member(again, make.organisation(), Membership.Role.TEACHER)
    else:
        Authenticator.objects.create(user=make.login(again), type=Authenticator.Type.TOTP, data={})
    proved(rosa, again)

    with pytest.raises(DeskNeeded, match="a code alone does not open it"):
        merged(rosa, again, make.as_self(rosa))


@pytest.mark.parametrize("through", ["mandate", "guardianship"])
@pytest.mark.parametrize("is_over", [False, True])
def test_an_address_that_another_may_have_proved_does_not_open_the_entry(rosa, again, through, is_over):
    before, after = AT - timedelta(days=3), AT - timedelta(days=1)
    if through == "mandate":
        held = make.mandate(again, make.organisation(), [Purpose.CONTACT], given_at=before)
        if is_over:
            Mandate.objects.filter(pk=held.pk).update(ended_at=after, ended_through="screen")
    else:
        held = make.guardianship(again, make.person("Gil"), role="representative", at=before)
        if is_over:
            Guardianship.objects.filter(pk=held.pk).update(ended_at=after, ending="ended")
    contact(again, email="helper@example.org", email_confirmed_at=AT - timedelta(days=2))
    proved(rosa, again)

    with pytest.raises(DeskNeeded):
        merged(rosa, again, make.as_self(rosa))


def test_an_address_proved_before_anybody_helped_opens_the_entry(rosa, again):
    make.mandate(again, make.organisation(), [Purpose.CONTACT], given_at=AT)
    make.mandate(again, make.organisation(), [Purpose.PLACES], given_at=AT - timedelta(days=3))
    contact(again, email="rosa@example.org", email_confirmed_at=AT - timedelta(days=2))
    proved(rosa, again)

    assert merged(rosa, again, make.as_self(rosa))


# What a merge does


@pytest.mark.parametrize("ended_at_kept", [True, False])
@pytest.mark.parametrize("proof", ["self", "helper", "order of the court, 2026"])
def test_a_guardian_whom_a_court_removed_does_not_come_back_by_a_merge(desk, ended_at_kept, proof):
    kit, twice, gil = make.child(), make.child(), make.person("Gil")
    ended, entered_anew = (kit, twice) if ended_at_kept else (twice, kit)
    make.guardianship(ended, gil, ended_at=AT, ending="court")
    anew = make.guardianship(entered_anew, gil, proof=proof)

    merge = merged(kit, twice, desk)

    anew.refresh_from_db()
    # What a desk entered with a paper it saw holds.
    assert (anew.ended_at is None) == (proof not in ("self", "helper"))
    undo_merge(merge, by=desk, at=LATER)
    anew.refresh_from_db()
    assert anew.ended_at is None


def test_the_second_log_in_is_closed_and_opens_again_after_an_undo(desk, rosa, again):
    make.login(rosa)
    second = make.login(again)

    merge = merged(rosa, again, desk)
    second.refresh_from_db()

    assert not second.is_active
    assert actor_of(second, at=AT).person == ""
    undo_merge(merge, by=desk, at=LATER)
    second.refresh_from_db()
    assert second.is_active
    assert actor_of(second, at=AT).person == str(again.public_id)


def test_the_only_log_in_goes_with_the_person(desk, rosa, again):
    login = make.login(again)

    merged(rosa, again, desk)

    login.refresh_from_db()
    assert actor_of(login, at=AT).person == str(rosa.public_id)


def test_a_guardian_to_whom_a_desk_gave_the_child_back_keeps_it_in_a_merge(desk):
    kit, twice, gil = make.child(), make.child(), make.person("Gil")
    make.guardianship(twice, gil, ended_at=AT, ending="court")
    make.guardianship(twice, gil, proof="order of the court, 2026")
    make.guardianship(kit, gil, proof="self")

    merged(kit, twice, desk)

    assert Guardianship.objects.filter(child=kit, guardian=gil, ended_at=None).count() == 1


def test_a_courts_limit_stays_in_force_when_the_guardianship_it_limits_is_held_twice(desk):
    kit, twice, gil = make.child(), make.child(), make.person("Gil")
    make.guardianship(kit, gil)
    limited = make.guardianship(twice, gil)
    GuardianLimit.objects.create(
        kind="court", child=twice, guardianship=limited, from_on=date(2026, 1, 1), set_at=AT
    )

    merged(kit, twice, desk)

    standing = Guardianship.objects.get(child=kit, guardian=gil, ended_at=None)
    assert standing.limits.count() == 1


def test_an_official_representative_stands_where_another_entry_says_parent(desk):
    kit, twice, gil = make.child(), make.child(), make.person("Gil")
    make.guardianship(kit, gil)
    make.guardianship(twice, gil, role=Guardianship.Role.REPRESENTATIVE)

    merged(kit, twice, desk)

    assert Guardianship.objects.get(child=kit, ended_at=None).role == Guardianship.Role.REPRESENTATIVE


def test_a_role_held_twice_is_held_once(administrator, rosa, again):
    school = make.organisation()
    for each in (rosa, again):
        make.member(each, school, Membership.Role.TEACHER)

    merged(rosa, again, administrator)

    assert rosa.memberships.count() == 2
    assert rosa.memberships.filter(ended_at=None).count() == 1


def test_the_newest_decision_about_a_consent_stands_with_the_whole_history(desk, rosa, again):
    for who, is_given in ((rosa, True), (again, False)):
        Consent.objects.create(
            person=who, purpose="news", is_given=is_given, at=AT, right="self", channel="web", decided_by="",
            wording="w",
        )  # fmt: skip

    merged(rosa, again, desk)

    assert list(rosa.consents.order_by("-pk").values_list("is_given", flat=True)) == [False, True]


def test_whoever_acts_for_the_dropped_entry_acts_no_more(desk, rosa, again):
    school = make.organisation()
    helper = make.login(make.person("Hal"))
    acting = Acting.objects.create(
        login=helper, person=again, right="mandate", channel=Channel.DESK, organisation=school,
        mandate=make.mandate(again, school), started_at=AT, ends_at=LATER,
    )  # fmt: skip

    merged(rosa, again, desk)

    acting.refresh_from_db()
    assert acting.ended_at == AT


def test_staff_are_not_told_what_somebody_said_of_themselves_but_when(desk, rosa, again):
    for who, value in ((rosa, "asked-not-told"), (again, "neither-this")):
        said(who, Characteristic.Kind.DISABILITY, value)

    [conflict] = look_at_two(rosa, again, by=desk, at=AT).conflicts

    assert conflict.said_on == (AT.date(), AT.date())


def test_a_look_at_two_entries_is_written_down_for_both(desk, rosa, again):
    look_at_two(rosa, again, by=desk, at=AT)

    assert {look.person for look in Lookup.objects.filter(reason="duplicate")} == {rosa, again}


def test_the_person_is_told_at_both_contacts_and_once_where_they_are_the_same(desk, rosa, again):
    contact(rosa, channel="mail", email="rosa@example.org")
    contact(again, channel="sms", phone="01633496001", email="rosa@example.org")

    merged(rosa, again, desk, choices={"contact_channel": "kept"})

    assert sorted(Message.objects.values_list("address", flat=True)) == ["01633496001", "rosa@example.org"]


def test_the_trail_names_both_entries_and_no_person(desk, rosa, again):
    merged(rosa, again, desk)

    lines = AuditLine.objects.filter(action__startswith="people.merged").order_by("pk")
    assert [(line.action, line.about) for line in lines] == [
        ("people.merged", f"people.person:{rosa.public_id}"),
        ("people.merged_away", f"people.person:{again.public_id}"),
    ]


# Undo


def test_what_was_made_or_changed_after_the_merge_stays_with_the_kept_entry(desk, rosa, again):
    Person.objects.filter(pk=again.pk).update(name="Rosa Brook")
    merge = merged(rosa, again, desk, choices={"name": "dropped"})
    Person.objects.filter(pk=rosa.pk).update(name="Rosa Lake")
    Draft.objects.create(
        owner=str(rosa.public_id), form="f", data={}, kept_by="", kept_at=AT, expires_at=LATER
    )

    undo_merge(merge, by=desk, at=LATER)

    rosa.refresh_from_db()
    assert rosa.name == "Rosa Lake"
    assert Draft.objects.get().owner == str(rosa.public_id)


@pytest.mark.parametrize("court", ["ends", "limits"])
def test_an_undo_gives_no_guardian_back_whom_a_court_ended_or_limited_since(desk, court):
    kit, twice, gil = make.child(), make.child(), make.person("Gil")
    stands, closed = make.guardianship(kit, gil), make.guardianship(twice, gil)
    merge = merged(kit, twice, desk)
    if court == "ends":
        Guardianship.objects.filter(pk=stands.pk).update(ended_at=LATER, ending="court")
    else:
        GuardianLimit.objects.create(
            kind="court", child=kit, guardianship=stands, from_on=date(2026, 1, 1), set_at=LATER
        )

    undo_merge(merge, by=desk, at=LATER + timedelta(hours=1))

    closed.refresh_from_db()
    assert closed.child == twice
    assert closed.ended_at is not None


def test_an_undo_needs_the_person_or_the_desk_and_30_days(desk, rosa, again):
    merge = merged(rosa, again, desk)

    with pytest.raises(PermissionDenied):
        undo_merge(merge, by=make.as_self(make.person("Sam")), at=LATER)
    with pytest.raises(UndoOver):
        undo_merge(merge, by=desk, at=AT + timedelta(days=30))
    undo_merge(merge, by=make.as_self(rosa), at=LATER)
    with pytest.raises(UndoOver):
        undo_merge(merge, by=desk, at=LATER)


def test_merges_are_undone_in_the_reverse_order(desk, rosa, again):
    first = merged(again, make.person("Rosa Rivers"), desk)
    second = merged(rosa, again, desk)

    with pytest.raises(UndoOver, match="later merge first"):
        undo_merge(first, by=desk, at=LATER)
    undo_merge(second, by=desk, at=LATER)
    undo_merge(first, by=desk, at=LATER)

    assert Person.objects.filter(state="active", name="Rosa Rivers").count() == 3


def test_an_undone_merge_keeps_no_old_values(desk, rosa, again):
    Person.objects.filter(pk=again.pk).update(name="Rosa Brook")
    merge = merged(rosa, again, desk, choices={"name": "dropped"})

    merge = undo_merge(merge, by=desk, at=LATER)

    assert (merge.before, merge.moved) == ({}, {})


# The end of the time to undo


def test_after_30_days_the_dropped_entry_is_empty_and_still_leads_to_the_person(desk, rosa, again):
    for each in (rosa, again):
        make.login(each)
        contact(each, channel="mail", email=f"r{each.pk}@example.org")
        said(each, Characteristic.Kind.GENDER, "woman")
    Person.objects.filter(pk=again.pk).update(name="Rosa Brook")
    merge = merged(rosa, again, desk, choices={"name": "dropped", "contact_email": "kept"})
    Consent.objects.create(
        person=again,
        purpose="news",
        is_given=True,
        at=AT,
        right="self",
        channel="web",
        decided_by="",
        wording="w",
    )

    close_merge(merge, by=operator(), at=merge.undo_until - timedelta(seconds=1))
    again.refresh_from_db()
    assert again.name == "Rosa Brook"
    close_merge(merge, by=operator(), at=merge.undo_until)

    again.refresh_from_db()
    assert (again.name, again.born_on, again.merged_into) == ("", None, rosa)
    assert not Merge.objects.exists()
    assert Login.objects.get().person == rosa
    assert Contact.objects.get().person == rosa
    assert Characteristic.objects.count() == 1
    assert rosa.consents.count() == 1


def test_only_the_schedule_closes_a_merge(desk, rosa, again):
    merge = merged(rosa, again, desk)

    with pytest.raises(PermissionDenied):
        close_merge(merge, by=desk, at=merge.undo_until)


# Every table takes part


def test_every_column_that_names_a_person_takes_part_in_merging():
    listed = {table.label for table in TABLES}
    missing = [
        f"{model._meta.label_lower}.{column.name}"
        for model in apps.get_models()
        if model._meta.app_label in ("people", "core") and model._meta.label_lower not in LEFT_ALONE
        for column in model._meta.concrete_fields
        if column.related_model is Person or column.name in ("owner", "recipient")
        if f"{model._meta.label_lower}.{column.name}" not in listed
    ]

    assert missing == []


# Merge then undo: the same rows

entries = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Rosa Rivers", "Roza Rivers"]),
        "born_on": st.sampled_from([None, date(1980, 5, 17)]),
        "source": st.sampled_from([Source.SELF, Source.AUTHORITY]),
        "login": st.booleans(),
        "active": st.sampled_from([None, date(2026, 1, 1), date(2026, 2, 1)]),
        "contact": st.none()
        | st.fixed_dictionaries(
            {
                "email": st.sampled_from(["", "a@example.org", "b@example.org"]),
                "phone": st.sampled_from(["01633496001", "01633496002"]),
                "channel": st.sampled_from(["none", "sms"]),
                "language": st.sampled_from(["en", "cy"]),
                "good_to_know": st.sampled_from(["", "Large print"]),
                "phone_confirmed_at": st.sampled_from([None, AT + timedelta(microseconds=7)]),
            }
        ),
        "said": st.dictionaries(st.sampled_from(KINDS), st.sampled_from(["one", "two"])),
        "roles": st.sets(st.sampled_from([Membership.Role.TEACHER, Membership.Role.EDITOR])),
        "guardians": st.sets(st.integers(0, 1)),
        "wards": st.sets(st.integers(0, 1)),
        "is_official": st.booleans(),
        "limited": st.booleans(),
        "agreed": st.sets(st.sampled_from(["places", "record"])),
        "consents": st.lists(st.booleans(), max_size=2),
        "drafts": st.sets(st.sampled_from(["contact", "plan"])),
        "messages": st.integers(0, 2),
        "mandates": st.integers(0, 1),
        "looked": st.integers(0, 2),
    }
)  # fmt: skip


@given(kept=entries, dropped=entries, choose=st.sampled_from(["kept", "dropped"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merge_then_undo_leaves_the_same_rows(kept, dropped, choose):
    with undone():
        by = make.as_member(make.member())
        others = [make.person(f"Gil {n}") for n in range(2)], [make.child(f"Kit {n}") for n in range(2)]
        school = make.organisation()
        pair = [entered(plan, others, school, n) for n, plan in enumerate((kept, dropped))]
        before = every_row()

        merge = merged(*pair, by, choices=Everything(choose))
        between = every_row()
        undo_merge(merge, by=by, at=LATER)

        assert every_row() == before
        assert between != before


class Everything(dict):
    """The same choice for every conflict."""

    def __init__(self, choice):
        self.choice = choice

    def get(self, key, default=None):
        return self.choice

    def __getitem__(self, key):
        return self.choice


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def every_row():
    """Return every row of people and core but the trail, merges and what the person was told."""
    skipped = {"core.auditline", "core.auditwaiting", "core.auditbatch", "people.merge"}
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if model._meta.app_label in ("people", "core") and label not in skipped:
            rows = model._default_manager.order_by("pk")
            rows = rows.exclude(template__in=TOLD) if model is Message else rows
            found[label] = list(rows.values())
    return found


def entered(plan, others, school, number):
    """Return an entry with everything that the plan says."""
    who = make.person(
        plan["name"], plan["born_on"], name_source=plan["source"], last_active_on=plan["active"]
    )
    if plan["login"]:
        make.login(who)
    if plan["contact"]:
        contact(who, **plan["contact"])
    for kind, value in plan["said"].items():
        said(who, kind, value)
    enter_rights(who, plan, others, school)
    enter_records(who, plan, school, number)
    return who


def enter_rights(who, plan, others, school):
    guardians, wards = others
    for role in sorted(plan["roles"]):
        make.member(who, school, role)
    role = Guardianship.Role.REPRESENTATIVE if plan["is_official"] else Guardianship.Role.PARENT
    pairs = [(who, guardians[n]) for n in sorted(plan["guardians"])]
    for held in [*pairs, *((wards[n], who) for n in sorted(plan["wards"]))]:
        standing = make.guardianship(*held, role=role)
        if plan["limited"]:
            GuardianLimit.objects.create(
                kind="court", child=held[0], guardianship=standing, from_on=AT.date(), set_at=AT
            )
    for purpose in sorted(plan["agreed"]):
        GuardianConsent.objects.create(child=who, purpose=purpose, given_by="g", given_at=AT)


def enter_records(who, plan, school, number):
    own = str(who.public_id)
    for is_given in plan["consents"]:
        Consent.objects.create(
            person=who, purpose="news", is_given=is_given, at=AT, right="self", channel="web", decided_by="",
            wording="w",
        )  # fmt: skip
    for form in sorted(plan["drafts"]):
        Draft.objects.create(owner=own, form=form, data={"a": 1}, kept_by=own, kept_at=AT, expires_at=LATER)
    for n in range(plan["messages"]):
        Message.objects.create(
            key=f"{number}:{n}", template="t", recipient=own, channel="mail", address="a@example.org",
            language="en", created_at=AT, due_at=AT,
        )  # fmt: skip
    for _n in range(plan["mandates"]):
        make.mandate(who, school)
    for _n in range(plan["looked"]):
        Lookup.objects.create(person=who, looked_by="d", reason="called", channel="desk", at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_merges_of_a_pair_each_way_round_at_the_same_moment_make_one():
    by = make.as_member(make.member())
    rosa, again = make.person("Rosa Rivers"), make.person("Rosa Rivers")
    both, outcomes = threading.Barrier(2), []

    def merge(kept, dropped):
        try:
            both.wait(10)
            merged(kept, dropped, by)
            outcomes.append("merged")
        except (OneEntryOnly, PermissionDenied):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in ((rosa, again), (again, rosa))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["merged", "refused"]
    assert Merge.objects.count() == 1
    assert Person.objects.filter(state="merged").count() == 1
