"""Embedding models and Rerank on one machine, in the shapes of their services."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from local.bedrock.reranking import Reranking
from local.bedrock.runtime import BedrockRuntime
from local.faults import Faults
from tests.support.machine import Machine

TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-multilingual-v3"
RERANKER = "arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0"
TEXTS = ["The penguin swims in cold water.", "A bird that swims.", "Our invoices are due after thirty days."]

type Json = dict[str, Any]


async def _no_others(*_: Any) -> tuple[int, dict[str, str], bytes]:
    raise AssertionError("It must not be asked.")


@pytest.fixture(scope="module")
def faults() -> Faults:
    return Faults("")


@pytest.fixture(scope="module")
def runtime(faults: Faults) -> Iterator[BedrockRuntime]:
    runtime = BedrockRuntime(None, _no_others, faults)
    yield runtime
    runtime.close()


def invoke(
    runtime: BedrockRuntime, model: str, request: Any, operation: str = "invoke"
) -> tuple[int, dict[str, str], Json]:
    path, body = f"/model/{model}/{operation}", json.dumps(request).encode()
    status, headers, answer = asyncio.run(runtime.handle_request("POST", path, {}, body, {}))
    assert isinstance(answer, bytes)
    return status, headers, json.loads(answer)


def cosines(vectors: Any) -> Any:
    rows = np.array(vectors)
    return rows @ rows.T


def titan(runtime: BedrockRuntime, text: str, **more: Any) -> list[float]:
    return invoke(runtime, TITAN, {"inputText": text} | more)[2]["embedding"]


def test_titan_embeds_one_text_and_counts_its_tokens(runtime: BedrockRuntime) -> None:
    status, headers, reply = invoke(runtime, TITAN, {"inputText": TEXTS[0]})
    assert status == 200
    assert len(reply["embedding"]) == 1024
    assert reply["inputTextTokenCount"] == int(headers["x-amzn-bedrock-input-token-count"]) == 8
    assert np.linalg.norm(reply["embedding"]) == pytest.approx(1, abs=1e-5)


def test_cohere_embeds_many_texts_in_their_order(runtime: BedrockRuntime) -> None:
    request = {"texts": TEXTS, "input_type": "search_document", "truncate": "NONE"}
    _, headers, reply = invoke(runtime, f"arn:aws:bedrock:us-east-1::foundation-model/{COHERE}", request)
    assert reply["response_type"] == "embeddings_floats"
    assert np.array(reply["embeddings"]).shape == (3, 1024)
    assert int(headers["x-amzn-bedrock-input-token-count"]) > 20
    near = cosines(reply["embeddings"])
    assert near[0, 1] > near[0, 2] + 0.2
    by_type = invoke(runtime, COHERE, request | {"embedding_types": ["float"]})[2]
    assert by_type["response_type"] == "embeddings_by_type"
    assert by_type["embeddings"]["float"] == reply["embeddings"]


def test_cosines_do_not_depend_on_the_dimensions(runtime: BedrockRuntime) -> None:
    whole, half, quarter = (
        cosines([titan(runtime, text, dimensions=dimensions) for text in TEXTS]) for dimensions in (1024, 512, 256)
    )
    assert half == pytest.approx(whole, abs=1e-6)
    assert quarter == pytest.approx(whole, abs=0.15)


@pytest.mark.parametrize(
    ("model", "request_", "message"),
    [
        (TITAN, {}, "required key [inputText] not found"),
        (TITAN, {"inputText": ""}, "expected minLength: 1, actual: 0"),
        (TITAN, {"inputText": "x" * 50_001}, "expected maxLength: 50000, actual: 50001"),
        (TITAN, {"inputText": "word " * 9000}, "Max input tokens: 8192, request input token count: 9000"),
        (TITAN, {"inputText": "x", "dimensions": 384}, "384 is not a valid enum value"),
        (TITAN, {"inputText": "x", "texts": ["x"]}, "extraneous key [texts] is not permitted"),
        (COHERE, {"texts": ["x"]}, "required key [input_type] not found"),
        (COHERE, {"texts": [], "input_type": "search_query"}, "expected minimum item count: 1, found: 0"),
        (COHERE, {"texts": ["x"] * 97, "input_type": "search_query"}, "expected maximum item count: 96, found: 97"),
        (COHERE, {"texts": ["x", "y" * 2049], "input_type": "search_query"}, "#/texts/1: expected maxLength: 2048"),
        (COHERE, {"texts": ["x"], "input_type": "passage"}, "passage is not a valid enum value"),
        (COHERE, ["x"], "expected type: JSONObject"),
    ],
)
def test_a_request_that_the_model_does_not_take_is_refused(
    runtime: BedrockRuntime, model: str, request_: Any, message: str
) -> None:
    status, headers, reply = invoke(runtime, model, request_)
    assert (status, headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert message in reply["message"]


def test_an_embedding_model_does_not_converse(runtime: BedrockRuntime) -> None:
    messages = {"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}
    assert invoke(runtime, TITAN, messages, "converse")[0] == 400
    assert invoke(runtime, "amazon.titan-embed-text-v9:0", {"inputText": "x"})[0] == 404


def test_embedding_fails_as_it_is_told(runtime: BedrockRuntime, faults: Faults) -> None:
    faults.set("bedrock-runtime.InvokeModel=ThrottlingException*1")
    assert invoke(runtime, TITAN, {"inputText": "x"})[0] == 429
    assert invoke(runtime, TITAN, {"inputText": "x"})[0] == 200
    faults.set("")


def reranked(runtime: BedrockRuntime, texts: list[str], **changes: Any) -> tuple[int, Json]:
    request: Json = {
        "queries": [{"type": "TEXT", "textQuery": {"text": "When are invoices due?"}}],
        "sources": [
            {"type": "INLINE", "inlineDocumentSource": {"type": "TEXT", "textDocument": {"text": text}}}
            for text in texts
        ],
        "rerankingConfiguration": {
            "type": "BEDROCK_RERANKING_MODEL",
            "bedrockRerankingConfiguration": {"modelConfiguration": {"modelArn": RERANKER}},
        },
    }
    engine = Reranking(runtime.relevances, Faults(""))
    body = json.dumps(request | changes).encode()
    status, _, answer = asyncio.run(engine.handle_request("POST", "/rerank", {}, body, {}))
    return status, json.loads(answer)


def test_texts_are_reranked_by_how_well_they_answer(runtime: BedrockRuntime) -> None:
    status, reply = reranked(runtime, TEXTS)
    assert status == 200
    scores = [each["relevanceScore"] for each in reply["results"]]
    assert reply["results"][0]["index"] == 2
    assert sorted(each["index"] for each in reply["results"]) == [0, 1, 2]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_many_results_come_in_pages(runtime: BedrockRuntime) -> None:
    texts = [f"text {number}" for number in range(150)]
    first = reranked(runtime, texts)[1]
    second = reranked(runtime, texts, nextToken=first["nextToken"])[1]
    assert [len(each["results"]) for each in (first, second)] == [100, 50]
    assert "nextToken" not in second


@pytest.mark.parametrize(
    ("texts", "changes", "message"),
    [
        ([], {}, "length greater than or equal to 1"),
        (["x"] * 1001, {}, "length less than or equal to 1000"),
        (["x" * 32_001], {}, "length less than or equal to 32000"),
        (["x"], {"queries": []}, "length greater than or equal to 1"),
        (["x"], {"nextToken": "MTAwMA=="}, "nextToken"),
    ],
)
def test_a_rerank_over_its_limits_is_refused(
    runtime: BedrockRuntime, texts: list[str], changes: Json, message: str
) -> None:
    status, reply = reranked(runtime, texts, **changes)
    assert status == 400
    assert message in reply["message"]


def test_only_a_reranking_model_reranks_and_not_more_than_there_is(runtime: BedrockRuntime) -> None:
    def configured(arn: str = RERANKER, **more: Any) -> Json:
        bedrock = {"modelConfiguration": {"modelArn": arn}} | more
        return {"rerankingConfiguration": {"type": "BEDROCK_RERANKING_MODEL", "bedrockRerankingConfiguration": bedrock}}

    model = f"arn:aws:bedrock:us-east-1::foundation-model/{TITAN}"
    assert "not that of a reranking model" in reranked(runtime, ["x"], **configured(model))[1]["message"]
    assert "number of sources" in reranked(runtime, ["x"], **configured(numberOfResults=2))[1]["message"]
    assert len(reranked(runtime, TEXTS, **configured(numberOfResults=2))[1]["results"]) == 2


def test_the_rest_of_the_agent_runtime_is_refused_by_name(runtime: BedrockRuntime) -> None:
    engine = Reranking(runtime.relevances, Faults(""))
    status, headers, answer = asyncio.run(engine.handle_request("POST", "/retrieveAndGenerate", {}, b"{}", {}))
    assert (status, headers["x-amzn-errortype"]) == (400, "UnknownOperationException")
    assert b"/retrieveAndGenerate" in answer


def test_a_role_calls_only_the_models_that_it_is_allowed(machine: Machine) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}
    of_models = "arn:aws:bedrock:us-east-1::foundation-model"

    def client(name: str, service: str, *allowed: dict[str, Any]) -> Any:
        role = machine.role(name, trust, *({"Effect": "Allow"} | each for each in allowed))
        session = machine.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        return machine.client(service, session)

    def refused(call: Callable[..., Any], **request: Any) -> None:
        with pytest.raises(ClientError) as error:
            call(**request)
        response: Any = error.value.response
        assert response["Error"]["Code"] == "AccessDeniedException"

    titan_only = {"Action": "bedrock:InvokeModel", "Resource": f"{of_models}/{TITAN}"}
    runtime = client("embeds", "bedrock-runtime", titan_only)
    reply = runtime.invoke_model(modelId=TITAN, body=json.dumps({"inputText": "penguins", "dimensions": 512}))
    assert len(json.loads(reply["body"].read())["embedding"]) == 512
    refused(runtime.invoke_model, modelId=COHERE, body=json.dumps({"texts": ["x"], "input_type": "search_query"}))

    request = {
        "queries": [{"type": "TEXT", "textQuery": {"text": "penguins"}}],
        "sources": [
            {"type": "INLINE", "inlineDocumentSource": {"type": "TEXT", "textDocument": {"text": text}}}
            for text in TEXTS
        ],
        "rerankingConfiguration": {
            "type": "BEDROCK_RERANKING_MODEL",
            "bedrockRerankingConfiguration": {"modelConfiguration": {"modelArn": RERANKER}},
        },
    }
    rerank = {"Action": "bedrock:Rerank", "Resource": "*"}
    model = {"Action": "bedrock:InvokeModel", "Resource": RERANKER}
    results = client("reranks", "bedrock-agent-runtime", rerank, model).rerank(**request)["results"]
    assert results[0]["index"] == 0
    refused(client("lacks-the-model", "bedrock-agent-runtime", rerank, titan_only).rerank, **request)
    refused(client("lacks-the-action", "bedrock-agent-runtime", model).rerank, **request)
