"""Every refusal of enrolment says what happened in a sentence, and leads to the next best action."""

import re
from importlib import import_module
from inspect import signature

import pytest
from django.urls import reverse

from learningcity.enrolment.actions.refusals import NotPossible
from tests.catalogue.factories import SessionFactory
from tests.conventions.rooms import PACKAGE
from tests.enrolment.factories import intake

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def everything_refused():
    """Return all kinds of refusals; every module of the room's actions is loaded first."""
    for path in sorted((PACKAGE / "enrolment" / "actions").glob("*.py")):
        import_module(f"learningcity.enrolment.actions.{path.stem}")
    found, waiting = [], [NotPossible]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return sorted(set(found), key=lambda kind: (kind.__module__, kind.__name__))


def what_it_is_about(kind):
    """Return the intake, or the session, that a refusal is about."""
    about = list(signature(kind.__init__).parameters)[1]
    return SessionFactory() if about == "session" else intake()


REFUSALS = everything_refused()


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.__name__)
def test_a_refusal_has_a_sentence_and_a_next_action(kind):
    words = str(kind.words)
    given = dict.fromkeys(PLACEHOLDER.findall(words), "seven things.")

    refusal = kind(what_it_is_about(kind), **given)

    assert str(refusal).strip()
    assert str(refusal).endswith((".", "?"))
    assert refusal.code
    assert refusal.step.label
    assert reverse(refusal.step.url_name, args=refusal.step.args)


@pytest.mark.once
def test_refusals_are_told_apart_by_their_codes():
    """What a machine reads must not mean two things; a kind of its own for guests may share one."""
    own = {kind: kind.code for kind in REFUSALS if "code" in vars(kind)}

    assert len(own) == len(REFUSALS), [kind.__name__ for kind in REFUSALS if kind not in own]
