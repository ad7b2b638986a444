"""Keys of an organisation: made, shown once, rotated with an overlap, revoked, counted."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core.actors import operator
from learningcity.core.models import AuditLine
from learningcity.core.refusals import Refused
from learningcity.people.actions.keys import (
    KeyGone,
    TooManyCalls,
    TooManyKeys,
    actor_with,
    make_key,
    revoke_key,
    rotate_key,
    use_key,
)
from learningcity.people.models import ApiKey, Membership
from learningcity.people.permissions.keys import can_keep_keys
from learningcity.people.queries.keys import CALLS_A_MINUTE, FORM, OVERLAP, key_for, token_of
from tests.people.factories import (
    AT,
    as_member,
    as_self,
    city_office,
    login,
    member,
    organisation,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db
READ = ["organisation:read"]


def token(number=1):
    """Return a token that is well formed."""
    return token_of(bytes([number]) * 40)


@pytest.fixture
def school():
    city_office()
    return organisation()


@pytest.fixture
def head(school):
    return member(login(person("Hal Head")).person, school)


@pytest.fixture
def make(school, head):
    """Return a function that makes a key to read."""

    def makes(**changes):
        words = {"label": "Timetable", "scopes": READ, "days": 90, "token": token(), "by": as_member(head)}
        return make_key(school, **(words | {"at": AT} | changes))

    return makes


def test_a_key_opens_until_its_day_and_only_its_digest_is_kept(make):
    key = make()

    assert key_for(token(), at=AT + timedelta(days=89)) == key
    assert key_for(token(), at=AT + timedelta(days=90)) is None
    assert FORM.fullmatch(token())["secret"] not in str(ApiKey.objects.values().get())


def test_a_key_acts_as_its_organisation_and_as_no_person(make, school):
    by = actor_with(make())

    assert (by.person, by.organisation, by.right, by.channel) == (
        "",
        str(school.public_id),
        "provider",
        "api",
    )
    assert not can_keep_keys(by, school, AT)


@given(st.text(max_size=80) | st.from_regex(FORM, fullmatch=True))
def test_nothing_but_the_token_opens(made_up):
    school = ApiKey.objects.first()
    if school is None:
        make_key(organisation(), label="x", scopes=READ, days=1, token=token(), by=operator(), at=AT)

    assert key_for(made_up, at=AT) is None or made_up == token()


def test_the_right_prefix_with_a_wrong_secret_opens_nothing(make):
    make()

    assert key_for(token()[:-1] + ("A" if token()[-1] != "A" else "B"), at=AT) is None


def test_a_rotated_key_works_for_seven_more_days_beside_the_new_one(make, head):
    old = make()
    new = rotate_key(old, token=token(2), by=as_member(head), at=AT + timedelta(days=10))

    assert new.scopes == old.scopes
    assert new.expires_at - new.created_at == timedelta(days=90)
    within, after = AT + timedelta(days=16), AT + timedelta(days=10) + OVERLAP
    assert (key_for(token(), at=within), key_for(token(2), at=within)) == (old, new)
    assert (key_for(token(), at=after), key_for(token(2), at=after)) == (None, new)


def test_the_overlap_never_prolongs_a_key(make, head):
    old = make(days=12)
    rotate_key(old, token=token(2), by=as_member(head), at=AT + timedelta(days=10))

    assert key_for(token(), at=AT + timedelta(days=12)) is None


def test_a_key_is_rotated_once(make, head):
    old = make()
    rotate_key(old, token=token(2), by=as_member(head), at=AT)

    with pytest.raises(KeyGone):
        rotate_key(old, token=token(3), by=as_member(head), at=AT)


def test_a_revoked_key_opens_nothing_at_once_and_is_not_rotated(make, head):
    key = make()
    revoke_key(key, by=as_member(head), at=AT)

    assert key_for(token(), at=AT) is None
    with pytest.raises(KeyGone):
        rotate_key(key, token=token(2), by=as_member(head), at=AT)
    with pytest.raises(KeyGone):
        revoke_key(key, by=as_member(head), at=AT)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"days": 366}, "days"),
        ({"days": 0}, "days"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["organisation:burn"]}, "scopes"),
        ({"label": " "}, "label"),
        ({"label": "x" * 81}, "label"),
    ],
)
def test_a_key_that_cannot_be_is_refused_at_its_field(make, change, field):
    with pytest.raises(Refused) as caught:
        make(**change)

    assert caught.value.field == field
    assert not ApiKey.objects.exists()


def test_an_organisation_has_at_most_twenty_keys(make, monkeypatch):
    monkeypatch.setattr("learningcity.people.actions.keys.MOST_KEYS", 1)
    make()

    with pytest.raises(TooManyKeys):
        make(token=token(2))


def test_only_administrators_keep_keys(make, school):
    strangers = [
        as_member(member(of=school, role=Membership.Role.EDITOR)),
        as_member(member(of=organisation("Sea School"))),
        as_self(person()),
    ]
    key = make()

    for by in strangers:
        with pytest.raises(PermissionDenied):
            make(token=token(2), by=by)
        with pytest.raises(PermissionDenied):
            rotate_key(key, token=token(2), by=by, at=AT)
        with pytest.raises(PermissionDenied):
            revoke_key(key, by=by, at=AT)


def test_a_key_is_not_rotated_by_the_key_of_another_organisation(make):
    other = make_key(
        organisation("Sea School"), label="x", scopes=READ, days=1, token=token(2), by=operator(), at=AT
    )

    with pytest.raises(PermissionDenied):
        rotate_key(make(), token=token(3), by=actor_with(other), at=AT)


def test_use_is_written_down_once_a_day(make):
    make()
    use_key(token(), at=AT)

    assert ApiKey.objects.get().last_used_on == AT.date()
    use_key(token(), at=AT + timedelta(days=1))
    assert ApiKey.objects.get().last_used_on == AT.date() + timedelta(days=1)


def test_a_key_calls_a_limited_number_of_times_in_a_minute(make):
    make()
    for _ in range(CALLS_A_MINUTE):
        assert use_key(token(), at=AT)

    with pytest.raises(TooManyCalls):
        use_key(token(), at=AT + timedelta(seconds=59))
    assert use_key(token(), at=AT + timedelta(seconds=60))


@pytest.mark.django_db(transaction=True)
def test_calls_at_the_same_moment_are_all_counted():
    make_key(organisation(), label="x", scopes=READ, days=1, token=token(), by=operator(), at=AT)

    def call(_number):
        try:
            return bool(use_key(token(), at=AT))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        assert all(crowd.map(call, range(12)))

    assert ApiKey.objects.get().counted == 12


@pytest.mark.django_db(transaction=True)
def test_two_rotations_at_the_same_moment_make_one_successor():
    key = make_key(organisation(), label="x", scopes=READ, days=9, token=token(), by=operator(), at=AT)

    def rotate(number):
        try:
            rotate_key(key, token=token(number), by=operator(), at=AT)
        except KeyGone:
            return "gone"
        finally:
            connection.close()
        return "new"

    with ThreadPoolExecutor(4) as crowd:
        outcomes = sorted(crowd.map(rotate, range(2, 6)))

    assert outcomes == ["gone", "gone", "gone", "new"]
    assert ApiKey.objects.count() == 2


def test_the_trail_says_who_made_rotated_and_revoked_and_holds_no_secret(make, head):
    new = rotate_key(make(), token=token(2), by=as_member(head), at=AT)
    revoke_key(new, by=as_member(head), at=AT)

    lines = AuditLine.objects.order_by("pk")
    assert list(lines.values_list("action", flat=True)) == [
        "people.key_made",
        "people.key_rotated",
        "people.key_revoked",
    ]
    assert FORM.fullmatch(token(2))["prefix"] not in str(list(lines.values()))


def test_a_token_of_another_form_is_a_mistake(make):
    with pytest.raises(ValueError, match="lc_"):
        make(token="secret")


# Pages


def test_a_key_is_made_on_the_page_and_shown_once(client, school, head):
    sign_in_afresh(client, head)
    page = reverse("people:organisation_keys", args=[school.public_id])

    answer = client.post(page, {"label": "Timetable", "scopes": READ, "days": "30"})

    shown = answer.context["token"]
    assert shown in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert key_for(shown, at=now())
    again = client.get(page).content.decode()
    assert "Timetable" in again
    assert shown not in again


def test_a_key_without_scopes_is_refused_and_nothing_typed_is_lost(client, school, head):
    sign_in_afresh(client, head)

    answer = client.post(
        reverse("people:organisation_keys", args=[school.public_id]), {"label": "Timetable", "days": "999"}
    )

    assert answer.status_code == 400
    assert "Timetable" in answer.content.decode()


def test_a_key_is_rotated_and_revoked_on_the_page(client, school, head, make):
    key = make(at=now())
    sign_in_afresh(client, head)

    answer = client.post(reverse("people:key_rotate", args=[school.public_id, key.public_id]))
    new = key_for(answer.context["token"], at=now())
    client.post(reverse("people:key_revoke", args=[school.public_id, new.public_id]))

    assert key_for(answer.context["token"], at=now()) is None


def test_the_key_of_another_organisation_is_not_revoked_through_ones_own(client, school, head):
    other = make_key(
        organisation("Sea School"), label="x", scopes=READ, days=9, token=token(), by=operator(), at=now()
    )
    sign_in_afresh(client, head)

    answer = client.post(reverse("people:key_revoke", args=[school.public_id, other.public_id]))

    assert answer.status_code == 403
    other.refresh_from_db()
    assert other.revoked_at is None


def test_the_page_of_keys_is_for_administrators(client, school, head):
    page = reverse("people:organisation_keys", args=[school.public_id])
    editor = member(login().person, school, Membership.Role.EDITOR)

    assert client.get(page).status_code == 302
    sign_in(client, editor.person.login)
    assert client.get(page).status_code == 403


def test_an_administrator_is_asked_again_who_they_are_before_the_keys(client, school, head, make):
    key = make(at=now())
    sign_in(client, head.person.login)
    page = reverse("people:organisation_keys", args=[school.public_id])
    revoke = reverse("people:key_revoke", args=[school.public_id, key.public_id])

    answers = [client.get(page), client.post(page, {"label": "x"}), client.post(revoke)]

    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert all("next=" in answer["Location"] for answer in answers)
    key.refresh_from_db()
    assert key.revoked_at is None
    sign_in_afresh(client, head)
    assert client.get(revoke)["Location"] == page


def sign_in_afresh(client, membership):
    """Sign a member in, who has just proven again who they are."""
    proofs = [
        {"method": "password", "at": time.time(), "reauthenticated": True},
        {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True},
    ]
    return sign_in(client, membership.person.login, account_authentication_methods=proofs)
