"""Ask many questions, several at once, as patiently as the API wants: a rate limit holds all of them back."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from cli.evaluation.judging import Asked
from cli.session import ApiError
from cli.target import CommandError

# The API's own time-outs and failures that may go away; 429 is waited for.
PASSING = frozenset({0, 502, 503, 504})
RETRIES = 3
FIRST_PAUSE_SECONDS = 2
# Of an API that answers 429 and does not tell for how long.
PAUSE_SECONDS = 10
# For one question, after which there is more wrong than a limit per minute.
MAX_HOLDS = 30
# Valid for minutes only, and everybody who has one can see the image.
EPHEMERAL = frozenset({"picture_url"})

# `Session.api`: method, path, body.
type Api = Callable[..., dict[str, Any]]


class Asking:
    """The questions under way. `pause` waits some seconds, and returns true if all is to be stopped."""

    def __init__(
        self,
        api: Api,
        told: Callable[[str], object] = lambda _: None,
        pause: Callable[[float], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._told = told
        self._stopped = Event()
        self._pause = pause or self._stopped.wait
        self._clock = clock
        self._held_until = 0.0
        self._lock = Lock()

    def all(self, questions: Sequence[str], at_once: int) -> Iterator[tuple[int, Asked]]:
        """Each question's place in the list with what came of it, in the order in which they are answered.

        Raises CommandError if the API cannot be reached or nobody is signed in: the other questions are not asked.
        """
        todo: SimpleQueue[tuple[int, str]] = SimpleQueue()
        done: SimpleQueue[tuple[int, Asked] | BaseException] = SimpleQueue()
        for each in enumerate(questions):
            todo.put(each)
        for _ in range(min(at_once, len(questions))):
            # Not waited for: who presses Ctrl-C does not want to wait for answers that are not kept.
            Thread(target=self._work, args=(todo, done), daemon=True).start()
        try:
            for _ in questions:
                came = done.get()
                if isinstance(came, BaseException):
                    raise came
                yield came
        finally:
            self._stopped.set()

    def _work(self, todo: SimpleQueue[tuple[int, str]], done: SimpleQueue[tuple[int, Asked] | BaseException]) -> None:
        while not self._stopped.is_set():
            try:
                place, question = todo.get_nowait()
            except Empty:
                return
            try:
                done.put((place, self._asked(question)))
            except BaseException as error:  # raised by the thread that waits for the answers
                done.put(error)
                return

    def _asked(self, question: str) -> Asked:
        holds = failures = 0
        while True:
            self._wait_out()
            asked_at, began = datetime.now(UTC).isoformat(timespec="seconds"), self._clock()
            try:
                reply = self._api("POST", "/ask", {"question": question})
            except ApiError as error:
                if error.status == 401 or (error.status == 0 and failures == RETRIES):
                    raise
                if error.status == 429 and holds < MAX_HOLDS:
                    holds += 1
                    self._hold(error.retry_after or PAUSE_SECONDS)
                elif error.status in PASSING and failures < RETRIES:
                    failures += 1
                    self._wait(error.retry_after or FIRST_PAUSE_SECONDS**failures)
                else:
                    return Asked(question, asked_at, 0.0, error=str(error))
            else:
                seconds = round(self._clock() - began, 3)
                self._forget(reply["conversation_id"])
                return Asked(question, asked_at, seconds, _kept(reply))

    def _forget(self, conversation_id: str) -> None:
        """Hundreds of conversations of one question each would hide the caller's own."""
        with contextlib.suppress(ApiError):  # then it is deleted with the others that are old
            self._api("DELETE", f"/conversations/{conversation_id}")

    def _hold(self, seconds: float) -> None:
        """Nobody asks before then: the limit is the caller's, not a question's."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def _wait_out(self) -> None:
        while (seconds := self._held_until - self._clock()) > 0:
            self._told(f"the API asks to wait {seconds:.0f} s")
            self._wait(seconds)
        self._told("")

    def _wait(self, seconds: float) -> None:
        if self._pause(seconds):
            raise CommandError("The evaluation was stopped.")


def _kept(reply: Mapping[str, Any]) -> Mapping[str, Any]:
    """The reply without what is of no use later."""
    citations = [{name: each for name, each in cited.items() if name not in EPHEMERAL} for cited in reply["citations"]]
    return {name: each for name, each in reply.items() if name != "conversation_id"} | {"citations": citations}
