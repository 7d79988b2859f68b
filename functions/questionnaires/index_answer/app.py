"""Keep the index equal to the answer library. Called with the changes of its table, by the table's stream.

in   a DynamoDB stream event with keys and old images
out  nothing; TransientError and IndexingRefusedError make Lambda deliver the changes again

A change says only which answer it was about: what goes into the index is what the library holds now. So the same
change again, or an old one, does no harm. While the stack moves to another index, the former one loses each answer that
the new one gets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.answer_library import answer_key, entry_id, read_answers
from docent.embeddings import EmbeddingModel
from docent.settings import read_settings
from index_answer.kendra_library import KendraLibrary
from index_answer.library_index import LibraryIndex
from index_answer.vector_library import VectorLibrary
from indexing.vector_index import VectorIndex

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    """Those of an index are empty if the stack does not have it."""

    library_table: str
    audiences_table: str
    search_index: str
    embedding_model_id: str
    embedding_dimensions: int
    former_search_index: str = ""
    index_id: str = ""
    index_role_arn: str = ""
    vector_index_arn: str = ""


@cache
def settings() -> Settings:
    return read_settings(Settings)


def library_index(name: str) -> LibraryIndex:
    known = settings()
    if name == "kendra":
        return KendraLibrary(known.index_id, known.index_role_arn)
    model = EmbeddingModel(known.embedding_model_id, known.embedding_dimensions)
    return VectorLibrary(VectorIndex(known.vector_index_arn, model), known.audiences_table)


def index_changes(records: list[Mapping[str, Any]]) -> tuple[int, int]:
    """How many entries were put and removed."""
    changed = [record["dynamodb"] for record in records]
    named = {(each["Keys"]["digest"]["S"], each["Keys"]["answer_id"]["S"]) for each in changed}
    answers = read_answers(settings().library_table, [answer_key(*each) for each in sorted(named)])
    current = {answer.entry_id for answer in answers}
    earlier = {entry for each in changed if (entry := earlier_entry(each))}
    gone = sorted(earlier - current)
    index = library_index(settings().search_index)
    index.remove(gone)
    index.put(answers)
    if settings().former_search_index:
        library_index(settings().former_search_index).remove(sorted(earlier | current))
    return len(answers), len(gone)


def earlier_entry(change: Mapping[str, Any]) -> str:
    """The entry of the answer before a change; empty if there was none."""
    before = change.get("OldImage")
    return entry_id(before["answer_id"]["S"], int(before["version"]["N"])) if before else ""


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    put, removed = index_changes(event["Records"])
    logger.info("answers indexed", put=put, removed=removed)
