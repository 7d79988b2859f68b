"""Passages from an index of S3 Vectors: by meaning and words, only of the caller's audiences, all of them."""

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from answering import vector_retrieval
from answering.answering_settings import answering_settings
from answering.retrieval import retrieve, retriever
from answering.vector_retrieval import AUDIENCES_A_QUERY, best_first, score_of, score_of_relevance
from docent.audiences import audience_of, note_audience
from docent.callers import Caller
from docent.embeddings import EmbeddingModel
from docent.errors import DocentError, MisconfiguredError, TooManyRequestsError, TransientError
from docent.readers import Readers
from tests.support.aws import AUDIENCES_TABLE, World, session
from tests.support.fake_embeddings import COHERE, FakeEmbeddings
from tests.support.fake_reranking import RERANK_MODEL_ARN, FakeReranking
from tests.support.fake_vectors import FakeVectors
from tests.support.functions import ENVIRONMENT, VECTOR_INDEX_ARN

STAFF = Readers(groups=frozenset({"staff"}))


def caller(*groups: str, user: str = "mary@example.com") -> Caller:
    return Caller(user, user, groups, 0)


MARY, OTTO = caller("staff"), caller(user="otto@example.com")
QUESTION = "When does the ferry leave?"
GENERATION = "0" * 32


class Index:
    """Passages are put as sync_s3_vectors puts them."""

    def __init__(self, vectors: FakeVectors) -> None:
        self.vectors = vectors
        self._numbers = itertools.count()

    def put(self, text: str, readers: Readers = STAFF, language: str = "en", **metadata: Any) -> str:
        key = f"{'d' * 32}/{GENERATION}/text/{next(self._numbers)}"
        (vector,) = EmbeddingModel(COHERE, 1024).embed([text], "passage")
        described = {
            "audience": note_audience(AUDIENCES_TABLE, readers),
            "document": "d" * 32,
            "generation": GENERATION,
            "kind": "document",
            "page": 7,
            "key": "handbooks/ferries.pdf",
            f"text_{language}": text,
        }
        self.vectors.vectors[key] = {"key": key, "data": {"float32": vector}, "metadata": described | metadata}
        return key


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, aws: World) -> Iterator[None]:
    for name, value in (
        ENVIRONMENT | {"SEARCH_INDEX": "s3_vectors", "MAX_PASSAGES": "5", "SERVICE_ATTEMPTS": "1"}
    ).items():
        monkeypatch.setenv(name, value)
    answering_settings.cache_clear()
    retriever.cache_clear()
    yield
    answering_settings.cache_clear()
    retriever.cache_clear()


@pytest.fixture
def index(embeddings: FakeEmbeddings, vectors: FakeVectors) -> Index:
    return Index(vectors)


@pytest.fixture
def reranking(monkeypatch: pytest.MonkeyPatch, index: Index) -> Iterator[FakeReranking]:
    monkeypatch.setenv("RERANK_MODEL_ARN", RERANK_MODEL_ARN)
    answering_settings.cache_clear()
    retriever.cache_clear()
    service = FakeReranking()
    with service.attached(session()):
        yield service


def texts_for(caller: Caller, question: str = QUESTION, **more: Any) -> list[str]:
    return [passage.text for passage in retrieve(question, caller, **more)]


def test_a_passage_has_everything_that_a_citation_needs(index: Index) -> None:
    index.put("The ferry does leave at nine.")
    (found,) = retrieve(QUESTION, MARY)
    assert (found.document_id, found.generation) == ("d" * 32, GENERATION)
    assert (found.key, found.page, found.text) == ("handbooks/ferries.pdf", 7, "The ferry does leave at nine.")
    assert (found.box, found.image_key, found.score) == (None, None, 3)


def test_an_image_has_its_place(index: Index) -> None:
    places = '[{"page":7,"bbox":[10.0,20.5,30.0,40.0]}]'
    index.put("The ferry.", picture="documents/d/1/images/a.png", places=places)
    (found,) = retrieve(QUESTION, MARY)
    assert (found.image_key, found.box) == ("documents/d/1/images/a.png", (10.0, 20.5, 30.0, 40.0))


def test_the_best_comes_first_and_no_more_than_asked_for(index: Index) -> None:
    for number in range(8):
        index.put(f"Tides rise {number}.")
    best = "When the ferry leaves is printed there: does the ferry leave at nine?"
    index.put(best)
    found = texts_for(MARY)
    assert found[0] == best
    assert len(found) == 5


