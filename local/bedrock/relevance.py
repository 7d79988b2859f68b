"""How well texts answer a question, from 0 to 1: by the cross-encoder of the better models, or else by their words."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from local.bedrock.words import language_of
from local.kendra.words import stems_in
from local.models import chosen

READ = 50  # texts that the cross-encoder reads, about 100 ms each; others stay behind them


def relevances(question: str, texts: Sequence[str]) -> list[float]:
    """Runs in a worker."""
    scores = _by_words(question, texts)
    model = chosen.cross_encoder()
    if not model or language_of(question) != "en":
        return scores
    best = sorted(range(len(texts)), key=lambda number: -scores[number])[:READ]
    read = 1 / (1 + np.exp(-model.scores(question, [texts[number] for number in best])))
    least = float(read.min())
    behind = {number: least * scores[number] / (scores[number] + 1) for number in range(len(texts))}
    return [float(value) for value in (behind | dict(zip(best, read.tolist(), strict=True))).values()]


def _by_words(question: str, texts: Sequence[str]) -> list[float]:
    """The share of the question's words that a text has. Rare words count more."""
    wanted, found = stems_in(question), [stems_in(text) for text in texts]
    texts_with = Counter(stem for stems in found for stem in stems & wanted)
    weights = {stem: math.log(1 + (len(texts) + 1) / (texts_with[stem] + 0.5)) for stem in wanted}
    whole = sum(weights.values()) or 1.0
    return [sum(weights[stem] for stem in stems & wanted) / whole for stems in found]
