"""The skills of the invented offers: a table that fits the subjects and the vocabulary."""

import pytest

from learningcity.catalogue.queries.vocabulary import skill_rows
from learningcity.demo.skills import skill_table, skills_by_summary
from learningcity.demo.subjects import subjects, translations


@pytest.mark.once
def test_the_table_names_subjects_and_skills_that_are_there():
    known = {row.uri.rpartition("/")[2] for row in skill_rows()}
    table = skill_table()

    assert {row["title"] for row in table} <= {subject.title for subject in subjects()}
    assert len({row["title"] for row in table}) == len(table) > 100
    assert {part for row in table for part in row["skills"].split()} <= known


@pytest.mark.once
def test_an_offer_in_another_language_teaches_the_same():
    taught = skills_by_summary()
    summaries = {subject.title: subject.summary for subject in subjects()}
    others = [(title, one.summary) for title, words in translations().items() for one in words]

    assert others
    assert all(taught.get(summary) == taught.get(summaries[title]) for title, summary in others)
