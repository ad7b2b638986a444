"""Every answer carries the headers that keep its reader safe."""

import pytest


@pytest.fixture
def headers(db, client):
    """Return the headers of a page asked for over HTTPS."""
    return client.get("/-/live", secure=True).headers


def test_a_page_runs_no_script_and_style_but_our_own(headers):
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]


def test_browsers_stay_with_https_for_a_year(headers):
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_nothing_is_guessed_framed_or_told_to_others(headers):
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]
