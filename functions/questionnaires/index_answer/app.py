"""Keep the index equal to the answer library. Called with the changes of its table, by the table's stream.

in   a DynamoDB stream event with keys and old images
out  nothing; TransientError and IndexingRefusedError make Lambda deliver the changes again

A change says only which answer it was about: what goes into the index is what the library holds now. So the same
change again, or an old one, does no harm.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from docent.answer_library import answer_key, read_answers
from docent.settings import read_settings
from index_answer.library_entries import earlier_entry, entry_of
from index_answer.library_index import LibraryIndex

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    library_table: str
    index_id: str
    index_role_arn: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def index_changes(records: list[Mapping[str, Any]]) -> tuple[int, int]:
    """How many entries were put and removed."""
    changed = [record["dynamodb"] for record in records]
    named = {(each["Keys"]["digest"]["S"], each["Keys"]["answer_id"]["S"]) for each in changed}
    answers = read_answers(settings().library_table, [answer_key(*each) for each in sorted(named)])
    earlier = {entry_id for each in changed if (entry_id := earlier_entry(each))}
    gone = sorted(earlier - {answer.entry_id for answer in answers})
    index = LibraryIndex(settings().index_id, settings().index_role_arn)
    index.remove(gone)
    index.put([entry_of(answer) for answer in answers])
    return len(answers), len(gone)


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    put, removed = index_changes(event["Records"])
    logger.info("answers indexed", put=put, removed=removed)
