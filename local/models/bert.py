"""A BERT encoder on numpy. A text's vector is the mean of the last layer, with unit length."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

type Vectors = NDArray[np.floating]  # float32

_BATCH = 16
_ROWS = 16  # tokens whose inner values are computed at once: they stay in the processor's cache


class Bert:
    """`weights` have the names of the transformers library. `words` gives the word embeddings of token ids."""

    def __init__(
        self, weights: Mapping[str, Vectors], words: Callable[[NDArray[np.int64]], Vectors], layers: int, heads: int
    ) -> None:
        self._weights = weights
        self._words = words
        self._layers = layers
        self._heads = heads
        self._dimensions = weights["embeddings.LayerNorm.weight"].size

    def embed(self, texts: Sequence[Sequence[int]]) -> Vectors:
        """One unit vector per text, which is given as token ids."""
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        by_length = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            vectors[batch] = self._forward([texts[number] for number in batch])
        return vectors

    def _forward(self, ids: Sequence[Sequence[int]]) -> Vectors:
        longest = max(map(len, ids))
        tokens = np.array([[*row, *[0] * (longest - len(row))] for row in ids])
        mask = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in ids], np.float32)
        hidden = self._words(tokens) + self._weights["embeddings.position_embeddings.weight"][:longest]
        hidden += self._weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._normalised(hidden.reshape(-1, self._dimensions), "embeddings.LayerNorm")
        for number in range(self._layers):
            layer = f"encoder.layer.{number}"
            hidden += self._attention(hidden, mask, layer)
            hidden = self._normalised(hidden, f"{layer}.attention.output.LayerNorm")
            inner = _gelu(self._dense(hidden, f"{layer}.intermediate.dense"))
            hidden += self._dense(inner, f"{layer}.output.dense")
            hidden = self._normalised(hidden, f"{layer}.output.LayerNorm")
        hidden = hidden.reshape(*mask.shape, -1)
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def _attention(self, hidden: Vectors, mask: Vectors, layer: str) -> Vectors:
        rows, length = mask.shape

        def heads(name: str) -> Vectors:
            projected = self._dense(hidden, f"{layer}.attention.self.{name}")
            return projected.reshape(rows, length, self._heads, -1).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        query *= np.float32((self._dimensions / self._heads) ** -0.5)
        scores = query @ key.transpose(0, 1, 3, 2)
        if not mask.all():
            scores += (mask[:, None, None, :] - 1) * np.float32(1e9)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        context: Vectors = (scores @ value).transpose(0, 2, 1, 3).reshape(rows * length, -1)
        return self._dense(context, f"{layer}.attention.output.dense")

    def _dense(self, hidden: Vectors, name: str) -> Vectors:
        given = hidden @ self._weights[f"{name}.weight"].T
        given += self._weights[f"{name}.bias"]
        return given

    def _normalised(self, hidden: Vectors, name: str) -> Vectors:
        """In place."""
        hidden -= hidden.mean(axis=-1, keepdims=True)
        variance = np.einsum("ij,ij->i", hidden, hidden) / np.float32(self._dimensions)
        hidden /= np.sqrt(variance + np.float32(1e-12))[:, None]
        hidden *= self._weights[f"{name}.weight"]
        hidden += self._weights[f"{name}.bias"]
        return hidden


def _gelu(values: Vectors) -> Vectors:
    """Gaussian error linear unit, in place; the error function by Abramowitz and Stegun 7.1.26 (error < 1.5e-7).

    It is max(x, 0) - |x| q(|x|), with q the share of the normal distribution beyond x.
    """
    for start in range(0, len(values), _ROWS):
        part = values[start : start + _ROWS]
        size = np.abs(part)
        t = size * np.float32(0.3275911 / np.sqrt(2))
        t += 1
        np.reciprocal(t, out=t)
        beyond = t * np.float32(1.061405429 / 2)
        for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
            beyond += np.float32(coefficient / 2)
            beyond *= t
        np.multiply(part, part, out=t)
        t *= np.float32(-0.5)
        np.exp(t, out=t)
        beyond *= t
        beyond *= size
        np.maximum(part, 0, out=part)
        part -= beyond
    return values
