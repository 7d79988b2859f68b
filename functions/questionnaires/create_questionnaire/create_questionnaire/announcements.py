"""What a caller announced: the row of the questionnaire, before its file is there."""

import json
from collections.abc import Mapping
from typing import Any

from docent.callers import Caller
from docent.clock import now_text
from docent.errors.questionnaires import QuestionnaireBusyError
from docent.questionnaire_rows import OPTIONS, owner_json, read_row, update_row
from docent.readers import Readers
from docent.upload_forms import PlannedUpload

# An announcement without an upload is forgotten after a day.
KEEP = 86_400


def announce(table: str, caller: Caller, upload: PlannedUpload, announced: Mapping[str, Any], now: float) -> None:
    """Note what the caller wants; the upload's claim then makes it the questionnaire's own.

    Raises QuestionnaireBusyError while the earlier upload is read or answered.
    """
    row = read_row(table, upload.own_id)
    if row and row.is_busy:
        raise QuestionnaireBusyError(f"{upload.file_name} is being read or answered.")
    options = {name: announced.get(name, default) for name, default in OPTIONS.items()}
    first = "" if row else ", #status = :uploading, expires_at = :expires"
    values: dict[str, Any] = {
        "announced": json.dumps(options),
        "owner": owner_json(caller),
        "readers": (row.readers if row else Readers(users=frozenset([caller.user]))).to_text(),
        "file_name": upload.file_name,
        "now": now_text(now),
    } | ({} if row else {"uploading": "UPLOADING", "expires": int(now) + KEEP})
    update_row(
        table,
        upload.own_id,
        "SET announced = :announced, #owner = :owner, readers = :readers, file_name = :file_name,"
        f" created_at = if_not_exists(created_at, :now), updated_at = if_not_exists(updated_at, :now){first}",
        "attribute_exists(questionnaire_id) OR attribute_not_exists(questionnaire_id)",
        values,
        "a questionnaire was announced",
    )
