"""Masking by a Bedrock guardrail: three outcomes, and anything unclear counts as blocked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import bedrock_runtime
from docent.errors import from_aws
from docent.errors.ingest import MaskingRefusedError
from docent.guardrails import Masked, read_reply
from docent.overlapping_pieces import Span, masked_spans, pieces, without

# ApplyGuardrail counts text in units of a thousand characters.
TEXT_UNIT = 1000

# Between the fields of a record, which are masked as one text: a name that one of them gives in full is then
# found in the other where it stands alone, and one call does for both.
FIELD_BREAK = "\n\n⁂\n\n"


def apply_guardrail(guardrail_id: str, version: str, texts: Sequence[str]) -> Mapping[str, Any]:
    """ApplyGuardrail's reply to what a model wrote, each text a content block of its own."""
    try:
        return bedrock_runtime().apply_guardrail(
            guardrailIdentifier=guardrail_id,
            guardrailVersion=version,
            source="OUTPUT",
            content=[{"text": {"text": text}} for text in texts],
        )
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "the guardrail masked a text", MaskingRefusedError) from error


def mask_fields(
    record: Mapping[str, Any],
    fields: Sequence[str],
    apply: Callable[[str], Mapping[str, Any]],
    max_units: int,
) -> dict[str, Any]:
    """The record with `outcome` and its fields masked, or without them when it is blocked.

    `apply` and `max_units` as for `mask`.
    """
    rest = {name: value for name, value in record.items() if name not in fields}
    texts = [record.get(field, "").replace("⁂", "*") for field in fields]
    masked = mask(FIELD_BREAK.join(texts), apply, max_units)
    if masked.outcome == "blocked":
        return rest | {"outcome": "blocked"}
    parts = masked.text.split(FIELD_BREAK)
    if len(parts) != len(fields):
        raise MaskingRefusedError("The guardrail returned a text that cannot be put back into its fields.")
    return rest | dict(zip(fields, parts, strict=True)) | {"outcome": masked.outcome}


def mask(text: str, apply: Callable[[str], Mapping[str, Any]], max_units: int) -> Masked:
    """`text` with what the guardrail masks replaced.

    `apply` sends one piece of at most `max_units` text units and returns ApplyGuardrail's reply. A text
    of which any piece is blocked is blocked as a whole. Raises MaskingRefusedError when a reply cannot be
    trusted to be masked.
    """
    if not text.replace("⁂", "").strip():
        return Masked(text, "clean")
    spans: list[Span] = []
    for start, piece in pieces(text, max_units * TEXT_UNIT):
        if not piece.strip():
            continue  # the guardrail takes no blank text
        masked = read_reply(piece, apply(piece))
        if len(piece) == len(text) or masked.outcome == "blocked":
            return masked
        if masked.outcome == "masked":
            spans += [span.moved(start) for span in masked_spans(piece, masked.text)]
    return Masked(without(text, spans), "masked" if spans else "clean")
