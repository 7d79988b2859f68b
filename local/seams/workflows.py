"""Step Functions: RedriveExecution, resuming executions after a restart, and faults at tasks."""

import contextvars
import json
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ministack.core import iam_actions, lambda_runtime
from ministack.core.responses import (
    set_request_account_id,
    set_request_region,
)
from ministack.services import (
    stepfunctions,
)

from local.faults import Fault, Faults
from local.seams.histories import unpack_history
from local.seams.services import ACCOUNT, Reply, add_service


def add_redrive() -> None:
    """Add RedriveExecution. AWS continues from the failed state; here the execution starts over under its own ARN.

    All our states can run twice, so the result is the same, and cached results cost nothing again.
    """
    of_ministack = stepfunctions.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Reply:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return _redrive(json.loads(body or b"{}").get("executionArn", ""))
        return await of_ministack(method, path, headers, body, query)

    add_service("states", handle_request)


def _redrive(arn: str) -> Reply:
    execution = stepfunctions._executions.get(arn)
    if execution is None:
        return _states_error("ExecutionDoesNotExist", f"Execution does not exist: '{arn}'")
    if execution["status"] not in ("FAILED", "ABORTED", "TIMED_OUT"):
        return _states_error("ExecutionNotRedrivable", f"Execution {arn} is {execution['status']}.")
    _start_over(execution)
    return (
        200,
        {"Content-Type": "application/x-amz-json-1.0"},
        json.dumps({"redriveDate": time.time()}).encode(),
    )


def _states_error(name: str, message: str) -> Reply:
    body = json.dumps({"__type": name, "message": message}).encode()
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, body


def _start_over(stopped: dict[str, Any]) -> None:
    """As another object: a thread that is still at the stopped one finds that it is not to go on."""
    unpack_history(stopped)
    execution = {**stopped, "events": list(stopped["events"])}
    stepfunctions._executions[execution["executionArn"]] = execution
    execution.update(status="RUNNING", stopDate=None, output=None)
    execution.pop("error", None)
    execution.pop("cause", None)
    execution["redriveCount"] = execution.get("redriveCount", 0) + 1
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(stepfunctions._run_execution, execution["executionArn"]), daemon=True).start()


def name_nested_failures_as_step_functions_does() -> None:
    """A failed nested execution fails the outer task with States.TaskFailed and its own error in the cause.

    MiniStack passes the inner error on as if it were the outer task's own.
    """

    def failure(payload: dict[str, Any]) -> tuple[str, str]:
        told = {
            "ExecutionArn": payload.get("executionArn"),
            "StateMachineArn": payload.get("stateMachineArn"),
            "Status": payload.get("status"),
            "Error": payload.get("error"),
            "Cause": payload.get("cause"),
        }
        return "States.TaskFailed", json.dumps(told)

    stepfunctions._nested_execution_failure = failure


def fail_maps_without_items() -> None:
    """A Distributed Map whose reader finds no items fails with States.ItemReaderFailed. MiniStack lets it succeed."""
    of_ministack = stepfunctions._read_map_items

    def read(reader: Any, effective: Any, ctx: Any) -> Any:
        items = of_ministack(reader, effective, ctx)
        if not items:
            raise stepfunctions._ExecutionError("States.ItemReaderFailed", "The item source has no items.")
        return items

    stepfunctions._read_map_items = read


def read_limits_of_maps() -> None:
    """A Distributed Map can take its concurrency and tolerated failures from its input; MiniStack ignores that."""
    of_ministack = stepfunctions._run_distributed_map
    limits = ("MaxConcurrency", "ToleratedFailurePercentage", "ToleratedFailureCount")

    def run(state: Any, raw_input: Any, effective: Any, iterator: Any, execution: Any, ctx: Any) -> Any:
        given = {
            name: stepfunctions._resolve_path_or_ctx(state[f"{name}Path"], effective, ctx)
            for name in limits
            if f"{name}Path" in state
        }
        return of_ministack({**state, **given}, raw_input, effective, iterator, execution, ctx)

    stepfunctions._run_distributed_map = run


# The execution whose thread this is. Its children's threads begin with the same.
_running: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("running", default={})  # noqa: B039 (read only)


def end_what_was_stopped() -> None:
    """StopExecution also ends the Map Run, and it stays ABORTED: no task begins or is tried again.

    MiniStack runs all children to their last task, retries the task that it is at, and calls the execution FAILED if
    that fails.
    """
    of_ministack = SimpleNamespace(
        run=stepfunctions._run_execution,
        child=stepfunctions._run_sub_machine,
        invoke=stepfunctions._invoke_resource,
        fail=stepfunctions._fail_execution,
    )

    def run(execution_arn: str) -> None:
        outer = _running.set(stepfunctions._executions.get(execution_arn) or {})  # a nested one runs in its thread
        try:
            of_ministack.run(execution_arn)
        finally:
            _running.reset(outer)

    def check() -> None:
        if _running.get().get("status") == "ABORTED":
            raise stepfunctions._ExecutionError("States.Runtime", "The execution was stopped.")

    def child(*args: Any) -> Any:
        check()
        return of_ministack.child(*args)

    def invoke(*args: Any) -> Any:
        check()
        return of_ministack.invoke(*args)

    def fail(execution: Any, error: str, cause: str) -> None:
        if execution["status"] != "ABORTED":
            of_ministack.fail(execution, error, cause)

    stepfunctions._run_execution, stepfunctions._run_sub_machine = run, child
    stepfunctions._invoke_resource, stepfunctions._fail_execution = invoke, fail


# The state machine of each task that waits for a callback, by its token.
_waiting: dict[str, str] = {}
# The token of the task that this thread waits for.
_token: contextvars.ContextVar[str] = contextvars.ContextVar("token", default="")


