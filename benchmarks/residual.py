"""What the residual check finds of personal data in labelled texts, and what it finds needlessly.

`residual_set.txt` is ours: sentences as summaries have them, with cases that no such check can find. The corpora, where
they are there, are from other projects. Recall is the share of labelled spans of which at least half the characters are
found, under any type, as the report counts what was left; that of a type is the mean over the sets that have it. It
goes to `residual_recall.py`, from where reports state it.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.private_data import Span, pii_anon, presidio

ROOT = Path(__file__).resolve().parent.parent
FUNCTION = ROOT / "functions/summaries/mask_summaries"
sys.path.insert(0, str(FUNCTION))

from mask_summaries.residual_check import residual_spans  # noqa: E402

OWN = Path(__file__).with_name("residual_set.txt")
_LABELLED = re.compile(r"\[(?P<type>[A-Z_]+):(?P<value>[^\]]+)\]")
# Nothing private by itself; the check does not look for it.
_NOT_LOOKED_FOR = frozenset({"URL", "AGE", "DRIVER_ID"})


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`{"sets": {set: {type: {labelled, found}}}, "needless": {set: findings beside all labels}, "recall": {…}}`."""
    pii = corpus / "pii/dev"
    sets: dict[str, Iterable[tuple[str, list[Span]]]] = {"our own": own_set()}
    if pii.is_dir():
        sets |= {
            "presidio-research (en)": presidio(pii / "presidio-research/synth_dataset_v2_dev.json"),
            "pii-anon (en)": pii_anon(pii / "pii-anon/format_variations_en_dev.jsonl"),
            "pii-anon (de)": pii_anon(pii / "pii-anon/format_variations_de_dev.jsonl"),
        }
    measured = {name: _measured(list(labelled)[: 60 if quick else None]) for name, labelled in sets.items()}
    found = {name: types for name, (types, _) in measured.items()}
    recall = recall_of(found)
    if pii.is_dir() and not quick:
        _write(recall)
    return {"sets": found, "needless": {name: needless for name, (_, needless) in measured.items()}, "recall": recall}


def own_set() -> Iterator[tuple[str, list[Span]]]:
    for line in OWN.read_text("utf-8").splitlines():
        text, spans, at = "", [], 0
        for label in _LABELLED.finditer(line):
            text += line[at : label.start()]
            spans.append((len(text), len(text) + len(label["value"]), label["type"]))
            text += label["value"]
            at = label.end()
        yield text + line[at:], spans


def recall_of(sets: dict[str, dict[str, dict[str, int]]]) -> dict[str, float]:
    shares: dict[str, list[float]] = {}
    for types in sets.values():
        for kind, counts in types.items():
            shares.setdefault(kind, []).append(counts["found"] / counts["labelled"])
    return {kind: round(sum(each) / len(each), 2) for kind, each in sorted(shares.items())}


def _measured(texts: list[tuple[str, list[Span]]]) -> tuple[dict[str, dict[str, int]], int]:
    labelled, found, needless = Counter[str](), Counter[str](), 0
    for text, spans in texts:
        left = residual_spans(text)
        for start, end, kind in spans:
            if kind in _NOT_LOOKED_FOR:
                continue
            covered = sum(max(0, min(end, span.end) - max(start, span.start)) for span in left)
            labelled[kind] += 1
            found[kind] += 2 * covered >= end - start
        needless += sum(not any(start < each.end and each.start < end for start, end, _ in spans) for each in left)
    return {kind: {"labelled": count, "found": found[kind]} for kind, count in sorted(labelled.items())}, needless


def _write(recall: dict[str, float]) -> None:
    rows = "".join(f'    "{kind}": {share},\n' for kind, share in recall.items())
    (FUNCTION / "mask_summaries/residual_recall.py").write_text(
        '"""The share of personal data of each type that the residual check finds in labelled texts.\n\n'
        "Written by `python -m benchmarks residual`, which describes the texts. A report states it, so that nobody "
        'reads\n"nothing found" as "nothing there".\n"""\n\n'
        f"RECALL = {{\n{rows}}}\n"
    )


def table(figures: dict[str, Any]) -> str:
    lines = ["| labelled texts | type | labelled | found |", "|---|---|---|---|"]
    for name, types in figures["sets"].items():
        lines += [f"| {name} | {kind} | {each['labelled']} | {each['found']} |" for kind, each in types.items()]
        lines.append(f"| {name} | nothing labelled | | {figures['needless'][name]} |")
    return "\n".join(lines)
