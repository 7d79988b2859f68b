"""The second pass over a transcript that was too long for one request.

It is asked like any other transcript, about the turns that the summaries of its parts rest on, with their numbers in
the whole call. So the reply is read and checked in the same way.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from docent.spoken_turns import SpokenTurn, asked_of, turns_of

from .insight_checks import check_insights
from .replies import read_output

type Json = Mapping[str, Any]

# Beside the turns that a part's insights rest on, its first and last ones say how the call went on.
EDGES = 2
MOST_CHARACTERS = 400_000
_RULE = """\
The transcript was too long for one request. Here are only the turns that the summaries of its parts rest on, and \
<parts> holds these summaries, in the order of the call. Reply with one summary of the whole call."""


def combined_request(lines: Sequence[Json]) -> dict[str, Any]:
    """`lines` are those of the parts' valid replies, in the order of the parts."""
    first = lines[0]["modelInput"]
    asked = asked_of(first)
    turns: list[SpokenTurn] = []
    summaries: list[Json] = []
    for line in lines:
        said = turns_of(line["modelInput"])
        insights = check_insights(read_output(line["modelOutput"], asked), asked, said).insights
        cited = _turns_in(insights)
        edges = {turn.number for turn in (*said[:EDGES], *said[-EDGES:])}
        turns += [turn for turn in said if turn.number in cited | edges]
        summaries.append({name: _plain(value) for name, value in insights.items()})
    most = MOST_CHARACTERS // max(1, len(turns))
    written = "\n".join(f"{turn.number} {turn.speaker}: {turn.text[:most]}" for turn in turns)
    parts = json.dumps(summaries, ensure_ascii=False).replace("<", "‹").replace(">", "›")
    opening = first["messages"][0]["content"][0]["text"].partition("\n")[0]
    text = (
        f"{opening}\n{written}\n</transcript>\n\n<parts>{parts}</parts>\n\n"
        f"<insights>{json.dumps(asked, ensure_ascii=False)}</insights>"
    )
    system = [*first.get("system", []), {"text": _RULE}]
    return {**first, "system": system, "messages": [{"role": "user", "content": [{"text": text}]}]}


def _turns_in(value: Any) -> set[int]:
    """The numbers of all turns that checked insights name."""
    if isinstance(value, Mapping):
        own = {number for number in value.get("turns", ()) if isinstance(number, int)}
        return own.union(*(_turns_in(each) for name, each in value.items() if name != "turns"))
    return set[int]().union(*(_turns_in(each) for each in value)) if isinstance(value, list) else set()


def _plain(value: Any) -> Any:
    """Checked insights as a model reads them: the sentences of a text with the numbers of their turns."""
    if not isinstance(value, list):
        return value
    if all(isinstance(each, Mapping) and each.keys() <= {"text", "turns", "unsupported"} for each in value):
        return " ".join(
            f"{each['text']} {''.join(f'[{number}]' for number in each['turns'])}".strip() for each in value
        )
    return [{name: each[name] for name in each if name not in ("turns", "unsupported")} for each in value]