def fail_tasks_whose_function_fails() -> None:
    """A function that fails also fails the task that waits for its callback. MiniStack waits on."""
    of_ministack = SimpleNamespace(wait=stepfunctions._invoke_with_callback, call=stepfunctions._call_lambda)

    def wait(resource: str, input_data: Any, token: str, state: Any) -> Any:
        outer = _token.set(token)
        _waiting[token] = _task.get(("", "", ""))[0]
        try:
            return of_ministack.wait(resource, input_data, token, state)
        finally:
            _token.reset(outer)
            _waiting.pop(token, None)

    def call(function: str, event: Any) -> Any:
        try:
            return of_ministack.call(function, event)
        except stepfunctions._ExecutionError as failure:
            if waiting := stepfunctions._task_tokens.get(_token.get()):
                waiting["error"] = {"Error": failure.error, "Cause": failure.cause}
                waiting["event"].set()
            raise

    stepfunctions._invoke_with_callback, stepfunctions._call_lambda = wait, call


def name_state_machines_of_tokens() -> None:
    """SendTaskSuccess and its like are about the state machine that waits; without it IAM sees `*`."""
    of_ministack = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        token = iam_actions._safe_json_field(body, "taskToken") if service == "states" else None
        if token and (name := _waiting.get(token)):
            return f"arn:aws:states:{rest[-2]}:{rest[-1]}:stateMachine:{name}"
        return of_ministack(service, method, path, headers, body, *rest)

    iam_actions.extract_resource_arn = extract_resource_arn


# The task that runs in this thread: `(state machine, state, the execution's input)`.
_task: contextvars.ContextVar[tuple[str, str, str]] = contextvars.ContextVar("task")
# Seconds after which the process that serves this thread's invocation is killed.
_kill: contextvars.ContextVar[float | None] = contextvars.ContextVar("kill", default=None)


def fail_tasks(faults: Faults) -> None:
    """Apply `faults` to tasks of state machines, before their Retry and Catch. A Map's task is reading its items."""
    of_ministack = SimpleNamespace(
        execute=stepfunctions._execute_task,
        invoke=stepfunctions._invoke_resource,
        wait=stepfunctions._invoke_with_callback,
        read=stepfunctions._read_map_items,
    )

    def execute(state: Any, raw_input: Any, execution: Any, ctx: Any) -> Any:
        outer = _task.set(_named(ctx))  # a nested execution runs in the outer one's thread
        try:
            return of_ministack.execute(state, raw_input, execution, ctx)
        finally:
            _task.reset(outer)

    def invoke(resource: str, input_data: Any) -> Any:
        return faulty(take(*_task.get()), lambda: of_ministack.invoke(resource, input_data))

    def wait(*args: Any) -> Any:
        return faulty(take(*_task.get()), lambda: of_ministack.wait(*args))

    def read(reader: Any, effective: Any, ctx: Any) -> Any:
        return faulty(take(*_named(ctx)), lambda: of_ministack.read(reader, effective, ctx))

    def take(state_machine: str, state: str, execution_input: str) -> Fault | None:
        return faults.take(state_machine, state, {}, execution_input)

    def faulty(fault: Fault | None, call: Callable[[], Any]) -> Any:
        if fault is None:
            return call()
        if fault.error:
            raise stepfunctions._ExecutionError(fault.error, "A fault that was asked for.")
        _kill.set(fault.kill)
        try:
            reply = call()
        finally:
            _kill.set(None)
            time.sleep(fault.delay)
        if fault.lost:
            raise stepfunctions._ExecutionError(fault.lost, "A fault that was asked for.")
        return {} if fault.malformed else reply

    stepfunctions._execute_task, stepfunctions._invoke_resource = execute, invoke
    stepfunctions._invoke_with_callback, stepfunctions._read_map_items = wait, read
    lambda_runtime.Worker.invoke = _killed_when_asked(lambda_runtime.Worker.invoke)


def _named(ctx: dict[str, Any]) -> tuple[str, str, str]:
    return ctx["StateMachine"]["Name"], ctx["State"]["Name"], json.dumps(ctx["Execution"]["Input"])


def _killed_when_asked(of_ministack: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(worker: Any, *args: Any, **kwargs: Any) -> Any:
        seconds = _kill.get()
        if seconds is None:
            return of_ministack(worker, *args, **kwargs)
        lambda_runtime.ensure_spawned(worker)  # otherwise it would be killed before it began
        killer = threading.Timer(seconds, _kill_process, [worker])
        killer.start()
        reply = of_ministack(worker, *args, **kwargs)
        killer.join()
        # A faster worker is killed before its reply is read, a slower one before it is asked.
        return reply | {"status": "error", "error": "Worker process died"}

    return invoke


def _kill_process(worker: Any) -> None:
    if process := worker._proc:
        process.kill()
        process.wait()  # otherwise the worker would look alive and lose its next invocation too


def resume_interrupted_executions() -> int:
    """Resume the executions that were running when the machine stopped, as Step Functions would continue them.

    A Map's children and nested executions are started again by their parents. Returns the number of executions.
    """
    set_request_account_id(ACCOUNT)
    resumed = 0
    for (account, region, _), execution in list(stepfunctions._executions._data.items()):
        if execution.get("error") != "States.ServiceRestart" or "mapRunArn" in execution:
            continue
        if not _began_by_itself(execution):
            continue
        set_request_account_id(account)
        set_request_region(region)
        _start_over(execution)
        resumed += 1
    return resumed


def _began_by_itself(execution: dict[str, Any]) -> bool:
    given = json.loads(execution.get("input") or "{}")
    return "detail-type" in given or "subject" in given
