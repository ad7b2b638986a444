"""A helper acts for a neighbour under a mandate until it ends; a form on paper comes back and counts once."""

from tests.journeys.steps import BOTH_WAYS, heading, is_open_to_everybody, main, paper, press, said

NEIGHBOUR = "Demo Neighbour One"


@BOTH_WAYS
def test_a_helper_acts_for_a_neighbour_until_the_mandate_ends(open_as, scripts):
    page = open_as("helper", "/desk/people", width=360, scripts=scripts)
    is_open_to_everybody(page, scripts)
    looks_up(page, NEIGHBOUR)
    is_open_to_everybody(page, scripts)
    acts(page)
    bar = page.get_by_role("region", name="You act for another person")
    assert NEIGHBOUR in bar.inner_text()
    is_open_to_everybody(page, scripts)

    page.goto("/mine/contact")
    knows(page).fill("Hears better on the left")
    press(page, f"Leave it for {NEIGHBOUR} to finish")
    assert knows(page).input_value() == "Hears better on the left"
    assert "Nothing was sent yet." in main(page)
    is_open_to_everybody(page, scripts)
    press(page, f"Save for {NEIGHBOUR}")
    assert "The changes are saved." in said(page)
    other_tab = page.context.new_page()
    other_tab.goto("/mine/contact")

    ends_the_mandate(open_as("desk", "/desk/people", width=360, scripts=scripts), scripts)
    knows(other_tab).fill("Nobody may write this")
    with other_tab.expect_navigation() as answer:
        press(other_tab, f"Save for {NEIGHBOUR}")
    assert answer.value.status == 409
    assert heading(other_tab) == "Nothing was saved"
    assert "Nobody may write this" in main(other_tab)
    is_open_to_everybody(other_tab, scripts)
    other_tab.close()

    brings_a_new_paper(page, scripts)
    acts(page)
    page.goto("/mine/contact")
    assert knows(page).input_value() == "Hears better on the left"
    knows(page).fill("")
    press(page, f"Save for {NEIGHBOUR}")
    page.get_by_role("button", name=f"Stop acting for {NEIGHBOUR}").click()
    assert f"You no longer act for {NEIGHBOUR}." in said(page)
    assert "Contact changed" in main(page)
    page.goto("/mine")
    assert heading(page) == "My learning"


@BOTH_WAYS
def test_a_form_on_paper_comes_back_and_counts_once(open_as, scripts):
    name = f"Petra Paper {'Scripts' if scripts else 'Plain'}"
    page = open_as("desk", "/desk/people/new", width=360, scripts=scripts)
    page.get_by_label("at the desk", exact=True).check()
    page.get_by_label("Name", exact=True).fill(name)
    press(page, "Enter the person")
    press(page, "Print the form")
    assert heading(page) == "Mandate for a helper"
    assert name in main(page)
    is_open_to_everybody(page, scripts)
    code = page.locator("main .figure").inner_text()

    enters(page, code.lower().replace("-", " "))
    assert heading(page) == f"Ask {name} for a mandate"
    assert page.get_by_label("on paper").is_checked()
    assert page.get_by_label("Number on the paper").input_value() == code
    chooses(page)
    page.get_by_label("Scan of the paper").set_input_files(paper())
    is_open_to_everybody(page, scripts)
    press(page, "Ask for the mandate")
    assert "The mandate is entered." in said(page)

    enters(page, code)
    assert "It counts once." in page.get_by_role("alert").inner_text()
    is_open_to_everybody(page, scripts)


def looks_up(page, name):
    """Find a person, for a reason, and open their page."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("the person is at the desk").check()
    press(page, "Look up")
    page.get_by_role("main").get_by_role("link", name=name).first.click()
    assert heading(page) == name


def acts(page):
    """Begin to act for the neighbour, who is at the desk."""
    page.get_by_label("at the desk", exact=True).check()
    press(page, f"Act for {NEIGHBOUR}")


def knows(page):
    """Return where one writes what helpers should keep in mind."""
    return page.get_by_label("Good to know")


def ends_the_mandate(page, scripts):
    """End every mandate of the neighbour at the city's desk, as they said on the phone."""
    looks_up(page, NEIGHBOUR)
    page.get_by_role("link", name="End it").click()
    page.get_by_label("on the phone").check()
    is_open_to_everybody(page, scripts)
    press(page, "End the mandate")
    assert heading(page) == NEIGHBOUR
    assert page.get_by_role("link", name="End it").count() == 0


def brings_a_new_paper(page, scripts):
    """Enter a new mandate, which the neighbour signed on paper."""
    page.goto("/desk")
    page.get_by_role("main").get_by_role("link", name=NEIGHBOUR).first.click()
    assert "You may not act for this person" in main(page)
    page.get_by_role("link", name="Ask for a mandate").click()
    chooses(page)
    page.get_by_label("on paper").check()
    page.get_by_label("Number on the paper").fill("P-7")
    page.get_by_label("Scan of the paper").set_input_files(paper())
    press(page, "Ask for the mandate")
    assert "The mandate is entered." in said(page)
    is_open_to_everybody(page, scripts)


def chooses(page):
    """Tick on a form what stands on the paper."""
    for words in ("see and change name, contact and language", "find learning and take places"):
        page.get_by_label(words).check()
    page.get_by_label("a month", exact=True).check()


def enters(page, code):
    """Enter the code of a form that came back."""
    page.goto("/desk/paper")
    page.get_by_label("Code of the paper form").fill(code)
    press(page, "Go to the form")
