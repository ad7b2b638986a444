"""An officer of the city sees everyone's roles and publishes ages; the wrong one is refused."""

import csv

from tests.journeys.steps import BOTH_WAYS, heading, is_open_to_everybody, is_refused, main, press

AGE = "propose and vote: alone from the age of"


@BOTH_WAYS
def test_an_officer_sees_and_downloads_the_roles_of_everyone(open_as, scripts):
    page = open_as("officer", "/roles", width=360, scripts=scripts)
    assert heading(page) == "Everyone's roles"
    page.get_by_label("Role", exact=True).select_option(label="teacher")
    press(page, "Show these roles")
    assert "Demo Teacher" in main(page)
    is_open_to_everybody(page, scripts)

    with page.expect_download() as started:
        page.get_by_role("link", name="Download these roles (CSV)").click()
    with started.value.path().open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.reader(file))
    assert any("Demo Teacher" in row for row in table)
    assert not any("Demo Officer" in row for row in table)


@BOTH_WAYS
def test_an_officer_publishes_another_age_and_puts_it_back(open_as, scripts):
    page = open_as("officer", "/ages", width=360, scripts=scripts)
    is_open_to_everybody(page, scripts)
    before = voting(page)

    publishes(page, "99")
    assert heading(page) == "Change the ages"
    assert "Give an age in whole years" in page.get_by_role("alert").inner_text()
    is_open_to_everybody(page, scripts)
    publishes(page, "17")
    assert "alone from the age of 17" in voting(page)
    publishes(page, "14")
    assert voting(page) == before


@BOTH_WAYS
def test_a_desk_looks_for_entries_of_one_person(open_as, scripts):
    page = open_as("desk", "/desk/duplicates", width=360, scripts=scripts)

    assert heading(page) == "Entered twice?"
    is_open_to_everybody(page, scripts)


@BOTH_WAYS
def test_the_wrong_one_is_refused(open_as, scripts):
    provider = open_as("provider", "/organisations/own", scripts=scripts)
    members = provider.locator("main a[href$='/members']").first.get_attribute("href")
    resident = open_as("resident", "/mine", width=360, scripts=scripts)
    for path in (
        "/desk",
        "/desk/people",
        "/desk/duplicates",
        "/roles",
        "/roles.csv",
        "/ages/change",
        members,
    ):
        is_refused(resident, path)
    is_open_to_everybody(resident, scripts)

    teacher = open_as("teacher", "/mine/roles", width=360, scripts=scripts)
    for path in ("/desk", "/roles", members, members.replace("members", "keys")):
        is_refused(teacher, path)
    desk = open_as("desk", "/desk", width=360, scripts=scripts)
    for path in ("/roles", "/ages/change", members.replace("members", "keys")):
        is_refused(desk, path)


def publishes(page, age):
    """Publish another age from which one votes alone."""
    page.goto("/ages/change")
    page.get_by_label(AGE).fill(age)
    press(page, "Publish the ages")


def voting(page):
    """Return what the published ages say about voting."""
    page.goto("/ages")
    return page.locator("main .grants > li").filter(has_text="Propose and vote").inner_text()
