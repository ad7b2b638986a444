"""The download of everything that the city holds about a person."""

from collections.abc import Callable
from datetime import UTC
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import now, override
from django.utils.translation import get_language, get_language_info
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.core.commands import as_json
from learningcity.people.actions.export import export_person
from learningcity.people.forms.rights import DownloadForm
from learningcity.people.models import Person
from learningcity.people.queries.export import Export, sections_of
from learningcity.people.views.asking import confirmed_again
from learningcity.people.views.mine import person_whose_data


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest) -> HttpResponseBase:
    """Hand over everything at once; nothing is kept on the server."""
    # Whoever may not is told so, instead of being asked who they are.
    return hand_over(request, person_whose_data(request))


@confirmed_again
def hand_over(request: HttpRequest, person: Person) -> HttpResponseBase:
    """Ask in which form, and answer with the file."""
    form = DownloadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return ANSWERS[form.cleaned_data["form"]](export_person(person, by=request.actor, at=now()))
    return render(
        request,
        "people/download.html",
        {"form": form, "person": person},
        status=400 if form.errors else 200,
    )


def as_html_file(export: Export) -> HttpResponseBase:
    """Answer with one page that every browser opens."""
    return attachment(HttpResponse(page_of(export), content_type="text/html; charset=utf-8"), export, "html")


def as_json_file(export: Export) -> HttpResponseBase:
    """Answer with plain data."""
    return attachment(HttpResponse(as_json(export.data()), content_type="application/json"), export, "json")


def as_zip_file(export: Export) -> HttpResponseBase:
    """Answer with data, page and every file in one archive; the temporary file is gone when it is sent."""
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_archive(file, export)
    file.seek(0)
    return attachment(FileResponse(file, content_type="application/zip"), export, "zip")


ANSWERS: dict[str, Callable[[Export], HttpResponseBase]] = {
    "html": as_html_file,
    "json": as_json_file,
    "zip": as_zip_file,
}


def write_archive(file: IO[bytes], export: Export) -> None:
    """Write data, page and files into an archive."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("data.json", as_json(export.data()))
        archive.writestr("data.html", page_of(export))
        for belonging in export.files:
            archive.writestr(f"files/{belonging.path}", belonging.read())


def page_of(export: Export) -> str:
    """Return everything as one page that needs nothing else."""
    language = get_language() or "en"
    # A file is read anywhere and at any time: its moments are those of UTC, and it says so.
    with override(UTC):
        sections = sections_of(export, rows_each=None)
        return render_to_string(
            "people/download_file.html",
            {
                "export": export,
                "sections": [section for section in sections if section.rows],
                "language": language,
                "direction": "rtl" if get_language_info(language)["bidi"] else "ltr",
            },
        )


def attachment(answer: HttpResponseBase, export: Export, ending: str) -> HttpResponseBase:
    """Let the browser keep the answer as a file, and nobody on the way."""
    name = f"my-data-{export.at.date().isoformat()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store, private"
    return answer
