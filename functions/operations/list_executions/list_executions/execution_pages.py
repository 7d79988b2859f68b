"""One page of a workflow's executions, as operators see them: what each was about, and why it failed."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.api import decode_next, encode_next
from docent.clients import step_functions
from docent.document_rows import file_name_of
from docent.errors import InvalidRequestError, MisconfiguredError, NotFoundError, PermanentError, from_aws
from docent.execution_subjects import Subject
from docent.executions import BADLY_ENDED, can_be_redriven, describe, times_of
from docent.failed_children import first_failed_child
from docent.failure_reasons import Failure, error_of
from docent.redriving import REDRIVABLE

# Calls at the same time: the SDK keeps this many connections.
THREADS = 10
UNKNOWN = Subject("unknown", "", "it")


def page_of(arn_prefix: str, workflow: str, status: str, limit: int, place: str | None) -> dict[str, Any]:
    """`Executions` of openapi.yaml."""
    asked: Any = {"stateMachineArn": arn_prefix + workflow.replace("_", "-"), "statusFilter": status}
    if place:
        asked["nextToken"] = _read_place(place)
    try:
        reply = step_functions().list_executions(maxResults=limit, **asked)
        with ThreadPoolExecutor(THREADS) as pool:
            asked_for = pool.map(lambda each: describe(each["executionArn"]), reply["executions"])
            described = [each for each in asked_for if each]
    except (step_functions().exceptions.StateMachineDoesNotExist, step_functions().exceptions.InvalidArn):
        raise NotFoundError("There is no such workflow.") from None
    except step_functions().exceptions.InvalidToken as error:
        raise _unusable() from error
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "executions were listed", MisconfiguredError) from error
    page: dict[str, Any] = {"executions": [_execution(workflow, each) for each in described]}
    return page | ({"next": encode_next(reply["nextToken"])} if "nextToken" in reply else {})


def _execution(workflow: str, described: dict[str, Any]) -> dict[str, Any]:
    subject = _subject(described)
    told: dict[str, Any] = {
        "workflow": workflow,
        "name": described["executionArn"].rpartition(":")[2],
        "status": described["status"],
        "subject": {"kind": subject.kind, "id": subject.id, "name": file_name_of(subject.key)},
        "redrives": described.get("redriveCount", 0),
        "can_be_redriven": workflow in REDRIVABLE and can_be_redriven(described),
    } | times_of(described)
    return told | ({"error": _reason(described, subject)} if described["status"] in BADLY_ENDED else {})


def _subject(described: Mapping[str, Any]) -> Subject:
    """Somebody may have started the execution by hand, with any input."""
    try:
        return Subject.of_input(described["input"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return UNKNOWN


def _reason(described: Mapping[str, Any], subject: Subject) -> dict[str, str]:
    failure = Failure.of_execution(described)
    child = _first_child(described["executionArn"]) if failure.is_of_children else None
    return subject.in_its_words(error_of(failure, child, subject.name))


def _first_child(execution_arn: str) -> Failure | None:
    """Why the first child failed. If that cannot be found out, the page is shown without it."""
    try:
        return first_failed_child(execution_arn)
    except PermanentError:
        return None


def _read_place(text: str) -> str:
    match decode_next(text):
        case str(token):
            return token
        case _:
            raise _unusable()


def _unusable() -> InvalidRequestError:
    detail = {"field": "/query/next", "detail": "is none that a page before gave"}
    return InvalidRequestError("`next` is not usable.", (detail,))
