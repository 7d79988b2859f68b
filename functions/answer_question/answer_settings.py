"""Settings of answer_question, in a module of their own because all of its parts need some."""

from dataclasses import dataclass
from functools import cache

from docent.settings import read_settings


@dataclass(frozen=True, slots=True)
class Settings:
    derived_bucket: str
    documents_table: str
    callers_table: str
    index_id: str
    model_id: str
    max_passages: int
    guardrail_id: str
    guardrail_version: str
    requests_per_minute: int
    conversation_days: int
    history_tokens: int
    search_languages: str
    connections_url: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)
