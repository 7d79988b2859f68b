"""A BERT encoder on numpy. A text's vector is the mean of the last layer, with unit length."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

type Vectors = NDArray[np.floating]  # float32

_BATCH = 16


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
        hidden = self._normalised(hidden, "embeddings.LayerNorm")
        for number in range(self._layers):
            layer = f"encoder.layer.{number}"
            hidden = self._normalised(
                hidden + self._attention(hidden, mask, layer), f"{layer}.attention.output.LayerNorm"
            )
            inner = _gelu(self._dense(hidden, f"{layer}.intermediate.dense"))
            hidden = self._normalised(hidden + self._dense(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def _attention(self, hidden: Vectors, mask: Vectors, layer: str) -> Vectors:
        rows, length, dimensions = hidden.shape

        def heads(name: str) -> Vectors:
            projected = self._dense(hidden, f"{layer}.attention.self.{name}")
            return projected.reshape(rows, length, self._heads, -1).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32((dimensions / self._heads) ** 0.5)
        scores += (mask[:, None, None, :] - 1) * np.float32(1e9)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        context: Vectors = (scores @ value).transpose(0, 2, 1, 3).reshape(rows, length, dimensions)
        return self._dense(context, f"{layer}.attention.output.dense")

    def _dense(self, hidden: Vectors, name: str) -> Vectors:
        return hidden @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normalised(self, hidden: Vectors, name: str) -> Vectors:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt(variance + np.float32(1e-12))
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def _gelu(values: Vectors) -> Vectors:
    """Gaussian error linear unit; the error function by Abramowitz and Stegun 7.1.26 (error < 1.5e-7)."""
    scaled = np.abs(values) * np.float32(1 / np.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * scaled)
    polynomial = np.float32(1.061405429) * t - np.float32(1.453152027)
    for coefficient in (1.421413741, -0.284496736, 0.254829592):
        polynomial = polynomial * t + np.float32(coefficient)
    error: Vectors = np.copysign(1 - polynomial * t * np.exp(-np.square(scaled)), values)
    return np.float32(0.5) * values * (1 + error)
