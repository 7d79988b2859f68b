"""The second pass over a transcript that was too long for one request.

It is asked like any other transcript, about the turns that the summaries of its parts rest on, with their numbers in
the whole call. So the reply is read and checked in the same way.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from docent.spoken_turns import SpokenTurn, asked_of, language_asked, turns_of

from .replies import read_output

type Json = Mapping[str, Any]

# Beside the turns that a part's insights rest on, its first and last ones say how the call went on.
EDGES = 2
MOST_SPREAD = 20  # turns from the first to the last of one mark
MOST_CHARACTERS = 400_000
# The numbers of turns in a reply, however a model writes them: [3], [turn 3], [3, 7], [3-7]
_MARK = re.compile(r"\[[^\[\]]{0,60}\]")
_NUMBERS = re.compile(r"(\d{1,6})(?:\s*[–-]\s*(\d{1,6}))?")
_RULE = """\
The transcript was too long for one request. Here are only the turns that the summaries of its parts rest on, and \
<parts> holds these summaries, in the order of the call. Reply with one summary of the whole call."""


def combined_request(lines: Sequence[Json]) -> dict[str, Any]:
    """`lines` are those of the parts' valid replies, in the order of the parts."""
    first = lines[0]["modelInput"]
    asked, language = asked_of(first), language_asked(first)
    turns: list[SpokenTurn] = []
    summaries: list[Json] = []
    for line in lines:
        said = turns_of(line["modelInput"])
        insights = read_output(line["modelOutput"], asked)
        cited = turns_named(json.dumps(insights))
        edges = {turn.number for turn in (*said[:EDGES], *said[-EDGES:])}
        turns += [turn for turn in said if turn.number in cited | edges]
        summaries.append(insights)
    most = MOST_CHARACTERS // max(1, len(turns))
    written = "\n".join(f"{turn.number} {turn.speaker}: {turn.text[:most]}" for turn in turns)
    parts = json.dumps(summaries, ensure_ascii=False).replace("<", "‹").replace(">", "›")
    opening = first["messages"][0]["content"][0]["text"].partition("\n")[0]
    text = (
        f"{opening}\n{written}\n</transcript>\n\n<parts>{parts}</parts>\n\n"
        f"<insights{f' language="{language}"' if language else ''}>{json.dumps(asked, ensure_ascii=False)}</insights>"
    )
    system = [*first.get("system", []), {"text": _RULE}]
    return {**first, "system": system, "messages": [{"role": "user", "content": [{"text": text}]}]}


def turns_named(reply: str) -> set[int]:
    named = (_NUMBERS.findall(mark) for mark in _MARK.findall(reply))
    return {number for found in named for first, last in found for number in _between(int(first), int(last or first))}


def _between(first: int, last: int) -> range:
    return range(first, min(last, first + MOST_SPREAD) + 1)
