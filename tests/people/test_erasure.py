"""Erasure: who may, what goes, what stays without a name, and what runs at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessLog
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from learningcity.core.actors import Channel, operator, visitor
from learningcity.core.audit import record
from learningcity.core.files import sweep_files
from learningcity.core.messages import deliver, post
from learningcity.core.models import AuditLine, Draft, Message
from learningcity.people.actions.erasure import AlreadyGone, erase_person, rehearse_erasure
from learningcity.people.actions.majority import hand_over
from learningcity.people.actions.messages import notify
from learningcity.people.actions.roles import LastAdministrator
from learningcity.people.models import (
    Contact,
    ErasureReceipt,
    Guardianship,
    Login,
    Mandate,
    Membership,
    Person,
    Purpose,
)
from learningcity.people.queries.erasure import addresses_of
from learningcity.people.queries.history import history
from learningcity.people.signals import person_erased
from tests.people.everything import everything
from tests.people.factories import (
    AT,
    as_guardian,
    as_helper,
    as_member,
    as_self,
    child,
    city_office,
    guardianship,
    login,
    mandate,
    member,
    organisation,
    person,
    sign_in,
)

pytestmark = pytest.mark.django_db
PAGE = "/mine/erase"


@pytest.fixture
def rosa():
    return person()


def gone(who):
    who.refresh_from_db()
    return who.state == Person.State.ERASED and who.name == "" and who.born_on is None


def test_a_person_erases_themselves(rosa):
    login(rosa)

    erase_person(rosa, by=as_self(rosa), at=AT)

    assert gone(rosa)
    assert not Login.objects.exists()


def test_others_erase_nobody(rosa):
    school = organisation()
    helper = member(of=school, role="desk").person
    mandate(rosa, school, list(Purpose)[:-1])
    office = member()
    for by in (
        visitor(),
        as_self(person("Somebody Else")),
        as_member(office),
        as_helper(helper, rosa, school),
        as_guardian(helper, rosa),
    ):
        with pytest.raises(PermissionDenied):
            erase_person(rosa, by=by, at=AT)

    assert Person.objects.filter(pk=rosa.pk, state="active").exists()


def test_a_child_under_guardians_is_erased_by_a_guardian_only(rosa):
    kit = child(born_on=date(2009, 1, 1))
    guardianship(kit, rosa)
    with pytest.raises(PermissionDenied):
        erase_person(kit, by=as_self(kit), at=AT)

    erase_person(kit, by=as_guardian(rosa, kit), at=AT)

    assert gone(kit)
    assert Guardianship.objects.get().ending == "erased"


@pytest.mark.parametrize("forbidden", [Purpose.DATA, Purpose.CONTACT, ""])
def test_a_guardian_whom_a_court_limits_in_anything_does_not_erase(rosa, forbidden):
    kit = child()
    standing = guardianship(kit, rosa)
    kit.guardian_limits.create(
        kind="court", guardianship=standing, purpose=forbidden, from_on=date(2026, 1, 1), set_at=AT
    )

    with pytest.raises(PermissionDenied):
        erase_person(kit, by=as_guardian(rosa, kit), at=AT)


def test_the_id_in_the_trail_leads_nowhere_afterwards(rosa):
    old = str(rosa.public_id)
    record("people.data_seen", by=as_self(rosa), about=rosa, at=AT)

    erase_person(rosa, by=as_self(rosa), at=AT)

    rosa.refresh_from_db()
    assert str(rosa.public_id) != old
    assert not Person.objects.filter(public_id=old).exists()
    assert AuditLine.objects.filter(about=f"people.person:{old}").count() == 2
    assert not history(rosa).acts


def test_an_address_that_was_only_typed_leads_to_nothing_of_its_owner(rosa):
    eve = person("Eve")
    EmailAddress.objects.create(user=login(eve), email="rosa@example.org", verified=False)
    Contact.objects.create(person=eve, email="rosa@example.org", phone="0123456", changed_at=AT)
    AccessLog.objects.create(username="rosa@example.org", path_info="/sign-in")

    assert not {"rosa@example.org", "0123456"} & set(addresses_of(eve))
    erase_person(eve, by=as_self(eve), at=AT)

    assert AccessLog.objects.filter(username="rosa@example.org").exists()


def test_what_knows_only_a_second_address_goes_too(rosa):
    mine = login(rosa)
    EmailAddress.objects.create(user=mine, email="second@example.org", verified=True)
    AccessLog.objects.create(username="second@example.org", path_info="/sign-in")

    erase_person(rosa, by=as_self(rosa), at=AT)

    assert not EmailAddress.objects.exists()
    assert not AccessLog.objects.exists()


def test_rights_end_for_and_by_the_person(rosa):
    kit, school = child(), organisation()
    guardianship(kit, rosa)
    mandate(rosa, school)
    member(rosa, school, role="teacher")

    erase_person(rosa, by=as_self(rosa), at=AT)

    assert Guardianship.objects.get().ended_at == AT
    assert Mandate.objects.get().ended_through == "erased"
    assert Membership.objects.get().ending == "erased"


def test_the_last_administrator_must_hand_over_first(rosa):
    office = city_office()
    member(rosa, office)
    with pytest.raises(LastAdministrator, match="City office"):
        erase_person(rosa, by=as_self(rosa), at=AT)
    assert Person.objects.get(pk=rosa.pk).name

    other = login(person("Ada Officer"))
    member(other.person, office)
    erase_person(rosa, by=as_self(rosa), at=AT)

    assert gone(rosa)


def test_the_receipt_says_what_went_and_what_stays_and_names_nobody(rosa):
    login(rosa, "rosa@example.org")
    mandate(rosa, organisation())

    receipt = erase_person(rosa, by=as_self(rosa), at=AT)

    assert receipt.removed["How you sign in"] == 1
    stays = {row["label"]: row for row in receipt.kept}
    assert stays["Who may act for you"]["until"] == "2029-11-22"
    assert "Rosa" not in str(vars(receipt))
    assert "rosa@" not in str(vars(receipt))


def test_a_rehearsal_tells_the_same_and_does_nothing(rosa):
    login(rosa)
    mandate(rosa, organisation())

    rehearsed = rehearse_erasure(rosa, by=as_self(rosa), at=AT)

    assert Person.objects.get(pk=rosa.pk).name == "Rosa Rivers"
    assert not ErasureReceipt.objects.exists()
    done = erase_person(rosa, by=as_self(rosa), at=AT)
    assert (rehearsed.removed, rehearsed.kept) == (done.removed, done.kept)


def test_entries_that_were_merged_go_too(rosa):
    first = person("Rosie Rivers", state="merged", merged_into=rosa)
    second = person("R Rivers", state="merged", merged_into=first)

    erase_person(rosa, by=as_self(rosa), at=AT)

    assert gone(first)
    assert gone(second)


def test_a_second_erasure_is_refused(rosa):
    erase_person(rosa, by=operator(), at=AT)
    old = Person(pk=rosa.pk, public_id=rosa.public_id, name="Rosa", state="active")

    with pytest.raises(AlreadyGone):
        erase_person(old, by=operator(), at=AT)


def test_a_name_in_messages_to_guardians_goes_and_the_message_stays(rosa):
    kit = child("Kit Merrow")
    guardianship(kit, rosa)
    stranger = person("Not Related")
    for who in (rosa, stranger):
        post_to(who, key=f"k{who.pk}", subject="About Kit Merrow", body="Kit Merrow did well.")

    erase_person(kit, by=as_guardian(rosa, kit), at=AT)

    told = Message.objects.get(recipient=str(rosa.public_id))
    assert (told.subject, told.body) == ("About …", "… did well.")
    # Somebody of the same name may be meant where nobody is related.
    assert Message.objects.get(recipient=str(stranger.public_id)).body == "Kit Merrow did well."


def post_to(who, *, key, subject, body):
    return Message.objects.create(
        key=key,
        template="t",
        recipient=str(who.public_id),
        channel="mail",
        address="x@example.org",
        language="en",
        subject=subject,
        body=body,
        created_at=AT,
        due_at=AT,
    )


def test_a_room_above_erases_its_part_in_the_same_transaction(rosa):
    def refuse(sender, **more):
        raise RuntimeError("a room above failed")

    person_erased.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            erase_person(rosa, by=as_self(rosa), at=AT)
    finally:
        person_erased.disconnect(refuse)

    assert Person.objects.get(pk=rosa.pk).name == "Rosa Rivers"


def test_only_the_own_sessions_are_closed(client, rosa):
    mine, other = login(rosa), login(person("Somebody Else"))
    sign_in(client, mine)
    browser = type(client)()
    sign_in(browser, other)

    erase_person(rosa, by=as_self(rosa), at=AT)

    assert client.get("/mine").status_code == 302
    assert browser.get("/mine").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_files_stay_when_the_erasure_is_taken_back(settings):
    world = everything()

    rehearse_erasure(world.person, by=operator(), at=AT)

    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 2


def test_files_that_no_record_names_are_swept_up_after_a_day(settings):
    world = everything()
    folder = settings.MEDIA_ROOT / "mandates"
    (folder / "orphan.pdf").write_bytes(b"left behind")
    (settings.MEDIA_ROOT / "other.txt").write_bytes(b"of no table")
    tomorrow = AT + timedelta(days=400)

    swept = sweep_files(at=tomorrow)

    assert swept == ["mandates/orphan.pdf"]
    assert (settings.MEDIA_ROOT / world.rows["people.mandatescan"].file.name).exists()
    assert (settings.MEDIA_ROOT / "other.txt").exists()


def test_a_young_file_is_left_alone(settings):
    everything()
    (settings.MEDIA_ROOT / "mandates" / "orphan.pdf").write_bytes(b"just uploaded")

    assert sweep_files(at=AT - timedelta(days=400)) == []


def together(*acts):
    """Do several things at the same moment; return what each of them returned or raised."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        try:
            return act()
        except (AlreadyGone, PermissionDenied) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, act) for act in acts]]


