"""Providers and sources: who offers learning, and where records come from."""

from datetime import datetime
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.actions.faults import Fault, line, web_address
from learningcity.catalogue.models import Provider, Source
from learningcity.catalogue.permissions import can_import, can_publish
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.models import Organisation

IDENTIFIERS = UUID("6f0e3a52-6f5e-5b0c-9a55-0d3c1c7e2f41")
"""The name space of identifiers made from a source and a key in it: the same record, the same identifier."""


class BadSource(Refused):
    """A source cannot have this key, or this name."""

    code = "bad_source"


class ProviderKnown(Refused):
    """The organisation is a provider already."""

    code = "provider_known"


def identifier(kind: str, *keys: str) -> UUID:
    """Return the stable identifier of a record: of its kind, the key of its source, and its key there."""
    return uuid5(IDENTIFIERS, "\n".join((kind, *keys)))


@transaction.atomic
def open_source(
    key: str,
    *,
    name: str = "",
    licence: str = "",
    attribution: str = "",
    url: str = "",
    is_synthetic: bool = False,
    by: Actor,
    at: datetime,
) -> Source:
    """Return the source with this key, entered if new; what is given anew (name, licence …) replaces the old.

    Raises PermissionDenied or BadSource.
    """
    if not can_import(by):
        raise PermissionDenied
    checked_key(key)
    refuse_first(
        [
            *line("name", name, 200),
            *line("licence", licence, 120),
            *line("attribution", attribution, 300),
            *web_address("url", url),
        ]
    )
    source, is_new = Source.objects.get_or_create(
        key=key, defaults={"name": name or key, "is_synthetic": is_synthetic}
    )
    said = {"name": name, "licence": licence, "attribution": attribution, "url": url}
    news = {field: value for field, value in said.items() if value and getattr(source, field) != value}
    if news:
        Source.objects.filter(pk=source.pk).update(**news)
        source.refresh_from_db()
    if is_new or news:
        record("catalogue.source_opened", by=by, about=source, at=at)
    return source


def refuse_first(found: list[Fault]) -> None:
    """Refuse what is said of a source for its first fault."""
    if found:
        raise BadSource(f"{found[0].field}: {found[0].reason}", field=found[0].field)


def checked_key(key: str) -> None:
    """Refuse a key that cannot stand in an address."""
    try:
        validate_slug(key)
    except ValidationError:
        key = ""
    if not 0 < len(key) <= 40:
        raise BadSource(
            _("This cannot be the key of a source. Use up to 40 letters, digits, hyphens and underscores."),
            field="source",
        )


@transaction.atomic
def publish_provider(
    organisation: Organisation,
    *,
    source: Source,
    source_key: str,
    summary: str = "",
    language: str = "",
    by: Actor,
    at: datetime,
) -> Provider:
    """Give an organisation its public face in the catalogue. Raises PermissionDenied or ProviderKnown."""
    if not can_publish(by):
        raise PermissionDenied
    if Provider.objects.filter(organisation=organisation).exists():
        raise ProviderKnown(_("This organisation is a provider already. Change its entry instead."))
    provider = Provider.objects.create(
        organisation=organisation, source=source, source_key=source_key, summary=summary, language=language
    )
    record("catalogue.provider_published", by=by, about=organisation, at=at)
    return provider
