"""What a model is asked, parsed from either of Bedrock's two request shapes: Converse's or Anthropic's own.

Parsing refuses what AWS refuses. Converse requests are checked against the SDK's own service model.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.model import Shape
from botocore.validate import ParamValidator

from local.bedrock.images import Image, check_together, checked_image
from local.bedrock.refusals import invalid

ANTHROPIC_VERSION = "bedrock-2023-05-31"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `guarded` is the part of the text that a guardrail checks."""

    role: str
    text: str
    images: tuple[Image, ...] = ()
    guarded: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """`max_tokens` None means the model's own limit. The last turn is the one to answer."""

    system: str
    turns: tuple[Turn, ...]
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    guardrail: dict[str, Any] | None = None

    @property
    def prompt(self) -> str:
        return self.turns[-1].text

    @property
    def asked(self) -> str:
        """All that the user wrote: a last message such as "Write it once more." is about earlier ones."""
        return "\n\n".join(turn.text for turn in self.turns if turn.role == "user")

    @property
    def images(self) -> tuple[Image, ...]:
        return tuple(image for turn in self.turns for image in turn.images)

    @property
    def input_tokens(self) -> int:
        texts = [self.system, *(turn.text for turn in self.turns)]
        return sum(map(tokens_of, texts)) + sum(image.tokens for image in self.images)


def tokens_of(text: str) -> int:
    """An estimate of four characters per token."""
    return -(-len(text) // 4)


def from_converse(model_id: str, body: bytes, operation: str = "Converse") -> Conversation:
    request = _json(body)
    report = ParamValidator().validate(request | {"modelId": model_id}, _input_shape(operation))
    if report.has_errors():
        raise invalid(report.generate_report())
    inference = request.get("inferenceConfig", {})
    turns = tuple(_turn(number, message) for number, message in enumerate(request.get("messages", [])))
    return _checked(
        Conversation(
            "\n".join(block["text"] for block in request.get("system", []) if "text" in block),
            turns,
            inference.get("maxTokens"),
            inference.get("temperature"),
            inference.get("topP"),
            tuple(inference.get("stopSequences", ())),
            request.get("guardrailConfig"),
        ),
        more=request.get("additionalModelRequestFields") or {},
    )


def from_anthropic(body: bytes) -> Conversation:
    """An InvokeModel body: Anthropic's Messages API with `anthropic_version` in place of `model`."""
    request = _json(body)
    if request.get("anthropic_version") != ANTHROPIC_VERSION:
        raise invalid(f'anthropic_version: Input should be "{ANTHROPIC_VERSION}"')
    limit = request.get("max_tokens")
    if limit is None:
        raise invalid("max_tokens: Field required")
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise invalid("max_tokens: Input should be greater than or equal to 1")
    messages = request.get("messages")
    if not isinstance(messages, list):
        raise invalid("messages: Field required")
    system = request.get("system", "")
    converse = [_as_converse(number, message) for number, message in enumerate(messages)]
    return _checked(
        Conversation(
            system if isinstance(system, str) else _texts(system, "system"),
            tuple(_turn(number, message) for number, message in enumerate(converse)),
            limit,
            _number(request, "temperature"),
            _number(request, "top_p"),
            tuple(map(str, request.get("stop_sequences") or ())),
        ),
        more=request,
    )


def _checked(conversation: Conversation, more: dict[str, Any]) -> Conversation:
    if not conversation.turns:
        raise invalid("messages: at least one message is required")
    if conversation.turns[0].role != "user":
        raise invalid("A conversation must start with a user message.")
    if conversation.turns[-1].role != "user":
        raise invalid("This model takes no prefilled answer. The conversation must end with a user message.")
    for name, value in (("temperature", conversation.temperature), ("top_p", conversation.top_p)):
        if value is not None and not 0 <= value <= 1:
            raise invalid(f"{name}: must be between 0 and 1")
    if conversation.temperature is not None and (conversation.top_p is not None or "top_p" in more or "top_k" in more):
        raise invalid("`temperature` and `top_p` cannot both be specified for this model. Please use only one.")
    check_together(conversation.images)
    return conversation


def _turn(number: int, message: dict[str, Any]) -> Turn:
    """One Converse message whose shape was already checked."""
    texts: list[str] = []
    guarded: list[str] = []
    images: list[Image] = []
    place = f"messages.{number}"
    if message["role"] not in ("user", "assistant"):
        raise invalid(f"{place}.role: must be user or assistant")
    if not message["content"]:
        raise invalid(f"The content field in the Message object at {place} is empty.")
    for index, block in enumerate(message["content"]):
        at = f"{place}.content.{index}"
        if "text" in block:
            if not block["text"].strip():
                raise invalid(f"The text field in the ContentBlock object at {at} is blank. Add text and try again.")
            texts.append(block["text"])
        elif "image" in block:
            source = block["image"]["source"]
            if "bytes" not in source:
                raise invalid(f"{at}.image.source: this model takes the bytes of an image only")
            images.append(checked_image(at, block["image"]["format"], _decoded(at, source["bytes"])))
        elif "text" in block.get("guardContent", {}):
            texts.append(block["guardContent"]["text"]["text"])
            guarded.append(texts[-1])
        elif "cachePoint" not in block:
            raise invalid(f"{at}: the local engine reads text and image blocks, not {', '.join(block)}")
    return Turn(message["role"], "\n".join(texts), tuple(images), "\n".join(guarded))


def _as_converse(number: int, message: Any) -> dict[str, Any]:
    """An Anthropic message in Converse's shape."""
    place = f"messages.{number}"
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise invalid(f"{place}.role: Field required")
    content = message.get("content")
    if isinstance(content, str):
        return {"role": message["role"], "content": [{"text": content}] if content else []}
    if not isinstance(content, list):
        raise invalid(f"{place}.content: Field required")
    return {
        "role": message["role"],
        "content": [_block(f"{place}.content.{i}", block) for i, block in enumerate(content)],
    }


def _block(at: str, block: Any) -> dict[str, Any]:
    match block:
        case {"type": "text", "text": str(text)}:
            return {"text": text}
        case {
            "type": "image",
            "source": {"type": "base64", "media_type": str(media_type), "data": str(data)},
        }:
            kind, _, format = media_type.partition("/")
            if kind != "image":
                raise invalid(f"{at}.image.source.base64.media_type: {media_type!r} is no image type")
            return {"image": {"format": format, "source": {"bytes": data}}}
    raise invalid(f"{at}: the local engine reads text and base64 image blocks")


def _texts(blocks: Any, at: str) -> str:
    match blocks:
        case [*entries] if all(isinstance(entry, dict) and isinstance(entry.get("text"), str) for entry in entries):
            return "\n".join(entry["text"] for entry in entries)
    raise invalid(f"{at}: Input should be a string or a list of text blocks")


def _number(request: dict[str, Any], name: str) -> float | None:
    value = request.get(name)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise invalid(f"{name}: Input should be a number")


def _decoded(at: str, data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid(f"{at}.image.source: Invalid base64 data") from error


def _json(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid("Malformed input request, please reformat your input and try again.") from error
    if not isinstance(request, dict):
        raise invalid("Malformed input request: expected type: JSONObject, please reformat your input and try again.")
    return request


@cache
def _input_shape(operation: str) -> Shape:
    service = botocore.session.get_session().get_service_model("bedrock-runtime")
    shape = service.operation_model(operation).input_shape
    assert shape
    return shape
