"""What a check found."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

from botocore.exceptions import BotoCoreError, ClientError

from cli.doctor.subject import Subject

type Status = Literal["ok", "warn", "fail"]
type Check = Callable[[Subject], Iterator[Finding]]

# The caller may not make the call. That says nothing about what Docent's functions may do.
DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized"})


@dataclass(frozen=True, slots=True)
class Finding:
    """`check` is two or three words, `told` a sentence, and `next_step` what to do about it."""

    status: Status
    check: str
    told: str
    next_step: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def code_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "Unknown")


def message_of(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Message", "").strip()


def unchecked(check: str, error: ClientError | BotoCoreError) -> Finding:
    """For a call that says nothing about the account, because it was not answered."""
    if not isinstance(error, ClientError):
        return Finding("warn", check, f"This could not be checked: {error}")
    told = f"This could not be checked: AWS answered {code_of(error)} to {error.operation_name}."
    if code_of(error) in DENIED:
        return Finding("warn", check, told, f"Run doctor as somebody who is allowed to call {error.operation_name}.")
    return Finding("warn", check, f"{told} {message_of(error)}".strip(), "Run doctor again.")
