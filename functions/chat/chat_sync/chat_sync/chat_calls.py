"""Calls of Q Business, and what its errors mean to the user who chats.

https://docs.aws.amazon.com/amazonq/latest/api-reference/API_ChatSync.html#API_ChatSync_Errors
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from docent.errors import (
    DocentError,
    InvalidRequestError,
    MisconfiguredError,
    NotFoundError,
    PermanentError,
    TooManyRequestsError,
    UnauthorizedError,
    from_aws,
)
from docent.errors.chat import ChatRefusedError, NotSubscribedError, StaleConversationError

# While Q Business subscribes somebody, it refuses their first call.
SUBSCRIBING = "AccessDeniedException"
PAUSE = 1.0  # seconds before the second try
RETRY_AFTER = 5
DOING = "the message was answered"
MEANINGS: Mapping[str, tuple[type[PermanentError], str]] = {
    "AccessDeniedException": (ChatRefusedError, "Q Business does not let this user chat."),
    "LicenseNotFoundException": (NotSubscribedError, "The user has no subscription of Q Business."),
    "ResourceNotFoundException": (NotFoundError, "There is no such conversation, message or image."),
    "ConflictException": (StaleConversationError, "The message that is answered is not the conversation's last."),
    "ExpiredTokenException": (UnauthorizedError, "The credentials have expired."),
    "UnrecognizedClientException": (UnauthorizedError, "The credentials are not good any more."),
}


def call_q_business(
    client: Any, operation: str, request: Mapping[str, Any], pause: Callable[[float], None] = time.sleep
) -> tuple[dict[str, Any], bool]:
    """The answer, and whether it took a second try. Raises the DocentError for what went wrong."""
    try:
        try:
            return getattr(client, operation)(**request), False
        except ClientError as error:
            if _code(error) != SUBSCRIBING:
                raise
        pause(PAUSE)
        return getattr(client, operation)(**request), True
    except (ClientError, BotoCoreError) as error:
        raise meaning(error) from error


def meaning(error: Exception) -> DocentError:
    if isinstance(error, ParamValidationError):
        return InvalidRequestError("Q Business does not take this request.")
    if not isinstance(error, ClientError):
        return from_aws(error, DOING, MisconfiguredError)
    code = _code(error)
    if code in MEANINGS:
        kind, happened = MEANINGS[code]
        return kind(happened)
    if code == "ThrottlingException":
        return TooManyRequestsError("Q Business is asked too often.", RETRY_AFTER)
    if code == "ValidationException":
        fields = tuple(
            {"field": each.get("name", ""), "detail": each.get("message", "")}
            for each in error.response.get("fields", [])
        )
        told = error.response.get("Error", {}).get("Message") or "It says no more."
        return InvalidRequestError(f"Q Business does not take this request: {told.rstrip('.')}.", fields)
    if code == "ExternalResourceException":
        # The index or a plugin behind Q Business failed, not the request.
        return from_aws(ClientError({"Error": {"Code": "ServiceUnavailable"}}, "ChatSync"), DOING, MisconfiguredError)
    return from_aws(error, DOING, MisconfiguredError)


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")
