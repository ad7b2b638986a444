"""The people of the demonstration: invented residents, and a log-in for each part somebody can play."""

import random
from datetime import date, datetime

from django.utils.text import slugify

from learningcity.core.actors import Actor
from learningcity.demo.neighbourhoods import neighbourhoods
from learningcity.demo.residents import Resident, draw_residents
from learningcity.people.actions.synthetic import SyntheticResident, enter_synthetic_residents

RESIDENTS = 2000
STREETS = ("Lampmaker Row", "Kiln Terrace", "Heron Walk", "Old Sail Lane", "Copperbeech Rise")


def enter_residents(*, seed: int, by: Actor, at: datetime) -> list[Resident]:
    """Draw the residents and enter them; a second time nobody is new."""
    today = date(at.year, 1, 1)
    drawn = draw_residents(
        neighbourhoods(), count=RESIDENTS, today=today, rng=random.Random(seed)  # noqa: S311 - no secret
    )  # fmt: skip
    enter_synthetic_residents([as_entered(resident) for resident in drawn], by=by, at=at)
    return drawn


def as_entered(resident: Resident) -> SyntheticResident:
    """Return a drawn resident as the room of people takes it.

    Addresses end in `.example`, which no mail reaches; numbers are of the range kept free for films.
    """
    number = resident.number
    address = f"{slugify(resident.given)}.{slugify(resident.family)}.{number}@residents.learningcity.example"
    street = f"{number % 90 + 1} {STREETS[number % len(STREETS)]}"
    channel = resident.channel
    return SyntheticResident(
        key=key_of(number),
        name=resident.name,
        born_on=resident.born_on,
        channel=channel,
        email=address if channel == "mail" else "",
        phone=f"07700 900{number % 1000:03d}" if channel == "sms" else "",
        address=f"{resident.name}\n{street}\nNewport" if channel == "letter" else "",
        language=language_of(resident),
        characteristics=resident.characteristics,
        guardians=tuple(key_of(guardian) for guardian in resident.guardians),
    )


def key_of(number: int) -> str:
    """Return the key of a resident, theirs for good."""
    return f"newport-{number:04d}"


def language_of(resident: Resident) -> str:
    """Return the language in which somebody is written to: their own if the pages speak it."""
    spoken = resident.characteristics.get("language", "en")
    return spoken if spoken in {"ar", "es"} else "en"
