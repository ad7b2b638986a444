"""Which source's word counts in each field of an offer that several sources tell of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.models import (
    FieldCorrection,
    FieldOrigin,
    Offer,
    OfferAccess,
    OfferPrice,
    OfferSkill,
    OfferText,
    Source,
    SourceRank,
)
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.duplicates import dropped_into
from learningcity.catalogue.queries.said import said_by
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "summary": ("summary",),
    "description": ("description",),
    "website": ("website",),
    "ages": ("age_from", "age_to"),
    "audience": ("audience",),
    "level": ("level",),
    "field": ("field",),
    "hours": ("hours",),
    "taught_in": ("taught_in",),
    "prices": ("prices",),
    "access": ("access",),
    "skills": ("skills",),
}
"""The fields in which a source can win, and the columns or rows that each consists of."""

TEXTS = "texts"
TEXT = "text "
"""What the words in one more language are called: "text es". Each language has a winner of its own."""

RANKED = (*FIELDS, TEXTS)
"""The fields in which a source can be ranked."""

WORDS = ("title", "summary", "description")
SAYS_NOTHING: tuple[object, ...] = ("", None, [], "99", "open", "everyone")
NO_TEXT: list[Any] = [None]
USUAL_RANK = 100


class NoSuchField(Refused):
    """Sources are not ranked in this field."""

    code = "no_such_field"


@dataclass(frozen=True)
class Voice:
    """What one offer, of the kept one and those dropped into it, says in each field."""

    offer: Offer
    said: dict[str, list[Any]]

    def of(self, name: str) -> list[Any]:
        """Return what is said in a field; nothing in a language that the offer does not have."""
        return self.said.get(name, NO_TEXT)


@transaction.atomic
def rank_source(source: Source, rank: int, *, field: str = "", by: Actor, at: datetime) -> None:
    """Say how much a source's word counts in a field, or in all others; the smallest number wins.

    Raises PermissionDenied or NoSuchField.
    """
    if not can_import(by):
        raise PermissionDenied
    if field and field not in RANKED:
        raise NoSuchField(_("Choose one of the fields in the list, or all of them."), field="field")
    SourceRank.objects.update_or_create(source=source, field=field, defaults={"rank": rank})
    record("catalogue.source_ranked", by=by, about=source, at=at)
    for kept in Offer.objects.filter(merges__undone_at=None, merges__isnull=False).distinct():
        settle_fields(kept, at)


def settle_fields(kept: Offer, at: datetime) -> bool:
    """Let the best-ranked source win in each field of a kept offer; return whether anything was written.

    Between equals the kept offer wins; a source that says nothing never does. What people wrote stays.
    """
    origins = {origin.field: origin for origin in kept.origins.select_related("source")}
    members = [kept, *dropped_into(kept)]
    if len(members) == 1 and not origins:
        return False
    voices = [voice_of(member, kept.language) for member in members]
    own, pinned = own_words(kept, voices[0], origins)
    ranks = rank_of_sources([member.source_id for member in members])
    written = False
    for name in names_of(voices, origins):
        mine = own.get(name, NO_TEXT)
        best = kept if name in pinned else winner(name, mine, voices, ranks)
        said = mine if best is kept else next(one.of(name) for one in voices if one.offer is best)
        if said != voices[0].of(name):
            write_field(kept, name, said)
            written = True
        keep_origin(kept, name, best, own=mine, said=said, is_pinned=name in pinned and name in origins)
    if written:
        Offer.objects.filter(pk=kept.pk).update(changed_at=at)
        note_change([kept.pk], at)
    return written


def names_of(voices: Sequence[Voice], origins: Mapping[str, FieldOrigin]) -> list[str]:
    """Return the fields to settle: those of every offer, and each language in which somebody has words."""
    known = {name for voice in voices for name in voice.said} | origins.keys()
    return [*FIELDS, *sorted(known - FIELDS.keys())]


def voice_of(offer: Offer, language: str) -> Voice:
    """Return what an offer says in each of the fields, and in each language but this one."""
    said = said_by(offer)
    own = {"language": offer.language, "is_machine_made": False} | {name: said[name] for name in WORDS}
    texts = {row["language"]: [row] for row in (*said["texts"], own) if row["language"] != language}
    fields = {name: [said[part] for part in parts] for name, parts in FIELDS.items()}
    return Voice(offer, fields | {TEXT + code: row for code, row in texts.items()})


def own_words(
    kept: Offer, now: Voice, origins: Mapping[str, FieldOrigin]
) -> tuple[dict[str, list[Any]], set[str]]:
    """Return what the kept offer says itself, and the fields that people wrote: there nobody else wins."""
    own = dict(now.said)
    corrected = FieldCorrection.objects.filter(offer=kept, conflict_at=None)
    by_people = set(corrected.values_list("field", flat=True))
    pinned = {name for name in (*own, *origins) if by_people & set(FIELDS.get(name, (TEXTS,)))}
    for name, origin in origins.items():
        if now.of(name) == origin.taken:
            own[name] = origin.own
        if origin.source_id == kept.source_id:
            pinned.add(name)
        elif now.of(name) != origin.taken and kept.source_digest == origin.source_digest:
            # Its own source said nothing new: a person did.
            pinned.add(name)
    return own, pinned


def rank_of_sources(source_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return the ranks that were set, by source and field."""
    rows = SourceRank.objects.filter(source__in=source_ids)
    return {(row.source_id, row.field): row.rank for row in rows}


