"""The download and the page "My data": complete, at once, for the right person only, and kept by nobody."""

import json
from contextlib import closing
from datetime import date
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from learningcity.core.actors import visitor
from learningcity.core.models import AuditLine, Message
from learningcity.core.personal import ExportPart
from learningcity.core.refusals import Refused
from learningcity.people.actions.export import export_person
from learningcity.people.models import Contact, Person, Purpose
from learningcity.people.queries.export import export_of, sections_of
from learningcity.people.queries.field_words import FIELD_WORDS
from learningcity.people.queries.holding import OTHERS, SECRETS, concerned
from learningcity.people.queries.holdings import HOLDINGS
from learningcity.people.queries.holdings_outside import holdings_outside
from learningcity.people.signals import person_exported
from tests.people.everything import FILE, NAME, everything
from tests.people.factories import (
    AT,
    as_guardian,
    as_member,
    as_self,
    child,
    guardianship,
    login,
    member,
    person,
    sign_in,
)
from tests.people.test_erasure import confirmed

pytestmark = pytest.mark.django_db
DATA, DOWNLOAD = "/mine/data", "/mine/download"


@pytest.fixture
def rosa():
    return person()


def part(export, key):
    return next(part for part in export.parts if part.key == key)


def test_the_export_has_a_part_for_every_table_even_an_empty_one(rosa):
    keys = [found.key for found in export_of(rosa, at=AT).parts]

    wanted = [entry.key for entry in (*HOLDINGS, *holdings_outside()) if entry.is_shown]
    assert keys[: len(wanted) + 1] == [*wanted, "history"]
    assert {"feedback", "searches", "enrolments"} <= set(keys)


def test_codes_are_codes_for_machines_and_words_for_people(rosa):
    export = export_of(rosa, at=AT)

    assert export.data()["parts"][0]["rows"][0]["name_source"] == "self"
    facts = {str(fact.label): fact.value for fact in sections_of(export)[0].rows[0]}
    assert facts["Who says so (name)"] == "said by the person"
    assert facts["Date of birth"] == "17 May 1980"


def test_every_value_has_a_label_in_words(rosa):
    shown = [entry for entry in (*HOLDINGS, *holdings_outside()) if entry.is_shown]
    without = {
        f"{entry.key}.{column.name}"
        for entry in shown
        for column in entry.rows(concerned(rosa)).model._meta.concrete_fields
        if not column.is_relation
        and not column.primary_key
        and column.name not in SECRETS | OTHERS | set(entry.without) | set(FIELD_WORDS)
    }

    assert without == set()


def test_what_another_person_did_is_told_without_their_id(rosa):
    world = everything()

    told = json.dumps(export_of(world.person, at=AT).data(), default=str)

    assert str(world.other.public_id) not in told


def test_passwords_keys_and_codes_are_never_in_it():
    world = everything()
    told = json.dumps(export_of(world.person, at=AT).data(), default=str)

    hidden = [world.rows["people.login"].password, world.rows["people.mandate"].code_digest, "merrow-secret"]
    assert [secret for secret in hidden if secret in told] == []


def test_the_body_of_a_secret_message_is_left_out(rosa):
    Message.objects.create(
        key="k",
        template="t",
        recipient=str(rosa.public_id),
        channel="mail",
        address="x@example.org",
        language="en",
        subject="Your code",
        body="123456",
        is_secret=True,
        created_at=AT,
        due_at=AT,
    )

    assert "123456" not in json.dumps(export_of(rosa, at=AT).data(), default=str)


def test_entries_that_were_merged_are_in_it(rosa):
    old = person("Rosie Rivers", state="merged", merged_into=rosa)
    Contact.objects.create(person=old, email="rosie@example.org", changed_at=AT)

    contacts = part(export_of(rosa, at=AT), "contact").rows

    assert [row["email"] for row in contacts] == ["rosie@example.org"]


