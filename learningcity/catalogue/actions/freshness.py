"""Offers asked about, hidden when nobody answers, and confirmed again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.models import Freshness, Offer
from learningcity.catalogue.permissions import KEEPING, can_offer, can_run_catalogue
from learningcity.catalogue.queries.freshness import (
    BETWEEN,
    kept_by_hand,
    link_token,
    offers_to_confirm,
    organisation_of_link,
    organisations_to_ask,
    stages,
)
from learningcity.city.queries.clock import city_day
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages import post
from learningcity.core.piecework import each, in_order
from learningcity.people.actions.messages import notify
from learningcity.people.models import Membership, Organisation
from learningcity.people.permissions import is_city_staff
from learningcity.people.queries.actors import held_memberships

NAMED = 10
"""So many offers are named in a message; the link shows all."""


def ask_for_confirmation(*, by: Actor, at: datetime) -> int:
    """Take every offer that is due one step on: reminder, two warnings, hidden. Return how many were.

    One organisation after the other, each in its transaction: stopped and run again, it goes on. Each gets
    one message. Raises PermissionDenied for anybody but the machine.
    """
    if not can_run_catalogue(by):
        raise PermissionDenied
    return sum(each(in_order(organisations_to_ask(city_day(at))), partial(ask_one, by=by, at=at)))


@transaction.atomic
def ask_one(organisation: Organisation, *, by: Actor, at: datetime) -> int:
    """Take the offers of one organisation a step on, and write to it once."""
    today = city_day(at)
    asked: dict[str, list[Offer]] = {}
    taken: set[int] = set()
    for stage in stages(today):
        due = kept_by_hand(today).filter(stage.due, provider__organisation=organisation)
        asked[stage.column] = [offer for offer in due.order_by("pk") if offer.pk not in taken]
        taken.update(offer.pk for offer in asked[stage.column])
        step_on(asked[stage.column], stage.column, today)
    hide(asked["hidden_on"], by=by, at=at)
    if taken:
        write_to(organisation, asked, by=by, at=at)
    return len(taken)


def step_on(offers: Sequence[Offer], column: str, today: date) -> None:
    """Note a step of offers."""
    Freshness.objects.bulk_create([Freshness(offer=offer) for offer in offers], ignore_conflicts=True)
    Freshness.objects.filter(offer__in=[offer.pk for offer in offers]).update(**{column: today})


def hide(offers: Sequence[Offer], *, by: Actor, at: datetime) -> None:
    """Take offers off the pages until somebody confirms them."""
    ids = [offer.pk for offer in offers]
    Offer.objects.filter(pk__in=ids).update(is_published=False, changed_at=at)
    note_change(ids, at)
    for offer in offers:
        record("catalogue.offer_hidden", by=by, about=offer, at=at)


def write_to(organisation: Organisation, asked: dict[str, list[Offer]], *, by: Actor, at: datetime) -> None:
    """Write to the organisation, and to those who keep its offers where it has no address."""
    today = city_day(at)
    everything = [offer for offers in asked.values() for offer in offers]
    words = {
        "organisation": organisation.name,
        "count": len(everything),
        "titles": [offer.title for offer in everything[:NAMED]],
        "token": link_token(organisation, today),
        "hidden": len(asked["hidden_on"]),
        "last_warning": len(asked["warned_again_on"]),
        "hides_on": (today + BETWEEN + timedelta(days=1)).isoformat(),
    }
    template, key = "catalogue/messages/please_confirm", f"confirm:{organisation.public_id}:{today}"
    if organisation.email:
        language = everything[0].language.partition("-")[0]
        post(template, words, key=key, channel="mail", address=organisation.email, language=language, at=at)
        return
    for membership in keepers(organisation, at):
        notify(membership.person, template, words, key=f"{key}:{membership.person.public_id}", by=by, at=at)


def keepers(organisation: Organisation, at: datetime) -> list[Membership]:
    """Return the roles of those who keep the offers of an organisation."""
    held = held_memberships(at=at).filter(organisation=organisation, role__in=KEEPING)
    return list(held.select_related("person").order_by("pk"))


@transaction.atomic
def confirm_offers(
    organisation: Organisation, public_ids: Sequence[str], *, token: str = "", by: Actor, at: datetime
) -> int:
    """Say of offers of an organisation that they still are as they stand; hidden ones show again.

    With the token of a link anybody who has it may, for the offers that wait. Return how many were confirmed.
    Raises PermissionDenied.
    """
    has_link = bool(token) and organisation_of_link(token, city_day(at)) == organisation
    if not has_link and not can_offer(by, organisation, at):
        raise PermissionDenied
    waiting = offers_to_confirm(organisation, city_day(at)).filter(public_id__in=list(public_ids))
    offers = list(Offer.objects.select_for_update(of=("self",)).filter(pk__in=waiting.values("pk")))
    ids = [offer.pk for offer in offers]
    hidden = Freshness.objects.filter(offer__in=ids, hidden_on__isnull=False).values_list("offer", flat=True)
    Offer.objects.filter(pk__in=list(hidden)).update(is_published=True)
    Offer.objects.filter(pk__in=ids).update(confirmed_on=city_day(at), changed_at=at)
    Freshness.objects.filter(offer__in=ids).delete()
    Freshness.objects.bulk_create(
        [Freshness(offer_id=pk, vouched_by=voucher(by, has_link=has_link)) for pk in ids]
    )
    note_change(ids, at)
    for offer in offers:
        record("catalogue.offer_confirmed", by=by, about=offer, at=at)
    return len(ids)


def voucher(by: Actor, *, has_link: bool) -> str:
    """Return who vouches."""
    if is_city_staff(by):
        return Freshness.Voucher.CITY
    return Freshness.Voucher.LINK if has_link else Freshness.Voucher.PROVIDER
