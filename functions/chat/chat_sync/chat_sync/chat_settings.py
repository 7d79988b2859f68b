"""The settings of chat_sync. A dash stands for what a deployment does not have."""

from dataclasses import dataclass
from functools import cache

from docent.settings import read_settings


@dataclass(frozen=True, slots=True)
class Settings:
    application_id: str
    role_arn: str
    chat_issuer: str
    chat_client_id: str
    saml_provider_arn: str
    session_secret_arn: str
    sign_ins_table: str
    sessions_table: str
    console_parameter: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)
