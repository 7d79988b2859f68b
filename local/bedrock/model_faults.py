"""What went wrong at a language model's server, as the error that Bedrock would answer: it names the server, and says
what to do next. Decided by status and by the fields of the error, because each server has its own words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import openai

from local.bedrock.refusals import Refusal, invalid

_AGAIN = "and run `docent up`"
# Of OpenAI and servers that follow it, and of llama.cpp.
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_NO_MODEL = frozenset({"model_not_found", "model_not_supported", "invalid_model"})
LARGER = (
    "Start the server with a larger context (llama-server: --ctx-size, Ollama: OLLAMA_CONTEXT_LENGTH), or give the "
    "model fewer passages: `docent up --parameter MaxPassages=5`."
)


@dataclass
class Server:
    """A language model's server as errors name it. `has` are its models, as far as they are known."""

    url: str
    name: str | None = None
    has: Sequence[str] = field(default_factory=tuple)

    @property
    def model(self) -> str:
        return f"The language model {self.name or ''} at {self.url}".replace("  ", " ")

    def silent(self, seconds: float) -> Refusal:
        return Refusal(
            "ModelTimeoutException",
            f"{self.model} had not replied after {seconds:.0f} s. The first call can wait until the server has loaded "
            "the model. If later ones take as long, use a smaller model, or give it fewer passages: "
            "`docent up --parameter MaxPassages=5`.",
        )

    def left(self, seconds: float) -> Refusal:
        return Refusal(
            "ModelTimeoutException",
            f"{self.model} was still writing when its caller gave up, after {seconds:.0f} s. Ask again, because many "
            "servers keep what they have read. If that does not help, use a smaller model, or give it fewer passages: "
            "`docent up --parameter MaxPassages=5`.",
        )

    def unreachable(self) -> Refusal:
        return Refusal(
            "ServiceUnavailableException",
            f"The language model's server at {self.url} cannot be reached. Start it, or correct DOCENT_LLM_URL "
            f"{_AGAIN}.",
        )

    def nameless(self) -> Refusal:
        return invalid(f"The server at {self.url} lists no model. Load one, or set DOCENT_LLM_MODEL {_AGAIN}.")

    def missing(self) -> Refusal:
        told = f"It has {', '.join(self.has[:20])}." if self.has else "It lists none."
        return invalid(
            f"The server at {self.url} has no model {self.name}. {told} Set DOCENT_LLM_MODEL to one of its models "
            f"{_AGAIN}."
        )

    def misplaced(self, what: str) -> Refusal:
        return invalid(
            f"The server at {self.url} {what}. The address of most servers ends in /v1. Correct DOCENT_LLM_URL "
            f"{_AGAIN}."
        )

    def unreadable(self) -> Refusal:
        return Refusal("ModelErrorException", f"{self.model} sent a reply that is not JSON. Look at the server's log.")

    def choiceless(self) -> Refusal:
        return Refusal("ModelErrorException", f"{self.model} sent a reply without a choice. Look at the server's log.")

    def broken_off(self) -> Refusal:
        return Refusal(
            "ModelStreamErrorException", f"The reply of {_small(self.model)} broke off. Look at the server's log."
        )

    def late_thinking(self) -> Refusal:
        return Refusal(
            "ModelStreamErrorException",
            f"The reply of {_small(self.model)} began with thinking that nothing had opened. The next reply is held "
            "back until it is closed.",
        )

    def refused(self, status: int, error: Any) -> Refusal:
        """`error` is the reply's `error`, if it has one. Names of fields as OpenAI's API has them."""
        told = error if isinstance(error, dict) else {}
        marks = {str(told.get("code")), str(told.get("type"))}
        if status in (401, 403):
            return Refusal(
                "AccessDeniedException",
                f"The language model's server at {self.url} refused the key. Set DOCENT_LLM_KEY {_AGAIN}.",
            )
        if status == 429:
            return Refusal(
                "ThrottlingException",
                f"The language model's server at {self.url} has too many requests, or your account there has no quota "
                "left. Wait before you try again.",
            )
        if status == 503:
            return Refusal(
                "ServiceUnavailableException",
                f"The language model's server at {self.url} is not ready. It may still load its model; try again in a "
                "minute.",
            )
        if status == 408:
            return Refusal("ModelTimeoutException", f"{self.model} took too long. Try again.")
        if status >= 500:
            return Refusal(
                "ModelErrorException", f"{self.model} failed with status {status}. Look at the server's log."
            )
        if marks & _TOO_LONG:
            return invalid(f"The request does not fit into the context of {_small(self.model)}{_sizes(told)}. {LARGER}")
        if marks & _NO_MODEL or told.get("param") == "model" or (status == 404 and self._lacks_model):
            return self.missing()
        if status in (404, 405):
            return self.misplaced(f"answered {status} to /chat/completions")
        words = str(told.get("message") or error or "no reason given").strip()[:300]
        others = f" It has {', '.join(self.has[:20])}; DOCENT_LLM_MODEL chooses one." if len(self.has) > 1 else ""
        return invalid(f"{self.model} answered {status}: {words}{others} If the request is too long for it: {LARGER}")

    @property
    def _lacks_model(self) -> bool:
        return bool(self.has) and self.name not in self.has


def of_openai(server: Server, error: openai.OpenAIError) -> Refusal:
    match error:
        case openai.APIConnectionError():
            return server.unreachable()
        case openai.APIStatusError():
            return server.refused(error.status_code, error.body)
    return Refusal("ModelErrorException", f"{server.model} failed ({type(error).__name__}).")


def _sizes(told: dict[str, Any]) -> str:
    asked, room = told.get("n_prompt_tokens"), told.get("n_ctx")
    return f" ({asked} tokens into {room})" if asked and room else ""


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
