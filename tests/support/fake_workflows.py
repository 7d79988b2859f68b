"""Step Functions for functions: the histories of executions, page by page."""

from typing import Any, ClassVar

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.support.fake_service import FakeService, Refused

STARTED = 1_800_000_000.0
PAGE = 1000


class FakeWorkflows(FakeService):
    """`histories` holds the events of each execution, created by `entered` and `left`."""

    events: ClassVar = ("sfn",)  # the service's id; other fakes give its name

    def __init__(self) -> None:
        super().__init__()
        self.histories: dict[str, list[dict[str, Any]]] = {}

    def __call__(self, request: AWSPreparedRequest, event_name: str, **more: Any) -> AWSResponse:
        return super().__call__(request, event_name.replace(".sfn.", ".stepfunctions."), **more)

    def run(self, execution_arn: str, *steps: str) -> None:
        """An execution that went through steps of one second each: `+State` is entered, `-State` is left."""
        self.histories[execution_arn] = [
            _event(number, step[1:], "stateEntered" if step[0] == "+" else "stateExited")
            for number, step in enumerate(steps, 1)
        ]

    def GetExecutionHistory(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["executionArn"] not in self.histories:
            raise Refused("ExecutionDoesNotExist")
        assert request["includeExecutionData"] is False, "what went through the states is nobody's business here"
        events, start = self.histories[request["executionArn"]], int(request.get("nextToken", "0"))
        end = start + min(request.get("maxResults", 100), PAGE)
        return {"events": events[start:end]} | ({"nextToken": str(end)} if end < len(events) else {})


def _event(number: int, state: str, what: str) -> dict[str, Any]:
    kind = "TaskStateEntered" if what == "stateEntered" else "TaskStateExited"
    return {"id": number, "timestamp": STARTED + number, "type": kind, f"{what}EventDetails": {"name": state}}
