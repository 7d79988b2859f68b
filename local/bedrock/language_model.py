"""A real language model behind Converse and InvokeModel, on any server with OpenAI's chat completions API."""

import asyncio
import base64
import logging
import os
import re
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx2  # what the client of OpenAI is made of: its errors pass while a reply is read
import openai

from local.bedrock.chat_completions import END, choices, chunks, content, count
from local.bedrock.conversation import Conversation, Turn
from local.bedrock.model_faults import Server, of_openai
from local.bedrock.refusals import Refusal
from local.bedrock.spoken import Piece, Spoken
from local.bedrock.time_limits import CONNECT_SECONDS, LIST_SECONDS, REPLY_SECONDS, SIGHT_SECONDS, STREAM_SECONDS

logger = logging.getLogger("docent.local")

_STOPS = {"length": "max_tokens", "content_filter": "content_filtered"}
# Parameters without which a reply is still one. A server that does not take one names it in the error's `param`.
_OPTIONAL = ("temperature", "top_p", "stop", "stream_options", "max_tokens")
# Tokenizers read these as tokens of the chat template, also in the middle of a document.
_CONTROL = re.compile(
    r"<(?=[|｜]|/?(?:think|thinking|seed:think|s|bos|eos|turn\||start_of_turn|end_of_turn)>)"
    r"|\[(?=/?(?:INST|THINK)\])|◁(?=/?think▷)",
    re.IGNORECASE,
)


def disarmed(text: str) -> str:
    """Text in which nothing is a token of a chat template: `<|im_end|>` becomes `< |im_end|>`."""
    return _CONTROL.sub(r"\g<0> ", text)


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's reply. Token counts are None if they must be estimated."""

    text: str
    stop: str = "end_turn"
    input_tokens: int | None = None
    output_tokens: int | None = None
    thinking: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """How a streamed reply ended."""

    stop: str
    input_tokens: int | None
    output_tokens: int | None


