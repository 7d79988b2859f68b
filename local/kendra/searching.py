"""A search from its question to its hits: the question's vector, the index, and the order of what it finds."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from tantivy import Query

from local.kendra.embedding import Vectors, sentence_model
from local.kendra.index import Hit, Question, SearchIndex
from local.kendra.words import in_words
from local.kendra.worker import Worker
from local.models import chosen
from passages.splitting import language_of

SECONDS = 120.0  # for a call of the worker, which loads the models first
_READ_AGAIN = 20  # passages that the cross-encoder reads, about 100 ms each
_TRUST = 0.6  # in the cross-encoder's order; the rest is the index's
_FUSION = 60  # the constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009)


def embed_question(text: str) -> Vectors:
    """Runs in a worker."""
    return embedded(text, chosen.models())


@lru_cache(maxsize=1000)
def embedded(text: str, _models: chosen.Models) -> Vectors:
    """Kept, because a question is searched for among documents and among approved answers, and often asked again."""
    model = chosen.multilingual()
    return (model.embed_questions([text]) if model else sentence_model().embed([text]))[0]


def answer_scores(question: str, texts: Sequence[str]) -> list[float]:
    """How well each text answers a question, both in English. Runs in a worker, and only with the better models."""
    model = chosen.cross_encoder()
    assert model
    return [float(score) for score in model.scores(question, texts)]


def search(worker: Worker, index: SearchIndex, text: str, restriction: Query | None) -> tuple[Question, list[Hit]]:
    """What the question was to the index, and its hits, best first. Without a text, every passage is a hit."""
    if not text:
        question = Question(text, None)
        return question, index.search(question, restriction)
    with ThreadPoolExecutor(1) as beside:  # the words are looked up while the worker computes the vector
        vector = beside.submit(worker.call, SECONDS, embed_question, text)
        found = index.by_words(text, restriction)
        question = Question(text, vector.result())
    return question, _read_again(worker, text, index.search(question, restriction, found=found))


def _read_again(worker: Worker, text: str, hits: list[Hit]) -> list[Hit]:
    """The English ones of the first hits in the order in which they answer an English question; others stay."""
    if not chosen.are_better() or language_of(text) != "en":
        return hits
    places = [place for place, hit in enumerate(hits[:_READ_AGAIN]) if language_of(hit.text) == "en"]
    texts = [f"{in_words(hits[at].title)}. {hits[at].text}" for at in places]
    scores = worker.call(SECONDS, answer_scores, text, texts)
    ordered = list(hits)
    for place, number in zip(places, in_both_orders(scores), strict=True):
        ordered[place] = hits[places[number]]
    return ordered


def in_both_orders(scores: Sequence[float]) -> list[int]:
    """Numbers of hits, which are given in the index's order, in the order of their scores and of the index."""
    by_score = sorted(range(len(scores)), key=lambda number: -scores[number])
    fused = {
        number: _TRUST / (_FUSION + rank) + (1 - _TRUST) / (_FUSION + number) for rank, number in enumerate(by_score)
    }
    return sorted(fused, key=lambda number: -fused[number])
