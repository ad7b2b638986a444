"""Attacks on signing in, each with what stands against it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import hashers
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from learningcity.core.models import Message
from learningcity.people.adapters.attempts import address_tried, sender_of
from learningcity.people.models import Login
from tests.people import factories as people
from tests.people.signing_in import (
    ADDRESS,
    SECRET,
    app_code,
    ask_for_mail,
    by_password,
    code_in,
    enter_code,
    enter_second_step,
    is_signed_in,
    link_in,
    login,
    mails,
)

pytestmark = pytest.mark.django_db

UNKNOWN = "nobody@example.org"
ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example",
    "javascript:alert(1)",
]
HERE_WITH_HOST = ["http://testserver/about/data", "http://localhost/about/data"]


@pytest.fixture
def rosa():
    return login()


@pytest.fixture
def hashes(monkeypatch):
    """Return the list of how often a password was hashed, which is what a sign-in spends its time on."""
    done = []
    encode = hashers.MD5PasswordHasher.encode

    def counted(self, password, salt):
        done.append(1)
        return encode(self, password, salt)

    monkeypatch.setattr(hashers.MD5PasswordHasher, "encode", counted)
    return done


def shown(answer):
    """Return what an answer shows, without what differs between any two."""
    page = answer.content.decode()
    for part in page.split('name="csrfmiddlewaretoken" value="')[1:]:
        page = page.replace(part[:64], "")
    return page


@pytest.mark.parametrize("kind", ["known", "unknown", "no password", "closed", "gone"])
def test_a_wrong_password_costs_the_same_work_whoever_is_tried(client, hashes, kind):
    rosa = login(password=None if kind == "no password" else people.PASSWORD)
    if kind == "closed":
        Login.objects.update(is_active=False)
    if kind == "gone":
        rosa.person.state = "erased"
        rosa.person.name, rosa.person.born_on = "", None
        rosa.person.save()
    hashes.clear()

    answer = by_password(client, UNKNOWN if kind == "unknown" else ADDRESS, "wrong")

    assert len(hashes) == 1
    assert answer.status_code == 400
    assert "do not fit together" in answer.content.decode()


def test_a_wrong_password_is_answered_in_the_same_words_whoever_is_tried(client, rosa):
    known = shown(by_password(client, ADDRESS, "wrong"))
    unknown = shown(by_password(Client(), UNKNOWN, "wrong"))

    assert known.replace(ADDRESS, "") == unknown.replace(UNKNOWN, "")


def told_apart(ask, one=ADDRESS, other=UNKNOWN):
    """Return what differs in the answers for two addresses: page, next page, messages."""
    seen = []
    for address in (one, other):
        client = Client()
        answer = ask(client, address)
        after = client.get(answer["Location"]) if answer.status_code == 302 else answer
        messages = Message.objects.filter(address=address).count()
        seen.append((answer.status_code, shown(after).replace(address, ""), messages))
    return [pair for pair in zip(*seen, strict=True) if pair[0] != pair[1]]


@pytest.mark.parametrize(
    "ask",
    [
        ask_for_mail,
        lambda client, email: client.post(reverse("account_reset_password"), {"email": email}),
        lambda client, email: client.post(reverse("account_signup"), {"name": "Rosa", "email": email}),
    ],
    ids=["mail", "password forgotten", "new account"],
)
def test_no_page_tells_whether_an_address_is_known(rosa, ask):
    assert told_apart(ask) == []


def test_asking_for_mail_writes_the_same_for_a_known_and_an_unknown_address(rosa):
    ask_for_mail(Client(), "somebody@example.org")
    writes = []
    for address in (ADDRESS, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            ask_for_mail(Client(), address)
        writes.append([q["sql"].split()[0] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE")])

    assert writes[0] == writes[1]


def test_a_person_who_is_gone_is_answered_like_an_unknown_one(rosa):
    rosa.person.state, rosa.person.name, rosa.person.born_on = "anonymous", "", None
    rosa.person.save()

    assert told_apart(ask_for_mail) == []


def test_changing_to_an_address_does_not_tell_whether_it_is_known(client, rosa):
    login("ben@example.org", who=people.person("Ben"))

    def ask(_client, email):
        EmailAddress.objects.filter(verified=False).delete()
        fresh = Client()
        by_password(fresh)
        return fresh.post(reverse("account_email"), {"email": email, "action_add": ""})

    assert told_apart(ask, "ben@example.org") == []


def test_many_wrong_passwords_lock_the_door_for_a_while(client, rosa):
    answers = [by_password(client, password="wrong").status_code for _attempt in range(9)]

    assert answers[0] == 400
    assert answers[-1] == 429
    assert by_password(client).status_code == 429
    assert not is_signed_in(client)


def test_an_unknown_address_is_locked_out_like_a_known_one(client, rosa):
    known = [by_password(client, password="wrong").status_code for _attempt in range(9)]
    unknown = [by_password(client, UNKNOWN, "wrong").status_code for _attempt in range(9)]

    assert known == unknown


def test_a_lock_out_shuts_out_one_address_from_one_machine_only(client, rosa):
    login("ben@example.org", who=people.person("Ben"))
    for _attempt in range(9):
        by_password(client, password="wrong")
    other = Client(REMOTE_ADDR="192.0.2.7")

    by_password(client, "ben@example.org")
    assert is_signed_in(client)
    by_password(other)
    assert is_signed_in(other)


def test_many_machines_together_are_stopped_too(rosa):
    for number in range(12):
        by_password(Client(REMOTE_ADDR=f"192.0.2.{number}"), password="wrong")
    last = Client(REMOTE_ADDR="192.0.2.99")

    answer = by_password(last)

    assert "Too many attempts" in answer.content.decode()
    assert not is_signed_in(last)


def test_capital_letters_and_spaces_do_not_give_more_attempts(client, rosa):
    ways = [ADDRESS, ADDRESS.upper(), f" {ADDRESS}", ADDRESS.title()]

    answers = [by_password(client, ways[number % 4], "wrong").status_code for number in range(9)]

    assert answers[-1] == 429


def test_a_code_from_a_mail_can_be_tried_three_times(client, rosa):
    ask_for_mail(client)
    code = code_in(mails()[0])

    for _attempt in range(3):
        enter_code(client, "0000-0000" if code != "0000-0000" else "1111-1111")
    enter_code(client, code)

    assert not is_signed_in(client)


def test_codes_cannot_be_asked_for_without_end(client, rosa):
    for _attempt in range(12):
        ask_for_mail(Client())

    assert len(mails()) == 10
    assert "Too many attempts" in ask_for_mail(client).content.decode()


def test_the_code_of_one_browser_is_worth_nothing_in_another(client, rosa):
    ask_for_mail(client)
    other = Client()
    ask_for_mail(other, UNKNOWN)

    enter_code(other, code_in(mails()[0]))

    assert not is_signed_in(other)


def test_the_second_step_can_be_tried_ten_times_in_all_browsers_together():
    login(totp=True)
    right = app_code()
    wrong = "000000" if right != "000000" else "111111"
    for _browser in range(2):
        client = Client()
        by_password(client)
        for _attempt in range(5):
            enter_second_step(client, wrong)

    last = Client()
    by_password(last)
    answer = enter_second_step(last, right)

    assert answer.status_code == 400
    assert "Too many attempts" in answer.content.decode()
    assert not is_signed_in(last)


@pytest.mark.django_db(transaction=True)
def test_attempts_at_the_same_moment_are_counted_one_by_one():
    login(totp=True)
    wrong = "000000" if app_code() != "000000" else "111111"
    browsers = [Client() for _browser in range(4)]
    for browser in browsers:
        by_password(browser)

    def try_often(browser):
        try:
            return [enter_second_step(browser, wrong).content.decode() for _attempt in range(4)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        pages = [page for some in threads.map(try_often, browsers) for page in some]

    assert sum("This is not right" in page for page in pages) <= 10
    assert any("Too many attempts" in page for page in pages)


def test_attempts_are_counted_for_all_processes_together():
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    caches["default"].set("counted", 1)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_attempt WHERE cache_key LIKE '%%counted'")
        assert cursor.fetchone() == (1,)


def test_signing_in_changes_the_key_of_the_session(client, rosa):
    client.get(reverse("account_login"))
    ask_for_mail(client)
    before = client.session.session_key

    enter_code(client, code_in(mails()[0]))

    assert before
    assert client.session.session_key != before
    attacker = Client()
    attacker.cookies["sessionid"] = before
    assert not is_signed_in(attacker)


def test_the_second_step_changes_the_key_of_the_session(client):
    login(totp=True)
    by_password(client)
    before = client.session.session_key

    enter_second_step(client)

    assert client.session.session_key != before


def test_signing_in_as_somebody_else_leaves_nothing_of_the_first(client, rosa):
    by_password(client)
    session = client.session
    session["people.hat"] = "of the first"
    session.save()
    login("ben@example.org", who=people.person("Ben"))
    ask_for_mail(Client(), "ben@example.org")

    client.post(link_in(mails("ben@example.org")[0]))

    assert client.session["_auth_user_id"] == str(Login.objects.get(email="ben@example.org").pk)
    assert "people.hat" not in client.session


@pytest.mark.parametrize("after", [*ELSEWHERE, *HERE_WITH_HOST])
def test_no_way_in_leads_out_of_the_city(rosa, after):
    password = by_password(Client(), next=after)
    client = Client()
    ask_for_mail(client, next=after)
    code = enter_code(client, code_in(mails()[0]), next=after)
    again = Client()
    ask_for_mail(again)
    link = again.post(link_in(mails()[0]), {"next": after})
    out = client.post(reverse("account_logout"), {"next": after})

    assert [answer["Location"] for answer in (password, code, link, out)] == ["/"] * 4


@pytest.mark.parametrize("after", ELSEWHERE)
def test_no_page_for_people_signed_in_leads_out_of_the_city(client, after):
    rosa = login(totp=True)
    by_password(client)
    enter_second_step(client)
    new = "four green boats sail"

    addresses = [
        client.get(reverse("account_login"), {"next": after})["Location"],
        client.get(reverse("people:second_factor"), {"next": after})["Location"],
        client.post(reverse("account_reauthenticate"), {"password": people.PASSWORD, "next": after})[
            "Location"
        ],
        client.post(
            reverse("account_change_password"),
            {"oldpassword": people.PASSWORD, "password1": new, "password2": new, "next": after},
        )["Location"],
    ]

    assert rosa.pk
    assert all(address.startswith("/") and "elsewhere" not in address for address in addresses)


@pytest.mark.parametrize(
    "ask",
    [
        ask_for_mail,
        lambda client: ask_for_mail(client, UNKNOWN),
        lambda client: client.post(reverse("account_reset_password"), {"email": ADDRESS}),
        lambda client: client.post(reverse("account_signup"), {"name": "Rosa", "email": ADDRESS}),
        lambda client: client.post(reverse("account_signup"), {"name": "Amina", "email": "a@example.org"}),
    ],
)
def test_a_forged_host_is_in_no_mail(rosa, settings, ask):
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_ADDRESS = "https://learning.example.org"

    ask(Client(headers={"host": "evil.example"}))

    message = Message.objects.get()
    assert "https://learning.example.org/" in message.body
    assert "evil.example" not in message.body + message.subject


def test_a_forged_host_is_in_no_mail_about_a_new_address(rosa, settings):
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"host": "evil.example"})
    by_password(client)

    client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})

    assert "evil.example" not in mails("new@example.org")[0].body


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get(reverse("account_login"), headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("role_of", ["city", "provider"])
def test_no_role_is_had_without_the_second_step(client, role_of):
    who = people.person("Ada Officer")
    login("ada@example.org", who=who)
    people.member(who, people.city_office() if role_of == "city" else people.organisation())

    by_password(client, "ada@example.org")

    answer = client.get(reverse("people:desk"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("people:second_factor"))


def test_a_proof_of_the_second_step_cannot_be_sent_along(client):
    who = people.person("Ada Officer")
    login("ada@example.org", who=who)
    people.member(who)
    by_password(client, "ada@example.org", account_authentication_methods='[{"method": "mfa"}]', mfa="1")

    assert client.get(f"{reverse('people:desk')}?second_factor=1").status_code == 302


def test_forms_of_signing_in_need_their_token(rosa):
    strict = Client(enforce_csrf_checks=True)

    for name in ("account_login", "account_logout", "account_signup", "mfa_login_webauthn"):
        assert strict.post(reverse(name), {"login": ADDRESS, "password": people.PASSWORD}).status_code == 403


def test_an_account_opened_with_the_address_of_somebody_else_is_theirs_not_the_opener_s(client):
    client.post(reverse("account_signup"), {"name": "Eve", "email": ADDRESS})
    victim = Client()
    assert not is_signed_in(client)

    ask_for_mail(victim)
    enter_code(victim, code_in(mails()[0]))

    assert is_signed_in(victim)
    assert not is_signed_in(client)


def test_secrets_of_signing_in_are_kept_nowhere_they_can_be_read(client):
    login(totp=True)
    by_password(client, password="my secret words")

    with connection.cursor() as cursor:
        cursor.execute("SELECT get_data, post_data FROM axes_accessattempt")
        kept = " ".join(map(str, cursor.fetchone()))
    assert "my secret words" not in kept
    assert ADDRESS not in kept
    assert SECRET not in client.get(reverse("people:account")).content.decode()


@pytest.mark.parametrize("typed", ["\x00", "a" * 5000 + "@example.org", "ünï@exämple.org", "' OR 1=1 --"])
def test_what_is_no_address_is_refused_not_a_fault(client, typed):
    assert by_password(client, typed, "x").status_code == 400
    assert ask_for_mail(client, typed).status_code == 400
    answer = client.post(reverse("account_signup"), {"name": "x", "email": typed})
    assert answer.status_code == 400


@pytest.mark.parametrize("key", ["x", "1-2", "a:b:c", "%00", "é", "a" * 5000])
def test_a_made_up_link_opens_nothing(client, key):
    assert client.get(f"/account/link/{key}").status_code == 404
    assert client.post(f"/account/link/{key}").status_code == 404
    assert client.get(f"/account/password/new/{key}").status_code in (200, 404)
    assert client.get(f"/account/email/{key}").status_code in (200, 404)


def test_a_sender_is_named_by_our_own_proxy_only(rf, settings):
    asked = rf.get("/", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.4"}, REMOTE_ADDR="192.0.2.1")
    assert sender_of(asked) == "192.0.2.1"

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert sender_of(asked) == "198.51.100.4"


def test_the_address_tried_is_found_wherever_it_is_named(rf):
    posted = rf.post("/", {"login": " Rosa@Example.org "})

    assert address_tried(posted) == ADDRESS
    assert address_tried(posted, {"email": "BEN@example.org"}) == "ben@example.org"
    assert address_tried(rf.get("/"), {"password": "x"}) == ""
