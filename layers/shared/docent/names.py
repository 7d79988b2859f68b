"""Names of users, groups and files: as both sides of a comparison write them, and what none of them may hold."""

import re
import unicodedata

# Characters without a width or that change the writing direction, line ends, half surrogates.
UNSEEN = frozenset({"Cf", "Zl", "Zp", "Cs"})
CONTROLS = frozenset({"Cc"})
# The same in other categories: joiners, fillers, variation selectors (Unicode's Default_Ignorable_Code_Point).
IGNORED = frozenset(
    chr(code)
    for codes in (
        (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),
        range(0x180B, 0x1810),
        range(0xFE00, 0xFE10),
        range(0xE0100, 0xE01F0),
    )
    for code in codes
)

# "👩‍🔬", "❤️": symbols with their variation selectors, skin tones and joiners.
SYMBOL = r"[\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff]"
EMOJI = re.compile(rf"{SYMBOL}[\ufe0e\ufe0f]?(?:\u200d{SYMBOL}[\ufe0e\ufe0f]?)*")


def group_name(text: str) -> str:
    """Composed (NFC) and without blanks around it; macOS and some directories decompose accents."""
    return unicodedata.normalize("NFC", text).strip()


def user_name(text: str) -> str:
    """As of groups, and in lower case, as e-mail addresses are compared."""
    return unicodedata.normalize("NFC", group_name(text).lower())


def unseen_in(text: str, *, controls: bool = False) -> str:
    """The first character that cannot be seen or that changes the writing direction, such as `U+202E`; else empty.

    Between and behind symbols some of them are seen: they make one emoji of several. `controls` are control characters,
    which S3 allows in keys.
    """
    categories = UNSEEN | CONTROLS if controls else UNSEEN
    for character in EMOJI.sub("", text):
        if unicodedata.category(character) in categories or character in IGNORED:
            return f"U+{ord(character):04X}"
    return ""


def shown(text: str) -> str:
    """For messages: characters that cannot be seen are written out."""
    return "".join(f"<{unseen}>" if (unseen := unseen_in(character)) else character for character in text)
