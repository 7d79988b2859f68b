"""One argument of a model, asked for a second time if the first reply holds none that a judge may hear."""

from collections.abc import Callable, Mapping
from typing import Any

from debating.arguments import argument_of
from debating.model_replies import Tokens
from debating.prompting import Speech
from debating.quotes import QuotedDocument
from debating.unit_tasks import Said
from debating.verdicts import Reason, read_verdict
from docent.prompts import reply_text

from .unfit_arguments import why_unfit

ATTEMPTS = 2


def speak(
    ask: Callable[[], Mapping[str, Any]], speech: Speech, model_id: str, document: QuotedDocument, language: str
) -> Said:
    """`language` is the document's, empty where it is in doubt."""
    tokens, reason = Tokens(), None
    for _ in range(ATTEMPTS):
        reply = ask()
        tokens += Tokens.of(reply)
        text = reply_text(reply["output"]["message"].get("content") or [])
        argument = argument_of(text, speech.role, speech.side, speech.round, document)
        reason = _why_none(reply, text)
        unfit = why_unfit(argument, language) if argument else None
        reason = unfit or reason
        if argument and not unfit and reason != "refused":
            return Said(argument, tokens, model_id)
    return Said(None, tokens, model_id, reason)


def _why_none(reply: Mapping[str, Any], text: str) -> Reason:
    """A refusal is one only in place of an argument: a debater may well write that it cannot agree."""
    if reply.get("stopReason") in ("guardrail_intervened", "content_filtered"):
        return "refused"
    if reply.get("stopReason") == "max_tokens" and "<argument" not in text:
        return "cut_off"
    if "<argument" not in text and "<quote>" not in text and read_verdict(text).reason == "refused":
        return "refused"
    return "unreadable"
