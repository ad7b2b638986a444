"""Pages of the desk and of helpers: the right person gets in, the wrong one is refused."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from PIL import Image

from learningcity.core.models import AuditLine, Message
from learningcity.people.actions.lookups import look_at
from learningcity.people.models import Contact, Lookup, Mandate, MandateScan, Person, Purpose
from tests.people import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def library():
    return make.city_office("Central Library")


@pytest.fixture
def helping(library):
    return make.member(make.person("Dai Desk"), library, role="desk")


@pytest.fixture
def desk(client, helping):
    """Return the browser of a helper at the desk of the library."""
    return make.sign_in(client, make.login(helping.person))


@pytest.fixture
def rosa():
    person = make.person("Rosa Rivers", date(1980, 5, 17))
    Contact.objects.create(
        person=person,
        email="rosa@example.org",
        email_confirmed_at=now(),
        channel="mail",
        good_to_know="Reads large print",
        changed_at=now(),
    )
    return person


@pytest.fixture
def opened(rosa, helping):
    """Return Rosa, whose page the helper has open for a reason."""
    look_at(rosa, reason="at_desk", by=make.as_member(helping), at=now())
    return rosa


def words(answer):
    return answer.content.decode()


def addresses(person, mandate):
    """Return the pages of the desk."""
    return [
        reverse("people:desk"),
        reverse("people:desk_people"),
        reverse("people:desk_newcomer"),
        reverse("people:desk_person", args=[person.public_id]),
        reverse("people:mandate_ask", args=[person.public_id]),
        reverse("people:mandate_code", args=[mandate.public_id]),
        reverse("people:mandate_end", args=[mandate.public_id]),
        reverse("people:mandate_scan", args=[mandate.public_id]),
    ]


def test_visitors_residents_and_teachers_are_kept_out_of_the_desk(rosa, library):
    mandate = make.mandate(rosa, library)
    teacher = make.member(make.person("Tea Cher"), make.organisation(), role="teacher")
    resident = make.sign_in(Client(), make.login(make.person("Else")), second_factor=False)
    outsider = make.sign_in(Client(), make.login(teacher.person))

    for path in addresses(rosa, mandate):
        assert Client().get(path).status_code == 302, path
        assert resident.get(path).status_code == 403, path
        assert outsider.get(path).status_code == 403, path
        assert Client().post(path, {}).status_code in (403, 405), path
        assert resident.post(path, {}).status_code in (403, 405), path


def test_a_helper_without_a_second_factor_is_led_to_set_it_up(client, helping):
    make.sign_in(client, make.login(helping.person), second_factor=False)

    assert client.get(reverse("people:desk_people"))["Location"].startswith(reverse("people:second_factor"))


def test_a_search_shows_little_and_only_with_a_reason(desk, rosa):
    page = reverse("people:desk_people")
    without = desk.post(page, {"name": "Rosa Rivers"})

    assert without.status_code == 400
    assert "born 1980" not in words(without)
    assert 'value="Rosa Rivers"' in words(without)

    found = words(desk.post(page, {"name": "Rosa Rivers", "reason": "called"}))
    assert "born 1980" in found
    assert "r…@example.org" in found
    assert "rosa@example.org" not in found
    assert "17 May" not in found
    assert Lookup.objects.get().channel == AuditLine.objects.get().channel == "phone"


def test_a_search_for_nothing_is_refused_before_it_counts(desk):
    answer = desk.post(reverse("people:desk_people"), {"reason": "called", "born_on": "1980-05-17"})

    assert answer.status_code == 400
    assert not Lookup.objects.exists()


def test_a_search_address_never_carries_a_name(desk, rosa):
    answer = desk.get(reverse("people:desk_people"), {"name": "Rosa Rivers", "reason": "called"})

    assert "born 1980" not in words(answer)
    assert not Lookup.objects.exists()


def test_the_page_of_a_person_shows_nothing_before_a_reason_is_given(desk, rosa):
    page = reverse("people:desk_person", args=[rosa.public_id])
    before = desk.get(page)

    assert "Say why you open this page" in words(before)
    assert "Rosa" not in words(before)
    assert desk.post(page, {"reason": "other"}).status_code == 400
    assert desk.post(page, {"reason": "at_desk"}).status_code == 302
    assert "<h1>Rosa Rivers</h1>" in words(desk.get(page))


def test_the_page_of_a_person_says_what_is_allowed_in_three_answers(desk, opened, library):
    make.mandate(opened, library, [Purpose.PLACES], given_at=now())
    asked = Mandate.objects.create(person=opened, organisation=library, way="screen", days=31, asked_at=now())
    asked.purposes.create(purpose=Purpose.PLAN)

    page = words(desk.get(reverse("people:desk_person", args=[opened.public_id])))

    assert "Yes: find learning and take places, until" in page
    assert "Asked, not answered: see and change the learning plan" in page
    assert "No: use the learning account" in page
    assert "No: vote for the person" in page
    assert "Reads large print" in page
    assert "Looked up" in page


def test_good_to_know_is_shown_under_a_mandate_only(desk, opened):
    page = words(desk.get(reverse("people:desk_person", args=[opened.public_id])))

    assert "Reads large print" not in page


def test_the_page_of_a_person_asks_the_database_as_often_with_more_mandates(
    desk, opened, library, django_assert_max_num_queries
):
    page = reverse("people:desk_person", args=[opened.public_id])
    for _ in range(6):
        make.mandate(opened, library, [Purpose.PLACES, Purpose.PLAN], given_at=now())
    desk.get(page)

    with django_assert_max_num_queries(23):
        desk.get(page)


def test_a_person_is_entered_and_a_similar_entry_is_noticed_once(desk, rosa):
    page = reverse("people:desk_newcomer")
    data = {
        "through": "desk",
        "name": "Rosa Rivers",
        "born_on": "1980-05-17",
        "channel": "none",
        "language": "en",
    }
    noticed = desk.post(page, data)

    assert noticed.status_code == 400
    assert "An entry with this name and birth date may exist" in words(noticed)
    assert "rosa@" not in words(noticed)
    entered = desk.post(page, {**data, "is_another": "on"})
    assert entered.status_code == 302
    assert Person.objects.filter(name="Rosa Rivers").count() == 2


def terms(**more):
    return {"purposes": ["places", "contact"], "days": "31", **more}


def test_a_mandate_is_given_with_the_code_that_the_person_tells(desk, opened):
    answer = desk.post(reverse("people:mandate_ask", args=[opened.public_id]), terms(way="code"))

    mandate = Mandate.objects.get()
    assert answer["Location"] == reverse("people:mandate_code", args=[mandate.public_id])
    code = Message.objects.get().subject.rsplit(" ", 1)[1]
    wrong = desk.post(answer["Location"], {"code": "no"})
    assert wrong.status_code == 400
    assert desk.post(answer["Location"], {"code": code}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.given_at


def picture():
    content = io.BytesIO()
    Image.new("RGB", (30, 20), "white").save(content, "PNG")
    return content.getvalue()


def test_a_mandate_on_paper_is_entered_with_its_scan_and_handed_out_as_a_file(desk, opened, helping):
    scan = SimpleUploadedFile("Rosa.svg", picture(), content_type="image/svg+xml")
    page = reverse("people:mandate_ask", args=[opened.public_id])

    answer = desk.post(page, terms(way="paper", paper_number="P-1", scan=scan))

    assert answer.status_code == 302
    mandate = Mandate.objects.get()
    assert "Mandate given" in words(desk.get(reverse("people:desk_person", args=[opened.public_id])))
    file = desk.get(reverse("people:mandate_scan", args=[mandate.public_id]))
    assert file["Content-Type"] == "image/png"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Disposition"].startswith("attachment")
    assert "Rosa" not in file["Content-Disposition"]
    assert b"".join(file.streaming_content).startswith(b"\x89PNG")
    assert AuditLine.objects.filter(action="people.mandate_scan_seen").count() == 1


@pytest.mark.parametrize(
    "content",
    [b"<script>alert(1)</script>", b"", b"\x89PNG\r\n\x1a\nbroken"],
    ids=["script", "empty", "broken"],
)
def test_a_scan_that_is_not_one_is_refused_at_its_field(desk, opened, content):
    scan = SimpleUploadedFile("scan.png", content, content_type="image/png")
    page = reverse("people:mandate_ask", args=[opened.public_id])

    answer = desk.post(page, terms(way="paper", paper_number="P-1", scan=scan))

    assert answer.status_code == 400
    assert 'id="id_scan_error"' in words(answer)
    assert not Mandate.objects.exists()
    assert not MandateScan.objects.exists()


def test_paper_without_number_or_scan_is_refused(desk, opened):
    answer = desk.post(reverse("people:mandate_ask", args=[opened.public_id]), terms(way="paper"))

    assert answer.status_code == 400
    assert 'id="id_scan_error"' in words(answer)
    assert 'id="id_paper_number_error"' in words(answer)


def test_a_mandate_to_vote_cannot_be_asked_for(desk, opened):
    answer = desk.post(
        reverse("people:mandate_ask", args=[opened.public_id]), terms(way="screen", purposes=["vote"])
    )

    assert answer.status_code == 400
    assert not Mandate.objects.exists()


def test_a_desk_ends_a_mandate_to_somebody_else_as_the_person_said_on_the_phone(desk, opened):
    mandate = make.mandate(opened, make.organisation("Open Door"), given_at=now())
    page = reverse("people:mandate_end", args=[mandate.public_id])

    assert "End a mandate of Rosa Rivers" in words(desk.get(page))
    assert desk.post(page, {"through": "phone"}).status_code == 302
    mandate.refresh_from_db()
    assert mandate.ended_through == "phone"
    assert desk.post(page, {"through": "phone"}).status_code == 400


def test_a_printed_reply_ends_the_mandate_once_and_needs_a_look_up_like_everything(own, desk, rosa, library):
    mandate = make.mandate(rosa, library, given_at=now())
    printed = own.post(
        reverse("people:paper_print"), {"print": "people.mandate_end", "print_subject": mandate.public_id}
    )
    code = printed["Location"].rsplit("/", 1)[1]

    entry = desk.post(reverse("people:desk_paper"), {"code": code})["Location"]
    assert entry.startswith(reverse("people:mandate_end", args=[mandate.public_id]))
    assert desk.get(entry)["Location"] == reverse("people:desk_person", args=[rosa.public_id])
    desk.post(reverse("people:desk_people"), {"code": code, "reason": "letter"})
    assert 'name="paper"' in words(desk.get(entry))
    assert desk.post(entry, {"through": "paper", "paper": code}).status_code == 302

    mandate.refresh_from_db()
    assert mandate.ended_through == "paper"
    assert desk.post(reverse("people:desk_paper"), {"code": code}).status_code == 400


def test_a_printed_mandate_of_somebody_else_is_not_taken(desk, opened, helping):
    ben = make.person("Ben Brook")
    look_at(ben, reason="at_desk", by=make.as_member(helping), at=now())
    printed = desk.post(
        reverse("people:paper_print"), {"print": "people.mandate", "print_for": str(ben.public_id)}
    )
    code = printed["Location"].rsplit("/", 1)[1]
    scan = SimpleUploadedFile("scan.png", picture(), content_type="image/png")
    page = reverse("people:mandate_ask", args=[opened.public_id])

    answer = desk.post(page, terms(way="paper", paper_number=code, scan=scan))

    assert answer.status_code == 400
    assert "This paper is not a mandate of this person." in words(answer)
    scan.seek(0)
    page = reverse("people:mandate_ask", args=[ben.public_id])
    assert desk.post(page, terms(way="paper", paper_number=code, scan=scan)).status_code == 302
    assert Mandate.objects.get().person == ben


def test_today_lists_open_pages_and_what_waits(desk, opened, helping, library):
    Mandate.objects.create(
        person=opened,
        organisation=library,
        way="code",
        days=31,
        asked_by=str(helping.person.public_id),
        asked_at=now(),
    )

    page = words(desk.get(reverse("people:desk")))

    assert "You act for nobody now." in page
    assert page.count("Rosa Rivers") == 2


# The person's own page of helpers.


@pytest.fixture
def own(rosa):
    """Return Rosa's own browser."""
    return make.sign_in(Client(), make.login(rosa), second_factor=False)


