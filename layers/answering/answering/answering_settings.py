"""What answering needs to know, whichever function answers; its own settings add to these."""

from dataclasses import dataclass
from functools import cache

from docent.settings import read_settings
from docent.usage import UsageSettings


@dataclass(frozen=True, slots=True)
class AnsweringSettings(UsageSettings):
    derived_bucket: str
    documents_table: str
    index_id: str
    model_id: str
    temperature: str
    max_passages: int
    guardrail_id: str
    guardrail_version: str
    search_languages: str
    searches_per_question: int
    service_attempts: int

    @property
    def sampling(self) -> dict[str, float]:
        """Of a request's `inferenceConfig`: empty for models that take no temperature."""
        return {} if self.temperature == "-" else {"temperature": float(self.temperature)}


@dataclass(frozen=True, slots=True)
class ConversationSettings(AnsweringSettings):
    """With what only the questions of a conversation need."""

    callers_table: str
    requests_per_minute: int
    conversation_days: int
    history_tokens: int


@cache
def answering_settings() -> AnsweringSettings:
    return read_settings(AnsweringSettings)


@cache
def conversation_settings() -> ConversationSettings:
    return read_settings(ConversationSettings)
