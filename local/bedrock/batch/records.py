"""The lines of input and output files.

https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html
https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
"""

import json
import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.bedrock.batch.jobs import JobFailedError
from local.bedrock.batch.wire import Json
from local.bedrock.refusals import STATUS, Refusal, invalid

# The service quotas of Bedrock. A job's minimum is a quota of each model; most have this one.
MINIMUM_RECORDS = 100
MOST_RECORDS = 50_000
LARGEST_FILE = 1024**3
LARGEST_JOB = 5 * 1024**3
_ID_LETTERS = string.ascii_uppercase + string.digits
# A caller can send a record with one of these errors again.
_PASSING = frozenset({408, 424, 429, 500, 503})


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    model_input: Json

    def body(self, invocation_type: str) -> bytes:
        """The body of the request to the model. Raises Refusal."""
        if invocation_type == "Converse":
            # The two that AWS names: a record with tools fails with 400, and the model is the job's.
            for name in ("toolConfig", "modelId"):
                if name in self.model_input:
                    raise invalid(f"{name}: Extra inputs are not permitted")
        return json.dumps(self.model_input).encode()

    def answered(self, output: Json) -> str:
        return self._line({"modelOutput": output})

    def refused(self, refusal: Refusal) -> str:
        code = STATUS.get(refusal.code, 400)
        return self._error(code, str(refusal), expired=False, retryable=code in _PASSING)

    def expired(self) -> str:
        message = "The job timed out before this record was processed."
        return self._error(408, message, expired=True, retryable=True)

    def _error(self, code: int, message: str, *, expired: bool, retryable: bool) -> str:
        error = {"errorCode": code, "errorMessage": message, "expired": expired, "retryable": retryable}
        return self._line({"error": error})

    def _line(self, result: Json) -> str:
        line = {"recordId": self.id, "modelInput": self.model_input} | result
        return json.dumps(line, ensure_ascii=False)


def offsets(file: Path, name: str) -> list[int]:
    """Where each record begins. Raises JobFailedError for a line that is no record, and for too many of them.

    Whether `modelInput` fits the model is not checked here, as on AWS.
    """
    found = []
    for number, (offset, line) in enumerate(_lines(file), start=1):
        _record(line, f"line {number} of {name}")
        found.append(offset)
    if len(found) > MOST_RECORDS:
        raise JobFailedError(f"{name} has {len(found)} records. A file can have at most {MOST_RECORDS}.")
    return found


def record_at(file: Path, offset: int) -> Record:
    with file.open("rb") as lines:
        lines.seek(offset)
        return _record(lines.readline(), str(offset))


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    offset = 0
    with file.open("rb") as lines:
        for line in lines:
            if line.strip():
                yield offset, line
            offset += len(line)


def _record(line: bytes, place: str) -> Record:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise JobFailedError(f"The record in {place} is not JSON in UTF-8. Correct it and submit a new job.") from error
    if not isinstance(found, dict) or not isinstance(found.get("modelInput"), dict):
        raise JobFailedError(
            f'The record in {place} is not of the form {{"recordId": "…", "modelInput": {{…}}}}. '
            "Correct it and submit a new job."
        )
    record_id = found.get("recordId")
    if record_id is not None and not isinstance(record_id, str):
        raise JobFailedError(f"The recordId in {place} is not a string. Correct it and submit a new job.")
    return Record(record_id or "".join(secrets.choice(_ID_LETTERS) for _ in range(11)), found["modelInput"])
