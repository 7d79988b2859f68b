"""S3 Vectors on one machine, through boto3 over a real port: protocol, limits, search and durability."""

import asyncio
import itertools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.faults import Faults
from local.s3vectors.service import S3VectorsService
from tests.support.s3_vectors import client_of

DIMENSION = 4
TEXTS = [{"metadataKey": "text_en", "language": "en"}, {"metadataKey": "text_de", "language": "de"}]
CONFIGURATION = {"nonFilterableMetadataKeys": ["text_en", "text_de", "places"], "textSearchConfigurations": TEXTS}

names = (f"index-{number}" for number in itertools.count())


@contextmanager
def serving(service: S3VectorsService) -> Iterator[Any]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told, answer = asyncio.run(service.handle_request("POST", self.path, headers, body, {}))
            self.send_response(status)
            for name, value in {**told, "Content-Length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Logs nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            with closing(client_of(f"http://127.0.0.1:{http.server_port}")) as client:
                yield client
        finally:
            http.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def faults() -> Faults:
    return Faults("")


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory, faults: Faults) -> Iterator[Any]:
    with closing(S3VectorsService(tmp_path_factory.mktemp("s3vectors"), faults)) as service, serving(service) as client:
        client.create_vector_bucket(vectorBucketName="docent")
        yield client


@pytest.fixture
def index(vectors: Any) -> Callable[..., Any]:
    """Calls operations on an index of its own: `index("put_vectors", vectors=[…])`."""
    return made(vectors)


def made(client: Any, **settings: Any) -> Callable[..., Any]:
    place = {"vectorBucketName": "docent", "indexName": next(names)}
    given = {"dataType": "float32", "dimension": DIMENSION, "distanceMetric": "cosine"}
    client.create_index(**place, **given | {"metadataConfiguration": CONFIGURATION} | settings)
    return lambda operation, **request: getattr(client, operation)(**place, **request)


def vector(key: str, numbers: list[float] | None = None, **metadata: Any) -> dict[str, Any]:
    return {"key": key, "data": {"float32": numbers or [1, 0, 0, 0]}, "metadata": metadata}


def put(index: Callable[..., Any], *given: dict[str, Any]) -> None:
    index("put_vectors", vectors=list(given))


def keys(reply: dict[str, Any]) -> list[str]:
    return [each["key"] for each in reply["vectors"]]


def near(index: Callable[..., Any], *numbers: float, **request: Any) -> list[str]:
    return keys(index("query_vectors", topK=10, queryVector={"float32": list(numbers)}, **request))


def refused(call: Callable[[], Any]) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as error:
        call()
    told: Any = error.value.response
    return told["Error"]["Code"], told["Error"]["Message"], told["ResponseMetadata"]["HTTPStatusCode"]


def test_a_bucket_is_made_listed_and_deleted_once_it_is_empty(vectors: Any) -> None:
    arn = vectors.create_vector_bucket(vectorBucketName="to-delete")["vectorBucketArn"]
    assert arn.startswith("arn:aws:s3vectors:")
    assert arn.endswith(":bucket/to-delete")
    told = vectors.get_vector_bucket(vectorBucketName="to-delete")["vectorBucket"]
    assert (told["vectorBucketArn"], told["defaultIndexMode"]) == (arn, "ENHANCED")
    assert refused(lambda: vectors.create_vector_bucket(vectorBucketName="to-delete"))[::2] == (
        "ConflictException",
        409,
    )
    listed = vectors.list_vector_buckets(prefix="to-")["vectorBuckets"]
    assert [each["vectorBucketName"] for each in listed] == ["to-delete"]
    place = {"vectorBucketArn": arn, "indexName": "only-one"}
    made_index = vectors.create_index(**place, dataType="float32", dimension=2, distanceMetric="euclidean")["indexArn"]
    assert made_index == f"{arn}/index/only-one"
    assert [each["indexArn"] for each in vectors.list_indexes(vectorBucketArn=arn)["indexes"]] == [made_index]
    assert refused(lambda: vectors.delete_vector_bucket(vectorBucketArn=arn))[0] == "ConflictException"
    vectors.delete_index(indexArn=made_index)
    vectors.delete_vector_bucket(vectorBucketArn=arn)
    assert refused(lambda: vectors.get_vector_bucket(vectorBucketArn=arn))[::2] == ("NotFoundException", 404)


