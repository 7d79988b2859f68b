"""A questionnaire's whole way: through the API in one call, and as a file from the upload to the filled-in copy."""

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest

from cli.questionnaires import Questionnaires
from cli.session import Session
from cli.target import CommandError
from docent.documents import document_id_of
from tests.support.http import http
from tests.support.project import sample_event
from tests.support.stack import Stack
from tests.support.waiting import wait_until

ASKED = json.loads(sample_event("answer_questions.nine_questions.json")["body"])
# Words of the description that answer its questions.
SAID = [
    "experienced in Python",
    "second factor",
    "Mount Juniper we moved",
    "Jira and Miro",
    "maintenance releases",
    "yearly subscription",
    "act as references",
    "scales by itself",
    "backed up every night",
]


@pytest.fixture
def api(stack: Stack) -> Questionnaires:
    return Questionnaires(Session(stack.target), timeout=240)


def spreadsheet(path: Path, questions: list[str]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["Question", "Answer"], *([question, ""] for question in questions)])
    return path


def rows_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text())))


def answers_of(stack: Stack, own_id: str) -> dict[int, str]:
    """`{number: when it was answered}` of the answered questions."""
    path = f"/questionnaires/{own_id}/items"
    api = Session(stack.target).api
    answered = api("GET", path, query={"status": "answered", "limit": 100})["items"]
    return {each["number"]: api("GET", f"{path}/{each['number']}")["answered_at"] for each in answered}


def post(stack: Stack, path: str, body: Any) -> Any:
    session = Session(stack.target)
    headers = {"Authorization": f"Bearer {session.token()}"}
    return http.post(stack.target.outputs["ApiUrl"] + path, json=body, headers=headers, timeout=60)


def answered_at_once(stack: Stack, asked: Any) -> Any:
    """A busy machine can be too slow for a call: then its questions become a job, and they are asked again."""
    replies: list[Any] = []

    def is_answered() -> bool:
        replies.append(post(stack, "/questionnaires/answers", asked))
        assert replies[-1].status_code in (200, 202), replies[-1].text
        return replies[-1].status_code == 200

    wait_until(is_answered, pause=5)
    return replies[-1]


def test_nine_questions_are_answered_in_one_call_and_in_their_order(stack: Stack) -> None:
    reply = answered_at_once(stack, ASKED)
    assert [each["question"] for each in reply.json()["output"]] == ASKED["questions"]
    for words, each in zip(SAID, reply.json()["output"], strict=True):
        response = each["response"]
        assert words in response["completion"], each
        assert response["confidence"] != "none"
        assert response["needs_review"] == bool(response["reason"])


def test_more_questions_than_a_call_can_answer_become_a_job(stack: Stack, api: Questionnaires) -> None:
    asked = [f"What is in room {number}?" for number in range(130)]
    stack.faults("bedrock-runtime.Converse=reply:Nothing is there.")
    reply = post(stack, "/questionnaires/answers", {"questions": asked})
    assert reply.status_code == 202, reply.text
    own_id = reply.json()["questionnaire_id"]
    assert reply.headers["Location"].endswith(f"/v1/questionnaires/{own_id}")
    assert api.wait(own_id, ("ANSWERED",))["counts"]["total"] == 130


def test_a_file_comes_back_with_its_answers_and_a_second_event_changes_nothing(
    stack: Stack, api: Questionnaires, tmp_path: Path
) -> None:
    questions = ["Who keeps the pantry?", "Where is the observatory?", "who keeps the pantry"]
    file = spreadsheet(tmp_path / "castle.csv", questions)
    own_id = api.upload(file, {"use_documents": True})
    found = api.wait(own_id, ("FOUND",))
    assert found["question_count"] == 3
    api.start(own_id)
    answered = api.wait(own_id, ("ANSWERED",))
    assert answered["counts"]["total"] == 3
    assert answered["counts"]["pending"] == answered["counts"]["failed"] == 0
    api.fetch(own_id, tmp_path / "filled.csv")
    assert [row[0] for row in rows_of(tmp_path / "filled.csv")] == ["Question", *questions]

    (event,) = (
        json.loads(stack.target.step_functions.describe_execution(executionArn=each["executionArn"])["input"])
        for each in stack.target.step_functions.list_executions(
            stateMachineArn=stack.target.outputs["ReadQuestionnaireArn"]
        )["executions"]
        if each["name"] and own_id in _id_of(stack, each["executionArn"])
    )
    again = stack.ended(stack.start(stack.target.outputs["ReadQuestionnaireArn"], event))
    assert again["status"] == "SUCCEEDED"
    assert api.show(own_id) == answered

    stack.faults("")
    api.start(own_id)
    api.wait(own_id, ("ANSWERED",), answered["updated_at"])
    assert stack.calls().get("bedrock-runtime.Converse", 0) == 0, "what is answered is not paid for again"


def _id_of(stack: Stack, execution_arn: str) -> str:
    given = json.loads(stack.target.step_functions.describe_execution(executionArn=execution_arn)["input"])
    if "detail" not in given:
        return given["subject"]["id"]
    return document_id_of(given["detail"]["bucket"]["name"], given["detail"]["object"]["key"])


def test_a_run_can_be_stopped_and_goes_on_with_what_is_left(stack: Stack, api: Questionnaires, tmp_path: Path) -> None:
    # Each answer holds its place for a while, so that there is time to stop the others.
    stack.faults("docent-answer-questionnaire*.AnswerItem=delay:6")
    questions = [f"How many chairs does room {number} of the castle hold?" for number in range(40)]
    description = " ".join(f"Room {number} of the castle holds {number + 3} chairs." for number in range(40))
    own_id = api.upload(spreadsheet(tmp_path / "rooms.csv", questions), {"description": description})
    api.wait(own_id, ("FOUND",))
    api.start(own_id)
    wait_until(lambda: api.show(own_id).get("progress", {}).get("done", 0) > 0)
    assert api.stop(own_id)["status"] == "STOPPED"
    time.sleep(3)  # those that had begun end
    stopped = api.show(own_id)
    assert stopped["status"] == "STOPPED"
    before = answers_of(stack, own_id)
    assert 0 < len(before) < 40
    stack.faults("")
    api.start(own_id)
    answered = api.wait(own_id, ("ANSWERED",), stopped["updated_at"])
    assert answered["counts"]["pending"] == 0
    assert before.items() <= answers_of(stack, own_id).items(), "what was answered is not asked again"
    api.delete(own_id)
    assert own_id not in [each["questionnaire_id"] for each in api.all()]


def test_a_file_that_cannot_be_read_fails_and_says_why(api: Questionnaires, tmp_path: Path) -> None:
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(CommandError, match=r"UnreadableQuestionnaireError: .*broken\.xlsx"):
        api.wait(api.upload(broken, {}), ("FOUND",))


def test_a_file_that_is_put_straight_into_the_bucket_belongs_to_the_default_group(
    stack: Stack, api: Questionnaires
) -> None:
    key = "questionnaires/incoming/vendor.csv"
    stack.target.s3.put_object(Bucket=stack.library.bucket, Key=key, Body=b"Question,Answer\nWho keeps the pantry?,\n")
    own_id = document_id_of(stack.library.bucket, key)
    wait_until(lambda: own_id in [each["questionnaire_id"] for each in api.all()])
    answered = api.wait(own_id, ("ANSWERED",))
    assert answered["owned"]
    assert answered["counts"]["failed"] == 0, "it is searched for as the group, which is no user"
    assert stack.document(key) is None, "it is no document"