@pytest.mark.django_db(transaction=True)
def test_two_erasures_at_the_same_moment_are_one():
    rosa = person()
    login(rosa)

    together(*[lambda: erase_person(rosa, by=operator(), at=AT)] * 3)

    assert gone(rosa)
    assert ErasureReceipt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_erasure_while_messages_are_delivered_leaves_none():
    rosa = person()
    login(rosa, "rosa@example.org")
    for number in range(5):
        post(
            "people/messages/correction_answered",
            {"answer": "Rosa Rivers", "is_done": True},
            key=f"race:{number}",
            channel="mail",
            address="rosa@example.org",
            language="en",
            recipient=str(rosa.public_id),
            at=AT,
        )

    together(lambda: deliver(at=AT), lambda: erase_person(rosa, by=operator(), at=AT), lambda: deliver(at=AT))

    assert not Message.objects.exists()
    assert gone(rosa)


@pytest.mark.django_db(transaction=True)
def test_an_erasure_while_the_account_is_handed_over_leaves_an_empty_entry():
    rosa = person()
    kit = child(born_on=date(2008, 11, 1))
    login(kit)
    guardianship(kit, rosa)
    task = operator(Channel.TASK)

    together(
        lambda: hand_over(kit.pk, by=task, at=AT),
        lambda: erase_person(kit, by=operator(), at=AT),
        lambda: hand_over(kit.pk, by=task, at=AT),
    )

    assert gone(kit)
    assert kit.came_of_age_at is None
    assert not Message.objects.filter(body__contains="Kit Rivers").exists()
    assert not Message.objects.filter(recipient=str(kit.public_id)).exists()