def test_an_index_tells_how_it_was_made(index: Callable[..., Any]) -> None:
    told = index("get_index")["index"]
    assert (told["dimension"], told["distanceMetric"], told["indexMode"]) == (DIMENSION, "cosine", "ENHANCED")
    searched = told["metadataConfiguration"]["textSearchConfigurations"]
    assert searched == [each | {"status": "ACTIVE"} for each in TEXTS]


def test_a_vector_is_read_back_by_its_key_as_it_was_put(index: Callable[..., Any]) -> None:
    put(index, vector("a/b/1", [0.1, 2, -3, 4], page=3, text_en="Words", tags=["x", "y"]), vector("a/b/2"))
    reply = index("get_vectors", keys=["a/b/1", "missing", "a/b/2"], returnData=True, returnMetadata=True)
    first, second = reply["vectors"]
    assert first["data"]["float32"] == pytest.approx([0.1, 2, -3, 4], abs=1e-6)
    assert first["metadata"] == {"page": 3, "text_en": "Words", "tags": ["x", "y"]}
    assert (second["key"], second["metadata"]) == ("a/b/2", {})
    assert index("get_vectors", keys=["a/b/1"])["vectors"] == [{"key": "a/b/1"}]


def test_a_put_replaces_the_vector_of_its_key(index: Callable[..., Any]) -> None:
    put(index, vector("a", [1, 0, 0, 0], audience="old", text_en="penguins"))
    put(index, vector("a", [0, 1, 0, 0], audience="new", text_en="walruses"))
    found = index("query_vectors", topK=10, queryVector={"float32": [0, 1, 0, 0]}, returnDistance=True)["vectors"]
    assert [(each["key"], each["distance"]) for each in found] == [("a", pytest.approx(0, abs=1e-6))]
    assert near(index, 1, 0, 0, 0, filter={"audience": "old"}) == []
    assert near(index, 1, 0, 0, 0, filter={"audience": "new"}) == ["a"]
    by_words = [{"text": "penguins", "metadataKey": "text_en"}]
    assert keys(index("query_vectors", topK=1, queryTexts=by_words)) == []


def test_a_deleted_vector_is_gone_and_can_be_deleted_again(index: Callable[..., Any]) -> None:
    put(index, vector("a", text_en="penguins"), vector("b"))
    for _ in range(2):
        index("delete_vectors", keys=["a", "never-there"])
    assert near(index, 1, 0, 0, 0) == ["b"]
    assert keys(index("get_vectors", keys=["a", "b"])) == ["b"]
    assert keys(index("query_vectors", topK=9, queryTexts=[{"text": "penguins", "metadataKey": "text_en"}])) == []


def test_the_nearest_vectors_come_first_with_their_distance(index: Callable[..., Any], vectors: Any) -> None:
    put(index, vector("far", [-1, 0, 0, 0]), vector("near", [2, 0, 0, 0]), vector("between", [1, 1, 0, 0]))
    reply = index("query_vectors", topK=2, queryVector={"float32": [5, 0, 0, 0]}, returnDistance=True)
    assert reply["distanceMetric"] == "cosine"
    assert keys(reply) == ["near", "between"]
    assert [each["distance"] for each in reply["vectors"]] == pytest.approx([0, 0.29289], abs=1e-4)
    euclidean = made(vectors, distanceMetric="euclidean")
    put(euclidean, vector("three", [0, 0, 0, 3]), vector("one", [0, 0, 1, 0]))
    reply = euclidean("query_vectors", topK=2, queryVector={"float32": [0, 0, 0, 0]}, returnDistance=True)
    assert [(each["key"], each["distance"]) for each in reply["vectors"]] == [("one", 1.0), ("three", 3.0)]


