"""The private data that the local guardrail finds, and what it masks needlessly, in texts from other projects.

Recall: the share of annotated spans of which at least half the characters are found under the right type.
Covered: the same under any type, which is what masking needs. Precision: the share of findings of a type that
touch a span annotated with it. The corpora annotate differently: pii-anon's German records have American
numbers, presidio-research's addresses are split and its names come from all over the world.

python -m benchmarks.private_data [--quick]
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf

from local.bedrock.private_data import Finding, find_private_data

Span = tuple[int, int, str]

TYPES = {
    "PERSON": "NAME",
    "PERSON_NAME": "NAME",
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "CREDIT_CARD": "CREDIT_DEBIT_CARD_NUMBER",
    "DOMAIN_NAME": "URL",
    "STREET_ADDRESS": "ADDRESS",
    "US_SSN": "US_SOCIAL_SECURITY_NUMBER",
    "SOCIAL_SECURITY_NUMBER": "US_SOCIAL_SECURITY_NUMBER",
    "IBAN_CODE": "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
    "IBAN": "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
    "SWIFT_BIC_CODE": "SWIFT_CODE",
    "IP_ADDRESS": "IP_ADDRESS",
    "AGE": "AGE",
    "US_DRIVER_LICENSE": "DRIVER_ID",
}
COURT_PEOPLE = {"PER", "RR", "AN"}  # people, judges, lawyers


def run(corpus: Path, samples: Path, quick: bool = False) -> dict[str, Any]:
    """`{corpus: {type: {annotated, recall, covered, found, precision}}, speed, samples}`."""
    folder = corpus / "pii" / "dev"
    limit = 60 if quick else None
    sets = {
        "presidio-research (en)": presidio(folder / "presidio-research" / "synth_dataset_v2_dev.json"),
        "pii-anon (en)": pii_anon(folder / "pii-anon" / "format_variations_en_dev.jsonl"),
        "pii-anon (de)": pii_anon(folder / "pii-anon" / "format_variations_de_dev.jsonl"),
        "german-ler (de, court)": german_ler(folder / "german-ler" / "ler_dev.conll"),
    }
    find_private_data("Herr Max Mustermann")  # loads the gazetteer
    results: dict[str, Any] = {}
    characters, seconds = 0, 0.0
    for name, records in sets.items():
        tallies = {key: Counter() for key in ("annotated", "recalled", "covered", "found", "right")}
        for text, spans in list(records)[:limit]:
            begun = time.process_time()
            findings = find_private_data(text)
            seconds += time.process_time() - begun
            characters += len(text)
            tally(tallies, spans, findings)
        results[name] = {type: figures(tallies, type) for type in sorted(tallies["annotated"])}
    results["speed"] = {"characters": characters, "ms_per_kb": round(1e6 * seconds / max(characters, 1), 2)}
    results["samples"] = {"text layers": dict(Counter(finding.type for finding in in_samples(samples)))}
    return results


def tally(tallies: dict[str, Counter[str]], spans: list[Span], findings: list[Finding]) -> None:
    for start, end, type in spans:

        def covered(same: bool, start: int = start, end: int = end, type: str = type) -> bool:
            touching = (f for f in findings if not same or f.type == type)
            return 2 * sum(max(0, min(end, f.end) - max(start, f.start)) for f in touching) >= end - start

        tallies["annotated"][type] += 1
        tallies["recalled"][type] += covered(same=True)
        tallies["covered"][type] += covered(same=False)
    for finding in findings:
        tallies["found"][finding.type] += 1
        tallies["right"][finding.type] += any(
            start < finding.end and finding.start < end and type == finding.type for start, end, type in spans
        )


def figures(tallies: dict[str, Counter[str]], type: str) -> dict[str, float | int | None]:
    annotated, found = tallies["annotated"][type], tallies["found"][type]
    return {
        "annotated": annotated,
        "recall": round(tallies["recalled"][type] / annotated, 3),
        "covered": round(tallies["covered"][type] / annotated, 3),
        "found": found,
        "precision": round(tallies["right"][type] / found, 3) if found else None,
    }


def presidio(path: Path) -> Iterator[tuple[str, list[Span]]]:
    for record in json.loads(path.read_text("utf-8")):
        spans = [(s["start_position"], s["end_position"], TYPES.get(s["entity_type"], "")) for s in record["spans"]]
        yield record["full_text"], [span for span in spans if span[2]]


def pii_anon(path: Path) -> Iterator[tuple[str, list[Span]]]:
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        spans = [(a["start"], a["end"], TYPES.get(a["entity_type"], "")) for a in record["annotations"]]
        yield record["text"], [span for span in spans if span[2]]


def german_ler(path: Path) -> Iterator[tuple[str, list[Span]]]:
    """Court sentences, joined by spaces. People are mostly initials ("R."), so this shows false alarms."""
    for sentence in path.read_text("utf-8").strip().split("\n\n"):
        text, spans = "", []
        for line in sentence.splitlines():
            token, _, tag = line.rpartition(" ")
            kind, _, label = tag.partition("-")
            if label in COURT_PEOPLE and len(token) > 2:
                if kind == "I" and spans and spans[-1][1] == len(text) - 1:
                    spans[-1] = (spans[-1][0], len(text) + len(token), "NAME")
                else:
                    spans.append((len(text), len(text) + len(token), "NAME"))
            text += token + " "
        yield text, spans


def in_samples(samples: Path) -> Iterator[Finding]:
    """The findings in our own documents' text layers, which name no person: each one is a false alarm."""
    for path in sorted(samples.glob("*.pdf")):
        with pymupdf.open(path) as pdf:
            for page in pdf:
                yield from find_private_data(str(page.get_text()))


def table(results: dict[str, Any]) -> str:
    lines = [
        "| corpus | type | annotated | recall | covered | found | precision |",
        "|---|---|---|---|---|---|---|",
    ]
    for corpus, types in results.items():
        if corpus in ("speed", "samples"):
            continue
        for type, row in types.items():
            precision = "" if row["precision"] is None else f"{row['precision']:.3f}"
            lines.append(
                f"| {corpus} | {type} | {row['annotated']} | {row['recall']:.3f} | {row['covered']:.3f} "
                f"| {row['found']} | {precision} |"
            )
    lines += ["", f"{results['speed']['ms_per_kb']} ms per 1,000 characters."]
    lines.append(f"False alarms in our samples' text layers: {sum(results['samples']['text layers'].values())}.")
    return "\n".join(lines)


if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    where = Path(os.environ.get("DOCENT_CORPUS", root.parent / "shared" / "corpus"))
    print(table(run(where, root / "samples", quick="--quick" in sys.argv)))
