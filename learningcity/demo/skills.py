"""The skills that the invented offers teach: a table by subject (`data/subject_skills.csv`), made by hand."""

from collections.abc import Iterable
from datetime import datetime

from learningcity.catalogue.actions.drafts import OfferDraft
from learningcity.catalogue.actions.skills import bring_in_skills, load_skills
from learningcity.catalogue.models import Offer, Source
from learningcity.catalogue.queries.vocabulary import SKILLS, skill_rows
from learningcity.core.actors import Actor
from learningcity.demo.subjects import rows, subjects, translations

LEFT_OUT = 4
"""One offer in so many has nothing confirmed, so that its provider can try the suggestions."""


def teach_skills(drafts: Iterable[OfferDraft], *, source: Source, by: Actor, at: datetime) -> int:
    """Bring the vocabulary in, and say what a source's offers teach; return how many sayings are new."""
    load_skills(skill_rows(), by=by, at=at)
    of_summary = skills_by_summary()
    offers = dict(Offer.objects.filter(source=source).values_list("source_key", "pk"))
    taught = {
        offers[draft.key]: of_summary[draft.summary]
        for number, draft in enumerate(drafts)
        if number % LEFT_OUT and draft.summary in of_summary and draft.key in offers
    }
    return bring_in_skills(taught, by=by, at=at)


def skills_by_summary() -> dict[str, list[str]]:
    """Return the addresses of skills by the summary of their subject, in each language."""
    of_title = {row["title"]: [SKILLS + part for part in row["skills"].split()] for row in skill_table()}
    said = {subject.summary: of_title.get(subject.title, []) for subject in subjects()}
    for title, words in translations().items():
        said |= {one.summary: of_title.get(title, []) for one in words}
    return {summary: skills for summary, skills in said.items() if skills}


def skill_table() -> list[dict[str, str]]:
    """Return the skills of each subject."""
    return rows("subject_skills.csv")
