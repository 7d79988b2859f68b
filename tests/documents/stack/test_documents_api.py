"""A document's life through the API's functions, on the deployed local stack: IAM enforced, forms enforced by S3."""

import base64
import hashlib
import json
import os
import re
from typing import Any

import boto3
import pytest
import urllib3

from docent.callers import Caller
from docent.multipart_uploads import PART_BYTES
from local.settings import REGION
from tests.support.api_calls import ERIKA, MARY, OTTO, asked
from tests.support.pdfs import image_with, pdf
from tests.support.project import sample_event
from tests.support.stack import Stack
from tests.support.waiting import wait_until

type Answer = tuple[int, Any]


class Api:
    """The functions behind the API, called as API Gateway calls them once a token is verified."""

    def __init__(self, stack: Stack) -> None:
        self._lambda = stack.target.client("lambda")
        pages = self._lambda.get_paginator("list_functions").paginate()
        self._names = [found["FunctionName"] for page in pages for found in page["Functions"]]

    def call(self, sample: str, caller: Caller, document_id: str = "", **changes: Any) -> Answer:
        path = {"document_id": document_id} if document_id else None
        event = asked(sample_event(sample), caller, path=path, **changes)
        logical_id = "".join(word.capitalize() for word in sample.split(".")[0].split("_")) + "Function"
        (name,) = (name for name in self._names if f"-{logical_id}" in name)
        reply = self._lambda.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        answer = json.loads(reply["Payload"].read())
        assert "FunctionError" not in reply, answer
        return answer["statusCode"], json.loads(answer["body"])

    def announce(self, file_name: str, body: bytes, readers: dict[str, Any] | None = None) -> dict[str, Any]:
        announced = {
            "file_name": file_name,
            "size_bytes": len(body),
            "sha256": sha256_of(body),
            "readers": readers or {},
        }
        status, answer = self.call("create_upload.report.json", MARY, body=announced)
        assert status == 201, answer
        return answer

    def show(self, document_id: str, caller: Caller = MARY, **query: Any) -> Answer:
        return self.call("show_document.report.json", caller, document_id, query=query)

    def listed(self, caller: Caller) -> list[str]:
        _, body = self.call("list_documents.first_page.json", caller, query={"limit": 100})
        return [each["document_id"] for each in body["documents"]]


@pytest.fixture(scope="module")
def api(running_stack: Stack) -> Api:
    return Api(running_stack)


def send(form: dict[str, Any], body: bytes, **fields: str) -> tuple[int, str]:
    """`(status, S3's error code)` of a form sent as a browser does: its fields first, the file last."""
    parts = [*(form["fields"] | fields).items(), ("file", ("a.pdf", body, "application/pdf"))]
    reply = urllib3.request("POST", form["url"], fields=parts)
    code = re.search(r"<Code>(\w+)</Code>", reply.data.decode())
    return reply.status, code[1] if code else ""