class LanguageModel:
    """`url` is the server's base URL with `/v1`. Images are sent only if `vision` is set, because llama.cpp's server
    answers 200 and ignores the image when its model reads text only. `failure` is what the last call failed with."""

    def __init__(
        self,
        url: str,
        name: str | None = None,
        vision: bool = False,
        key: str = "none",
        seconds: float | None = None,
    ) -> None:
        """Without `seconds` the limits are those of `time_limits`."""
        self.vision = vision
        self.failure: Refusal | None = None
        self._url, self._given, self._key, self._seconds = url, name, key, seconds
        self._name = name
        self._has: list[str] = []
        self._instead: dict[str, str] = {}  # names of parameters that the server takes, empty for those it does not
        self._opens_thinking = False
        self._begun: set[float] = set()  # when the calls under way began

    @classmethod
    def from_environment(cls, url: str) -> "LanguageModel":
        """`DOCENT_LLM_MODEL` names the model (default: the server's first). `DOCENT_LLM_VISION=1` sends it images."""
        return cls(
            url,
            os.environ.get("DOCENT_LLM_MODEL") or None,
            os.environ.get("DOCENT_LLM_VISION") == "1",
            os.environ.get("DOCENT_LLM_KEY") or "none",
        )

    @property
    def server(self) -> Server:
        return Server(self._url, self._name, self._has)

    async def reply(self, conversation: Conversation, seconds: float | None = None) -> Reply:
        """Raises Refusal, also if the reply takes more than `seconds`."""
        limit = self._seconds or seconds or (SIGHT_SECONDS if conversation.images else REPLY_SECONDS)
        pieces: list[Piece] = []
        end = End("end_turn", None, None)
        async with aclosing(self._checked(conversation, limit, streamed=False)) as said:
            async for each in said:
                if isinstance(each, End):
                    end = each
                else:
                    pieces.append(each)
        text, thinking = ("".join(getattr(each, kind) for each in pieces) for kind in ("text", "thinking"))
        return Reply(text.strip(), end.stop, end.input_tokens, end.output_tokens, thinking.strip())

    def stream(self, conversation: Conversation) -> AsyncGenerator[Piece | End]:
        """The reply as it is written. Closing it ends the work for it. Raises Refusal."""
        return self._checked(conversation, self._seconds or STREAM_SECONDS, streamed=True)

    async def warm(self) -> None:
        """Has the server load the model, which can take a minute. Without an answer it stays as it is."""
        with suppress(Refusal):
            await self.reply(Conversation("", (Turn("user", "Say OK."),), max_tokens=1), STREAM_SECONDS)

    async def described(self) -> dict[str, Any]:
        """For the command line: `problem` is why the model cannot answer, `failure` why it did not answer last time."""
        problem = None
        try:
            await self._check()
        except Refusal as refusal:
            problem = str(refusal)
        # A caller who gave up a moment ago is noticed with the next piece.
        waiting = self.server.left(time.monotonic() - min(self._begun)) if self._begun else None
        failure = str(self.failure or waiting) if self.failure or waiting else None
        return {"url": self._url, "name": self._name, "vision": self.vision, "problem": problem, "failure": failure}

    async def close(self) -> None:
        await self._client.close()

    async def _checked(self, conversation: Conversation, seconds: float, streamed: bool) -> AsyncGenerator[Piece | End]:
        """The pieces of `_said`, with the errors of the server and of the connection as Bedrock names them."""
        began = time.monotonic()
        self._begun.add(began)
        try:
            async with aclosing(self._said(conversation, seconds, streamed)) as said:
                async for each in said:
                    yield each
            self.failure = None
        except (GeneratorExit, asyncio.CancelledError):
            self._failed(self.server.left(time.monotonic() - began))
            raise
        except TimeoutError as error:
            raise self._failed(self.server.silent(seconds)) from error
        except openai.OpenAIError as error:
            raise self._failed(await self._explained(error)) from error
        except httpx2.HTTPError as error:
            raise self._failed(self.server.broken_off()) from error
        except Refusal as error:
            raise self._failed(error) from error.__cause__
        finally:
            self._begun.discard(began)

    def _failed(self, refusal: Refusal) -> Refusal:
        # Without its message, which can have words of the server about the prompt.
        logger.warning("the language model at %s failed: %s. Run `docent doctor`.", self._url, refusal.code)
        self.failure = refusal
        return refusal

    async def _said(self, conversation: Conversation, seconds: float, streamed: bool) -> AsyncGenerator[Piece | End]:
        deadline = asyncio.get_running_loop().time() + seconds
        spoken = Spoken(self._opens_thinking)
        finish: str | None = None
        usage: Any = None
        chosen = ended = False
        async with AsyncExitStack() as stack:
            async with asyncio.timeout_at(deadline):
                response = await self._asked(stack, conversation, streamed)
            read = chunks(response.headers.get("content-type", ""), response.iter_lines(), self.server)
            await stack.enter_async_context(aclosing(read))
            while not ended:
                async with asyncio.timeout_at(deadline):
                    chunk = await anext(read, None)
                if chunk is None:
                    break
                if error := chunk.get("error"):
                    raise self._told(error)
                ended = chunk is END
                usage = chunk.get("usage") or usage
                for choice in choices(chunk):
                    chosen = True
                    finish = choice.get("finish_reason") or finish
                    text, thinking = content(choice)
                    if thinking:
                        yield Piece(thinking=thinking)
                    for piece in spoken.take(text):
                        yield piece
                if spoken.came_late:
                    self._opens_thinking = True
                    raise self.server.late_thinking()
        if not chosen:
            raise self.server.choiceless()
        if not (finish or ended):
            raise self.server.broken_off()
        written = count(usage, "completion_tokens")
        full = finish is None and conversation.max_tokens is not None and (written or 0) >= conversation.max_tokens
        stop = "max_tokens" if full else _STOPS.get(finish or "", "end_turn")
        for piece in spoken.end(cut_off=stop == "max_tokens"):
            yield piece
        yield End(stop, count(usage, "prompt_tokens"), written)

    async def _asked(self, stack: AsyncExitStack, conversation: Conversation, streamed: bool) -> Any:
        """The server's response, without the parameters that it does not take."""
        request = _request(conversation) | (
            {"stream": True, "stream_options": {"include_usage": True}} if streamed else {}
        )
        if not self._name:
            await self._choose()
        while True:
            names = {name: self._instead.get(name, name) for name in request}
            given: dict[str, Any] = {names[name]: value for name, value in request.items() if names[name]}
            try:
                return await stack.enter_async_context(
                    self._client.chat.completions.with_streaming_response.create(model=self._name or "", **given)
                )
            except openai.APIStatusError as error:
                refused = next((name for name in _OPTIONAL if error.param and names.get(name) == error.param), None)
                if error.status_code not in (400, 422) or not refused:
                    raise
                self._instead[refused] = "max_completion_tokens" if error.param == "max_tokens" else ""

    async def _check(self) -> None:
        """Raises Refusal if the server cannot be reached, refuses the key, or does not have the model."""
        try:
            async with asyncio.timeout(LIST_SECONDS):
                await self._models()
        except TimeoutError as error:
            raise self.server.unreachable() from error
        except openai.OpenAIError as error:
            raise of_openai(self.server, error) from error
        self._name = self._given or next(iter(self._has), None)
        if not self._name:
            raise self.server.nameless()
        # Ollama takes a name without its tag.
        if self._has and not {self._name, f"{self._name}:latest"} & set(self._has):
            raise self.server.missing()

    async def _choose(self) -> None:
        """The server's first model, if none is named."""
        self._has = await self._models()
        self._name = next(iter(self._has), None)
        if not self._name:
            raise self.server.nameless()

    async def _models(self) -> list[str]:
        response = await self._client.get("/models", cast_to=httpx2.Response)
        try:
            listed = response.json()["data"]
            self._has = [str(each["id"]) for each in listed]
        except (ValueError, LookupError, TypeError) as error:
            raise self.server.misplaced("does not list its models at /models") from error
        return self._has

    async def _explained(self, error: openai.OpenAIError) -> Refusal:
        if isinstance(error, openai.APIStatusError) and error.status_code in (400, 404, 422):
            with suppress(openai.OpenAIError, Refusal, TimeoutError):
                async with asyncio.timeout(LIST_SECONDS):
                    await self._models()
        explained = of_openai(self.server, error)
        self._name = self._given  # the server may have got another one
        return explained

    def _told(self, error: Any) -> Refusal:
        """An error in the middle of a stream."""
        code = error.get("code") if isinstance(error, dict) else None
        return self.server.refused(code if isinstance(code, int) and code >= 400 else 500, error)

    @cached_property
    def _client(self) -> openai.AsyncOpenAI:
        # Callers of Bedrock retry; retries here as well would multiply. How long a reply may take is decided here too.
        timeout = httpx2.Timeout(None, connect=CONNECT_SECONDS)
        return openai.AsyncOpenAI(base_url=self._url, api_key=self._key, timeout=timeout, max_retries=0)


def _request(conversation: Conversation) -> dict[str, Any]:
    system = [{"role": "system", "content": disarmed(conversation.system)}] if conversation.system else []
    request: dict[str, Any] = {
        "messages": [*system, *map(_message, conversation.turns)],
        "max_tokens": conversation.max_tokens,
        "temperature": conversation.temperature,
        "top_p": conversation.top_p,
        "stop": list(conversation.stop) or None,
    }
    return {name: value for name, value in request.items() if value is not None}


def _message(turn: Turn) -> dict[str, Any]:
    text = disarmed(turn.text)
    if not turn.images:
        return {"role": turn.role, "content": text}
    seen = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:image/{each.format};base64,{base64.b64encode(each.data).decode()}"},
        }
        for each in turn.images
    ]
    return {"role": turn.role, "content": [*seen, *([{"type": "text", "text": text}] if text else [])]}
