"""The error tree: one class for each error, with everything that is said of it anywhere as attributes.

The class name is the contract with the state machines, the message is for a person.

DocentError
├── TransientError      the same call may succeed later; Step Functions retries it, with jitter
│   └── ThrottledError  a quota is used up for now; Step Functions waits for it
└── PermanentError      ends this work, with a reason a person can act on; every other error is one

A capability's own errors are in the module named after it. docs/errors.md lists all of them.
"""

import importlib
import pkgutil
from collections.abc import Iterator

from docent.errors.aws import ACCESS_CODES, MALFORMED, THROTTLED_CODES, TRANSIENT_CODES, from_aws
from docent.errors.base import (
    BlockedRequestError,
    DocentError,
    InvalidRequestError,
    MisconfiguredError,
    NotFoundError,
    OversizedRequestError,
    PermanentError,
    ProcessingAbortedError,
    ProcessingTimedOutError,
    ThrottledError,
    TooManyRequestsError,
    TransientError,
    UnansweredRequestError,
    UnauthorizedError,
    UnexpectedError,
    UnsupportedMediaTypeError,
)

__all__ = [
    "ACCESS_CODES",
    "MALFORMED",
    "THROTTLED_CODES",
    "TRANSIENT_CODES",
    "BlockedRequestError",
    "DocentError",
    "InvalidRequestError",
    "MisconfiguredError",
    "NotFoundError",
    "OversizedRequestError",
    "PermanentError",
    "ProcessingAbortedError",
    "ProcessingTimedOutError",
    "ThrottledError",
    "TooManyRequestsError",
    "TransientError",
    "UnansweredRequestError",
    "UnauthorizedError",
    "UnexpectedError",
    "UnsupportedMediaTypeError",
    "every_error",
    "from_aws",
]


def every_error() -> dict[str, type[DocentError]]:
    """Each error that can happen by its name, those of every capability: `PermanentError` and the like are none."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {kind.__name__: kind for kind in _below(DocentError) if kind.meaning}


def _below(kind: type[DocentError]) -> Iterator[type[DocentError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)