def test_texts_are_searched_with_the_analyzer_of_their_language(index: Callable[..., Any]) -> None:
    put(
        index,
        vector("german", text_de="Die Verträge der Mieter"),
        vector("english", text_en="The contracts of the tenants"),
        vector("other", text_en="Nothing about it", text_de="Nichts davon"),
    )

    def found(key: str, text: str) -> list[str]:
        return keys(index("query_vectors", topK=10, queryTexts=[{"text": text, "metadataKey": key}]))

    assert found("text_de", "Vertrag") == ["german"]
    assert found("text_en", "contract") == ["english"]
    assert found("text_en", "Vertrag") == []
    assert found("text_en", "the of it") == []  # stop words only


def test_a_hybrid_query_fuses_both_rankings_and_tells_its_scores(index: Callable[..., Any]) -> None:
    put(
        index,
        vector("both", [1, 0.1, 0, 0], text_en="penguins swim"),
        vector("meaning", [1, 0, 0, 0], text_en="other words"),
        vector("words", [-1, 0, 0, 0], text_en="penguins penguins"),
        vector("neither", [-1, 0.1, 0, 0], text_en="other words"),
    )
    reply = index(
        "query_vectors",
        topK=3,
        queryVector={"float32": [1, 0, 0, 0]},
        queryTexts=[{"text": "penguin", "metadataKey": "text_en"}],
        returnScores=True,
    )
    assert keys(reply)[0] == "both"
    scores = reply["vectors"][0]["scores"]
    assert scores["fused"] == pytest.approx(1 / 62 + 1 / 62)
    assert scores["vectorDistance"] < 0.01
    assert [each["metadataKey"] for each in scores["bm25Scores"]] == ["text_en"]
    only_words = index(
        "query_vectors", topK=3, queryTexts=[{"text": "penguin", "metadataKey": "text_en"}], returnScores=True
    )
    assert {key for each in only_words["vectors"] for key in each["scores"]} == {"bm25Scores"}


