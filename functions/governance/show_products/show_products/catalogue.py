"""Which data products of the catalogue a caller wants to see."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.callers import Caller
from governing.products import Product


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter: every word of `text` is in the name, the description or a term. Empty fields match everything."""

    words: tuple[str, ...]
    classification: str
    owner: str

    @classmethod
    def of(cls, query: Mapping[str, Any], caller: Caller) -> Self:
        words = tuple(_folded(query.get("text", "")).split())
        return cls(words, query.get("classification", ""), caller.user if query.get("owned") == "true" else "")

    def matches(self, product: Product) -> bool:
        text = _folded(" ".join((product.product_id, product.name, product.description, *product.terms)))
        return (
            all(word in text for word in self.words)
            and self.classification in ("", product.classification)
            and self.owner in ("", product.owner)
        )


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
