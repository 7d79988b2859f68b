"""The error tree's trunk, and what can happen in every capability."""

from typing import ClassVar


class DocentError(Exception):
    """What happened, to which document or request. The class adds what to do about it.

    Everything else that is said of an error anywhere is an attribute of its class: `meaning` completes "This means
    that …"; `remedy` is for those who run Docent or own the document, `caller_remedy` for callers of the API where
    that is something else. `status` and `title` are its problem details (RFC 9457). `shown_instead` replaces what
    happened where an attacker could learn from it. `recorded` errors can end an execution, and are then shown on its
    document; `gap` errors are about a part of one, which is then left out.
    """

    meaning: ClassVar[str] = ""
    remedy: ClassVar[str] = ""
    caller_remedy: ClassVar[str] = ""
    status: ClassVar[int] = 500
    title: ClassVar[str] = "An unexpected fault"
    shown_instead: ClassVar[str] = ""
    recorded: ClassVar[bool] = False
    gap: ClassVar[bool] = False

    def __init__(self, happened: str) -> None:
        super().__init__(f"{happened} {self.remedy}".strip())
        self.happened = happened

    def __reduce__(self) -> tuple[type, tuple[str]]:
        """Pickled by what happened, or the remedy would be added once more."""
        return type(self), (self.happened,)

    def to_json(self) -> dict[str, str]:
        """`{name, message}`, as the documents table and the events carry it."""
        return {"name": type(self).__name__, "message": str(self)}

    @property
    def detail(self) -> str:
        """What a caller of the API is told."""
        return f"{self.shown_instead or self.happened} {self.caller_remedy or self.remedy}".strip()


class TransientError(DocentError):
    """The same call may succeed later. Step Functions retries it, with jitter."""

    meaning = "a service was slow or down for longer than the retries lasted"
    remedy = "Run `docent redrive` once the service has recovered."
    caller_remedy = "Try again."
    status, title = 503, "A service is not available"
    recorded = True


class ThrottledError(TransientError):
    """A quota of AWS is used up for now. Step Functions retries it for as long as the execution may take."""

    meaning = "a quota of AWS was used up for longer than an execution may take"
    remedy = "Run `docent redrive` when less is going on, or have the quota raised."


class PermanentError(DocentError):
    """Ends this work, with a reason a person can act on."""

    remedy = "Trying again without a change will not help."


class MisconfiguredError(PermanentError):
    meaning = "a setting, a permission or a step in the account is missing"
    remedy = "Run `docent doctor`, correct what it finds, then run `docent redrive`."
    caller_remedy = "Ask those who run Docent to look for the cause with `docent doctor`."
    title = "A setting or a permission is missing"
    recorded = True


class UnexpectedError(PermanentError):
    meaning = "a fault that nobody foresaw"
    remedy = "Look at the execution in Step Functions, then run `docent redrive`."
    caller_remedy = "Try again; the log has it under the id of the request."
    recorded = True


class ProcessingTimedOutError(PermanentError):
    meaning = "the time for one execution ran out"
    remedy = "Run `docent redrive`, or split the document."
    recorded = True


class ProcessingAbortedError(PermanentError):
    meaning = "somebody stopped the execution"
    remedy = "Run `docent redrive` to continue."
    recorded = True


class InvalidRequestError(PermanentError):
    """`errors` are `{field, detail}`, one for each field that is wrong, by its JSON pointer."""

    meaning = "a request is not what `openapi.yaml` allows; `errors` names the field and the reason"
    remedy = "Correct the request and send it again."
    status, title = 400, "The request is not valid"

    def __init__(self, happened: str, errors: tuple[dict[str, str], ...] = ()) -> None:
        super().__init__(happened)
        self.errors = errors


class UnauthorizedError(PermanentError):
    meaning = "there is no valid token, or it has expired"
    remedy = "Sign in again, and send the new token or session."
    status, title = 401, "There is no valid token"
    shown_instead = "There is no valid token, or it has expired."


class BlockedRequestError(PermanentError):
    meaning = "the firewall or API Gateway refused the request before a function saw it"
    remedy = "Look at the firewall's metrics; `Firewall=off` turns it off."
    caller_remedy = "Change the request, or ask those who run Docent."
    status, title = 403, "The request is blocked"


class NotFoundError(PermanentError):
    meaning = "it does not exist, or this caller cannot read it"
    remedy = "Check its id."
    status, title = 404, "Not found"


class OversizedRequestError(PermanentError):
    meaning = "the request is larger than allowed"
    remedy = "Send a smaller one."
    status, title = 413, "The request is too large"


class UnsupportedMediaTypeError(PermanentError):
    meaning = "the body has another content type than the contract names"
    remedy = "Send application/json."
    status, title = 415, "The content type is not supported"


class UnansweredRequestError(PermanentError):
    meaning = "no function answered in the 29 seconds that API Gateway waits"
    remedy = "Look at the function's log under the id of the request."
    caller_remedy = "Try again; for a long answer, ask over the WebSocket."
    status, title = 504, "No answer in time"


class TooManyRequestsError(PermanentError):
    """`retry_after` is in seconds."""

    meaning = "the caller, or all callers together, sent too many requests"
    remedy = "Wait as long as `Retry-After` tells; `RequestsPerMinute` and `ApiRateLimit` are the limits."
    caller_remedy = "Wait, then continue."
    status, title = 429, "Too many requests"

    def __init__(self, happened: str, retry_after: int = 60) -> None:
        super().__init__(happened)
        self.retry_after = retry_after
