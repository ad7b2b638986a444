"""Documentation moves with the code: what it links to exists, and every decision has its three parts."""

import json
import re

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from learningcity.config.api import api
from tests.conventions.rooms import HOUSE, name

PAGES = sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]+)")


@pytest.mark.once
@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_link_leads_somewhere(page):
    broken = [link for link in LINK.findall(page.read_text("utf-8")) if not (page.parent / link).exists()]

    assert broken == []


@pytest.mark.once
@pytest.mark.parametrize("page", sorted(HOUSE.glob("docs/decisions/*.md")), ids=name)
def test_a_decision_says_context_decision_and_consequences(page):
    words = page.read_text("utf-8")

    assert re.match(r"# \d+\. ", words)
    for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
        assert part in words


@pytest.mark.once
def test_every_engine_has_its_page_of_method():
    engines = {p.stem for p in (HOUSE / "learningcity" / "engines").iterdir() if p.stem[0] not in "_."}
    pages = " ".join(p.read_text("utf-8") for p in (HOUSE / "docs" / "methods").glob("*.md"))

    assert [engine for engine in engines if f"engines.{engine}" not in pages] == []


@pytest.mark.once
def test_the_written_description_is_that_of_the_api():
    """`make docs` writes it; whoever changes the API writes it anew."""
    written = json.loads((HOUSE / "docs" / "reference" / "openapi.json").read_text("utf-8"))

    assert written == json.loads(json.dumps(api.get_openapi_schema(), cls=DjangoJSONEncoder))
