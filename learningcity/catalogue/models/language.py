"""The languages that texts and teaching may name."""

ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na
nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so
sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""

# Spoken and signed languages that cities teach in and that have no code of two letters (ISO 639-3).
ISO_639_3 = """
ase asf bfi bzs ckb cmn csc dse fil fsl fss gsg hmn ins isg ise jsl kab kmr kvk mfs ncs nsl prs psr rif rmy
rom sco smn sms ssp ssr swl syr tzm yue zgh
"""

LANGUAGES = frozenset(ISO_639_1.split()) | frozenset(ISO_639_3.split())


def is_language(code: str) -> bool:
    """Return whether a code names a language we know; a region or script may follow (pt-BR, zh-Hant)."""
    base, _, rest = code.partition("-")
    return base in LANGUAGES and len(code) <= 12 and (not rest or rest.replace("-", "").isalnum())
