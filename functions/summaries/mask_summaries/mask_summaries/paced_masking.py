"""Masks many texts at the pace of the guardrail's quota, several at a time, and fails closed.

A text that is longer than one call takes is masked in pieces. Several short ones can share a call, each as a content
block: their reply counts only if it can be told apart, or else each is sent again alone.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from docent.errors import MALFORMED, ThrottledError, TransientError
from docent.errors.ingest import MaskingRefusedError
from docent.guardrail_masking import TEXT_UNIT
from docent.guardrails import Masked, Outcome, read_replies
from docent.overlapping_pieces import Span, masked_spans, pieces

from .pacing import Quota, block_size

ATTEMPTS = 4
FIRST_PAUSE = 1.0  # seconds after a fault; each further pause is twice as long
AHEAD = 0.2  # seconds before a block ends, the next one is reserved

type Apply = Callable[[Sequence[str]], Awaitable[Mapping[str, Any]]]


class SharedPace(Protocol):
    """A `pacing.Pace`, asked without holding up calls that are on their way."""

    @property
    def quota(self) -> Quota: ...

    async def reserve(self, units: Sequence[int]) -> tuple[list[float], float]: ...

    async def slow(self) -> None: ...


@dataclass(slots=True)
class MaskedText:
    """`spans` are what is masked of the text, none unless it is masked. `reason` tells why it failed."""

    outcome: Outcome | str = "clean"
    spans: list[Span] = field(default_factory=list)
    reason: str = ""


@dataclass(slots=True)
class _Piece:
    text: int  # its index
    start: int
    words: str
    is_alone: bool = False
    attempts: int = 0


class PacedMasking:
    """`apply` sends the content blocks of one call. After `deadline` no call begins. `clock` is that of all workers."""

    def __init__(
        self,
        apply: Apply,
        pace: SharedPace,
        *,
        texts_a_call: int,
        units_a_call: int,
        clock: Callable[[], float],
        deadline: float = float("inf"),
        at_once: int = 32,
    ) -> None:
        self._apply, self._pace = apply, pace
        self._texts_a_call, self._units_a_call = texts_a_call, units_a_call
        self._clock, self._deadline = clock, deadline
        self._free = asyncio.Semaphore(at_once)
        self._queue: deque[_Piece] = deque()
        self._sending: set[asyncio.Task[None]] = set()
        self._results: list[MaskedText] = []
        self._left: list[int] = []
        self.calls = self.units = self.throttled = 0

    async def mask(self, texts: Sequence[str], done: Callable[[int, MaskedText], None]) -> bool:
        """Calls `done` with each text's index as soon as it is masked; false if the deadline came before the last.

        An error that is not a text's own, such as a refused permission, is raised.
        """
        self._done = done
        self._results = [MaskedText() for _ in texts]
        self._left = [0 for _ in texts]
        for index, text in enumerate(texts):
            found = list(self._pieces(index, text))
            self._left[index] = len(found)
            self._queue.extend(found)
            if not found:
                done(index, self._results[index])
        try:
            while self._queue or self._sending:
                if self._queue and not await self._send_block():
                    self._queue.clear()
                    self._deadline = 0.0  # what is throttled from now on has no time either
                await self._wait()
        finally:
            for task in self._sending:
                task.cancel()
            await asyncio.gather(*self._sending, return_exceptions=True)
        return not any(self._left)

    def _pieces(self, index: int, text: str) -> Iterator[_Piece]:
        for start, words in pieces(text, self._units_a_call * TEXT_UNIT):
            if words.strip():  # the guardrail takes no blank text
                yield _Piece(index, start, words)

    async def _send_block(self) -> bool:
        """False if the deadline comes before its first call, or before the next block."""
        if self._clock() > self._deadline:
            return False
        calls = self._next_calls()
        times, end = await self._pace.reserve([_units(call) for call in calls])
        if times[0] > self._deadline:
            return False
        for call, at in zip(calls, times, strict=True):
            self._sending.add(asyncio.create_task(self._send(call, at)))
        if end - AHEAD > self._deadline:
            return False
        if self._queue:
            await asyncio.sleep(max(0.0, end - AHEAD - self._clock()))
        return True

    def _next_calls(self) -> list[list[_Piece]]:
        """Those of the next block, taken from the queue."""
        calls: list[list[_Piece]] = []
        while self._queue:
            call = [self._queue.popleft()]
            while self._queue and self._fits(call, self._queue[0]):
                call.append(self._queue.popleft())
            calls.append(call)
            if block_size(self._pace.quota, [_units(each) for each in calls]) < len(calls):
                self._queue.extendleft(reversed(calls.pop()))
                break
        return calls

    def _fits(self, call: list[_Piece], other: _Piece) -> bool:
        together = not (other.is_alone or call[0].is_alone) and len(call) < self._texts_a_call
        return together and _units([*call, other]) <= self._units_a_call

    async def _wait(self) -> None:
        """For a call to end, unless there is more to send."""
        if self._sending and not self._queue:
            await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
        ended = {task for task in self._sending if task.done()}
        self._sending -= ended
        for task in ended:
            task.result()

    async def _send(self, call: list[_Piece], at: float) -> None:
        await asyncio.sleep(max(0.0, at - self._clock()))
        if all(self._is_decided(piece) for piece in call):
            self._skip(call)
            return
        try:
            async with self._free:
                self.calls += 1
                self.units += _units(call)
                reply = await self._apply([piece.words for piece in call])
            self._read(call, reply)
        except ThrottledError:
            self.throttled += 1
            self._queue.extendleft(reversed(call))
            await self._pace.slow()
        except TransientError as error:
            await self._retry(call, error.happened)
        except MaskingRefusedError as error:
            self._refuse(call, error.happened)
        except MALFORMED:
            self._refuse(call, "The guardrail's reply cannot be understood.")

    def _read(self, call: list[_Piece], reply: Mapping[str, Any]) -> None:
        masked = read_replies([piece.words for piece in call], reply)
        if masked is None:
            self._refuse(call, "")
            return
        found = [_spans(piece, each) for piece, each in zip(call, masked, strict=True)]  # all, or none of them
        for piece, each, spans in zip(call, masked, found, strict=True):
            self._end(piece, MaskedText(each.outcome, spans))

    async def _retry(self, call: list[_Piece], happened: str) -> None:
        attempts = max(piece.attempts for piece in call) + 1
        if attempts == ATTEMPTS:
            self._fail(call, happened)
            return
        await asyncio.sleep(FIRST_PAUSE * 2 ** (attempts - 1))
        for piece in call:
            piece.attempts = attempts
        self._queue.extend(call)

    def _refuse(self, call: list[_Piece], happened: str) -> None:
        """A reply that cannot be used: each text of the call once more, alone."""
        if len(call) == 1:
            self._fail(call, happened)
            return
        for piece in call:
            piece.is_alone = True
        self._queue.extend(call)

    def _fail(self, call: list[_Piece], happened: str) -> None:
        for piece in call:
            self._end(piece, MaskedText("failed", reason=happened))

    def _skip(self, call: list[_Piece]) -> None:
        for piece in call:
            self._end(piece, MaskedText())

    def _is_decided(self, piece: _Piece) -> bool:
        """A text of which one piece is blocked or failed needs no further call."""
        return self._results[piece.text].outcome in ("blocked", "failed")

    def _end(self, piece: _Piece, ended: MaskedText) -> None:
        result = self._results[piece.text]
        order = ("clean", "masked", "blocked", "failed")
        result.outcome = max(result.outcome, ended.outcome, key=order.index)
        result.reason = result.reason or ended.reason
        result.spans += [span.moved(piece.start) for span in ended.spans]
        self._left[piece.text] -= 1
        if not self._left[piece.text]:
            if result.outcome != "masked":
                result.spans = []
            self._done(piece.text, result)


def _spans(piece: _Piece, masked: Masked) -> list[Span]:
    return list(masked_spans(piece.words, masked.text)) if masked.outcome == "masked" else []


def text_units(*texts: str) -> int:
    """Those of one call with these texts, rounded up."""
    return -(-sum(map(len, texts)) // TEXT_UNIT)


def _units(call: Sequence[_Piece]) -> int:
    return text_units(*(piece.words for piece in call))
