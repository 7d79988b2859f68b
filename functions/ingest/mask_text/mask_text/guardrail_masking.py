"""Masking by a Bedrock guardrail: three outcomes, and anything unclear counts as blocked."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from docent.errors.ingest import MaskingRefusedError
from docent.guardrails import Masked, read_reply

# ApplyGuardrail counts text in units of a thousand characters.
TEXT_UNIT = 1000

# Where a text may be cut, best first: a paragraph, a line, the end of a sentence, a space.
CUTS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])[\"'”»)]?\s+"), re.compile(r"\s+"))


# Between the fields of a record, which are masked as one text: a name that one of them gives in full is then
# found in the other where it stands alone, and one call does for both.
FIELD_BREAK = "\n\n⁂\n\n"


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
    pieces = [read_reply(piece, apply(piece)) for piece in split(text, max_units * TEXT_UNIT)]
    outcomes = {piece.outcome for piece in pieces}
    if "blocked" in outcomes:
        return Masked("", "blocked")
    return Masked("".join(piece.text for piece in pieces), "masked" if "masked" in outcomes else "clean")


def split(text: str, limit: int) -> Iterator[str]:
    """Pieces of at most `limit` characters that join to `text` again, cut where a reader would pause."""
    while len(text) > limit:
        end = _cut(text, limit)
        yield text[:end]
        text = text[end:]
    yield text


def _cut(text: str, limit: int) -> int:
    # A cut in the first half would double the number of calls, so a worse one later is better.
    for cut in CUTS:
        ends = [found.end() for found in cut.finditer(text, limit // 2, limit)]
        if ends:
            return ends[-1]
    return limit
