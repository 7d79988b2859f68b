"""Amazon Bedrock Runtime: Converse, ConverseStream, InvokeModel and ApplyGuardrail, in AWS's wire shapes.

Images go to OCR and prompts to the extractive engine, or both to a language model if one is configured.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from local.bedrock import embeddings, engines
from local.bedrock.conversation import Conversation, from_anthropic, from_converse, tokens_of
from local.bedrock.event_stream import converse_events
from local.bedrock.guarded import ApplyGuardrail, Guard, guarded_input
from local.bedrock.language_model import LanguageModel, Reply
from local.bedrock.models import check_model, embedding_family
from local.bedrock.reading import Reader
from local.bedrock.refusals import Refusal, WireReply, invalid
from local.bedrock.streaming import streamed
from local.bedrock.time_limits import ANSWER_PATIENCE, ANSWER_SECONDS, EMBED_PATIENCE, EMBED_SECONDS
from local.bedrock.worker import Worker, WorkerBusyError, WorkerDiedError
from local.faults import Fault, Faults

type Query = Mapping[str, Any]
type StreamedReply = tuple[int, dict[str, str], bytes | AsyncGenerator[bytes]]
type Handler = Callable[[str, str, dict[str, str], bytes, Any], Awaitable[WireReply]]

_OPERATIONS = {
    "Converse": re.compile(r"/model/(?P<model>.+)/converse"),
    "ConverseStream": re.compile(r"/model/(?P<model>.+)/converse-stream"),
    "InvokeModel": re.compile(r"/model/(?P<model>.+)/invoke"),
    "ApplyGuardrail": re.compile(r"/guardrail/(?P<guardrail>.+)/version/(?P<version>[^/]+)/apply"),
}
_JSON = {"Content-Type": "application/json"}
_STREAM = {"Content-Type": "application/vnd.amazon.eventstream"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply with its tokens and its duration, and the guardrail's trace if the caller wants it."""

    text: str
    stop: str
    input_tokens: int
    output_tokens: int
    milliseconds: int
    trace: dict[str, Any] | None = None
    thinking: str = ""

    @classmethod
    def of(
        cls, reply: Reply, conversation: Conversation, milliseconds: int, trace: dict[str, Any] | None = None
    ) -> "Outcome":
        """Tokens that nobody counted are estimated. A request has at least one, by which callers know it has ended."""
        read = max(1, conversation.input_tokens) if reply.input_tokens is None else reply.input_tokens
        written = tokens_of(reply.text + reply.thinking) if reply.output_tokens is None else reply.output_tokens
        return cls(reply.text, reply.stop, read, written, milliseconds, trace, reply.thinking)


