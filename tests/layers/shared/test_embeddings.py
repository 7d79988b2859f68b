"""Texts as vectors: in each model's shape, in batches and in order, with errors by class."""

import json
import math
from collections.abc import Iterator

import pytest
from botocore.exceptions import ReadTimeoutError

from docent.embeddings import EmbeddingModel
from docent.errors import MisconfiguredError, ThrottledError, TransientError
from docent.errors.ingest import OversizedTextError
from tests.support.aws import World, session
from tests.support.fake_embeddings import COHERE, TITAN, FakeEmbeddings

MODELS = (COHERE, TITAN)


@pytest.fixture
def service(aws: World) -> Iterator[FakeEmbeddings]:
    service = FakeEmbeddings()
    with service.attached(session()):
        yield service


def near(one: list[float], other: list[float]) -> float:
    return math.sumprod(one, other)


@pytest.mark.parametrize("model_id", MODELS)
def test_texts_become_vectors_of_length_one_in_their_order(service: FakeEmbeddings, model_id: str) -> None:
    texts = ["leave days a year", "hardware order form", "travel to Hamburg"]
    vectors = EmbeddingModel(model_id, 1024).embed(texts, "passage")
    assert [math.hypot(*vector) for vector in vectors] == [pytest.approx(1)] * 3
    (asked,) = EmbeddingModel(model_id, 1024).embed(["order hardware"], "question")
    assert max(range(3), key=lambda number: near(asked, vectors[number])) == 1


def test_cohere_gets_at_most_96_texts_a_call(service: FakeEmbeddings) -> None:
    texts = [f"passage {number}" for number in range(200)]
    vectors = EmbeddingModel(COHERE, 1024).embed(texts, "passage")
    assert sorted(len(body["texts"]) for body in service.bodies) == [8, 96, 96]
    assert vectors == [EmbeddingModel(COHERE, 1024).embed([text], "passage")[0] for text in texts]


def test_cohere_is_told_what_is_a_question(service: FakeEmbeddings) -> None:
    EmbeddingModel(COHERE, 1024).embed(["a"], "passage")
    EmbeddingModel(COHERE, 1024).embed(["a"], "question")
    assert [body["input_type"] for body in service.bodies] == ["search_document", "search_query"]


def test_titan_gets_one_text_a_call_and_the_dimensions_of_the_index(service: FakeEmbeddings) -> None:
    vectors = EmbeddingModel(TITAN, 256).embed([f"passage {number}" for number in range(20)], "passage")
    assert {len(vector) for vector in vectors} == {256}
    assert sorted(body["inputText"] for body in service.bodies) == sorted(f"passage {number}" for number in range(20))


def test_inference_profiles_are_known_by_their_model(service: FakeEmbeddings) -> None:
    profile = "arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.cohere.embed-multilingual-v3"
    assert len(EmbeddingModel(profile, 1024).embed(["a"], "passage")) == 1


def test_no_texts_are_no_call(service: FakeEmbeddings) -> None:
    assert EmbeddingModel(COHERE, 1024).embed([], "passage") == []
    assert service.requests == []


@pytest.mark.parametrize(("model_id", "characters"), [(COHERE, 2049), (TITAN, 50_001)])
def test_a_text_over_the_limit_is_a_named_error_and_never_cut(
    service: FakeEmbeddings, model_id: str, characters: int
) -> None:
    with pytest.raises(OversizedTextError, match=str(characters)):
        EmbeddingModel(model_id, 1024).embed(["a", "b" * characters], "passage")
    assert service.requests == []


@pytest.mark.parametrize("model_id", MODELS)
def test_a_text_of_too_many_tokens_is_told_from_a_wrong_request(service: FakeEmbeddings, model_id: str) -> None:
    service.longest = 10
    with pytest.raises(OversizedTextError):
        EmbeddingModel(model_id, 1024).embed(["one two three " * 5], "passage")
    service.fail_always("ValidationException")
    with pytest.raises(MisconfiguredError):
        EmbeddingModel(model_id, 1024).embed(["one"], "passage")


@pytest.mark.parametrize(
    ("fault", "named"),
    [
        ("ThrottlingException", ThrottledError),
        ("ServiceUnavailableException", TransientError),
        (ReadTimeoutError(endpoint_url="https://bedrock"), TransientError),
        (b"no JSON", TransientError),
        (json.dumps({"embeddings": {}}).encode(), TransientError),
        (json.dumps({"embeddings": {"float": [[0.0] * 1024]}}).encode(), TransientError),
        (json.dumps({"embeddings": {"float": []}}).encode(), TransientError),
        ("AccessDeniedException", MisconfiguredError),
    ],
)
def test_faults_have_their_class(service: FakeEmbeddings, fault: str | bytes | Exception, named: type) -> None:
    service.fail(fault)
    with pytest.raises(named) as raised:
        EmbeddingModel(COHERE, 1024).embed(["a private text"], "passage")
    assert type(raised.value) is named
    assert "private" not in str(raised.value)


def test_one_failed_call_of_many_fails_them_all(service: FakeEmbeddings) -> None:
    service.fail("ThrottlingException")
    with pytest.raises(ThrottledError):
        EmbeddingModel(TITAN, 1024).embed([str(number) for number in range(50)], "passage")


def test_a_model_that_is_not_there_or_not_known_names_the_parameter(service: FakeEmbeddings) -> None:
    service.fail("ResourceNotFoundException")
    with pytest.raises(MisconfiguredError, match="EmbeddingModelId"):
        EmbeddingModel(COHERE, 1024).embed(["a"], "passage")
    with pytest.raises(MisconfiguredError, match="EmbeddingModelId"):
        EmbeddingModel("amazon.nova-lite-v1:0", 1024).embed(["a"], "passage")


def test_vectors_of_another_length_than_the_index_takes_name_the_parameter(service: FakeEmbeddings) -> None:
    with pytest.raises(MisconfiguredError, match="EmbeddingDimensions to 1024"):
        EmbeddingModel(COHERE, 512).embed(["a"], "passage")
