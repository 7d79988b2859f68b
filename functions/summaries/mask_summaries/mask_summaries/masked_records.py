"""One record of insights on its way through masking: what of it is sent, and what is kept of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from docent.overlapping_pieces import without
from docent.text_language import UNKNOWN, language_of

from .paced_masking import MaskedText
from .private_texts import joined, parted, texts_of, types_in, with_texts, without_tags
from .residual_check import residual_spans

# What collect_replies says of a record, besides its insights. Nothing else of a record is passed on.
_KEPT = ("record_id", "outcome", "unsupported", "usage", "coverage", "roles_uncertain")
ANY_LANGUAGE = "*"


def digest_of(line: bytes, guardrail: str) -> str:
    """Of a record and the guardrail that masks it: what is masked already is not masked again."""
    return hashlib.sha256(guardrail.encode() + b"\n" + line).hexdigest()[:32]


def text_of(record: Mapping[str, Any]) -> str:
    """What of a record the guardrail has to see; empty for a record without insights."""
    return joined(texts_of(record["insights"])) if record["outcome"] == "ok" else ""


def uncovered_language(record: Mapping[str, Any], text: str, language: str, covered: str) -> str:
    """The language of a record if the guardrail does not cover it. `language` is the job's, empty for the call's."""
    if covered == ANY_LANGUAGE or not text.strip():
        return ""
    found = language or record.get("language") or language_of(text)
    return found if found and found not in covered.split(",") else ""


def refused(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    known = "" if language == UNKNOWN else f" {language}"
    return failed(
        record,
        f"The guardrail does not cover the language{known} of its summary. Choose a guardrail profile, or have the "
        "summaries written in a language that it covers.",
    )


def failed(record: Mapping[str, Any], reason: str) -> dict[str, Any]:
    return _kept(record) | {"outcome": "failed", "reason": reason, "unsupported": []}


def masked_record(record: Mapping[str, Any], result: MaskedText) -> dict[str, Any]:
    """The record as it may be stored: its insights masked, or without them where the guardrail did not pass them.

    `pii` counts what was replaced by type, `residual` what the residual check found after that. It is replaced too.
    """
    if record["outcome"] != "ok":
        return _kept(record)
    if result.outcome == "failed":
        return failed(record, result.reason)
    if result.outcome == "blocked":
        return _kept(record) | {"outcome": "blocked", "reason": "The guardrail blocked it.", "unsupported": []}
    texts = texts_of(record["insights"])
    spans = without_tags(joined(texts), result.spans)
    left: Counter[str] = Counter()
    kept = iter([_checked(text, left) for text in parted(texts, spans)])
    return _kept(record) | {
        "outcome": "masked" if spans or left else "clean",
        "insights": with_texts(record["insights"], lambda _: next(kept)),
        "pii": dict(types_in(spans)),
        "residual": dict(left),
    }


def _checked(text: str, left: Counter[str]) -> str:
    spans = residual_spans(text)
    left.update(types_in(spans))
    return without(text, spans)


def _kept(record: Mapping[str, Any]) -> dict[str, Any]:
    """A service's own words for an error can repeat what it was given, so what stands out in them is replaced."""
    kept = {name: record[name] for name in _KEPT if name in record}
    reason = str(record.get("reason", ""))
    return kept | ({"reason": without(reason, residual_spans(reason))} if reason else {})


def counts_of(records: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Records by outcome; what was masked and what was left after that, by type."""
    counts = {name: Counter[str]() for name in ("outcomes", "pii", "residual")}
    for record in records:
        counts["outcomes"][record["outcome"]] += 1
        counts["pii"].update(record.get("pii", {}))
        counts["residual"].update(record.get("residual", {}))
    return {name: dict(each) for name, each in counts.items()}
