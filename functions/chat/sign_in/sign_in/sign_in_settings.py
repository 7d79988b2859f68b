"""The settings of sign_in. A dash stands for what a deployment does not have."""

from dataclasses import dataclass
from functools import cache

from docent.settings import read_settings


@dataclass(frozen=True, slots=True)
class Settings:
    chat_issuer: str
    chat_client_id: str
    chat_secret_arn: str
    saml_provider_arn: str
    session_secret_arn: str
    sign_ins_table: str
    sessions_table: str
    console_parameter: str
    allowed_origins: str


@cache
def settings() -> Settings:
    return read_settings(Settings)
