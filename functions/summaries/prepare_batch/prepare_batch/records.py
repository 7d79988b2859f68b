"""Every transcript becomes one line of `records.jsonl`, and one or more records of the batch.

A transcript that the model's context does not hold is summarised in two passes: a record for each part of it here,
and their summaries in one request once they are there.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docent.errors.summaries import UnreadableTranscriptError
from docent.record_ids import record_id_of

from .jobs import Job
from .prompts import request_of
from .transcript_files import read_transcripts
from .transcripts import Transcript, Turn

# Of a context of 200,000 tokens three quarters, as texts of some languages have only three characters to a token.
MOST_CHARACTERS = 450_000


@dataclass(frozen=True, slots=True)
class PreparedTranscript:
    """`line` goes to `records.jsonl`; `requests` are the batch's records, by their ids."""

    line: Mapping[str, Any]
    requests: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Records:
    """Makes the records of a job. Remembers the ids and digests of all, some 60 bytes for each transcript."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._taken: set[str] = set()
        self._seen: dict[bytes, str] = {}

    def of_file(self, key: str, data: bytes) -> Iterator[PreparedTranscript]:
        """Of every conversation in a file; of one that is no transcript, the line that tells why."""
        try:
            transcripts = read_transcripts(key, data)
        except UnreadableTranscriptError as error:
            yield PreparedTranscript({"source": key, "outcome": "unreadable", "reason": error.happened})
            return
        for transcript in transcripts:
            yield self._of_transcript(key, transcript)

    def _of_transcript(self, key: str, transcript: Transcript) -> PreparedTranscript:
        line: dict[str, Any] = {
            "source": key,
            "label": transcript.label,
            "language": transcript.language,
            "turns": len(transcript.turns),
            "characters": transcript.characters,
            "roles_uncertain": transcript.roles_uncertain,
            "is_redacted": transcript.is_redacted,
        }
        digest = hashlib.sha256(
            "\n".join(f"{turn.speaker}\t{turn.text}" for turn in transcript.turns).encode()
        ).digest()
        if (first := self._seen.get(digest)) is not None:
            return PreparedTranscript(line | {"outcome": "duplicate", "record_id": first})
        requests: dict[str, Mapping[str, Any]] = {}
        for part in parts_of(transcript):
            request = request_of(part, self._job.insights, self._job.guidelines, self._job.language, self._job.prompt)
            record_id = record_id_of(f"{digest.hex()}\n{part.turns[0].number}\n{len(part.turns)}", self._taken)
            self._taken.add(record_id)
            requests[record_id] = request
        record_ids = list(requests)
        self._seen[digest] = record_ids[0]
        line |= {"outcome": "pending", "record_id": record_ids[0]}
        return PreparedTranscript(line | ({"parts": record_ids} if len(record_ids) > 1 else {}), requests)


def parts_of(transcript: Transcript) -> Iterator[Transcript]:
    """The transcript, or parts of it that the model can read. A turn that is too long is divided between words."""
    turns: list[Turn] = []
    length = 0
    for turn in _divided(transcript.turns):
        if turns and length + len(turn.text) > MOST_CHARACTERS:
            yield _part(transcript, turns)
            turns, length = [], 0
        turns.append(turn)
        length += len(turn.text)
    yield _part(transcript, turns)


def _part(transcript: Transcript, turns: list[Turn]) -> Transcript:
    return Transcript(tuple(turns), transcript.label, transcript.language, transcript.is_redacted)


def _divided(turns: Iterable[Turn]) -> Iterator[Turn]:
    for turn in turns:
        rest = turn.text
        while len(rest) > MOST_CHARACTERS:
            end = rest.rfind(" ", 0, MOST_CHARACTERS)
            end = end if end > 0 else MOST_CHARACTERS
            yield Turn(turn.number, turn.speaker, rest[:end])
            rest = rest[end:].lstrip()
        yield Turn(turn.number, turn.speaker, rest)
