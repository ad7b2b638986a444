"""What a provider does again and again: write an offer, plan its dates, open places, publish it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tests.journeys.steps import press, said

IN_THREE_WEEKS = timedelta(weeks=3)


@dataclass(frozen=True)
class Offering:
    """The pages of something that was published: as everybody sees it, its offer and its series."""

    public: str
    offer: str
    series: str


def publish(page, title, *, hour, places=None, youngest=None, guests=False):
    """Publish one date with places to take, from the first word to the last button; return its pages."""
    write(page, title, youngest=youngest)
    offer = page.url
    plan(page, date.today() + IN_THREE_WEEKS, hour=hour)
    press(page, "Save the dates")
    # Whatever is said about the day is seen; a day of these weeks may be a public holiday.
    if page.get_by_label("I have seen this").count():
        page.get_by_label("I have seen this").check()
        press(page, "Save the dates")
    series = page.url
    open_places(page, places, guests=guests)
    page.goto(offer)
    press(page, "Publish the offer")
    assert "It is published." in said(page)
    return Offering(offer.replace("/catalogue/", "/"), offer, series)


def write(page, title, *, youngest=None):
    """Write the draft of an offer that costs nothing."""
    page.goto("/catalogue")
    page.get_by_role("link", name="Write a new offer").click()
    page.get_by_label("Title", exact=True).fill(title)
    page.locator("main input[name=price_everyone]").fill("0")
    if youngest is not None:
        page.get_by_label("Youngest age").fill(str(youngest))
    press(page, "Save the draft")
    assert "The draft is saved." in said(page)


def plan(page, first, last=None, *, hour):
    """Fill in the dates of the draft that is shown: one hour, or one in each week until the last day.

    No two journeys take the same hour, and none an hour at which the demonstration teaches: nothing overlaps.
    """
    page.get_by_role("link", name="Add dates").click()
    page.get_by_label("First day").fill(f"{first}")
    page.get_by_label("Starts at").fill(f"{hour:02}:00")
    page.get_by_label("Ends at").fill(f"{hour:02}:50")
    if last:
        page.get_by_label("Last day").fill(f"{last}")


def open_places(page, places=None, *, guests=False):
    """Open the places of the series that is shown."""
    page.get_by_role("link", name="Open places").click()
    if places is not None:
        page.get_by_label("How many places?").fill(str(places))
    page.get_by_label("Hours to answer").fill("2")
    page.get_by_label("Largest group").fill("4")
    page.get_by_label("People can enrol without an account").set_checked(guests)
    press(page, "Open the places")
    assert "The places are open." in said(page)


def ask_for_a_place(page, offering, *, takes=True):
    """Ask for a place from the page of the offer: take it, or join those who wait."""
    page.goto(offering.public)
    page.get_by_role("main").get_by_role(
        "link", name=re.compile("Take a place|Join the waiting")
    ).first.click()
    if takes:
        press(page, "Hold a place and go on")
        press(page, "Take the place")
    else:
        press(page, "Join the waiting list")
