"""What a Bedrock guardrail made of a text: clean, masked or blocked, and anything unclear counts as blocked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from docent.errors.ingest import MaskingRefusedError

type Outcome = Literal["clean", "masked", "blocked"]


@dataclass(frozen=True, slots=True)
class Masked:
    """`text` is empty when the outcome is blocked."""

    text: str
    outcome: Outcome


def read_reply(text: str, reply: Mapping[str, Any]) -> Masked:
    """What ApplyGuardrail's reply says of the text that was sent. Mask and block look alike but for the findings'
    actions. Raises MaskingRefusedError when a reply cannot be trusted to be masked."""
    actions = set(_actions(reply["assessments"]))
    if reply["action"] == "NONE" and actions <= {"NONE"}:
        return Masked(text, "clean")  # `outputs` is empty: the input stands
    if actions - {"ANONYMIZED", "NONE"} or "ANONYMIZED" not in actions:
        return Masked("", "blocked")
    outputs = reply.get("outputs") or []
    if not outputs or not all("text" in output for output in outputs):
        raise MaskingRefusedError("The guardrail found something to mask but returned no text.")
    return Masked("".join(output["text"] for output in outputs), "masked")


def read_replies(texts: Sequence[str], reply: Mapping[str, Any]) -> list[Masked] | None:
    """Of several texts that were sent as one content block each, in their order; None if the reply cannot be told
    apart. AWS does not document that outputs stand in the order of the blocks, so callers hold each against its text.
    """
    if len(texts) == 1:
        return [read_reply(texts[0], reply)]
    whole = read_reply("", reply)
    if whole.outcome == "clean":
        return [Masked(text, "clean") for text in texts]
    outputs = reply.get("outputs") or []
    if whole.outcome == "blocked" or len(outputs) != len(texts):
        return None
    return [
        Masked(output["text"], "clean" if output["text"] == text else "masked")
        for text, output in zip(texts, outputs, strict=True)
    ]


def _actions(value: Any) -> Iterator[str]:
    """The actions of all findings, of every policy."""
    if isinstance(value, Mapping):
        if isinstance(value.get("action"), str):
            yield value["action"]
        for inner in value.values():
            yield from _actions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _actions(inner)
