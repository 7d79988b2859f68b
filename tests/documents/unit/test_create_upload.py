"""Announcing a document: a form for exactly that file, for its readers, for a few minutes."""

import base64
import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from create_upload.document_uploads import plan_document
from docent.documents import document_id_of
from docent.errors import InvalidRequestError
from docent.errors.documents import InvalidReadersError
from docent.names import group_name, user_name
from docent.readers import Readers
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import CALLERS_TABLE, SOURCE_BUCKET, World, new_clients
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("create_upload.report.json")
ANNOUNCED = json.loads(EVENT["body"])
KEY = f"uploads/{MARY.subject}/quarterly-report.pdf"


@pytest.fixture(autouse=True)
def _no_other_requests(aws: World) -> None:
    """The world is there, and nobody has called in it."""


def announced(function: Function, caller: Any = MARY, **changes: Any) -> dict[str, Any]:
    status, body = call(function, asked(EVENT, caller, ANNOUNCED | changes))
    assert status == 201, body
    return body


def conditions(form: dict[str, Any]) -> list[Any]:
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    return policy["conditions"]


def readers_in(form: dict[str, Any]) -> dict[str, Any]:
    return json.loads(form["fields"]["x-amz-meta-docent-readers"])


# A form for that file alone.


def test_the_form_takes_the_announced_file_and_no_other(function: Function) -> None:
    body = announced(function)
    form = body["upload"]
    checked = conditions(form)
    for condition in (
        {"bucket": SOURCE_BUCKET},
        {"key": KEY},
        {"Content-Type": "application/pdf"},
        {"x-amz-checksum-algorithm": "SHA256"},
        {"x-amz-checksum-sha256": ANNOUNCED["sha256"]},
        {"x-amz-meta-docent-readers": form["fields"]["x-amz-meta-docent-readers"]},
        ["content-length-range", ANNOUNCED["size_bytes"], ANNOUNCED["size_bytes"]],
    ):
        assert condition in checked
    assert body["document_id"] == document_id_of(SOURCE_BUCKET, KEY)


def test_a_size_written_as_a_decimal_number_is_a_whole_one_in_the_policy(function: Function) -> None:
    form = announced(function, size_bytes=100.0)["upload"]
    assert '["content-length-range", 100, 100]' in base64.b64decode(form["fields"]["policy"]).decode()


def test_every_field_of_the_form_is_bound_by_its_policy(function: Function) -> None:
    form = announced(function)["upload"]
    bound = {name for condition in conditions(form) if isinstance(condition, dict) for name in condition}
    assert set(form["fields"]) - {"policy", "x-amz-signature"} <= bound


def test_the_address_is_in_the_buckets_own_region(function: Function) -> None:
    form = announced(function)["upload"]
    assert form["url"] == f"https://{SOURCE_BUCKET}.s3.eu-central-1.amazonaws.com/"
    assert "/eu-central-1/s3/aws4_request" in form["fields"]["x-amz-credential"]


def test_elsewhere_than_at_aws_the_bucket_is_in_the_path(function: Function, aws: World) -> None:
    function.set(AWS_ENDPOINT_URL_S3="http://localhost:4566")
    with new_clients():
        assert announced(function)["upload"]["url"] == f"http://localhost:4566/{SOURCE_BUCKET}"


def test_the_form_is_good_for_a_quarter_of_an_hour(function: Function) -> None:
    form = announced(function)["upload"]
    ends = datetime.fromisoformat(form["expires_at"])
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    assert 800 < (ends - datetime.now(UTC)).total_seconds() <= 900
    assert abs((datetime.fromisoformat(policy["expiration"]) - ends).total_seconds()) <= 60


# Names.


def test_a_name_typed_on_a_mac_is_the_same_document(function: Function) -> None:
    composed, decomposed = (unicodedata.normalize(form, "Übersicht für März.pdf") for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert (
        announced(function, file_name=composed)["document_id"]
        == announced(function, file_name=decomposed)["document_id"]
    )


def test_the_same_name_of_another_caller_is_another_document(function: Function) -> None:
    assert announced(function)["document_id"] != announced(function, ERIKA)["document_id"]


@pytest.mark.parametrize(
    "file_name",
    [
        "../../etc/passwd.pdf",
        "a\\b.pdf",
        "a\x00b.pdf",
        ".pdf",
        "a.txt",
        "a" * 197 + ".pdf",
        "${filename}.pdf",
        "𝅘𝅥𝅮" * 90 + ".pdf",
        "invoice\u202efdp.exe.pdf",
        "\u2066invoice\u2069.pdf",
        "in\u200bvoice.pdf",
        "invoice\ufeff.pdf",
        "in\u00advoice.pdf",
        "invoice\ufe0f.pdf",
        "\u200finvoice.pdf",
    ],
)
def test_a_name_that_is_none_is_refused_at_its_field(function: Function, file_name: str) -> None:
    status, body = call(function, asked(EVENT, MARY, ANNOUNCED | {"file_name": file_name}))
    assert (status, body["errors"][0]["field"]) == (400, "/file_name")


@settings(max_examples=60)
@given(stem=st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=196))
def test_whatever_a_file_is_called_its_key_lies_below_its_owner(stem: str) -> None:
    announced = ANNOUNCED | {"file_name": f"{stem}.pdf"}
    try:
        upload = plan_document(MARY, announced, SOURCE_BUCKET)
    except InvalidRequestError:
        return
    folder, _, name = upload.key.rpartition("/")
    assert folder == f"uploads/{MARY.subject}"
    assert name == unicodedata.normalize("NFC", announced["file_name"])
    assert len(upload.key.encode()) <= 1024


