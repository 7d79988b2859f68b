"""Numbers and credentials that identify a person to a bank, a state or a machine, and vehicle numbers."""

import re
from collections import defaultdict

from stdnum import iban, luhn, numdb
from stdnum.ca import sin
from stdnum.gb import nhs

from local.bedrock.private_contacts import PHONE_LABEL
from local.bedrock.private_rules import (
    CLOSELY,
    LOOSELY,
    PASSWORDS_LABEL,
    USERNAMES_LABEL,
    Rule,
    anywhere,
    behind,
    has_digit,
    is_number_of_thing,
    is_series,
    near,
)

is_card_named = near(
    r"(?<!memory )(?<!graphics )(?<!sim )(?<!sd )(?<!sound )(?<!\w)card(?!\w)|"
    r"(?:credit|debit|bank|giro|ec)[ -]?cards?(?!\w)|"
    r"(?<!\w)(?:kredit|debit|bank|giro|ec|kunden)?-?karten?(?:nummer|-?nr)?(?!\w)|(?<!\w)(?:visa|amex|mastercard|maestro)"
    r"(?!\w)|american express|carte (?:bancaire|bleue|de crédit|de débit)|carta di (?:credito|debito)|tarjeta de"
)
CONNECTOR = re.compile(
    r"steck|buchse|klemme|connector|header|socket|belegung|pinout|pinning|kontakt|signal|jumper|(?<!\w)(?:gnd|vcc|vdd)",
    re.IGNORECASE,
)
is_vehicle_named = near(r"\b(?:vin|fin|fahrgestell|fahrzeug-ident|chassis)")
is_canadian = near(r"\bSIN\b|social insurance|canad")
is_dialled = near(PHONE_LABEL, reach=20)
# Any letters can be a German town, so this would match part numbers: accepted only near a vehicle word.
is_plate_near = near(
    r"kennzeichen|\bkfz|\bpkw|\blkw|fahrzeug|\bwagen|licen[cs]e plate|number plate|registration|\bplate\b"
)
is_key_near = near(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", reach=120)


# How the numbers of an issuer begin, and how long they are.
ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|"  # Visa
    r"5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|"  # Mastercard
    r"3[47]\d{13}|"  # American Express
    r"3(?:0[0-5]|[689]\d)\d{11,16}|35\d{14}|"  # Diners Club, JCB
    r"6\d{11,18}|5[06-8]\d{10,17}"  # Discover, UnionPay, Maestro
)
# The groups in which cards print their numbers.
PRINTED = re.compile(r"\d{12,19}|\d{4}(?:\D+\d{4}){3}(?:\D+\d{1,3})?|\d{4}\D+\d{6}\D+\d{4,5}")


BEGIN, END = r"(?<![\w.,/-])", r"(?!\w|[.,/-]\d)"


def is_card(text: str, start: int, end: int) -> bool:
    """A number that an issuer can have given, with a valid check digit, in the groups that cards have."""
    if not PRINTED.fullmatch(text, start, end) or len(set(re.findall(r"\D+", text[start:end]))) > 1:
        return False
    return is_issued(text, start, end) and not is_number_of_thing(text, start, end)


def is_named_card(text: str, start: int, end: int) -> bool:
    """After a card's name: of any issuer or in any groups, one of the two."""
    if is_series(text, start, end) or not is_card_named(text, start, end):
        return False
    return PRINTED.fullmatch(text, start, end) is not None or is_issued(text, start, end)


def is_issued(text: str, start: int, end: int) -> bool:
    digits = re.sub(r"\D", "", text[start:end])
    return bool(ISSUED.fullmatch(digits)) and luhn.is_valid(digits) and not is_series(text, start, end)


def is_iban(text: str, start: int, end: int) -> bool:
    return iban.is_valid("".join(filter(str.isalnum, text[start:end])), check_country=False)


def iban_pattern() -> str:
    """An IBAN of each country that has them, as long as that country's are, in whatever groups."""
    registry = numdb.get("iban")
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for _, country, _, properties, _ in registry.prefixes:
        by_length[sum(map(int, re.findall(r"(\d+)!?[nac]", properties["bban"])))].append(country)
    forms = (
        rf"(?:{'|'.join(countries)})(?:{LOOSELY}\d){{2}}(?:{LOOSELY}[A-Z0-9]){{{length}}}"
        for length, countries in by_length.items()
    )
    return rf"(?<![A-Za-z0-9])(?i:{'|'.join(forms)})(?![A-Za-z0-9])"


