"""One InvokeFlow: its stream is read while its events are masked, kept and delivered, in this order.

A thread invokes the flow and reads the stream. What has come meanwhile is masked by one call of the guardrail and kept
by one of DynamoDB, so that the flow does not wait for either.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError, EventStreamError

from docent.deadlines import Deadline
from docent.errors import DocentError, MisconfiguredError, TransientError, from_aws
from docent.errors.flows import (
    FlowInputError,
    FlowMaskingError,
    FlowNodeFailedError,
    FlowTimedOutError,
    FlowWithoutOutputError,
)
from flows.kept_runs import Runs
from flows.masking_gate import Gate
from flows.run_events import (
    Event,
    failure_events,
    input_event,
    outputs_of,
    plain,
    time_text,
    trace_of,
    where_it_stopped,
)

# Bedrock keeps a run that waits for an answer for an hour after its last turn.
TURN_SECONDS = 3600

type Deliver = Callable[[int, Event], None]


@dataclass(frozen=True, slots=True)
class Invocation:
    """What is sent to Bedrock. `document` is the input as it came: it goes to the flow and nowhere else.

    `execution_id` and `asking` are those of the run whose question this answers; `asking` is the node that asked.
    """

    flow_id: str
    alias_id: str
    input_node: str
    input_port: str
    document: Any
    execution_id: str = ""
    asking: str = ""

    def to_aws(self) -> dict[str, Any]:
        place = (
            {"nodeName": self.asking, "nodeInputName": "agentInputText"}
            if self.asking
            else {"nodeName": self.input_node, "nodeOutputName": self.input_port}
        )
        more = {"executionId": self.execution_id} if self.execution_id else {}
        return {
            "flowIdentifier": self.flow_id,
            "flowAliasIdentifier": self.alias_id,
            "inputs": [{**place, "content": {"document": self.document}}],
            "enableTrace": True,
            **more,
        }


@dataclass(slots=True)
class Ended:
    """How a run ended, with its events, masked. `taken_at` is when Bedrock had taken the input."""

    status: str
    events: list[Event]
    execution_id: str = ""
    taken_at: float = 0
    error: DocentError | None = None
    question: dict[str, Any] = field(default_factory=dict)

    @property
    def outputs(self) -> list[dict[str, Any]]:
        return outputs_of(self.events)


class Invoked:
    """Reads one run to its end. `earlier` are the events of its turns before, masked."""

    def __init__(self, client: Any, runs: Runs, run_id: str, gate: Gate, deliver: Deliver, earlier: int = 0) -> None:
        self._client, self._runs, self._run_id, self._gate = client, runs, run_id, gate
        self._deliver, self._earlier = deliver, earlier
        self._events: list[Event] = []
        self._execution_id, self._taken_at, self._stream = "", 0.0, cast(Any, None)
        self._read: Queue[Event | Exception | None] = Queue()

    def run(self, invocation: Invocation, deadline: Deadline, now: float, begin: Callable[[], None]) -> Ended:
        """`begin` keeps the run's row, while the flow begins. Raises DocentError if Bedrock does not take the input."""
        node = invocation.asking or invocation.input_node
        self._read.put(input_event(node, invocation.document, now))
        Thread(target=self._read_all, args=[invocation], daemon=True).start()
        begin()
        try:
            ended = self._follow(deadline)
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "a flow was invoked", FlowInputError) from error
        except Empty:
            error = FlowTimedOutError("The run took longer than this call can wait.")
            ended = Ended("TIMED_OUT", self._events, error=error)
        except DocentError as error:
            failed = FlowMaskingError(f"The run was cut off: {type(error).__name__}.")
            ended = Ended("FAILED", self._events, error=failed)
        finally:
            with suppress(Exception):  # it may have ended
                self._stream.close()
        ended.execution_id, ended.taken_at = self._execution_id, self._taken_at
        self._mask_again(ended)
        return ended

    def _read_all(self, invocation: Invocation) -> None:
        try:
            reply = self._client.invoke_flow(**invocation.to_aws())
            self._execution_id, self._taken_at = reply.get("executionId", ""), time.time()
            self._stream = reply["responseStream"]
            for event in self._stream:
                self._read.put(plain(event))
        except Exception as error:  # of any kind: the other thread raises it
            self._read.put(error)
        else:
            self._read.put(None)

    def _follow(self, deadline: Deadline) -> Ended:
        while True:
            read = [self._read.get(timeout=deadline.seconds or 0.001)]
            while not self._read.empty():
                read.append(self._read.get())
            events = [each for each in read if isinstance(each, dict)]
            failure = next((each for each in read if isinstance(each, Exception)), None)
            if failure and self._stream is None:
                raise failure
            if failure:
                events += failure_events(*_told(failure), [*self._events, *events], time.time())
            self._pass(events)
            if failure:
                return Ended("FAILED", self._events, error=self._why(failure))
            if read[-1] is None:
                return self._ended()

    def _pass(self, events: Sequence[Event]) -> None:
        if not events:
            return
        passed = self._gate.events(events)
        first = self._earlier + len(self._events) + 1
        self._events += passed
        self._runs.keep_events(self._run_id, enumerate(passed, first), time.time())
        for number, event in enumerate(passed, first):
            self._deliver(number, event)

    def _mask_again(self, ended: Ended) -> None:
        """Values that the guardrail found late are masked in the events that were kept before."""
        changed = {}
        for place, event in enumerate(self._events):
            if (masked := self._gate.again(event)) != event:
                self._events[place] = changed[self._earlier + place + 1] = masked
        if changed:
            self._runs.keep_events(self._run_id, changed.items(), time.time())
        if ended.error:
            ended.error = type(ended.error)(self._gate.again(ended.error.happened))
        ended.question = self._gate.again(ended.question)

    def _why(self, failure: Exception) -> DocentError:
        for event in self._events:
            if "nodeFailureEvent" in event:
                failed = event["nodeFailureEvent"]
                return FlowNodeFailedError(f"The node {failed['nodeName']} failed: {failed['errorMessage']}")
        code, message = _told(failure)
        if code == "validationException":
            return FlowInputError(self._gate.document(message))
        return _stream_error(failure)

    def _ended(self) -> Ended:
        kinds = dict(trace_of(each) for each in self._events)
        if kinds.get("flowCompletionEvent", {}).get("completionReason") == "INPUT_REQUIRED":
            asked = kinds["flowMultiTurnInputRequestEvent"]
            until = time_text(time.time() + TURN_SECONDS)
            question = {"node": asked["nodeName"], "document": asked["content"]["document"], "until": until}
            return Ended("INPUT_REQUIRED", self._events, question=question)
        if not outputs_of(self._events):
            return Ended("NO_OUTPUT", self._events, error=FlowWithoutOutputError(where_it_stopped(self._events)))
        return Ended("SUCCEEDED", self._events)


