"""Settings of answer_question: those of a conversation, and where its answers go."""

from dataclasses import dataclass
from functools import cache

from answering.answering_settings import ConversationSettings
from docent.settings import read_settings


@dataclass(frozen=True, slots=True)
class Settings(ConversationSettings):
    connections_url: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)
