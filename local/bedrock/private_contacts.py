"""Contact data: e-mail, web and network addresses, telephone numbers and street addresses; also ages."""

import re
from collections.abc import Callable
from ipaddress import ip_address

import phonenumbers
from stdnum import mac

from local.bedrock.private_rules import (
    Rule,
    anywhere,
    behind,
    has_digit,
    is_number_of_thing,
    is_series,
    just_after,
)

# "See section 4.2.1.3", "Firmware 10.7.31.9"
is_numbered = just_after(
    r"section|sect\.?|chapter|clause|paragraph|appendix|step|kapitel|abschnitt|ziffer|punkt|anhang|chapitre|article|art\.?|"
    r"§|version|vers\.?|firmware|release|build|revision|rev\.?|software|driver|treiber|(?<!\w)v"
)


def is_ip(text: str, start: int, end: int) -> bool:
    if is_numbered(text, start, end):
        return False
    try:
        ip_address(text[start:end])
    except ValueError:
        return False
    return True


def is_mac(text: str, start: int, end: int) -> bool:
    return mac.is_valid(text[start:end])


# What stands between two digits. It matches in one way only, so that no row of digits is slow.
APART = r"(?:[ \t]?[()./'’·–-]{1,3}[ \t]?[()]?|[ \t]?)"
PHONE = (
    rf"(?:(?<![\w.,/-])|(?<=,)(?=\+))(?:\+|\(\+?|\d)(?:{APART}\d){{6,14}}"
    r"(?:[ \t]?(?:x|ext\.?|App\.)[ \t]?\d{1,6})?(?!\w|[.-]\d|,\d{1,2}(?!\d))"
)
PHONE_LABEL = (
    r"(?:tele(?:fon|phone)|tel|mobil|handy|natel|ruf|fax|telefax|fon|phone|mobile|cell|cellphone|pager|durchwahl)"
    r"(?:telefon)?(?:nummer|-?nr)?\.?(?: number)?"
    r"|t[ée]l[ée]phone|t[ée]l|t[ée]lécopie|portable|num[ée]ro(?: de t[ée]l[ée]phone)?|telefono|teléfono|tlf|cellulare|"
    r"cell|móvil|appele[zr](?:-moi| moi| nous)?(?: au)?|chiama(?:mi|re)?(?: al)?"
    r"|call(?: me| us)?(?: at)?|answering at|reach(?:ed)?(?: me| us)?(?: at)?"
)
# Whose numbers are found without a label, with their leading 0: of the latter four only in groups, as people write
# them, because almost any ten digits are a number there.
ANY_FORM, IN_GROUPS = ("DE", "GB"), ("FR", "CH", "AT", "IT")
GROUPED = re.compile(r"\(?0\d{1,4}\)?[^\d]{1,3}\d{2,}(?:[^\d]{1,3}\d+)*")
# "03.11.2026", "4. 8. 2015", "2026-11-03", "08.30 - 12.30"
DATE = re.compile(
    r"(?:\d{1,2}[./-][ ]?\d{1,2}[./-][ ]?\d{2,4}|\d{4}-\d{2}-\d{2}|"
    r"\d{1,2}[.:]\d{2}[ ]?[-–][ ]?\d{1,2}[.:]\d{2})(?![./-]?\d)"
)
US_GROUPS = re.compile(r"\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?!\d)")


def is_phone(text: str, start: int, end: int) -> bool:
    """A number that phonenumbers accepts: international, European with its 0, American in groups.

    International and grouped American numbers need no valid area code, because nothing else has that form.
    """
    candidate = text[start:end]
    if DATE.match(candidate) or is_series(text, start, end) or is_number_of_thing(text, start, end):
        return False
    if candidate.startswith(("+", "(+", "00")):
        return is_dialable(re.sub(r"^00", "+", candidate), None, phonenumbers.is_possible_number)
    if candidate.lstrip("(").startswith("0"):
        regions = (*ANY_FORM, *IN_GROUPS) if GROUPED.fullmatch(candidate) else ANY_FORM
        return any(is_dialable(candidate, region, phonenumbers.is_valid_number) for region in regions)
    return bool(US_GROUPS.match(candidate)) and is_dialable(candidate, "US", phonenumbers.is_possible_number)


def is_dialable(candidate: str, region: str | None, verdict: Callable[[phonenumbers.PhoneNumber], bool]) -> bool:
    try:
        return verdict(phonenumbers.parse(candidate, region))
    except phonenumbers.NumberParseException:
        return False


def is_long_enough(text: str, start: int, end: int) -> bool:
    return sum(character.isdigit() for character in text[start:end]) >= 6 and not DATE.match(text[start:end])


