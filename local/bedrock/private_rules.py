"""The form of a rule for private data with a fixed shape, and the parts of rules.

A rule finds candidates with a pattern and can reject them with a check. A value with a checksum or a unique shape is
found anywhere; a value of plain digits or letters is found only after its label ("CVV: 123").
"""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass

# (text, start, end) -> whether text[start:end] is a match of the rule
Check = Callable[[str, int, int], bool]

# Between a label and its value: punctuation, a line break, "number is", the quotes and tags of forms.
# Never a brace: a masked value ("Phone: {PHONE}") is not matched again.
GAP = r"[^\w{]{0,4}(?:(?i:it|is|ist|lautet|est|è|es|number|nummer|numero|numéro|no|nr|num)\b[^\w{]{0,4}){0,2}"
# Between two digits of a number that is printed in groups; with LOOSELY, a line or a cell can end there too. Neither
# can match a gap in two ways, which would make a long row of digits slow.
CLOSELY = r"(?:[ ]?[.,:/'’·_–-][ ]?|[ ])?"
LOOSELY = r"[ \t\n.,:/'’·_–-]{0,4}"
PASSWORDS_LABEL = (
    r"pass(?:word|wort|phrase|code)|kennwort|pwd|mots? de passe|mdp|contraseña|clave de acceso|parola d'ordine|"
    r"palavra-passe|senha|wachtwoord"
)
USERNAMES_LABEL = (
    r"user ?name|user[_ -]?id|benutzername|benutzerkennung|anmeldename|login(?:[_ -]?name)?|screen name|"
    r"nom d['’]utilisateur|identifiant|nome utente|nombre de usuario"
)
# What numbers of things are called.
THING = (
    r"(?:part|art(?:icle|ikel)?|item|order|serial|model|catalogue|catalog|bestell|auftrags?|sach|teile?|material|"
    r"chargen?|batch|lot|invoice|rechnungs?|vorgangs?|serien|modell|zeichnungs?|réf(?:érence)?|ref|sku|ean|gtin|isbn|"
    r"imei|sn|p/n|pn|s/n|doc(?:ument)?)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """The private part is the group `value` of `pattern`, or the whole match. `check` can reject it."""

    type: str
    pattern: re.Pattern[str]
    check: Check | None = None


def anywhere(type: str, pattern: str, check: Check | None = None) -> Rule:
    return Rule(type, re.compile(pattern), check)


def behind(label: str, type: str, value: str, check: Check | None = None) -> Rule:
    """`value` directly after `label`, on the same line or the next."""
    return anywhere(type, rf"(?<![\w{{-])(?i:{label})(?!\w){GAP}(?P<value>{value})", check)


def near(words: str, reach: int = 60) -> Check:
    """True if one of `words` occurs within `reach` characters before the candidate."""
    pattern = re.compile(words, re.IGNORECASE)
    return lambda text, start, _: pattern.search(text, max(0, start - reach), start) is not None


def just_after(words: str, reach: int = 40) -> Check:
    """True if one of `words` ends where the candidate begins."""
    pattern = re.compile(rf"(?:{words})[^\w{{]{{0,4}}$", re.IGNORECASE)
    return lambda text, start, _: pattern.search(text[max(0, start - reach) : start]) is not None


is_number_of_thing = just_after(rf"(?<!\w){THING}[. -]{{0,2}}(?:no|nr|num|number|numéro|nummer|code|id|n°|#)?\.?")


# "01 23 45 67 89" is a telephone number, and its steps are equal too.
MOST_STEP = 10


def is_series(text: str, start: int, end: int) -> bool:
    """A row of a table: years, or numbers that rise in equal steps ("120 130 140 150")."""
    groups = re.findall(r"\d+", text[start:end])
    numbers = [int(group) for group in groups]
    if len(groups) < 3:
        return False
    steps = {later - earlier for earlier, later in itertools.pairwise(numbers)}
    are_years = all(len(group) == 4 and 1900 <= number < 2100 for group, number in zip(groups, numbers, strict=True))
    return are_years or (len(steps) == 1 and abs(steps.pop()) <= MOST_STEP)


def has_digit(text: str, start: int, end: int) -> bool:
    return any(character.isdigit() for character in text[start:end])
