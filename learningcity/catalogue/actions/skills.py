"""Which skills of the vocabulary an offer teaches: confirmed, taken away; and the vocabulary brought in."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.outbox import note_unnumbered
from learningcity.catalogue.models import Offer, Skill, SkillTaught
from learningcity.catalogue.permissions import can_import, can_keep_offers
from learningcity.catalogue.queries.vocabulary import LANGUAGE, VERSION, SkillRow
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.permissions import is_city_staff

MOST_SKILLS = 50
TOGETHER = 2000
COLUMNS = ("version", "language", "label", "kind", "description", "position")


class NoSkillChosen(Refused):
    """Nothing was ticked."""

    code = "no_skill_chosen"


class TooManySkills(Refused):
    """An offer teaches at most fifty skills."""

    code = "too_many_skills"


@transaction.atomic
def load_skills(rows: Iterable[SkillRow], *, by: Actor, at: datetime) -> int:
    """Bring the skills of the vocabulary in, by address; return how many are new or changed.

    `rows` are all of them, in the order of the vocabulary. Raises PermissionDenied.
    """
    if not can_import(by):
        raise PermissionDenied
    known = set(Skill.objects.values_list("uri", *COLUMNS))
    told = [
        (row.uri, VERSION, LANGUAGE, row.label, row.kind, row.description, position)
        for position, row in enumerate(rows)
    ]
    news = [
        Skill(**dict(zip(("uri", *COLUMNS), values, strict=True))) for values in told if values not in known
    ]
    Skill.objects.bulk_create(
        news, batch_size=TOGETHER, update_conflicts=True, unique_fields=["uri"], update_fields=COLUMNS
    )
    if news:
        record("catalogue.skills_loaded", by=by, at=at)
    return len(news)


@transaction.atomic
def confirm_skills(
    offer: Offer, skills: Mapping[Skill, SkillTaught.Origin], *, by: Actor, at: datetime
) -> int:
    """Say that an offer teaches these skills; those said before stay. Return how many are new.

    Raises PermissionDenied, NoSkillChosen or TooManySkills.
    """
    if not can_keep_offers(by, offer.provider, at):
        raise PermissionDenied
    if not skills:
        raise NoSkillChosen(_("Tick at least one skill. If none fits, look for others by words."))
    # Two who confirm at once must not both count to less than fifty.
    Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    known = set(SkillTaught.objects.filter(offer=offer).values_list("skill", flat=True))
    news = {skill: origin for skill, origin in skills.items() if skill.pk not in known}
    if len(known) + len(news) > MOST_SKILLS:
        raise TooManySkills(
            _("An offer names at most %(most)s skills. Take away those that matter least.")
            % {"most": MOST_SKILLS}
        )
    SkillTaught.objects.bulk_create(
        SkillTaught(
            offer=offer, skill=skill, origin=origin, confirmed_by=voucher_of(by).value, confirmed_at=at
        )
        for skill, origin in news.items()
    )
    if news:
        changed([offer.pk], at)
        record("catalogue.skills_confirmed", by=by, about=offer, at=at)
    return len(news)


@transaction.atomic
def remove_skill(offer: Offer, skill: Skill, *, by: Actor, at: datetime) -> None:
    """Say that an offer does not teach a skill; it may have been taken away already.

    Raises PermissionDenied.
    """
    if not can_keep_offers(by, offer.provider, at):
        raise PermissionDenied
    gone, _by_table = SkillTaught.objects.filter(offer=offer, skill=skill).delete()
    if gone:
        changed([offer.pk], at)
        record("catalogue.skill_removed", by=by, about=offer, at=at)


@transaction.atomic
def bring_in_skills(taught: Mapping[int, Collection[str]], *, by: Actor, at: datetime) -> int:
    """Say at once which skills many offers teach, by row and address; return how many sayings are new.

    Addresses that are not loaded are left out. Raises PermissionDenied.
    """
    if not can_import(by):
        raise PermissionDenied
    addresses = {uri for uris in taught.values() for uri in uris}
    known = dict(Skill.objects.filter(uri__in=addresses).values_list("uri", "pk"))
    said = set(SkillTaught.objects.filter(offer__in=list(taught)).values_list("offer", "skill"))
    rows = [
        SkillTaught(
            offer_id=offer,
            skill_id=known[uri],
            origin=SkillTaught.Origin.FEED,
            confirmed_by=voucher_of(by).value,
            confirmed_at=at,
        )
        for offer, uris in taught.items()
        for uri in dict.fromkeys(uris)
        if uri in known and (offer, known[uri]) not in said
    ]
    SkillTaught.objects.bulk_create(rows, batch_size=TOGETHER, ignore_conflicts=True)
    changed(sorted({row.offer_id for row in rows}), at)
    if rows:
        record("catalogue.skills_brought_in", by=by, at=at)
    return len(rows)


def changed(offers: list[int], at: datetime) -> None:
    """Let the feeds know that these offers say something else."""
    for start in range(0, len(offers), TOGETHER):
        Offer.objects.filter(pk__in=offers[start : start + TOGETHER]).update(changed_at=at)
    note_unnumbered(offers, at)


def voucher_of(by: Actor) -> SkillTaught.Voucher:
    """Return for whom somebody vouches."""
    return SkillTaught.Voucher.CITY if is_city_staff(by) else SkillTaught.Voucher.PROVIDER
