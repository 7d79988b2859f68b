"""The error tree. The class name is the contract with the state machines, the message is for a person.

DocentError
├── TransientError             the same call may succeed later; Step Functions retries it, with jitter
└── PermanentError             ends this work, with a reason a person can act on
    ├── EmptyPdfError          no bytes, or no pages
    ├── UnreadablePdfError     not a PDF, or damaged beyond repair
    ├── EncryptedPdfError      needs a password
    ├── OversizedPdfError      beyond a stated limit (bytes, pages)
    ├── ExtractionStoppedError the PDF took more time or memory than an extraction may take
    ├── UnreadablePageError    one page could not be read; the others were
    ├── MissingDocumentError   the object is no longer in its bucket
    ├── UnreadablePictureError one picture that the model cannot or will not read
    ├── BlockedTextError       the guardrail withheld a text; it is not indexed
    ├── MaskingRefusedError    a text could not be masked, so it is not indexed
    ├── IndexingRefusedError   the index refused an entry
    ├── PicturesHeldUpError    the model or the guardrail kept failing (recorded by record_failure)
    ├── ProcessingTimedOutError  the time for one document ran out (recorded by record_failure)
    ├── ProcessingAbortedError somebody stopped the execution (recorded by record_failure)
    ├── UnexpectedError        a fault that nobody foresaw (recorded by record_failure)
    ├── UnreadableGroupsError  the source of groups cannot be read, or not all of it
    ├── TooManyRemovalsError   the source would take most groups away
    ├── GroupRefusedError      Q Business does not take one group; the others were
    ├── InvalidReadersError    what says who may read a document is not usable
    ├── InvalidRequestError    the caller's request is not usable
    ├── UnauthorizedError      there is no valid token, or no longer
    ├── SignInFailedError      a sign-in by browser did not succeed
    ├── ChatRefusedError       the chat does not take this user
    ├── NotSubscribedError     nobody has subscribed this user to the chat
    ├── StaleConversationError the conversation has gone on since the message that is answered
    ├── NotTheirsError         the caller may read it, but it is not theirs
    ├── NotFoundError          for this caller there is no such thing
    ├── OversizedRequestError  the request is larger than a request may be
    ├── UnsupportedMediaTypeError  the body is not what the contract says
    ├── TooManyRequestsError   the caller asked too often
    └── MisconfiguredError     the deployment lacks a setting or a permission
"""

from typing import ClassVar

from botocore.exceptions import ClientError, FlexibleChecksumError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError


class DocentError(Exception):
    """`happened` says what happened, and to which document; the class adds what to do about it."""

    remedy: ClassVar[str] = ""

    def __init__(self, happened: str) -> None:
        super().__init__(f"{happened} {self.remedy}".strip())
        self.happened = happened

    def __reduce__(self) -> tuple[type, tuple[str]]:
        """Pickled by what happened, or the remedy would be added once more."""
        return type(self), (self.happened,)

    def to_json(self) -> dict[str, str]:
        """`{name, message}`, as the documents table and the events carry it."""
        return {"name": type(self).__name__, "message": str(self)}


class TransientError(DocentError):
    remedy = "It is tried again; if it goes on failing, redrive the execution once the service has recovered."


class PermanentError(DocentError):
    remedy = "Trying again as it is will not help."


class EmptyPdfError(PermanentError):
    remedy = "Upload the complete file again."


class UnreadablePdfError(PermanentError):
    remedy = "Open it in a PDF reader, save it as a new PDF and upload that."


class EncryptedPdfError(PermanentError):
    remedy = "Remove the password and upload the file again."


class OversizedPdfError(PermanentError):
    remedy = "Split the document and upload the parts."


class ExtractionStoppedError(PermanentError):
    remedy = "Print the document to a new PDF, or split it, and upload the result."


class UnreadablePageError(PermanentError):
    remedy = "The other pages are ingested; repair the file and upload it again to have this one too."


class MissingDocumentError(PermanentError):
    remedy = "Upload the file again if it should be ingested."


class UnreadablePictureError(PermanentError):
    remedy = "The rest of the document is ingested; replace the picture and upload the file again to have it too."


class BlockedTextError(PermanentError):
    remedy = "Remove the credentials or card numbers from it and upload the file again, or change the guardrail."


class MaskingRefusedError(PermanentError):
    remedy = "Nothing unmasked was indexed. Check the guardrail's id, version and status, then redrive."


class IndexingRefusedError(PermanentError):
    remedy = "Check the index's limits and its role, then upload the file again."


class PicturesHeldUpError(PermanentError):
    remedy = "Redrive the execution once the service has recovered."


