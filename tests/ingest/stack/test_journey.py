"""The journey of README's first screen, as a person types it, on the deployed local stack with IAM enforced."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import chatting
from tests.support.api_client import ApiClient
from tests.support.pdfs import image_with, pdf
from tests.support.people import People
from tests.support.project import ROOT, sample_event
from tests.support.stack import Stack
from tests.support.waiting import wait_until

QUESTIONS = json.loads((ROOT / "samples/questions.json").read_text())
CANARY = "ZIRKONKANARI"


@pytest.fixture(scope="module")
def samples(running_stack: Stack) -> dict[str, dict[str, Any]]:
    """The sample documents, uploaded by the command line, by key."""
    paths = [str(path) for path in sorted((ROOT / "samples").glob("*.pdf"))]
    readers = ("--group", "everyone", "--group", "sample-readers")
    code, output = docent(running_stack, "upload", *paths, *readers, "--wait", "--json")
    assert code == 0, output
    return {document["key"]: document for document in json.loads(output)}


def docent(stack: Stack, *words: str) -> tuple[int, str]:
    environment = os.environ | {
        "DOCENT_PORT": str(stack.target.local.port),
        "DOCENT_HOME": str(stack.target.local.home),
        "COLUMNS": "120",
    }
    command = [str(Path(sys.executable).parent / "docent"), *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200, check=False)
    return done.returncode, done.stdout + (done.stderr if "--json" not in words else "")


def test_the_samples_are_ingested(samples: dict[str, dict[str, Any]]) -> None:
    assert set(samples) == {path.name for path in (ROOT / "samples").glob("*.pdf")}
    for key, document in samples.items():
        assert document["status"] == "INGESTED", document
        assert document["error"] is None
        assert document["captioned_count"] == document["image_count"] >= 1, key


@pytest.fixture(scope="module")
def reader(running_stack: Stack, everybody: People) -> ApiClient:
    """Can read the samples and nothing else: other tests' documents, which share the index, are not in the answers."""
    return ApiClient(running_stack.target, everybody.token("sample@example.com", ["sample-readers"]))


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked["question"])
def test_a_question_is_answered_with_the_page_and_the_image(
    samples: Any, reader: ApiClient, asked: dict[str, Any]
) -> None:
    status, reply = reader.call("POST", "/ask", {"question": asked["question"]})
    assert status == 200, reply
    assert asked["answer_contains"] in reply["answer"]
    first = reply["citations"][0]
    assert (first["file_name"], first["page"]) == (asked["document"], asked["page"])
    assert ("picture_url" in first) == asked["only_in_picture"]


def test_chat_tells_where_the_image_is(stack: Stack, samples: Any) -> None:
    asked = next(each for each in QUESTIONS if each["only_in_picture"])
    reply = chatting.say(stack.target, asked["question"])
    assert asked["answer_contains"] in reply["message"]
    image_url = reply["citations"][0]["segments"][0]["media_url"]
    assert httpx.get(image_url, timeout=60).headers["content-type"].startswith("image/")


@pytest.mark.parametrize("question", ["Who won the chess championship of 1972?", "Wie hoch ist der Mount Everest?"])
def test_what_no_document_holds_is_not_known(stack: Stack, samples: Any, question: str) -> None:
    reply = stack.ask(question)
    assert reply["answer"] in ("I don't know.", "Das weiß ich nicht.")
    assert reply["citations"] == []


def test_what_make_run_does_ends_with_an_answer_from_an_image(stack: Stack, samples: Any) -> None:
    code, output = docent(stack, "demo")
    assert code == 0, output
    assert "The samples are ingested already." in output
    assert "0,1 %" in output
    assert "chemikalien-konformitaet.pdf, page 2, image at" in output
    assert f"AWS on this machine runs at {stack.target.local.url}" in output
    assert docent(stack, "up")[0] == 0
    assert docent(stack, "logs")[0] == 0


