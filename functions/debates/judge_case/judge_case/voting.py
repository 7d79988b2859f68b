"""One vote: a judge's reply, asked for once more if it holds no verdict."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from debating.arguments import Argument
from debating.cases import Case, Technique
from debating.judgements import Vote
from debating.model_replies import Tokens, takes
from debating.plans import Ballot
from debating.prompting import asked_again, judge_request
from debating.unit_tasks import CastVote
from debating.verdicts import TOOL, verdict_of
from docent.prompts import reply_text

# A judge that decided not to decide has given its verdict.
_ASKED_AGAIN = ("unreadable", "cut_off")


def vote(
    ask: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    case: Case,
    technique: Technique,
    ballot: Ballot,
    arguments: Sequence[Argument],
    model_id: str,
    temperature: float,
) -> CastVote:
    heard = [argument for argument in arguments if argument.round <= ballot.after]
    request = judge_request(case, technique, ballot.first, heard, temperature, takes(model_id, "toolConfig"))
    reply = ask(request)
    tokens, reasoning, verdict = Tokens.of(reply), _reasoning(reply), verdict_of(reply)
    if verdict.reason in _ASKED_AGAIN:
        reply = ask(asked_again(request, reasoning))
        tokens, verdict = tokens + Tokens.of(reply), verdict_of(reply)
        reasoning = f"{reasoning}\n\n{_reasoning(reply)}".strip()
    used = temperature if takes(model_id, "temperature") else None
    return CastVote(Vote.of(ballot, verdict), tokens, model_id, used, reasoning)


def _reasoning(reply: Mapping[str, Any]) -> str:
    content = reply["output"]["message"].get("content") or []
    used = (block["toolUse"]["input"] for block in content if block.get("toolUse", {}).get("name") == TOOL)
    given = next((value.get("reasoning") for value in used if isinstance(value, Mapping)), None)
    return given if isinstance(given, str) else reply_text(content).strip()
