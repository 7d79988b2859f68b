"""Scores how well a text answers a question, by ms-marco-MiniLM-L-12-v2: both are read together. English only."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions  # pyright: ignore[reportAttributeAccessIssue] - its stubs lack it
from tokenizers import Tokenizer

MAX_TOKENS = 320  # of a question and a text together; the longer of them is cut
_BATCH = 8


class CrossEncoder:
    def __init__(self, model: Path, tokenizer: Path) -> None:
        options = SessionOptions()
        # One thread, as for numpy: several processes of several threads wait for each other.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = [given.name for given in self._session.get_inputs()]
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """One score per text, about -11 for one that has nothing to do with the question to 11 for its answer."""
        pairs = self._tokenizer.encode_batch([(question, text) for text in texts])
        scores = np.zeros(len(pairs), np.float32)
        by_length = sorted(range(len(pairs)), key=lambda number: len(pairs[number].ids))
        for start in range(0, len(by_length), _BATCH):
            batch = by_length[start : start + _BATCH]
            longest = max(len(pairs[number].ids) for number in batch)
            for number in batch:
                pairs[number].pad(longest)
            given = {
                "input_ids": [pairs[number].ids for number in batch],
                "attention_mask": [pairs[number].attention_mask for number in batch],
                "token_type_ids": [pairs[number].type_ids for number in batch],
            }
            found = self._session.run(None, {name: np.array(given[name], np.int64) for name in self._inputs})[0]
            scores[batch] = np.asarray(found).reshape(-1)
        return scores