def test_the_command_line_lists_shows_and_asks(stack: Stack, samples: Any) -> None:
    code, listed = docent(stack, "documents", "--json")
    assert code == 0
    assert {"quarterly-report.pdf", "support-case.pdf"} <= {document["key"] for document in json.loads(listed)}
    code, shown = docent(stack, "show", "quarterly-report.pdf", "--json")
    assert code == 0
    shown = json.loads(shown)
    assert [state["state"] for state in shown["states"]][:3] == [
        "ReadEvent",
        "ClaimDocument",
        "GrantAccess",
    ]
    assert all(state["left"] for state in shown["states"])
    assert any("Ellery Race" in each["text"] for each in shown["pictures"])
    code, answer = docent(stack, "ask", "How much energy did Ellery Race deliver?")
    assert code == 0
    assert "184" in answer
    assert "quarterly-report.pdf, page 2, image at" in answer
    assert docent(stack, "documents")[0] == 0
    assert docent(stack, "show", "support-case.pdf")[0] == 0


def test_upload_tries_all_and_tells_what_failed(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(pdf(["A good document."]))
    (tmp_path / "bad.pdf").write_bytes(b"no pdf")
    code, output = docent(stack, "upload", str(tmp_path / "good.pdf"), str(tmp_path / "bad.pdf"), "--wait", "--json")
    assert code == 1
    good, bad = json.loads(output)
    assert (good["status"], good["error"]) == ("INGESTED", None)
    assert (bad["status"], bad["error"]["name"]) == ("FAILED", "UnreadablePdfError")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["upload", "nowhere.pdf"], "does not exist"),
        (["show", "nowhere.pdf"], "docent documents"),
        (["remove", "nowhere.pdf"], "docent documents"),
        (["ask", " "], "/question must hold something"),
        (["ask", "why? " * 1000], "shorter than or equal to 2000 characters"),
    ],
)
def test_a_mistake_gets_a_sentence_and_exit_code_1(stack: Stack, words: list[str], says: str) -> None:
    code, output = docent(stack, *words)
    assert code == 1
    assert says in output
    assert "Traceback" not in output


def test_a_document_is_removed_and_no_longer_answered_from(stack: Stack) -> None:
    stack.ingest("journey/ferry.pdf", pdf(["The night ferry Oriana leaves at 23:40."]))
    assert "23:40" in stack.ask("When does the night ferry Oriana leave?")["answer"]
    code, output = docent(stack, "remove", "journey/ferry.pdf", "--json")
    assert code == 0
    assert json.loads(output)["status"] == "REMOVED"
    assert "23:40" not in stack.ask("When does the night ferry Oriana leave?")["answer"]


def test_an_operator_redrives_reingests_and_replays(stack: Stack) -> None:
    stack.faults("kendra.BatchPutDocument=ValidationException")
    assert (
        stack.ingest("operator/a.pdf", pdf(["An operator's document."], [[image_with("Valve 17\nclosed")]]))["status"]
        == "FAILED"
    )
    stack.faults("")
    assert "is redriven" in docent(stack, "redrive", "operator/a.pdf")[1]
    wait_until(lambda: (stack.document("operator/a.pdf") or {})["status"] == "INGESTED")
    before = stack.document("operator/a.pdf")
    assert before
    stack.faults("")
    assert docent(stack, "reingest", "operator/a.pdf")[0] == 0
    after = stack.settled("operator/a.pdf", before["generation"])
    assert after["status"] == "INGESTED"
    assert stack.calls().get("bedrock-runtime.Converse", 0) == 0, "the cache holds the caption"

    letter = sample_event("s3.object_created.json")
    letter["detail"]["object"] |= {"key": "operator/a.pdf", "sequencer": "0001"}
    stack.target.client("sqs").send_message(
        QueueUrl=stack.target.outputs["UndeliveredEventsUrl"],
        MessageBody=json.dumps(letter),
        MessageAttributes={
            "TARGET_ARN": {"DataType": "String", "StringValue": stack.target.outputs["IngestDocumentArn"]}
        },
    )
    assert "1 undelivered" in docent(stack, "replay")[1]
    assert "0 undelivered" in docent(stack, "replay")[1]
    assert stack.document("operator/a.pdf") == after


