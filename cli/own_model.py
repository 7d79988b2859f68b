"""Which model answers on this machine: the extractive engine or a language model, and what is wrong with it."""

from dataclasses import dataclass
from typing import Self

import httpx

from cli.target import Target
from local.controls import MODEL
from local.settings import LocalSettings

SECONDS = 10  # the server asks the language model's server meanwhile
PAGE = "docs/your-own-model.md"


@dataclass(frozen=True, slots=True)
class OwnModel:
    """`url` is None for the extractive engine. `problem` is why the model cannot answer, `failure` why it did not
    answer last time."""

    url: str | None
    name: str | None = None
    vision: bool = False
    problem: str | None = None
    failure: str | None = None

    @classmethod
    def of(cls, settings: LocalSettings) -> Self | None:
        """The running server's; None if it does not say."""
        try:
            # Without the environment, because a proxy cannot reach this machine.
            reply = httpx.get(f"{settings.url}{MODEL}", timeout=SECONDS, trust_env=False).raise_for_status()
            return cls(**reply.json())
        except (httpx.HTTPError, ValueError, TypeError):
            return None

    def told(self) -> str:
        if self.url is None:
            return f"Answers come from the extractive engine (quotes, no language model); {PAGE} describes another way."
        if self.problem:
            return f"Answers will fail. {self.problem}"
        images = "It reads images too." if self.vision else "OCR reads images."
        return f"Answers come from the language model {self.name} at {self.url}. {images}"


def hint(target: Target, status: int) -> str:
    """What the language model of this machine failed with. The API's callers are not told, only those who run it."""
    if status < 500 or not target.is_local:
        return ""
    model = OwnModel.of(target.local)
    reason = model and (model.problem or model.failure)
    return f"\n{reason}" if reason else ""
