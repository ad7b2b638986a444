"""Words of any language: found again however they are inflected, accented or glued together."""

import doctest
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from learningcity.engines import words as engine
from learningcity.engines.words import (
    ALGORITHMS,
    LONGEST_WORD,
    folded,
    is_one_slip_apart,
    question,
    terms,
    words,
)

SCRIPTS = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "es": "abcdefghilmnopqrstuvzáéíóúñü",
    "de": "abcdefghiklmnoprstuwzäöüß",
    "cy": "abcdefghilmnoprstuwyâêîôŵŷ",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئ",
    "ru": "абвгдежзийклмнопрстуфхцчшщыьэюяё",
    "el": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώς",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyz",
    "hi": "अआइईउऊकखगघचजटडतदनपबमयरलवशसहािीुूेैोौं्",
    "ja": "陶芸教室日本語料理かなカナあいうえおー",
    "zh": "学习城市陶艺课程汉语烹饪图书馆",
    "ko": "도자기배움마을학교요리한국어를이가",
    "th": "กขคงจฉชซดตถทนบปผพฟมยรลวสหอาิีึืุูเแโไ",
    "sw": "abcdefghijklmnoprstuvwyz",
}


def texts_of(language):
    """Return texts of several words in the letters of a language."""
    word = st.text(SCRIPTS[language], min_size=1, max_size=12)
    return st.lists(word, min_size=1, max_size=8).map(" ".join)


documents = st.sampled_from(sorted(SCRIPTS)).flatmap(lambda code: st.tuples(st.just(code), texts_of(code)))


def test_the_examples_hold():
    assert doctest.testmod(engine).failed == 0


@given(documents)
def test_a_text_is_found_by_each_of_its_words(document):
    language, text = document
    indexed = set(terms(text, language).split())

    for word in words(text):
        asked, _left_out = question(word, ["en", "es", language], most=5)
        for part in asked:
            assert len(indexed & set(part.terms)) >= part.least, (word, part, indexed)


@given(documents)
def test_a_text_is_found_when_accents_are_left_out_and_letters_are_large(document):
    language, text = document
    indexed = set(terms(text, language).split())

    for word in words(text):
        for typed in (folded(word), word.capitalize()):
            asked, _left_out = question(typed, [language], most=5)
            for part in asked:
                assert len(indexed & set(part.terms)) >= part.least, (word, typed, part, indexed)


@given(st.text())
def test_any_text_gives_terms_without_spaces_or_controls(text):
    for language in ("en", "ja", "xx", ""):
        found = terms(text, language)
        assert found == " ".join(found.split())
        assert not any(unicodedata.category(sign) in ("Cc", "Zs") and sign != " " for sign in found)


@given(st.text())
def test_the_form_in_which_unicode_was_typed_does_not_matter(text):
    composed = unicodedata.normalize("NFC", text)

    assert words(unicodedata.normalize("NFD", text)) == words(composed)


@given(st.text(alphabet=st.characters(), max_size=12_000))
def test_a_question_is_bounded(text):
    asked, left_out = question(text, ALGORITHMS, most=12)

    assert len(asked) <= 12
    assert left_out >= 0
    assert all(len(term) <= LONGEST_WORD for part in asked for term in part.terms)
    assert all(1 <= part.least <= len(part.terms) for part in asked)


def test_a_question_says_how_many_words_it_leaves_out():
    asked, left_out = question(" ".join(f"word{number}" for number in range(20)), ["en"], most=12)

    assert (len(asked), left_out) == (12, 8)


def test_inflected_words_meet():
    pairs = [
        ("en", "potteries", "pottery"),
        ("es", "educaciones", "educacion"),
        ("de", "Küchen", "Küche"),
        ("ar", "المكتبات", "مكتبة"),
        ("fr", "cours d’été", "ete"),
        ("ko", "도자기를", "도자기"),
        ("ja", "はじめての陶芸教室", "陶芸"),
        ("th", "เรียนภาษาไทย", "ภาษา"),
    ]

    for language, said, asked in pairs:
        indexed = set(terms(said, language).split())
        for part in question(asked, [language], most=5)[0]:
            assert len(indexed & set(part.terms)) >= part.least, (said, asked)


def test_vowel_signs_keep_words_whole():
    assert words("हिन्दी में") == ["हिन्दी", "में"]
    assert words("C++, C# and women's l’art") == ["c++", "c#", "and", "women", "art"]


@given(st.text("abcdef", min_size=1, max_size=8), st.data())
def test_a_slip_of_the_keyboard_is_recognised(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    sign = data.draw(st.sampled_from("xyz"))
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]

    assert is_one_slip_apart(word, word[:at] + sign + word[at:])
    assert is_one_slip_apart(word, word[:at] + sign + word[at + 1 :])
    assert is_one_slip_apart(word, word[:at] + word[at + 1 :])
    assert swapped == word or is_one_slip_apart(word, swapped)
    assert not is_one_slip_apart(word, word)
