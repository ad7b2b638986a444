"""Money: whole numbers of a currency's smallest unit, shown the way the reader's language writes it."""

from decimal import Decimal
from functools import lru_cache

from django.utils import translation
from django.utils.formats import number_format

SYMBOLS = {
    "AUD": "A$",
    "BRL": "R$",
    "CAD": "CA$",
    "CNY": "CN¥",
    "COP": "COP",
    "EUR": "€",
    "GBP": "£",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "MXN": "MX$",
    "USD": "$",
    "VND": "₫",
}

# ISO 4217: the currencies whose smallest unit is not a hundredth.
DECIMALS = {
    **dict.fromkeys(
        ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"], 0
    ),
    **dict.fromkeys(["XAF", "XOF", "XPF"], 0),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
}

SYMBOL_FIRST = {"en", "cy", "ga", "ja", "ko", "nl", "th", "tr", "zh"}
NO_BREAK = "\N{NO-BREAK SPACE}"


def decimals(currency: str) -> int:
    """Return how many decimals a currency has: 2 for GBP, 0 for KRW, 3 for TND."""
    return DECIMALS.get(currency, 2)


def money(cents: int, currency: str, language: str | None = None) -> str:
    """Return an amount as words: £5, £4.50, ₩50,000; in Spanish 4,50 £.

    `cents` counts the currency's smallest unit: pence for GBP, whole won for KRW. A whole amount shows no
    decimals. `language` is a code; without it the language in use counts.
    """
    return _money(cents, currency, language or translation.get_language() or "en")


@lru_cache(maxsize=4096)
def _money(cents: int, currency: str, code: str) -> str:
    with translation.override(code):
        number = shown_number(abs(cents), decimals(currency))
    sign = "\N{MINUS SIGN}" if cents < 0 else ""
    symbol = SYMBOLS.get(currency, currency)
    if code.split("-")[0] not in SYMBOL_FIRST:
        return f"{sign}{number}{NO_BREAK}{symbol}"
    gap = NO_BREAK if symbol.isalpha() else ""
    return f"{sign}{symbol}{gap}{number}"


def shown_number(units: int, places: int) -> str:
    """Return a count of smallest units as a number in the language in use, without empty decimals."""
    whole = units % 10**places == 0
    amount = Decimal(units).scaleb(-places)
    return number_format(amount, decimal_pos=0 if whole else places, use_l10n=True, force_grouping=True)