def test_a_message_to_somebody_who_is_gone_is_not_posted(rosa):
    erase_person(rosa, by=operator(), at=AT)
    rosa.refresh_from_db()

    sent = notify(rosa, "people/messages/correction_answered", {}, key="late", by=operator(), at=AT)

    assert sent is None


# The pages


def erase_by_page(client, word="erase"):
    return client.post(PAGE, {"word": word})


def confirmed(client, who):
    """Sign in as somebody who has just shown who they are."""
    sign_in(client, who)
    session = client.session
    fresh = {"method": "password", "at": 99_999_999_999.0, "reauthenticated": True}
    session["account_authentication_methods"] = [fresh, {"method": "mfa", "type": "totp", "at": 2.0}]
    session.save()


def test_the_page_shows_beforehand_what_goes_and_what_stays(client, rosa):
    confirmed(client, login(rosa))
    mandate(rosa, organisation())

    page = client.get(PAGE).content.decode()

    assert "How you sign in" in page
    assert "It names nobody any more." in page


def test_typing_the_word_erases_and_leads_to_the_receipt(client, rosa):
    confirmed(client, login(rosa))

    answer = erase_by_page(client)

    assert gone(rosa)
    page = client.get(answer["Location"]).content.decode()
    assert "Everything is erased" in page
    assert "Rosa" not in page
    assert not client.session.get("_auth_user_id")