def is_pin(text: str, start: int, end: int) -> bool:
    """The number of a person, not of a contact: "Pin 1000 mA", "Pin 1001 (GND)"."""
    label = text[:start].rstrip(" \t\n\"'>")
    if UNIT_AFTER.match(text, end):
        return False
    about_connector = CONNECTOR.search(text, max(0, start - 80), end + 40)
    return label.endswith((":", "=")) or not (label.endswith("Pin") or about_connector)


UNIT_AFTER = re.compile(r"[ \t]?(?:[mµkM]?[AVWΩFH]|Ohm|mm|Hz|kHz|MHz|dB|°)(?!\w)")


def is_passport(text: str, start: int, end: int) -> bool:
    return sum(character.isdigit() for character in text[start:end]) >= 5


def is_sin(text: str, start: int, end: int) -> bool:
    return sin.is_valid(text[start:end]) and is_canadian(text, start, end)


def is_nhs(text: str, start: int, end: int) -> bool:
    return nhs.is_valid(text[start:end]) and not is_dialled(text, start, end)


def is_password(text: str, start: int, end: int) -> bool:
    """After a colon or an equals sign, anything but the first word of a rule; after a space, what is not a word."""
    value = text[start:end]
    if RULE_WORD.fullmatch(value) and re.match(r"[ \t]+\w", text[end : end + 4]):
        return False
    return text[:start].rstrip(" \t\n\"'>")[-1:] in (":", "=") or not value.isalpha()


# How a sentence about passwords goes on: "Passwort: mindestens 12 Zeichen", "Password: see the intranet".
RULE_WORD = re.compile(
    r"mindestens|maximal|höchstens|siehe|wird|muss|müssen|darf|bitte|nicht|kein|keine|nur|gemäß|laut|beim|durch|nach|"
    r"minimum|maximum|at|see|must|should|may|use|please|contact|required|never|only|same|per|with|from|at least|"
    r"not|none|enter|change|choose|provided|sent|ask|au|voir|doit|minimum|obligatoire|selon|deve|vedere|debe|ver",
    re.IGNORECASE,
)


VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "012345678912345678123457923456789"), strict=True))
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def is_vin(text: str, start: int, end: int) -> bool:
    """Has a VIN label, or ISO 3779's check digit, which is required in North America but not in Europe."""
    vin = text[start:end]
    if vin.isdigit() or not has_digit(text, start, end):
        return False
    remainder = sum(VIN_VALUES[c] * weight for c, weight in zip(vin, VIN_WEIGHTS, strict=True)) % 11
    return vin[8] == "0123456789X"[remainder] or is_vehicle_named(text, start, end)


