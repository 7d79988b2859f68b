"""Hostile web pages in a real browser, headless Chromium: what they try on a machine that runs the local AWS."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from playwright.sync_api import Browser, Page

from local.settings import REGION, ROOT
from tests.support.browser import running_chromium, serving
from tests.support.machine import Machine
from tests.support.ports import free_ports

# A name whose address the attacker changes to 127.0.0.1 once the page is there (DNS rebinding).
REBOUND = "rebound.example"
SECRET = "the-only-copy"

# What a page sees of an answer, and "nothing" if the browser keeps it.
FETCH = """async ([url, options]) => {
  try {
    const reply = await fetch(url, options);
    return `${reply.status} ${await reply.text()}`;
  } catch {
    return 'nothing';
  }
}"""
FORM = """(url) => new Promise((resolve) => {
  const frame = document.body.appendChild(Object.assign(document.createElement('iframe'), { name: 'target' }));
  const form = document.body.appendChild(document.createElement('form'));
  Object.assign(form, { method: 'post', action: url, target: 'target' });
  frame.onload = resolve;
  form.submit();
})"""
IMAGE = """(url) => new Promise((resolve) => {
  const image = document.body.appendChild(document.createElement('img'));
  Object.assign(image, { onload: resolve, onerror: resolve, src: url });
})"""
SOCKET = """(url) => new Promise((resolve) => {
  const socket = new WebSocket(url);
  socket.onopen = () => resolve('open');
  socket.onerror = () => resolve('refused');
})"""
UPLOAD = """async ([url, fields]) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob(['uploaded']));
  try {
    return (await fetch(url, { method: 'POST', body: form })).status;
  } catch {
    return 0;
  }
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_chromium([f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1"]) as browser:
        yield browser


@pytest.fixture(params=["localhost", "127.0.0.1", REBOUND])
def hostile(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of another site, and one of another port of the same site."""
    with opened(browser, request.param) as page:
        yield page


@contextmanager
def opened(browser: Browser, host: str) -> Iterator[Page]:
    port = free_ports()
    with serving("<!doctype html><title>A page</title>", port):
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"http://{host}:{port}/")
        yield page
        context.close()


@pytest.fixture(autouse=True)
def kept(machine: Machine) -> Iterator[None]:
    """There is something to read and to lose, and afterwards it is still there."""
    client = machine.client("secretsmanager")
    with suppress(client.exceptions.ResourceExistsException):
        client.create_secret(Name="kept", SecretString=SECRET)
    yield
    assert client.get_secret_value(SecretId="kept")["SecretString"] == SECRET


def calls(machine: Machine) -> dict[str, tuple[str, dict[str, Any]]]:
    """Calls signed with the credentials that everybody knows."""
    asked = {
        "secretsmanager": ("secretsmanager.GetSecretValue", {"SecretId": "kept"}),
        "dynamodb": ("DynamoDB_20120810.ListTables", {}),
        "cognito-idp": ("AWSCognitoIdentityProviderService.ListUserPools", {"MaxResults": 10}),
    }
    return {service: signed(machine, service, target, body) for service, (target, body) in asked.items()}


def signed(machine: Machine, service: str, target: str, body: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest("POST", f"{machine.settings.url}/", headers, json.dumps(body))
    SigV4Auth(credentials(), service, REGION).add_auth(request)
    return f"{machine.settings.url}/", {"method": "POST", "headers": dict(request.headers), "body": json.dumps(body)}


def credentials() -> Any:
    return boto3.Session(ROOT["AWS_ACCESS_KEY_ID"], ROOT["AWS_SECRET_ACCESS_KEY"]).get_credentials()


def test_a_page_cannot_reset_the_machine(machine: Machine, hostile: Page) -> None:
    reset = f"{machine.settings.url}/_ministack/reset"
    assert hostile.evaluate(FETCH, [reset, {"method": "POST"}]) == "nothing"
    hostile.evaluate(FETCH, [reset, {"method": "POST", "mode": "no-cors"}])
    hostile.evaluate(FORM, reset)


def test_a_page_reads_nothing_with_the_known_credentials(machine: Machine, hostile: Page) -> None:
    for url, options in calls(machine).values():
        assert hostile.evaluate(FETCH, [url, options]) == "nothing"
    for path in ("/_docent/home", "/_docent/faults", "/_ministack/health", "/health"):
        assert hostile.evaluate(FETCH, [machine.settings.url + path, {}]) == "nothing"


def test_a_page_changes_nothing_by_an_address_alone(machine: Machine, hostile: Page) -> None:
    iam = machine.client("iam")
    iam.create_user(UserName="kept")
    request = AWSRequest("GET", f"{machine.settings.url}/?Action=DeleteUser&Version=2010-05-08&UserName=kept")
    SigV4QueryAuth(credentials(), "iam", REGION, expires=60).add_auth(request)
    hostile.evaluate(IMAGE, str(request.url))
    hostile.evaluate(FETCH, [request.url, {"mode": "no-cors"}])
    hostile.evaluate("(url) => { location = url; }", str(request.url))
    hostile.wait_for_url(str(request.url))
    assert "Web pages cannot call this." in hostile.content()
    iam.delete_user(UserName="kept")  # it was still there


def test_a_page_opens_no_websocket(machine: Machine, hostile: Page) -> None:
    for path in ("/", "/_docent/faults", "/_aws/execute-api/none/prod"):
        assert hostile.evaluate(SOCKET, f"ws://localhost:{machine.settings.port}{path}") == "refused"


def test_a_name_that_leads_here_is_not_this_machine(machine: Machine, browser: Browser) -> None:
    """The browser takes the page and the machine for one, so only the machine can tell them apart."""
    page = browser.new_page()
    address = f"http://{REBOUND}:{machine.settings.port}"
    reply = page.goto(f"{address}/health")
    assert reply
    assert (reply.status, "must be localhost" in reply.text()) == (403, True)
    assert page.evaluate(FETCH, [f"{address}/_ministack/reset", {"method": "POST"}]).startswith("403")
    for _, options in calls(machine).values():
        assert page.evaluate(FETCH, [f"{address}/", options]).startswith("403")
    assert page.evaluate(SOCKET, f"ws://{REBOUND}:{machine.settings.port}/_aws/execute-api/none/prod") == "refused"
    page.close()


def test_a_page_in_a_bucket_is_a_page_like_any_other(machine: Machine, browser: Browser) -> None:
    """It is of one origin with everything here."""
    client = machine.client("s3")
    client.create_bucket(Bucket="pages")
    client.put_object(Bucket="pages", Key="page.html", Body=b"<!doctype html>", ContentType="text/html")
    page = browser.new_page()
    page.goto(client.generate_presigned_url("get_object", Params={"Bucket": "pages", "Key": "page.html"}))
    assert page.evaluate(FETCH, [f"{machine.settings.url}/_ministack/reset", {"method": "POST"}]).startswith("403")
    for url, options in calls(machine).values():
        assert page.evaluate(FETCH, [url, options]).startswith("403")
    page.close()


def test_a_bucket_takes_an_upload_from_a_page_that_its_rules_allow(machine: Machine, browser: Browser) -> None:
    client = machine.client("s3")
    client.create_bucket(Bucket="uploads")
    form = client.generate_presigned_post("uploads", "from-a-page.txt")
    with opened(browser, "localhost") as allowed, opened(browser, "localhost") as other:
        rule = {"AllowedOrigins": [allowed.evaluate("origin")], "AllowedMethods": ["POST"], "AllowedHeaders": ["*"]}
        client.put_bucket_cors(Bucket="uploads", CORSConfiguration={"CORSRules": [rule]})
        assert other.evaluate(UPLOAD, [form["url"], form["fields"]]) == 0
        assert "Contents" not in client.list_objects_v2(Bucket="uploads")
        assert allowed.evaluate(UPLOAD, [form["url"], form["fields"]]) == 204
    assert client.get_object(Bucket="uploads", Key="from-a-page.txt")["Body"].read() == b"uploaded"
