"""The lines of summaries.jsonl, which is what staff read: one for each transcript."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from docent.errors.summaries import UnaccountedTranscriptsError

type Json = Mapping[str, Any]

# What a transcript's line of records.jsonl says of it, and what the masked reply adds.
_OF_RECORD = ("record_id", "label", "language", "turns", "characters", "roles_uncertain", "is_redacted")
_OF_REPLY = ("reason", "insights", "unsupported", "coverage", "roles_uncertain")
# Not told apart by the model's reply: files that were not summarised, each with a reason of its own.
UNREADABLE, LEFT_OUT, DUPLICATE, PENDING = "unreadable", "left_out", "duplicate", "pending"


def summaries_of(records: Iterable[Json], reply_of: Callable[[str], Json | None], prefix: str) -> Iterator[Json]:
    """In the order of the files; `source` is the name below the job's prefix. A duplicate has the summary of the first.

    Raises UnaccountedTranscriptsError at the end if a transcript has no outcome.
    """
    lost = 0
    for record in records:
        line = summary_of(record, reply_of, prefix)
        if line is None:
            lost += 1
        else:
            yield line
    if lost:
        raise UnaccountedTranscriptsError(f"{lost} of the transcripts have neither a summary nor a reason why not.")


def summary_of(record: Json, reply_of: Callable[[str], Json | None], prefix: str) -> Json | None:
    line: dict[str, Any] = {"source": record["source"].removeprefix(prefix), "outcome": record["outcome"]}
    line |= {name: record[name] for name in _OF_RECORD if name in record}
    if record["outcome"] not in (PENDING, DUPLICATE):
        # Without the name of the file, so that the same reasons can be counted.
        told = record.get("reason", "").replace(record["source"], "the file")
        return line | {"reason": told[:1].upper() + told[1:]}
    if (reply := reply_of(record["record_id"])) is None:
        return None
    said = {name: reply[name] for name in _OF_REPLY if reply.get(name) not in (None, "")}
    outcome = reply["outcome"] if record["outcome"] == PENDING else DUPLICATE
    return line | {"outcome": outcome} | said