class BedrockRuntime:
    def __init__(
        self,
        apply_guardrail: ApplyGuardrail | None,
        fallback: Handler,
        faults: Faults,
        llm_url: str | None = None,
        reader: Reader | None = None,
    ) -> None:
        """`fallback` gets all other operations, and ApplyGuardrail too if there is no `apply_guardrail`.
        `apply_guardrail(identifier, version, request)` returns the HTTP status and the reply, or the error with its
        name as `__type`."""
        self._apply_guardrail = apply_guardrail
        self._fallback = fallback
        self._faults = faults
        self.model = LanguageModel.from_environment(llm_url) if llm_url else None
        self._reader = reader or Reader()
        self._answerer = Worker(ANSWER_SECONDS, ANSWER_PATIENCE)
        self._embedder = Worker(EMBED_SECONDS, EMBED_PATIENCE)  # its process starts with the first call

    async def warm(self) -> None:
        """Starts the engines and loads the language model, so that the first calls do not wait for them."""
        model = [self.model.warm()] if self.model else []
        await asyncio.gather(self._reader.warm(), self._answerer.run(engines.warm_answers), *model)

    def close(self) -> None:
        self._reader.close()
        self._answerer.close()
        self._embedder.close()

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query_params: Query
    ) -> StreamedReply:
        """The reply's body is bytes, or a generator of a stream's frames; closing that ends the work."""
        if not (route := _route(method, path)):
            return await self._fallback(method, path, headers, body, query_params)
        operation, parts = route
        try:
            fault = self._take_fault(operation, headers)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.error:
                raise Refusal(fault.error, "A fault that was asked for.")
            status, reply_headers, reply = await self._answered(operation, parts, headers, body, fault)
        except Refusal as refusal:
            return refusal.on_the_wire()
        except WorkerBusyError:
            return Refusal("ThrottlingException", "Too many requests wait for the engine.").on_the_wire()
        if fault.malformed:
            whole = reply if isinstance(reply, bytes) else b"".join([frame async for frame in reply])
            return status, reply_headers, whole[: len(whole) // 2]
        return status, reply_headers, reply

    async def infer(self, operation: str, model_id: str, body: bytes, fault: Fault) -> dict[str, Any]:
        """The reply to one record of a batch inference job, which waits for its turn. Raises Refusal."""
        while True:
            try:
                _, _, reply = await self._answered(operation, {"model": model_id}, {}, body, fault)
            except WorkerBusyError:
                continue
            assert isinstance(reply, bytes)
            return json.loads(reply)

    async def _answered(
        self, operation: str, parts: dict[str, str], headers: dict[str, str], body: bytes, fault: Fault
    ) -> StreamedReply:
        if operation == "ApplyGuardrail":
            if not self._apply_guardrail:
                return await self._fallback("POST", _guardrail_path(parts), headers, body, {})
            status, found = await self._apply_guardrail(parts["guardrail"], parts["version"], _object(body))
            error = {"x-amzn-errortype": str(found.get("__type", "InternalServerException"))} if status != 200 else {}
            return status, _JSON | error, json.dumps(found).encode()
        if operation == "InvokeModel" and (family := embedding_family(parts["model"])):
            return await self._embedded(embeddings.requested(family, body))
        check_model(parts["model"])
        if operation == "InvokeModel":
            conversation = from_anthropic(body)
            if identifier := headers.get("x-amzn-bedrock-guardrailidentifier"):
                version = headers.get("x-amzn-bedrock-guardrailversion", "DRAFT")
                guardrail = {"guardrailIdentifier": identifier, "guardrailVersion": version}
                conversation = replace(conversation, guardrail=guardrail)
        else:
            conversation = from_converse(parts["model"], body, operation)
        if operation == "ConverseStream" and self._streams(conversation, fault):
            return 200, _STREAM, await self._streamed(conversation)
        outcome = await self._outcome(conversation, fault)
        counts = {
            "x-amzn-bedrock-input-token-count": str(outcome.input_tokens),
            "x-amzn-bedrock-output-token-count": str(outcome.output_tokens),
            "x-amzn-bedrock-invocation-latency": str(outcome.milliseconds),
        }
        if operation == "ConverseStream":
            events = converse_events(outcome.text, outcome.thinking, outcome.stop, _measured(outcome))
            return 200, _STREAM, events
        shape = _anthropic_reply(parts["model"], outcome) if operation == "InvokeModel" else _converse_reply(outcome)
        return 200, _JSON | counts, json.dumps(shape, ensure_ascii=False).encode()

    async def _embedded(self, asked: embeddings.Texts) -> WireReply:
        started = time.monotonic()
        try:
            # A question does not wait for the documents that are being indexed.
            worker = self._answerer if asked.questions else self._embedder
            embedded = await worker.run(engines.embed, asked)
        except TimeoutError as error:
            raise Refusal("ModelTimeoutException", "The texts took too long to embed.") from error
        except WorkerDiedError as error:
            raise Refusal("ModelErrorException", "The engine ended while it embedded texts.") from error
        counts = {
            "x-amzn-bedrock-input-token-count": str(max(1, sum(embedded.tokens))),
            "x-amzn-bedrock-invocation-latency": str(max(1, round(1000 * (time.monotonic() - started)))),
        }
        return 200, _JSON | counts, json.dumps(embeddings.replied(asked, embedded), ensure_ascii=False).encode()

    async def relevances(self, question: str, texts: Sequence[str]) -> list[float]:
        """For Rerank. Raises TimeoutError, WorkerBusyError or WorkerDiedError."""
        return await self._embedder.run(engines.relevances, question, texts)

    async def passages(self, path: str, content_type: str) -> list[tuple[str, int | None]]:
        """For knowledge bases: the passages of a file with their pages. Raises what the worker raises."""
        return await self._embedder.run(engines.passages, path, content_type)

    async def _outcome(self, conversation: Conversation, fault: Fault) -> Outcome:
        started = time.monotonic()
        guard = Guard.of(conversation, self._apply_guardrail)
        refused = None
        if guard:
            conversation, refused = await guarded_input(guard, conversation)
        if refused is not None:
            reply = Reply(refused, "guardrail_intervened")
        else:
            reply = await self._reply(conversation, fault)
            if guard and reply.text and (found := await guard.look("OUTPUT", reply.text)):
                reply = replace(reply, text=found[0], stop="guardrail_intervened", thinking="")
        traced = guard and (conversation.guardrail or {}).get("trace", "disabled") != "disabled"
        milliseconds = max(1, round(1000 * (time.monotonic() - started)))
        return Outcome.of(
            reply, conversation, milliseconds, {"guardrail": guard.assessments} if guard and traced else None
        )

    def _streams(self, conversation: Conversation, fault: Fault) -> bool:
        """A guardrail checks a whole reply, and the engines here write one at once."""
        return fault.reply is None and not conversation.guardrail and self._asks_model(conversation)

    async def _streamed(self, conversation: Conversation) -> AsyncGenerator[bytes]:
        """The frames, once there is one: until then an error is a reply of its own."""
        assert self.model

        def measure(reply: Reply, milliseconds: int) -> dict[str, Any]:
            return _measured(Outcome.of(reply, conversation, milliseconds))

        frames = streamed(self.model.stream(conversation), measure)
        return _continued(await anext(frames), frames)

    def _asks_model(self, conversation: Conversation) -> bool:
        return self.model is not None and (self.model.vision or not conversation.images)

    async def _reply(self, conversation: Conversation, fault: Fault) -> Reply:
        if fault.reply is not None:
            return _limited(Reply(fault.reply), conversation)
        if self.model and self._asks_model(conversation):
            return await self.model.reply(conversation)
        return _limited(Reply(await self._quoted(conversation)), conversation)

    async def _quoted(self, conversation: Conversation) -> str:
        if conversation.images:
            return await self._reader.reply(conversation.system, conversation.prompt, conversation.images)
        try:
            return await self._answerer.run(engines.answer, conversation.system, conversation.asked)
        except TimeoutError as error:
            raise Refusal("ModelTimeoutException", "The prompt took too long to answer.") from error
        except WorkerDiedError as error:
            raise Refusal("ModelErrorException", "The extractive engine ended while it answered.") from error

    def _take_fault(self, operation: str, headers: dict[str, str]) -> Fault:
        try:
            return self._faults.take("bedrock-runtime", operation, headers) or Fault()
        except ValueError as error:
            raise invalid(str(error)) from error


async def _continued(first: bytes, frames: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    async with aclosing(frames):
        yield first
        async for frame in frames:
            yield frame


def _route(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """The operation and the decoded parts of its path."""
    for operation, route in _OPERATIONS.items():
        if method == "POST" and (match := route.fullmatch(path)):
            return operation, {name: unquote(value) for name, value in match.groupdict().items()}
    return None


def _limited(reply: Reply, conversation: Conversation) -> Reply:
    """The text, cut at a stop sequence or at the caller's `maxTokens`, at four characters per token."""
    for stop in conversation.stop:
        if stop in reply.text:
            reply = replace(reply, text=reply.text.partition(stop)[0], stop="stop_sequence")
    if conversation.max_tokens is not None and tokens_of(reply.text) > conversation.max_tokens:
        reply = replace(reply, text=reply.text[: 4 * conversation.max_tokens], stop="max_tokens")
    return reply


def _measured(outcome: Outcome) -> dict[str, Any]:
    total = outcome.input_tokens + outcome.output_tokens
    usage = {"inputTokens": outcome.input_tokens, "outputTokens": outcome.output_tokens, "totalTokens": total}
    trace = {"trace": outcome.trace} if outcome.trace else {}
    return {"usage": usage, "metrics": {"latencyMs": outcome.milliseconds}, **trace}


def _converse_reply(outcome: Outcome) -> dict[str, Any]:
    content: list[Any] = [{"text": outcome.text}] if outcome.text else []
    if outcome.thinking:
        content.insert(0, {"reasoningContent": {"reasoningText": {"text": outcome.thinking}}})
    message = {"role": "assistant", "content": content}
    return {"output": {"message": message}, "stopReason": outcome.stop, **_measured(outcome)}


def _anthropic_reply(model: str, outcome: Outcome) -> dict[str, Any]:
    content = [{"type": "text", "text": outcome.text}] if outcome.text else []
    if outcome.thinking:
        content.insert(0, {"type": "thinking", "thinking": outcome.thinking, "signature": ""})
    action = "INTERVENED" if outcome.stop == "guardrail_intervened" else "NONE"
    return {
        "id": f"msg_bdrk_{uuid.uuid4().hex[:24]}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": "end_turn" if action == "INTERVENED" else outcome.stop,
        "stop_sequence": None,
        "usage": {"input_tokens": outcome.input_tokens, "output_tokens": outcome.output_tokens},
        "amazon-bedrock-guardrailAction": action,
    }


def _guardrail_path(parts: dict[str, str]) -> str:
    return f"/guardrail/{parts['guardrail']}/version/{parts['version']}/apply"


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid("The request body is not JSON.") from error
    if not isinstance(value, dict):
        raise invalid("The request body must be a JSON object.")
    return value
