"""Money is shown the way the reader's language writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core.money import decimals, money

SHOWN = [
    (500, "GBP", "en", "£5"),
    (450, "GBP", "en", "£4.50"),
    (5, "GBP", "cy", "£0.05"),
    (123456789, "GBP", "en", "£1,234,567.89"),
    (-450, "EUR", "en", "\N{MINUS SIGN}€4.50"),
    (50000, "KRW", "en", "₩50,000"),
    (50000, "KRW", "ko", "₩50,000"),
    (700, "JPY", "en", "¥700"),
    (1234, "TND", "en", "TND\N{NO-BREAK SPACE}1.234"),
    (450, "GBP", "es", "4,50\N{NO-BREAK SPACE}£"),
    (450, "GBP", "ar", "4,50\N{NO-BREAK SPACE}£"),
    (0, "GBP", "en", "£0"),
]


@pytest.mark.parametrize(("cents", "currency", "language", "words"), SHOWN)
def test_an_amount_is_shown_as_its_readers_write_it(cents, currency, language, words):
    assert money(cents, currency, language) == words


def test_an_amount_is_shown_in_the_language_in_use():
    assert money(450, "GBP") == "£4.50"


@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from(["GBP", "KRW", "TND", "XYZ"]))
def test_no_amount_loses_or_gains_a_unit(cents, currency):
    words = money(cents, currency, "en")
    digits = "".join(letter for letter in words if letter.isdigit())
    shown = int(digits) if "." in words else int(digits) * 10 ** decimals(currency)

    assert shown == abs(cents)
    assert words.startswith("\N{MINUS SIGN}") == (cents < 0)
