"""Secrets of Secrets Manager, kept for some minutes, so that one that is rotated is noticed."""

import json
import time
from functools import lru_cache

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import secrets_manager
from docent.errors import MisconfiguredError, from_aws

KEEP_SECONDS = 300


def read_secret(arn: str, member: str) -> str:
    """One member of a secret that is a JSON object. Raises MisconfiguredError where there is none."""
    value = _read(arn, int(time.monotonic() // KEEP_SECONDS)).get(member)
    if not isinstance(value, str) or not value:
        raise MisconfiguredError(f"The secret has no member {member}.")
    return value


@lru_cache(maxsize=8)
def _read(arn: str, _period: int) -> dict[str, object]:
    try:
        text = secrets_manager().get_secret_value(SecretId=arn).get("SecretString", "")
    except (ClientError, BotoCoreError) as error:
        raise from_aws(error, "a secret was read", MisconfiguredError) from error
    try:
        value = json.loads(text)
    except ValueError:
        raise MisconfiguredError("The secret is no JSON object.") from None
    return value if isinstance(value, dict) else {}
