"""The parts of a prompt: the text in tags, and the instructions around them."""

import re
from dataclasses import dataclass
from xml.sax.saxutils import unescape

# The last pair of a tag counts, because instructions can name a tag before it is used.
_PART = r"<{tag}(?:\s[^>]*)?>((?:(?!<{tag}[\s>]).)*)</{tag}>"
_PASSAGE = re.compile(r"<passage\b([^>]*)>(.*?)</passage>", re.DOTALL)
_ID = re.compile(r"""\bid\s*=\s*["']?([\w.:-]+)""")


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of the context. Answers cite its `id` as `[id]`."""

    id: str
    text: str


def part(prompt: str, tag: str) -> str | None:
    """The text between `<tag>` and `</tag>`, unchanged; None if the prompt has no such part."""
    found = re.findall(_PART.format(tag=tag), prompt, re.DOTALL)
    return found[-1].strip() if found else None


def passages(context: str) -> list[Passage]:
    """A context without `<passage>` is one passage with id 1."""
    found = [
        Passage(match[1] if (match := _ID.search(attributes)) else str(number), unescape(text.strip()))
        for number, (attributes, text) in enumerate(_PASSAGE.findall(context), start=1)
    ]
    return found or [Passage("1", unescape(context.strip()))]
