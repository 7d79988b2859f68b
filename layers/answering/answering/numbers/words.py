"""Numbers in words, written as digits: two weeks, zwölf Tage, zweihundertfünfzig, a dozen, two thirds, zweiwöchig.

English and German at once, as an answer can be in another language than its source. Billions and such are no words
here but powers of ten behind a number. `one` and `ein` count only before a unit; elsewhere they are articles.
"""

import re

_ONES, _TEENS, _TENS, _NTH = (
    words.split()
    for words in (
        "one two three four five six seven eight nine",
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    )
)
_ENGLISH = {word: value for value, word in enumerate([*_ONES, *_TEENS], start=1)}
_ENGLISH |= {word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)}
_ONE = "|".join(_ONES)
_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{_ONE})\b)?|{'|'.join(_TEENS)}|{_ONE})\b"
# "5 thousand" is a number and a power of ten.
_ALONE = r"(?<!\d\s)"
_HUNDREDS = rf"(?:(?:an?|{_SMALL})[\s-]|{_ALONE})hundred\b(?:\s(?:and\s)?{_SMALL})?"
_THOUSANDS = rf"(?:(?:an?|{_HUNDREDS}|{_SMALL})[\s-]|{_ALONE})thousand\b(?:,?\s(?:and\s)?(?:{_HUNDREDS}|{_SMALL}))?"
_ENGLISH_NUMBER = re.compile(
    rf"(?<!\d)\b(?:{_THOUSANDS}|{_HUNDREDS}|{_SMALL})(?P<half>\sand\sa\shalf\b)?", re.IGNORECASE
)

_EINS, _ZEHN, _ZWANZIG, _NTE = (
    words.split(" ")
    for words in (
        " ein zwei drei vier fünf sechs sieben acht neun",
        "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn",
        "zwanzig dreissig vierzig fünfzig sechzig siebzig achtzig neunzig",
        "erste zweite dritte vierte fünfte sechste siebte achte neunte zehnte elfte zwölfte",
    )
)


def _german_below_thousand() -> dict[str, int]:
    words = {word: value for value, word in enumerate(_EINS) if word}
    words |= {word: value for value, word in enumerate(_ZEHN, start=10)}
    words |= {word: value for value, word in zip(range(20, 100, 10), _ZWANZIG, strict=True)}
    for value in range(21, 100):
        if value % 10:
            words[f"{_EINS[value % 10]}und{_ZWANZIG[value // 10 - 2]}"] = value
    small = {**words, "": 0, "eins": 1}
    for hundreds in range(1, 10):
        for prefix in {_EINS[hundreds], ""} if hundreds == 1 else {_EINS[hundreds]}:
            for word, value in small.items():
                words |= {f"{prefix}hundert{joint}{word}": hundreds * 100 + value for joint in ("", "und")}
    return words


_GERMAN = _german_below_thousand()
_GERMAN |= {"zwo": 2} | {f"{word}{end}": _GERMAN[word] for word in _EINS[2:] for end in ("en", "er")}
_BESIDE_THOUSAND = _GERMAN | {"": 0, "eins": 1}
del _GERMAN["ein"]
_COMPOUND = re.compile(
    r"(?P<number>[^\W\d_]{2,40}?)(?P<unit>tägig|wöchig|monatig|jährig|stündig|minütig|prozentig|mal)(?:e[nrms]?)?"
)
_SENTENCE_BEGINS = re.compile(r"[\n\"„“(]$|[.?!:]\s$")
_LETTERS = re.compile(r"[^\W\d_]{3,60}")
_HALVES = {"anderthalb": "1.5", "eineinhalb": "1.5"} | {
    f"{word}einhalb": f"{n}.5" for n, word in enumerate(_EINS) if n > 1
}

