"""Places are taken: by a family together, by whoever is next when one is freed, and on paper at a desk."""

import re
from datetime import date

from learningcity.demo.logins import CHILDREN
from tests.journeys.offering import IN_THREE_WEEKS, ask_for_a_place, publish
from tests.journeys.steps import (
    BOTH_WAYS,
    command_line,
    heading,
    is_open_to_everybody,
    link_in,
    mail_to,
    main,
    paper,
    press,
    said,
    work_later,
)

PARENT, (OLDER, YOUNGER) = "Demo Parent", [name for _key, name, _born_on in CHILDREN]


@BOTH_WAYS
def test_a_family_enrols_together_or_not_at_all(open_as, scripts):
    age = youngest_age()
    title = f"Kites {'with' if scripts else 'without'} wind"
    offering = publish(open_as("provider"), title, hour=3 + scripts, places=3, youngest=age)

    page = open_as("parent", offering.public, width=360, scripts=scripts)
    page.get_by_role("main").get_by_role("link", name="Take a place").first.click()
    is_open_to_everybody(page, scripts)
    for name in (PARENT, OLDER, YOUNGER):
        page.get_by_label(re.compile(name)).check()
    page.get_by_label("all of us or nobody").check()
    press(page, "Hold a place and go on")
    assert f"{YOUNGER} will be {age - 1} years old on the first day." in main(page)
    assert page.get_by_role("link", name="Find something for this age").is_visible()
    assert all(page.get_by_label(re.compile(name)).is_checked() for name in (PARENT, OLDER, YOUNGER))
    is_open_to_everybody(page, scripts)

    page.get_by_label(re.compile(YOUNGER)).uncheck()
    press(page, "Hold a place and go on")
    assert heading(page) == "2 places are held for you"
    is_open_to_everybody(page, scripts)
    press(page, "Take the 2 places")
    assert f"{PARENT}, {OLDER}: you have a place." in said(page)
    for name in (PARENT, OLDER):
        assert page.get_by_role("link", name=f"{title}, {name}").first.is_visible()
    is_open_to_everybody(page, scripts)

    people = open_as("teacher", f"{offering.series}/people", width=360, scripts=scripts)
    rows = people.locator("tbody tr").all_inner_texts()
    assert sorted(row.split("\t")[:2] for row in rows) == [[OLDER, "enrolled"], [PARENT, "enrolled"]]
    is_open_to_everybody(people, scripts)
    other = open_as("resident", offering.public, width=360, scripts=scripts)
    assert "1 place left." in main(other)


def test_a_place_freed_goes_on_at_the_deadline_to_whoever_is_next(open_as, open_page, city, city_folder):
    title = "One chair by the window"
    offering = publish(open_as("provider"), title, hour=5, places=1)
    holder, first = open_as("resident", scripts=False), open_as("planner", width=360)
    ask_for_a_place(holder, offering)
    ask_for_a_place(first, offering, takes=False)
    assert "Number 1 of 1" in main(first)
    second = open_as("editor", width=360, scripts=False)
    ask_for_a_place(second, offering, takes=False)
    assert "Number 2 of 2" in main(second)

    holder.get_by_role("link", name="Give the place back").click()
    press(holder, "Give the place back")
    assert "You gave it back." in said(holder)
    subject = f"A place is free for you: {title}"
    offered = link_in(mail_to(city_folder, "planner@demo.learningcity.example", subject), city)
    second.reload()
    assert "on the waiting list" in main(second)

    work_later(city, city_folder, "enrolment.move_offers_on", "core.deliver_messages", hours=3)

    first.goto(offered)
    assert heading(first) == "This offer is over"
    is_open_to_everybody(first, scripts=True)
    mail = mail_to(city_folder, "editor@demo.learningcity.example", subject)
    # Whoever answers by the link of the message need not sign in.
    answering = open_page(link_in(mail, city), width=360)
    assert heading(answering) == "A place is free for you"
    is_open_to_everybody(answering, scripts=True)
    press(answering, "Take the place")
    assert heading(answering) == "You have the place"
    is_open_to_everybody(answering, scripts=True)
    second.reload()
    assert "enrolled" in main(second)
    is_replayed(command_line(city_folder, "enrolment", "replay", offering.series.rpartition("/")[2]))


def is_replayed(answer):
    """Check that a replay computes both offers of the one place, as they were made, to two people."""
    (replayed,) = answer["lists"]
    assert replayed["agrees"]
    assert len({one["token"] for one in replayed["computed"]}) == len(replayed["computed"]) == 2


