"""What ended an execution, in the words of Docent's own errors."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.errors import (
    DocentError,
    ProcessingAbortedError,
    ProcessingTimedOutError,
    TransientError,
    UnexpectedError,
    every_error,
)
from docent.errors.ingest import PicturesHeldUpError

# The error of a Distributed Map in which a child execution failed.
CHILDREN_FAILED = "States.ExceedToleratedFailureThreshold"
TIMED_OUT = {"TIMED_OUT", "States.Timeout", "Sandbox.Timedout"}
# Errors of Step Functions, Lambda and integrated services that mean "try again later". State machines retry them.
LATER = re.compile(
    r"Lambda\.(ServiceException|AWSLambdaException|SdkClientException|TooManyRequestsException"
    r"|ClientExecutionTimeoutException)"
    r"|DynamoDB\.(AmazonDynamoDBException|SdkClientException|ThrottlingException"
    r"|ProvisionedThroughputExceededException|RequestLimitExceeded(Exception)?|InternalServerError(Exception)?"
    r"|TransactionConflictException)"
    r"|StepFunctions\..*|EventBridge\..*|States\.ItemReaderFailed"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """`code` is the error's name, or the status of an execution that has none; `told` what the cause holds as JSON."""

    code: str
    told: Mapping[str, Any]

    @classmethod
    def of_execution(cls, execution: Mapping[str, Any]) -> Self:
        """From `{status, error, cause}`, of an event or of DescribeExecution.

        Where the execution waited for another one, the cause holds that one's `{ExecutionArn, Status, Error, Cause}`.
        """
        inner = _json(execution.get("cause"))
        if "ExecutionArn" in inner:
            return cls(inner.get("Error") or inner["Status"], _json(inner.get("Cause")))
        return cls(execution.get("error") or execution["status"], inner)

    @property
    def is_of_children(self) -> bool:
        return self.code == CHILDREN_FAILED

    @property
    def own(self) -> tuple[type[DocentError], str] | None:
        """Docent's own error, and its message: what Lambda tells of an exception."""
        kind = every_error().get(str(self.told.get("errorType")))
        message = self.told.get("errorMessage")
        return (kind, message) if kind and kind.recorded and isinstance(message, str) else None


def error_of(failure: Failure, child: Failure | None, name: str) -> dict[str, str]:
    """`{name, message}` of what ended the execution; `child` is the first child execution that failed, if one did."""
    if failure.is_of_children:
        return _of_children(child, name).to_json() if child is None or not _is_told(child) else _as_told(child)
    return _as_told(failure) if failure.own else _named(failure, name).to_json()


def _is_told(child: Failure) -> bool:
    """Whether a child's own error stands for the whole execution; of one that was only late, the others were too."""
    return child.own is not None and not issubclass(child.own[0], TransientError)


def _as_told(failure: Failure) -> dict[str, str]:
    assert failure.own
    kind, message = failure.own
    return {"name": kind.__name__, "message": message}


def _of_children(child: Failure | None, name: str) -> DocentError:
    if child is None:
        return PicturesHeldUpError(f"The model or the guardrail kept failing while {name} was processed.")
    if child.own:
        happened = child.own[1].removesuffix(child.own[0].remedy).strip()
        return PicturesHeldUpError(f"The model or the guardrail kept failing while {name} was processed: {happened}")
    error = _named(child, name)
    return PicturesHeldUpError(error.happened) if isinstance(error, TransientError) else error


def _named(failure: Failure, name: str) -> DocentError:
    """The error for what Step Functions and Lambda name."""
    while_processed = f"while {name} was processed."
    if failure.code in TIMED_OUT:
        return ProcessingTimedOutError(f"The time ran out {while_processed}")
    if failure.code == "ABORTED":
        return ProcessingAbortedError(f"The execution was stopped {while_processed}")
    if LATER.fullmatch(failure.code):
        return TransientError(f"AWS kept answering {failure.code} {while_processed}")
    return UnexpectedError(f"{failure.code} was raised {while_processed}")


def _json(text: Any) -> Mapping[str, Any]:
    """An object in JSON, or an empty one: causes may be plain text, and are cut at 32,768 characters."""
    try:
        value = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
