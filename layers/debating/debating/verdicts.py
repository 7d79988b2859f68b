"""What a judge decided: by a tool call where the model takes tools, else by the last answer line of its reply."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from docent.prompts import reply_text

Side = Literal["A", "B"]
# Why there is no verdict, or no argument. A case without one is undecided; it is neither wrong nor dropped.
Reason = Literal[
    "refused", "cut_off", "unreadable", "undecided", "tie", "instructs_the_judge", "other_language"
]  # fmt: skip

TOOL = "give_verdict"
# The reply is forced into this shape where the model takes tools.
TOOL_CONFIG: Mapping[str, Any] = {
    "tools": [
        {
            "toolSpec": {
                "name": TOOL,
                "description": "Give your verdict.",
                "inputSchema": {
                    "json": {
                        "type": "object",
                        "properties": {
                            "reasoning": {"type": "string"},
                            "verdict": {"type": "string", "enum": ["A", "B", "undecided"]},
                        },
                        "required": ["reasoning", "verdict"],
                    }
                },
            }
        }
    ],
    "toolChoice": {"tool": {"name": TOOL}},
}
# As the prompts ask for it, in English whatever the document's language is.
_ANSWER_LINE = re.compile(r"^\W*(?:final )?answer\s*:(?P<rest>.*)$", re.IGNORECASE)
_SIDE = re.compile(r"(?:(?:answer|debater)\s+)?(?P<side>[ab])", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_REFUSAL = re.compile(
    r"\b(?:i (?:cannot|can't|can not|won't|am (?:not able|unable))|i'm (?:sorry|not able|unable)"
    r"|ich kann (?:das |dies )?nicht|leider kann ich)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`side` is what the judge holds right, None with the `reason` why there is none."""

    side: Side | None
    reason: Reason | None = None


def verdict_of(reply: Mapping[str, Any]) -> Verdict:
    """Of a reply of Converse."""
    content: Sequence[Any] = reply["output"]["message"].get("content") or []
    for block in content:
        if (use := block.get("toolUse")) and use["name"] == TOOL:
            return _by_tool(use["input"])
    if reply.get("stopReason") in ("guardrail_intervened", "content_filtered"):
        return Verdict(None, "refused")
    read = read_verdict(reply_text(content))
    if read.side is None and reply.get("stopReason") == "max_tokens":
        return Verdict(None, "cut_off")
    return read


def read_verdict(text: str) -> Verdict:
    """By the last answer line. The prompt's own "A|B", "A or B", and lines that contradict it are no verdict."""
    text = _THINKING.sub("", _INVISIBLE.sub("", text).replace("\xa0", " ")).strip()
    lines: list[Side | None] = [
        _side_of(found["rest"]) for line in text.splitlines() if (found := _ANSWER_LINE.match(line))
    ]
    sides: list[Side] = [side for side in lines if side]
    if not lines:
        return Verdict(None, "refused" if _REFUSAL.search(text) else "unreadable")
    if lines[-1] is None:
        return Verdict(None, "undecided")
    # An answer line right before the last one with the other side is no change of mind but an answer of both.
    if len(sides) > 1 and sides[-2] != sides[-1] and _are_neighbours(text):
        return Verdict(None, "undecided")
    return Verdict(sides[-1])


def _by_tool(given: Any) -> Verdict:
    said = given.get("verdict") if isinstance(given, Mapping) else None
    if said == "A" or said == "B":
        return Verdict(said)
    return Verdict(None, "undecided" if said == "undecided" else "unreadable")


def _side_of(rest: str) -> Side | None:
    found = _SIDE.fullmatch(re.sub(r"[*_`~<>()\[\]{}\"'.!]", "", rest).strip())
    if not found:
        return None
    return "A" if found["side"].upper() == "A" else "B"


def _are_neighbours(text: str) -> bool:
    """Whether the last two answer lines with a side follow one another."""
    lines = [line for line in text.splitlines() if line.strip()]
    places = [i for i, line in enumerate(lines) if (f := _ANSWER_LINE.match(line)) and _side_of(f["rest"])]
    return len(places) > 1 and places[-1] - places[-2] == 1
