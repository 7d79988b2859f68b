"""Documents in S3 Vectors on the deployed stack: the move from Kendra, faults, lost claims, readers and removals."""

import json

import pytest

from docent.audiences import audience_of
from docent.documents import document_id_of
from docent.readers import Readers
from tests.support.pdfs import image_with, pdf
from tests.support.vector_stack import ANSWER, MOVED, QUESTION, VectorStack
from tests.support.waiting import wait_until
from tests.support.with_vectors import stack

__all__ = ["stack"]

PAGES = pdf(["The pantry of Castle Orrery.", "The cellar of Castle Orrery."], [[image_with("Housekeeper\nroom 12")]])
EVERYONE = audience_of(Readers(groups=frozenset({"everyone"})))


def generations(vectors: dict[str, dict]) -> set[str]:
    return {key.split("/")[1] for key in vectors}


def test_a_move_fills_the_new_index_and_pays_for_no_caption_again(stack: VectorStack) -> None:
    assert (stack.before["status"], stack.after["status"]) == ("INGESTED", "INGESTED")
    assert stack.after["captioned_count"] == stack.before["captioned_count"] == 1
    assert stack.move_calls.get("bedrock-runtime.Converse", 0) == 0
    vectors = stack.vectors(MOVED)
    assert generations(vectors) == {stack.after["generation"]}
    assert {metadata["audience"] for metadata in vectors.values()} == {EVERYONE}
    assert {key.split("/")[2] for key in vectors} == {"text", "picture"}


def test_a_move_empties_the_former_index_and_reads_that_back(stack: VectorStack) -> None:
    assert len(stack.left_in_kendra) == 2
    assert set(stack.left_in_kendra.values()) == {"NOT_FOUND"}
    assert {key.split("/")[2] for key in stack.derived_keys(MOVED)} == {stack.after["generation"]}


def test_a_question_is_answered_from_the_new_index(stack: VectorStack) -> None:
    answer = stack.ask(QUESTION)
    assert ANSWER in answer["answer"]
    assert {each["document_id"] for each in answer["citations"]} == {document_id_of(stack.library.bucket, MOVED)}
    assert answer["citations"][0]["page"] == 1


@pytest.mark.parametrize(
    "rules",
    [
        "s3vectors.PutVectors=TooManyRequestsException*2,s3vectors.PutVectors=InternalServerException*1",
        "bedrock-runtime.InvokeModel=ThrottlingException*2",
        "s3vectors.GetVectors=ServiceUnavailableException*2,s3vectors.QueryVectors=TooManyRequestsException*2",
        "docent-ingest-document.ExtractPassages=kill:0.1*1",
        "docent-ingest-document.SyncIndex=lost:States.Timeout*1",
    ],
    ids=lambda rules: rules.split(",")[0],
)
def test_faults_on_the_way_into_the_index_heal_and_leave_each_passage_once(
    stack: VectorStack, rules: str, request: pytest.FixtureRequest
) -> None:
    key = f"vectors/{request.node.callspec.id}.pdf"
    stack.faults(rules)
    document = stack.ingest(key, PAGES)
    assert document["status"] == "INGESTED", document
    assert all(stack.struck().get(rule) for rule in rules.split(",")), "the fault never came about"
    vectors = stack.vectors(key)
    assert sorted(key.split("/", 2)[2].split("/")[0] for key in vectors) == ["picture", "text", "text"]
    assert sorted(each["page"] for each in vectors.values()) == [1, 1, 2]


def test_an_index_that_refuses_everything_fails_the_document_and_a_redrive_heals_it(stack: VectorStack) -> None:
    stack.faults("s3vectors.PutVectors=AccessDeniedException")
    failed = stack.ingest("vectors/refused.pdf", PAGES)
    assert (failed["status"], failed["error"]["name"]) == ("FAILED", "MisconfiguredError")
    stack.faults("")
    stack.target.step_functions.redrive_execution(executionArn=failed["execution_arn"])
    wait_until(lambda: (stack.document("vectors/refused.pdf") or {})["status"] == "INGESTED")
    assert len(stack.vectors("vectors/refused.pdf")) == 3


def test_an_upload_that_lost_its_claim_leaves_nothing(stack: VectorStack) -> None:
    stack.faults("docent-ingest-document.ExtractPassages[overtaken]=delay:2")
    stack.put("vectors/overtaken.pdf", PAGES)
    wait_until(lambda: stack.document("vectors/overtaken.pdf") is not None)
    stack.claim("vectors/overtaken.pdf")
    document = stack.document("vectors/overtaken.pdf")
    assert document
    stack.ended(document["execution_arn"])
    assert stack.vectors("vectors/overtaken.pdf") == {}
    assert stack.derived_keys("vectors/overtaken.pdf") == []


def test_new_readers_are_a_new_audience_and_no_passage_of_the_earlier_one_stays(stack: VectorStack) -> None:
    key, everyone, lab = "vectors/readers.pdf", {"groups": ["everyone"]}, {"groups": ["lab"]}
    stack.put(key, PAGES, json.dumps(everyone))
    first = stack.settled(key)
    assert {each["audience"] for each in stack.vectors(key).values()} == {EVERYONE}
    stack.put(key, PAGES, json.dumps(lab))
    second = stack.settled(key, first["generation"])
    stack.wait_for_withdrawals()
    vectors = stack.vectors(key)
    assert {each["audience"] for each in vectors.values()} == {audience_of(Readers.from_json(lab))}
    assert generations(vectors) == {second["generation"]}


@pytest.mark.parametrize(
    "rules",
    [
        "s3vectors.DeleteVectors=TooManyRequestsException*2,s3vectors.GetVectors=InternalServerException*1",
        "docent-withdraw-generations.RemoveFromFormerIndex=Lambda.ServiceException*1",
        "docent-withdraw-generations.ConfirmRemoved=lost:States.Timeout*1",
    ],
    ids=lambda rules: rules.split(",")[0],
)
def test_a_removal_that_meets_faults_is_removed_only_when_the_index_has_nothing(
    stack: VectorStack, rules: str, request: pytest.FixtureRequest
) -> None:
    key = f"vectors/{request.node.callspec.id}.pdf"
    first = stack.ingest(key, PAGES)
    stack.faults(rules)
    stack.target.s3.delete_object(Bucket=stack.library.bucket, Key=key)
    assert stack.settled(key, first["generation"])["status"] == "REMOVED"
    assert all(stack.struck().get(rule) for rule in rules.split(",")), "the fault never came about"
    assert stack.vectors(key) == {}
    assert stack.derived_keys(key) == []
