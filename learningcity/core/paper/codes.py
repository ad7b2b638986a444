"""Codes on paper: twelve signs, the last of which catches slips of the hand.

The rule is in `docs/reference/paper-codes.md`: 32 signs that are hard to confuse, and a check sign
by the method of Damm, which catches every single wrong sign and every two neighbours that were exchanged.
"""

from django.utils.translation import gettext as _

from learningcity.core.refusals import Refused

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No I, L, O and U: they are read as 1, 1, 0 and V."""
READ_AS = str.maketrans("ILOU", "110V")
GAPS = str.maketrans("", "", " -\u00ad\u2010\u2011\u2012\u2013\u2014\u2212.\t\r\n\u00a0\u200e\u200f")
LENGTH = 12
GROUP = 4
BYTES_NEEDED = 7


class CodeMistyped(Refused):
    """No form can have this code."""

    code = "paper_code_mistyped"


def fresh_code(chance: bytes) -> str:
    """Return the code that random bytes make; 55 bits of them, so that nobody guesses a code.

    Raises ValueError for fewer than seven bytes.
    """
    if len(chance) < BYTES_NEEDED:
        raise ValueError(f"A paper code needs {BYTES_NEEDED} random bytes.")
    number = int.from_bytes(chance[:BYTES_NEEDED], "big")
    signs = "".join(SIGNS[(number >> 5 * place) & 31] for place in range(LENGTH - 1))
    return signs + SIGNS[damm(signs)]


def tidy_code(typed: str) -> str:
    """Return a code as it is kept, from what somebody typed. Raises CodeMistyped."""
    signs = typed[:100].translate(GAPS).upper().translate(READ_AS)
    if len(signs) != LENGTH or not set(signs) <= set(SIGNS):
        raise CodeMistyped(
            _("A code has 12 letters and digits, like %(example)s. Look at the top of the paper form.")
            % {"example": in_groups("0123456789AM")},
            field="code",
        )
    if damm(signs):
        raise CodeMistyped(
            _("One sign of this code is wrong, or two are exchanged. Compare it with the paper."),
            field="code",
        )
    return signs


def in_groups(code: str) -> str:
    """Return a code as people read it.

    >>> in_groups("0123456789AM")
    '0123-4567-89AM'
    """
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def damm(signs: str) -> int:
    """Return the check value of signs; of a whole code it is 0.

    >>> damm("0123456789A" + SIGNS[damm("0123456789A")])
    0
    """
    interim = 0
    for sign in signs:
        interim = doubled(interim ^ SIGNS.index(sign))
    return interim


def doubled(value: int) -> int:
    """Return a value times two in the field of 32 elements, whose rule is x^5 = x^2 + 1.

    >>> [doubled(value) for value in (1, 8, 16, 31)]
    [2, 16, 5, 27]
    """
    twice = value << 1
    return twice ^ 0b100101 if twice & 0b100000 else twice
