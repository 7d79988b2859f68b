"""Answers prompts by quoting sentences, in place of a language model. It writes no text of its own.

The prompt's tags select what it does. Runs in a worker process because it computes sentence vectors.
"""

import re

from local.bedrock import arguing, call_insights, choosing, condensing, customer_service, quoting, summing_up
from local.bedrock.prompt import part, passages
from local.bedrock.words import language_of

CANNOT = {
    "en": (
        "This is the extractive engine, not a language model. It answers a <question> from a <context>, "
        "fills in a field from <statements>, sums up a <transcript> or finds <insights> in it, makes a <question> with "
        "its <history> stand alone, plays the parts of a debate, labels a <message> or replies "
        "to it, and reads images. It cannot do what this prompt asks; "
        "set DOCENT_LLM_URL to use a language model."
    ),
    "de": (
        "Dies ist die extraktive Maschine, kein Sprachmodell. Sie beantwortet eine <question> aus einem "
        "<context>, füllt ein Feld aus <statements> aus, fasst ein <transcript> zusammen oder sucht <insights> darin, "
        "löst eine <question> aus ihrer <history>, spielt die Rollen einer Debatte, ordnet eine <message> ein oder "
        "beantwortet sie und liest Bilder. Was diese Anfrage "
        "verlangt, kann sie nicht; mit DOCENT_LLM_URL kann es ein Sprachmodell."
    ),
}


def answer(system: str, prompt: str) -> str:
    """`prompt` is what the user wrote. The last of its parts of each kind counts. `system` holds only instructions."""
    if arguing.plays(prompt):
        return arguing.answer(prompt)
    if customer_service.plays(prompt):
        return customer_service.answer(prompt)
    question, context = part(prompt, "question"), part(prompt, "context")
    if question is not None and context is not None:
        return quoting.answer(part(prompt, "standalone") or question, passages(context))
    if question is not None and (statements := part(prompt, "statements")) is not None:
        options = (part(prompt, "options") or "").splitlines()
        return choosing.field(question, statements, options, part(prompt, "wanted") or "")
    if (transcript := part(prompt, "transcript")) is not None:
        if insights := call_insights.insights_of(part(prompt, "insights") or ""):
            return call_insights.answer(prompt, transcript, insights)
        return summing_up.summary(transcript, _without_parts(f"{system}\n{prompt}"))
    if question is not None and (history := part(prompt, "history")) is not None:
        return condensing.standalone(question, history)
    return CANNOT[language_of(prompt)]


def warm() -> None:
    """Loads the sentence model, the sentence splitter and the stemmers."""
    quoting.answer("Who waits?", passages("Somebody waits in the hall."))


def _without_parts(prompt: str) -> str:
    return re.sub(r"<(\w+)(?:\s[^>]*)?>.*?</\1>", " ", prompt, flags=re.DOTALL)