def test_a_filter_comes_before_the_search(index: Callable[..., Any]) -> None:
    others = [vector(f"other-{number}", [1, 0, 0, 0], audience="b", text_en="penguin") for number in range(60)]
    put(index, *others, vector("mine", [0, 1, 0, 0], audience="a", text_en="one penguin among many words of all kinds"))
    narrow = {"filter": {"audience": {"$in": ["a", "c"]}}}
    texts = [{"text": "penguin", "metadataKey": "text_en"}]
    assert near(index, 1, 0, 0, 0, **narrow) == ["mine"]
    assert keys(index("query_vectors", topK=1, queryTexts=texts, **narrow)) == ["mine"]
    assert near(index, 1, 0, 0, 0, queryTexts=texts, **narrow) == ["mine"]
    assert near(index, 1, 0, 0, 0, queryTexts=texts, filter={"audience": "nobody"}) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"page": 1}, {"a"}),
        ({"page": {"$gte": 2, "$lt": 4}}, {"b"}),
        ({"flag": True}, {"a"}),
        ({"flag": 1}, set()),
        ({"tags": "x"}, {"a", "b"}),
        ({"tags": {"$ne": "x"}}, {"c"}),
        ({"kind": {"$in": ["one", "two"]}}, {"a", "b"}),
        ({"kind": {"$nin": ["one"]}}, {"b", "c"}),
        ({"kind": {"$exists": False}}, {"c"}),
        ({"kind": {"$startsWith": "t"}}, {"b"}),
        ({"$or": [{"page": 1}, {"$and": [{"kind": "two"}, {"tags": "x"}]}]}, {"a", "b"}),
        ({"page": {"$gt": "1"}}, "$gt of the metadata key page must have a number"),
        ({"kind": {"$regex": "."}}, "The operator $regex is not supported"),
        ({"kind": {"$not": {"$eq": "one"}}}, "The operator $not is not supported"),
        ({"$nor": [{"page": 1}]}, "The operator $nor is not supported"),
        ({"kind": {"$in": []}}, "$in of the metadata key kind must have a list"),
        ({"kind": {"$in": [{"a": 1}]}}, "$in of the metadata key kind must have a list"),
        ({"kind": None}, "$eq of the metadata key kind must have"),
        ({"kind": {}}, "has no operator"),
        ({}, "must be an object with at least one member"),
        ({"$and": []}, "$and must be a list of filters"),
        ({"text_en": "x"}, "The metadata key text_en is not filterable"),
        ({"kind": {"$in": [str(number) for number in range(101)]}}, "at most 100 constraints"),
    ],
)
def test_a_filter_matches_or_is_refused_but_never_ignored(vectors: Any, given: Any, expected: Any) -> None:
    index = made(vectors)
    put(
        index,
        vector("a", page=1, flag=True, tags=["x", "y"], kind="one"),
        vector("b", page=2.5, flag=False, tags=["x"], kind="two"),
        vector("c", page="1"),
    )
    if isinstance(expected, set):
        assert set(near(index, 1, 0, 0, 0, filter=given)) == expected
    else:
        code, message, status = refused(lambda: near(index, 1, 0, 0, 0, filter=given))
        assert (code, status) == ("ValidationException", 400)
        assert expected in message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (vector("k", [1, 2]), "Invalid record for key 'k': vector must have length 4, but has length 2"),
        (vector("k", [0, 0, 0, 0]), "zero vector"),
        (vector("k", [1e39, 0, 0, 0]), "float32"),
        (vector("k", [float("inf"), 0, 0, 0]), "list of numbers"),
        (vector("k", page=None), "page must be a string, a number, a Boolean or a list"),
        (vector("k", page={"a": 1}), "page must be a string, a number, a Boolean or a list"),
        (vector("k", kind="ä" * 1020), "Filterable metadata must have at most 2048 bytes"),
        (vector("k", text_en="ä" * 20_500), "Metadata must have at most 40960 bytes"),
        (vector("k", None, **{f"m{number}": 1 for number in range(51)}), "at most 50 keys"),
        (vector("k" * 1025), "less than or equal to 1024"),
    ],
)
def test_a_vector_that_the_service_does_not_take_is_refused_with_its_key(
    vectors: Any, given: Any, message: str
) -> None:
    index = made(vectors)
    code, told, _ = refused(lambda: put(index, vector("good"), given))
    assert code == "ValidationException"
    assert message in told
    assert keys(index("list_vectors")) == []  # all or none


def test_what_fits_the_limits_exactly_is_taken(index: Callable[..., Any]) -> None:
    put(index, vector("k" * 1024, kind="ä" * 1018 + "a", text_en="ä" * 19_000))
    assert len(keys(index("list_vectors"))) == 1


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"topK": 1}, "queryVector, queryTexts, or both"),
        ({"topK": 101, "queryVector": {"float32": [1, 0, 0, 0]}}, "at most 100"),
        ({"topK": 0, "queryVector": {"float32": [1, 0, 0, 0]}}, "greater than or equal to 1"),
        ({"topK": 1, "queryVector": {"float32": [1, 0]}}, "must have length 4"),
        ({"topK": 1, "queryVector": {"float32": [1, 0, 0, 0]}, "queryMode": "CLASSIC"}, "CLASSIC"),
        ({"topK": 1, "queryTexts": [{"text": "x", "metadataKey": "places"}]}, "not full-text searchable"),
        ({"topK": 1, "queryTexts": [{"text": "x" * 1025, "metadataKey": "text_en"}]}, "less than or equal to 1024"),
        ({"topK": 1, "queryTexts": [{"text": "x", "metadataKey": "text_en"}] * 2}, "named twice"),
        ({"topK": 1, "queryVector": {"float32": [1, 0, 0, 0]}, "nextToken": "bm90aGluZw=="}, "nextToken"),
    ],
)
def test_a_query_that_the_service_does_not_take_is_refused(
    index: Callable[..., Any], request_: dict[str, Any], message: str
) -> None:
    code, told, _ = refused(lambda: index("query_vectors", **request_))
    assert code == "ValidationException"
    assert message in told