def test_a_redrive_of_everything_goes_on_with_all_that_failed(stack: Stack) -> None:
    keys = ["operator/east.pdf", "operator/west.pdf"]
    stack.faults("kendra.BatchPutDocument=ValidationException")
    assert {stack.ingest(key, pdf([f"The gate {key}."]))["status"] for key in keys} == {"FAILED"}
    stack.faults("")
    code, output = docent(stack, "redrive")
    assert code == 0
    for key in keys:
        assert f"{key} is redriven." in output
        wait_until(lambda key=key: (stack.document(key) or {})["status"] == "INGESTED")
    assert f"{keys[0]} is INGESTED and has no failed execution" in docent(stack, "redrive", keys[0])[1]


def test_an_index_that_lost_its_entries_is_rebuilt_from_the_bucket_without_paying_again(stack: Stack) -> None:
    document = stack.ingest("operator/lost.pdf", pdf(["A ledger."], [[image_with("Ledger Quillon\nshelf nine")]]))
    entries = list(stack.entries("operator/lost.pdf"))
    index = stack.target.outputs["IndexId"]
    stack.target.client("kendra").batch_delete_document(IndexId=index, DocumentIdList=entries)
    wait_until(lambda: set(stack.statuses(entries).values()) == {"NOT_FOUND"})
    stack.faults("")
    assert docent(stack, "reingest", "operator/lost.pdf")[0] == 0
    assert stack.settled("operator/lost.pdf", document["generation"])["status"] == "INGESTED"
    assert "nine" in stack.ask("On which shelf is ledger Quillon?")["answer"]
    assert stack.calls().get("bedrock-runtime.Converse", 0) == 0, "no image is read anew"


def test_a_name_in_brackets_is_shown_as_it_is_and_what_is_gone_is_not_ingested_again(
    stack: Stack, tmp_path: Path
) -> None:
    (folder := tmp_path / "x[").mkdir()
    (folder / "red].pdf").write_bytes(pdf(["Brackets."]))
    code, output = docent(stack, "upload", str(folder), "--wait")
    assert code == 0, output
    assert "x[/red].pdf" in output
    assert "x[/red].pdf" in docent(stack, "documents")[1]
    assert "x[/red].pdf is removed" in docent(stack, "remove", "x[/red].pdf")[1]
    assert docent(stack, "reingest", "x[/red].pdf")[1].strip() == (
        "x[/red].pdf is REMOVED and no longer in its bucket; upload it again if you need it."
    )


def test_an_operator_sees_what_a_document_cost(stack: Stack) -> None:
    document = stack.ingest("operator/cost.pdf", pdf(["Costs."], [[image_with("Toll bridge\n2 euros a crossing")]]))
    assert document["cost_usd"] > 0
    assert f"{document['cost_usd']:.4f}"[:5] in docent(stack, "show", "operator/cost.pdf")[1]


def test_no_content_reaches_a_log(stack: Stack) -> None:
    """Neither text, image, prompt, question, answer nor guardrail match, of work that succeeds and that fails."""
    body = pdf([f"The vault opens with {CANARY}."], [[image_with(f"Name: Erika Beispiel\n{CANARY}")]])
    stack.ingest("canary/fine.pdf", body)
    stack.faults("bedrock-runtime.ApplyGuardrail=ValidationException")
    stack.ingest("canary/fails.pdf", pdf(["Again."], [[image_with(f"{CANARY} once more")]]))
    stack.faults("")
    assert CANARY in stack.ask(f"What opens with {CANARY}?")["answer"]
    # The last lines come after the answer.
    wait_until(lambda: "question answered" in docent(stack, "logs", "--since", "10", "--json")[1])
    code, output = docent(stack, "logs", "--since", "10", "--json")
    assert code == 0
    assert "image captioned" in output
    assert CANARY not in output
    assert "Beispiel" not in output
    every = stack.target.client("logs")
    for group in every.get_paginator("describe_log_groups").paginate():
        for name in (each["logGroupName"] for each in group["logGroups"]):
            for page in every.get_paginator("filter_log_events").paginate(logGroupName=name):
                assert not [event for event in page["events"] if CANARY in event["message"]], name
    assert CANARY not in stack.target.local.log.read_text()
