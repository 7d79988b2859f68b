"""Who gets which passages, from either index: what the index filters, what the documents table decides, and each alone.

Each of the two locks holds by itself. Without the filter `test_the_index_by_itself…` fails, and without the table's
check `test_the_table_by_itself…`.
"""

import json
from collections.abc import Callable, Iterator

import pytest

from answering.answer_course import Course
from answering.answering_settings import answering_settings
from answering.passage_search import PassageSearch
from answering.retrieval import retrieve, retriever
from docent.audiences import note_audience
from docent.callers import Caller
from docent.deadlines import Calls, Deadline
from docent.documents import document_id_of
from docent.embeddings import EmbeddingModel
from docent.readers import Readers
from tests.support.aws import AUDIENCES_TABLE, DOCUMENTS_TABLE, World
from tests.support.fake_embeddings import COHERE
from tests.support.fake_index import FakeIndex, passage
from tests.support.fake_vectors import FakeVectors
from tests.support.functions import ENVIRONMENT

QUESTION = "Who keeps the lighthouse?"
GENERATION = "0" * 32
READERS = {
    "lab": {"groups": ["lab"]},
    "sales": {"groups": ["sales"]},
    "both": {"groups": ["lab", "sales"]},
    "mary": {"users": ["Mary@Example.com"]},
    "nobody": {},
    "denied-user": {"groups": ["lab", "sales"], "denied": {"users": ["mary@example.com"]}},
    "denied-group": {"users": ["mary@example.com", "mateo@example.com"], "denied": {"groups": ["sales"]}},
    "denied-only": {"denied": {"groups": ["sales"]}},
    "a-user-like-a-group": {"users": ["lab"], "groups": ["mary@example.com"]},
    "many": {"users": [f"person-{number}@example.com" for number in range(20)], "groups": ["many"]},
}
CALLERS = {
    "mary": Caller("1", "mary@example.com", ("lab",), 0),
    "mateo": Caller("2", "mateo@example.com", ("sales", "Büro"), 0),
    "nora": Caller("3", "nora@example.com", (), 0),
    "person-19": Caller("4", "person-19@example.com", (), 0),
    "of-500-groups": Caller("5", "otto@example.com", (*(f"group-{number}" for number in range(499)), "many"), 0),
    "of-a-file-for-a-group": Caller("6", "", ("lab",), 0),
}
by_caller = pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)

type Put = Callable[[str, Readers], None]


def document_of(name: str) -> str:
    return document_id_of("docent-documents", f"{name}.pdf")


@pytest.fixture(params=["kendra", "s3_vectors"])
def put(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    aws: World,
    index: FakeIndex,
    vectors: FakeVectors,
    embeddings: object,
) -> Iterator[Put]:
    """Puts a passage into the index, whose row says the same readers."""
    for name, value in (ENVIRONMENT | {"SEARCH_INDEX": request.param, "MAX_PASSAGES": "50"}).items():
        monkeypatch.setenv(name, value)
    answering_settings.cache_clear()
    retriever.cache_clear()

    def put(name: str, readers: Readers) -> None:
        document, key = document_of(name), f"{name}.pdf"
        row = {"document_id": document, "key": key, "status": "INGESTED", "generation": GENERATION}
        aws.put_item(DOCUMENTS_TABLE, **row, answered_from=GENERATION, readers=_text(readers))
        words = f"The keeper of lighthouse {name}."
        if request.param == "kendra":
            index.passages.append(passage(words, generation=GENERATION, docent_document=document, docent_key=key))
            names = {f"{each['Type']}:{each['Name']}" for each in readers.to_access_list() if each["Access"] == "ALLOW"}
            index.readers[document] = names
            return
        (vector,) = EmbeddingModel(COHERE, 1024).embed([words], "passage")
        metadata = {"audience": note_audience(AUDIENCES_TABLE, readers), "document": document, "kind": "document"}
        metadata |= {"generation": GENERATION, "key": key, "page": 1, "text_en": words}
        each = f"{document}/{GENERATION}/text/0"
        vectors.vectors[each] = {"key": each, "data": {"float32": vector}, "metadata": metadata}

    yield put
    answering_settings.cache_clear()
    retriever.cache_clear()


def _text(readers: Readers) -> str:
    return json.dumps(readers.to_json())


@pytest.fixture
def everything(put: Put) -> dict[str, Readers]:
    readers = {name: Readers.from_json(value) for name, value in READERS.items()}
    for name, each in readers.items():
        put(name, each)
    return readers


def answered_from(caller: Caller) -> set[str]:
    """The documents whose passages an answer may rest on."""
    with Calls(Deadline(lambda: 60_000, 0), 4) as calls:
        search = PassageSearch(caller, 0, Course(QUESTION), calls)
        return {each.document_id for each in search.passages(search.begin([QUESTION]))}


def allowed(everything: dict[str, Readers], caller: Caller) -> set[str]:
    return {document_of(name) for name, readers in everything.items() if readers.allow(caller)}


@by_caller
def test_a_caller_gets_the_passages_of_exactly_the_documents_that_allow_it(
    everything: dict[str, Readers], caller: Caller
) -> None:
    assert answered_from(caller) == allowed(everything, caller)


@by_caller
@pytest.mark.parametrize("put", ["s3_vectors"], indirect=True)
def test_the_index_by_itself_finds_no_passage_of_another_document(
    everything: dict[str, Readers], caller: Caller
) -> None:
    assert {each.document_id for each in retrieve(QUESTION, caller)} == allowed(everything, caller)


@by_caller
def test_the_table_by_itself_lets_no_passage_of_another_document_through(
    everything: dict[str, Readers], caller: Caller, index: FakeIndex, vectors: FakeVectors
) -> None:
    index.readers.clear()
    vectors.ignores_filters = True
    # Who belongs to no audience sends no query at all.
    assert answered_from(caller) == allowed(everything, caller)


def test_a_passage_whose_document_has_other_readers_by_now_is_shown_to_them_only(
    put: Put, aws: World, everything: dict[str, Readers]
) -> None:
    """The row changes at once, the index later."""
    row = next(each for each in aws.items(DOCUMENTS_TABLE) if each["document_id"] == document_of("lab"))
    aws.put_item(DOCUMENTS_TABLE, **row | {"readers": _text(Readers(groups=frozenset({"sales"})))})
    assert document_of("lab") not in answered_from(CALLERS["mary"])
