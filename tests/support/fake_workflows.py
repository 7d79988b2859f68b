"""Step Functions as far as functions ask it: histories of executions, failed children, and executions they start."""

from typing import Any, ClassVar

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.support.fake_service import FakeService, Refused

STARTED = 1_800_000_000.0
PAGE = 1000


class FakeWorkflows(FakeService):
    """`histories` holds the events of each execution, as `run` makes them; `children` those of its Map Runs."""

    events: ClassVar = ("sfn",)  # the service's id; other fakes give its name

    def __init__(self) -> None:
        super().__init__()
        self.histories: dict[str, list[dict[str, Any]]] = {}
        self.children: dict[str, list[dict[str, Any]]] = {}
        self.map_runs: dict[str, list[str]] = {}
        # Of tasks that wait no longer.
        self.tokens_used: set[str] = set()
        # What DescribeExecution says of executions that are no children, by their ARN.
        self.executions: dict[str, dict[str, Any]] = {}
        self.unknown_machines: set[str] = set()
        # Whether a caller may ask for what went through the states.
        self.shows_data = False
        # What becomes of executions that a caller waits for: `{status, output?, error?}`.
        self.ends: dict[str, Any] = {"status": "SUCCEEDED", "output": "{}"}
        # Of a Map Run that is asked how far it is.
        self.counts: dict[str, int] = {}

    def __call__(self, request: AWSPreparedRequest, event_name: str, **more: Any) -> AWSResponse:
        return super().__call__(request, event_name.replace(".sfn.", ".stepfunctions."), **more)

    def run(self, execution_arn: str, *steps: str) -> None:
        """An execution that went through steps of one second each: `+State` is entered, `-State` is left."""
        self.histories[execution_arn] = [
            _event(number, step[1:], "stateEntered" if step[0] == "+" else "stateExited")
            for number, step in enumerate(steps, 1)
        ]

    def record(self, execution_arn: str, *events: dict[str, Any], **execution: Any) -> None:
        """An execution as DescribeExecution has it, with the events of its history, a second after each other."""
        self.executions[execution_arn] = {
            "executionArn": execution_arn,
            "stateMachineArn": "arn:of:it",
            "status": "RUNNING",
            "startDate": STARTED,
            **execution,
        }
        self.histories[execution_arn] = [
            {"id": number, "timestamp": STARTED + number, **event} for number, event in enumerate(events, 1)
        ]

    def map_run(self, execution_arn: str, *children: dict[str, Any]) -> None:
        """A Map Run of an execution with children, each `{status, error?, cause?}`, in the order of their ends."""
        runs = self.map_runs.setdefault(execution_arn, [])
        map_run_arn = f"{execution_arn.replace(':execution:', ':mapRun:')}/{len(runs)}"
        runs.append(map_run_arn)
        self.children[map_run_arn] = [
            {"executionArn": f"{map_run_arn}/{number}", "stopDate": STARTED + number, **child}
            for number, child in enumerate(children)
        ]

    def ListMapRuns(self, request: dict[str, Any]) -> dict[str, Any]:
        runs = enumerate(self.map_runs.get(request["executionArn"], []))
        return {
            "mapRuns": [
                {
                    "executionArn": request["executionArn"],
                    "mapRunArn": arn,
                    "stateMachineArn": "arn:of:it",
                    "startDate": STARTED + number,
                }
                for number, arn in runs
            ]
        }

    def ListExecutions(self, request: dict[str, Any]) -> dict[str, Any]:
        if "stateMachineArn" in request:
            return self._executions_of(request)
        wanted = request.get("statusFilter")
        found = [each for each in self.children[request["mapRunArn"]] if wanted in (None, each["status"])]
        newest_first, start = found[::-1], int(request.get("nextToken", "0"))
        page = [_execution(each) for each in newest_first[start : start + 2]]
        more = {"nextToken": str(start + 2)} if start + 2 < len(found) else {}
        return {"executions": page} | more

    def _executions_of(self, request: dict[str, Any]) -> dict[str, Any]:
        """Those of one state machine, the newest first."""
        machine, wanted = request["stateMachineArn"], request.get("statusFilter")
        if machine in self.unknown_machines:
            raise Refused("StateMachineDoesNotExist")
        own = [each for each in self.executions.values() if each["stateMachineArn"] == machine]
        newest_first = [each for each in own if wanted in (None, each["status"])][::-1]
        start, size = int(request.get("nextToken", "0")), request["maxResults"]
        page = [_listed(each) for each in newest_first[start : start + size]]
        more = {"nextToken": str(start + size)} if start + size < len(newest_first) else {}
        return {"executions": page} | more

    def DescribeExecution(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["executionArn"] in self.executions:
            return self.executions[request["executionArn"]]
        children = (child for run in self.children.values() for child in run)
        child = next((child for child in children if child["executionArn"] == request["executionArn"]), None)
        if child is None:
            raise Refused("ExecutionDoesNotExist")
        return _execution(child) | {name: child[name] for name in ("error", "cause", "input") if name in child}

    def RedriveExecution(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.executions[request["executionArn"]]["status"] == "RUNNING":
            raise Refused("ExecutionNotRedrivable")
        return {"redriveDate": STARTED}

    def StartExecution(self, request: dict[str, Any]) -> dict[str, Any]:
        arn = request["stateMachineArn"].replace(":stateMachine:", ":execution:")
        return {"executionArn": f"{arn}:{request.get('name', 'named-by-aws')}", "startDate": STARTED}

    def StartSyncExecution(self, request: dict[str, Any]) -> dict[str, Any]:
        arn = request["stateMachineArn"].replace(":stateMachine:", ":express:")
        return {"executionArn": f"{arn}:1:2", "startDate": STARTED, "stopDate": STARTED + 1} | self.ends

    def SendTaskSuccess(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["taskToken"] in self.tokens_used:
            raise Refused("TaskTimedOut")
        self.tokens_used.add(request["taskToken"])
        return {}

    def StopExecution(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"stopDate": STARTED}

    def DescribeMapRun(self, request: dict[str, Any]) -> dict[str, Any]:
        names = ("pending", "running", "succeeded", "failed", "timedOut", "aborted", "total", "resultsWritten")
        counts = dict.fromkeys(names, 0) | self.counts
        return {
            "mapRunArn": request["mapRunArn"],
            "executionArn": request["mapRunArn"].replace(":mapRun:", ":execution:"),
            "status": "RUNNING",
            "startDate": STARTED,
            "maxConcurrency": 10,
            "toleratedFailurePercentage": 50,
            "toleratedFailureCount": 0,
            "itemCounts": counts,
            "executionCounts": counts,
        }

    def GetExecutionHistory(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["executionArn"] not in self.histories:
            raise Refused("ExecutionDoesNotExist")
        assert self.shows_data or request["includeExecutionData"] is False, "nobody's business here"
        events, start = self.histories[request["executionArn"]], int(request.get("nextToken", "0"))
        end = start + min(request.get("maxResults", 100), PAGE)
        return {"events": events[start:end]} | ({"nextToken": str(end)} if end < len(events) else {})


def _event(number: int, state: str, what: str) -> dict[str, Any]:
    kind = "TaskStateEntered" if what == "stateEntered" else "TaskStateExited"
    return {"id": number, "timestamp": STARTED + number, "type": kind, f"{what}EventDetails": {"name": state}}


def _execution(child: dict[str, Any]) -> dict[str, Any]:
    described = {name: child[name] for name in ("executionArn", "status", "stopDate")}
    return described | {"stateMachineArn": "arn:of:it", "name": "child", "startDate": STARTED}


def _listed(execution: dict[str, Any]) -> dict[str, Any]:
    names = ("executionArn", "stateMachineArn", "status", "startDate", "stopDate")
    return {name: execution[name] for name in names if name in execution} | {"name": "one"}