def test_german_passages_are_found_by_their_words(index: Index) -> None:
    index.put("Die Fähre fährt um neun.", language="de")
    assert texts_for(MARY, "Wann fährt die Fähre?") == ["Die Fähre fährt um neun."]
    (asked,) = index.vectors.asked("QueryVectors")
    assert {each["metadataKey"] for each in asked["queryTexts"]} == {"text_en", "text_de"}


def test_approved_answers_and_documents_do_not_take_each_others_places(index: Index) -> None:
    index.put("The ferry leaves.")
    index.put("An approved answer on the ferry.", kind="approved_answer")
    assert texts_for(MARY) == ["The ferry leaves."]
    assert texts_for(MARY, kind="approved_answer") == ["An approved answer on the ferry."]


def test_an_approved_answer_is_known_by_its_id_and_its_questions_digest(index: Index) -> None:
    key = index.put("Yes, at nine.", kind="approved_answer", key="digest")
    index.vectors.vectors["library/answer-1/3"] = index.vectors.vectors.pop(key) | {"key": "library/answer-1/3"}
    (found,) = retrieve(QUESTION, MARY, "approved_answer")
    assert (found.key, found.generation) == ("digest", "answer-1")


# Readers.


def test_only_passages_of_the_callers_audiences_are_found(index: Index) -> None:
    index.put("For staff.")
    index.put("For Otto.", Readers(users=frozenset({OTTO.user})))
    index.put("For staff but Mary.", Readers(groups=frozenset({"staff"}), denied_users=frozenset({MARY.user})))
    assert texts_for(MARY) == ["For staff."]
    assert texts_for(OTTO) == ["For Otto."]


def test_who_belongs_to_no_audience_finds_nothing_and_nothing_is_asked(
    index: Index, embeddings: FakeEmbeddings
) -> None:
    index.put("For staff.")
    asked = len(embeddings.requests)
    assert texts_for(OTTO) == []
    assert index.vectors.asked("QueryVectors") == []
    assert len(embeddings.requests) == asked


def test_a_caller_of_five_hundred_groups_finds_what_each_of_them_can_read(index: Index) -> None:
    groups = tuple(f"group-{number:03}" for number in range(500))
    index.put("The ferry does leave at nine.", Readers(groups=frozenset({groups[0]})))
    index.put("When does the ferry leave? At nine.", Readers(groups=frozenset({groups[499]})))
    found = texts_for(caller(*groups))
    assert sorted(found) == ["The ferry does leave at nine.", "When does the ferry leave? At nine."]


