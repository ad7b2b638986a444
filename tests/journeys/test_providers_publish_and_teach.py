"""A provider publishes a series, which residents find; who was there is entered, and corrected openly."""

import re
from datetime import date, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from tests.journeys.offering import Offering, ask_for_a_place, open_places, plan, write
from tests.journeys.steps import BOTH_WAYS, is_open_to_everybody, is_refused, main, press, said

CITY_ZONE = ZoneInfo("Europe/London")
WRONG_CODE = "000000"


@BOTH_WAYS
def test_a_series_is_published_found_and_taught(open_as, scripts):
    title = f"Mending clocks {'with' if scripts else 'without'} tools"
    page = open_as("provider", "/catalogue", width=360, scripts=scripts)
    write(page, title)
    is_open_to_everybody(page, scripts)
    offer = page.url
    christmas = next_christmas()
    plan(page, christmas - timedelta(weeks=1), christmas + timedelta(weeks=2), hour=3 + scripts)
    press(page, "Save the dates")
    assert f"{christmas.day} December {christmas.year} is a public holiday: Christmas Day." in main(page)
    is_open_to_everybody(page, scripts)
    page.get_by_label("I have seen this").check()
    press(page, "Save the dates")
    assert "4 dates are saved." in said(page)
    is_open_to_everybody(page, scripts)
    series = page.url
    open_places(page, places=8)
    is_open_to_everybody(page, scripts)

    resident = open_as("resident", f"/search?q={quote(title)}", width=360, scripts=scripts)
    assert title not in main(resident)
    assert resident.goto(offer.replace("/catalogue/", "/")).status == 404
    is_refused(resident, offer)
    page.goto(offer)
    press(page, "Publish the offer")
    assert "It is published." in said(page)
    offering = found(resident, title)
    assert "8 places left." in main(resident)
    is_open_to_everybody(resident, scripts)
    ask_for_a_place(resident, offering)
    assert "Demo Resident: you have a place." in said(resident)
    is_open_to_everybody(resident, scripts)

    session = begins_today(page, series)
    is_open_to_everybody(page, scripts)
    types_the_code(resident, code_in_the_room(page, session, scripts), session, scripts)
    corrects_the_list(page, session, scripts)
    resident.goto("/mine/places")
    resident.get_by_role("main").get_by_role("link", name=title).first.click()
    assert "a date was moved" in main(resident)
    is_refused(resident, f"{session}/attendance")


def next_christmas():
    """Return a Christmas Day at least a week ahead."""
    today = date.today()
    return date(today.year + (today > date(today.year, 12, 17)), 12, 25)


def found(page, title):
    """Find what was published, as everybody does, and open it; it is in the search within a minute."""
    for _attempt in range(60):
        page.goto(f"/search?q={quote(title)}")
        hit = page.get_by_role("main").get_by_role("link", name=title)
        if hit.count():
            hit.first.click()
            return Offering(page.url.split("?")[0], "", "")
        page.wait_for_timeout(1000)
    raise AssertionError(main(page))


def begins_today(page, series):
    """Move the first date to this moment; return the page of the date."""
    page.goto(series)
    page.locator("main .line-item a").first.click()
    session = page.url
    page.get_by_role("link", name="Change the date").click()
    at = now().astimezone(CITY_ZONE)
    page.get_by_label("Day", exact=True).fill(f"{at:%Y-%m-%d}")
    page.get_by_label("Starts at").fill(f"{at:%H:%M}")
    page.get_by_label("Ends at").fill("23:59")
    page.get_by_label("this date only").check()
    page.get_by_label("Reason").fill("We begin today.")
    press(page, "Save the change")
    assert "1 date is changed." in said(page)
    assert "We begin today." in main(page)
    return session


def code_in_the_room(page, session, scripts):
    """Show the code of a date in the room."""
    page.goto(session)
    page.get_by_role("link", name="Who was there").click()
    is_open_to_everybody(page, scripts)
    page.get_by_role("link", name="Show a code in the room").click()
    press(page, "Make a code")
    is_open_to_everybody(page, scripts)
    return page.locator("main .figure").inner_text()


def types_the_code(page, code, session, scripts):
    """Type a wrong code and then the right one, as those do who are there."""
    page.goto(re.sub("/catalogue/sessions/", "/attend/", session))
    page.get_by_label("Code").fill(WRONG_CODE if code != WRONG_CODE else "111111")
    press(page, "I am here")
    assert "This is not the code." in main(page)
    is_open_to_everybody(page, scripts)
    page.get_by_label("Code").fill(code)
    press(page, "I am here")
    assert "entered as “present”" in main(page)
    is_open_to_everybody(page, scripts)


def corrects_the_list(page, session, scripts):
    """Correct what the code entered: not without a reason, and the first entry stays."""
    page.goto(f"{session}/attendance")
    assert "Entered: present (by code" in main(page)
    page.get_by_label("excused").check()
    press(page, "Save the list")
    assert "You change what was entered before." in main(page)
    assert page.get_by_label("excused").is_checked()
    is_open_to_everybody(page, scripts)
    page.get_by_label("Reason, if").fill("Left with a message.")
    press(page, "Save the list")
    assert "0 entries saved, 1 corrected." in said(page)
    page.get_by_role("link", name=re.compile("Corrected: excused")).click()
    steps = page.locator("main ol .line-item").all_inner_texts()
    assert [re.split(r"\W", step)[0] for step in steps] == ["present", "excused"]
    assert "Left with a message." in steps[-1]
    is_open_to_everybody(page, scripts)
