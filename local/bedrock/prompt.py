"""The parts of a prompt: the text in tags, and the instructions around them."""

import re
from dataclasses import dataclass
from xml.sax.saxutils import unescape

# The last pair of a tag counts, because instructions can name a tag before it is used.
_PART = r"<{tag}(?:\s[^>]*)?>((?:(?!<{tag}[\s>]).)*)</{tag}>"
_PASSAGE = re.compile(r"<passage\b([^>]*)>(.*?)</passage>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([\w.:-]+))""")
_QUOTES = {"&quot;": '"', "&apos;": "'"}


@dataclass(frozen=True, slots=True)
class Passage:
    """One piece of the context. Answers cite its `id` as `[id]`. The rest tells where it stands, if that is known."""

    id: str
    text: str
    document: str = ""
    page: str = ""
    heading: str = ""


def part(prompt: str, tag: str) -> str | None:
    """The text between `<tag>` and `</tag>`, unchanged; None if the prompt has no such part."""
    found = re.findall(_PART.format(tag=tag), prompt, re.DOTALL)
    return found[-1].strip() if found else None


def passages(context: str) -> list[Passage]:
    """A context without `<passage>` is one passage with id 1."""
    found = [
        _passage(number, _attributes(written), text)
        for number, (written, text) in enumerate(_PASSAGE.findall(context), start=1)
    ]
    return found or [Passage("1", unescape(context.strip()))]


def _passage(number: int, attributes: dict[str, str], text: str) -> Passage:
    place = {name: attributes.get(name, "").strip() for name in ("document", "page", "heading")}
    return Passage(attributes.get("id", str(number)), unescape(text.strip()), **place)


def _attributes(written: str) -> dict[str, str]:
    return {name: unescape("".join(values), _QUOTES) for name, *values in _ATTRIBUTE.findall(written)}