def result_of(run_id: str, flow: str, version: str, ended: Ended) -> dict[str, Any]:
    """A `FlowResult` of openapi.yaml, without its trace."""
    question = {"question": ended.question} if ended.question else {}
    error = {"error": ended.error.to_json()} if ended.error else {}
    outputs = {"outputs": ended.outputs}
    return {"run_id": run_id, "flow": flow, "version": version, "status": ended.status, **outputs, **question, **error}


def types_in(definition: Mapping[str, Any]) -> dict[str, str]:
    """`{node: its type}`, those in loops too."""
    found: dict[str, str] = {}
    for node in definition.get("nodes", []):
        found[node["name"]] = node["type"]
        found |= types_in(node.get("configuration", {}).get("loop", {}).get("definition", {}))
    return found


def _told(failure: Exception) -> tuple[str, str]:
    """The exception of the stream, and its message."""
    if isinstance(failure, EventStreamError):
        told = failure.response.get("Error", {})
        return str(told.get("Code", "")), str(told.get("Message", ""))
    return type(failure).__name__, "The connection to Bedrock broke off."


def _stream_error(failure: Exception) -> DocentError:
    if isinstance(failure, ClientError | BotoCoreError):
        return from_aws(failure, "a flow ran", MisconfiguredError)
    return TransientError("The connection to Bedrock broke off while a flow ran.")
