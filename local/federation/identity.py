"""The identity that a provider asserts, and the errors of STS."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_TAGS = 50
_TAG = re.compile(r"[\w\s.:/=+\-@]*")  # AWS: letters, spaces, numbers and _.:/=+-@


class StsError(Exception):
    """A request that STS refuses. `code` is the error's AWS name."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Identity:
    """`provider` is the ARN of IAM's identity provider, `keys` are the condition keys it sets.

    `seconds` is the longest allowed session, if the provider limits it.
    """

    provider: str
    subject: str
    audience: str
    keys: Mapping[str, Any]
    tags: Mapping[str, str]
    session_name: str = ""
    seconds: int | None = None
    told: Mapping[str, str] = field(default_factory=dict)


def invalid_token(message: str) -> StsError:
    return StsError("InvalidIdentityToken", message)


def expired(message: str) -> StsError:
    return StsError("ExpiredTokenException", message)


def denied(action: str) -> StsError:
    return StsError("AccessDenied", f"Not authorized to perform {action}", 403)


def checked_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    """The session tags, if they are within STS's limits."""
    if len(tags) > MOST_TAGS:
        raise StsError("ValidationError", f"A session takes at most {MOST_TAGS} tags.")
    if len({key.lower() for key in tags}) < len(tags):
        raise StsError("InvalidParameterValue", "Duplicate tag keys found. Tag keys are case insensitive.")
    for key, value in tags.items():
        if not 1 <= len(key) <= 128 or len(value) > 256 or not (_TAG.fullmatch(key) and _TAG.fullmatch(value)):
            raise StsError("ValidationError", "A session tag's key or value is not valid.")
    return tags