def winner(name: str, own: list[Any], voices: Sequence[Voice], ranks: Mapping[tuple[int, str], int]) -> Offer:
    """Return the offer whose word counts in a field; between equals people's words go before a machine's."""
    kept = voices[0].offer
    speaking = [] if says_nothing(own) else [Voice(kept, {name: own})]
    speaking += [
        voice
        for voice in voices[1:]
        if not says_nothing(voice.of(name)) and (name not in WORDS or voice.offer.language == kept.language)
    ]
    ranked = name if name in FIELDS else TEXTS

    def order(voice: Voice) -> tuple[int, bool, bool, int]:
        offer = voice.offer
        rank = ranks.get((offer.source_id, ranked), ranks.get((offer.source_id, ""), USUAL_RANK))
        is_machine_made = ranked == TEXTS and voice.of(name)[0]["is_machine_made"]
        return rank, is_machine_made, offer is not kept, offer.pk

    return min(speaking, key=order).offer if speaking else kept


def says_nothing(said: list[Any]) -> bool:
    """Whether a value is the one that stands for "not said"."""
    return all(value in SAYS_NOTHING for value in said)


def write_field(kept: Offer, name: str, said: list[Any]) -> None:
    """Write the value of a field to the kept offer."""
    if name not in FIELDS:
        OfferText.objects.filter(offer=kept, language=name.removeprefix(TEXT)).delete()
        OfferText.objects.bulk_create(OfferText(offer=kept, **row) for row in said if row)
    elif name == "prices":
        OfferPrice.objects.filter(offer=kept).delete()
        OfferPrice.objects.bulk_create(OfferPrice(offer=kept, **row) for row in said[0])
    elif name == "access":
        OfferAccess.objects.filter(offer=kept).delete()
        OfferAccess.objects.bulk_create(OfferAccess(offer=kept, **row) for row in said[0])
    elif name == "skills":
        OfferSkill.objects.filter(offer=kept).delete()
        OfferSkill.objects.bulk_create(
            OfferSkill(offer=kept, words=words, position=position)
            for position, words in enumerate(said[0], start=1)
        )
    else:
        Offer.objects.filter(pk=kept.pk).update(**dict(zip(FIELDS[name], said, strict=True)))


def keep_origin(
    kept: Offer, name: str, best: Offer, *, own: list[Any], said: list[Any], is_pinned: bool
) -> None:
    """Note from which source a field is, unless it is the offer's own."""
    if best is kept and not is_pinned:
        FieldOrigin.objects.filter(offer=kept, field=name).delete()
        return
    FieldOrigin.objects.update_or_create(
        offer=kept,
        field=name,
        defaults={
            "source_id": best.source_id,
            "own": own,
            "taken": said,
            "source_digest": kept.source_digest,
        },
    )
