"""When the replies of a job are so bad that the job as a whole has failed."""

from collections.abc import Mapping
from typing import Any

from docent.batch_jobs import GOOD
from docent.errors import PermanentError
from docent.errors.summaries import BatchJobFailedError, NothingSummarizedError

from .gathering import Gathering


def failure_of_batch(batch: Mapping[str, Any], gathering: Gathering) -> PermanentError | None:
    """Of the batch job, whose message is always told. Then nothing is asked again."""
    told = f" Bedrock says: {batch['message']}" if batch.get("message") else ""
    if batch["status"] not in GOOD:
        return BatchJobFailedError(f"The batch job {batch['name']} ended with the status {batch['status']}.{told}")
    if gathering.request_count and not gathering.replied:
        return BatchJobFailedError(
            f"The batch job {batch['name']} ended with the status {batch['status']}, but there is no reply to any of "
            f"its {gathering.request_count} records. {gathering.most_frequent_reason}{told}"
        )
    return None


def failure_at_the_end(gathering: Gathering) -> PermanentError | None:
    if gathering.request_count and not gathering.good_count:
        return NothingSummarizedError(
            f"There is no valid reply to any of the {gathering.request_count} requests."
            f" {gathering.most_frequent_reason}"
        )
    return None
