"""Who offers learning: the list, and one provider."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from learningcity.catalogue.queries.offers import offers_of_provider
from learningcity.catalogue.queries.providers import counts, provider_page, providers
from learningcity.catalogue.templatetags.offer_words import lines_of
from learningcity.core.display import reader_language
from learningcity.core.markers import BadMarker

FEW = 20


@require_safe
def provider_list(request: HttpRequest) -> HttpResponse:
    """Show who offers learning, by name."""
    refusal = None
    try:
        shown = providers(after=request.GET.get("after", ""))
    except BadMarker as bad:
        refusal, shown = bad, providers()
    number = counts().providers
    context = {
        "shown": shown,
        "refusal": refusal,
        "is_continued": bool(request.GET.get("after")) and refusal is None,
        "heading": ngettext(
            "%(count)s provider offers learning here.", "%(count)s providers offer learning here.", number
        )
        % {"count": number},
    }
    request.META["catalogue.synthetic"] = any(one.is_synthetic for one in shown.providers)
    return render(request, "catalogue/provider_list.html", context, status=400 if refusal else 200)


@require_safe
def provider_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one provider and what starts next with it."""
    provider = provider_page(public_id)
    if provider is None:
        raise Http404(_("There is no provider at this address. All providers are in the list."))
    cards = offers_of_provider(provider.pk, at=now(), language=reader_language(), size=FEW)
    request.META["catalogue.synthetic"] = provider.is_synthetic
    reader = (get_language() or "").partition("-")[0]
    context = {
        "provider": provider,
        "lines": lines_of(cards),
        "summary_language": "" if provider.language.partition("-")[0] == reader else provider.language,
        "heading": ngettext(
            "%(count)s thing to learn at the moment.",
            "%(count)s things to learn at the moment.",
            provider.offers,
        )
        % {"count": provider.offers},
    }
    return render(request, "catalogue/provider_detail.html", context)
