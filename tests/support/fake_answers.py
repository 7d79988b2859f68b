"""`POST /ask` as `docent evaluate` calls it: answers by question, with a rate limit and failures in between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from cli.session import ApiError

CONVERSATION = "0" * 32
UNKNOWN: dict[str, Any] = {
    "answer": "I don't know.",
    "citations": [],
    "confidence": "none",
    "conversation_id": CONVERSATION,
    "usage": {"input_tokens": 900, "output_tokens": 5},
}


def answer(text: str, *sources: tuple[str, int], **more: Any) -> dict[str, Any]:
    """An Answer of openapi.yaml that cites these pages."""
    citations = [
        {
            "document_id": f"{page:032x}",
            "file_name": file_name,
            "page": page,
            "excerpt": f"From page {page}: {text}",
            "picture_url": "https://example.com/signed",
        }
        for file_name, page in sources
    ]
    usage = {"input_tokens": 1000, "output_tokens": 20}
    return {
        "answer": text,
        "citations": citations,
        "confidence": "high",
        "conversation_id": CONVERSATION,
        "usage": usage,
    } | more


@dataclass
class FakeSession:
    """A signed-in user. `failures` are raised first, one for each question that is asked; what is no answer of
    `answers` is unknown.
    """

    answers: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    failures: list[BaseException] = field(default_factory=list)
    user: str = "you@example.com"
    asked: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def api(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        if method == "DELETE":
            self.forgotten.append(path)
            return {}
        assert (method, path, list(body)) == ("POST", "/ask", ["question"])
        with self._lock:
            self.asked.append(body["question"])
            if self.failures:
                raise self.failures.pop(0)
        return self.answers.get(body["question"], UNKNOWN)


def limited(seconds: int) -> ApiError:
    return ApiError("There were too many requests. Wait. (request r1)", 429, seconds)
