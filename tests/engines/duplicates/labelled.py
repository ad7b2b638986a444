"""Labelled sets: made-up offers of two sources, of which it is known which are one.

Shares no code with the matcher. A third and more of what the second source brings are hard negatives: sisters
of offers of the first one (another week, another branch, another level, another time of the day …).
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from tests.engines.duplicates.subjects import PLACES, PROVIDERS, SUBJECTS

FIRST = datetime(2027, 1, 11)
HARD = 0.36
TWINS = 0.42


@dataclass(frozen=True)
class Made:
    """A made-up offer as a source tells it."""

    number: int
    language: str
    title: str
    others: tuple[tuple[str, str], ...]
    provider: str
    venue: str
    point: tuple[float, float] | None
    starts: tuple[datetime, ...]
    audience: str = "everyone"
    ages: tuple[int | None, int | None] = (None, None)
    is_online: bool = False


@dataclass(frozen=True)
class Course:
    """What is really held."""

    subject: int
    mark: tuple[str, str]
    provider: int
    place: int
    starts: tuple[datetime, ...]
    audience: str = "everyone"
    ages: tuple[int | None, int | None] = (None, None)
    is_online: bool = False


@dataclass
class Labelled:
    """The offers of two sources, the pairs that are one, and how many of the second are hard negatives."""

    first: list[Made] = field(default_factory=list)
    second: list[Made] = field(default_factory=list)
    same: set[tuple[int, int]] = field(default_factory=set)
    hard: int = 0


MARKS = [
    ("", ""),
    ("", ""),
    ("", ""),
    ("for beginners", "para principiantes"),
    ("for improvers", "nivel intermedio"),
    ("advanced", "avanzado"),
    ("1", "1"),
    ("2", "2"),
    ("level A2", "nivel A2"),
    ("mornings", "mañanas"),
    ("afternoons", "tardes"),
    ("for children", "para niños"),
]
OTHER_MARK = {
    "for beginners": ("advanced", "avanzado"),
    "for improvers": ("for beginners", "para principiantes"),
    "advanced": ("for beginners", "para principiantes"),
    "1": ("2", "2"),
    "2": ("3", "3"),
    "level A2": ("level B1", "nivel B1"),
    "mornings": ("afternoons", "tardes"),
    "afternoons": ("mornings", "mañanas"),
    "for children": ("for adults", "para adultos"),
}


def labelled(seed: int, *, courses: int = 500) -> Labelled:
    """Return one labelled set; the same seed gives the same one."""
    rng = Random(seed)
    points = [(51.5 + rng.random() * 0.09, -3.05 + rng.random() * 0.14) for _place in PLACES]
    found = Labelled()
    number = 0
    for _course in range(courses):
        course = a_course(rng)
        number += 1
        one = told(rng, course, number, points, changes=rng.choice((0, 0, 1)))
        found.first.append(one)
        fate = rng.random()
        number += 1
        if fate < TWINS:
            found.second.append(told(rng, course, number, points, changes=rng.choice((1, 2, 2, 3))))
            found.same.add((one.number, number))
        elif fate < TWINS + HARD:
            found.second.append(told(rng, sister(rng, course), number, points, changes=rng.choice((0, 1, 2))))
            found.hard += 1
        else:
            found.second.append(told(rng, a_course(rng), number, points, changes=1))
    return found


def a_course(rng: Random) -> Course:
    """Return a course at some place, weekly or once."""
    provider = rng.randrange(len(PROVIDERS))
    hour = rng.choice((9, 10, 11, 13, 14, 16, 17, 18, 18, 19, 19))
    mark = rng.choice(MARKS)
    if mark[0] in ("mornings", "afternoons"):
        hour = {"mornings": 10, "afternoons": 14}[mark[0]]
    first = FIRST + timedelta(days=rng.randrange(84), hours=hour, minutes=rng.choice((0, 0, 15, 30)))
    times = rng.choice((1, 1, 1, 4, 6, 8, 10, 12))
    is_for_children = mark[0] == "for children"
    return Course(
        subject=rng.randrange(len(SUBJECTS)),
        mark=mark,
        provider=provider,
        place=(provider + rng.choice((0, 0, 0, 5, 9))) % len(PLACES),
        starts=tuple(first + timedelta(weeks=week) for week in range(times)),
        audience="children" if is_for_children else rng.choice(("everyone", "everyone", "adults")),
        ages=(6, 12) if is_for_children else rng.choice(((None, None), (None, None), (18, None))),
        is_online=rng.random() < 0.06,
    )


def sister(rng: Random, course: Course) -> Course:
    """Return a course that is easily taken for this one, and is another."""
    kind = rng.choice(
        ("week", "week", "branch", "branch", "mark", "mark", "part", "parallel", "provider", "day")
    )
    if kind == "mark" and course.mark[0] in OTHER_MARK:
        later = rng.choice((timedelta(0), timedelta(days=1), timedelta(hours=2), timedelta(days=70)))
        return replace(course, mark=OTHER_MARK[course.mark[0]], starts=shifted(course, later))
    if kind == "branch":
        away = timedelta(days=rng.choice((0, 0, 1, 2)))
        place = (course.place + rng.choice((3, 6, 7))) % len(PLACES)
        return replace(course, place=place, starts=shifted(course, away), is_online=False)
    if kind == "part":
        return replace(course, starts=shifted(course, timedelta(hours=rng.choice((-4, 3, 4, 5)))))
    if kind == "parallel":
        return replace(course, subject=(course.subject + 1 + rng.randrange(40)) % len(SUBJECTS))
    if kind == "provider":
        return replace(
            course, provider=(course.provider + 3) % len(PROVIDERS), place=(course.place + 4) % len(PLACES)
        )
    if kind == "day":
        return replace(course, starts=shifted(course, timedelta(days=rng.choice((1, 2, 3)))))
    weeks = len(course.starts) + rng.choice((0, 1, 2, 4))
    return replace(course, starts=shifted(course, timedelta(weeks=weeks)))


def shifted(course: Course, by: timedelta) -> tuple[datetime, ...]:
    """Return the dates of a course, so much later."""
    return tuple(start + by for start in course.starts)


def told(
    rng: Random, course: Course, number: int, points: list[tuple[float, float]], *, changes: int
) -> Made:
    """Return a course as a source tells it, with so many kinds of changes."""
    chosen = set(rng.sample(("typo", "translation", "words", "times", "provider", "venue"), changes))
    english, otherwise, spanish = SUBJECTS[course.subject]
    subject = otherwise if "words" in chosen and rng.random() < 0.4 else english
    title = phrased(rng, subject, course.mark[0], is_other="words" in chosen)
    translation = f"{spanish} {course.mark[1]}".strip()
    language, others = "en", ()
    if "translation" in chosen:
        keeps_both = rng.random() < 0.6
        others = (("en", title),) if keeps_both else ()
        language, title = "es", translation
    elif rng.random() < 0.25:
        others = (("es", translation),)
    if "typo" in chosen:
        title = mistyped(rng, title)
    provider, spellings = PROVIDERS[course.provider]
    venue, other_names = PLACES[course.place]
    point = near(rng, points[course.place], 60)
    if "venue" in chosen:
        venue = rng.choice(other_names)
        point = near(rng, points[course.place], 110) if rng.random() < 0.75 else None
    return Made(
        number=number,
        language=language,
        title=title,
        others=others,
        provider=rng.choice(spellings) if "provider" in chosen else provider,
        venue="" if course.is_online else venue,
        point=None if course.is_online else point,
        starts=changed_times(rng, course.starts) if "times" in chosen else course.starts,
        audience=course.audience if rng.random() < 0.7 else "everyone",
        ages=course.ages if rng.random() < 0.7 else (None, None),
        is_online=course.is_online,
    )


def phrased(rng: Random, subject: str, mark: str, *, is_other: bool) -> str:
    """Return a title in one of several ways to put it."""
    plain = f"{subject} {mark}".strip()
    if not is_other:
        return plain
    return rng.choice(
        (
            f"{plain} course",
            f"Learn {plain}",
            f"Workshop: {plain}",
            f"{subject} – {mark}" if mark else f"An introduction to {subject.lower()}",
            f"{plain} with Sam",
            f"{plain} in the city",
        )
    )


def mistyped(rng: Random, title: str) -> str:
    """Return a title with one or two slips of the keyboard."""
    signs = list(title)
    for _slip in range(rng.choice((1, 1, 2))):
        letters = [at for at in range(1, len(signs) - 1) if signs[at].isalpha()]
        if not letters:
            break
        at = rng.choice(letters)
        kind = rng.choice(("swap", "drop", "double", "other"))
        if kind == "swap":
            signs[at], signs[at - 1] = signs[at - 1], signs[at]
        elif kind == "drop":
            del signs[at]
        elif kind == "double":
            signs.insert(at, signs[at])
        else:
            signs[at] = rng.choice("aeioulnrst")
    return "".join(signs)


def near(rng: Random, point: tuple[float, float], metres: float) -> tuple[float, float]:
    """Return a point about so far away at most in each direction."""
    return (
        point[0] + rng.uniform(-metres, metres) / 111_000,
        point[1] + rng.uniform(-metres, metres) / 69_000,
    )


def changed_times(rng: Random, starts: tuple[datetime, ...]) -> tuple[datetime, ...]:
    """Return the dates with the hour shifted a little, some left out, or one moved to another day."""
    kind = rng.choice(("shift", "shift", "fewer", "moved"))
    if kind == "shift" or len(starts) == 1:
        by = timedelta(minutes=rng.choice((-60, -30, -15, 15, 30, 45, 60)))
        return tuple(start + by for start in starts)
    if kind == "fewer":
        return starts[rng.randrange(1, len(starts)) :]
    at = rng.randrange(len(starts))
    return tuple(sorted((*starts[:at], starts[at] + timedelta(days=1), *starts[at + 1 :])))