CREDENTIALS = (
    anywhere("AWS_ACCESS_KEY", r"(?<![A-Z0-9])(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA)[A-Z0-9]{16}(?![A-Z0-9])"),
    behind(
        r"(?:aws[_ -]?)?secret(?:[_ -]?access)?[_ -]?key",
        "AWS_SECRET_KEY",
        r"[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])",
    ),
    anywhere("AWS_SECRET_KEY", r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])", is_key_near),
    behind(
        PASSWORDS_LABEL,
        "PASSWORD",
        r"(?<=[:=\"'>\n\t ])[^\s{\"'<>,;]{3,}[^\s{}\"'<>,;.:!?]",
        is_password,
    ),
    behind(
        rf"{USERNAMES_LABEL}|handle(?=[: ]{{1,3}}@)",
        "USERNAME",
        r"(?:(?<=[:=\"'>\n@])|(?<=[:=] )|(?<=is ))[^\s{\"'<>,;:]{2,}[^\s{}\"'<>,;:.!?]",
    ),
)
BANK = (
    # By length, because other digits can follow: the date on the card, the next number of a table.
    *(
        anywhere("CREDIT_DEBIT_CARD_NUMBER", rf"{BEGIN}\d(?:{between}\d){{{length - 1}}}{END}", check)
        for between, check, shortest in ((CLOSELY, is_card, 14), (LOOSELY, is_named_card, 12))
        for length in range(19, shortest - 1, -1)
    ),
    behind(
        r"cvv2?|cvc2?|csc|card verification(?: code| value)?|security code|(?:karten)?prüf(?:ziffer|nummer)",
        "CREDIT_DEBIT_CARD_CVV",
        r"\d{3,4}(?!\d)",
    ),
    behind(
        r"exp(?:iry|ires|iration)?\.?(?: date)?|valid (?:thru|until|through)|gültig bis|ablaufdatum",
        "CREDIT_DEBIT_CARD_EXPIRY",
        r"(?:0[1-9]|1[0-2])[ ]?[/-][ ]?(?:20)?\d{2}(?!\d)|[A-Z][a-z]{2,8} 20\d\d",
    ),
    behind(r"pin(?:[ -]?code|-nummer)?|geheimzahl|code (?:secret|pin)", "PIN", r"\d{4,6}(?!\d)", is_pin),
    anywhere("INTERNATIONAL_BANK_ACCOUNT_NUMBER", iban_pattern(), is_iban),
    behind(
        "iban",
        "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        rf"[A-Z]{{2}}\d{{2}}(?:{LOOSELY}[A-Z0-9]{{4}}){{2,7}}(?:{LOOSELY}\d{{1,3}})?(?![A-Za-z0-9])",
    ),
    behind(
        r"swift(?:[ /-]?(?:code|bic))?|bic(?:[ /-]?(?:code|swift))?",
        "SWIFT_CODE",
        r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])",
    ),
    behind(
        r"(?:bank )?account (?:number|no)|acct|konto(?:nummer|-?nr)",
        "US_BANK_ACCOUNT_NUMBER",
        r"\d(?:[ -]?\d){6,16}(?!\w)",
    ),
    # Accounts of a ledger are shorter: "Konto 4400 Erlöse".
    behind(r"(?:bank )?account|konto", "US_BANK_ACCOUNT_NUMBER", r"\d(?:[ -]?\d){7,16}(?!\w)"),
    behind(r"(?:bank )?(?:routing|aba|rtn)(?: transit)?(?: number)?", "US_BANK_ROUTING_NUMBER", r"\d{9}(?!\d)"),
)
STATE = (
    behind(r"ssn|social security", "US_SOCIAL_SECURITY_NUMBER", r"\d{3}[ -]?\d{2}[ -]?\d{4}(?!\d)"),
    # Bedrock's description: it begins with 9 and its fourth digit is 7 or 8.
    anywhere("US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", r"(?<![\w-])9\d\d-[78]\d-\d{4}(?![\w-])"),
    behind(
        r"itin|individual tax(?:payer)? identification",
        "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
        r"9\d\d[ -]?\d\d[ -]?\d{4}(?!\d)",
    ),
    anywhere("US_SOCIAL_SECURITY_NUMBER", r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])"),
    behind(
        r"passport|(?:reise)?pass-?(?:nummer|nr)|reisepass",
        "US_PASSPORT_NUMBER",
        r"[A-Z0-9]{6,9}(?!\w)",
        is_passport,
    ),
    behind(
        r"driver'?s?'? licen[cs]e|driving licen[cs]e|führerschein(?:-?nummer|-?nr)?|driver id",
        "DRIVER_ID",
        r"[A-Z0-9](?:[ -]?[A-Z0-9]){5,16}(?!\w)",
        has_digit,
    ),
    anywhere("CA_SOCIAL_INSURANCE_NUMBER", r"(?<![\w-])\d{3}[ -]\d{3}[ -]\d{3}(?![\w-])", is_sin),
    behind(r"sin|social insurance", "CA_SOCIAL_INSURANCE_NUMBER", r"\d{3}[ -]?\d{3}[ -]?\d{3}(?!\d)"),
    behind(
        r"health (?:card|service|insurance)|ohip|phn|personal health",
        "CA_HEALTH_NUMBER",
        r"\d{4}[ -]?\d{3}[ -]?\d{3}(?!\d)",
    ),
    anywhere("UK_NATIONAL_HEALTH_SERVICE_NUMBER", r"(?<![\w+(-])\d{3} \d{3} \d{4}(?![\w-])", is_nhs),
    behind(r"nhs", "UK_NATIONAL_HEALTH_SERVICE_NUMBER", r"\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)"),
    anywhere(
        "UK_NATIONAL_INSURANCE_NUMBER",
        r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D](?!\w)",
    ),
    behind(r"utr|unique taxpayer reference", "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER", r"\d{5}[ ]?\d{5}(?!\d)"),
)
VEHICLES = (
    anywhere("LICENSE_PLATE", r"(?<![\w-])[A-ZÄÖÜ]{1,3}[ -][A-Z]{1,2}[ -]?\d{1,4}[EH]?(?![\w-])", is_plate_near),
    behind(
        r"(?:licen[cs]e|number) plate|plate",
        "LICENSE_PLATE",
        r"[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,5}(?![\w-])",
        has_digit,
    ),
    anywhere("VEHICLE_IDENTIFICATION_NUMBER", r"(?<!\w)[A-HJ-NPR-Z0-9]{17}(?!\w)", is_vin),
)
RULES: tuple[Rule, ...] = (*CREDENTIALS, *BANK, *STATE, *VEHICLES)
