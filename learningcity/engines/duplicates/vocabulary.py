"""Words that say little of an offer, and words that tell it from its sisters, in a few languages."""

_FILLERS = """
    a an and at by for from how in into of on or our the to with your you
    class classes course courses group lesson lessons programme program session sessions taster
    introduction intro learn learning workshop workshops introductory basics start starting club
    level levels nivel niveles stufe niveau taso niva part teil parte
    de del la las el los un una y en con para por al o tu su
    curso cursos taller talleres clase clases grupo sesion introduccion iniciacion aprende aprender
    der die das und fur mit ein eine im zum zur kurs kurse gruppe einfuhrung
    le les des du et avec pour une cours atelier ateliers groupe seance
    i o a e do da dos das com kurssi ja kurser och med
"""
FILLERS = frozenset(_FILLERS.split())
"""Words of every title: they say little of one."""

_PROVIDER_FILLERS = """
    the of and a an at for in de del la las el los y und der die das fur le les des du et
    ltd limited llp plc inc cic cio gmbh ev e.v sa sl srl ry oy ab asbl
    association asociacion asociacio verein trust charity foundation fundacion
"""
PROVIDER_FILLERS = frozenset(_PROVIDER_FILLERS.split())
"""Legal forms and small words in the names of providers."""

_BY_KIND = {
    "level": {
        "beginner": "beginner beginners starter starters novice principiante principiantes inicial anfanger "
        "debutant debutants elementary introductory basico alkeis alkeet",
        "intermediate": "intermediate improver improvers intermedio intermedia intermedios mittelstufe "
        "intermediaire",
        "advanced": "advanced avanzado avanzada avanzados fortgeschrittene avance edistyneet",
    },
    "part": {
        "morning": "morning mornings manana mananas vormittag matin matinee",
        "afternoon": "afternoon afternoons tarde tardes nachmittag apresmidi",
        "evening": "evening evenings night noche noches abend soir",
    },
    "weekday": {
        "1": "monday mondays lunes montag lundi",
        "2": "tuesday tuesdays martes dienstag mardi",
        "3": "wednesday wednesdays miercoles mittwoch mercredi",
        "4": "thursday thursdays jueves donnerstag jeudi",
        "5": "friday fridays viernes freitag vendredi",
        "6": "saturday saturdays sabado sabados samstag samedi",
        "7": "sunday sundays domingo domingos sonntag dimanche",
    },
    "age": {
        "children": "children child kids kid ninos ninas infantil kinder enfants",
        "young": "teens teenagers youth jovenes adolescentes jugend jugendliche ados",
        "adults": "adults adult adultos erwachsene adultes",
        "older": "seniors older mayores senioren",
        "families": "family families familia familias familie familien",
        "toddlers": "baby babies infant infants toddler toddlers bebe bebes",
    },
    "number": {
        "1": "one first uno primero erste premier",
        "2": "ii two second dos segundo zweite deuxieme",
        "3": "iii three third tres tercero dritte troisieme",
        "4": "iv four fourth cuatro cuarto",
        "5": "five fifth cinco quinto",
    },
}

MARKS: dict[str, tuple[str, str]] = {
    word: (kind, value)
    for kind, values in _BY_KIND.items()
    for value, said in values.items()
    for word in said.split()
}