@BOTH_WAYS
def test_a_librarian_enrols_somebody_on_paper(open_as, scripts):
    name = f"Greta {'Fountain' if scripts else 'Pencil'}"
    title = f"Letters {'with' if scripts else 'without'} ink"
    offering = publish(open_as("provider"), title, hour=3 + scripts, places=4)
    page = open_as("desk", offering.public, width=360, scripts=scripts)
    page.get_by_role("main").get_by_role("link", name="Take a place").first.click()
    press(page, "Print the form for anybody")
    assert heading(page) == "Take a place"
    assert title in main(page)
    is_open_to_everybody(page, scripts)
    code = page.locator("main .figure").inner_text()

    acts_for_somebody_new(page, name)
    enters(page, code)
    assert f"For: {name}" in main(page)
    assert "You enter a form from paper." in main(page)
    is_open_to_everybody(page, scripts)
    press(page, "Enter this form")
    assert f"{name}: you have a place." in said(page)
    (entry,) = page.locator("main .line-item").filter(has_text="City office").all_inner_texts()
    assert "a helper of City office" in entry
    assert "on paper" in entry
    assert f"{date.today().year}" in entry
    is_open_to_everybody(page, scripts)

    enters(page, code)
    assert "It counts once." in main(page)
    page.get_by_role("button", name=f"Stop acting for {name}").click()
    people = open_as("editor", f"{offering.series}/people", width=360, scripts=scripts)
    assert people.get_by_role("rowheader", name=name).count() == 1


@BOTH_WAYS
def test_a_guest_takes_a_place_by_a_mailed_link_and_deletes_it(
    open_as, open_page, city, city_folder, scripts
):
    address = f"greta-{scripts}@people.example".lower()
    title = f"Stars {'with' if scripts else 'without'} clouds"
    offering = publish(open_as("provider"), title, hour=3 + scripts, places=4, guests=True)
    page = open_page(offering.public, width=360, scripts=scripts)
    page.get_by_role("main").get_by_role("link", name="Take a place").first.click()
    page.get_by_role("link", name="Go on without an account").click()
    is_open_to_everybody(page, scripts)
    press(page, "Send me the link")
    assert "Give the name under which you come." in main(page)
    is_open_to_everybody(page, scripts)
    page.get_by_label("Your name").fill("Greta Guest")
    page.get_by_label("Your e-mail address").fill(address)
    press(page, "Send me the link")
    assert heading(page) == "Look into your mail"
    is_open_to_everybody(page, scripts)

    page.goto(link_in(mail_to(city_folder, address, f"Confirm your place: {title}"), city))
    is_open_to_everybody(page, scripts)
    press(page, "Yes, take the place")
    assert "Greta Guest: enrolled" in main(page)
    is_open_to_everybody(page, scripts)
    people = open_as("editor", f"{offering.series}/people", width=360, scripts=scripts)
    assert people.get_by_role("rowheader", name="Greta Guest").count() == 1
    press(page, "Give it back and delete my data")
    is_open_to_everybody(page, scripts)
    people.reload()
    assert "Greta Guest" not in main(people)


def youngest_age():
    """Return an age at which the older child may come, and the younger one is a year too young."""
    born_on = CHILDREN[1][2]
    on = date.today() + IN_THREE_WEEKS
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day)) + 1


def acts_for_somebody_new(page, name):
    """Enter somebody who has no account, with the mandate that they signed, and act for them."""
    page.goto("/desk/people/new")
    page.get_by_label("at the desk", exact=True).check()
    page.get_by_label("Name", exact=True).fill(name)
    press(page, "Enter the person")
    page.get_by_role("link", name="Ask for a mandate").click()
    page.get_by_label("find learning and take places").check()
    page.get_by_label("a month", exact=True).check()
    page.get_by_label("on paper").check()
    page.get_by_label("Number on the paper").fill("P-9")
    page.get_by_label("Scan of the paper").set_input_files(paper())
    press(page, "Ask for the mandate")
    page.get_by_label("in a letter or form on paper").check()
    press(page, f"Act for {name}")
    assert "You act for this person now." in main(page)


def enters(page, code):
    """Enter the code of a form that came back."""
    page.goto("/desk/paper")
    page.get_by_label("Code of the paper form").fill(code)
    press(page, "Go to the form")
