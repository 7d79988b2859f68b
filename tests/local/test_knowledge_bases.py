"""Knowledge bases on the whole machine: ingestion from S3, retrieval, answers, and flows that ask them."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError

from tests.support.flow_definitions import MODEL, line, node
from tests.support.flow_machine import EVERYTHING, TRUST, outputs, prepared, run, shapes_checked, traces
from tests.support.knowledge_bases import EMBEDDING, base_of, ingested, vector_index
from tests.support.machine import Machine

type Json = dict[str, Any]

CANARY = "Winterlicht2342"
BUCKET = "kb-documents"
RETURNS = "# Returns\n\nYou can return shoes within 30 days of delivery. The refund takes five working days.\n"
WARRANTY = "# Warranty\n\nThe warranty on lamps is two years from the date of purchase.\n"


@pytest.fixture(scope="module")
def role(machine: Machine) -> str:
    return machine.role("kb-role", TRUST, EVERYTHING)


@pytest.fixture(scope="module")
def index(machine: Machine) -> str:
    return vector_index(machine, "kb-vectors")


@pytest.fixture(scope="module")
def bases(machine: Machine) -> Any:
    return shapes_checked(machine.client("bedrock-agent"))


@pytest.fixture(scope="module")
def source(machine: Machine, bases: Any, role: str, index: str) -> tuple[str, str]:
    s3 = machine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for key, text in (("policies/returns.md", RETURNS), ("policies/warranty.txt", WARRANTY), ("other/x.md", "No.")):
        s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
    base, data = base_of(bases, role, index, "policies", BUCKET)
    told = ingested(bases, base, data)
    assert told["status"] == "COMPLETE", told
    assert told["statistics"]["numberOfNewDocumentsIndexed"] == 2
    return base, data


def test_what_was_ingested_is_retrieved_with_its_place(machine: Machine, source: tuple[str, str]) -> None:
    runtime = shapes_checked(machine.client("bedrock-agent-runtime"))
    found = runtime.retrieve(knowledgeBaseId=source[0], retrievalQuery={"text": "How long is the warranty on lamps?"})
    first = found["retrievalResults"][0]
    assert "two years" in first["content"]["text"]
    assert first["location"]["s3Location"]["uri"] == f"s3://{BUCKET}/policies/warranty.txt"
    assert 0 < first["score"] <= 1
    assert not any("other/" in each["location"]["s3Location"]["uri"] for each in found["retrievalResults"])


def test_an_answer_cites_what_it_is_from(machine: Machine, source: tuple[str, str]) -> None:
    runtime = shapes_checked(machine.client("bedrock-agent-runtime"))
    told = runtime.retrieve_and_generate(
        input={"text": "Within how many days can I return shoes?"},
        retrieveAndGenerateConfiguration={
            "type": "KNOWLEDGE_BASE",
            "knowledgeBaseConfiguration": {"knowledgeBaseId": source[0], "modelArn": MODEL},
        },
    )
    assert "30 days" in told["output"]["text"]
    assert "[" not in told["output"]["text"]
    [reference, *_] = told["citations"][0]["retrievedReferences"]
    assert reference["location"]["s3Location"]["uri"].endswith("returns.md")
    assert told["guardrailAction"] == "NONE"


def test_a_flow_asks_it_with_and_without_a_model(
    machine: Machine, bases: Any, role: str, source: tuple[str, str]
) -> None:
    runtime = machine.client("bedrock-agent-runtime")
    configuration = {"knowledgeBaseId": source[0], "modelId": MODEL}
    asks = node("KnowledgeBase", "Ask", {"retrievalQuery": "String"}, {"outputText": "String"}, configuration)
    events = run(runtime, prepared(bases, role, line(asks), "kb-answers"), "How long is the warranty on lamps?")
    assert "two years" in outputs(events)[0]
    [action] = traces(events, "nodeActionTrace")
    assert action["operationName"] == "RetrieveAndGenerate"
    assert action["operationResponse"]["usage"]["totalTokens"] > 0
    configuration = {"knowledgeBaseId": source[0], "numberOfResults": 1}
    finds = node("KnowledgeBase", "Find", {"retrievalQuery": "String"}, {"retrievalResults": "Array"}, configuration)
    flow_id = prepared(bases, role, line(finds, ends="Array"), "kb-results")
    [found] = outputs(run(runtime, flow_id, "warranty"))
    assert len(found) == 1
    assert "two years" in found[0]["content"]["text"]


def test_a_flow_whose_knowledge_base_is_gone_names_its_node(machine: Machine, bases: Any, role: str) -> None:
    asks = node(
        "KnowledgeBase",
        "Ask",
        {"retrievalQuery": "String"},
        {"retrievalResults": "Array"},
        {"knowledgeBaseId": "GONE000000"},
    )
    flow_id = prepared(bases, role, line(asks, ends="Array"), "kb-gone")
    with pytest.raises(EventStreamError, match="Node Ask: The knowledge base GONE000000 does not exist") as error:
        run(machine.client("bedrock-agent-runtime"), flow_id, "x")
    response: Any = error.value.response
    assert response["Error"]["Code"] == "dependencyFailedException"


def test_only_what_changed_is_ingested_again(machine: Machine, bases: Any, source: tuple[str, str]) -> None:
    s3 = machine.client("s3")
    s3.put_object(Bucket=BUCKET, Key="policies/returns.md", Body=RETURNS.replace("30", "60").encode())
    s3.put_object(Bucket=BUCKET, Key="policies/broken.pdf", Body=b"no pdf")
    s3.delete_object(Bucket=BUCKET, Key="policies/warranty.txt")
    told = ingested(bases, *source)["statistics"]
    assert told["numberOfModifiedDocumentsIndexed"] == 1
    assert told["numberOfDocumentsDeleted"] == 1
    assert told["numberOfDocumentsFailed"] == 1
    runtime = machine.client("bedrock-agent-runtime")
    found = runtime.retrieve(knowledgeBaseId=source[0], retrievalQuery={"text": "return shoes"})["retrievalResults"]
    assert ["60 days" in each["content"]["text"] for each in found] == [True]


def test_a_role_that_cannot_read_the_bucket_fails_the_job(machine: Machine, bases: Any, index: str) -> None:
    lacking = machine.role("kb-lacking", TRUST)
    base = bases.create_knowledge_base(
        name="lacking",
        roleArn=lacking,
        knowledgeBaseConfiguration={
            "type": "VECTOR",
            "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": EMBEDDING},
        },
        storageConfiguration={"type": "S3_VECTORS", "s3VectorsConfiguration": {"indexArn": index}},
    )["knowledgeBase"]["knowledgeBaseId"]
    data = bases.create_data_source(
        knowledgeBaseId=base,
        name="files",
        dataSourceConfiguration={"type": "S3", "s3Configuration": {"bucketArn": f"arn:aws:s3:::{BUCKET}"}},
    )["dataSource"]["dataSourceId"]
    told = ingested(bases, base, data)
    assert told["status"] == "FAILED"
    assert "AccessDenied" in told["failureReasons"][0]
    with pytest.raises(ClientError) as error:
        machine.client("bedrock-agent-runtime").retrieve(knowledgeBaseId=base, retrievalQuery={"text": "x"})
    response: Any = error.value.response
    assert response["Error"]["Code"] == "AccessDeniedException"


def test_what_is_not_offered_is_refused_by_name(bases: Any, role: str, source: tuple[str, str]) -> None:
    vector = {"type": "VECTOR", "vectorKnowledgeBaseConfiguration": {"embeddingModelArn": EMBEDDING}}
    stored = {
        "name": "x",
        "roleArn": role,
        "knowledgeBaseConfiguration": vector,
        "storageConfiguration": {"type": "RDS"},
    }
    crawls = {"knowledgeBaseId": source[0], "name": "web", "dataSourceConfiguration": {"type": "WEB"}}
    calls: list[tuple[str, Callable[[], Any]]] = [
        ("ValidationException", lambda: bases.create_knowledge_base(**stored)),
        ("ValidationException", lambda: bases.create_data_source(**crawls)),
        ("ResourceNotFoundException", lambda: bases.get_knowledge_base(knowledgeBaseId="ABCDEFGHIJ")),
    ]
    for code, call in calls:
        with pytest.raises(ClientError) as error:
            call()
        response: Any = error.value.response
        assert response["Error"]["Code"] == code


def test_a_guardrail_looks_at_the_question_and_the_answer(
    machine: Machine, bases: Any, role: str, source: tuple[str, str]
) -> None:
    made = machine.client("bedrock").create_guardrail(
        name="kb-guardrail",
        blockedInputMessaging="I cannot talk about this.",
        blockedOutputsMessaging="I cannot say this.",
        sensitiveInformationPolicyConfig={"piiEntitiesConfig": [{"type": "EMAIL", "action": "ANONYMIZE"}]},
        wordPolicyConfig={"wordsConfig": [{"text": "Rivalco"}]},
    )
    guardrail = {"guardrailIdentifier": made["guardrailId"], "guardrailVersion": "DRAFT"}
    configuration = {"knowledgeBaseId": source[0], "modelId": MODEL, "guardrailConfiguration": guardrail}
    asks = node("KnowledgeBase", "Ask", {"retrievalQuery": "String"}, {"outputText": "String"}, configuration)
    flow_id = prepared(bases, role, line(asks), "kb-guarded")
    runtime = machine.client("bedrock-agent-runtime")
    events = run(runtime, flow_id, f"I am {CANARY}@example.com. Within how many days can I return shoes?")
    assert "days" in outputs(events)[0]
    [action] = traces(events, "nodeActionTrace")
    assert action["operationResponse"]["guardrailAction"] == "INTERVENED"
    assessed = action["operationResponse"]["trace"]["guardrail"]["inputAssessment"][made["guardrailId"]]
    assert assessed["sensitiveInformationPolicy"]["piiEntities"][0]["type"] == "EMAIL"
    events = run(runtime, flow_id, "Does Rivalco take shoes back?")
    assert outputs(events) == ["I cannot talk about this."]
    assert CANARY not in machine.settings.log.read_text()
    for folder in ("flows", "knowledge_bases"):
        for file in (machine.settings.home / folder).iterdir():
            assert CANARY.encode() not in file.read_bytes()
