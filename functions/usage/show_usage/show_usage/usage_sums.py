"""The usage of a period, summed by day, capability, document and user."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from docent.usage import CALLS, FAILURES, INTERVENTIONS

MEASURES = ("calls", "input_tokens", "output_tokens", "dollars")
# Documents and users that are named at most, those that cost most.
MAX_NAMED = 100


def usage_of(rows: Mapping[str, Iterable[Mapping[str, Any]]], subject: str | None) -> dict[str, Any]:
    """`Usage` of openapi.yaml without its period and budget, from `{day: its rows}`: of one subject, or of all."""
    sums: dict[str, dict[str, Counter[str]]] = {name: {} for name in ("days", "capabilities", "documents", "users")}
    counted: dict[str, Counter[str]] = {INTERVENTIONS: Counter(), FAILURES: Counter()}
    names: dict[str, str] = {}
    total: Counter[str] = Counter()
    for day, found in rows.items():
        sums["days"][day] = Counter()
        for row in found:
            kind, capability, *rest = row["item"].split("#")
            if kind in counted and subject is None:
                counted[kind]["#".join(rest)] += int(row["count"])
            if kind != CALLS or subject not in (None, rest[0]):
                continue
            owner, document_id = rest
            names |= {owner: row["user_name"]} if "user_name" in row else {}
            measures = Counter({name: row.get(name, 0) for name in MEASURES})
            total.update(measures)
            for by, key in (("days", day), ("capabilities", capability), ("documents", document_id), ("users", owner)):
                if key:
                    sums[by].setdefault(key, Counter()).update(measures)
    return {
        "total": _told(total),
        "days": [{"day": day} | _told(each) for day, each in sums["days"].items()],
        "capabilities": [{"capability": key} | _told(each) for key, each in _dearest(sums["capabilities"])],
        "documents": [{"document_id": key} | _told(each) for key, each in _dearest(sums["documents"])],
        "users": [
            {"subject": key} | ({"user": names[key]} if key in names else {}) | _told(each)
            for key, each in _dearest(sums["users"])
        ],
        "interventions": [{"type": name, "count": count} for name, count in counted[INTERVENTIONS].most_common()],
        "failures": [{"error": name, "count": count} for name, count in counted[FAILURES].most_common()],
    }


def _dearest(sums: Mapping[str, Counter[str]]) -> list[tuple[str, Counter[str]]]:
    return sorted(sums.items(), key=lambda each: (-each[1]["dollars"], each[0]))[:MAX_NAMED]


def _told(counts: Counter[str]) -> dict[str, Any]:
    return {
        "calls": int(counts["calls"]),
        "input_tokens": int(counts["input_tokens"]),
        "output_tokens": int(counts["output_tokens"]),
        "cost_usd": round(counts["dollars"], 6),
    }
