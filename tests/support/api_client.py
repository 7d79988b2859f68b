"""A client of the deployed API, with a token, over HTTP and the WebSocket."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from websockets.sync.client import connect

from cli.target import Target
from tests.support.http import http
from tests.support.waiting import wait_until

ENDED = ("INGESTED", "INGESTED_WITH_GAPS", "FAILED", "REMOVED")


@dataclass
class ApiClient:
    target: Target
    token: str

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:
        """The status and the JSON of the answer."""
        address = self.target.outputs["ApiUrl"] + path
        headers = {"Authorization": f"Bearer {self.token}"}
        # None without a query, because an empty one makes httpx drop the query in the path.
        reply = http.request(method, address, params=query or None, json=body, headers=headers)
        return reply.status_code, reply.json() if reply.content else None

    def upload(self, file_name: str, body: bytes, readers: dict[str, Any] | None = None) -> str:
        """Announces and uploads a file and waits until it is ingested or has failed. Returns its document id."""
        announced = {
            "file_name": file_name,
            "size_bytes": len(body),
            "sha256": base64.b64encode(hashlib.sha256(body).digest()).decode(),
        }
        status, reply = self.call("POST", "/documents", announced | ({"readers": readers} if readers else {}))
        assert status == 201, reply
        before = self.updated_at(reply["document_id"])
        assert send_form(reply["upload"]["url"], reply["upload"]["fields"], body) == 204
        self.settled(reply["document_id"], before)
        return reply["document_id"]

    def updated_at(self, document_id: str) -> str:
        status, document = self.call("GET", f"/documents/{document_id}")
        return document["updated_at"] if status == 200 else ""

    def settled(self, document_id: str, before: str = "", seconds: float = 240) -> dict[str, Any]:
        """The document once it has ended, later than `before`."""

        def document() -> Any:
            status, found = self.call("GET", f"/documents/{document_id}")
            return found if status == 200 and found["status"] in ENDED and found["updated_at"] > before else None

        return wait_until(document, seconds, told=f"{document_id} did not end")

    def documents(self) -> set[str]:
        """The ids of all listed documents, page by page."""
        found: list[str] = []
        page: dict[str, Any] = {}
        query: dict[str, Any] = {"limit": 2}
        while "next" in page or not found:
            status, page = self.call("GET", "/documents", **query)
            assert status == 200, page
            found += [document["document_id"] for document in page["documents"]]
            if "next" not in page:
                break
            query["next"] = page["next"]
        assert len(found) == len(set(found))
        return set(found)

    def ask(self, question: str, conversation_id: str | None = None) -> dict[str, Any]:
        body = {"question": question} | ({"conversation_id": conversation_id} if conversation_id else {})
        status, answer = self.call("POST", "/ask", body)
        assert status == 200, answer
        return answer

    def stream(self, *messages: Any) -> Iterator[dict[str, Any]]:
        """Sends each message over one WebSocket and yields the replies up to its answer or problem."""
        protocols: Any = ["docent", self.token]
        with connect(self.target.outputs["StreamUrl"], subprotocols=protocols, open_timeout=60) as socket:
            assert socket.subprotocol == "docent"
            for message in messages:
                socket.send(message if isinstance(message, str) else json.dumps({"action": "ask"} | message))
                while True:
                    told = json.loads(socket.recv(timeout=60))
                    yield told
                    if told["type"] in ("answer", "problem", "flow_result"):
                        break


def send_form(url: str, fields: dict[str, str], body: bytes) -> int:
    """Send a presigned form with the file as its last field. Returns S3's status."""
    return http.post(url, data=fields, files={"file": ("file.pdf", body)}).status_code
