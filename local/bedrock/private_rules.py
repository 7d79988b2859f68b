"""The form of a rule for private data with a fixed shape, and the parts of rules.

A rule finds candidates with a pattern and can reject them with a check. A value with a checksum or a unique shape is
found anywhere; a value of plain digits or letters is found only after its label ("CVV: 123").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

# (text, start, end) -> whether text[start:end] is a match of the rule
Check = Callable[[str, int, int], bool]

# Between a label and its value: punctuation, a line break, "number is", the quotes and tags of forms.
# Never a brace: a masked value ("Phone: {PHONE}") is not matched again.
GAP = r"[^\w{]{0,4}(?:(?i:it|is|ist|lautet|number|nummer|no|nr|num)\b[^\w{]{0,4}){0,2}"


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


def has_digit(text: str, start: int, end: int) -> bool:
    return any(character.isdigit() for character in text[start:end])