# Parts are limited in length so that no text makes the patterns slow.
PROPER = r"[A-ZÀ-ÖØ-Þ][\w.'’-]{0,30}"
JOINT = r"[ \t]{0,3}(?:,[ \t]{0,3}\n?|\n)[ \t]{0,9}"
TOWN = r"[A-ZÀ-ÖØ-Þ](?:[^\W\d_]|[.'’-]){1,31}(?!\w)"
CITY = rf"{TOWN}(?:[ \t]+{TOWN}){{0,2}}"
# "3", "7a", "12-14"; a year is not a house number.
HOUSE = (
    r"(?!(?:19|20)\d\d(?!\d))"
    r"\d{1,4}(?:[ \t]?[a-zA-Z](?!\w))?(?:[ \t]?[-–/+][ \t]?\d{1,4}[a-z]?)?(?!\w|[.,]\d)"
)
STREET_SUFFIX = (
    r"(?:straße|strasse|str\.|straat|laan|vej|vägen|gatan|veien|weg|platz|allee|gasse|ring|ufer|damm|chaussee|"
    r"markt|steig|pfad|promenade|kamp)"
)
STREET_WORD = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Circle|Cir|Way|Place|Pl|Square|Sq|"
    r"Terrace|Parkway|Pkwy|Crescent|Gardens|Mews|Highway|Hwy|Trail|Alley)"
)
# Words that only end like a street name: "During 4", "Arbeitsplatz 12".
NO_STREET = (
    r"(?:During|Spring|String|\w+(?:ee|o|tu|fe|ea)ring|"
    r"\w*(?:Arbeits|Park|Stell|Lager|Steck|Super|Bau)(?:platz|markt))\b"
)
STREET_PREPOSITION = r"(?:Am|An der|An den|Auf der|Auf dem|Im|In der|In den|Zum|Zur|Unter den)"
STREET_ROMANCE = r"(?:Rue|rue|Avenue|avenue|Boulevard|boulevard|Viale|Piazza|Calle|Avenida|Plaza|Rua|ul\.)"
# Words that mean more than a street, so that a number must stand before or behind.
STREET_NUMBERED = (
    r"(?:[Cc]hemin|[Cc]h\.|[Pp]lace|[Pp]l\.|[Rr]oute|[Rr]te|[Qq]uai|[Ii]mpasse|[Aa]llée|[Aa]llées|[Cc]ours|[Pp]assage|"
    r"[Ss]entier|[Ss]quare|[Ff]aubourg|[Rr]uelle|[Bb]d|[Bb]vd|[Bb]oul\.|[Aa]v\.|[Vv]ia|[Vv]iale|[Vv]\.le|[Vv]icolo|"
    r"[Pp]iazzale|[Pp]\.za|[Ll]argo|[Cc]orso|[Cc]\.so|[Ss]trada|[Cc]ontrada|[Ss]alita|[Cc]/|[Aa]vda\.?|[Pp]aseo|[Cc]amino|"
    r"[Cc]arrer|[Rr]ambla|[Tt]ravessa|[Pp]raça|[Ee]strada)"
)
OF = r"(?:d[aeiou]l{0,2}[aeio]?s?|dell['’]|degli|la|las|los|les|lo|l['’]|d['’]|à|sur|en)"
STREET_OF = (
    rf"(?:[ \t]+(?:{OF}[ \t]*){{0,2}}(?<=[ \t'’])(?:{PROPER}|\d{{1,2}}(?:er)?[ \t]+{PROPER}))"
    rf"(?:(?:[ \t]+|-)(?:{OF}[ \t]*){{0,2}}(?<=[ \t'’-]){PROPER}){{0,3}}"
)
# OCR can lose the space between number and town.
POSTAL_DE = rf"(?:(?:D|DE|A|AT|CH|F|FR|I|IT|B|BE|L|LU|LI|E|ES|P|PT|NL)[- ])?\d{{4,5}}[ \t]{{0,3}}{CITY}"
POSTAL_US = r",?[ \t]{0,3}\n?[ \t]{0,9}[A-Z]{2}[ \t]+\d{5}(?:-\d{4})?"
POSTAL_GB = r"[A-Z]{1,2}\d[A-Z\d]?[ \t]\d[ABD-HJLNP-UW-Z]{2}(?!\w)"
UNIT = r"(?:,?[ \t]{0,3}\n?[ \t]{0,9}(?:Apt|Apartment|Suite|Ste|Unit|Floor|#)\.?[ \t]*[\w-]{1,8})?"
ADDRESSES = (
    # "Gerbergasse 3, 00123 Auenstadt", "Berliner Straße 7a"
    r"(?<!\w)(?!(?:Der|Die|Das|Dem|Den|Ein|Einer|Dieser|Jeder)\b)"
    rf"(?:(?:{PROPER}[ \t]+){{0,2}}(?!{NO_STREET}){PROPER}(?i:{STREET_SUFFIX})|"
    rf"(?:{PROPER}[ \t]+){{1,2}}(?i:{STREET_SUFFIX}))"
    rf"(?:[ \t]+|(?<=\.)){HOUSE}(?:{JOINT}{POSTAL_DE})?",
    # "Am Alten Kanal 18, 00124 Niederauen"; without the town it could be "Im Abschnitt 18".
    rf"(?<!\w)(?:{STREET_PREPOSITION}(?:[ \t]+{PROPER}){{1,2}}|(?i:{STREET_SUFFIX}))"
    rf"[ \t]+{HOUSE}{JOINT}{POSTAL_DE}",
    # "7557 Alder Lane, Apt. 4, Fairview, GA 37257", "221b Baker Street, London NW1 6XE"
    rf"(?<![\w.])\d{{1,6}}[a-zA-Z]?[ \t]+(?:{PROPER}[ \t]+){{1,4}}?{STREET_WORD}(?![\w'])\.?{UNIT}"
    rf"(?:{JOINT}{CITY}(?:{POSTAL_US}|[ \t,]+{POSTAL_GB})?)?",
    # "Rue Dielhère 130", "Via dei Fiorentini 17", "23 rue de la Paix"
    rf"(?<!\w)(?:\d{{1,5}}(?:[ \t]?(?:bis|ter))?,?[ \t]+)?{STREET_ROMANCE}{STREET_OF}(?:,?[ \t]+{HOUSE})?"
    rf"(?:{JOINT}{POSTAL_DE})?",
    # "Chemin de la Colline 8, 1007 Lausanne", "5 place de la République, 75003 Paris"
    rf"(?<!\w)\d{{1,4}}(?:[ \t]?(?:bis|ter|[a-dA-D]))?,?[ \t]+{STREET_NUMBERED}{STREET_OF}(?:{JOINT}{POSTAL_DE})?",
    rf"(?<!\w){STREET_NUMBERED}{STREET_OF},?[ \t]+(?:n[.°º]?[ \t]?)?{HOUSE}(?:{JOINT}{POSTAL_DE})?",
    rf"(?<!\w)(?:P\.?[ \t]?O\.?[ \t]?Box|Postfach|PSC)[ \t]+\d[\d ]{{0,8}}\d"
    rf"(?:,[ \t]Box[ \t]\d+)?(?:{JOINT}{POSTAL_DE})?",
    r"(?<!\w)(?:Apt\.|Apartment|Suite)[ \t]\d{1,5}(?!\w)",
    rf"(?<!\w){POSTAL_GB}",
    rf"(?<!\w)(?:D|DE|A|AT|CH)-\d{{4,5}}[ \t]+{CITY}",
)
ADDRESS_LABEL = r"(?:home |mailing |billing |postal |street |shipping )?address|anschrift|adresse|wohnort|wohnhaft in"
ADDRESS_VALUE = r"(?<=[:=\"'>\n ])(?<![\w] )[^\n{}<>|\"]{6,120}"


