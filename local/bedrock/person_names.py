"""Names of people, found by a gazetteer of given names and surnames and by cues that introduce a name.

The gazetteer is Faker's lists for Europe and North America. A full name is found by its given name, a given name
alone only if it is rarely another word, and a surname alone only after a cue ("Frau", "Mr.", "Name:") or after the
full name appeared earlier. Rare surnames alone and names in lower case are not found.
"""

import importlib
import re
from collections.abc import Iterator
from functools import cache

from local.bedrock.word_lists import word_list

LOCALES = (
    "bg_BG",
    "cs_CZ",
    "da_DK",
    "de_AT",
    "de_CH",
    "de_DE",
    "el_GR",
    "en_GB",
    "en_IE",
    "en_IN",
    "en_NZ",
    "en_US",
    "es_ES",
    "es_MX",
    "fi_FI",
    "fr_CH",
    "fr_FR",
    "hr_HR",
    "hu_HU",
    "it_IT",
    "nl_NL",
    "no_NO",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "ro_RO",
    "ru_RU",
    "sk_SK",
    "sl_SI",
    "sv_SE",
    "tr_TR",
    "uk_UA",
)
# Locales whose given names are trusted on their own.
HOME_LOCALES = ("de_DE", "en_GB", "en_US")

# Given names and surnames that are also words, places, months or companies in German or English.
WORDS = frozenset(word_list("words_not_names"))
ORGANISATION = frozenset(word_list("organisation_words"))
STREETS = frozenset(word_list("street_words"))
# "Werk Victoria", "Lake Charlotte"
PLACES = frozenset({"werk", "linie", "standort", "halle", "anlage", "hotel", "plant", "line", "site", "lake", "mount"})
# "San Francisco", "North Carolina"
COMPASS = frozenset({"north", "south", "east", "west", "san", "santa", "são", "fort"})
PARTICLES = r"(?:von|vom|van|der|den|de|zu|zur|di|da|del|della|du|la|le|bin|al|y|e|O'|Mc|Mac|ten|ter|St\.)"
UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪİĶĹĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩΆ-ΏЀ-Я"
WORD = rf"[{UPPER}][\w'’]{{1,24}}(?:-[{UPPER}]?[\w'’]{{1,24}}){{0,2}}"
INITIAL = rf"[{UPPER}](?:\.|(?!\w))"
PART = rf"(?:{WORD}|{INITIAL})"
RUN = re.compile(rf"(?<![\w@./-]){WORD}(?:[ \t]+(?:{PARTICLES}[ \t]+){{0,2}}{PART}|\n[ \t]*{PART}){{0,5}}(?![\w@])")
TOKEN = re.compile(PART)
NAME = rf"{PART}(?:[ \t]+(?:{PARTICLES}[ \t]+){{0,2}}{PART}){{0,3}}"
# "Ask your doctor. Northwind Health pays": the full stop of a sentence is not that of "Dr.", and MS is a company.
TITLE = re.compile(
    r"(?<!\w)(?:(?:(?i:herrn?|frau|fräulein|familie|mister|madame|mademoiselle|monsieur|signora?|señora?|senhora?|"
    r"господин|госпожа)\b|(?i:mrs?|mme|mlle)\b\.?|(?:Sig|Dott)\.(?:ra|ssa)?|[Mm]s\b\.?|MS(?:\.|(?=[ \t]+[A-ZÄÖÜ]{2}))|"
    r"Dr\.|Prof\.|Dipl\.-\w{1,9}\.?)[ \t]*\n?|(?<!your )(?<!the )(?i:miss|madam|sir|professor|doctor|doktor)\b)"
    r"[ \t]*(?:(?:Dr|Prof|med|jur|phil|rer|nat|Ing|h\.c)\.[ \t]*)*"
    rf"(?P<value>{NAME})"
)
GREETING = re.compile(
    r"(?<!\w)(?i:hi|hello|hey|hallo|dear|liebe[r]?|moin|servus|guten tag,?|my name is|i am|i'm|this is|"
    r"mein name ist|ich heiße|ich bin|name's|called|call me|namens|heißt|gez\.|signed(?: by)?|"
    r"unterzeichnet von|je m['’]appelle|mon nom est|bonjour|salut|chère?|mi chiamo|"
    r"me llamo|buongiorno|меня зовут|regards,|grüßen,?|grüße,?|sincerely,|yours,)"
    rf"[ \t]*\n{{0,3}}[ \t]*(?P<value>{NAME})"
)
# After a label that can only mean a person, any word is a name; after others it must be in the gazetteer.
LABEL = re.compile(
    r"(?<![\w-])(?i:(?P<person>"
    r"(?:(?:full|first|last|middle|given|family|customer|patient|employee|contact|maiden) )?"
    r"name|(?:first|last|full)_name|vor- und nachname|vorname|nachname|familienname|geburtsname|"
    r"vollständiger name|kundenname|surname|cardholder|karteninhaber(?:in)?)|"
    r"(?:kontakt|ansprech)(?:person|partner|partnerin)|sachbearbeiter(?:in)?|bearbeiter(?:in)?|verfasser(?:in)?|"
    r"autor(?:in)?|author|patient(?:in)?|employee|mitarbeiter(?:in)?|customer|kund(?:e|in)|contact|kontakt|"
    r"inhaber(?:in)?|applicant|antragsteller(?:in)?|unterschrift|signature|teilnehmer(?:in)?|"
    r"nom|prénom|signé|auteur|destinataire|expéditeur|nome|cognome|firmato|mittente|destinatario|nombre|apellidos?|"
    r"отправитель|получатель|имя|фамилия|фио|подпись|клиент|"
    r"geschäftsführer(?:in)?|absender(?:in)?|empfänger(?:in)?|sender|recipient|attn|z\. ?hd\.|from|to|von|an)"
    r"[ \t]?[\"']?[ \t]*(?:[:=|]|\n)[ \t]*\n?[ \t]*[\"']?"
    rf"(?P<value>{NAME})"
)
# "Company name: Acme" is not a person.
FOREIGN_LABEL = re.compile(
    r"(?i:company|firm|file|product|host|domain|bucket|employer|organi[sz]ation|brand|model|project|user|class|table|"
    r"field|provider|street|city|event|service|group|team)[ _-]*(?:\w{1,12}[ _-])?$"
)
SPEAKER = re.compile(rf"(?m)^[ \t]*(?P<value>{WORD})(?=:[ \t]+\S)")