_COUNT = {"one": 1, "ein": 1, "two": 2, "zwei": 2, "three": 3, "drei": 3, "four": 4, "vier": 4}
_PART = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_PART |= {"halves": 2, "drittel": 3, "viertel": 4, "fünftel": 5, "achtel": 8, "zehntel": 10, "hundertstel": 100}
_FRACTION = re.compile(rf"\b({'|'.join(_COUNT)})[\s-]({'|'.join(_PART)})s?\b(?!-)", re.IGNORECASE)
_DOZEN = re.compile(r"(?:\b(an?|one|ein|two|zwei|three|drei|four|vier|\d{1,4})[\s-])(?:dozen|Dutzend)\b", re.IGNORECASE)
_HALF = re.compile(
    r"\b(?:half\san?|(?:an?\s|eine?[nrms]?\s)?(?:half(?=-)|halbe[nrms]?))[\s-](?=[^\W\d_])", re.IGNORECASE
)
_TWICE = re.compile(r"\b(twice|thrice)\b", re.IGNORECASE)
_UNITS = (
    r"(?:seconds?|minutes?|hours?|(?:working\s|business\s)?days?|weeks?|months?|quarters?|years?|percent"
    r"|Sekunden?|Minuten?|Stunden?|(?:Arbeits|Werk|Kalender)?tag(?:en?|es)?|Wochen?|Monat(?:en?|s)?|Quartale?n?s?"
    r"|Jahr(?:en?|es)?|Prozent|millions?|billions?|Millionen|Million|Milliarden?"
    r"|[a-z]{0,5}met(?:re|er)s?|lit(?:re|er)s?|kg|Kilo(?:gramm)?|kilograms?|ton(?:ne)?s?|euros?|dollars?|Franken|degrees?|Grad)"
)
_SINGLE = re.compile(rf"\b(one|ein(?:e[nrms]?)?|zero|null)[\s-](?={_UNITS}\b)", re.IGNORECASE)
_ARTICLE = re.compile(rf"\b(?:an?|per|pro|je|each|every|jede[nrms]?)\s(?={_UNITS}\b)", re.IGNORECASE)
_SINGLE_THING = re.compile(r"\b(?:one|eins|ein(?:e[nrms]?)?)\b", re.IGNORECASE)


def in_digits(text: str) -> str:
    """A text with its number words as digits."""
    text = _FRACTION.sub(lambda found: f"{_COUNT[found[1].lower()]}/{_PART[found[2].lower()]}", text)
    text = _DOZEN.sub(lambda found: str(12 * _count(found[1])), text)
    text = _HALF.sub("0.5 ", text)
    text = _TWICE.sub(lambda found: "2 times" if found[1].lower() == "twice" else "3 times", text)
    text = _SINGLE.sub(lambda found: "0 " if found[1].lower() in ("zero", "null") else "1 ", text)
    text = _ENGLISH_NUMBER.sub(_english, text)
    return _LETTERS.sub(_german, text)


_ORDINALS = {word: place for words in (_NTH, _NTE) for place, word in enumerate(words, start=1)}
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})[nrms]?\b(?!-)", re.IGNORECASE)


def ordinals(text: str) -> list[tuple[int, int]]:
    """Places in an order, in words, and where each stands: third, dritter."""
    return [(found.start(), _ORDINALS[found[1].lower()]) for found in _ORDINAL.finditer(text)]


def single_things(text: str) -> list[tuple[int, bool]]:
    """Where a text states one of something: behind which position its unit stands, or that there is none."""
    return [(found.end(), True) for found in _ARTICLE.finditer(text)] + [
        (found.end(), False) for found in _SINGLE_THING.finditer(text)
    ][:1]


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNT.get(word.lower(), 1)


def _english(found: re.Match[str]) -> str:
    words = re.findall(r"[a-z]+", found[0].lower())
    if words == ["one"]:
        return found[0]
    total = current = 0
    for word in words:
        if word == "hundred":
            current = max(current, 1) * 100
        elif word == "thousand":
            total, current = max(current, 1) * 1000, 0
        elif word in _ENGLISH:
            current += _ENGLISH[word]
    return f"{total + current}.5" if found["half"] else f"{total + current}"


def _german(found: re.Match[str]) -> str:
    word, before = found[0].casefold(), found.string[max(0, found.start() - 2) : found.start()]
    if before[:1].isdigit() and before[1:].isspace() and word in ("hundert", "tausend"):
        return found[0]
    if found[0] == "Acht" and before and not _SENTENCE_BEGINS.search(before):  # außer Acht lassen
        return found[0]
    if half := _HALVES.get(word) or _HALVES.get(word.removesuffix("e")):
        return half
    if (value := _german_value(word)) is not None:
        return str(value)
    if (compound := _COMPOUND.fullmatch(word)) and word != "einmal":
        value = 1 if compound["number"] == "ein" else _german_value(compound["number"])
        return found[0] if value is None else f"{value} {compound['unit']}"
    return found[0]


def _german_value(word: str) -> int | None:
    if word in _GERMAN:
        return _GERMAN[word]
    thousands, thousand, rest = word.partition("tausend")
    many, few = _BESIDE_THOUSAND.get(thousands), _BESIDE_THOUSAND.get(rest.removeprefix("und"))
    return None if not thousand or many is None or few is None else (many or 1) * 1000 + few
