"""Languages that people speak: the two-letter codes of ISO 639-1, each by its own name where we know it."""

from django.conf.locale import LANG_INFO

CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id
ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu
lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu
rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr
ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
ISO_639_1 = frozenset(CODES.split())

# Names that Django does not bring; each in the language itself, so that nobody has to translate them.
MORE_NAMES = {
    "ak": "Akan",
    "am": "አማርኛ",
    "as": "অসমীয়া",
    "bm": "Bamanankan",
    "bo": "བོད་ཡིག",
    "ee": "Eʋegbe",
    "ff": "Fulfulde",
    "fo": "føroyskt",
    "gn": "Avañe’ẽ",
    "gu": "ગુજરાતી",
    "gv": "Gaelg",
    "ha": "Hausa",
    "ht": "Kreyòl ayisyen",
    "jv": "Basa Jawa",
    "ku": "Kurdî",
    "kw": "Kernewek",
    "lg": "Luganda",
    "ln": "Lingála",
    "lo": "ລາວ",
    "mg": "Malagasy",
    "mi": "Māori",
    "mt": "Malti",
    "ny": "Chichewa",
    "om": "Afaan Oromoo",
    "or": "ଓଡ଼ିଆ",
    "ps": "پښتو",
    "qu": "Runa Simi",
    "rm": "Rumantsch",
    "rn": "Ikirundi",
    "rw": "Ikinyarwanda",
    "sd": "سنڌي",
    "sg": "Sängö",
    "si": "සිංහල",
    "sm": "Gagana Sāmoa",
    "sn": "chiShona",
    "so": "Soomaali",
    "st": "Sesotho",
    "su": "Basa Sunda",
    "ti": "ትግርኛ",
    "tl": "Tagalog",
    "tn": "Setswana",
    "to": "lea fakatonga",
    "tw": "Twi",
    "wo": "Wolof",
    "xh": "isiXhosa",
    "yi": "ייִדיש",
    "yo": "Yorùbá",
    "zh": "中文",
    "zu": "isiZulu",
}


def own_name(code: str) -> str:
    """Return the name of a language in the language itself; its code where we do not know the name.

    >>> own_name("cy"), own_name("so"), own_name("zh"), own_name("vo")
    ('Cymraeg', 'Soomaali', '中文', 'vo')
    """
    named = LANG_INFO.get(code, {}).get("name_local") or MORE_NAMES.get(code, code)
    return str(named)


def named_languages() -> list[tuple[str, str]]:
    """Return the languages whose own name we know, as code and name, by name."""
    known = {code: own_name(code) for code in ISO_639_1}
    return sorted(
        ((code, name) for code, name in known.items() if name != code), key=lambda pair: pair[1].casefold()
    )