def is_postal(text: str, start: int, end: int) -> bool:
    """Has words and a number, so it is neither an IP address nor an e-mail address."""
    value = text[start:end]
    return has_digit(text, start, end) and "@" not in value and re.match(r"[\d.: ]*[^\W\d]{3}", value) is not None


RULES: tuple[Rule, ...] = (
    anywhere("EMAIL", r"(?<![\w.+-])[\w.+%-]{1,64}[ \t]?@[ \t]?(?:[\w-]{1,63}\.){1,8}[A-Za-zÀ-ɏ]{2,24}(?![\w@])"),
    anywhere("URL", r"(?<!\w)(?:https?://|ftp://|www\.)[^\s<>\"'{}|]+[^\s<>\"'{}|.,;:!?)\]]"),
    anywhere("IP_ADDRESS", r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)", is_ip),
    anywhere("IP_ADDRESS", r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])", is_ip),
    anywhere("MAC_ADDRESS", r"(?<![\w:-])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:-])", is_mac),
    behind(
        PHONE_LABEL,
        "PHONE",
        r"[+(]{0,2}\d[\d ()./'’·–-]{5,20}\d(?:[ ]?(?:x|ext\.?)[ ]?\d{1,6})?(?!\d)",
        is_long_enough,
    ),
    anywhere("PHONE", PHONE, is_phone),
    behind(ADDRESS_LABEL, "ADDRESS", ADDRESS_VALUE, is_postal),
    *(anywhere("ADDRESS", pattern) for pattern in ADDRESSES),
    # "40 years" of "40 years old", "40-jährige", "aged 40"
    anywhere("AGE", r"(?<![\w.,])\d{1,3}[ -]?(?:years?|yrs?)(?=[ -]old\b|[ -]of[ -]age)"),
    anywhere("AGE", r"(?<![\w.,])\d{1,3}[ -]?(?:[Jj]ährige?[rnms]?(?!\w)|Jahren?(?=\s+alt\b))"),
    anywhere(
        "AGE",
        r"(?i:\b(?:aged?|age of|turn(?:ed|s)?|alter|i am|i'm)[:=]?\s+)"
        r"(?P<value>\d{1,3})(?=\s*(?:$|[.,;)\n]|years|and\b|Jahre))",
    ),
)
