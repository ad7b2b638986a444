"""The web application with two views more, which the pages bench measures beside ours.

`/bench/empty` answers nothing through the same middleware; `/bench/prepared` renders the template of the
search page with rows that were prepared once.
"""

from functools import cache

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils.timezone import now

from benches.started import FOLDER  # noqa: F401 - starts Django before the rooms are imported
from learningcity.catalogue.forms import SearchForm
from learningcity.catalogue.views.found import search_page
from learningcity.config import urls
from learningcity.config.wsgi import application as application


@cache
def prepared() -> dict[str, object]:
    """Return what the search page shows for one query, asked for once."""
    form = SearchForm(QueryDict("form=non_formal"))
    return {"page": search_page(form, at=now(), is_map=False), "form": form, "here": "/search"}


def prepared_page(request: HttpRequest) -> HttpResponse:
    """Render the search page with prepared rows."""
    return render(request, "catalogue/search.html", prepared() | {"in_part": False})


def empty(request: HttpRequest) -> HttpResponse:
    """Answer nothing."""
    return HttpResponse("")


urlpatterns = [*urls.urlpatterns, path("bench/empty", empty), path("bench/prepared", prepared_page)]
