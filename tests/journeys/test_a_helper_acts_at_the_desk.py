"""A librarian enters somebody who came to the desk, gets a mandate on paper, acts, and stops."""

from tests.journeys.steps import BOTH_WAYS, heading, is_open_to_everybody, paper


@BOTH_WAYS
def test_from_a_new_entry_to_the_end_of_the_mandate(open_as, scripts):
    name = f"Nia Newcomer {'Scripts' if scripts else 'Plain'}"
    page = open_as("desk", "/desk", width=360, scripts=scripts)
    assert heading(page) == "Desk"
    is_open_to_everybody(page, scripts)

    page.get_by_role("link", name="Find a person").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Look up").click()
    assert "Say why you look somebody up" in page.get_by_role("alert").inner_text()
    is_open_to_everybody(page, scripts)
    page.get_by_label("the person is at the desk").check()
    page.get_by_role("button", name="Look up").click()
    assert "Nobody was found" in page.get_by_role("main").inner_text()

    page.get_by_role("link", name="Enter a new person").first.click()
    page.get_by_label("at the desk", exact=True).check()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Good to know").fill("Reads large print")
    is_open_to_everybody(page, scripts)
    page.get_by_role("button", name="Enter the person").click()
    assert heading(page) == name
    is_open_to_everybody(page, scripts)

    page.get_by_role("link", name="Ask for a mandate").click()
    page.get_by_label("see and change name, contact and language").check()
    page.get_by_label("one day", exact=True).check()
    page.get_by_label("on paper").check()
    page.get_by_label("Number on the paper").fill("P-1")
    page.get_by_label("Scan of the paper").set_input_files(paper())
    is_open_to_everybody(page, scripts)
    page.get_by_role("button", name="Ask for the mandate").click()
    assert "The mandate is entered." in page.get_by_role("status").inner_text()

    page.get_by_label("at the desk", exact=True).check()
    page.get_by_role("button", name=f"Act for {name}").click()
    bar = page.get_by_role("region", name="You act for another person")
    assert name in bar.inner_text()
    is_open_to_everybody(page, scripts)

    page.get_by_role("link", name="Name, contact and language").click()
    page.get_by_label("Address for letters").fill("12 Long Row, Newport")
    page.get_by_role("button", name=f"Leave it for {name} to finish").click()
    assert "12 Long Row" in page.get_by_label("Address for letters").input_value()
    is_open_to_everybody(page, scripts)
    page.get_by_label("letter on paper").check()
    page.get_by_role("button", name=f"Save for {name}").click()
    assert "The changes are saved." in page.get_by_role("main").inner_text()

    other_tab = page.context.new_page()
    other_tab.goto("/mine/contact")
    page.get_by_role("button", name=f"Stop acting for {name}").click()
    assert heading(page) == name
    assert "Contact changed" in page.get_by_role("main").inner_text()
    other_tab.get_by_role("button", name=f"Save for {name}").click()
    assert heading(other_tab) == "Nothing was saved"

    page.get_by_role("link", name="End it").click()
    page.get_by_label("on the phone").check()
    is_open_to_everybody(page, scripts)
    page.get_by_role("button", name="End the mandate").click()
    assert "You may not act for this person" in page.get_by_role("main").inner_text()
