"""STS and Q Business for functions. Q Business answers the users to whom STS gave credentials."""

import base64
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import boto3
import jwt
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from lxml import etree

from tests.support.fake_service import FakeService, Refused
from tests.support.fake_streams import Raw
from tests.support.functions import APPLICATION_ID
from tests.support.hooks import hooks_of

MEDIA_ID = "3f2b1a00-7c6d-4e5f-8a9b-0c1d2e3f4a5b"
IMAGE = b"\x89PNG an image"
SUBSCRIBING = "subscribing"


@dataclass
class FakeSts:
    """Answers AssumeRoleWithWebIdentity and AssumeRoleWithSAML for any token, because functions verify it before.

    `people` are the users with credentials, by access key. `refuses` is an error code for the next calls.
    """

    seconds: int = 3600
    refuses: str | None = None
    requests: list[dict[str, str]] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def attached(self, session: boto3.Session) -> Iterator[None]:
        with hooks_of(session).hooked(self, "before-send.sts"):
            yield

    def __call__(self, request: AWSPreparedRequest, **more: Any) -> AWSResponse:
        body = request.body if isinstance(request.body, str) else (request.body or b"").decode()
        asked = {name: values[0] for name, values in parse_qs(body).items()}
        assert "Authorization" not in request.headers, "nobody has credentials before"
        self.requests.append(asked)
        operation = asked["Action"]
        if self.refuses:
            error = f"<ErrorResponse><Error><Code>{self.refuses}</Code><Message>no</Message></Error></ErrorResponse>"
            status = 403 if self.refuses == "AccessDenied" else 400
            return AWSResponse(request.url, status, HTTPHeaders(), Raw(error.encode()))
        key = f"ASIA{uuid.uuid4().hex[:16].upper()}"
        self.people[key] = self._person(asked)
        until = datetime.now(UTC) + timedelta(seconds=self.seconds)
        answer = (
            f"<{operation}Response><{operation}Result><Credentials><AccessKeyId>{key}</AccessKeyId>"
            f"<SecretAccessKey>secret</SecretAccessKey><SessionToken>session-{key}</SessionToken>"
            f"<Expiration>{until:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials></{operation}Result></{operation}Response>"
        )
        return AWSResponse(request.url, 200, HTTPHeaders(), Raw(answer.encode()))

    def _person(self, asked: dict[str, str]) -> str:
        if "WebIdentityToken" in asked:
            return jwt.decode(asked["WebIdentityToken"], options={"verify_signature": False})["sub"]
        response = etree.fromstring(base64.b64decode(asked["SAMLAssertion"]))
        return response.findtext(".//{urn:oasis:names:tc:SAML:2.0:assertion}NameID") or ""


class FakeQBusiness(FakeService):
    """`conversations` holds the user and the last message of each; `says` is merged into every answer."""

    events = ("qbusiness",)

    def __init__(self, sts: FakeSts) -> None:
        super().__init__()
        self._sts = sts
        self._caller = ""
        self.conversations: dict[str, tuple[str, str]] = {}
        self.says: dict[str, Any] = {}

    def __call__(self, request: AWSPreparedRequest, event_name: str, **more: Any) -> AWSResponse:
        authorization = request.headers["Authorization"]
        if isinstance(authorization, bytes):
            authorization = authorization.decode()
        found = re.search(r"Credential=(\w+)/", authorization)
        assert found
        self._caller = self._sts.people[found[1]]
        return super().__call__(request, event_name, **more)

    def ChatSync(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["applicationId"] != APPLICATION_ID:
            raise Refused("ResourceNotFoundException")
        conversation = request.get("conversationId") or str(uuid.uuid4())
        whose, last = self.conversations.get(conversation, (self._caller, ""))
        if whose != self._caller or ("conversationId" in request and conversation not in self.conversations):
            raise Refused("ResourceNotFoundException")
        if "conversationId" in request and request.get("parentMessageId") != last:
            raise Refused("ConflictException")
        message = str(uuid.uuid4())
        self.conversations[conversation] = (self._caller, message)
        answer = {
            "conversationId": conversation,
            "systemMessage": f"It is so, {self._caller}.",
            "systemMessageId": message,
            "userMessageId": str(uuid.uuid4()),
            "sourceAttributions": [],
            "failedAttachments": [],
        }
        return answer | self.says

    def GetMedia(self, request: dict[str, Any]) -> Any:
        if self.conversations.get(request["conversationId"], ("", ""))[0] != self._caller:
            raise Refused("ResourceNotFoundException")
        return {"mediaBytes": base64.b64encode(IMAGE).decode(), "mediaMimeType": "image/png"}
