"""Transcripts in plain text: each turn begins with its speaker and a colon."""

import re
from collections.abc import Iterator

from .transcripts import Transcript, is_role, transcript_of

# "Agent: …", "**Customer:** …", "[00:12] Agent 2: …", "Supervisor {NAME}: …". A time may stand before it.
_TURN = re.compile(
    r"\s*(?:[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?[\])]?\s*[-–]?\s*)?"
    r"[*_]{0,2}(?P<speaker>[^\W\d_](?:[^:*\n]{0,38}[^\s:*])?)[*_]{0,2}\s*:[*_]{0,2}(?=\s|$)\s*(?P<text>.*)"
)
# A speaker is named more than once, or by a role; "Okay, here's what I can do:" is not.
_MOST_WORDS = 4


def read_text(text: str, label: str = "") -> Transcript:
    """Without any speaker, each paragraph is a turn of one and the same."""
    lines = text.splitlines()
    names = _names_in(lines)
    return transcript_of(list(_said(lines, names)) if names else [("", text)], label=label)


def _names_in(lines: list[str]) -> set[str]:
    counts: dict[str, int] = {}
    for line in lines:
        if (turn := _TURN.match(line)) and len(turn["speaker"].split()) <= _MOST_WORDS and "," not in turn["speaker"]:
            counts[turn["speaker"]] = counts.get(turn["speaker"], 0) + 1
    named = {name for name, count in counts.items() if count > 1 or is_role(name)}
    # A supervisor may speak only once; such a turn stands alone, behind an empty line.
    alone = {
        turn["speaker"]
        for before, line in zip(["", *lines], lines, strict=False)
        if (turn := _TURN.match(line)) and turn["speaker"] in counts and not before.strip()
    }
    return named | alone


def _said(lines: list[str], names: set[str]) -> Iterator[tuple[str, str]]:
    speaker = ""
    for line in lines:
        turn = _TURN.match(line)
        if turn and turn["speaker"] in names:
            speaker = turn["speaker"]
            yield speaker, turn["text"]
        else:
            yield speaker, line