def test_a_document_is_announced_uploaded_shared_and_removed(stack: Stack, api: Api) -> None:
    body = pdf(["A page."], [[image_with("HALLO 4711")]])
    announced = api.announce("Übersicht – März.pdf", body, {"groups": ["energy"]})
    document_id = announced["document_id"]
    assert send(announced["upload"], body) == (204, "")
    wait_until(lambda: document_id in api.listed(MARY))
    wait_until(lambda: api.show(document_id)[1]["status"] == "INGESTED")

    _, shown = api.show(document_id)
    assert (shown["file_name"], shown["readers"]["groups"]) == ("Übersicht – März.pdf", ["energy"])
    assert [state["state"] for state in shown["states"]][-1] == "Ingested"
    (found,) = shown["pictures"]
    assert "4711" in found["text"]
    for address, kind in ((found["image_url"], "image/png"), (found["thumbnail_url"], "image/jpeg")):
        seen = urllib3.request("GET", address)
        assert (seen.status, seen.headers["Content-Type"]) == (200, kind)
        other = re.sub(r"/(images|thumbnails)/\w+\.\w+", f"/captions/{found['picture_id']}.json", address)
        assert urllib3.request("GET", other).status == 403, "an address is good for one object"
    assert (api.show(document_id, ERIKA)[0], api.show(document_id, OTTO)[0]) == (200, 404)
    assert shown["searchable_since"]
    assert found["also_in"] == []
    _, link = api.call("show_file.report.json", ERIKA, document_id)
    part = urllib3.request("GET", link["url"], headers={"Range": "bytes=0-4"})
    assert (part.status, part.data, part.headers["Content-Type"]) == (206, body[:5], "application/pdf")

    new = {"users": ["otto@example.com"]}
    assert api.call("change_readers.group.json", ERIKA, document_id, body=new)[0] == 403
    assert api.call("change_readers.group.json", MARY, document_id, body=new)[0] == 202
    assert (api.show(document_id, ERIKA)[0], api.show(document_id, OTTO)[0]) == (404, 200), "from now on"
    wait_until(lambda: document_id in api.listed(OTTO))
    wait_until(lambda: document_id not in lists(stack, "group:energy"))

    assert api.call("delete_document.report.json", OTTO, document_id)[0] == 403
    assert api.call("delete_document.report.json", MARY, document_id) == (
        202,
        {"document_id": document_id, "status": "REMOVING"},
    )
    assert api.show(document_id)[1]["pictures"] == []
    wait_until(lambda: api.show(document_id)[1]["status"] == "REMOVED")
    assert document_id not in api.listed(MARY)
    assert document_id not in lists(stack, "user:otto@example.com")


