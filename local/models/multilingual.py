"""Sentence vectors by multilingual-e5-small, which knows about 100 languages and compares texts across them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers

from local.models import packed
from local.models.bert import Bert, Vectors


class MultilingualModel:
    """Loads in about a second and takes about 250 MB."""

    def __init__(self, file: Path) -> None:
        model = packed.read(file)
        self._replaced = model.replaced
        self._longest = model.longest
        ids = {piece: number for number, (piece, _) in enumerate(model.pieces)}
        self._first, self._last = ids["<s>"], ids["</s>"]
        self._tokenizer = Tokenizer(models.Unigram(model.pieces, model.unknown, False))
        self._tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
        )
        self._bert = Bert(model.weights, lambda ids: packed.unpacked(model.words[ids]), model.layers, model.heads)
        self._middle = self._uncentred("passage", _everyday()).mean(axis=0)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per question, with shape (len(texts), 384)."""
        return self._embed("query", texts)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per passage, with shape (len(texts), 384)."""
        return self._embed("passage", texts)

    def _embed(self, role: str, texts: Sequence[str]) -> Vectors:
        """Seen from the middle of everyday texts.

        All vectors of this model lie close together: texts that have nothing to do with each other have a cosine of
        0.8. Seen from their middle, the cosines are about those of MiniLM, for which all thresholds are set.
        """
        vectors = self._uncentred(role, texts) - self._middle
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-6))

    def _uncentred(self, role: str, texts: Sequence[str]) -> Vectors:
        """The model was trained with the role of each text before it."""
        prepared = [f"{role}: {text}".translate(self._replaced) for text in texts]
        found = self._tokenizer.encode_batch_fast(prepared)
        return self._bert.embed([[self._first, *one.ids[: self._longest - 2], self._last] for one in found])


def _everyday() -> list[str]:
    return (Path(__file__).parent / "everyday.txt").read_text("utf-8").splitlines()
