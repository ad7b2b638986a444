"""Actions take the actor and the moment, and never read the clock or chance themselves."""

import ast

import pytest

from tests.conventions.rooms import PACKAGE, name, tree

CLOCKS = {"now", "today", "utcnow", "time", "random", "uuid1", "token_hex", "token_urlsafe"}


def action_modules():
    """Return every module of actions and engines."""
    for pattern in ("*/actions.py", "*/actions/*.py", "engines/**/*.py", "*/queries.py", "*/queries/*.py"):
        yield from sorted(PACKAGE.glob(pattern))


@pytest.mark.once
def test_actions_queries_and_engines_never_read_the_clock():
    """Time and chance are passed in, so that a test, a replay and an audit can give them."""
    found = [
        f"{name(path)}:{node.lineno} {ast.unparse(node.func)}"
        for path in action_modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in CLOCKS
    ]

    assert found == []


def public_actions():
    """Yield (module, function) of every public action that writes."""
    for pattern in ("*/actions.py", "*/actions/*.py"):
        for path in sorted(PACKAGE.glob(pattern)):
            for node in tree(path).body:
                if isinstance(node, ast.FunctionDef) and any(
                    "atomic" in ast.unparse(d) for d in node.decorator_list
                ):
                    yield path, node


@pytest.mark.once
def test_every_writing_action_says_at_which_moment():
    """A write carries its moment; the actor comes with it, or with the link that is the right itself."""
    actions = list(public_actions())
    silent = [
        f"{name(path)}:{node.name}"
        for path, node in actions
        if "at" not in {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
    ]

    assert actions
    assert silent == []


@pytest.mark.once
def test_every_recording_action_takes_an_actor():
    """Who acts is never guessed: an action that records takes `by`, or makes the actor from a proven link."""
    without = {
        f"{name(path)}:{node.name}"
        for path, node in public_actions()
        if "by" not in {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
        and any(isinstance(n, ast.Call) and ast.unparse(n.func) == "record" for n in ast.walk(node))
    }

    assert without <= {"learningcity/people/actions/logins.py:accept_invitation"}
