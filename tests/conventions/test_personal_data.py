"""Every table that holds something about a person takes part in its owner's rights.

It is declared on the page "How we use your data", is in the download, goes with an erasure (or is declared
kept, without a name), and follows a merge. A table that does not take part fails here.
"""

import json
from collections import deque
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import EmailField, Model

from learningcity.core.actors import operator
from learningcity.core.personal import kept
from learningcity.people.actions.erasure import erase_person
from learningcity.people.models import Login, Person
from learningcity.people.queries.holding import OTHERS, SECRETS
from learningcity.people.queries.holdings_outside import LOGIN_ROWS
from learningcity.people.receivers.merging import LEFT_ALONE, tables
from tests.people.everything import AT, EMAIL, MAKERS, MARK, NAME, PHONE, everything, texts

NAMING = {"owner", "recipient", "username", "phone", "email", "address"}
"""Columns by which a table names somebody without pointing at them."""

WITHOUT_A_KEY = {"core.auditline", "people.characteristic", "people.erasurereceipt", "sessions.session"}
"""Tables that know a person by an id in a text, by a pseudonym, or not at all."""
IN_A_TEXT = {"django_tasks_database.dbtaskresult"}

NOT_ABOUT_PERSONS = {
    "people.organisation": "the contact of an organisation",
    "people.apikey": "belongs to an organisation",
    "city.venue": "the address of a place",
    "catalogue.offerconcept": "the address of a word in a vocabulary",
    "catalogue.source": "belongs to an organisation",
    "catalogue.placebefore": "the former address of a place",
}
"""Tables with such a column that hold nothing about a person, and why."""

NOT_DOWNLOADED = {
    "core.auditwaiting": "says only that a line of the trail is not sealed yet",
    "people.erasurereceipt": "names nobody, and is there only when the person is gone",
    "people.likeness": "would tell somebody that another person is like them",
    "people.login_groups": "groups are not used: rights come from roles",
    "people.login_user_permissions": "such permissions are not used: rights come from roles",
    "people.pseudonym": "the key is shown to nobody, so that it stays apart",
    "sessions.session": "shown as the devices on which the person is signed in",
    "axes.accessattemptexpiration": "says only when an attempt is forgotten",
}

COLUMNS_NOT_DOWNLOADED = {
    "core.auditline": {"person", "on_behalf_of", "organisation", "about"},
    "people.guardianlimit": {"proof", "lift_proof"},
    "enrolment.statuschange": {"author", "organisation"},
    "enrolment.attendance": {"author"},
    "enrolment.attendancecorrection": {"author"},
    "enrolment.completion": {"author"},
    "enrolment.guest": {"link_digest", "next_digest"},
    "django_tasks_database.dbtaskresult": {"exception_class_path", "worker_ids", "traceback"},
    **{label: set(without) for label, (_words, _path, without) in LOGIN_ROWS.items()},
}
"""Opaque ids of others; papers of a court that only the desk sees; the inside of programmes; secrets."""
KEEPS_THE_OLD_ID = {"core.auditline"}


def label_of(model: type[Model]) -> str:
    return model._meta.label_lower


def all_models() -> list[type[Model]]:
    return apps.get_models(include_auto_created=True)


def points_at_a_person(model: type[Model]) -> bool:
    """Follow foreign keys, at any depth."""
    seen, waiting = {model}, deque([model])
    while waiting:
        here = waiting.popleft()
        if here in (Person, Login):
            return True
        for column in here._meta.concrete_fields:
            target = column.related_model
            if target and target not in seen:
                seen.add(target)
                waiting.append(target)
    return False


def names_somebody(model: type[Model]) -> bool:
    return any(
        column.name in NAMING or isinstance(column, EmailField) for column in model._meta.concrete_fields
    )


def personal_models() -> list[type[Model]]:
    extra = WITHOUT_A_KEY | IN_A_TEXT
    return [
        model
        for model in all_models()
        if label_of(model) not in NOT_ABOUT_PERSONS
        and (points_at_a_person(model) or names_somebody(model) or label_of(model) in extra)
    ]


MODELS = sorted({label_of(model) for model in personal_models()})


