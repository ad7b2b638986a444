"""A parent acts for a child and blocks something; a young person sees what they may do alone."""

from tests.journeys.steps import BOTH_WAYS, heading, is_open_to_everybody, is_refused, main, press, said

CHILD = "Demo Child One"
YOUNG = "Demo Young Person"
DATA = "See, download and correct what the city holds"


@BOTH_WAYS
def test_a_parent_acts_for_a_child_and_stops(open_as, scripts):
    page = open_as("parent", "/mine/family", width=360, scripts=scripts)
    is_open_to_everybody(page, scripts)
    press(page, f"Act for {CHILD}")

    for path in ("/search", "/mine"):
        page.goto(path)
        assert CHILD in bar(page).inner_text()
        is_open_to_everybody(page, scripts)
    assert heading(page) == f"Learning of {CHILD}"

    page.goto("/mine/about-me")
    assert heading(page) == f"About {CHILD}"
    page.goto("/mine/consents")
    assert f"You decide for {CHILD}" in main(page)
    press(page, "Agree")
    assert "You agreed." in said(page)
    press(page, "Withdraw")
    assert "You do not agree." in said(page)
    is_open_to_everybody(page, scripts)

    page.goto("/mine/history")
    newest = page.locator("main .line-item").filter(has_text="Consent withdrawn").first
    assert "guardian" in newest.inner_text()
    is_open_to_everybody(page, scripts)

    page.get_by_role("button", name=f"Stop acting for {CHILD}").click()
    assert f"You no longer act for {CHILD}." in said(page)
    assert heading(page) == "Family"
    page.goto("/mine")
    assert heading(page) == "My learning"
    assert bar(page).count() == 0


@BOTH_WAYS
def test_what_a_parent_blocks_the_young_person_sees_and_cannot_do(open_as, scripts):
    parent = open_as("parent", "/mine/family", width=360, scripts=scripts)
    young = open_as("young", "/mine/family", width=360, scripts=scripts)
    assert "yes" in answer(young, DATA)
    assert "with consent" in answer(young, "Use the learning account")
    assert "A guardian has to agree first." in answer(young, "Use the learning account")
    is_open_to_everybody(young, scripts)
    assert young.goto("/mine/data").status == 200
    is_refused(young, "/mine/erase")
    is_refused(young, "/desk")
    is_open_to_everybody(young, scripts)

    parent.get_by_role("link", name=YOUNG).click()
    assert heading(parent) == f"Decide for {YOUNG}"
    is_open_to_everybody(parent, scripts)
    press(parent, "Block", about=DATA)
    assert "A guardian blocks this." in answer(parent, DATA)
    young.goto("/mine/family")
    assert "no" in answer(young, DATA).split()
    assert "A guardian blocks this." in answer(young, DATA)
    is_refused(young, "/mine/data")

    press(parent, "End the block", about=DATA)
    young.goto("/mine/family")
    assert "yes" in answer(young, DATA)
    assert young.goto("/mine/data").status == 200


def bar(page):
    """Return the bar that says for whom one acts."""
    return page.get_by_role("region", name="You act for another person")


def answer(page, what):
    """Return what a page says about doing something alone."""
    return page.locator("main .grants > li").filter(has_text=what).first.inner_text()
