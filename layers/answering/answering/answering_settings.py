"""What answering needs to know, whichever function answers; its own settings add to these."""

from dataclasses import dataclass
from functools import cache

from docent.settings import read_settings
from docent.usage import UsageSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweringSettings(UsageSettings):
    """`index_id` is Kendra's, the other settings of the index are those of S3 Vectors. What a stack does not have is
    empty."""

    derived_bucket: str
    documents_table: str
    grants_table: str
    search_index: str
    index_id: str = ""
    vector_index_arn: str = ""
    audiences_table: str
    embedding_model_id: str
    embedding_dimensions: int
    rerank_model_arn: str = ""
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
