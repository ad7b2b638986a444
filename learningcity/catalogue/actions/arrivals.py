"""What comes out of a file or a feed: drafts, rows that are wrong, remarks, and offers that are gone."""

from dataclasses import dataclass

from learningcity.catalogue.actions.drafts import OfferDraft, Rejected


@dataclass(frozen=True, slots=True)
class Gone:
    """A row that says that an offer is no more."""

    row: int
    key: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about a row that was imported all the same: what was read otherwise than it stands there."""

    row: int
    field: str
    reason: str


Arrival = OfferDraft | Rejected | Remark | Gone
