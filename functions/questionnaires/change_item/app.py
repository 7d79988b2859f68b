"""Edit, assign, comment, approve: PATCH /questionnaires/{questionnaire_id}/items/{number} of openapi.yaml.

in   a request of API Gateway, its body `ChangedItem` with the `version` that the caller saw
out  200 with an `Item`; a problem: NotFoundError, InvalidRequestError, NotTheirsError, OwnAnswerError,
     ChangedMeanwhileError, NothingToApproveError

An answer that is withheld is as if there were none: it cannot be approved, and who edits it writes another one.

The change, its entry in the log and the approved answer in the library are one transaction.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.utilities.typing import LambdaContext

from change_item.change_writing import write_change
from change_item.item_changes import ItemChange, change_of
from docent.answer_library import answer_id_of, answer_key, approved
from docent.api import Reply, Request, serve
from docent.document_rows import read_rows
from docent.errors.questionnaires import ChangedMeanwhileError
from docent.questionnaire_items import Reading, find_item, find_reading
from docent.questionnaire_rows import QuestionnaireRow, entry_key
from docent.readers import Readers
from docent.settings import read_settings
from docent.withheld_answers import OwnersReading

logger = Logger()
tracer = Tracer()


@dataclass(frozen=True, slots=True)
class Settings:
    questionnaires_table: str
    library_table: str
    documents_table: str
    grants_table: str
    answer_days: int
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)


def change_item(request: Request) -> Reply:
    table, caller, moment = settings().questionnaires_table, request.caller, datetime.now(UTC)
    reading = find_reading(table, request.path["questionnaire_id"], caller)
    item = find_item(table, reading, int(request.path["number"]))
    if request.body["version"] != item.version:
        raise ChangedMeanwhileError("Somebody else has changed this question meanwhile, or it was answered again.")
    documents, grants = settings().documents_table, settings().grants_table
    if OwnersReading.of(reading.row, [item.answer], documents, grants, moment.timestamp()).withholds(item.answer):
        item = item.withheld()
    change = change_of(item, request.body, caller, moment, owns=reading.row.is_owned_by(caller))
    if change.told:
        writes = [*library_writes(change, reading, moment), *list_writes(table, change, reading.row)]
        item = write_change(table, reading.row.questionnaire_id, change, caller, moment, request.request_id, writes)
        logger.info("question changed", changed=sorted(change.told), review=item.review)
    return Reply(item.to_json())


def library_writes(change: ItemChange, reading: Reading, moment: datetime) -> list[Any]:
    """What the change does to the answer library, as parts of a transaction."""
    table, question, row = settings().library_table, change.item.question, reading.row
    if change.is_approved and change.answer:
        owner = row.owner
        own = Readers(frozenset({owner.user})) if owner.subject else Readers(groups=frozenset(owner.groups))
        given = row.readers
        readers = Readers(given.users | own.users, given.groups | own.groups, given.denied_users, given.denied_groups)
        answer = approved(
            question,
            change.answer,
            read_rows(settings().documents_table, {each.document_id for each in change.answer.citations} - {""}),
            questionnaire_id=row.questionnaire_id,
            version=change.item.revision + 1,
            readers=readers,
            owner=owner.user or ", ".join(owner.groups),
            by=reading.caller.user,
            moment=moment,
            days=settings().answer_days,
        )
        return [{"Put": {"TableName": table, "Item": answer.to_item()}}]
    if change.is_withdrawn:
        key = answer_key(question.digest, answer_id_of(row.questionnaire_id, question))
        return [{"Delete": {"TableName": table, "Key": key}}]
    return []


def list_writes(table: str, change: ItemChange, row: QuestionnaireRow) -> list[Any]:
    """Puts the questionnaire into the list of whom a question is assigned to. Whether they see it, the items say."""
    if not (assignee := change.values.get("assignee")):
        return []
    entry = entry_key(f"user:{assignee}", row.values["created_at"], row.questionnaire_id)
    return [{"Put": {"TableName": table, "Item": entry}}]


@logger.inject_lambda_context
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return serve(event, change_item, settings().allowed_origins, logger)
