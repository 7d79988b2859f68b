"""Prompts carry their parts in tags, as Claude's guidance has it; replies are read back the same way."""

import re
from collections.abc import Sequence
from typing import Any


def tagged(name: str, text: str) -> str:
    """`<name>text</name>`, with any `<name` or `</name` inside disarmed, so that text cannot leave its tag."""
    inner = re.sub(rf"<(/?){re.escape(name)}\b", rf"‹\1{name}", text, flags=re.IGNORECASE)
    return f"<{name}>{inner}</{name}>"


def read_tag(name: str, reply: str) -> str | None:
    """What stands in the first `<name>` of a reply; to its end where the closing tag was cut off."""
    found = re.search(rf"<{re.escape(name)}>(.*?)(?:</{re.escape(name)}>|\Z)", reply, flags=re.DOTALL)
    return found.group(1).strip() if found else None


def reply_text(content: Sequence[Any]) -> str:
    """A Converse reply's text: its text blocks joined. The first block may be a thinking block."""
    return "".join(block["text"] for block in content if "text" in block)
