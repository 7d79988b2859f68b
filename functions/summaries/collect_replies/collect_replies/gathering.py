"""The replies to the requests of a job, as they come: in any order, some twice, some not at all.

In memory are only ids, reasons and places. The replies themselves are in a temporary file.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Self

from docent.record_ids import record_id_of
from docent.spoken_turns import asked_of, language_asked

from .combining import combined_request
from .replies import InvalidReplyError, read_output, repair_request, text_of, usage_of

type Json = Mapping[str, Any]

MOST_TIMES = 2  # that a request is asked
NO_REPLY = "There is no reply to it."


class Gathering:
    """`parts` are the requests of each transcript, `combined` the request over the parts of those that have several,
    and `sizes` how long these are. `failed` has the outcome and the reason of requests whose replies are of no use.
    `outcomes` are counted by who writes the transcripts' lines. `strangers` are lines that belong to no request.
    """

    def __init__(self) -> None:
        self.parts: dict[str, tuple[str, ...]] = {}
        self.combined: dict[str, str] = {}
        self.sizes: dict[str, dict[str, int]] = {}
        self.outcomes: Counter[str] = Counter(ok=0, invalid_output=0, error=0)
        self.usage = {way: {"inputTokens": 0, "outputTokens": 0} for way in ("batch", "on_demand")}
        self.strangers = 0
        self.failed: dict[str, tuple[str, str]] = {}
        self._times: Counter[str] = Counter()
        self._good: dict[str, tuple[int, int]] = {}
        self._broken: dict[str, tuple[int, int]] = {}
        self._final: set[str] = set()

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile()
        self._end = 0
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def expect(self, record: Json) -> None:
        """A line of `records.jsonl`."""
        if record["outcome"] == "pending":
            first = record["record_id"]
            self.parts[first] = tuple(record.get("parts", [first]))
            if len(self.parts[first]) > 1:
                self.combined[first] = record_id_of("\n".join(self.parts[first]))
                self.sizes[first] = {name: record[name] for name in ("turns", "characters")}

    def asked(self, record_id: str) -> None:
        """Once for each pass in which it was sent."""
        self._times[record_id] += 1

    def add(self, line: bytes, way: str) -> None:
        """A line of the output. The first valid reply to a request counts."""
        try:
            reply = json.loads(line)
            record_id = reply["recordId"]
        except (ValueError, LookupError, TypeError, RecursionError):
            self.strangers += bool(line.strip())
            return
        if record_id not in self._times:
            self.strangers += 1
            return
        output = reply.get("modelOutput")
        used = usage_of(output)
        for name in used:
            self.usage[way][name] += used[name]
        if record_id in self._good:
            return
        if output is None:
            self._fail(record_id, "error", _told(reply.get("error")))
            if _is_final(reply.get("error")):
                self._final.add(record_id)
            return
        try:
            request = reply["modelInput"]
            read_output(output, asked_of(request), language_asked(request))
        except InvalidReplyError as error:
            self._fail(record_id, "invalid_output", f"The reply {error.reason}.")
            self._broken.setdefault(record_id, self._keep(line))
        else:
            self._good[record_id] = self._keep(line)
            self.failed.pop(record_id, None)

    def good(self, record_id: str) -> dict[str, Any] | None:
        """The whole line of the valid reply to a request."""
        place = self._good.get(record_id)
        return self._read(place) if place else None

    @property
    def good_count(self) -> int:
        return len(self._good)

    @property
    def replied(self) -> bool:
        """Whether the model said anything, valid or not."""
        return bool(self._good or self._broken)

    @property
    def most_frequent_reason(self) -> str:
        reasons = Counter(reason for _, reason in self.failed.values())
        return next((reason for reason, _ in reasons.most_common(1)), NO_REPLY)

    @property
    def request_count(self) -> int:
        return len(self._times)

    def why(self, record_id: str) -> tuple[str, str]:
        """Outcome and reason of a request without a valid reply."""
        return self.failed.get(record_id, ("error", NO_REPLY))

    def repairs(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Requests whose reply was not valid, with what is wrong with it."""
        for record_id, place in self._broken.items():
            if self._may_be_asked(record_id) and self.failed.get(record_id, ("",))[0] == "invalid_output":
                line = self._read(place)
                reason = self.failed[record_id][1].removeprefix("The reply ").removesuffix(".")
                yield record_id, repair_request(line["modelInput"], text_of(line["modelOutput"]), reason)

    def to_repeat(self) -> set[str]:
        """Requests without a reply, or with an error that may pass."""
        return {
            record_id
            for record_id in self._times
            if self._may_be_asked(record_id) and self.why(record_id)[0] == "error" and record_id not in self._final
        }

    def combinations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """For each transcript in parts, once none of them is asked again: a request over what its parts say."""
        for first, combined_id in self.combined.items():
            parts = self.parts[first]
            if combined_id in self._times or any(self._is_asked_again(part) for part in parts):
                continue
            lines = [line for part in parts if (line := self.good(part))]
            if lines:
                yield combined_id, combined_request(lines)

    def _is_asked_again(self, record_id: str) -> bool:
        outcome = self.why(record_id)[0]
        return self._may_be_asked(record_id) and (outcome == "invalid_output" or record_id not in self._final)

    def _may_be_asked(self, record_id: str) -> bool:
        return record_id not in self._good and self._times[record_id] < MOST_TIMES

    def _fail(self, record_id: str, outcome: str, reason: str) -> None:
        self.failed.setdefault(record_id, (outcome, reason))

    def _keep(self, line: bytes) -> tuple[int, int]:
        place = self._end, len(line)
        self._file.seek(self._end)
        self._end += self._file.write(line)
        return place

    def _read(self, place: tuple[int, int]) -> dict[str, Any]:
        start, length = place
        self._file.seek(start)
        return json.loads(self._file.read(length))


def _told(error: Any) -> str:
    if not isinstance(error, Mapping):
        return "The line has neither a reply nor an error."
    if error.get("expired"):
        return "The batch job timed out before it was answered."
    return f"The model answered with the error {error.get('errorCode', 'unknown')}."


def _is_final(error: Any) -> bool:
    return isinstance(error, Mapping) and error.get("retryable") is False
