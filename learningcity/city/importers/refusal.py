"""The refusal of a city bundle: which file, where in it, what is wrong, and the remedy."""

from django.utils.translation import gettext as _

from learningcity.core.refusals import Refused

LONGEST_QUOTE = 60


class BundleRefused(Refused):
    """A file of the bundle cannot be used. Names the file and, if any, row and column (or key)."""

    code = "bundle_refused"

    def __init__(self, sentence: object, *, file: str, row: int | None = None, column: str = "") -> None:
        self.file, self.row, self.column = file, row, column
        place = _place(quoted(file), row, quoted(column))
        super().__init__(
            _("%(place)s: %(sentence)s") % {"place": place, "sentence": sentence}, field=column or None
        )


def quoted(value: object) -> str:
    """Return a value from a file as it may stand in a sentence: short, and without control characters.

    >>> quoted("two\\nlines"), len(quoted("x" * 1000))
    ('two lines', 60)
    """
    text = "".join(sign if sign.isprintable() else " " for sign in str(value)[: LONGEST_QUOTE * 2])
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1]}…"


def _place(file: str, row: int | None, column: str) -> str:
    facts = {"file": file, "row": row, "column": column}
    if row is not None and column:
        return _("%(file)s, row %(row)s, column “%(column)s”") % facts
    if row is not None:
        return _("%(file)s, row %(row)s") % facts
    if column:
        return _("%(file)s, “%(column)s”") % facts
    return file
