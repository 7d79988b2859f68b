"""Whom the machine answers: its own programs, and web pages as far as AWS would."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest

from local.callers import DOCKER_HOST, Receive, Scope, Send, for_own_callers
from local.settings import REGION, ROOT
from tests.support.http import http
from tests.support.machine import Machine

BRIDGE = "172.17.0.1"
APP = "https://app.example"
PAGE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}


async def aws(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def answered(path: str = "/", headers: dict[str, str] | None = None, client: str = "127.0.0.1") -> int:
    """The status that a request without a server gets; pages reach nothing but /api."""
    app: Any = for_own_callers(aws, [BRIDGE], lambda scope: scope["path"] == "/api")

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:4566") as session:
            return await session.get(path, headers=headers)

    return asyncio.run(asked()).status_code


@pytest.mark.parametrize(
    "host",
    [
        *(
            "localhost",
            "localhost:4566",
            "LocalHost:1",
            "localhost.",
            "papers.localhost:4566",
            "127.0.0.1",
            "[::1]:4566",
        ),
        *(f"{BRIDGE}:4566", f"{DOCKER_HOST}:4566", f"papers.{DOCKER_HOST}"),
    ],
)
def test_a_program_here_or_in_a_container_is_answered(host: str) -> None:
    assert answered(headers={"Host": host}) == 204


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "evil.example:4566", "localhost.evil.example", "evillocalhost", "127.0.0.1.evil.example"),
        *("127.0.0.1@evil.example", "localhost:4566@evil.example", "localhost/evil.example", "localhost, evil.example"),
        *(
            "0.0.0.0:4566",
            "192.168.1.10:4566",
            "172.17.0.2",
            "[::2]",
            "2130706433",
            "",
            " ",
            "localhost:",
            "localhost:x",
        ),
    ],
)
def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    """A page at a name that leads to 127.0.0.1 is of one origin with what it finds there."""
    assert answered(headers={"Host": host}) == 403
    assert answered("/api", headers={"Host": host}) == 403


@pytest.mark.parametrize(
    "sent",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "http://localhost:8000"},
        {"Origin": "http://localhost:4566"},  # an object in a bucket can be a page too
        {"Origin": "null"},
        {"Referer": "http://evil.example/"},
        *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site", "same-origin")),
    ],
)
def test_a_page_reaches_what_is_for_pages_only(sent: dict[str, str]) -> None:
    assert answered("/", sent) == 403
    assert answered("/api", sent) == 204
    for control in ("/_docent/faults", "/_ministack/reset", "/_localstack/health"):
        assert answered(control, sent) == 403


def test_an_address_that_a_person_opens_is_not_a_page_s() -> None:
    assert answered("/", {"Sec-Fetch-Site": "none"}) == 204


def test_containers_do_not_reach_the_controls() -> None:
    assert answered("/_docent/faults") == 204
    assert answered("/_docent/faults", {"Host": DOCKER_HOST}) == 403
    assert answered("/_docent/faults", client="172.17.0.2") == 403
    assert answered("/", {"Host": DOCKER_HOST}, client="172.17.0.2") == 204


# ─── On the machine ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def bucket(machine: Machine) -> str:
    """A bucket that lets pages of APP post forms, with an object in it."""
    name = "callers"
    rule = {"AllowedOrigins": [APP], "AllowedMethods": ["POST"], "AllowedHeaders": ["*"]}
    client = machine.client("s3")
    client.create_bucket(Bucket=name)
    client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [rule]})
    client.put_object(Bucket=name, Key="secret.txt", Body=b"secret")
    return name


def status(machine: Machine, method: str, path: str, headers: dict[str, str], **sent: Any) -> int:
    url = path if path.startswith("http") else machine.settings.url + path
    return http.request(method, url, headers=headers, **sent).status_code


def signed(machine: Machine, service: str, method: str, query: str) -> str:
    """An address signed with the credentials that everybody knows."""
    credentials = boto3.Session(ROOT["AWS_ACCESS_KEY_ID"], ROOT["AWS_SECRET_ACCESS_KEY"]).get_credentials()
    request = AWSRequest(method, f"{machine.settings.url}/?{query}")
    SigV4QueryAuth(credentials, service, REGION, expires=60).add_auth(request)
    return str(request.url)


def test_an_address_signed_with_the_known_key_is_a_program_s_only(machine: Machine) -> None:
    """An image of a page is enough to open an address, and CloudFormation deletes a stack by GET."""
    address = signed(machine, "iam", "GET", "Action=ListUsers&Version=2010-05-08")
    assert status(machine, "GET", address, {}) == 200
    assert status(machine, "GET", address, PAGE) == 403
    for path in ("/login", "/us-east-1_none/.well-known/jwks.json", "/_aws/execute-api/none/prod/@connections/none"):
        assert status(machine, "GET", address.replace("/?", f"{path}?"), PAGE) == 403


def test_a_page_cannot_name_another_service_in_what_it_posts_to_a_bucket(machine: Machine, bucket: str) -> None:
    form = {"Action": "ListUsers", "Version": "2010-05-08"}
    assert status(machine, "POST", f"/{bucket}", {"Origin": APP}, data=form) == 403
    assert status(machine, "POST", f"/{bucket}?Action=ListUsers", {"Origin": APP}, files={"file": b"x"}) == 403
    target = {"X-Amz-Target": "DynamoDB_20120810.ListTables"}
    assert status(machine, "POST", f"/{bucket}", {"Origin": APP, **target}, content=b"{}") == 403


def test_a_bucket_s_rules_say_whose_pages_can_upload(machine: Machine, bucket: str) -> None:
    form = machine.client("s3").generate_presigned_post(bucket, "uploaded.txt")

    def upload(origin: str) -> int:
        return status(machine, "POST", form["url"], {"Origin": origin}, data=form["fields"], files={"file": b"x"})

    def preflight(origin: str) -> int:
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return status(machine, "OPTIONS", f"/{bucket}", asked)

    assert [upload(origin) for origin in ("https://evil.example", "null", machine.settings.url)] == [403, 403, 403]
    assert [preflight(origin) for origin in (APP, "https://evil.example")] == [200, 403]
    assert upload(APP) == 204


def test_a_page_shows_an_image_by_its_signed_address_and_changes_nothing_by_one(machine: Machine, bucket: str) -> None:
    client, where = machine.client("s3"), {"Bucket": bucket, "Key": "secret.txt"}
    read, deleted = (client.generate_presigned_url(name, Params=where) for name in ("get_object", "delete_object"))
    assert status(machine, "GET", read, PAGE) == 200
    assert status(machine, "GET", read, {"Origin": "https://evil.example"}) == 403
    assert status(machine, "DELETE", deleted, {"Origin": APP}) == 403
    assert client.get_object(**where)["Body"].read() == b"secret"


@pytest.fixture(scope="module")
def pool(machine: Machine) -> Iterator[str]:
    client = machine.client("cognito-idp")
    made = client.create_user_pool(PoolName="callers")["UserPool"]["Id"]
    yield made
    client.delete_user_pool(UserPoolId=made)


def test_pages_sign_in_and_read_a_pool_s_keys_and_nothing_else_of_it(machine: Machine, pool: str) -> None:
    origin = {"Origin": "https://evil.example"}
    assert status(machine, "GET", f"/{pool}/.well-known/jwks.json", origin) == 200
    assert status(machine, "POST", "/oauth2/token", origin, data={"grant_type": "authorization_code"}) == 400
    listed = {"X-Amz-Target": "AWSCognitoIdentityProviderService.ListUsers"}
    body = json.dumps({"UserPoolId": pool})
    assert status(machine, "POST", "/", origin | listed, content=body) == 403
