"""Tables of people: persons and log-ins, organisations and roles, guardians, mandates, rights over data."""

from learningcity.people.models.acting import Acting, Lookup
from learningcity.people.models.attempt import Attempt
from learningcity.people.models.guardian import (
    AgeRule,
    GuardianConsent,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
)
from learningcity.people.models.key import ApiKey
from learningcity.people.models.mandate import Mandate, MandatePurpose, MandateScan
from learningcity.people.models.merge import Likeness, Merge, SecondAccount
from learningcity.people.models.organisation import Invitation, Membership, Organisation
from learningcity.people.models.person import Characteristic, Contact, Login, Person, Pseudonym, Source
from learningcity.people.models.purpose import Purpose
from learningcity.people.models.rights import Consent, ConsentPurpose, Correction, ErasureReceipt

__all__ = [
    "Acting",
    "AgeRule",
    "ApiKey",
    "Attempt",
    "Characteristic",
    "Consent",
    "ConsentPurpose",
    "Contact",
    "Correction",
    "ErasureReceipt",
    "GuardianConsent",
    "GuardianInvitation",
    "GuardianLimit",
    "Guardianship",
    "Invitation",
    "Likeness",
    "Login",
    "Lookup",
    "Mandate",
    "MandatePurpose",
    "MandateScan",
    "Membership",
    "Merge",
    "Organisation",
    "Person",
    "Pseudonym",
    "Purpose",
    "SecondAccount",
    "Source",
]
