"""What the worker processes run. The engines load in the worker on first use, not in the gateway."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.bedrock.embeddings import Embedded, Texts


@dataclass(frozen=True, slots=True)
class Seen:
    """The words in an image, one line per row, the cells of a table apart, and one sentence about it."""

    text: str
    description: str


def see(image: bytes) -> Seen:
    """Raises OSError, ValueError or SyntaxError if the bytes are not a complete image."""
    from local.bedrock.describing import description, kind_of
    from local.bedrock.recognition import read

    reading = read(image)
    return Seen(reading.table if kind_of(reading) == "table" else reading.text, description(reading))


def answer(system: str, prompt: str) -> str:
    from local.bedrock import answering

    return answering.answer(system, prompt)


def embed(asked: "Texts") -> "Embedded":
    from local.bedrock import embeddings

    return embeddings.embed(asked)


def relevances(question: str, texts: Sequence[str]) -> list[float]:
    from local.bedrock import relevance

    return relevance.relevances(question, texts)


def passages(path: str, content_type: str) -> list[tuple[str, int | None]]:
    """The texts of a file, each below its headings, with their pages."""
    from local.kendra.passages import read_passages

    found, _ = read_passages(path, content_type)
    return [(passage.text, passage.page) for passage in found]


def warm_sight() -> None:
    from local.bedrock import describing, recognition

    recognition.warm()
    describing.warm()


def warm_answers() -> None:
    from local.bedrock import answering

    answering.warm()