def sha256_of(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def test_a_large_document_goes_on_after_its_upload_broke_off_and_nobody_else_can_go_on_with_it(
    stack: Stack, api: Api
) -> None:
    body = pdf(["The mast is 31 metres high."]) + b"\n" + os.urandom(PART_BYTES)
    parts = [body[:PART_BYTES], body[PART_BYTES:]]
    file = {"file_name": "large.pdf", "size_bytes": len(body)}
    announced = file | {"parts": [sha256_of(part) for part in parts]}

    def begin(caller: Caller = MARY, **more: Any) -> dict[str, Any]:
        status, begun = api.call("begin_upload.large.json", caller, body=announced | more)
        assert status == 201, begun
        return begun

    def complete(caller: Caller = MARY) -> int:
        uploaded = file | {"upload_id": begun["upload_id"]}
        return api.call("complete_upload.large.json", caller, body=uploaded)[0]

    def put(part: dict[str, Any], sent: bytes) -> int:
        return urllib3.request("PUT", part["url"], body=sent, headers={"x-amz-checksum-sha256": sha256_of(sent)}).status

    begun = begin(readers={"groups": ["energy"]})
    first, second = begun["parts"]
    assert put(first, b"another") in (400, 403), "S3 takes only the part that was announced"
    assert (put(first, parts[0]), complete()) == (200, 400)
    assert [part["number"] for part in begin(upload_id=begun["upload_id"])["parts"]] == [2]
    assert begin(ERIKA, upload_id=begun["upload_id"])["upload_id"] != begun["upload_id"]
    assert (put(second, parts[1]), complete(ERIKA), complete()) == (200, 404, 202)
    wait_until(lambda: api.show(begun["document_id"])[0] == 200)
    wait_until(lambda: api.show(begun["document_id"])[1]["status"] != "INGESTING")
    _, shown = api.show(begun["document_id"])
    assert (shown["status"], shown["readers"]["groups"]) == ("INGESTED", ["energy"])


def test_a_failed_document_shows_its_trace_and_is_redriven_by_its_owner(stack: Stack, api: Api) -> None:
    body = pdf(["A page."], [[image_with("SALVE 4712")]])
    stack.faults("kendra.BatchPutDocument=AccessDeniedException")
    announced = api.announce("traced.pdf", body, {"groups": ["energy"]})
    document_id = announced["document_id"]
    assert send(announced["upload"], body) == (204, "")
    wait_until(lambda: api.show(document_id)[0] == 200 and api.show(document_id)[1]["status"] == "FAILED")

    status, trace = api.call("show_trace.report.json", MARY, document_id)
    assert status == 200
    execution, (image,) = trace["execution"], trace["images"]
    assert (execution["workflow"], execution["status"]) == ("ingest_document", "FAILED")
    states = {state["name"]: state for state in execution["states"]}
    assert states["ExtractImages"]["output"]["image_count"] == 1
    assert states["ExtractImages"]["output"]["manifest"].endswith("/manifest.json")
    assert (states["SyncIndex"]["status"], states["SyncIndex"]["error"]["name"]) == ("FAILED", "MisconfiguredError")
    assert (image["status"], image["pages"]) == ("SUCCEEDED", [1])
    assert [state["name"] for state in image["states"]] == ["CaptionImage", "MaskText"]
    assert "4712" not in json.dumps(trace)
    assert api.call("show_trace.report.json", ERIKA, document_id)[0] == 403

    stack.faults("")
    assert api.call("redrive_document.report.json", MARY, document_id)[0] == 202
    wait_until(lambda: api.show(document_id)[1]["status"] == "INGESTED")
    assert api.call("redrive_document.report.json", MARY, document_id)[0] == 409


def lists(stack: Stack, reader: str) -> list[str]:
    items = stack.target.dynamodb.query(
        TableName=stack.target.outputs["ReadersTableName"],
        KeyConditionExpression="reader = :reader",
        ExpressionAttributeValues={":reader": {"S": reader}},
    )["Items"]
    return [item["document_id"]["S"] for item in items]


def test_s3_takes_exactly_what_was_announced(stack: Stack, api: Api) -> None:
    body, other = pdf(["A page."]), b"%PDF-1.7 something else"
    form = api.announce("signed.pdf", body)["upload"]
    other_sha256 = base64.b64encode(hashlib.sha256(other).digest()).decode()
    eve = '{"users":["eve@example.com"]}'
    assert send(form, other) == (400, "BadDigest")
    assert send(form, body[:-1] + b"x") == (400, "BadDigest")
    assert send(form, other, **{"x-amz-checksum-sha256": other_sha256})[0] in (400, 403)
    assert send(form, body, key="uploads/somebody/signed.pdf") == (403, "AccessDenied")
    assert send(form, body, **{"x-amz-meta-docent-readers": eve}) == (403, "AccessDenied")
    assert send(form, body, **{"x-amz-meta-more": "1"}) == (403, "AccessDenied")
    assert send(form, body, **{"Content-Type": "text/html"}) == (403, "AccessDenied")
    assert send(form, body, **{"x-amz-signature": "0" * 64}) == (403, "SignatureDoesNotMatch")
    keys = stack.target.s3.list_objects_v2(Bucket=stack.library.bucket, Prefix="uploads/").get("Contents", [])
    assert not [found for found in keys if found["Key"].endswith("signed.pdf")]
    assert send(form, body) == (204, "")


def test_s3_takes_nothing_by_a_form_that_is_over(stack: Stack) -> None:
    form = stack.target.s3.generate_presigned_post(stack.library.bucket, "uploads/x/late.pdf", ExpiresIn=-1)
    assert send(form, b"%PDF") == (403, "AccessDenied")


def test_a_form_allows_no_more_than_whoever_signed_it(stack: Stack) -> None:
    iam = stack.target.client("iam")
    iam.create_user(UserName="signer")
    key = iam.create_access_key(UserName="signer")["AccessKey"]
    signer = boto3.client(
        "s3",
        region_name=REGION,
        endpoint_url=stack.target.local.url,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    form = signer.generate_presigned_post(stack.library.bucket, "uploads/x/forged.pdf")
    assert send(form, b"%PDF") == (403, "AccessDenied")


def test_browsers_may_send_forms_from_the_consoles_origin(stack: Stack) -> None:
    asks = {"Origin": "http://localhost:5173", "Access-Control-Request-Method": "POST"}
    allowed = urllib3.request("OPTIONS", f"{stack.target.local.url}/{stack.library.bucket}", headers=asks)
    assert allowed.headers["Access-Control-Allow-Origin"] in ("http://localhost:5173", "*")