def test_a_room_above_adds_its_part(rosa):
    def tell(sender, person, **more):
        return [ExportPart("boats", "Boats", [{"name": "Heron"}])]

    person_exported.connect(tell)
    try:
        assert part(export_of(rosa, at=AT), "boats").rows == [{"name": "Heron"}]
    finally:
        person_exported.disconnect(tell)


def test_a_guardian_whom_a_court_keeps_from_the_contact_reads_no_address_in_the_data():
    kit, parent = child(), person("Parent Rivers")
    standing = guardianship(kit, parent)
    login(kit, "kit@example.org")
    Contact.objects.create(person=kit, email="kit@example.org", address="A safe house", changed_at=AT)
    before = json.dumps(export_person(kit, by=as_guardian(parent, kit), at=AT).data(), default=str)
    kit.guardian_limits.create(
        kind="court", guardianship=standing, purpose=Purpose.CONTACT, from_on=date(2026, 1, 1), set_at=AT
    )

    after = json.dumps(export_person(kit, by=as_guardian(parent, kit), at=AT).data(), default=str)

    assert "A safe house" in before
    assert "A safe house" not in after
    assert "kit@example.org" not in after


def test_handing_over_leaves_a_line_in_the_trail(rosa):
    export_person(rosa, by=as_self(rosa), at=AT)

    assert AuditLine.objects.get().action == "people.data_downloaded"


def test_nobody_else_gets_it(rosa):
    for by in (visitor(), as_self(person("Somebody Else")), as_member(member())):
        with pytest.raises(PermissionDenied):
            export_person(rosa, by=by, at=AT)


def test_the_command_prints_the_same_by_number_and_by_address(rosa):
    login(rosa, "rosa@example.org")

    printed = []
    for words in ([str(rosa.public_id)], ["--login", "Rosa@example.org"]):
        out = StringIO()
        call_command("people", "export", *words, "--json", stdout=out)
        printed.append(json.loads(out.getvalue()))

    assert printed[0]["person"] == printed[1]["person"] == str(rosa.public_id)
    assert printed[0]["format"] == "learningcity.person/1"


@pytest.mark.parametrize(
    "words", [["x"], [], ["--login", "nobody@example.org"], ["00000000-0000-0000-0000-000000000000"]]
)
def test_the_command_refuses_who_is_not_there(words):
    with pytest.raises(Refused, match="There is no such person"):
        call_command("people", "export", *words, "--json")


def test_the_command_prints_words_for_people(rosa):
    out = StringIO()

    call_command("people", "export", str(rosa.public_id), stdout=out)

    assert "Name: Rosa Rivers" in out.getvalue()


def test_the_command_erases_only_when_told_to_really(rosa):
    out = StringIO()
    call_command("people", "erase", str(rosa.public_id), stdout=out)
    assert "Nothing was erased" in out.getvalue()
    assert Person.objects.get(pk=rosa.pk).name

    call_command("people", "erase", str(rosa.public_id), "--really", stdout=out)

    assert Person.objects.get(pk=rosa.pk).state == "erased"


# The pages


@pytest.mark.parametrize("form", ["json", "html", "zip"])
def test_the_download_is_a_file_that_nobody_keeps(client, rosa, form):
    confirmed(client, login(rosa))

    answer = client.post(DOWNLOAD, {"form": form})
    answer.close()

    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
    assert "no-store" in answer["Cache-Control"]
    assert "Rosa" not in answer["Content-Disposition"]


def test_the_page_in_the_download_needs_nothing_else(client, rosa):
    confirmed(client, login(rosa))

    page = client.post(DOWNLOAD, {"form": "html"}).content.decode()

    assert "Rosa Rivers" in page
    assert "<script" not in page
    assert "src=" not in page
    assert "href=" not in page


def test_what_was_typed_does_not_become_markup(client, rosa):
    Contact.objects.create(person=rosa, good_to_know="<script>alert(1)</script>", changed_at=AT)
    confirmed(client, login(rosa))

    for answer in (client.post(DOWNLOAD, {"form": "html"}), client.get(DATA)):
        assert "<script>alert" not in answer.content.decode()


