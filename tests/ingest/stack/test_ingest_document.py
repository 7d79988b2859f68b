"""The ingest_document workflow on the local stack: every path, with IAM enforced."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.pdfs import image_with, pdf
from tests.support.project import sample_event
from tests.support.stack import Stack
from tests.support.waiting import wait_until

pytestmark = pytest.mark.xdist_group("states")  # test_visited_states looks at what these ran


def created(stack: Stack, key: str, sequencer: str) -> dict[str, Any]:
    """The sample event, for a key and a moment of ours."""
    event = sample_event("s3.object_created.json")
    event["detail"]["object"] |= {"key": key, "sequencer": sequencer}
    del event["detail"]["object"]["version-id"]
    return event


def test_the_words_in_an_image_become_findable(stack: Stack) -> None:
    body = pdf(["Our warehouse in Bremen stores solvents."], [[image_with("Storage limit Kelvanol\n412 kg per aisle")]])
    document = stack.ingest("ingest/words.pdf", body)
    assert document["status"] == "INGESTED"
    assert (document["page_count"], document["image_count"], document["captioned_count"]) == (1, 1, 1)
    assert document["input_tokens"] > 0
    assert document["cost_usd"] > 0
    assert set(stack.entries("ingest/words.pdf").values()) == {"INDEXED"}
    reply = stack.ask("What is the storage limit of Kelvanol?")
    assert "412 kg" in reply["answer"]
    citation = reply["citations"][0]
    assert (citation["file_name"], citation["page"]) == ("ingest/words.pdf", 1)
    assert ".png?" in citation["picture_url"]
    assert len(citation["box"]) == 4


def test_an_odd_key_is_ingested_like_any_other(stack: Stack) -> None:
    key = "verträge/a b+c#ü,=.pdf"
    assert stack.ingest(key, pdf(["A contract about lanterns."]))["status"] == "INGESTED"


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        ("encrypted.pdf", pdf(["secret"], password="hunter2"), "EncryptedPdfError"),
        ("empty.pdf", b"", "EmptyPdfError"),
        ("text.pdf", b"This is no PDF at all.", "UnreadablePdfError"),
        ("page.html", b"<html><body>Hello</body></html>", "UnreadablePdfError"),
        ("cut.pdf", pdf(["cut off"])[:120], "EmptyPdfError"),
    ],
)
def test_a_hopeless_file_fails_with_a_name_and_a_sentence(stack: Stack, name: str, body: bytes, error: str) -> None:
    document = stack.ingest(f"hopeless/{name}", body)
    assert document["status"] == "FAILED"
    assert document["error"]["name"] == error
    assert f"hopeless/{name}" in document["error"]["message"]
    assert document["error"]["message"].count(".") >= 2, "says what happened, and what to do"
    assert not stack.entries(f"hopeless/{name}")


def test_a_repeated_event_changes_nothing(stack: Stack) -> None:
    document = stack.ingest("repeat/twice.pdf", pdf(["Once is enough."]))
    stack.faults("")
    event = created(stack, "repeat/twice.pdf", document["generation"])
    execution = stack.ended(stack.start(stack.target.outputs["IngestDocumentArn"], event))
    assert execution["status"] == "SUCCEEDED"
    assert stack.states(execution["executionArn"])[-1] == "AlreadyIngested"
    assert stack.document("repeat/twice.pdf") == document


def test_an_event_repeated_while_its_document_is_at_work_changes_nothing(stack: Stack) -> None:
    stack.faults("bedrock-runtime.Converse=delay:3*1")
    stack.put("repeat/meanwhile.pdf", pdf(["Once at a time."], [[image_with("Sluice Peregrine\nshut")]]))
    wait_until(lambda: stack.calls().get("bedrock-runtime.Converse"))
    before = stack.document("repeat/meanwhile.pdf")
    assert before
    event = created(stack, "repeat/meanwhile.pdf", before["generation"])
    again = [stack.start(stack.target.outputs["IngestDocumentArn"], event) for _ in range(3)]
    assert {stack.states(stack.ended(each)["executionArn"])[-1] for each in again} == {"AlreadyIngested"}
    document = stack.settled("repeat/meanwhile.pdf")
    assert (document["status"], document["execution_arn"]) == ("INGESTED", before["execution_arn"])
    assert len(stack.indexed("repeat/meanwhile.pdf")) == 2
    assert stack.calls()["bedrock-runtime.Converse"] == 1


def test_an_older_event_that_arrives_late_changes_nothing(stack: Stack) -> None:
    document = stack.ingest("repeat/late.pdf", pdf(["The newest word."]))
    event = created(stack, "repeat/late.pdf", "0001")
    execution = stack.ended(stack.start(stack.target.outputs["IngestDocumentArn"], event))
    assert stack.states(execution["executionArn"])[-1] == "AlreadyIngested"
    assert stack.document("repeat/late.pdf") == document


def test_a_new_upload_replaces_all_of_the_old(stack: Stack) -> None:
    first = stack.ingest(
        "replace/plan.pdf", pdf(["The harbour opens at seven."], [[image_with("Berth Morgana\ndepth 9 m")]])
    )
    old = list(stack.entries("replace/plan.pdf"))
    stack.faults("kendra.Deletion=delay:6")
    second = stack.ingest(
        "replace/plan.pdf", pdf(["The harbour opens at eleven."], [[image_with("Berth Ysolde\ndepth 14 m")]])
    )
    assert second["status"] == "INGESTED"
    assert second["generation"] > first["generation"]
    assert set(stack.statuses(old).values()) == {"INDEXED"}, "the index is slow to delete, and nobody waits for it"
    answer = stack.ask("When does the harbour open?")["answer"]
    assert "eleven" in answer
    assert "seven." not in answer
    assert stack.ended(second["execution_arn"])["status"] == "SUCCEEDED"
    assert set(stack.statuses(old).values()) == {"NOT_FOUND"}
    assert set(stack.entries("replace/plan.pdf").values()) == {"INDEXED"}
    assert not [key for key in stack.derived_keys("replace/plan.pdf") if first["generation"] in key]


def test_a_document_of_many_entries_is_put_asked_for_and_removed_through_throttles(stack: Stack) -> None:
    signs = [[image_with(f"Platform {number}\nto Elsinore")] for number in range(12)]
    throttled = "kendra.*=ThrottlingException@0.4"
    stack.faults(throttled)
    document = stack.ingest("many/signs.pdf", pdf([f"Sign {number}" for number in range(12)], signs))
    stack.faults("")
    assert (document["status"], document["captioned_count"]) == ("INGESTED", 12)
    entries = stack.entries("many/signs.pdf")
    assert (len(entries), set(entries.values())) == (13, {"INDEXED"})
    stack.faults(throttled)
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key="many/signs.pdf")
    assert stack.settled("many/signs.pdf", document["generation"])["status"] == "REMOVED"
    stack.faults("")
    assert set(stack.statuses(list(entries)).values()) == {"NOT_FOUND"}


def test_a_replaced_document_that_cannot_be_read_is_no_longer_answered_from(stack: Stack) -> None:
    stack.ingest("replace/spoilt.pdf", pdf(["The password hint is the colour of the lighthouse Quorra."]))
    old = list(stack.entries("replace/spoilt.pdf"))
    document = stack.ingest("replace/spoilt.pdf", b"no pdf any more")
    assert document["error"]["name"] == "UnreadablePdfError"
    wait_until(lambda: set(stack.statuses(old).values()) == {"NOT_FOUND"})


def test_the_same_image_is_read_once_over_all_documents(stack: Stack) -> None:
    logo = image_with("HALVORSEN SHIPPING\nsince 1911")
    stack.ingest("once/a.pdf", pdf([f"Page {n}" for n in range(12)], [[logo]] * 12))
    assert stack.calls()["bedrock-runtime.Converse"] == 1
    document = stack.ingest("once/b.pdf", pdf(["Another document"], [[logo]]))
    assert stack.calls()["bedrock-runtime.Converse"] == 1
    assert document["captioned_count"] == 1
    assert (document["input_tokens"], document["cost_usd"]) == (0, 0)


def test_one_hopeless_image_does_not_lose_its_document(stack: Stack) -> None:
    stack.faults("bedrock-runtime.Converse=ValidationException*1")
    body = pdf(["Two signs."], [[image_with("Exit Nordtor"), image_with("Exit Suedtor")]])
    document = stack.ingest("gaps/image.pdf", body)
    assert document["status"] == "INGESTED_WITH_GAPS"
    assert (document["image_count"], document["captioned_count"]) == (2, 1)
    assert [gap["error"]["name"] for gap in document["gaps"]] == ["UnreadablePictureError"]
    assert "page 1 of s3://docent-documents/gaps/image.pdf" in document["gaps"][0]["error"]["message"]


def test_text_that_the_guardrail_withholds_is_not_indexed(stack: Stack) -> None:
    body = pdf(["A card."], [[image_with("Card number\n4111 1111 1111 1111")]])
    document = stack.ingest("gaps/card.pdf", body)
    assert document["status"] == "INGESTED_WITH_GAPS"
    assert [gap["error"]["name"] for gap in document["gaps"]] == ["BlockedTextError"]
    assert len(stack.entries("gaps/card.pdf")) == 1
    assert "4111 1111" not in json.dumps(stack.ask("What is the card number?"))


def test_personal_data_in_an_image_is_masked_before_it_is_indexed(stack: Stack) -> None:
    body = pdf(["A visitor's badge."], [[image_with("Name: Erika Mustermann\nE-Mail: erika@example.com")]])
    assert stack.ingest("mask/badge.pdf", body)["status"] == "INGESTED"
    row = stack.library.row(stack.library.document_id("mask/badge.pdf"))
    assert row
    text = json.dumps(stack.library.images(row)[0])
    assert "{NAME}" in text
    assert "erika@example.com" not in text
    assert "erika@example.com" not in json.dumps(stack.ask("What is the e-mail address on the visitor's badge?"))


def test_a_model_that_is_not_enabled_fails_the_document_and_says_so(stack: Stack) -> None:
    stack.faults("bedrock-runtime.Converse=AccessDeniedException")
    document = stack.ingest("storm/closed.pdf", pdf(["Closed."], [[image_with("Pump station\nnumber five")]]))
    assert (document["status"], document["error"]["name"]) == ("FAILED", "MisconfiguredError")
    assert "Bedrock console" in document["error"]["message"]


def test_a_throttle_storm_is_waited_out(stack: Stack) -> None:
    stack.faults(
        "bedrock-runtime.Converse=ThrottlingException*4,bedrock-runtime.ApplyGuardrail=ThrottlingException*4,"
        "kendra.BatchPutDocument=ThrottlingException*3,kendra.BatchGetDocumentStatus=ThrottlingException*2"
    )
    document = stack.ingest("storm/throttled.pdf", pdf(["Storm."], [[image_with("Gale warning\nforce nine")]]))
    assert document["status"] == "INGESTED"
    assert document["captioned_count"] == 1


def test_a_model_that_stays_down_fails_the_document_and_a_redrive_heals_it(stack: Stack) -> None:
    stack.faults("bedrock-runtime.Converse=ServiceUnavailableException")
    document = stack.ingest("storm/down.pdf", pdf(["Down."], [[image_with("Pump station\nnumber six")]]))
    assert document["status"] == "FAILED"
    assert document["error"]["name"] == "PicturesHeldUpError"
    assert "ServiceUnavailableException" in document["error"]["message"], "why the first image failed"
    assert "docent redrive" in document["error"]["message"]
    stack.faults("")
    stack.target.step_functions.redrive_execution(executionArn=document["execution_arn"])
    wait_until(lambda: (stack.document("storm/down.pdf") or {})["status"] == "INGESTED")
    healed = stack.document("storm/down.pdf")
    assert healed
    assert healed["error"] is None
    assert healed["captioned_count"] == 1


def test_masking_that_fails_indexes_nothing(stack: Stack) -> None:
    stack.faults("bedrock-runtime.ApplyGuardrail=ResourceNotFoundException")
    document = stack.ingest("closed/unmasked.pdf", pdf(["Closed."], [[image_with("Account holder\nGregor Samsa")]]))
    assert document["status"] == "FAILED"
    assert not stack.entries("closed/unmasked.pdf")
    assert not [key for key in stack.derived_keys("closed/unmasked.pdf") if "/pictures/" in key]


def test_an_index_that_refuses_everything_fails_the_document(stack: Stack) -> None:
    stack.faults("kendra.BatchPutDocument=ValidationException")
    document = stack.ingest("closed/refused.pdf", pdf(["Refused."]))
    assert document["status"] == "FAILED"
    assert document["error"]["name"] == "IndexingRefusedError"


def test_of_two_uploads_at_once_the_later_one_stays(stack: Stack) -> None:
    stack.faults("bedrock-runtime.Converse=delay:3*1")
    stack.put("race/both.pdf", pdf(["The first."], [[image_with("First edition\nblue cover")]]))
    wait_until(lambda: stack.document("race/both.pdf") is not None)
    first = stack.document("race/both.pdf")
    assert first
    second = stack.ingest("race/both.pdf", pdf(["The second."], [[image_with("Second edition\nred cover")]]))
    assert second["status"] == "INGESTED"
    stack.ended(first["execution_arn"])
    wait_until(lambda: not [key for key in stack.derived_keys("race/both.pdf") if first["generation"] in key])
    assert stack.document("race/both.pdf") == second
    assert set(stack.entries("race/both.pdf").values()) == {"INDEXED"}


def test_the_same_file_uploaded_at_once_is_there_once(stack: Stack) -> None:
    key, body = "race/same.pdf", pdf(["The same twice."], [[image_with("Gate Hyperion\ntwo keys")]])
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda _: stack.put(key, body), range(3)))

    def all_ended() -> bool:
        step_functions, workflow = stack.target.step_functions, stack.target.outputs["IngestDocumentArn"]
        newest = step_functions.list_executions(stateMachineArn=workflow, maxResults=10)["executions"]
        inputs = [step_functions.describe_execution(executionArn=each["executionArn"])["input"] for each in newest]
        ours = [
            each["status"]
            for each, given in zip(newest, inputs, strict=True)
            if key in given and "detail-type" in given
        ]
        return len(ours) == 3 and "RUNNING" not in ours

    wait_until(all_ended)
    document = stack.document(key) or {}
    assert document["status"] == "INGESTED"
    # One that finds its images withdrawn fails, and what failed is withdrawn by another workflow.
    wait_until(lambda: {each.split("/")[2] for each in stack.derived_keys(key)} == {document["generation"]})
    assert [each.split("/")[1] for each in stack.indexed(key)] == [document["generation"]] * 2


def test_an_upload_that_lost_its_claim_leaves_nothing(stack: Stack) -> None:
    stack.faults("kendra.BatchGetDocumentStatus=delay:5*1")
    stack.put("race/lost.pdf", pdf(["Overtaken on the last yards."]))
    wait_until(lambda: stack.calls().get("kendra.BatchGetDocumentStatus"))
    document = stack.document("race/lost.pdf")
    assert document
    entries = list(stack.entries("race/lost.pdf"))
    stack.claim("race/lost.pdf")
    execution = stack.ended(document["execution_arn"])
    assert stack.states(execution["executionArn"])[-2:] == ["WithdrawThisGeneration", "Superseded"]
    assert set(stack.statuses(entries).values()) == {"NOT_FOUND"}
    assert not [key for key in stack.derived_keys("race/lost.pdf") if document["generation"] in key]
