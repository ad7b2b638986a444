"""Which skills offers teach, and which their texts speak of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from learningcity.catalogue.models import Offer, OfferText, Skill, SkillTaught
from learningcity.catalogue.queries.vocabulary import LANGUAGE, SKILLS, VERSION, skills_in_text

MOST_SUGGESTED = 10
MOST_FOUND = 20
LONGEST_QUESTION = 200
STRONG, PLAIN = 2.0, 1.0


@dataclass(frozen=True, slots=True)
class SuggestedSkill:
    """A skill that a text may speak of, with the words that speak for it and the occupations that need it.

    `is_named` means that the source of the offer gave its address.
    """

    skill: Skill
    words: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    is_named: bool = False


def are_skills_loaded() -> bool:
    """Return whether the vocabulary was brought in."""
    return Skill.objects.exists()


def skills_of(offers: Iterable[int]) -> dict[int, list[Skill]]:
    """Return the confirmed skills of offers, by row of the offer, by label."""
    found: dict[int, list[Skill]] = {offer: [] for offer in offers}
    taught = SkillTaught.objects.filter(offer__in=list(found)).select_related("skill")
    for one in taught.order_by("skill__label"):
        found[one.offer_id].append(one.skill)
    return found


def suggested_for(offer: Offer, *, most: int = MOST_SUGGESTED) -> list[SuggestedSkill]:
    """Return the skills that the words of an offer speak of and that nobody has confirmed, the best first.

    Skills whose address its source gave come before all others.
    """
    if not are_skills_loaded():
        return []
    confirmed = set(SkillTaught.objects.filter(offer=offer).values_list("skill", flat=True))
    given = offer.concepts.filter(address__startswith=SKILLS).values("address")
    named = [
        SuggestedSkill(skill, is_named=True)
        for skill in Skill.objects.filter(uri__in=given).exclude(pk__in=confirmed).order_by("label")[:most]
    ]
    left_out = confirmed | {one.skill.pk for one in named}
    return [*named, *spoken_of(texts_of(offer), left_out, most)][:most]


def found_skills(words: str, *, most: int = MOST_FOUND) -> list[Skill]:
    """Return the skills that words find, the best first."""
    found = skills_in_text().grouped.entries.matches([(words[:LONGEST_QUESTION], PLAIN)], most=most)
    by_position = skills_at([one.position for one in found])
    return [by_position[one.position] for one in found if one.position in by_position]


def spoken_of(texts: Sequence[tuple[str, float]], left_out: set[int], most: int) -> list[SuggestedSkill]:
    """Return the skills of which texts speak, without those left out (rows), the best first."""
    vocabulary = skills_in_text()
    matches = vocabulary.grouped.matches(texts, most=most + len(left_out))
    by_position = skills_at([match.position for match in matches])
    return [
        SuggestedSkill(
            skill=by_position[match.position],
            words=match.words,
            occupations=tuple(vocabulary.occupations[group] for group in match.through),
        )
        for match in matches
        if match.position in by_position and by_position[match.position].pk not in left_out
    ][:most]


def skills_at(positions: Sequence[int]) -> dict[int, Skill]:
    """Return the skills at positions of the shipped table."""
    found = Skill.objects.filter(position__in=positions, version=VERSION)
    return {skill.position: skill for skill in found}


def texts_of(offer: Offer) -> list[tuple[str, float]]:
    """Return the words of an offer with their weights, in the vocabulary's language if there are such."""
    texts: list[Offer | OfferText] = [offer, *offer.texts.order_by("language")]
    told = next((text for text in texts if text.language.partition("-")[0] == LANGUAGE), offer)
    own = " \n".join(offer.skills.order_by("position").values_list("words", flat=True))
    return [(told.title, STRONG), (own, STRONG), (f"{told.summary} \n{told.description}", PLAIN)]
