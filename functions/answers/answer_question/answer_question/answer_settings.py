"""Settings of answer_question: those of answering, and where its answers go."""

from dataclasses import dataclass
from functools import cache

from answering.answering_settings import AnsweringSettings
from docent.settings import read_settings


@dataclass(frozen=True, slots=True)
class Settings(AnsweringSettings):
    connections_url: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)
