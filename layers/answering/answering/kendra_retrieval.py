"""Passages from Amazon Kendra, which knows the readers of each entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.answer_library import APPROVED_ANSWER, CATEGORY
from docent.callers import Caller
from docent.clients import kendra
from docent.errors import (
    MALFORMED,
    InvalidRequestError,
    MisconfiguredError,
    ThrottledError,
    TooManyRequestsError,
    TransientError,
    from_aws,
)

from .retrieved_passages import Kind, Passage
from .search_queries import user_context
from .service_waits import WAITS

if TYPE_CHECKING:
    from mypy_boto3_kendra import KendraClient

# An index takes 0.1 queries a second for each unit of its capacity, after a burst: then one every ten seconds.
# https://docs.aws.amazon.com/kendra/latest/dg/adjusting-capacity.html
SECONDS_BETWEEN_SEARCHES = 10
_ONLY_APPROVED: Any = {"EqualsTo": {"Key": CATEGORY, "Value": {"StringValue": APPROVED_ANSWER}}}
_FILTERS: Mapping[Kind, Any] = {"approved_answer": _ONLY_APPROVED, "document": {"NotFilter": _ONLY_APPROVED}}


@dataclass(frozen=True, slots=True)
class KendraRetriever:
    index_id: str
    most: int
    attempts: int

    def make_clients(self) -> None:
        self._client()

    def retrieve(self, query: str, caller: Caller, kind: Kind) -> list[Passage]:
        try:
            with WAITS.call():
                reply = self._client().retrieve(
                    IndexId=self.index_id,
                    QueryText=query,
                    PageSize=self.most,
                    AttributeFilter=_FILTERS[kind],
                    UserContext=user_context(caller),  # pyright: ignore[reportArgumentType] - of the shape it takes
                )
            return [Passage.from_kendra(item) for item in reply.get("ResultItems", [])]
        except self._client().exceptions.ResourceNotFoundException as error:
            happened = f"The index {self.index_id} is not there (ResourceNotFoundException)."
            raise MisconfiguredError(happened) from error
        except (ClientError, BotoCoreError) as error:
            named = from_aws(error, "the index was searched", InvalidRequestError)
            if isinstance(named, ThrottledError):
                happened = "The index is searched more often than its capacity allows."
                raise TooManyRequestsError(happened, SECONDS_BETWEEN_SEARCHES) from error
            raise named from error
        except MALFORMED as error:
            raise TransientError("The index's reply cannot be understood.") from error

    def _client(self) -> "KendraClient":
        return kendra(self.attempts)
