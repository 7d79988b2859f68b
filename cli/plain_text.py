"""Text that is safe to show in a terminal, whatever a document's name or an answer contains."""

import codecs
import re

# Control characters (they move the cursor, change colours or the window's title), the controls of writing direction
# and invisible characters (they make a name look like another), line separators, and halves of surrogate pairs. Line
# breaks and tabs stay, and so do the joiners that emoji and several scripts need.
UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)
# What the output uses itself, for terminals that cannot show it.
ASCII = {"✓": "+", "✗": "x", "…": "...", "“": '"', "”": '"', "’": "'", "–": "-", "·": "-", "→": "->"}


def neutral(text: str) -> str:
    """The text with every unsafe character written as JSON writes it, such as `\\u001b`."""
    return UNSAFE.sub(lambda found: _escaped(found[0]), text)


def one_line(text: str) -> str:
    """The same for a name, which a line break must not end."""
    return neutral(text).replace("\n", "\\n").replace("\t", "\\t")


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    characters = error.object[error.start : error.end]
    return "".join(_shown(each) for each in characters), error.end


def _shown(character: str) -> str:
    if "\u2800" <= character <= "\u28ff":  # the spinner's dots
        return "*"
    return ASCII.get(character) or _escaped(character)


codecs.register_error("docent", _in_ascii)