@cache
def given_names() -> frozenset[str]:
    return frozenset(names_of(LOCALES, "first_names"))


@cache
def home_given_names() -> frozenset[str]:
    return frozenset(names_of(HOME_LOCALES, "first_names"))


@cache
def surnames() -> frozenset[str]:
    return frozenset(names_of(LOCALES, "last_names"))


def names_of(locales: tuple[str, ...] | list[str], kind: str) -> Iterator[str]:
    for locale in locales:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in (kind, f"{kind}_male", f"{kind}_female"):
            for name in getattr(provider, attribute, ()):
                for part in str(name).split():
                    if len(part) > 1:
                        yield part.casefold()


def find_names(text: str) -> Iterator[tuple[int, int]]:
    """Spans of names, which can overlap."""
    for run in RUN.finditer(text):
        yield from names_in_run(text, run.start(), run.end())
    for cue in (TITLE, GREETING):
        for match in cue.finditer(text):
            yield from trimmed(text, *match.span("value"), certain=cue is TITLE)
    for match in LABEL.finditer(text):
        if not FOREIGN_LABEL.search(text, max(0, match.start() - 30), match.start()):
            # Anything can follow a heading "Name" over a column.
            marked = re.search("[:=|]", text[match.start() : match.start("value")]) is not None
            certain = match["person"] is not None and marked
            yield from trimmed(text, *match.span("value"), certain)
    for match in SPEAKER.finditer(text):
        if is_given(match["value"]):
            yield match.span("value")


def names_in_run(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    tokens = [(match.start(), match.end(), match[0]) for match in TOKEN.finditer(text, start, end)]
    index = 0
    while index < len(tokens):
        length = name_length(text, tokens, index)
        if length:
            yield tokens[index][0], tokens[index + length - 1][1]
        index += length or 1


def name_length(text: str, tokens: list[tuple[int, int, str]], index: int) -> int:
    """The number of tokens from `index` that form one name, 0 if none."""
    first = tokens[index][2]
    if not is_given(first):
        return 0
    length, known = 1, 0
    for previous, (begin, _, word) in zip(tokens[index:], tokens[index + 1 : index + 4], strict=False):
        between = text[previous[1] : begin]
        new_line = "\n" in between
        adjacent = between.split() in ([], ["von"], ["van"], ["de"])
        if belongs(word) or (not new_line and (is_initial(word) or (known == 0 and adjacent and may_be_surname(word)))):
            if new_line and not is_surname(word):
                break
            known += belongs(word) and not is_word(word)
            length += 1
            if is_surname(word) and not is_given(word):
                break
        else:
            break
    while length > 1 and is_initial(tokens[index + length - 1][2]):
        length -= 1
    following = text[tokens[index + length - 1][1] :][:24].split()
    if following and (key(following[0]) in ORGANISATION or key(following[0]) in STREETS):
        return 0
    if any(key(word) in ORGANISATION or key(word) in STREETS for _, _, word in tokens[index : index + length]):
        return 0
    before = key(tokens[index - 1][2]) if index else ""
    if before in COMPASS and "\n" not in text[tokens[index - 1][1] : tokens[index][0]]:
        return 0
    if length == 1:
        if before in PLACES:
            return 0
        return int(is_home_given(first) and len(first) > 3)
    return length if known or not is_word(first) else 0


def trimmed(text: str, start: int, end: int, certain: bool) -> Iterator[tuple[int, int]]:
    """The part of the words after a cue that is a name: it ends before the first word that cannot be one."""
    tokens = list(TOKEN.finditer(text, start, end))
    kept: list[re.Match[str]] = []
    for token in tokens:
        word = key(token[0])
        if word in ORGANISATION or word in STREETS:
            return
        apart = kept and text[kept[-1].end() : token.start()].split()
        if apart and apart not in (["von"], ["van"], ["de"]) and not belongs(token[0]):
            break
        if is_word(token[0]) and not (certain and (word in surnames() or word in given_names())):
            break
        kept.append(token)
    if any(belongs(token[0]) or (certain and not is_initial(token[0])) for token in kept):
        yield kept[0].start(), kept[-1].end()


def key(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.rstrip(".,;:!?")).casefold()


def is_word(word: str) -> bool:
    return key(word) in WORDS


def is_initial(word: str) -> bool:
    return len(word.rstrip(".")) == 1


def is_given(word: str) -> bool:
    return any(part in given_names() for part in (key(word), key(word).split("-")[0]))


def is_home_given(word: str) -> bool:
    return not is_word(word) and key(word) in home_given_names()


def is_surname(word: str) -> bool:
    return any(part in surnames() for part in (key(word), key(word).split("-")[-1]))


def belongs(word: str) -> bool:
    return is_given(word) or is_surname(word)


def may_be_surname(word: str) -> bool:
    return not is_word(word) and len(word) > 2
