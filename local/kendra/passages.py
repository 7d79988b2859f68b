"""The passages of files as the local index holds them: as long as the sentence model's tokens tell, and with vectors.

Files are read only in the worker process.
"""

from collections.abc import Sequence

from local.kendra import reading
from local.kendra.embedding import Vectors, sentence_model
from local.kendra.words import in_words
from local.models import chosen
from passages import splitting
from passages.layout import Page
from passages.splitting import Passage, sentences


def read_passages(path: str, content_type: str) -> tuple[list[Passage], int]:
    """The passages of a file, none of which crosses a page, and the size of its text in bytes."""
    pages = reading.pages_of(path, content_type)
    return passages_of(pages), sum(page.text_bytes for page in pages)


def passages_of(pages: Sequence[Page]) -> list[Passage]:
    return list(splitting.passages_of(pages, sentence_model().count_tokens))


def split(text: str) -> list[str]:
    """The passages of a text without headings."""
    return splitting.split_text(text, sentence_model().count_tokens)


def described(title: str, passage: Passage) -> str:
    """A passage as the sentence model reads it: below the names of its document and its sections."""
    place = " > ".join(passage.headings)
    return f"{in_words(title)}. {place}\n{passage.text}"


def embed(texts: list[str]) -> Vectors:
    return (chosen.multilingual() or sentence_model()).embed(texts)


def warm_up() -> None:
    """Loads the models so that the first question does not wait for them."""
    embed(["ready"])
    chosen.cross_encoder()


def best_sentence(question: Vectors, text: str) -> str | None:
    """The sentence of a passage that is nearest to a question's vector."""
    found = sentences(text)
    return found[int((embed(found) @ question).argmax())] if found else None
