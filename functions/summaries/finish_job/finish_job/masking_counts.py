"""The counts of all chunks that were masked, added up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any


def summed(chunks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """`pii` and `residual` by type, `text_units`, and `recall`, which is the same in all."""
    pii: Counter[str] = Counter()
    residual: Counter[str] = Counter()
    text_units, recall = 0, None
    for chunk in chunks:
        pii.update(chunk.get("pii", {}))
        residual.update(chunk.get("residual", {}))
        text_units += chunk.get("text_units", 0)
        recall = chunk.get("recall", recall)
    return {
        "pii": dict(pii.most_common()),
        "residual": dict(residual.most_common()),
        "text_units": text_units,
        "recall": recall,
    }