@pytest.mark.once
@pytest.mark.parametrize("label", MODELS)
def test_what_is_kept_about_persons_is_published(label):
    declared = {one for entry in kept() for one in entry.models}

    assert label in declared, f"Say in a Kept what {label} is for, and how long it is kept."


@pytest.mark.once
@pytest.mark.parametrize("label", MODELS)
def test_every_table_about_persons_has_a_row_to_try(label):
    assert label in MAKERS, f"Write a maker for {label} in tests/people/everything.py."


@pytest.mark.once
def test_nothing_is_published_that_is_not_there():
    declared = {one for entry in kept() for one in entry.models}
    there = {label_of(model) for model in all_models()}
    optional = {
        label
        for label in declared
        if label.split(".")[0] in {"account", "mfa", "socialaccount", "usersessions"}
    }

    assert declared - there - optional == set()


@pytest.mark.once
@pytest.mark.parametrize("label", MODELS)
def test_whatever_names_a_person_follows_a_merge(label):
    """What hangs on a row that is moved goes with it; whatever names the person itself must be moved."""
    model = apps.get_model(label) if label.count("_") == 0 or label.startswith("django") else None
    if model is None or label in WITHOUT_A_KEY or label == "people.login":
        return
    direct = {
        column.name
        for column in model._meta.concrete_fields
        if column.related_model is Person or column.name in {"owner", "recipient"}
    }
    moved = {table.column for table in tables() if table.model is model}

    assert label in LEFT_ALONE or direct <= moved


@pytest.mark.django_db
def test_the_download_holds_every_value_of_every_table():
    world = everything()
    out = StringIO()
    call_command("people", "export", world.own, "--json", stdout=out)
    downloaded = out.getvalue()
    said = json.loads(downloaded)
    values = set(all_texts(said))

    missing = [
        f"{label}.{column.name}"
        for label, made in world.rows.items()
        if label not in NOT_DOWNLOADED
        for column in type(made)._meta.concrete_fields
        if not column.is_relation
        and not column.primary_key
        and column.name not in SECRETS | OTHERS | COLUMNS_NOT_DOWNLOADED.get(label, set())
        and not is_there(getattr(made, column.attname), values)
    ]

    assert missing == []


def all_texts(value):
    """Yield every value in a JSON document as text."""
    if isinstance(value, dict):
        yield json.dumps(value, sort_keys=True)
        for part in value.values():
            yield from all_texts(part)
    elif isinstance(value, list):
        yield json.dumps(value, sort_keys=True)
        for part in value:
            yield from all_texts(part)
    else:
        yield str(value)


def is_there(value, values) -> bool:
    if value in ("", None):
        return True
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True) in values
    if hasattr(value, "isoformat"):
        plain = value.isoformat().replace("+00:00", "Z")
        # JSON holds thousandths of a second.
        return any(text.startswith(plain[:19]) for text in values)
    return str(value) in values


@pytest.mark.django_db(transaction=True)
def test_an_erasure_leaves_no_word_about_the_person_anywhere():
    world = everything()
    old_id = world.own

    erase_person(world.person, by=operator(), at=AT)

    left = {
        f"{label_of(model)}.{column}"
        for model in all_models()
        for column, text in texts(model)
        if MARK in text.lower() or EMAIL in text or PHONE in text or NAME in text
    }
    still_named = {
        label_of(model) for model in all_models() for _column, text in texts(model) if old_id in text
    }
    assert left == set()
    assert still_named <= KEEPS_THE_OLD_ID


@pytest.mark.django_db(transaction=True)
def test_an_erasure_deletes_the_files():
    world = everything()
    assert len(files()) == 2

    erase_person(world.person, by=operator(), at=AT)

    assert files() == []


def files():
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


@pytest.mark.django_db(transaction=True)
def test_what_points_at_an_erased_person_is_declared_kept():
    """Only what shows that others were allowed to act may still point at the empty entry."""
    world = everything()

    erase_person(world.person, by=operator(), at=AT)

    pointing = {
        label_of(model)
        for model in all_models()
        for column in model._meta.concrete_fields
        if column.related_model is Person
        and model._base_manager.filter(**{column.name: world.person.pk}).exists()
    }
    assert pointing == {"people.guardianship", "people.mandate", "people.membership"}
