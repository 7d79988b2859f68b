"""A server with OpenAI's chat completions API, whose replies a test decides, also those that are none."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = "It is 24 months. [1]"


@dataclass
class FakeLanguageModel:
    """Answers `pieces` one after the other, or in one if it is not asked for a stream.

    `refuses` are parameters that it does not take. `after_first` is awaited behind the first piece of a stream; `left`
    is set when the client has gone before the end of one. `body` is sent instead of a reply, with its content type.
    """

    url: str
    models: list[str] = field(default_factory=lambda: ["tiny"])
    pieces: list[str] = field(default_factory=lambda: [ANSWER])
    thinking: str = ""
    finish: str | None = "stop"
    usage: dict[str, Any] | None = field(default_factory=lambda: {"prompt_tokens": 30, "completion_tokens": 7})
    status: int = 200
    error: Any = field(default_factory=lambda: {"message": "no"})
    refuses: frozenset[str] = frozenset()
    key: str | None = None
    delay: float = 0
    body: tuple[str, str] | None = None
    breaks_off: bool = False
    after_first: threading.Event | None = None
    left: threading.Event = field(default_factory=threading.Event)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def refusal(self, request: dict[str, Any], key: str | None) -> tuple[int, Any] | None:
        if self.key and key != f"Bearer {self.key}":
            return 401, {"message": "Incorrect API key", "code": "invalid_api_key"}
        if self.status != 200:
            return self.status, self.error
        for name in sorted(self.refuses & request.keys()):
            return 400, {"message": f"Unsupported: {name}", "param": name, "code": "unsupported_value"}
        if request["model"] not in self.models:
            return 404, {"message": f"model '{request['model']}' not found", "param": None, "code": None}
        return None


@contextmanager
def serving(**more: Any) -> Iterator[FakeLanguageModel]:
    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != "/v1/models":
                self.answer(404, {"error": {"message": "no route"}})
                return
            self.answer(200, {"object": "list", "data": [{"id": each, "object": "model"} for each in model.models]})

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            model.requests.append(request)
            time.sleep(model.delay)
            if self.path != "/v1/chat/completions":
                self.answer(404, {"error": {"message": "no route"}})
            elif refused := model.refusal(request, self.headers.get("authorization")):
                self.answer(refused[0], {"error": refused[1]})
            elif model.body:
                self.send(200, *model.body)
            elif request.get("stream"):
                self.stream(request)
            else:
                message = {"role": "assistant", "content": "".join(model.pieces), "reasoning_content": model.thinking}
                choice = {"index": 0, "message": message, "finish_reason": model.finish}
                usage = {"usage": model.usage} if model.usage is not None else {}
                self.answer(200, {"object": "chat.completion", "choices": [choice], **usage})

        def stream(self, request: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            if model.breaks_off:
                self.send_header("content-length", "1000000")
            self.end_headers()
            try:
                self.event({"role": "assistant", "content": ""})
                if model.thinking:
                    self.event({"reasoning_content": model.thinking})
                for number, piece in enumerate(model.pieces):
                    self.event({"content": piece})
                    if number == 0 and model.after_first:
                        while not model.after_first.wait(0.05):
                            self.wfile.write(b": still here\n\n")
                if model.breaks_off:
                    return
                self.event({}, model.finish)
                if model.usage is not None and "stream_options" in request:
                    self.data({"object": "chat.completion.chunk", "choices": [], "usage": model.usage})
                self.wfile.write(b"data: [DONE]\n\n")
            except OSError:
                model.left.set()

        def event(self, delta: dict[str, Any], finish: str | None = None) -> None:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            self.data({"object": "chat.completion.chunk", "choices": [choice]})

        def data(self, value: dict[str, Any]) -> None:
            self.wfile.write(f"data: {json.dumps(value)}\n\n".encode())

        def answer(self, status: int, body: dict[str, Any]) -> None:
            self.send(status, json.dumps(body), "application/json")

        def send(self, status: int, body: str, content_type: str) -> None:
            data = body.encode()
            self.send_response(status)
            self.send_header("content-type", content_type)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            try:
                self.wfile.write(data)
            except OSError:
                model.left.set()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    http.daemon_threads = True
    model = FakeLanguageModel(f"http://127.0.0.1:{http.server_port}/v1", **more)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    try:
        yield model
    finally:
        http.shutdown()
        http.server_close()
