"""A real language model behind Converse and InvokeModel, on any server with OpenAI's chat completions API."""

import base64
import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import openai

from local.bedrock.conversation import Conversation, Turn
from local.bedrock.refusals import Refusal

SECONDS = 300.0  # a small machine is slow

_STOPS = {"length": "max_tokens", "content_filter": "content_filtered"}


@dataclass(frozen=True, slots=True)
class Reply:
    """A model's reply. Token counts are None if they must be estimated."""

    text: str
    stop: str = "end_turn"
    input_tokens: int | None = None
    output_tokens: int | None = None


class LanguageModel:
    """`url` is the server's base URL with `/v1`. Images are sent only if `vision` is set, because llama.cpp's server
    answers 200 and ignores the image when its model reads text only."""

    def __init__(
        self,
        url: str,
        name: str | None = None,
        vision: bool = False,
        key: str = "none",
        seconds: float = SECONDS,
    ) -> None:
        self.vision = vision
        self._url, self._name, self._key, self._seconds = url, name, key, seconds

    @classmethod
    def from_environment(cls, url: str) -> "LanguageModel":
        """`DOCENT_LLM_MODEL` names the model (default: the server's first). `DOCENT_LLM_VISION=1` sends it images."""
        return cls(
            url,
            os.environ.get("DOCENT_LLM_MODEL") or None,
            os.environ.get("DOCENT_LLM_VISION") == "1",
            os.environ.get("DOCENT_LLM_KEY") or "none",
        )

    async def reply(self, conversation: Conversation) -> Reply:
        request: dict[str, Any] = {
            "messages": [
                *([{"role": "system", "content": conversation.system}] if conversation.system else []),
                *(_message(turn) for turn in conversation.turns),
            ],
            "max_tokens": conversation.max_tokens,
            "temperature": conversation.temperature,
            "top_p": conversation.top_p,
            "stop": list(conversation.stop) or None,
        }
        try:
            answer = await self._client.chat.completions.create(
                model=await self._model(),
                **{name: value for name, value in request.items() if value is not None},
            )
        except openai.OpenAIError as error:
            raise _refused(error) from error
        if not getattr(answer, "choices", None):
            raise Refusal("ModelErrorException", "The language model answered without a choice.")
        choice, usage = answer.choices[0], answer.usage
        return Reply(
            choice.message.content or "",
            _STOPS.get(choice.finish_reason, "end_turn"),
            usage.prompt_tokens if usage else None,
            usage.completion_tokens if usage else None,
        )

    async def close(self) -> None:
        await self._client.close()

    async def _model(self) -> str:
        if not self._name:
            models = (await self._client.models.list()).data
            if not models:
                raise Refusal("ServiceUnavailableException", "The language model's server has no model.")
            self._name = models[0].id
        return self._name

    @cached_property
    def _client(self) -> openai.AsyncOpenAI:
        # Callers of Bedrock retry; retries here as well would multiply.
        return openai.AsyncOpenAI(base_url=self._url, api_key=self._key, timeout=self._seconds, max_retries=0)


def _message(turn: Turn) -> dict[str, Any]:
    if not turn.images:
        return {"role": turn.role, "content": turn.text}
    seen = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:image/{each.format};base64,{base64.b64encode(each.data).decode()}"},
        }
        for each in turn.images
    ]
    return {
        "role": turn.role,
        "content": [*seen, *([{"type": "text", "text": turn.text}] if turn.text else [])],
    }


def _refused(error: openai.OpenAIError) -> Refusal:
    match error:
        case openai.APITimeoutError():
            return Refusal("ModelTimeoutException", "The language model took too long.")
        case openai.APIConnectionError():
            return Refusal("ServiceUnavailableException", "The language model's server cannot be reached.")
        case openai.APIStatusError(status_code=429):
            return Refusal("ThrottlingException", "Too many requests, please wait before trying again.")
        case openai.APIStatusError(status_code=503):
            return Refusal("ServiceUnavailableException", "The language model's server is not ready.")
        case openai.APIStatusError(status_code=401 | 403):
            return Refusal("AccessDeniedException", "The language model's server refused the key.")
        case openai.APIStatusError(status_code=code) if code < 500:
            return Refusal("ValidationException", f"The language model's server answered {code}: {error.message}")
    return Refusal("ModelErrorException", "The language model failed.")
