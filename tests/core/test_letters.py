"""A letter is a PDF that anybody can read and that fetches nothing, whatever somebody typed."""

import io
import os
import subprocess
import sys
from uuid import UUID

import pikepdf
import pytest

from learningcity.core.letters import LettersUnavailable, pdf_of, weasyprint
from learningcity.core.messages.gateways.letter import html_of, letter_of
from learningcity.core.messages.gateways.refusals import NotSent
from learningcity.core.models import Message
from tests.core.wayward import says, serving

pytestmark = pytest.mark.once


PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


@pytest.fixture
def server():
    """Return a server that would be glad of any question."""
    with serving(says(200, b"body { color: red }", Content_Type="text/css")) as served:
        yield served


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def message(at, **particulars):
    chosen = {
        "public_id": UUID("3f5c0000-0000-4000-8000-000000000000"),
        "channel": "letter",
        "address": "Rosa Rivers\n1 Mill Lane\nNewport",
        "language": "en",
        "subject": "Your mandate",
        "body": "First line\nsecond line\n\nAnother paragraph",
        "created_at": at,
    }
    return Message(**(chosen | particulars))


def test_a_letter_is_on_a4_and_tagged_for_screen_readers(db, at):
    pdf = opened(letter_of(message(at)))

    width, height = (float(number) for number in pdf.pages[0].MediaBox[2:])
    assert (round(width), round(height)) == (595, 842)
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en"
    assert str(pdf.docinfo["/Title"]) == "Your mandate"
    assert all("/FontFile2" in font or "/FontFile3" in font for font in embedded(pdf))


def embedded(pdf):
    """Yield what describes each font of a PDF."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
            yield thing


def test_a_letter_shows_address_day_number_and_words(db, at):
    html = html_of(message(at))

    assert '<html lang="en" dir="ltr">' in html
    assert [line in html for line in ("<p>Rosa Rivers</p>", "<p>1 Mill Lane</p>", "<p>Newport</p>")] == [
        True
    ] * 3
    assert "Nov. 23, 2026" in html
    assert "3F5C0000" in html
    assert "<p>First line<br>second line</p>" in html
    assert "<p>Another paragraph</p>" in html


def test_a_letter_in_arabic_runs_from_right_to_left(db, at):
    arabic = message(at, language="ar", subject="رسالة", body="أهلا وسهلا")

    assert '<html lang="ar" dir="rtl">' in html_of(arabic)
    assert "Noto" in " ".join(str(font.get("/FontName")) for font in embedded(opened(letter_of(arabic))))


def test_what_people_typed_is_only_ever_words(db, at, server):
    evil = (
        f'</p><img src="{server.url}/a.png"><style>@import url({server.url}/b.css)</style><script>x</script>'
    )

    html = html_of(message(at, subject=evil, body=evil, address=f"{evil}\n=1+1"))
    letter_of(message(at, subject=evil[:200], body=evil, address=evil))

    assert "<img" not in html
    assert "<style" not in html
    assert "<script" not in html
    assert "&lt;img src=" in html
    assert server.asked == []


def test_a_pdf_fetches_nothing_at_all(server, tmp_path):
    (tmp_path / "secret.txt").write_text("a secret of this machine")
    (tmp_path / "secret.css").write_text("p { display: none }")
    places = [
        server.url,
        f"file://{tmp_path}",
        f"//127.0.0.1:{server.port}",
        str(tmp_path),
        "ftp://127.0.0.1",
    ]
    html = "".join(
        f"""<base href="{place}/"><link rel="stylesheet" href="{place}/secret.css">
        <link rel="attachment" href="{place}/secret.txt"><a rel="attachment" href="{place}/secret.txt">a</a>
        <style>@import url("{place}/secret.css"); @font-face {{ font-family: f; src: url("{place}/f.woff2") }}
        p {{ background: url("{place}/b.png"); list-style: url("{place}/c.png"); font-family: f }}
        li::before {{ content: url("{place}/d.png") }}</style>
        <img src="{place}/secret.txt"><img srcset="{place}/e 2x"><object data="{place}/secret.txt"></object>
        <embed src="{place}/secret.txt"><iframe src="{place}/secret.txt"></iframe><ul><li>x</ul>
        <svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{place}/g" width="9" height="9"/>
        <use href="{place}/h.svg#a"/><style>@import url("{place}/secret.css")</style></svg>"""
        for place in places
    )

    pdf = pdf_of(f'<html lang="en"><title>Words</title>{html}<img src="{PICTURE}"><p>Words</p></html>')

    assert server.asked == []
    assert b"a secret of this machine" not in pdf
    whole = opened(pdf)
    assert len(whole.attachments) == 0
    assert not any(
        isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image" for thing in whole.objects
    )


def test_a_machine_without_the_libraries_says_what_to_install(db, monkeypatch, at):
    def missing(name):
        raise OSError(f"cannot load library for {name}")

    monkeypatch.setitem(weasyprint.__globals__, "import_module", missing)

    with pytest.raises(LettersUnavailable, match=r"libpango-1\.0-0"):
        pdf_of("<p>Words</p>")
    with pytest.raises(NotSent, match="letters_unavailable"):
        letter_of(message(at, subject="Words"))


def test_the_city_starts_without_the_libraries_that_set_type():
    """A newcomer's machine may lack them; only making a letter needs them."""
    words = (
        "import sys, django; django.setup(); import learningcity.config.urls, learningcity.core.tasks, "
        "learningcity.core.messages; sys.exit('weasyprint' in sys.modules)"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "learningcity.config.settings"}

    done = subprocess.run(
        [sys.executable, "-c", words], env=os.environ | environment, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr
