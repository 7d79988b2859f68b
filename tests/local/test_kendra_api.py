"""Kendra on one machine, through boto3 over a real port: protocol, limits, search and access."""

import io
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.validate import ParamValidator

from local.kendra.service import KendraService
from local.kendra.standalone import serving
from tests.support.project import CORPUS
from tests.support.waiting import wait_until

ROLE = "arn:aws:iam::000000000000:role/kendra"
SETTLED = {"INDEXED", "UPDATED", "FAILED", "UPDATE_FAILED"}


class Buckets:
    """S3 as Kendra uses it: GetObject of objects in a dict, by role."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.roles: list[str | None] = []
        self.throttles = 0

    def __call__(self, role_arn: str | None) -> Any:
        self.roles.append(role_arn)
        return self

    def get_object(self, Bucket: str, Key: str) -> dict[str, Any]:
        if self.throttles:
            self.throttles -= 1
            raise ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")
        data = self.objects.get((Bucket, Key))
        if data is None:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": StreamingBody(io.BytesIO(data), len(data)), "ContentLength": len(data)}


@pytest.fixture(scope="module")
def buckets() -> Buckets:
    return Buckets()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, buckets: Buckets) -> Iterator[KendraService]:
    with closing(KendraService(tmp_path_factory.mktemp("kendra"), buckets, indexing_seconds=0.15)) as service:
        yield service


@pytest.fixture(scope="module")
def kendra(service: KendraService) -> Iterator[Any]:
    with serving(service) as url:
        client = client_of(url)
        yield client
        client.close()


def client_of(url: str) -> Any:
    return boto3.client(
        "kendra",
        endpoint_url=url,
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


@pytest.fixture
def index(kendra: Any) -> str:
    return new_index(kendra)


def new_index(kendra: Any, **settings: Any) -> str:
    index_id = kendra.create_index(Name="documents", RoleArn=ROLE, **settings)["Id"]
    wait_until(lambda: kendra.describe_index(Id=index_id)["Status"] == "ACTIVE")
    kendra.update_index(
        Id=index_id,
        DocumentMetadataConfigurationUpdates=[
            {"Name": "department", "Type": "STRING_VALUE"},
            {"Name": "topics", "Type": "STRING_LIST_VALUE"},
            {"Name": "pages", "Type": "LONG_VALUE"},
            {"Name": "signed", "Type": "DATE_VALUE"},
        ],
    )
    return index_id


def text(document_id: str, content: str, **members: Any) -> dict[str, Any]:
    return {"Id": document_id, "Blob": content.encode(), "ContentType": "PLAIN_TEXT", **members}


def put(kendra: Any, index: str, *documents: dict[str, Any], seconds: float = 40) -> None:
    """Puts documents and waits until the index is done with all of them."""
    answer = kendra.batch_put_document(IndexId=index, Documents=list(documents))
    assert answer["FailedDocuments"] == []
    ids = [document["Id"] for document in documents]
    wait_until(lambda: set(statuses(kendra, index, *ids).values()) <= SETTLED, seconds)


def statuses(kendra: Any, index: str, *document_ids: str) -> dict[str, str]:
    asked = [{"DocumentId": document_id} for document_id in document_ids]
    answer = kendra.batch_get_document_status(IndexId=index, DocumentInfoList=asked)
    return {found["DocumentId"]: found["DocumentStatus"] for found in answer["DocumentStatusList"]}


def found(kendra: Any, index: str, question: str, **members: Any) -> list[str]:
    items = kendra.retrieve(IndexId=index, QueryText=question, **members)["ResultItems"]
    return list(dict.fromkeys(item["DocumentId"] for item in items))


def refusal(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as refused:
        call()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return refused.value.response["Error"]["Code"], refused.value.response["Error"]["Message"]


def attribute(key: str, **value: Any) -> dict[str, Any]:
    return {"Key": key, "Value": value}


def pdf(*pages: str, password: str | None = None) -> bytes:
    import pymupdf

    with pymupdf.open() as document:
        for content in pages:
            document.new_page().insert_text((72, 72), content)
        if password:
            return document.tobytes(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=password, owner_pw=password)
        return document.tobytes()


def assert_keeps_to_the_model(operation: str, answer: dict[str, Any]) -> None:
    model = botocore.session.get_session().get_service_model("kendra").operation_model(operation)
    body = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    if model.output_shape is None:
        assert body == {}
    else:
        report = ParamValidator().validate(body, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        assert set(body) <= set(model.output_shape.members)


# The protocol


def test_every_operation_answers_in_the_shapes_of_the_service_model(kendra: Any) -> None:
    calls: dict[str, tuple[str, dict[str, Any]]] = {}
    index_id = new_index(kendra, Tags=[{"Key": "stage", "Value": "test"}], Description="Verträge")
    arn = f"arn:aws:kendra:eu-central-1:000000000000:index/{index_id}"
    document = text("a", "The notice period is three months.", Title="Contract")
    calls["BatchPutDocument"] = ("batch_put_document", {"IndexId": index_id, "Documents": [document]})
    status = {"IndexId": index_id, "DocumentInfoList": [{"DocumentId": "a"}, {"DocumentId": "b"}]}
    calls["BatchGetDocumentStatus"] = ("batch_get_document_status", status)
    question = {"IndexId": index_id, "QueryText": "How long is the notice period?"}
    calls["Query"] = ("query", question)
    calls["Retrieve"] = ("retrieve", question)
    calls["DescribeIndex"] = ("describe_index", {"Id": index_id})
    calls["UpdateIndex"] = ("update_index", {"Id": index_id, "Name": "renamed"})
    calls["ListIndices"] = ("list_indices", {})
    calls["TagResource"] = (
        "tag_resource",
        {"ResourceARN": arn, "Tags": [{"Key": "owner", "Value": "legal"}]},
    )
    calls["UntagResource"] = ("untag_resource", {"ResourceARN": arn, "TagKeys": ["stage"]})
    calls["ListTagsForResource"] = ("list_tags_for_resource", {"ResourceARN": arn})
    calls["BatchDeleteDocument"] = ("batch_delete_document", {"IndexId": index_id, "DocumentIdList": ["a"]})
    calls["DeleteIndex"] = ("delete_index", {"Id": index_id})
    answers = {}
    for operation, (method, request) in calls.items():
        answers[operation] = getattr(kendra, method)(**request)
        assert_keeps_to_the_model(operation, answers[operation])
        if operation == "BatchPutDocument":
            wait_until(lambda: statuses(kendra, index_id, "a") == {"a": "INDEXED"})
    assert [item["Type"] for item in answers["Query"]["ResultItems"]] == ["ANSWER", "DOCUMENT"]
    assert answers["DescribeIndex"]["IndexStatistics"]["TextDocumentStatistics"] == {
        "IndexedTextDocumentsCount": 1,
        "IndexedTextBytes": 34,
    }
    assert answers["ListTagsForResource"]["Tags"] == [{"Key": "owner", "Value": "legal"}]
    assert refusal(lambda: kendra.describe_index(Id=index_id))[0] == "ResourceNotFoundException"


def test_an_index_is_created_before_it_is_active(tmp_path: Path, buckets: Buckets) -> None:
    slow = KendraService(tmp_path, buckets, indexing_seconds=3600)
    with closing(slow), serving(slow) as url, closing(client_of(url)) as client:
        index = client.create_index(Name="slow", RoleArn=ROLE)["Id"]
        assert client.describe_index(Id=index)["Status"] == "CREATING"
        assert refusal(lambda: client.query(IndexId=index, QueryText="x"))[0] == "ConflictException"


def test_an_index_is_created_once_for_a_client_token(kendra: Any) -> None:
    token = str(uuid.uuid4())
    first = kendra.create_index(Name="once", RoleArn=ROLE, ClientToken=token)["Id"]
    assert kendra.create_index(Name="once", RoleArn=ROLE, ClientToken=token)["Id"] == first
    wait_until(lambda: kendra.describe_index(Id=first)["Status"] == "ACTIVE")


def test_indices_are_listed_in_pages(kendra: Any, index: str) -> None:
    new_index(kendra)
    listed, page = [], kendra.list_indices(MaxResults=1)
    while "NextToken" in page:
        listed += [item["Id"] for item in page["IndexConfigurationSummaryItems"]]
        page = kendra.list_indices(MaxResults=1, NextToken=page["NextToken"])
    listed += [item["Id"] for item in page["IndexConfigurationSummaryItems"]]
    assert len(set(listed)) == len(listed) > 1
    assert index in listed


def test_what_is_not_offered_is_refused_by_name(kendra: Any, index: str) -> None:
    assert refusal(lambda: kendra.list_faqs(IndexId=index))[0] == "UnknownOperationException"
    facets = [{"DocumentAttributeKey": "department"}]
    code, message = refusal(lambda: kendra.query(IndexId=index, QueryText="x", Facets=facets))
    assert (code, message) == ("ValidationException", "Facets is not offered here.")
    token = {"Token": "x"}
    assert refusal(lambda: kendra.retrieve(IndexId=index, QueryText="x", UserContext=token))[0] == "ValidationException"


def test_the_type_of_an_attribute_cannot_be_changed(kendra: Any, index: str) -> None:
    update = [{"Name": "department", "Type": "LONG_VALUE"}]
    code, _ = refusal(lambda: kendra.update_index(Id=index, DocumentMetadataConfigurationUpdates=update))
    assert code == "ValidationException"


def test_only_an_index_of_another_edition_takes_capacity_units(kendra: Any, index: str) -> None:
    units = {"QueryCapacityUnits": 2, "StorageCapacityUnits": 0}
    kendra.update_index(Id=index, CapacityUnits=units)
    assert kendra.describe_index(Id=index)["CapacityUnits"] == units
    small = new_index(kendra, Edition="DEVELOPER_EDITION")
    assert refusal(lambda: kendra.update_index(Id=small, CapacityUnits=units))[0] == "ValidationException"


# Limits


@pytest.mark.parametrize(
    ("method", "members"),
    [
        ("batch_put_document", {"Documents": [text(str(n), "x") for n in range(11)]}),
        ("batch_put_document", {"Documents": []}),
        ("batch_put_document", {"Documents": [text("x" * 2049, "x")]}),
        ("batch_put_document", {"Documents": [text("", "x")]}),
        ("batch_put_document", {"Documents": [text("x", "x", ContentType="CLAY_TABLET")]}),
        ("batch_delete_document", {"DocumentIdList": [str(n) for n in range(11)]}),
        ("batch_get_document_status", {"DocumentInfoList": [{"DocumentId": str(n)} for n in range(11)]}),
        ("query", {"QueryText": "x", "PageNumber": 0}),
        ("retrieve", {}),
    ],
)
def test_a_call_beyond_a_limit_is_refused_whole(kendra: Any, index: str, method: str, members: dict[str, Any]) -> None:
    assert refusal(lambda: getattr(kendra, method)(IndexId=index, **members))[0] == "ValidationException"


def test_eleven_documents_are_refused_in_the_words_of_aws(kendra: Any, index: str) -> None:
    documents = [text(str(n), "x") for n in range(11)]
    _, message = refusal(lambda: kendra.batch_put_document(IndexId=index, Documents=documents))
    assert "at 'documents' failed to satisfy constraint: Member must have length less than or equal to 10" in message


def test_a_bad_document_fails_alone(kendra: Any, index: str) -> None:
    documents = [
        text("good", "Bees make honey."),
        text("unknown-attribute", "x", Attributes=[attribute("colour", StringValue="red")]),
        text("wrong-type", "x", Attributes=[attribute("department", LongValue=1)]),
        text("two-contents", "x", S3Path={"Bucket": "bucket", "Key": "key"}),
        {"Id": "no-content"},
    ]
    failed = kendra.batch_put_document(IndexId=index, Documents=documents)["FailedDocuments"]
    assert {entry["Id"]: entry["ErrorCode"] for entry in failed} == {
        "unknown-attribute": "InvalidRequest",
        "wrong-type": "InvalidRequest",
        "two-contents": "InvalidRequest",
        "no-content": "InvalidRequest",
    }
    assert failed[0]["ErrorMessage"] == "The attribute colour is not configured in the index."
    wait_until(lambda: statuses(kendra, index, "good") == {"good": "INDEXED"})
    assert statuses(kendra, index, "wrong-type") == {"wrong-type": "NOT_FOUND"}


def test_more_than_5_mb_of_text_fails_with_a_reason(kendra: Any, index: str) -> None:
    put(kendra, index, text("long", "honey " * 900_000))
    asked = [{"DocumentId": "long"}]
    status = kendra.batch_get_document_status(IndexId=index, DocumentInfoList=asked)["DocumentStatusList"][0]
    assert (status["DocumentStatus"], status["FailureReason"]) == (
        "FAILED",
        "The extracted text is larger than 5 MB.",
    )


# Documents


def test_a_new_document_is_not_found_at_first_then_processing_until_it_is_indexed(kendra: Any, index: str) -> None:
    seen: list[str] = []
    kendra.batch_put_document(IndexId=index, Documents=[text("a", "Bees make honey. " * 1_000)])

    def is_indexed() -> bool:
        seen.extend(each for each in statuses(kendra, index, "a").values() if [each] != seen[-1:])
        return seen[-1] == "INDEXED"

    wait_until(is_indexed)
    assert seen == ["NOT_FOUND", "PROCESSING", "INDEXED"]
    kendra.batch_put_document(IndexId=index, Documents=[text("a", "Cows give milk.")])
    assert statuses(kendra, index, "a") == {"a": "PROCESSING"}, "it is known already"


def test_a_deletion_takes_as_long_as_it_is_told_to(tmp_path: Path, buckets: Buckets) -> None:
    slow = KendraService(
        tmp_path, buckets, indexing_seconds=0, deleting_seconds=lambda document_id: 3600 * (document_id == "slow")
    )
    with closing(slow), serving(slow) as url, closing(client_of(url)) as client:
        index = new_index(client)
        put(client, index, text("slow", "Bees make honey."), text("quick", "Honey is sweet."))
        client.batch_delete_document(IndexId=index, DocumentIdList=["slow", "quick"])
        wait_until(lambda: statuses(client, index, "quick") == {"quick": "NOT_FOUND"})
        assert statuses(client, index, "slow") == {"slow": "INDEXED"}
        assert found(client, index, "honey") == ["slow"]


def test_a_document_put_again_replaces_all_its_passages(kendra: Any, index: str) -> None:
    put(kendra, index, text("a", "Bees make honey.\n\n" + "Filler text about nothing in particular. " * 60))
    put(kendra, index, text("a", "Cows give milk."))
    assert statuses(kendra, index, "a") == {"a": "UPDATED"}
    items = kendra.retrieve(IndexId=index, QueryText="Do bees or cows give milk, honey or filler?")["ResultItems"]
    assert [item["Content"] for item in items] == ["Cows give milk."]


def test_an_update_that_fails_leaves_the_old_version_findable(kendra: Any, index: str) -> None:
    put(kendra, index, text("a", "Bees make honey."))
    put(kendra, index, {"Id": "a", "Blob": b"not a pdf", "ContentType": "PDF"})
    assert statuses(kendra, index, "a") == {"a": "UPDATE_FAILED"}
    assert found(kendra, index, "honey") == ["a"]


def test_a_deleted_document_is_not_found_any_more(kendra: Any, index: str) -> None:
    put(kendra, index, text("a", "Bees make honey."), text("b", "Honey is sweet."))
    kendra.batch_delete_document(IndexId=index, DocumentIdList=["a", "never-there"])
    wait_until(lambda: statuses(kendra, index, "a") == {"a": "NOT_FOUND"})
    assert found(kendra, index, "honey") == ["b"]


def test_a_document_deleted_and_put_again_at_once_is_there(kendra: Any, index: str) -> None:
    put(kendra, index, text("a", "Bees make honey."))
    kendra.batch_delete_document(IndexId=index, DocumentIdList=["a"])
    put(kendra, index, text("a", "Cows give milk."))
    assert statuses(kendra, index, "a") == {"a": "INDEXED"}
    assert found(kendra, index, "milk") == ["a"]


def test_the_passages_of_a_pdf_know_their_page(kendra: Any, index: str) -> None:
    put(kendra, index, {"Id": "a", "Blob": pdf("Bees make honey.", "Cows give milk."), "ContentType": "PDF"})
    items = kendra.retrieve(IndexId=index, QueryText="Who gives milk?")["ResultItems"]
    assert items[0]["Content"] == "Cows give milk."
    assert attribute("_excerpt_page_number", LongValue=2) in items[0]["DocumentAttributes"]


def test_a_pdf_without_text_is_indexed_empty(kendra: Any, index: str) -> None:
    put(kendra, index, {"Id": "a", "Blob": pdf(""), "ContentType": "PDF"})
    assert statuses(kendra, index, "a") == {"a": "INDEXED"}


@pytest.mark.parametrize(
    "blob",
    [b"", b"%PDF-1.7 broken", pdf("secret", password="x"), pdf("x").replace(b"/Kids", b"/Lost")],
    ids=["empty", "broken", "locked", "pageless"],
)
def test_an_unreadable_pdf_fails_with_a_reason(kendra: Any, index: str, blob: bytes) -> None:
    put(kendra, index, {"Id": "a", "Blob": blob, "ContentType": "PDF"})
    asked = [{"DocumentId": "a"}]
    status = kendra.batch_get_document_status(IndexId=index, DocumentInfoList=asked)["DocumentStatusList"][0]
    assert status["DocumentStatus"] == "FAILED"
    assert status["FailureReason"]


def test_markup_is_not_text(kendra: Any, index: str) -> None:
    page = "<html><style>.bee{}</style><p>Bees <b>make</b> honey.</p><script>cows()</script><p>Sweet.</p></html>"
    put(kendra, index, text("a", page, ContentType="HTML"))
    items = kendra.retrieve(IndexId=index, QueryText="honey")["ResultItems"]
    assert [item["Content"] for item in items] == ["Bees make honey.\nSweet."]


def test_an_object_in_s3_is_read_with_the_calls_role(kendra: Any, index: str, buckets: Buckets) -> None:
    buckets.objects["bucket", "a.pdf"] = pdf("Bees make honey.")
    buckets.throttles = 1
    role = "arn:aws:iam::000000000000:role/reader"
    paths = [{"Id": key, "S3Path": {"Bucket": "bucket", "Key": key}} for key in ("a.pdf", "gone.pdf")]
    kendra.batch_put_document(IndexId=index, Documents=paths, RoleArn=role)
    wait_until(lambda: statuses(kendra, index, "a.pdf", "gone.pdf") == {"a.pdf": "INDEXED", "gone.pdf": "FAILED"})
    assert set(buckets.roles[-3:]) == {role}


class UnreadyBuckets(Buckets):
    def __call__(self, role_arn: str | None) -> Any:
        raise RuntimeError("no such role")


def test_a_document_that_fails_strangely_does_not_hold_up_the_next(tmp_path: Path) -> None:
    with (
        closing(KendraService(tmp_path, UnreadyBuckets())) as service,
        serving(service) as url,
        closing(client_of(url)) as kendra,
    ):
        index = new_index(kendra)
        strange = {"Id": "strange", "S3Path": {"Bucket": "bucket", "Key": "key"}}
        put(kendra, index, strange, text("next", "Bees make honey."))
        assert statuses(kendra, index, "strange", "next") == {"strange": "FAILED", "next": "INDEXED"}


# Search


def test_the_forms_of_a_german_word_find_each_other(kendra: Any, index: str) -> None:
    put(
        kendra,
        index,
        text("vertrag", "Der Vertrag läuft über zwei Jahre. Die Kündigungsfrist beträgt drei Monate."),
        text("garten", "Im Garten blühen Äpfel und Kirschen."),
    )
    assert found(kendra, index, "Welche Verträge gibt es?")[0] == "vertrag"
    assert found(kendra, index, "Kündigungsfristen")[0] == "vertrag"
    assert found(kendra, index, "Apfel")[0] == "garten"


def test_part_of_a_german_compound_finds_it(kendra: Any, index: str) -> None:
    put(
        kendra,
        index,
        text("a", "Die Kündigungsfrist beträgt drei Monate."),
        text("b", "Im Garten blühen Äpfel."),
    )
    assert found(kendra, index, "Welche Frist gilt bei einer Kündigung?")[0] == "a"


def test_a_question_in_other_words_finds_its_answer(kendra: Any, index: str) -> None:
    put(
        kendra,
        index,
        text("login", "Steps to recover your login credentials: open the account page and follow the link."),
        text("lunch", "The canteen serves lunch from noon to two."),
    )
    assert found(kendra, index, "I forgot my password")[0] == "login"


def test_nonsense_finds_nothing(kendra: Any, index: str) -> None:
    put(kendra, index, text("a", "Bees make honey."))
    assert found(kendra, index, "xqzw vlkj prtf") == []


def test_highlights_are_counted_in_characters(kendra: Any, index: str) -> None:
    put(
        kendra,
        index,
        text("a", "Über Ämter und Öfen 🐝: die Kündigungsfrist beträgt drei Monate.", Title="Fristen für Ämter"),
    )
    answer = kendra.query(IndexId=index, QueryText="Kündigungsfrist Ämter", QueryResultTypeFilter="DOCUMENT")
    item = answer["ResultItems"][0]
    marked = [
        part["Text"][highlight["BeginOffset"] : highlight["EndOffset"]]
        for part in (item["DocumentTitle"], item["DocumentExcerpt"])
        for highlight in part["Highlights"]
    ]
    assert marked == ["Ämter", "Ämter", "Kündigungsfrist"]


def test_an_answer_points_at_its_sentence(kendra: Any, index: str) -> None:
    content = "Our shop opened in 1990. The notice period of the contract is three months. We sell honey."
    put(kendra, index, text("a", content))
    question = "How long is the notice period of the contract?"
    answer = kendra.query(IndexId=index, QueryText=question, QueryResultTypeFilter="ANSWER")["ResultItems"][0]
    whole = answer["AdditionalAttributes"][0]["Value"]["TextWithHighlightsValue"]
    top = next(highlight for highlight in whole["Highlights"] if highlight["TopAnswer"])
    assert whole["Text"][top["BeginOffset"] : top["EndOffset"]] == "The notice period of the contract is three months."
    assert answer["ScoreAttributes"]["ScoreConfidence"] in ("VERY_HIGH", "HIGH")


def test_an_excerpt_holds_about_100_words_around_the_question(kendra: Any, index: str) -> None:
    filler = "Nothing happens here, and it goes on. " * 14
    put(kendra, index, text("a", f"{filler}Bees make honey. {filler}"))
    document = kendra.query(IndexId=index, QueryText="honey", QueryResultTypeFilter="DOCUMENT")["ResultItems"][0]
    words = document["DocumentExcerpt"]["Text"].split()
    assert len(words) <= 100
    assert "honey." in words


def test_results_come_in_pages_and_a_document_once(kendra: Any, index: str) -> None:
    put(kendra, index, *(text(f"d{n}", f"Bees make honey number {n}.") for n in range(10)))
    seen = []
    for page in (1, 2, 3, 4):
        answer = kendra.query(
            IndexId=index, QueryText="honey", PageSize=4, PageNumber=page, QueryResultTypeFilter="DOCUMENT"
        )
        assert answer["TotalNumberOfResults"] == 10
        seen += [item["DocumentId"] for item in answer["ResultItems"]]
    assert sorted(seen) == sorted(f"d{n}" for n in range(10))


def test_retrieve_gives_at_most_100_passages(kendra: Any, index: str) -> None:
    put(kendra, index, {"Id": "a", "Blob": pdf(*["Honey."] * 101), "ContentType": "PDF"})
    assert len(kendra.retrieve(IndexId=index, QueryText="honey", PageSize=1000)["ResultItems"]) == 100


def test_only_thirty_words_of_a_question_are_read(kendra: Any, index: str) -> None:
    put(kendra, index, text("a", "Honey."))
    assert found(kendra, index, " ".join(["xqzw"] * 29) + " honey") == ["a"]
    assert found(kendra, index, " ".join(["xqzw"] * 30) + " honey") == []


def test_a_result_says_where_it_is_from(kendra: Any, index: str) -> None:
    put(
        kendra,
        index,
        text(
            "a",
            "Bees make honey.",
            Title="Bees",
            Attributes=[
                attribute("_source_uri", StringValue="https://example.com/bees"),
                attribute("department", StringValue="Gardening"),
                attribute("signed", DateValue=datetime(2026, 5, 1, tzinfo=UTC)),
            ],
        ),
    )
    item = kendra.retrieve(IndexId=index, QueryText="honey")["ResultItems"][0]
    assert (item["DocumentTitle"], item["DocumentURI"]) == ("Bees", "https://example.com/bees")
    shown = {entry["Key"]: entry["Value"] for entry in item["DocumentAttributes"]}
    assert shown["signed"]["DateValue"].astimezone(UTC) == datetime(2026, 5, 1, tzinfo=UTC)
    item = kendra.retrieve(IndexId=index, QueryText="honey", RequestedDocumentAttributes=["department"])["ResultItems"][
        0
    ]
    assert [entry["Key"] for entry in item["DocumentAttributes"]] == ["department"]


def test_puts_do_not_disturb_queries(kendra: Any, index: str) -> None:
    put(kendra, index, text("steady", "Bees make honey."))
    batches = [[text(f"d{batch}-{n}", f"Letter {n} of batch {batch}.") for n in range(10)] for batch in range(3)]
    versions = [text("steady", f"Bees make honey, edition {n}.") for n in range(5)]
    with ThreadPoolExecutor(4) as threads:
        puts = [
            threads.submit(kendra.batch_put_document, IndexId=index, Documents=documents)
            for documents in [*batches, *([version] for version in versions)]
        ]
        answers = [threads.submit(found, kendra, index, "honey") for _ in range(40)]
        assert all(put.result()["FailedDocuments"] == [] for put in puts)
        assert {answer.result()[0] for answer in answers} == {"steady"}
    wait_until(lambda: set(statuses(kendra, index, *(d["Id"] for d in batches[2])).values()) == {"INDEXED"})


# Access


def access(*entries: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"Access": allowed, "Type": kind, "Name": name} for allowed, kind, name in entries]


@pytest.fixture(scope="module")
def guarded(kendra: Any) -> str:
    index = new_index(kendra)
    lists = {
        "public": access(),
        "alice": access(("ALLOW", "USER", "alice")),
        "hr": access(("ALLOW", "GROUP", "hr")),
        "hr-not-bob": access(("ALLOW", "GROUP", "hr"), ("DENY", "USER", "bob")),
        "alice-not-interns": access(("ALLOW", "USER", "alice"), ("DENY", "GROUP", "interns")),
        "nobody": access(("DENY", "USER", "bob")),
    }
    put(
        kendra,
        index,
        *(text(name, "Salaries are paid monthly.", AccessControlList=entries) for name, entries in lists.items()),
    )
    return index


@pytest.mark.parametrize(
    ("user", "visible"),
    [
        ({"UserId": "alice"}, {"public", "alice", "alice-not-interns"}),
        ({"UserId": "alice", "Groups": ["hr"]}, {"public", "alice", "alice-not-interns", "hr", "hr-not-bob"}),
        ({"UserId": "alice", "Groups": ["interns"]}, {"public", "alice"}),
        ({"UserId": "bob", "Groups": ["hr"]}, {"public", "hr"}),
        ({"UserId": "hr"}, {"public"}),
        ({"Groups": ["alice"]}, {"public"}),
        ({"UserId": "mallory"}, {"public"}),
        ({}, {"public"}),
    ],
)
@pytest.mark.parametrize("operation", ["retrieve", "query"])
def test_a_user_finds_what_the_access_lists_allow(
    kendra: Any, guarded: str, operation: str, user: dict[str, Any], visible: set[str]
) -> None:
    answer = getattr(kendra, operation)(IndexId=guarded, QueryText="salaries", UserContext=user)
    assert {item["DocumentId"] for item in answer["ResultItems"]} == visible


def test_without_a_user_context_the_default_policy_finds_everything(kendra: Any, guarded: str) -> None:
    assert len(found(kendra, guarded, "salaries")) == 6


def test_without_a_user_context_the_token_policy_finds_what_is_public(kendra: Any) -> None:
    index = new_index(kendra, UserContextPolicy="USER_TOKEN")
    secret = access(("ALLOW", "USER", "alice"))
    put(kendra, index, text("public", "Salaries."), text("secret", "Salaries.", AccessControlList=secret))
    assert found(kendra, index, "salaries") == ["public"]


def test_hidden_documents_do_not_crowd_out_visible_ones(kendra: Any, index: str) -> None:
    secret = access(("ALLOW", "USER", "alice"))
    honey = pdf(*["Honey honey honey."] * 250)
    put(kendra, index, {"Id": "secret", "Blob": honey, "ContentType": "PDF", "AccessControlList": secret})
    put(kendra, index, text("public", "Among other things this long text also speaks of honey, once."))
    assert found(kendra, index, "honey", UserContext={"UserId": "bob"}) == ["public"]


# Attribute filters


@pytest.fixture(scope="module")
def described(kendra: Any) -> str:
    index = new_index(kendra)
    rows = [
        ("a", "HR", ["pay", "leave"], 3, datetime(2026, 1, 1, tzinfo=UTC)),
        ("b", "HR", ["pay"], 10, datetime(2026, 6, 1, tzinfo=UTC)),
        ("c", "IT", ["leave", "2026-01-01T00:00:00Z"], -5, datetime(2025, 1, 1, tzinfo=UTC)),
    ]
    put(
        kendra,
        index,
        *(
            text(
                name,
                "Rules for everyone.",
                Attributes=[
                    attribute("department", StringValue=department),
                    attribute("topics", StringListValue=topics),
                    attribute("pages", LongValue=pages),
                    attribute("signed", DateValue=signed),
                ],
            )
            for name, department, topics, pages, signed in rows
        ),
        text("d", "Rules for everyone."),
    )
    return index


HR = {"EqualsTo": attribute("department", StringValue="HR")}
PAY = {"ContainsAny": attribute("topics", StringListValue=["pay"])}
LEAVE = {"ContainsAny": attribute("topics", StringListValue=["leave", "other"])}


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (HR, "ab"),
        ({"EqualsTo": attribute("_document_id", StringValue="c")}, "c"),
        ({"NotFilter": HR}, "cd"),
        ({"AndAllFilters": [HR, LEAVE]}, "a"),
        ({"OrAllFilters": [HR, LEAVE]}, "abc"),
        ({"AndAllFilters": [HR, {"OrAllFilters": [PAY, LEAVE]}]}, "ab"),
        ({"ContainsAll": attribute("topics", StringListValue=["leave", "pay"])}, "a"),
        ({"ContainsAny": attribute("topics", StringListValue=["2026-01-01T00:00:00Z"])}, "c"),
        ({"EqualsTo": attribute("pages", LongValue=-5)}, "c"),
        ({"GreaterThan": attribute("pages", LongValue=3)}, "b"),
        ({"GreaterThanOrEquals": attribute("pages", LongValue=3)}, "ab"),
        ({"LessThan": attribute("pages", LongValue=3)}, "c"),
        ({"LessThanOrEquals": attribute("pages", LongValue=3)}, "ac"),
        ({"GreaterThan": attribute("signed", DateValue=datetime(2026, 1, 1, tzinfo=UTC))}, "b"),
        ({"LessThanOrEquals": attribute("signed", DateValue=datetime(2026, 1, 1, tzinfo=UTC))}, "ac"),
    ],
)
def test_a_filter_chooses_by_attributes(kendra: Any, described: str, chosen: dict[str, Any], expected: str) -> None:
    assert sorted(found(kendra, described, "rules", AttributeFilter=chosen)) == list(expected)


def test_a_query_without_words_gives_all_that_a_filter_chooses(kendra: Any, described: str) -> None:
    items = kendra.query(IndexId=described, AttributeFilter=HR)["ResultItems"]
    assert sorted(item["DocumentId"] for item in items) == ["a", "b"]


@pytest.mark.parametrize(
    "chosen",
    [
        {"AndAllFilters": [{"OrAllFilters": [{"AndAllFilters": [HR]}]}]},
        {"AndAllFilters": [HR] * 11},
        {"EqualsTo": attribute("colour", StringValue="red")},
        {"EqualsTo": attribute("pages", StringValue="3")},
        {"GreaterThan": attribute("department", StringValue="HR")},
        {"ContainsAny": attribute("department", StringValue="HR")},
    ],
)
def test_a_filter_kendra_would_refuse_is_refused(kendra: Any, described: str, chosen: dict[str, Any]) -> None:
    code, _ = refusal(lambda: kendra.retrieve(IndexId=described, QueryText="rules", AttributeFilter=chosen))
    assert code == "ValidationException"


# The corpus


def test_a_hostile_pdf_is_given_up_or_read_and_the_next_document_goes_on(kendra: Any, index: str, corpus: Path) -> None:
    hostile = corpus / "pdf" / "dev" / "hostile-large"
    documents = [
        {"Id": path.name, "Blob": path.read_bytes(), "ContentType": "PDF"}
        for path in sorted(hostile.iterdir())
        if path.stat().st_size < 200_000
    ]
    put(kendra, index, *documents[:9], text("next", "Bees make honey."))
    assert statuses(kendra, index, "next") == {"next": "INDEXED"}


@pytest.fixture
def corpus() -> Path:

    folder = CORPUS
    if not folder.is_dir():
        pytest.skip("the corpus is not here")
    return folder


def test_a_short_document_does_not_wait_for_a_long_one(kendra: Any, index: str) -> None:
    sentence = (
        "The {} gate of the canal is opened by two keepers, who wait for the bell of the church before they do so."
    )
    long = " ".join(sentence.format(f"{number}th") for number in range(600))
    kendra.batch_put_document(IndexId=index, Documents=[text("long", long)])
    put(kendra, index, text("short", "A notice of one line."), seconds=120)
    assert statuses(kendra, index, "long", "short") == {"long": "PROCESSING", "short": "INDEXED"}
    wait_until(lambda: statuses(kendra, index, "long") == {"long": "INDEXED"}, 240)
