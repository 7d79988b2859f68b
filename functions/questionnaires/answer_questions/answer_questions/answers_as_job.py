"""Questions of a call as a questionnaire of their own, which is answered without anybody waiting."""

import hashlib
import json
from typing import Any

from docent.callers import Caller
from docent.clock import now_text
from docent.derived_keys import questionnaire_source
from docent.documents import Document, ObjectPointer, generation_of
from docent.objects import write_json
from docent.questionnaire_rows import OPTIONS, owner_json, update_row
from docent.questionnaire_runs import start_workflow
from docent.readers import Readers

from .asked_list import AskedList

FILE_NAME = "questions.json"


def job_id_of(caller: Caller, request_id: str) -> str:
    """The id of the questionnaire that a request becomes. The same request makes the same one."""
    return hashlib.sha256(f"{caller.subject}/{request_id}".encode()).hexdigest()[:32]


def start_job(
    table: str,
    bucket: str,
    state_machine_arn: str,
    caller: Caller,
    asked: AskedList,
    own_id: str,
    now: float,
) -> None:
    source = ObjectPointer(bucket, questionnaire_source(own_id))
    given: dict[str, Any] = {"questions": list(asked.questions)}
    write_json(source, given | ({"description": asked.description} if asked.description else {}))
    options = {
        **OPTIONS,
        "description": asked.description,
        "use_documents": asked.use_documents,
        "answer": "at_once",
    }
    update_row(
        table,
        own_id,
        "SET announced = :announced, #owner = :owner, readers = :readers, file_name = :file_name,"
        " #status = :uploading, created_at = :now, updated_at = :now",
        "attribute_not_exists(questionnaire_id)",
        {
            "announced": json.dumps(options),
            "owner": owner_json(caller),
            "readers": Readers(users=frozenset([caller.user])).to_text(),
            "file_name": FILE_NAME,
            "uploading": "UPLOADING",
            "now": now_text(now),
        },
        "questions were kept",
    )
    document = Document(own_id, generation_of(f"{int(now * 1000):X}"), source)
    start_workflow(state_machine_arn, own_id, {"document": document.to_json()})
