"""A reply without the thinking that some models write into it: `<think>…</think>`."""

import re
from collections.abc import Iterable, Iterator

_BEGINS = re.compile(r"<(think|thinking|thought|reasoning|scratchpad)>", re.IGNORECASE)
_LONGEST_TAG = len("</scratchpad>")


def spoken(pieces: Iterable[str]) -> Iterator[str]:
    """What is not thinking, however the text is cut into pieces. Thinking that does not end goes to the end."""
    text, end = "", ""  # `end` closes the thinking that goes on
    for piece in pieces:
        text += piece
        while True:
            if end:
                if (at := text.lower().find(end)) < 0:
                    text = text[-_LONGEST_TAG:]
                    break
                text, end = text[at + len(end) :], ""
            elif found := _BEGINS.search(text):
                yield text[: found.start()]
                text, end = text[found.end() :], f"</{found[1].lower()}>"
            else:
                held = text.rfind("<", max(0, len(text) - _LONGEST_TAG))
                cut = held if held >= 0 else len(text)
                yield text[:cut]
                text = text[cut:]
                break
    if not end:
        yield text
