"""What a fault of AWS means: decided by its code and status, in this one place."""

from botocore.exceptions import ClientError, FlexibleChecksumError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from docent.errors.base import DocentError, MisconfiguredError, PermanentError, ThrottledError, TransientError

# Codes by which AWS says that a quota is used up for now, over every service Docent calls.
THROTTLED_CODES = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
# Codes by which AWS says "later" for another reason.
TRANSIENT_CODES = frozenset(
    {
        "InternalServerError",
        "InternalServerException",
        "InternalError",
        "ModelErrorException",
        "ModelNotReadyException",
        "ModelStreamErrorException",
        "ModelTimeoutException",
        "RequestTimeout",
        "ServiceQuotaExceededException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "TransactionConflictException",
        "ConflictException",
        "ResourceUnavailableException",
        "OperationAborted",
        "RequestTimeoutException",
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

    Decided by the error's code and status, never by its words: time-outs and service faults are transient, and so
    are throttles, which have a class of their own; a refused permission is the deployment's fault, all else is
    `otherwise`.
    """
    if isinstance(error, CONNECTION_ERRORS):
        return TransientError(f"The connection failed while {doing} ({type(error).__name__}).")
    code, status = type(error).__name__, 0
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "Unknown")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", status)
    reason = code.removeprefix("KMS.")
    if reason in THROTTLED_CODES or (status == 429 and reason not in TRANSIENT_CODES):
        return ThrottledError(f"AWS answered {code} while {doing}.")
    if reason in TRANSIENT_CODES or status >= 500:
        return TransientError(f"AWS answered {code} while {doing}.")
    if reason in ACCESS_CODES or reason != code:  # a key that is disabled or gone is the deployment's, too
        return MisconfiguredError(f"AWS answered {code} while {doing}.")
    return otherwise(f"AWS answered {code} while {doing}.")
