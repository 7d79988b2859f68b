"""InvokeFlow: a run as an event stream, and the questions of a run that wait for the user's answer."""

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any

from local.bedrock.event_stream import exception, frames
from local.bedrock_agent.dispatch import Asked
from local.bedrock_agent.store import Store
from local.bedrock_agent.wire import AgentError, Json, Reply, invalid
from local.flows.failures import NodeFailure
from local.flows.flows import Flows
from local.flows.runs import Calls, Limits, QuestionError, Run, State

SERVICE = "bedrock.amazonaws.com"
WAIT_SECONDS = 3600.0  # for an answer of the user, as an agent's session lives by default
logger = logging.getLogger(__name__)

_HEADERS = {"Content-Type": "application/vnd.amazon.eventstream"}

# `(role, flow ARN, alias ARN, execution)`.
type CallsOf = Callable[[str, str, str, str], Calls]


class Invocations:
    def __init__(
        self, flows: Flows, store: Store, calls_of: CallsOf, trusted: Callable[[str, str], bool], limits: Limits
    ) -> None:
        """`trusted(role, flow ARN)` tells whether the service may assume a flow's execution role."""
        self._flows, self._store, self._calls_of, self._trusted = flows, store, calls_of, trusted
        self._limits = limits
        self._running: set[asyncio.Task[None]] = set()

    async def invoke(self, asked: Asked) -> Reply:
        request = asked.request
        flow, alias, version = self._flows.to_run(request["flowIdentifier"], request["flowAliasIdentifier"])
        if not self._trusted(version["executionRoleArn"], flow["arn"]):
            raise AgentError("AccessDeniedException", "Amazon Bedrock could not assume the flow's execution role.")
        given = request["inputs"][0]
        execution = request.get("executionId") or str(uuid.uuid4())
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        traced = bool(request.get("enableTrace"))

        def tell(event: str, payload: Json) -> None:
            if traced or event != "flowTraceEvent":
                queue.put_nowait(frames([(event, payload)]))

        at_once = (alias.get("concurrencyConfiguration") or {}).get("maxConcurrency") or self._limits.at_once
        limits = Limits(self._limits.seconds, self._limits.nodes, self._limits.dollars, at_once)
        calls = self._calls_of(version["executionRoleArn"], flow["arn"], alias["arn"], execution)
        run = Run(calls, tell, limits)
        about = {"flow": flow["arn"], "alias": alias["arn"], "definition": version["definition"]}
        if given.get("nodeInputName"):
            work = self._answer(run, execution, about, given)
        else:
            node = _start(version["definition"], given)
            port = given.get("nodeOutputName") or "document"
            if not any(each["name"] == port for each in node.get("outputs") or ()):
                raise invalid(f"The node {node['name']} has no output {port}.")
            work = run.begin(version["definition"], node["name"], port, given["content"]["document"])
        task = asyncio.create_task(self._told(work, run, execution, about, tell, queue))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return 200, _HEADERS | {"x-amz-bedrock-flow-execution-id": execution}, _sent(queue, task)

    def _answer(self, run: Run, execution: str, about: Json, given: Json) -> Any:
        """Go on with a run that waits. Each question is answered once."""
        waiting = self._store.waiting(execution)
        if waiting is None or any(waiting[name] != about[name] for name in ("flow", "alias")):
            raise invalid(f"No question of the execution {execution} waits for an answer.")
        if waiting["until"] < time.time():
            self._store.answered(execution)
            raise invalid(f"The question of the execution {execution} waited too long. Begin a new one.")
        if given["nodeName"] != waiting["node"]:
            raise invalid(f"The node {waiting['node']} asked, not {given['nodeName']}.")
        if given["nodeInputName"] != "agentInputText" or given.get("nodeOutputName"):
            raise invalid("An answer has the nodeInputName agentInputText, and no nodeOutputName.")
        if not isinstance(given["content"]["document"], str):
            raise invalid("An answer is a text.")
        self._store.answered(execution)
        about["definition"] = waiting["definition"]
        state = State.from_json(waiting["state"])
        return run.go_on(waiting["definition"], state, waiting["node"], given["content"]["document"])

    async def _told(
        self,
        work: Any,
        run: Run,
        execution: str,
        about: Json,
        tell: Callable[[str, Json], None],
        queue: "asyncio.Queue[bytes | None]",
    ) -> None:
        try:
            await work
            tell("flowCompletionEvent", {"completionReason": "SUCCESS"})
        except QuestionError as question:
            until = time.time() + WAIT_SECONDS
            waiting = about | {"node": question.node, "state": run.state.to_json(), "until": until}
            self._store.wait(execution, waiting, until)
            content = {"document": question.text}
            asked = {"nodeName": question.node, "nodeType": "AgentNode", "content": content}
            tell("flowMultiTurnInputRequestEvent", asked)
            tell("flowCompletionEvent", {"completionReason": "INPUT_REQUIRED"})
        except NodeFailure as failure:
            queue.put_nowait(exception(failure.kind, failure.payload()))
        except AgentError as error:
            kind = error.code[0].lower() + error.code[1:]
            queue.put_nowait(exception(kind, {"message": str(error)}))
        except Exception as error:
            told = {"message": "An internal error occurred.", "reason": type(error).__name__}
            queue.put_nowait(exception("internalServerException", told))
            logger.exception("a flow's run failed")
        finally:
            queue.put_nowait(None)


async def _sent(queue: "asyncio.Queue[bytes | None]", task: asyncio.Task[None]) -> AsyncGenerator[bytes]:
    """The frames as they come. The run ends with the caller that leaves."""
    try:
        while (frame := await queue.get()) is not None:
            yield frame
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _start(definition: Json, given: Json) -> Json:
    for node in definition.get("nodes") or ():
        if node["name"] == given["nodeName"]:
            if node["type"] != "Input":
                raise invalid(f"The node {node['name']} is not an input node.")
            return node
    raise invalid(f"The flow has no node {given['nodeName']}.")
