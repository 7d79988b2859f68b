"""What a failed command tells the user: one sentence for each kind of error, with what to do next."""

import os
from pathlib import Path
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
)

from cli.target import CommandError
from local.settings import SettingsError

# Error codes of every AWS service for credentials that are no longer valid, or never were.
EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
UNKNOWN = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "AuthFailure",
    }
)
TRACEBACK = "DOCENT_TRACEBACK"


def sentence_of(error: Exception) -> str:
    match error:
        case CommandError() | SettingsError():
            return str(error)
        case ClientError():
            return _of_a_reply(error)
        case BotoCoreError():
            return _of_the_sdk(error)
        case FileNotFoundError() if _folder_is_gone():
            return "The current folder no longer exists. Change to another one with cd, and try again."
        case OSError() if error.strerror:
            place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
            return f"{place}{error.strerror}."
        case _:
            return (
                f"Docent failed with {type(error).__name__}: {_first_line(error)}. This is a bug; "
                f"{TRACEBACK}=1 shows where it happened."
            )


def _of_a_reply(error: ClientError) -> str:
    detail: dict[str, Any] = {"Code": "Unknown", "Message": ""} | dict(error.response.get("Error", {}))
    told = f"AWS answered {detail['Code']} to {error.operation_name}: {detail['Message']}"
    if detail["Code"] in EXPIRED:
        return f"{told}\nSign in to AWS again, for example with `aws sso login`."
    if detail["Code"] in UNKNOWN:
        return f"{told}\nAWS does not know these credentials. `aws sts get-caller-identity` shows which ones are used."
    return told


def _of_the_sdk(error: BotoCoreError) -> str:
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return "There are no AWS credentials. Run `aws configure` or `aws sso login`, or set AWS_PROFILE."
        case NoRegionError():
            return "There is no region. Name the stack's: --region R, or set AWS_REGION."
        case ProfileNotFound():
            return f"{error}. `aws configure list-profiles` lists those that exist."
        case SSOError():
            return f"{error} Run `aws sso login`."
        case ParamValidationError():
            return f"AWS cannot take this value. {_first_line(error, last=True)}"
        case _:
            return f"AWS cannot be reached: {error}"


def _first_line(error: Exception, last: bool = False) -> str:
    lines = str(error).strip().splitlines() or ["no reason was given"]
    return lines[-1 if last else 0].rstrip(".")[:300]


def _folder_is_gone() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False