def test_the_archive_holds_data_page_and_every_file(client):
    world = everything()
    confirmed(client, world.rows["people.login"])

    answer = client.post(DOWNLOAD, {"form": "zip"})

    with closing(answer), ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        assert {"data.json", "data.html"} <= set(names)
        scans = [name for name in names if name.startswith("files/mandates/")]
        assert archive.read(scans[0]) == FILE
        assert json.loads(archive.read("data.json"))["files"] == [
            name.removeprefix("files/") for name in names if name.startswith("files/")
        ]
        assert NAME in archive.read("data.html").decode()


@pytest.mark.parametrize("form", ["", "exe", "json; zip"])
def test_another_form_is_refused_at_its_field(client, rosa, form):
    confirmed(client, login(rosa))

    assert client.post(DOWNLOAD, {"form": form}).status_code == 400


def test_whoever_has_not_just_shown_who_they_are_is_asked_first(client, rosa):
    sign_in(client, login(rosa))

    assert client.post(DOWNLOAD, {"form": "json"}).status_code == 302
    assert not AuditLine.objects.filter(action="people.data_downloaded").exists()


@pytest.mark.parametrize("page", [DATA, DOWNLOAD, "/mine/messages", "/mine"])
def test_a_visitor_is_sent_to_sign_in(client, page):
    assert client.get(page)["Location"].startswith(reverse("people:sign_in"))


@pytest.mark.parametrize("page", [DATA, DOWNLOAD, "/mine/messages"])
def test_a_child_of_twelve_gets_no_page(client, page):
    sign_in(client, login(child()))

    assert client.get(page).status_code == 403


def test_the_page_shows_every_part_and_where_to_change_it(client):
    world = everything()
    sign_in(client, world.rows["people.login"])

    page = client.get(DATA).content.decode()

    for key in ("person", "contact", "consents", "mandates", "lookups", "messages", "history"):
        assert f'id="{key}"' in page
    assert reverse("people:contact") in page
    assert "/mine/data/corrections?what=lookups" in page


def test_the_page_asks_as_often_however_much_is_held(
    client, django_assert_max_num_queries, django_assert_num_queries
):
    rosa = login()
    sign_in(client, rosa)
    client.get(DATA)
    with django_assert_max_num_queries(80) as first:
        client.get(DATA)
    who = rosa.person
    for number in range(30):
        who.consents.create(
            purpose="news",
            is_given=bool(number % 2),
            at=AT,
            right="self",
            channel="web",
            decided_by=str(who.public_id),
            wording="w",
        )

    with django_assert_num_queries(len(first.captured_queries)):
        client.get(DATA)


def test_messages_are_shown_again_but_never_a_code(client):
    rosa = login()
    own = str(rosa.person.public_id)
    for number in range(25):
        Message.objects.create(
            key=f"k{number}",
            template="t",
            recipient=own,
            channel="mail",
            address="x@example.org",
            language="en",
            subject=f"Subject {number}.",
            body=f"Body {number}.",
            is_secret=number == 24,
            created_at=AT,
            due_at=AT,
        )
    sign_in(client, rosa)

    page = client.get("/mine/messages").content.decode()

    assert "Body 23." in page
    assert "Subject 24." in page
    assert "Body 24." not in page
    assert "Subject 4." not in page
    assert "Older messages" in page


@pytest.mark.parametrize("after", ["x", "W10", "9" * 700])
def test_a_hostile_marker_is_refused(client, after):
    sign_in(client, login())

    assert client.get("/mine/messages", {"after": after}).status_code in (400, 409)


@pytest.mark.parametrize(
    "holding",
    [entry for entry in (*HOLDINGS, *holdings_outside()) if entry.change],
    ids=lambda entry: entry.key,
)
def test_where_something_is_changed_is_a_page(holding):
    assert reverse(holding.change).startswith("/")
