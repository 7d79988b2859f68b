"""A language model behind Bedrock's API: a small server with OpenAI's chat completions API."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from local.bedrock.conversation import Conversation, Turn
from local.bedrock.images import Image
from local.bedrock.language_model import LanguageModel, Reply
from local.bedrock.refusals import Refusal
from local.bedrock.runtime import BedrockRuntime
from local.faults import Faults


@dataclass
class ChatServer:
    """Gives fixed answers and keeps the requests."""

    url: str
    status: int = 200
    delay: float = 0
    finish: str = "stop"
    requests: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(
                200,
                {"object": "list", "data": [{"id": "tiny", "object": "model", "created": 0, "owned_by": ""}]},
            )

        def do_POST(self) -> None:
            chat.requests.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            time.sleep(chat.delay)
            if chat.status != 200:
                self.answer(chat.status, {"error": {"message": "no"}})
                return
            message = {"role": "assistant", "content": "It is 24 months. [1]"}
            choice = {"index": 0, "message": message, "finish_reason": chat.finish}
            usage = {"prompt_tokens": 30, "completion_tokens": 7, "total_tokens": 37}
            head = {"id": "c1", "object": "chat.completion", "created": 0, "model": "tiny"}
            self.answer(200, {**head, "choices": [choice], "usage": usage})

        def answer(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            try:
                self.wfile.write(data)
            except BrokenPipeError:
                return

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    chat = ChatServer(f"http://127.0.0.1:{http.server_port}/v1")
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield chat
    http.shutdown()
    http.server_close()


ASKED = Conversation("You answer.", (Turn("user", "How long?"),), max_tokens=50, temperature=0.0, stop=("END",))


def reply_of(model: LanguageModel, conversation: Conversation = ASKED) -> Reply:
    async def ask() -> Reply:
        try:
            return await model.reply(conversation)
        finally:
            await model.close()

    return asyncio.run(ask())


def test_the_question_is_translated_and_the_usage_passed_through(server: ChatServer) -> None:
    reply = reply_of(LanguageModel(server.url))

    assert reply == Reply("It is 24 months. [1]", "end_turn", 30, 7)
    assert server.requests == [
        {
            "model": "tiny",
            "messages": [
                {"role": "system", "content": "You answer."},
                {"role": "user", "content": "How long?"},
            ],
            "max_tokens": 50,
            "temperature": 0.0,
            "stop": ["END"],
        }
    ]


def test_a_reply_that_ran_out_of_tokens_has_the_stop_reason(server: ChatServer) -> None:
    server.finish = "length"

    assert reply_of(LanguageModel(server.url, "tiny")).stop == "max_tokens"


def test_a_model_that_sees_gets_images_as_data_urls(server: ChatServer) -> None:
    turn = Turn("user", "Read.", (Image("png", b"\x89PNG", 1, 1),))

    reply_of(LanguageModel(server.url, "tiny", vision=True), Conversation("", (turn,)))

    assert server.requests[0]["messages"][0]["content"] == [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}},
        {"type": "text", "text": "Read."},
    ]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "ThrottlingException"),
        (500, "ModelErrorException"),
        (503, "ServiceUnavailableException"),
        (400, "ValidationException"),
        (401, "AccessDeniedException"),
    ],
)
def test_a_failing_server_is_named_as_bedrock_would(server: ChatServer, status: int, code: str) -> None:
    server.status = status

    with pytest.raises(Refusal) as caught:
        reply_of(LanguageModel(server.url, "tiny"))

    assert caught.value.code == code
    assert len(server.requests) == 1


def test_a_slow_server_is_a_model_timeout(server: ChatServer) -> None:
    server.delay = 1

    with pytest.raises(Refusal) as caught:
        reply_of(LanguageModel(server.url, "tiny", seconds=0.2))

    assert caught.value.code == "ModelTimeoutException"


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Refusal) as caught:
        reply_of(LanguageModel("http://127.0.0.1:9/v1", "tiny"))

    assert caught.value.code == "ServiceUnavailableException"


def test_converse_asks_the_language_model_where_one_is_named(
    server: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCENT_LLM_MODEL", "tiny")

    async def nothing_else(*_: Any) -> tuple[int, dict[str, str], bytes]:
        return 404, {}, b""

    async def ask() -> dict[str, Any]:
        runtime = BedrockRuntime(None, nothing_else, Faults(""), server.url)
        body = {"messages": [{"role": "user", "content": [{"text": "How long?"}]}]}
        path = "/model/eu.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"
        _, _, reply = await runtime.handle_request("POST", path, {}, json.dumps(body).encode(), {})
        runtime.close()
        return json.loads(reply)

    reply = asyncio.run(ask())

    assert reply["output"]["message"]["content"] == [{"text": "It is 24 months. [1]"}]
    assert reply["usage"] == {"inputTokens": 30, "outputTokens": 7, "totalTokens": 37}
