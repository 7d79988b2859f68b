"""What an execution was about: the document, questionnaire, job or run of an S3 event, or the subject in its input."""

import json
from dataclasses import dataclass
from typing import Any, Self

from docent.derived_keys import DEBATES
from docent.documents import document_id_of
from docent.errors import TransientError
from docent.errors.ingest import PicturesHeldUpError
from docent.questionnaires import QUESTIONNAIRES
from docent.summary_jobs import TRANSCRIPTS

# By the prefix of a key in the source bucket.
KINDS = {QUESTIONNAIRES: "questionnaire", TRANSCRIPTS: "summary", DEBATES: "debates"}


@dataclass(frozen=True, slots=True)
class Subject:
    """`kind` is a word such as `document`, `id` is unique among its kind. Messages call it by its `name`.

    `key` is that of an S3 event's object, and otherwise empty.
    """

    kind: str
    id: str
    name: str
    key: str = ""

    @classmethod
    def of_input(cls, text: str) -> Self:
        """The subject of an execution's input: an S3 event, or JSON with `{"subject": {"kind", "id"}}`; that of
        record_failure is the subject of the execution that failed, that of withdraw_generations its document.
        """
        event: dict[str, Any] = json.loads(text)
        if event.get("source") == "aws.states":
            return cls.of_input(event["detail"]["input"])
        if "subject" in event:
            kind, own_id = event["subject"]["kind"], event["subject"]["id"]
            return cls(kind, own_id, f"{kind} {own_id}")
        if "selection" in event:
            own_id = event["selection"]["document_id"]
            return cls("document", own_id, f"document {own_id}")
        bucket, key = event["detail"]["bucket"]["name"], event["detail"]["object"]["key"]
        kind = next((kind for prefix, kind in KINDS.items() if key.startswith(prefix)), "document")
        return cls(kind, document_id_of(bucket, key), f"s3://{bucket}/{key}", key)

    def in_its_words(self, error: dict[str, str]) -> dict[str, str]:
        """`docent redrive` is for documents; the owner of a questionnaire or a job starts or uploads it again, and who
        asked for access starts the request again."""
        if self.kind == "document":
            return error
        name = error["name"].replace(PicturesHeldUpError.__name__, TransientError.__name__)
        again = "start it again" if self.kind == "access" else "start or upload it again"
        message = error["message"].replace("Run `docent redrive`", again.capitalize())
        return {"name": name, "message": message.replace("run `docent redrive`", again)}
