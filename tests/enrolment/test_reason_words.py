"""Nobody reads a raw code: every reason that an action writes into a history has words."""

import ast
from pathlib import Path

import learningcity.enrolment.actions as room
from learningcity.enrolment.actions.leaving import CallOffReason
from learningcity.enrolment.models import SessionNews, StatusChange
from learningcity.enrolment.queries.session_news import TOLD_OTHERWISE
from learningcity.enrolment.templatetags.place_words import REASONS, reason_words

WRITING = {"move", "leave", "note_change", "change_of"}


def codes_written():
    """Yield every reason that is given as a word where a history is written."""
    for path in Path(room.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in WRITING:
                given = [one.value for one in node.keywords if one.arg == "reason"]
                yield from (one.value for one in given if isinstance(one, ast.Constant))


def test_every_code_of_a_reason_has_words():
    found = {*codes_written(), TOLD_OTHERWISE, "late", *CallOffReason.values, *SessionNews.What.values}

    assert len(found) > 15
    assert found - REASONS.keys() == set()
    for code in found:
        said = reason_words(StatusChange(reason=code))
        assert said
        assert "_" not in said


def test_a_change_without_a_reason_says_its_state_alone():
    assert reason_words(StatusChange(reason="")) == ""