def test_more_than_a_call_takes_is_refused(index: Callable[..., Any]) -> None:
    many = [vector(str(number)) for number in range(501)]
    assert "less than or equal to 500" in refused(lambda: put(index, *many))[1]
    assert "less than or equal to 500" in refused(lambda: index("delete_vectors", keys=["k"] * 501))[1]
    assert "less than or equal to 100" in refused(lambda: index("get_vectors", keys=["k"] * 101))[1]
    assert "more than once" in refused(lambda: put(index, vector("k"), vector("k")))[1]


def test_an_index_is_named_in_one_way(vectors: Any) -> None:
    assert "Specify either" in refused(lambda: vectors.get_index(indexName="index"))[1]
    assert "Specify either" in refused(lambda: vectors.get_index())[1]
    missing = {"vectorBucketName": "docent", "indexName": "missing"}
    assert refused(lambda: vectors.get_index(**missing))[::2] == ("NotFoundException", 404)


def test_all_vectors_are_listed_in_pages_and_in_segments(index: Callable[..., Any]) -> None:
    put(index, *(vector(f"k{number:03}") for number in range(25)))
    pages = []
    token: dict[str, str] = {}
    while True:
        reply = index("list_vectors", maxResults=10, **token)
        pages.append(keys(reply))
        if "nextToken" not in reply:
            break
        token = {"nextToken": reply["nextToken"]}
    assert [len(page) for page in pages] == [10, 10, 5]
    assert len({key for page in pages for key in page}) == 25
    segments = [keys(index("list_vectors", segmentCount=3, segmentIndex=number)) for number in range(3)]
    assert sorted(key for segment in segments for key in segment) == sorted(key for page in pages for key in page)
    assert "segmentIndex" in refused(lambda: index("list_vectors", segmentCount=3))[1]


def test_a_query_with_much_metadata_comes_in_pages(index: Callable[..., Any]) -> None:
    put(index, *(vector(f"k{number:02}", [1, number, 0, 0], text_en="x" * 35_000) for number in range(60)))
    request = {"topK": 60, "queryVector": {"float32": [1, 0, 0, 0]}, "returnMetadata": True}
    first = index("query_vectors", **request)
    second = index("query_vectors", **request, nextToken=first["nextToken"])
    assert len(first["vectors"]) < 60
    assert keys(first) + keys(second) == keys(index("query_vectors", topK=60, queryVector=request["queryVector"]))
    other = request | {"topK": 59}
    assert (
        "not valid for this query" in refused(lambda: index("query_vectors", **other, nextToken=first["nextToken"]))[1]
    )


def test_a_text_search_configuration_can_be_added_and_deleted_later(index: Callable[..., Any]) -> None:
    put(index, vector("a", places="Lisbon", text_en="penguins"))
    index("update_metadata_configuration", add={"textSearchConfigurations": [{"metadataKey": "places"}]})
    assert keys(index("query_vectors", topK=1, queryTexts=[{"text": "lisbon", "metadataKey": "places"}])) == ["a"]
    index("update_metadata_configuration", delete={"textSearchConfigurations": [{"metadataKey": "places"}]})
    by_place = [{"text": "lisbon", "metadataKey": "places"}]
    assert "not full-text" in refused(lambda: index("query_vectors", topK=1, queryTexts=by_place))[1]
    assert keys(index("query_vectors", topK=1, queryTexts=[{"text": "penguin", "metadataKey": "text_en"}])) == ["a"]


def test_the_service_fails_as_it_is_told(index: Callable[..., Any], faults: Faults) -> None:
    faults.set("s3vectors.PutVectors=TooManyRequestsException*1,s3vectors.PutVectors=lost:InternalServerException*1")
    assert refused(lambda: put(index, vector("a")))[::2] == ("TooManyRequestsException", 429)
    assert keys(index("list_vectors")) == []
    assert refused(lambda: put(index, vector("a")))[::2] == ("InternalServerException", 500)
    assert keys(index("list_vectors")) == ["a"]  # only the reply was lost
    put(index, vector("a"))
    faults.set("")


