"""Reads the file of multilingual-e5-small: its vocabulary and its weights, four bits each.

Little-endian, in this order: a header of numbers; the vocabulary as offsets, scores and UTF-8; the characters that are
replaced before a text is split; a directory of tensors; their data. A large tensor is a row of blocks of 32 weights
with one scale (Q4_0): byte j has weight j in its lower half and weight j + 16 in its upper half.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from local.models.bert import Vectors

_BLOCK = np.dtype([("scale", "<f2"), ("halves", "u1", 16)])
_WEIGHTS = 32  # in a block
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class PackedModel:
    """`pieces` are the vocabulary with each piece's log probability, by token id. `replaced` is for `str.translate`.

    `weights` have the names of the transformers library. `words` is the table of word embeddings, still packed.
    """

    layers: int
    heads: int
    longest: int  # tokens of a text
    unknown: int
    pieces: list[tuple[str, float]]
    replaced: dict[int, str]
    weights: Mapping[str, Vectors]
    words: NDArray[np.void]


def read(path: Path) -> PackedModel:
    """The data stays on disk where it can: the word embeddings are mapped, and processes share them."""
    data = np.memmap(path, np.uint8, "r")
    reader = _Reader(data)
    if reader.bytes(4).tobytes() != b"E5S1":
        raise ValueError(f"{path.name} is not a packed model.")
    reader.numbers("I")  # the version
    dimensions, layers, heads, inner, _, longest, types = reader.numbers("7i")
    reader.numbers("fi")  # the epsilon of BERT's normalisation, 1e-12, and the weights in a block
    count, _, _, _, unknown = reader.numbers("5i")
    pieces = reader.pieces(count)
    replaced = reader.replaced()
    shapes = {
        "emb.pos": (longest, dimensions),
        "emb.type": (types, dimensions),
        "fi": (inner, dimensions),
        "fo": (dimensions, inner),
    }
    weights: dict[str, Vectors] = {}
    words = np.zeros(0, _BLOCK)
    for name, packed, content in reader.tensors():
        if name == "emb.word":
            words = content.view(_BLOCK).reshape(-1, dimensions // _WEIGHTS)
            continue
        values = unpacked(content.view(_BLOCK)) if packed else content.view(np.float32)
        part = name.split(".")[1] if name[0] == "l" else name
        shape = shapes.get(part, (dimensions, dimensions)) if packed or name in shapes else (-1,)
        weights[_full_name(name)] = values.reshape(shape)
    return PackedModel(layers, heads, longest, unknown, pieces, replaced, weights, words)


def unpacked(blocks: NDArray[np.void]) -> Vectors:
    """The weights of an array of blocks; its last axis becomes 32 times as long."""
    halves = blocks["halves"]
    whole = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32) - 8
    whole *= blocks["scale"].astype(np.float32)[..., None]
    return whole.reshape(*blocks.shape[:-1], -1)


def _full_name(name: str) -> str:
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"


class _Reader:
    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data = data
        self._at = 0

    def bytes(self, count: int) -> NDArray[np.uint8]:
        self._at += count
        return self._data[self._at - count : self._at]

    def numbers(self, layout: str) -> tuple:
        return struct.unpack(f"<{layout}", self.bytes(struct.calcsize(f"<{layout}")))

    def pieces(self, count: int) -> list[tuple[str, float]]:
        (size,) = self.numbers("Q")
        ends = self.bytes(4 * (count + 1)).view("<u4").tolist()
        scores = self.bytes(4 * count).view("<f4").tolist()
        text = self.bytes(size).tobytes()
        return [(text[ends[at] : ends[at + 1]].decode(), scores[at]) for at in range(count)]

    def replaced(self) -> dict[int, str]:
        count, size = self.numbers("iI")
        content, at, found = self.bytes(size).tobytes(), 0, {}
        for _ in range(count):
            character, length = struct.unpack_from("<IB", content, at)
            found[character] = "".join(map(chr, struct.unpack_from(f"<{length}I", content, at + 5)))
            at += 5 + 4 * length
        return found

    def tensors(self) -> list[tuple[str, bool, NDArray[np.uint8]]]:
        (count,) = self.numbers("i")
        found = []
        for _ in range(count):
            (length,) = self.numbers("H")
            name = self.bytes(length).tobytes().decode()
            packed, _, start, size = self.numbers("BIQQ")
            found.append((name, packed == 1, self._data[start : start + size]))
        return found
