"""Prompts carry their parts in tags, as Claude's guidance has it; replies are read back the same way."""

import re
from collections.abc import Sequence
from typing import Any

# Tokens by which servers of language models tell who speaks: <|im_start|>, <｜User｜>, [INST], <<SYS>>, <s>,
# <start_of_turn>, <think>. A server that reads them in a text as well lets a document speak as the system.
_CONTROL = re.compile(
    r"<(?=[|｜])|(?<=[|｜])>|<(?=<?/?(?:SYS>|s>|(?:start|end)_of_turn>|think(?:ing)?>))|\[(?=/?INST\])"
)
_HARMLESS = {"<": "‹", ">": "›", "[": "⟦"}


def tagged(name: str, text: str) -> str:
    """`<name>text</name>`, with any `<name` or `</name` inside disarmed, so that text cannot leave its tag."""
    return f"<{name}>{disarmed(text, name)}</{name}>"


def disarmed(text: str, *tags: str) -> str:
    """Text that cannot open or close one of these tags, and that no server takes for its control tokens."""
    text = _CONTROL.sub(lambda found: _HARMLESS[found.group()], text)
    if not tags:
        return text
    return re.sub(rf"<(/?(?:{'|'.join(map(re.escape, tags))})\b)", r"‹\1", text, flags=re.IGNORECASE)


def read_tag(name: str, reply: str) -> str | None:
    """What stands in the first `<name>` of a reply; to its end where the closing tag was cut off."""
    found = re.search(rf"<{re.escape(name)}>(.*?)(?:</{re.escape(name)}>|\Z)", reply, flags=re.DOTALL)
    return found.group(1).strip() if found else None


def reply_text(content: Sequence[Any]) -> str:
    """A Converse reply's text: its text blocks joined. The first block may be a thinking block."""
    return "".join(block["text"] for block in content if "text" in block)
