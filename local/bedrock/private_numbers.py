"""Numbers and credentials that identify a person to a bank, a state or a machine, and vehicle numbers."""

import re

from stdnum import iban, luhn
from stdnum.ca import sin
from stdnum.gb import nhs

from local.bedrock.private_contacts import PHONE_LABEL
from local.bedrock.private_rules import Rule, anywhere, behind, has_digit, near

is_card_named = near(r"card\b|karte|visa\b|master|amex|credit|debit|kredit")
is_vehicle_named = near(r"\b(?:vin|fin|fahrgestell|fahrzeug-ident|chassis)")
is_canadian = near(r"\bSIN\b|social insurance|canad")
is_dialled = near(PHONE_LABEL, reach=20)
# Any letters can be a German town, so this would match part numbers: accepted only near a vehicle word.
is_plate_near = near(
    r"kennzeichen|\bkfz|\bpkw|\blkw|fahrzeug|\bwagen|licen[cs]e plate|number plate|registration|\bplate\b"
)
is_key_near = near(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", reach=120)


def is_card(text: str, start: int, end: int) -> bool:
    """A valid Luhn checksum and an issuer's first digit, or a card label. Up to 13 digits need the label."""
    if is_card_named(text, start, end):
        return True
    digits = re.sub(r"\D", "", text[start:end])
    return len(digits) >= 14 and digits[0] in "23456" and len(set(digits)) > 1 and luhn.is_valid(digits)


def is_iban(text: str, start: int, end: int) -> bool:
    return iban.is_valid(text[start:end])


def is_sin(text: str, start: int, end: int) -> bool:
    return sin.is_valid(text[start:end]) and is_canadian(text, start, end)


def is_nhs(text: str, start: int, end: int) -> bool:
    return nhs.is_valid(text[start:end]) and not is_dialled(text, start, end)


def is_password(text: str, start: int, end: int) -> bool:
    """After a colon or an equals sign, anything; after a space, only what is not a word ("password reset")."""
    return text[:start].rstrip(" \t\n\"'>")[-1:] in (":", "=") or not text[start:end].isalpha()


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
        r"pass(?:word|wort|phrase)|kennwort|pwd",
        "PASSWORD",
        r"(?<=[:=\"'>\n\t ])[^\s{\"'<>,;]{3,}[^\s{}\"'<>,;.:!?]",
        is_password,
    ),
    behind(
        r"user ?name|user[_ -]?id|benutzername|benutzerkennung|anmeldename|"
        r"login(?:[_ -]?name)?|screen name|handle",
        "USERNAME",
        r"(?:(?<=[:=\"'>\n@])|(?<=[:=] )|(?<=is ))[^\s{\"'<>,;:]{2,}[^\s{}\"'<>,;:.!?]",
    ),
)
BANK = (
    anywhere("CREDIT_DEBIT_CARD_NUMBER", r"(?<![\w.-])\d(?:[ -]?\d){11,18}(?![\w]|[.-]\d)", is_card),
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
    behind(r"pin(?:[ -]?code)?|geheimzahl", "PIN", r"\d{4,6}(?!\d)"),
    anywhere(
        "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ ]?[A-Za-z0-9]{4}){2,7}"
        r"(?:[ ]?[A-Za-z0-9]{1,3})?(?![A-Za-z0-9])",
        is_iban,
    ),
    # Again without letters, which would include the word after the number.
    anywhere(
        "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ ]?\d{4}){2,7}(?:[ ]?\d{1,3})?(?![A-Za-z0-9])",
        is_iban,
    ),
    behind(
        "iban",
        "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
        r"[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?\d{1,3})?(?![A-Za-z0-9])",
    ),
    behind(
        r"swift(?:[ /-]?(?:code|bic))?|bic(?:[ /-]?(?:code|swift))?",
        "SWIFT_CODE",
        r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])",
    ),
    behind(
        r"(?:bank )?account(?: number| no)?|acct|konto(?:nummer|-?nr)?",
        "US_BANK_ACCOUNT_NUMBER",
        r"\d(?:[ -]?\d){6,16}(?!\w)",
    ),
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
        has_digit,
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
