"""What looks private in a text that is masked already: a second opinion, of another make than any guardrail.

Candidates come from the matcher of phonenumbers, from the check digits of python-stdnum, and from the words around
them; none from the rules of the engine that masks on one machine. What it finds, and what it cannot find, is measured:
`residual_recall.py`.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from importlib.resources import files

import phonenumbers
from stdnum import iban, luhn, mac
from stdnum.ca import sin
from stdnum.de import idnr
from stdnum.es import nif
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.it import codicefiscale
from stdnum.us import ssn

from docent.overlapping_pieces import Span

from .private_texts import TAG

type Found = Iterator[tuple[int, int]]

_EMAIL = re.compile(
    r"[^\s@<>()\[\]{},;:\"'„“”]{1,64}@(?:[^\W_](?:[\w-]{0,62}[^\W_])?\.){1,8}[^\W\d_]{2,24}"
    r"|\b[\w-]{1,40}(?: dot [\w-]{1,40}| underscore [\w-]{1,40}){0,4} at [\w-]{2,40}(?: dot [a-z]{2,12}){1,3}\b"
    r"|\b[\w-]{1,40}(?: punkt [\w-]{1,40}){0,4} (?:at|ät) [\w-]{2,40}(?: punkt [a-z]{2,12}){1,3}\b",
    re.IGNORECASE,
)
# Countries whose numbers are looked for without a +.
_REGIONS = ("US", "GB", "DE", "AT", "CH", "FR", "ES", "IT")
_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,3}){7}")
_AMERICAN = re.compile(r"(?<![\w.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])")
_DIALLED = re.compile(
    r"(?:\b(?:phone|telephone|mobile|cell|tel|fax|call(?:ed)?(?:\s\w+){0,2}\s(?:at|on|under)|reach(?:ed)?(?:\s\w+){0,2}\s(?:at|on)"
    r"|telefon\w*|handy\w*|mobil\w*|rückruf\w*|erreichbar|durchwahl)\b\.?(?:\s?(?:number|nummer|no\.?|nr\.?))?"
    r"(?:\s(?:is|was|at|under|unter|ist|lautet|auf))?[\s:]{1,3})(?P<value>\+?\(?\d(?:[ .()/-]{0,2}\d){5,14})",
    re.IGNORECASE,
)
_DIGITS = r"(?<![\w.,-])\d(?:[ -]?\d){%d,%d}(?![\w-]|[.,]\d)"
_CARD = re.compile(_DIGITS % (12, 18))
_CARD_ISSUERS = ("2", "3", "4", "5", "6")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}\b", re.IGNORECASE)
_NAMED_IBAN = re.compile(r"\bIBAN(?:\s(?:is|ist|lautet))?[\s:]{1,3}(?P<value>[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){8,30})\b")
_NATIONAL: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"), lambda number: ssn.is_valid(number) or number[0] != "0"),
    (re.compile(r"(?<![\w-])\d{3}[ -]\d{3}[ -]\d{4}(?![\w-])"), nhs.is_valid),
    (re.compile(r"(?<![\w-])\d{3}[ -]\d{3}[ -]\d{3}(?![\w-]|[ -]\d)"), sin.is_valid),
    (re.compile(r"(?<![\w-])\d{2} ?\d{3} ?\d{3} ?\d{3}(?![\w-])"), idnr.is_valid),
    (re.compile(r"(?<![\w-])[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}(?![\w-])"), nir.is_valid),
    (re.compile(r"\b[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]\b"), codicefiscale.is_valid),
    (re.compile(r"\b[XYZ\d]\d{7}-?[A-Z]\b"), nif.is_valid),
)
_LABELLED = re.compile(
    r"(?:\b(?:ssn|social security|passport|licen[cs]e|account|customer|policy|member(?:ship)?|card|order|confirmation"
    r"|booking|reference|contract|invoice|claim|case|ticket|tracking|routing|sort|serial|konto|kunden|vertrags?|versicherungs?"
    r"|ausweis|karten|bestell|rechnungs|auftrags|vorgangs|steuer|pin|cvv)"
    r"(?:[ -]?(?:number|code|no\.?|id|#|nummer|nr\.?|plate))?"
    r"(?:\s(?:is|was|of|ending\sin|ends\sin|ist|lautet|endet\sauf))?"
    r"[\s:#]{1,3})(?P<value>(?=[A-Z-]*\d)[A-Z0-9](?:[ -]?[A-Z0-9]){3,20}\b)"
)
_IP = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{1,4})(?![\w:]|\.\d)", re.IGNORECASE
)
_MAC = re.compile(r"\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b", re.IGNORECASE)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿß]+(?:[-'’][A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿß]+)?"
_FULL_NAME = rf"{_CAPITAL}(?:\s(?:[A-Z]\.\s)?(?:(?:van|von|de|der|la)\s){{0,2}}{_CAPITAL}){{0,2}}"
_NAME = re.compile(
    rf"(?:\b(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Sir|Herrn?|Frau|Mme|Monsieur|Madame|Señora?)\.?\s+(?P<titled>{_FULL_NAME})"
    rf"|\b(?i:named|my\sname\sis|whose\sname\sis|name\s(?:is|was|of)|namens|heißt|mein\sname\sist|ich\sheiße)\s+(?P<named>{_FULL_NAME})"
    rf"|\b(?i:customer|client|caller|agent|representative|supervisor|manager|advisor|kunden?|kundin|anrufer(?:in)?"
    rf"|berater(?:in)?|mitarbeiter(?:in)?)(?:,)?\s(?P<role>{_CAPITAL}\s{_CAPITAL}))"
)
# Frequent given names that are no other words, places or brands: of the United States from the Census Bureau
# (public domain), of Germany and elsewhere ours.
_GIVEN_NAMES = frozenset(files(__package__).joinpath("given_names.txt").read_text("utf-8").split())
_CAPITALS = re.compile(_FULL_NAME)
_ADDRESS = re.compile(
    rf"(?<![\w.])\d{{1,5}}[a-z]?\s(?:[NSEW]\.?\s)?(?:{_CAPITAL}\s|\d{{1,3}}(?:st|nd|rd|th)\s){{1,3}}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Terrace|Parkway|Highway)\b"
    r"(?:\.?,?\s(?:Apt|Suite|Unit)\.?\s\w{1,5})?"
    rf"(?:\.?,?\s{_CAPITAL}(?:\s{_CAPITAL})?,?\s[A-Z]{{2}}\s\d{{5}}(?:-\d{{4}})?)?"
    r"|\b[A-ZÄÖÜ][\w-]{1,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer)\s\d{1,4}\s?[a-z]?\b"
    r"|\bP\.?\s?O\.?\sBox\s\d{1,6}\b"
    rf"|\b\d{{5}}\s{_CAPITAL}(?=[,.]|$)"
)
_BORN = re.compile(
    r"(?i:\b(?:born(?:\son)?|date\sof\sbirth|birth\s?date|birthday|dob|geboren(?:\sam)?|geburtsdatum|geburtstag)\b"
    r"(?:\s(?:is|was|on|ist|am|the))?[\s:]{1,3})"
    r"(?P<value>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.?(?:st|nd|rd|th)?\s(?:of\s)?[A-ZÄ][a-zä]{2,8}\.?,?\s\d{2,4}"
    r"|[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{2,4})"
)


def residual_spans(text: str) -> list[Span]:
    """Where something private still is, in order and without overlaps, with its type as a guardrail would name it."""
    taken = [found.span() for found in TAG.finditer(text)]
    spans: list[Span] = []
    for kind, find in _KINDS:
        for start, end in find(text):
            if not any(start < other_end and other < end for other, other_end in taken):
                taken.append((start, end))
                spans.append(Span(start, end, f"{{{kind}}}"))
    return sorted(spans)


def _matching(pattern: re.Pattern[str], is_one: Callable[[str], bool] = bool) -> Callable[[str], Found]:
    """What a pattern finds, or its group that took part."""

    def find(text: str) -> Found:
        for found in pattern.finditer(text):
            group = found.lastgroup or 0
            if is_one(found[group]):
                yield found.span(group)

    return find


def _phones(text: str) -> Found:
    if not _SEVEN_DIGITS.search(text):
        return
    yield from (found.span() for found in _AMERICAN.finditer(text))
    yield from (found.span("value") for found in _DIALLED.finditer(text))
    for region in _REGIONS:
        for found in phonenumbers.PhoneNumberMatcher(text, region):
            yield found.start, found.end


def _names(text: str) -> Found:
    yield from _matching(_NAME)(text)
    for found in _CAPITALS.finditer(text):
        words = list(re.finditer(r"[^\s]+", found.group()))
        given = next((word for word in words if _is_given(word.group())), None)
        if given:
            yield found.start() + given.start(), found.end()


def _is_given(word: str) -> bool:
    return word in _GIVEN_NAMES or word.split("-")[0] in _GIVEN_NAMES


def _is_card(number: str) -> bool:
    digits = re.sub(r"\D", "", number)
    return digits.startswith(_CARD_ISSUERS) and len(set(digits)) > 1 and luhn.is_valid(digits)


def _is_ip(address: str) -> bool:
    try:
        return bool(ipaddress.ip_address(address))
    except ValueError:
        return False


def _national(text: str) -> Found:
    for pattern, is_valid in _NATIONAL:
        yield from _matching(pattern, is_valid)(text)


# The first that finds a place names it.
_KINDS: tuple[tuple[str, Callable[[str], Found]], ...] = (
    ("EMAIL", _matching(_EMAIL)),
    ("INTERNATIONAL_BANK_ACCOUNT_NUMBER", _matching(_IBAN, lambda number: iban.is_valid(number, check_country=False))),
    ("INTERNATIONAL_BANK_ACCOUNT_NUMBER", _matching(_NAMED_IBAN)),
    ("CREDIT_DEBIT_CARD_NUMBER", _matching(_CARD, _is_card)),
    ("MAC_ADDRESS", _matching(_MAC, mac.is_valid)),
    ("IP_ADDRESS", _matching(_IP, _is_ip)),
    ("DATE_OF_BIRTH", _matching(_BORN)),
    ("ADDRESS", _matching(_ADDRESS)),
    ("NATIONAL_ID", _national),
    ("PHONE", _phones),
    ("ID_NUMBER", _matching(_LABELLED)),
    ("NAME", _names),
)
