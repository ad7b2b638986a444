"""What the tables of people hold about a person, in the order of the page "My data"."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learningcity.people.models import (
    Acting,
    Characteristic,
    Consent,
    Contact,
    Correction,
    GuardianConsent,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
    Invitation,
    Login,
    Lookup,
    Mandate,
    MandatePurpose,
    MandateScan,
    Membership,
    Merge,
    Person,
    Pseudonym,
    SecondAccount,
)
from learningcity.people.queries.holding import Concerned, Cut, Holding, doer

PROOF_KEPT = timedelta(days=3 * 365)
"""How long it stays provable, without a name, that somebody had the right to act."""

PROOF_WHY = _("Shows that acts of others were allowed. It names nobody any more.")


def of_organisation(row: Any, who: Concerned) -> Mapping[str, Any]:
    """Say which organisation a record is about."""
    return {"organisation": row.organisation.name if row.organisation else ""}


def of_mandate(row: Mandate, who: Concerned) -> Mapping[str, Any]:
    """Say to which organisation a mandate is, and who asked."""
    return {"organisation": row.organisation.name, "by": doer(row.asked_by, who)}


def of_guardianship(row: Guardianship, who: Concerned) -> Mapping[str, Any]:
    """Name the other person while the guardianship holds: they know each other."""
    if row.child_id == who.person.pk:
        return {"guardian": row.guardian.name if row.ended_at is None else ""}
    return {"child": row.child.name if row.ended_at is None else ""}


def of_acting(row: Acting, who: Concerned) -> Mapping[str, Any]:
    """Say who acted for whom."""
    is_own = row.person_id != who.person.pk
    return {**of_organisation(row, who), "by": doer(who.own if is_own else "", who)}


HOLDINGS = (
    Holding(
        "person",
        _("Who you are"),
        lambda who: Person.objects.filter(pk=who.person.pk),
        change="people:contact",
        cut=Cut(
            _("An empty entry stays, without name, so that other records do not break."),
            None,
            is_for_rest_only=True,
        ),
    ),
    Holding(
        "contact",
        _("How you are reached"),
        lambda who: Contact.objects.filter(person=who.person),
        change="people:contact",
    ),
    Holding(
        "characteristics",
        _("What you said about yourself"),
        lambda who: Characteristic.objects.filter(
            key__in=Pseudonym.objects.filter(person=who.person).values("key")
        ),
        change="people:about_me",
        cut=Cut(
            _("What you said about yourself is still counted, but nothing leads from it to you."),
            None,
            is_for_rest_only=True,
        ),
    ),
    Holding(
        "pseudonym",
        _("The key of what you said"),
        lambda who: Pseudonym.objects.filter(person=who.person),
        is_shown=False,
    ),
    Holding(
        "consents",
        _("What you agreed to"),
        lambda who: Consent.objects.filter(person=who.person),
        more=lambda row, who: {"by": doer(row.decided_by, who)},
        change="people:consents",
    ),
    Holding(
        "guardianships",
        _("Who stands for you, and for whom you stand"),
        lambda who: Guardianship.objects.filter(Q(child=who.person) | Q(guardian=who.person)).select_related(
            "child", "guardian"
        ),
        more=of_guardianship,
        change="people:family",
        cut=Cut(PROOF_WHY, PROOF_KEPT, blanks={"proof": "", "end_proof": ""}),
    ),
    Holding(
        "guardian_limits",
        _("What a court or a guardian limited"),
        lambda who: GuardianLimit.objects.filter(Q(child=who.person) | Q(guardianship__guardian=who.person)),
        more=lambda row, who: {"by": doer(row.set_by, who)},
        without=("proof", "lift_proof"),
    ),
    Holding(
        "guardian_consents",
        _("What a guardian agreed to"),
        lambda who: GuardianConsent.objects.filter(child=who.person),
        more=lambda row, who: {"by": doer(row.given_by, who)},
        change="people:family",
    ),
    Holding(
        "guardian_invitations",
        _("Who was asked to stand for you"),
        lambda who: GuardianInvitation.objects.filter(Q(child=who.person) | Q(email__in=who.addresses)),
        more=lambda row, who: {"by": doer(row.invited_by, who)},
        change="people:family",
    ),
    Holding(
        "mandates",
        _("Who may act for you"),
        lambda who: Mandate.objects.filter(person=who.person).select_related("organisation"),
        more=of_mandate,
        change="people:helpers",
        cut=Cut(PROOF_WHY, PROOF_KEPT, blanks={"paper_number": "-", "code_digest": "", "asked_by": ""}),
    ),
    Holding(
        "mandate_purposes",
        _("For which purposes"),
        lambda who: MandatePurpose.objects.filter(mandate__person=who.person).select_related("mandate"),
        more=lambda row, who: {"of": str(row.mandate.public_id)},
        change="people:helpers",
    ),
    Holding(
        "mandate_scans",
        _("Mandates on paper"),
        lambda who: MandateScan.objects.filter(mandate__person=who.person).select_related("mandate"),
        more=lambda row, who: {"of": str(row.mandate.public_id)},
        change="people:helpers",
    ),
    Holding(
        "actings",
        _("When somebody acted for you, or you for somebody"),
        lambda who: Acting.objects.filter(Q(person=who.person) | Q(login__person=who.person)).select_related(
            "organisation"
        ),
        more=of_acting,
    ),
    Holding(
        "lookups",
        _("When you were looked up, and why"),
        lambda who: Lookup.objects.filter(person=who.person).select_related("organisation"),
        more=of_organisation,
    ),
    Holding(
        "roles",
        _("Your roles"),
        lambda who: Membership.objects.filter(person=who.person).select_related("organisation"),
        more=of_organisation,
        change="people:mine_roles",
        cut=Cut(PROOF_WHY, PROOF_KEPT),
    ),
    Holding(
        "invitations",
        _("Invitations to a role"),
        lambda who: Invitation.objects.filter(email__in=who.addresses).select_related("organisation"),
        more=of_organisation,
    ),
    Holding(
        "corrections",
        _("Corrections you asked for"),
        lambda who: Correction.objects.filter(person=who.person),
        change="people:corrections",
    ),
    Holding(
        "second_accounts",
        _("Other entries that you said are yours"),
        lambda who: SecondAccount.objects.filter(Q(person=who.person) | Q(address__in=who.addresses)),
        # Whether there is another entry is told by the code alone.
        without=("other",),
    ),
    Holding(
        "merges",
        _("Entries of yours that became one"),
        lambda who: Merge.objects.filter(Q(kept=who.person) | Q(dropped=who.person)),
    ),
    Holding(
        "login",
        _("How you sign in"),
        lambda who: Login.objects.filter(person=who.person),
        change="people:account",
    ),
)