# Readers.


def test_who_names_nobody_reads_alone(function: Function) -> None:
    body = {name: value for name, value in ANNOUNCED.items() if name != "readers"}
    _, alone = call(function, asked(EVENT, MARY, body))
    assert readers_in(alone["upload"]) == {"users": ["mary@example.com"], "groups": []}
    assert readers_in(announced(function, readers={})["upload"]) == {"users": ["mary@example.com"], "groups": []}


def test_the_readers_travel_with_the_upload_and_the_owner_is_one_of_them(function: Function) -> None:
    readers = {"users": ["Erika@Example.com"], "groups": ["Lesegruppe Süd"], "denied": {"users": ["otto@example.com"]}}
    form = announced(function, readers=readers)["upload"]
    assert readers_in(form) == {
        "users": ["erika@example.com", "mary@example.com"],
        "groups": ["Lesegruppe Süd"],
        "denied": {"users": ["otto@example.com"], "groups": []},
    }
    assert form["fields"]["x-amz-meta-docent-readers"].isascii(), "S3's metadata is ASCII"


@pytest.mark.parametrize(
    "readers",
    [
        {"denied": {"users": ["MARY@example.com"]}},
        {"denied": {"users": [" MARY@example.com "]}},
        {"groups": [f"{number:0100}" for number in range(20)]},
        {"groups": [" "]},
        {"denied": {"groups": ["l\u200bab"]}},
        {"denied": {"users": ["mateo@example.com\u202c"]}},
    ],
    ids=["the owner denies themselves", "with blanks", "more than S3's metadata holds", "blank", "unseen", "direction"],
)
def test_readers_that_cannot_be_are_refused(function: Function, readers: dict[str, Any]) -> None:
    status, body = call(function, asked(EVENT, MARY, ANNOUNCED | {"readers": readers}))
    assert (status, body["type"]) == (400, "urn:docent:problem:InvalidReadersError")


names = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200), max_size=5)


@settings(max_examples=60)
@given(users=names, groups=names, denied=names)
def test_whoever_is_named_the_form_holds_it_in_ascii_and_reads_back_the_same(
    users: list[str], groups: list[str], denied: list[str]
) -> None:
    named = {"users": users, "groups": groups, "denied": {"groups": denied}}
    try:
        text = plan_document(MARY, ANNOUNCED | {"readers": named}, SOURCE_BUCKET).fields["x-amz-meta-docent-readers"]
    except InvalidReadersError:
        return
    assert text.isascii()
    assert len(text) < 2048
    readers = Readers.from_text(text)
    assert readers.allow(MARY) is not (set(MARY.groups) <= set(denied))
    assert readers.users == {user_name(user) for user in users} | {MARY.user}
    assert readers.groups == {group_name(group) for group in groups}


# How often.


def test_a_caller_may_announce_so_many_a_minute_and_others_still_can(function: Function, aws: World) -> None:
    function.set(REQUESTS_PER_MINUTE="2")
    event = asked(EVENT, MARY)
    statuses = [call(function, event)[0] for _ in range(5)]
    # A minute may end in between.
    assert statuses[:2] == [201, 201]
    assert 429 in statuses
    assert call(function, asked(EVENT, ERIKA))[0] == 201
    reply = function(event)
    if reply["statusCode"] == 429:
        assert 1 <= int(reply["headers"]["Retry-After"]) <= 60
    counted = aws.items(CALLERS_TABLE)
    assert {item["subject"] for item in counted} == {MARY.subject, ERIKA.subject}
    assert all(item["item"].startswith("rate#upload#") for item in counted)


@pytest.mark.parametrize(
    ("code", "status"), [("ProvisionedThroughputExceededException", 503), ("AccessDeniedException", 500)]
)
def test_a_fault_of_the_counter_signs_nothing(function: Function, aws: World, code: str, status: int) -> None:
    with aws.refusing("dynamodb.UpdateItem", 400, code):
        answered, body = call(function, EVENT)
    assert answered == status
    assert "upload" not in body


# What is told.


def test_no_log_line_holds_a_name_or_a_signature(function: Function) -> None:
    form = announced(function, file_name=f"{CANARY}.pdf", readers={"groups": [CANARY]})["upload"]
    assert "upload announced" in function.logged
    assert form["fields"]["x-amz-signature"] not in function.logged
    assert CANARY not in function.logged
