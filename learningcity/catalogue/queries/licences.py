"""Which licences let anybody pass records on, and where their text stands.

Only what a licence allows goes into the feeds: a source without one, or with one that forbids use for money
or in changed form, is shown on the pages and never given away.
"""

import re
from dataclasses import dataclass

from learningcity.catalogue.models import Source

CREATIVE = "https://creativecommons.org"
NEVER = re.compile(r"\b(NC|ND)\b|NON ?COMMERCIAL|NO ?DERIV|ALL RIGHTS|PROPRIETARY")
OPEN = (
    (re.compile(r"\bCC ?0\b|PUBLICDOMAIN ZERO"), f"{CREATIVE}/publicdomain/zero/1.0/"),
    (re.compile(r"(\bCC BY SA\b|LICENSES BY SA) ?(\d\.\d)?"), f"{CREATIVE}/licenses/by-sa/{{version}}/"),
    (re.compile(r"(\bCC BY\b|LICENSES BY) ?(\d\.\d)?"), f"{CREATIVE}/licenses/by/{{version}}/"),
    (re.compile(r"PUBLIC ?DOMAIN|\bPDM\b"), f"{CREATIVE}/publicdomain/mark/1.0/"),
    (re.compile(r"\bODBL\b"), "https://opendatacommons.org/licenses/odbl/1-0/"),
    (re.compile(r"\bODC BY\b"), "https://opendatacommons.org/licenses/by/1-0/"),
    (re.compile(r"\bPDDL\b"), "https://opendatacommons.org/licenses/pddl/1-0/"),
    (
        re.compile(r"\bOGL\b|OPEN GOVERNMENT LICEN[CS]E"),
        "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    ),
    (re.compile(r"DL DE BY"), "https://www.govdata.de/dl-de/by-2-0"),
    (re.compile(r"DL DE ZERO"), "https://www.govdata.de/dl-de/zero-2-0"),
    (
        re.compile(r"LICENCE OUVERTE|\bETALAB\b"),
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    ),
    (re.compile(r"\bKOGL (TYPE ?)?1\b|공공누리 제?1유형"), "https://www.kogl.or.kr/info/licenseType1.do"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GivenSource:
    """A source as feeds name it: what has to be said, who to ask, and whether its records are given away."""

    pk: int
    key: str
    name: str
    licence: str
    licence_address: str
    attribution: str
    url: str
    is_synthetic: bool

    @property
    def is_open(self) -> bool:
        """Whether its licence lets anybody pass its records on."""
        return bool(self.licence_address)


def licence_address(licence: str) -> str:
    """Return where the text of an open licence stands; nothing for any other.

    >>> licence_address("CC BY 4.0"), licence_address("CC-BY-NC-4.0"), licence_address("")
    ('https://creativecommons.org/licenses/by/4.0/', '', '')
    """
    words = " ".join(re.sub(r"[^\w.]+|_", " ", licence).upper().split())
    if NEVER.search(words):
        return ""
    for pattern, address in OPEN:
        if found := pattern.search(words):
            version = (found.lastindex and found[found.lastindex]) or ""
            return address.format(version=version if re.fullmatch(r"\d\.\d", version) else "4.0")
    return ""


def given_sources() -> list[GivenSource]:
    """Return all sources, by key."""
    rows = Source.objects.order_by("key").values_list(
        "pk", "key", "name", "licence", "attribution", "url", "is_synthetic"
    )
    return [
        GivenSource(pk, key, name, licence, licence_address(licence), attribution, url, is_synthetic)
        for pk, key, name, licence, attribution, url, is_synthetic in rows
    ]


def open_sources_named(key: str | None = None) -> list[GivenSource]:
    """Return the sources whose records are given away: all, or the one with this key."""
    return [one for one in given_sources() if one.is_open and key in (None, one.key)]


def open_source_rows() -> list[int]:
    """Return the rows of the sources whose records are given away, in order."""
    return sorted(source.pk for source in given_sources() if source.is_open)
