"""Every room draws its modules from one closed list, so that a reader knows where a rule stands."""

import ast

import pytest

from tests.conventions.rooms import FREE_NAMES, HOUSE, PACKAGE, modules, name, rooms, tree

FURNITURE = {
    "models", "signals", "queries", "permissions", "actions", "forms", "views", "panels", "api", "tasks",
    "receivers", "admin", "urls", "apps", "migrations", "management", "templatetags", "importers",
    "middleware", "adapters",
}  # fmt: skip
FOLDERS = FURNITURE | {"templates", "static", "locale", "data", "__pycache__"}
NEVER = {"utils", "helpers", "services", "managers", "constants"}
LONGEST = 400


@pytest.mark.once
@pytest.mark.parametrize("room", [r for r in rooms() if r.name not in FREE_NAMES], ids=lambda r: r.name)
def test_a_room_holds_only_known_furniture(room):
    found = {p.stem for p in room.iterdir() if p.suffix == ".py" and p.stem != "__init__"}
    folders = {p.name for p in room.iterdir() if p.is_dir()}

    assert found <= FURNITURE
    assert folders <= FOLDERS


@pytest.mark.once
@pytest.mark.parametrize("room", rooms(), ids=lambda r: r.name)
def test_a_room_has_a_sign_on_its_door(room):
    sign = ast.get_docstring(tree(room / "__init__.py")) or ""

    if room.name != "config":
        assert "Words:" in sign
        assert "Never:" in sign
    assert sign.splitlines()[0].endswith((".", ",", ":"))


@pytest.mark.once
def test_no_room_stands_empty():
    for room in rooms():
        assert any(p.name not in {"__init__.py", "apps.py"} for p in room.rglob("*.py")), room.name


@pytest.mark.once
def test_no_module_hides_behind_a_name_that_says_nothing():
    assert [name(p) for p in modules() if p.stem in NEVER] == []


@pytest.mark.once
def test_no_module_outgrows_four_hundred_lines():
    assert [name(p) for p in modules() if len(p.read_text().splitlines()) > LONGEST] == []


@pytest.mark.once
def test_every_module_says_what_it_holds():
    silent = [name(p) for p in modules() if not ast.get_docstring(tree(p)) and p.read_text().strip()]

    assert silent == []


@pytest.mark.once
def test_the_package_names_no_path_of_a_machine():
    """What is committed runs anywhere."""
    here = str(HOUSE.parent)

    assert [name(p) for p in PACKAGE.rglob("*.py") if here in p.read_text()] == []
