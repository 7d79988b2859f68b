"""What a server with OpenAI's chat completions API sends in a reply, read leniently because servers differ.

A reply is one JSON object with a `message` in its choice, or a stream of server-sent events with a `delta` in theirs.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any

from local.bedrock.model_faults import Server

type Json = dict[str, Any]

# After it nothing follows. A stream that ends without it, or without a `finish_reason`, has broken off.
END: Json = {"object": "end"}


async def chunks(content_type: str, lines: AsyncIterator[str], server: Server) -> AsyncGenerator[Json]:
    """The objects of a reply, and `END`. Raises Refusal for what is none."""
    if "event-stream" not in content_type:
        if "html" in content_type:
            raise server.misplaced("answered with a web page")
        yield _object("\n".join([line async for line in lines]), server)
        yield END
        return
    async for line in lines:
        name, _, value = line.partition(":")
        if name not in ("data", "error") or not value.strip():
            continue  # a comment keeps the connection open
        if value.strip() == "[DONE]":
            yield END
            return
        read = _object(value, server)
        yield read if name == "data" else {"error": read}


def choices(chunk: Json) -> Iterator[Json]:
    """The first choice, if there is one: the last chunk has only the usage."""
    match chunk.get("choices"):
        case [dict(choice), *_]:
            yield choice


def content(choice: Json) -> tuple[str, str]:
    """The text and the thinking in a choice. The thinking has another name at each server."""
    said = choice.get("delta") or choice.get("message")
    if not isinstance(said, dict):
        return "", ""
    thinking = next((each for name in ("reasoning_content", "reasoning") if (each := _text(said.get(name)))), "")
    match said.get("content"):
        case list(parts):
            kinds = [(part.get("type"), part) for part in parts if isinstance(part, dict)]
            text = "".join(_text(part.get("text")) for kind, part in kinds if kind == "text")
            thought = "".join(_text(part.get("thinking")) for kind, part in kinds if kind == "thinking")
            return text, thinking + thought
        case text:
            return _text(text), thinking


def count(usage: Any, name: str) -> int | None:
    """None if the server counts nothing, as some do and say 0."""
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and value > 0 else None


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case list(parts):  # Mistral's thinking
            return "".join(_text(part.get("text")) for part in parts if isinstance(part, dict))
    return ""


def _object(text: str, server: Server) -> Json:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise server.unreadable() from error
    if not isinstance(read, dict):
        raise server.unreadable()
    return read
