"""What a real model replied about calls, through the functions that make its requests, read its replies and check them.

It is a small model, so some of its replies are of no use. Those must be told from the others, and asked once more.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from docent.derived_keys import JobKeys
from docent.documents import document_id_of
from tests.summaries.replies import OPTIONS, calls, recorded
from tests.support.aws import SOURCE_BUCKET, World
from tests.support.functions import Function

GENERATION = "006B5C1F" + "0" * 24
# Of people in the calls.
NAMES = ("Priya", "Whitcombe", "Yilmaz", "Hoffmann", "Lena", "Kramer", "Jamal")


class Functions:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, aws: World) -> None:
        names = ("prepare_batch", "collect_replies", "check_insights")
        self._of = {name: Function(name, monkeypatch) for name in names}
        self._aws = aws

    def close(self) -> None:
        for function in self._of.values():
            function.close()

    def checked(self, call: str, body: bytes, reply: dict[str, Any]) -> dict[str, Any] | None:
        """The line of a call with this reply; None where it is asked once more."""
        prefix = f"transcripts/replies-{call}/"
        job_id = document_id_of(SOURCE_BUCKET, f"{prefix}job.json")
        names = JobKeys(job_id)
        self._aws.put(f"{prefix}{call}", body, SOURCE_BUCKET)
        self._aws.put(f"{prefix}job.json", json.dumps(OPTIONS.get(call, {})).encode(), SOURCE_BUCKET)
        job = {"job_id": job_id, "source": {"bucket": SOURCE_BUCKET, "prefix": prefix}}
        prepared = self._of["prepare_batch"]({"job": job, "generation": GENERATION})
        (request,) = map(json.loads, self._aws.read(f"{names.input_part}-00001.jsonl").splitlines())
        output = {
            "output": {"message": {"role": "assistant", "content": [{"text": reply["reply"]}]}},
            "stopReason": {"stop": "end_turn", "length": "max_tokens"}[reply["finish"]],
            "usage": reply["usage"],
        }
        line = json.dumps(request | {"modelOutput": output}).encode()
        self._aws.put(names.reply(1, request["recordId"]), line)
        collected = self._of["collect_replies"](
            {"job_id": job_id, "attempt": 1, "records": prepared["records"], "requests": prepared["requests_at"]}
        )
        if collected["again"]["count"]:
            return None
        (joined,) = map(json.loads, self._aws.read(collected["chunks"]["key"]).splitlines())
        insights = self._of["check_insights"]({"job_id": job_id, "joined": joined})["insights"]
        (checked,) = map(json.loads, self._aws.read(insights["key"]).splitlines())
        return checked


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch, aws: World) -> Iterator[Functions]:
    functions = Functions(monkeypatch, aws)
    yield functions
    functions.close()


@pytest.fixture
def lines(functions: Functions) -> dict[str, dict[str, Any] | None]:
    replies = recorded()
    return {
        path.name: functions.checked(path.name, path.read_bytes(), replies[path.name])
        for path in calls()
        if path.name in replies
    }


def test_a_reply_is_read_and_checked_or_asked_for_once_more(lines: dict[str, dict[str, Any] | None]) -> None:
    valid = [line for line in lines.values() if line]
    again = {call for call, line in lines.items() if line is None}
    cut_off, sentence_for_a_choice = {"appointment.txt", "short.txt"}, {"wrong-bill.txt"}
    english_about_german = {"kuendigung.json", "stoerung.txt", "umzug.txt"}
    assert again == cut_off | sentence_for_a_choice | english_about_german
    assert {line["outcome"] for line in valid} == {"ok"}
    for line in valid:
        statements = [each for value in line["insights"].values() if isinstance(value, list) for each in value]
        assert all(each["turns"] or each.get("unsupported") for each in statements), line


def test_people_are_roles(lines: dict[str, dict[str, Any] | None]) -> None:
    for call, line in lines.items():
        told = json.dumps(line["insights"], ensure_ascii=False) if line else ""
        assert not [name for name in NAMES if name in told], (call, told)