@pytest.mark.parametrize(
    ("count", "a_query"), [(AUDIENCES_A_QUERY + 11, AUDIENCES_A_QUERY), (10, 10), (11, 10), (41, 10)]
)
def test_more_audiences_than_a_filter_takes_are_several_queries_and_none_is_lost(
    monkeypatch: pytest.MonkeyPatch, index: Index, count: int, a_query: int
) -> None:
    monkeypatch.setattr(vector_retrieval, "AUDIENCES_A_QUERY", a_query)
    monkeypatch.setenv("MAX_PASSAGES", "100")
    answering_settings.cache_clear()
    retriever.cache_clear()
    groups = tuple(f"group-{number:03}" for number in range(count))
    keys = [
        index.put(
            "When does the ferry leave?" if number == 5 else f"Tides {number}.", Readers(groups=frozenset({name}))
        )
        for number, name in enumerate(groups)
    ]
    found = retrieve(QUESTION, caller(*groups))
    assert found[0].text == QUESTION
    assert len(found) == min(100, len(keys))
    asked = index.vectors.asked("QueryVectors")
    assert len(asked) == -(-count // a_query)
    named = [audience for each in asked for audience in each["filter"]["$and"][1]["audience"]["$in"]]
    assert sorted(named) == sorted(audience_of(Readers(groups=frozenset({name}))) for name in groups)


def test_filters_use_only_what_the_service_surely_has(index: Index) -> None:
    index.put("For staff.")
    retrieve(QUESTION, MARY)
    (asked,) = index.vectors.asked("QueryVectors")
    audience = audience_of(STAFF)
    assert asked["filter"] == {"$and": [{"kind": {"$eq": "document"}}, {"audience": {"$in": [audience]}}]}


# Order and scores.


def hit(key: str, distance: float | None, words: float) -> dict[str, Any]:
    scores: dict[str, Any] = {"bm25Scores": [{"metadataKey": "text_en", "score": words}] if words else []}
    return {"key": key, "scores": scores | ({} if distance is None else {"vectorDistance": distance})}


@pytest.mark.parametrize(
    ("distance", "words", "score"),
    [(0.2, 0, 3), (0.6, 4, 3), (0.6, 0, 2), (None, 4, 2), (0.9, 4, 2), (0.9, 0, 1)],
)
def test_a_score_tells_how_near_a_passage_is_and_whether_its_words_say_so(
    distance: float | None, words: float, score: int
) -> None:
    assert score_of(hit("a", distance, words)) == score


def test_what_several_queries_found_is_ranked_as_one_by_both_scores() -> None:
    one = [hit("a", 0.5, 0), hit("b", 0.6, 2)]
    other = [hit("c", 0.1, 9), hit("d", None, 1)]
    assert [each["key"] for each in best_first([one, other])] == ["c", "b", "a", "d"]
    assert [each["key"] for each in best_first([one])] == ["b", "a"]
    assert best_first([[hit("a", 1.4, 0)]]), "nothing is near, and no word was found"


def test_words_that_only_ask_are_not_searched_for(index: Index) -> None:
    index.put("The ferry leaves.")
    retrieve("When does the ferry leave, please?", MARY)
    asked = index.vectors.asked("QueryVectors")[-1]["queryTexts"]
    assert {each["text"] for each in asked} == {"the ferry leave"}


def test_a_question_is_embedded_once(index: Index, embeddings: FakeEmbeddings) -> None:
    index.put("The ferry leaves.")
    before = len(embeddings.requests)
    retrieve(QUESTION, MARY)
    retrieve(QUESTION, MARY, "approved_answer")
    (body,) = embeddings.bodies[before:]
    assert (body["texts"], body["input_type"]) == ([QUESTION], "search_query")


# The reranking model.


def test_a_reranking_model_reads_more_passages_and_decides(index: Index, reranking: FakeReranking) -> None:
    for number in range(30):
        index.put(f"Tides {number}.")
    index.put("when does the ferry leave? at nine")
    found = retrieve(QUESTION, MARY)
    assert found[0].text == "when does the ferry leave? at nine"
    assert [each.score for each in found] == [3, 1, 1, 1, 1]
    (asked,) = reranking.asked("Rerank")
    assert len(asked["sources"]) == 20
    assert [score_of_relevance(each) for each in (0.9, 0.5, 0.2, 0.01)] == [3, 3, 2, 1]


def test_nothing_found_is_not_ranked_again_and_neither_are_approved_answers(
    index: Index, reranking: FakeReranking
) -> None:
    index.put("Approved.", kind="approved_answer")
    assert texts_for(MARY) == []
    assert texts_for(MARY, kind="approved_answer") == ["Approved."]
    assert reranking.requests == []


# Faults.

FAULTS: Sequence[tuple[str | bytes | Exception, type[DocentError], str]] = [
    ("TooManyRequestsException", TooManyRequestsError, "quota"),
    ("ThrottlingException", TooManyRequestsError, "quota"),
    ("NotFoundException", MisconfiguredError, "docent reingest"),
    ("AccessDeniedException", MisconfiguredError, "AccessDenied"),
    ("ServiceUnavailableException", TransientError, "searched"),
    (ReadTimeoutError(endpoint_url="https://s3vectors"), TransientError, "connection"),
    (b"{", TransientError, "understood"),
    (b"{}", TransientError, "understood"),
    (b'{"vectors": [{"key": "a"}]}', TransientError, "understood"),
]


@pytest.mark.parametrize(("fault", "error", "words"), FAULTS)
def test_faults_of_the_index_have_their_class_and_say_nothing_of_the_question(
    index: Index, fault: str | bytes | Exception, error: type[DocentError], words: str
) -> None:
    note_audience(AUDIENCES_TABLE, STAFF)
    index.vectors.fail_always(fault)
    with pytest.raises(error, match=words) as raised:
        retrieve(QUESTION, MARY)
    assert "ferry" not in str(raised.value)


def test_an_index_that_is_not_there_is_named(index: Index) -> None:
    note_audience(AUDIENCES_TABLE, STAFF)
    index.vectors.fail("NotFoundException")
    with pytest.raises(MisconfiguredError, match=VECTOR_INDEX_ARN):
        retrieve(QUESTION, MARY)


def test_a_used_up_quota_of_a_model_is_told_as_that_of_the_index(
    index: Index, embeddings: FakeEmbeddings, reranking: FakeReranking
) -> None:
    index.put("The ferry leaves.")
    embeddings.fail_always("ThrottlingException")
    with pytest.raises(TooManyRequestsError):
        retrieve(QUESTION, MARY)
    embeddings.fail_always("")
    reranking.fail_always("ThrottlingException")
    with pytest.raises(TooManyRequestsError):
        retrieve(QUESTION, MARY)
