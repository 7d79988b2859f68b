"""Private data in German, English, French and Italian text, in Amazon Bedrock's 31 types, found by rules alone.

Rules find these well: EMAIL, URL, IP_ADDRESS, MAC_ADDRESS, PHONE, CREDIT_DEBIT_CARD_NUMBER,
INTERNATIONAL_BANK_ACCOUNT_NUMBER, VEHICLE_IDENTIFICATION_NUMBER, AWS_ACCESS_KEY, AWS_SECRET_KEY,
US_SOCIAL_SECURITY_NUMBER, US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER, UK_NATIONAL_HEALTH_SERVICE_NUMBER,
UK_NATIONAL_INSURANCE_NUMBER; full names of Europe and North America (NAME).

They find these only after a label or a cue: PASSWORD, USERNAME, PIN, SWIFT_CODE, DRIVER_ID,
LICENSE_PLATE, CREDIT_DEBIT_CARD_CVV, CREDIT_DEBIT_CARD_EXPIRY, US_BANK_ACCOUNT_NUMBER,
US_BANK_ROUTING_NUMBER, US_PASSPORT_NUMBER, CA_SOCIAL_INSURANCE_NUMBER, CA_HEALTH_NUMBER,
UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER, AGE, surnames alone.

They cannot find rare surnames and names in lower case without a cue, addresses without a street word, a number or
a label, or anything described rather than written ("call me at my birthday, twice"). Bedrock has no types for
German tax, pension or identity-card numbers; a guardrail covers those with its own regexes.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from local.bedrock import private_contacts, private_numbers, spacy_names
from local.bedrock.person_names import find_names, is_word
from local.bedrock.plain_text import plain
from local.bedrock.private_tables import find_in_tables
from local.bedrock.words import language_of

# A number with a specific type takes precedence over a telephone number with the same digits.
RULES = (*private_numbers.RULES, *private_contacts.RULES)

# Types whose values are found again elsewhere in the text. A PIN's digits or an age would match too much.
REPEATED = frozenset({"NAME", "EMAIL", "PHONE", "USERNAME", "PASSWORD", "ADDRESS", "INTERNATIONAL_BANK_ACCOUNT_NUMBER"})


@dataclass(frozen=True, slots=True)
class Finding:
    """`match` is `text[start:end]`; offsets count characters."""

    type: str
    start: int
    end: int
    match: str


def find_private_data(text: str, types: Collection[str] | None = None) -> list[Finding]:
    """The private data in `text`, in order and without overlaps, for `types` or all 31 types."""
    view = plain(text)
    candidates = [(type, *trim(view.text, start, end)) for type, start, end in spans(view.text, types)]
    candidates += repetitions(view.text, candidates)
    return settled(text, [(type, *view.place(start, end)) for type, start, end in candidates if start < end])


def spans(text: str, types: Collection[str] | None) -> Iterator[tuple[str, int, int]]:
    for rule in RULES:
        if types is not None and rule.type not in types:
            continue
        group = "value" if "value" in rule.pattern.groupindex else 0
        for match in rule.pattern.finditer(text):
            start, end = match.span(group)
            if rule.check is None or rule.check(text, start, end):
                yield rule.type, start, end
    yield from (found for found in find_in_tables(text) if types is None or found[0] in types)
    for start, end in people(text) if types is None or "NAME" in types else ():
        yield "NAME", start, end - 2 * text[start:end].endswith(("'s", "’s"))


def people(text: str) -> Iterator[tuple[int, int]]:
    yield from find_names(text)
    if spacy_names.are_chosen() and language_of(text) == "en":  # the model takes German nouns for names
        yield from spacy_names.find_names(text)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    match = text[start:end]
    return start + len(match) - len(match.lstrip()), end - len(match) + len(match.rstrip(" \t\r\n,;'\""))


def repetitions(text: str, candidates: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    """Further occurrences of the same values, and of a full name's surname alone."""
    values: dict[str, str] = {}
    for type, start, end in candidates:
        value = text[start:end]
        if type in REPEATED and len(value) > 3:
            values[value] = type
        if type == "NAME":
            last = value.split()[-1] if value.split() else ""
            if len(last) > 3 and not is_word(last):
                values[last] = type
    if values:
        pattern = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text):
            yield values[match[0]], match.start(), match.end()


def settled(text: str, candidates: list[tuple[str, int, int]]) -> list[Finding]:
    """The longest finding wins, then the earlier rule. Of a shorter finding, the part that is not covered remains."""
    taken: list[tuple[str, int, int]] = []
    for type, start, end in sorted(candidates, key=lambda candidate: candidate[1] - candidate[2]):
        for _, other_start, other_end in taken:
            if start < other_end and other_start < end:
                start, end = (other_end, end) if other_start <= start else (start, other_start)
            if start >= end:
                break
        start, end = trim(text, start, end)
        if start < end and any(character.isalnum() for character in text[start:end]):
            taken.append((type, start, end))
    return [Finding(type, start, end, text[start:end]) for type, start, end in sorted(taken, key=lambda t: t[1])]