def test_queries_see_a_change_late_if_a_fault_says_so(index: Callable[..., Any], faults: Faults) -> None:
    put(index, vector("old", audience="a"), vector("gone"))
    faults.set("s3vectors.Indexing[old]=delay:3600,s3vectors.Indexing[new]=delay:3600")
    put(index, vector("old", audience="b"))
    put(index, vector("new"))
    assert keys(index("get_vectors", keys=["old", "new"])) == ["old", "new"]
    assert sorted(near(index, 1, 0, 0, 0)) == ["gone", "old"]
    assert near(index, 1, 0, 0, 0, filter={"audience": "a"}) == ["old"]
    faults.set("")


def test_all_is_there_after_a_restart(tmp_path: Path) -> None:
    faults = Faults("")
    with closing(S3VectorsService(tmp_path, faults)) as service, serving(service) as client:
        client.create_vector_bucket(vectorBucketName="docent")
        index = made(client)
        put(index, vector("a", [1, 0, 0, 0], audience="x", text_en="penguins"), vector("b", [0, 1, 0, 0]))
        put(index, vector("c", [0, 0, 1, 0]))
        index("delete_vectors", keys=["b"])
        faults.set("s3vectors.Indexing=delay:3600")
        put(index, vector("late", [0, 0, 0, 1], text_en="walruses"), vector("c", [0, 1, 1, 0]))
        name = index("get_index")["index"]["indexName"]
    with closing(S3VectorsService(tmp_path, Faults(""))) as service, serving(service) as client:
        place = {"vectorBucketName": "docent", "indexName": name}

        def found(**request: Any) -> list[str]:
            return keys(client.query_vectors(**place, topK=10, **request))

        assert sorted(keys(client.list_vectors(**place))) == ["a", "c", "late"]
        assert found(queryVector={"float32": [0, 1, 1, 0]})[0] == "c"
        assert found(queryVector={"float32": [1, 0, 0, 0]}, filter={"audience": "x"}) == ["a"]
        assert found(queryTexts=[{"text": "walrus", "metadataKey": "text_en"}]) == ["late"]
        client.put_vectors(**place, vectors=[vector("d", [0, 0, 0, -1])])
        assert len(found(queryVector={"float32": [1, 1, 1, 1]})) == 4


def test_texts_that_a_crash_left_out_are_indexed_at_the_next_start(tmp_path: Path) -> None:
    with closing(S3VectorsService(tmp_path, Faults(""))) as service, serving(service) as client:
        client.create_vector_bucket(vectorBucketName="docent")
        index = made(client)
        put(index, vector("a", text_en="penguins"))
        name = index("get_index")["index"]["indexName"]
        service._opened[1]._texts.change((), [0])  # pyright: ignore[reportOptionalMemberAccess]
        service._opened[1]._texts.change([(7, {"text_en": "penguins"})], ())  # pyright: ignore[reportOptionalMemberAccess]
    with closing(S3VectorsService(tmp_path, Faults(""))) as service, serving(service) as client:
        texts = [{"text": "penguin", "metadataKey": "text_en"}]
        reply = client.query_vectors(vectorBucketName="docent", indexName=name, topK=10, queryTexts=texts)
        assert keys(reply) == ["a"]


def test_an_index_that_is_made_again_is_empty(vectors: Any) -> None:
    index = made(vectors)
    put(index, vector("a", text_en="penguins"))
    name = index("get_index")["index"]["indexName"]
    index("delete_index")
    vectors.create_index(
        vectorBucketName="docent", indexName=name, dataType="float32", dimension=2, distanceMetric="cosine"
    )
    assert keys(index("list_vectors")) == []
    put(index, vector("a", [1, 2]))
    assert near(index, 1, 2) == ["a"]


def test_what_would_have_no_effect_is_refused(vectors: Any) -> None:
    tagged = {"vectorBucketName": "tagged", "tags": {"Project": "docent"}}
    assert "tags is not offered" in refused(lambda: vectors.create_vector_bucket(**tagged))[1]


def test_operations_that_are_not_offered_are_refused_by_name(vectors: Any) -> None:
    code, message, _ = refused(lambda: vectors.get_vector_bucket_policy(vectorBucketName="docent"))
    assert code == "UnknownOperationException"
    assert "GetVectorBucketPolicy" in message
