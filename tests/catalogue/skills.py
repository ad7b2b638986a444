"""A handful of the vocabulary's skills for tests, each at its place in the shipped table."""

from functools import cache

from learningcity.catalogue.models import Skill
from learningcity.catalogue.queries.vocabulary import LANGUAGE, VERSION, SkillRow, skill_rows

FEW = ("bake goods", "bakery ingredients", "prepare bakery products", "yoga", "graphic design")


@cache
def whole_table() -> list[SkillRow]:
    """Return the shipped table."""
    return skill_rows()


def some_skills(*labels: str) -> dict[str, Skill]:
    """Enter skills by their labels, a few if none is named; return them by label."""
    wanted = labels or FEW
    made = [
        Skill(
            uri=row.uri, version=VERSION, language=LANGUAGE, label=row.label, kind=row.kind,
            description=row.description, position=position,
        )
        for position, row in enumerate(whole_table())
        if row.label in wanted
    ]  # fmt: skip
    return {skill.label: skill for skill in Skill.objects.bulk_create(made)}
