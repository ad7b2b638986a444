"""Words of any language, made comparable: what the search index stores and what a question is turned into.

Method, sources and limits: `docs/methods/search.md`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from threading import local

import Stemmer

ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
LONGEST_WORD = 60
MOST_KNOWN = 100_000
LONGEST_RUN = 20_000
LONGEST_QUESTION_RUN = 24
LONGEST_QUESTION = 4000

# Python's \w leaves out the vowel signs of many scripts, so that their words would fall apart.
MARKS = "".join(
    chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)) in ("Mn", "Mc")
)
LETTERS = rf"[\w{MARKS}]"
WORD = re.compile(rf"{LETTERS}+(?:['’ʼ]{LETTERS}+)*(?:\+\+|#)?")
APOSTROPHE = re.compile(r"['’ʼ]")
INVISIBLE = re.compile("[\u00ad\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u0591-\u05c7\u200b-\u200f\u2060\ufeff]")
# Scripts without spaces (Chinese, Japanese, Thai, Lao, Burmese, Khmer) or with particles glued on (Korean).
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
RUNS = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
IS_UNSPACED = re.compile(f"[{UNSPACED}]")
NEEDS_PARTING = re.compile(f"['’ʼ{UNSPACED}]")
WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ё": "е"}
)
_of_thread = local()


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a question: it is met where at least `least` of its `terms` stand."""

    text: str
    terms: tuple[str, ...]
    least: int = 1


@lru_cache(maxsize=1000)
def language_of(tag: str) -> str:
    """Return the primary language of a language tag.

    >>> language_of("en-GB"), language_of("zh_Hant")
    ('en', 'zh')
    """
    return re.split(r"[-_]", tag.strip().lower(), maxsplit=1)[0]


def words(text: str) -> list[str]:
    """Return the words of a text in their order: compatible letters unified, small, without punctuation.

    Keeps the marks of names such as C++ and C#; leaves out elided letters.

    >>> words("L’Été in C++, Women's Ｃｒａｆｔ!")
    ['été', 'in', 'c++', 'women', 'craft']
    """
    plain = text.casefold()
    if not plain.isascii():
        plain = INVISIBLE.sub(
            "", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        )
    found = WORD.findall(plain.replace("_", " "))
    if not NEEDS_PARTING.search(plain):
        return found
    return [part for word in found for part in _parts(word)]


def terms(text: str, language: str) -> str:
    """Return the terms under which a text in a language is indexed, parted by spaces, in order.

    >>> terms("Pottery classes", "en"), terms("陶芸", "ja")
    ('potteri class', '陶芸 陶 芸')
    """
    return " ".join(map(_known(language_of(language)).__getitem__, words(text)))


def question(text: str, languages: Iterable[str], *, most: int) -> tuple[list[Asked], int]:
    """Return the distinct words of a question, at most `most` of them, and how many were left out.

    The language of a question is not known: each word stands for its stems in all the `languages`.

    >>> question("classes, C++", ["en", "cy"], most=1)
    ([Asked(text='classes', terms=('classes', 'class'), least=1)], 1)
    """
    asked = list(dict.fromkeys(words(text[:LONGEST_QUESTION])))
    codes = tuple(sorted({language_of(language) for language in languages}))
    return [_asked(word, codes) for word in asked[:most]], max(len(asked) - most, 0)


def folded(word: str) -> str:
    """Return a word without the accents that people leave out when they type.

    Marks of scripts in which they are letters of their own (й, が, vowel signs) stay.

    >>> folded("éducación"), folded("музей"), folded("أحمد")
    ('educacion', 'музей', 'احمد')
    """
    if word.isascii():
        return word
    kept: list[str] = []
    for sign in unicodedata.normalize("NFD", word.translate(WHOLE_LETTERS)):
        if not (_is_accent(sign) and kept and not _is_cyrillic(kept[-1])):
            kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept))


def _is_accent(sign: str) -> bool:
    return "\u0300" <= sign <= "\u036f" or "\u0653" <= sign <= "\u0655"


def _is_cyrillic(sign: str) -> bool:
    return "\u0400" <= sign <= "\u052f"


def _parts(word: str) -> list[str]:
    """Split at apostrophes and at the borders of scripts; drop elided letters (l', 's)."""
    pieces = APOSTROPHE.split(word)
    if len(pieces) > 1:
        pieces = [piece for piece in pieces if len(piece) > 1] or pieces
    return [run for piece in pieces for run in RUNS.findall(piece)]


class _Known(dict[str, str]):
    """The terms of the words of one language, worked out once: a text repeats few words often."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, word: str) -> str:
        if len(self) > MOST_KNOWN:
            self.clear()
        found = self[word] = " ".join(_indexed(word, self.language))
        return found


def _known(language: str) -> _Known:
    # Of the thread: neither the words nor the stemmer behind them may be used by two at once.
    known = _of_thread.__dict__.setdefault("known", {})
    if language not in known:
        known[language] = _Known(language)
    return known[language]


def _indexed(word: str, language: str) -> tuple[str, ...]:
    if not word.isascii() and IS_UNSPACED.match(word):
        run = word[:LONGEST_RUN]
        return (*_pairs(run), *run) if len(run) > 1 else (run,)
    return _stems(word, language)


def _asked(word: str, languages: tuple[str, ...]) -> Asked:
    if not word.isascii() and IS_UNSPACED.match(word):
        pairs = tuple(dict.fromkeys(_pairs(word[:LONGEST_QUESTION_RUN]))) or (word,)
        return Asked(word, pairs, least=-(-len(pairs) * 3 // 5))
    stems = dict.fromkeys(stem for code in languages for stem in _stems(word, code))
    return Asked(word, tuple(stems) or (folded(word[:LONGEST_WORD]),))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _stems(word: str, language: str) -> tuple[str, ...]:
    """Return the stem as written and the stem as typed without accents, which may differ."""
    word = word[:LONGEST_WORD]
    plain = folded(word)
    stemmer = _stemmer(language)
    if stemmer is None:
        return (plain,)
    written, typed = folded(stemmer.stemWord(word)), stemmer.stemWord(plain)
    return (written,) if written == typed else (written, typed)


def _stemmer(language: str) -> Stemmer.Stemmer | None:
    # A stemmer must not be used by two threads at once.
    if language not in ALGORITHMS:
        return None
    stemmers = _of_thread.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        stemmers[language] = Stemmer.Stemmer(ALGORITHMS[language], 0)
    return stemmers[language]


def is_one_slip_apart(one: str, other: str) -> bool:
    """Return whether two words differ by one letter more, less or other, or by two neighbours swapped.

    >>> is_one_slip_apart("potery", "pottery"), is_one_slip_apart("potteyr", "pottery")
    (True, True)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))
    rest, other_rest = one[at:], other[at:]
    return (
        rest[1:] == other_rest[1:]
        or rest[1:] == other_rest
        or rest == other_rest[1:]
        or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
    )