def test_a_person_gives_and_ends_a_mandate_on_the_own_page(own, helping, library, rosa):
    page = reverse("people:helpers")
    given = own.post(page, terms(organisation=str(library.public_id)))

    assert given.status_code == 302
    mandate = Mandate.objects.get()
    assert "One organisation may act for you." in words(own.get(page))
    assert own.post(reverse("people:helpers_end", args=[mandate.public_id])).status_code == 302
    mandate.refresh_from_db()
    assert mandate.ended_through == "screen"
    assert own.post(reverse("people:helpers_end", args=[mandate.public_id])).status_code == 404


def test_a_person_accepts_what_a_helper_asked_for(own, helping, library, rosa):
    mandate = Mandate.objects.create(person=rosa, organisation=library, way="screen", days=1, asked_at=now())
    mandate.purposes.create(purpose=Purpose.PLACES)

    assert "You are asked" in words(own.get(reverse("people:helpers")))
    own.post(reverse("people:helpers_accept", args=[mandate.public_id]))

    mandate.refresh_from_db()
    assert mandate.given_at


def test_a_form_with_faults_keeps_what_was_chosen(own, helping, library):
    answer = own.post(reverse("people:helpers"), {"organisation": str(library.public_id), "days": "31"})

    assert answer.status_code == 400
    assert 'value="31"' in words(answer)
    assert "Choose one or more." in words(answer)


def test_strangers_and_helpers_answer_no_mandates_of_others(own, desk, library, helping):
    ben = make.person("Ben Brook")
    mandate = Mandate.objects.create(person=ben, organisation=library, way="screen", days=1, asked_at=now())

    for name in ("people:helpers_accept", "people:helpers_end"):
        path = reverse(name, args=[mandate.public_id])
        assert own.post(path).status_code == 403
        assert desk.post(path).status_code == 403
        assert Client().post(path).status_code == 403
        assert own.get(path).status_code == 405
    assert Client().get(reverse("people:helpers")).status_code == 302


def test_the_page_of_helpers_asks_the_database_as_often_with_more_mandates(
    own, rosa, library, helping, django_assert_max_num_queries
):
    page = reverse("people:helpers")
    for _ in range(6):
        make.mandate(rosa, library, [Purpose.PLACES, Purpose.PLAN], given_at=now())
    own.get(page)

    with django_assert_max_num_queries(18):
        own.get(page)