class ProcessingTimedOutError(PermanentError):
    remedy = "Redrive the execution, or split the document."


class ProcessingAbortedError(PermanentError):
    remedy = "Redrive the execution to go on."


class UnexpectedError(PermanentError):
    remedy = "Look at the execution in Step Functions, then redrive it."


class UnreadableGroupsError(PermanentError):
    remedy = "No group was changed. Mend the source; docs/groups.md says what it may look like."


class TooManyRemovalsError(PermanentError):
    remedy = "No group was changed. Mend the source, or run `docent sync-groups --force` if it is right."


class GroupRefusedError(PermanentError):
    remedy = "The other groups are as in the source; change the group's name or members there."


class InvalidReadersError(PermanentError):
    remedy = "Name the readers as docs/api.md says, and upload the file again."


class InvalidRequestError(PermanentError):
    """`errors` are `{field, detail}`, one for each field that is wrong, by its JSON pointer."""

    remedy = "Correct the request and send it again."

    def __init__(self, happened: str, errors: tuple[dict[str, str], ...] = ()) -> None:
        super().__init__(happened)
        self.errors = errors


class UnauthorizedError(PermanentError):
    remedy = "Sign in again, and send the new token or session."


class SignInFailedError(PermanentError):
    remedy = "Sign in again from the beginning."


class ChatRefusedError(PermanentError):
    remedy = "Ask those who run the chat whether you may use it."


class NotSubscribedError(PermanentError):
    remedy = "Ask those who run the chat to subscribe you."


class StaleConversationError(PermanentError):
    remedy = "Answer the conversation's last message, or begin a new conversation."


class NotTheirsError(PermanentError):
    remedy = "Ask its owner."


class NotFoundError(PermanentError):
    remedy = "Check its id."


class OversizedRequestError(PermanentError):
    remedy = "Send a smaller one."


class UnsupportedMediaTypeError(PermanentError):
    remedy = "Send application/json."


class TooManyRequestsError(PermanentError):
    """`retry_after` is in seconds."""

    remedy = "Wait, then go on."

    def __init__(self, happened: str, retry_after: int = 60) -> None:
        super().__init__(happened)
        self.retry_after = retry_after


class MisconfiguredError(PermanentError):
    remedy = "Deploy the stack again with the missing setting or permission."


# Codes by which AWS says "later", over every service Docent calls.
TRANSIENT_CODES = frozenset(
    {
        "InternalServerError",
        "InternalServerException",
        "InternalError",
        "ModelErrorException",
        "ModelNotReadyException",
        "ModelStreamErrorException",
        "ModelTimeoutException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceQuotaExceededException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "TransactionConflictException",
        "ConflictException",
        "ResourceUnavailableException",
        "OperationAborted",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeoutException",
        "ThrottledException",
        # The credentials or the clock of one execution environment: the next call has others.
        "400",  # S3's answer to a HEAD with an expired token; a HEAD's answer has no body, and so no code
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "InvalidToken",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "TokenRefreshRequired",
        # S3 passes on what KMS answered, as `KMS.` and the code.
        "DependencyTimeoutException",
        "KMSInternalException",
        "KeyUnavailableException",
    }
)
ACCESS_CODES = frozenset(
    {
        "403",  # a HEAD's, as above
        "AccessDenied",
        "AccessDeniedException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
# Every way a connection can fail under the SDK; a read time-out is an HTTPClientError too. Bytes that do not match
# their checksum were damaged on the way.
CONNECTION_ERRORS = (BotoConnectionError, FlexibleChecksumError, HTTPClientError, IncompleteReadError)

# What reading a reply of an unforeseen shape raises, in the SDK's parser or in ours.
MALFORMED = (ResponseParserError, LookupError, TypeError, AttributeError, ValueError)


def from_aws(error: Exception, doing: str, otherwise: type[PermanentError]) -> DocentError:
    """The DocentError for what the SDK raised while `doing` something to a document.

    Decided by the error's code and status, never by its words: throttles, time-outs and service faults are
    transient, a refused permission is the deployment's fault, all else is `otherwise`.
    """
    if isinstance(error, CONNECTION_ERRORS):
        return TransientError(f"The connection failed while {doing} ({type(error).__name__}).")
    code, status = type(error).__name__, 0
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "Unknown")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", status)
    reason = code.removeprefix("KMS.")
    if reason in TRANSIENT_CODES or status == 429 or status >= 500:
        return TransientError(f"AWS answered {code} while {doing}.")
    if reason in ACCESS_CODES or reason != code:  # a key that is disabled or gone is the deployment's, too
        return MisconfiguredError(f"AWS answered {code} while {doing}.")
    return otherwise(f"AWS answered {code} while {doing}.")