@pytest.mark.parametrize("word", ["", "no", "erase everything", "x" * 5000])
def test_another_word_erases_nothing(client, rosa, word):
    confirmed(client, login(rosa))

    assert erase_by_page(client, word).status_code == 400
    assert Person.objects.get(pk=rosa.pk).name


def test_whoever_has_not_just_shown_who_they_are_is_asked_first(client, rosa):
    sign_in(client, login(rosa))

    assert client.get(PAGE).status_code == 302
    assert erase_by_page(client).status_code == 302
    assert Person.objects.get(pk=rosa.pk).name


def test_the_last_administrator_reads_on_the_page_what_to_do(client, rosa):
    member(rosa, city_office())
    confirmed(client, login(rosa))

    page = client.get(PAGE)
    answer = erase_by_page(client)

    assert "Make somebody else an administrator" in page.content.decode()
    assert answer.status_code == 400
    assert Person.objects.get(pk=rosa.pk).name


def test_a_child_under_guardians_gets_no_page(client, rosa):
    kit = child()
    guardianship(kit, rosa)
    confirmed(client, login(kit))

    assert client.get(PAGE).status_code == 403
    assert erase_by_page(client).status_code == 403


def test_a_helper_gets_no_page(client, rosa):
    school = organisation()
    helper = login(member(of=school, role="desk").person)
    yesterday = AT - timedelta(days=1)
    given = mandate(rosa, school, [Purpose.DATA], given_at=yesterday, ends_at=AT + timedelta(days=9999))
    acting = helper.actings.create(
        person=rosa,
        right="mandate",
        channel="desk",
        organisation=school,
        mandate=given,
        started_at=yesterday,
        ends_at=AT + timedelta(days=9999),
    )
    sign_in(client, helper, **{"people.acting": str(acting.public_id)})

    assert client.get("/mine/data").status_code == 200
    assert client.get("/mine/messages").status_code == 403
    assert client.get(PAGE).status_code == 403
    assert erase_by_page(client).status_code == 403


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get(PAGE)["Location"].startswith(reverse("people:sign_in"))
    assert erase_by_page(client).status_code == 403


def test_an_unknown_receipt_is_not_found(client):
    assert client.get(f"/erased/{uuid4()}").status_code == 404
    assert client.get("/erased/x").status_code == 404


def test_a_half_filled_form_goes_with_the_person(rosa):
    Draft.objects.create(
        owner=str(rosa.public_id),
        form="x",
        data={},
        kept_by=str(rosa.public_id),
        kept_at=AT,
        expires_at=AT + timedelta(days=1),
    )

    erase_person(rosa, by=as_self(rosa), at=AT)

    assert not Draft.objects.exists()
