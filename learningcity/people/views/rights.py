"""Pages of what the city holds about a person: data, history, messages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learningcity.core.markers import marker, values_of
from learningcity.people.permissions.acting import is_own
from learningcity.people.permissions.rights import parts_hidden_from
from learningcity.people.queries.export import Section, export_of, sections_of
from learningcity.people.queries.history import history as history_of
from learningcity.people.queries.messages import messages_of
from learningcity.people.views.mine import person_whose_data


@never_cache
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Show everything that the city holds about a person, part by part."""
    person = person_whose_data(request, look="data")
    hidden = parts_hidden_from(request.actor, person, now())
    sections = sections_of(export_of(person, at=now()).without(hidden))
    context = {
        "person": person,
        "is_own": is_own(request.actor, person),
        "sections": [(section, address_of(section)) for section in sections if section.rows],
        "hides_contact": bool(hidden),
        "empty": [section for section in sections if not section.rows],
    }
    return render(request, "people/data.html", context)


def address_of(section: Section) -> str:
    """Return the page on which a part is changed, "" where a correction must be asked for."""
    return reverse(section.change) if section.change else ""


@never_cache
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Show who looked at a person's data and who acted, newest first."""
    person = person_whose_data(request, look="history")
    after = request.GET.get("after", "")
    before = values_of(after, "history", int)[0] if after else None
    found = history_of(person, before=before)
    context = {
        "person": person,
        "is_own": is_own(request.actor, person),
        "acts": found.acts,
        "next": marker("history", found.next_before) if found.next_before else "",
        "is_continued": bool(after),
    }
    return render(request, "people/history.html", context)


@never_cache
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Show the messages that were sent to a person, newest first."""
    person = person_whose_data(request, look="messages")
    after = request.GET.get("after", "")
    before = values_of(after, "messages", int)[0] if after else None
    found, next_before = messages_of(person, before=before)
    context = {
        "person": person,
        "is_own": is_own(request.actor, person),
        "letters": found,
        "next": marker("messages", next_before) if next_before else "",
        "is_continued": bool(after),
    }
    return render(request, "people/messages.html", context)
