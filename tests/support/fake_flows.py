"""Bedrock's flows: their versions and aliases, and runs whose events a test decides."""

from typing import Any

from flows.flow_files import PLACEHOLDER, Definition, parse
from tests.support.fake_service import FakeService, Refused
from tests.support.fake_streams import Streamed
from tests.support.project import ROOT

FLOW_ID, ALIAS_ID = "FLOW123456", "ALIAS12345"
ARN = f"arn:aws:bedrock:eu-central-1:111122223333:flow/{FLOW_ID}"
AT = "2026-11-29T10:00:00Z"
# What CloudFormation fills in.
_FILLED = {
    "ModelId": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "FlowGuardrailId": "gr7x2k9q4m1z",
    "FlowGuardrailVersionNumber": "1",
    "OrderStatusFunctionArn": "arn:aws:lambda:eu-central-1:111122223333:function:docent-OrderStatusFunction",
    "PolicyKnowledgeBaseId": "KB12345678",
}
CUSTOMER_SERVICE = parse(
    PLACEHOLDER.sub(lambda found: _FILLED[found[1]], (ROOT / "flows" / "customer-service.flow.json").read_text())
)
EXECUTION = "11111111-2222-3333-4444-555555555555"


def at(milliseconds: int) -> str:
    return f"2026-11-29T10:00:{milliseconds // 1000:02}.{milliseconds % 1000:03}Z"


def trace(kind: str, node: str, milliseconds: int, **content: Any) -> tuple[str, dict[str, Any]]:
    return "flowTraceEvent", {"trace": {kind: {"nodeName": node, "timestamp": at(milliseconds), **content}}}


def took(node: str, milliseconds: int, **inputs: Any) -> tuple[str, dict[str, Any]]:
    fields = [{"nodeInputName": name, "content": {"document": each}} for name, each in inputs.items()]
    return trace("nodeInputTrace", node, milliseconds, fields=fields)


def gave(node: str, milliseconds: int, **outputs: Any) -> tuple[str, dict[str, Any]]:
    fields = [{"nodeOutputName": name, "content": {"document": each}} for name, each in outputs.items()]
    return trace("nodeOutputTrace", node, milliseconds, fields=fields)


def acted(node: str, milliseconds: int, request: Any, response: Any) -> tuple[str, dict[str, Any]]:
    told = {"serviceName": "bedrock", "operationName": "Converse", "requestId": "0c6f4a55"}
    return trace("nodeActionTrace", node, milliseconds, **told, operationRequest=request, operationResponse=response)


def decided(node: str, milliseconds: int, *conditions: str) -> tuple[str, dict[str, Any]]:
    held = [{"conditionName": each} for each in conditions]
    return trace("conditionNodeResultTrace", node, milliseconds, satisfiedConditions=held)


def put_out(node: str, document: Any) -> tuple[str, dict[str, Any]]:
    told = {"nodeName": node, "nodeType": "FlowOutputNode", "content": {"document": document}}
    return "flowOutputEvent", told


DONE = ("flowCompletionEvent", {"completionReason": "SUCCESS"})
ASKS = ("flowCompletionEvent", {"completionReason": "INPUT_REQUIRED"})


def question(node: str, document: Any) -> tuple[str, dict[str, Any]]:
    told = {"nodeName": node, "nodeType": "AgentNode", "content": {"document": document}}
    return "flowMultiTurnInputRequestEvent", told


class FakeFlows(FakeService):
    """`versions` are definitions by their numbers, `alias` is the version that answers. `run` are the events of the
    next runs, and `ends` the exception with which they end, if they do, with its message."""

    events = ("bedrock-agent", "bedrock-agent-runtime.InvokeFlow")

    def __init__(self) -> None:
        super().__init__()
        self.versions: dict[str, Definition] = {"1": CUSTOMER_SERVICE}
        self.alias = "1"
        self.run: list[tuple[str, dict[str, Any]]] = [DONE]
        self.ends: tuple[str, str] = ("", "")
        self.made: dict[str, Definition] = {}
        self.invalid: list[str] = []
        self.jobs = 0

    def GetFlowAlias(self, request: dict[str, Any]) -> dict[str, Any]:
        self._known(request)
        return self._alias()

    def UpdateFlowAlias(self, request: dict[str, Any]) -> dict[str, Any]:
        self._known(request)
        self.alias = request["routingConfiguration"][0]["flowVersion"]
        return self._alias()

    def ListFlowAliases(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"flowAliasSummaries": [self._alias()]}

    def GetFlowVersion(self, request: dict[str, Any]) -> dict[str, Any]:
        self._known(request)
        number = request["flowVersion"]
        if number not in self.versions:
            raise Refused("ResourceNotFoundException")
        return self._version(number) | {
            "name": "docent-customer-service",
            "executionRoleArn": "arn:aws:iam::111122223333:role/docent-flows",
            "definition": self.versions[number],
        }

    def ListFlowVersions(self, request: dict[str, Any]) -> dict[str, Any]:
        self._known(request)
        return {"flowVersionSummaries": [self._version(number) for number in self.versions]}

    def DeleteFlowVersion(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["flowVersion"] == self.alias:
            raise Refused("ConflictException")
        del self.versions[request["flowVersion"]]
        return {"id": FLOW_ID, "version": request["flowVersion"]}

    def CreateFlow(self, request: dict[str, Any]) -> dict[str, Any]:
        flow_id = f"TRIAL{len(self.made):05}"
        self.made[flow_id] = request["definition"]
        return self._flow(flow_id) | {"name": request["name"], "executionRoleArn": request["executionRoleArn"]}

    def PrepareFlow(self, request: dict[str, Any]) -> dict[str, Any]:
        return {"id": request["flowIdentifier"], "status": "Preparing"}

    def GetFlow(self, request: dict[str, Any]) -> dict[str, Any]:
        role = "arn:aws:iam::111122223333:role/docent-flows"
        found = [{"message": each, "severity": "Error"} for each in self.invalid]
        status = "Failed" if self.invalid else "Prepared"
        flow = self._flow(request["flowIdentifier"]) | {"name": "trial", "executionRoleArn": role}
        return flow | {"status": status, "validations": found}

    def DeleteFlow(self, request: dict[str, Any]) -> dict[str, Any]:
        del self.made[request["flowIdentifier"]]
        return {"id": request["flowIdentifier"]}

    def StartIngestionJob(self, request: dict[str, Any]) -> dict[str, Any]:
        self.jobs += 1
        times = {"startedAt": AT, "updatedAt": AT}
        names = {name: request[name] for name in ("knowledgeBaseId", "dataSourceId")}
        return {"ingestionJob": {**names, "ingestionJobId": f"JOB{self.jobs:07}", "status": "STARTING", **times}}

    def InvokeFlow(self, request: dict[str, Any]) -> Streamed:
        if request["flowIdentifier"] not in (FLOW_ID, *self.made):
            raise Refused("ResourceNotFoundException")
        exception, message = self.ends
        headers = {"x-amz-bedrock-flow-execution-id": EXECUTION}
        return Streamed(self.run, exception, message=message, headers=headers)

    def _known(self, request: dict[str, Any]) -> None:
        if request["flowIdentifier"] != FLOW_ID:
            raise Refused("ResourceNotFoundException")

    def _alias(self) -> dict[str, Any]:
        return {
            "id": ALIAS_ID,
            "flowId": FLOW_ID,
            "name": "live",
            "arn": f"{ARN}/alias/{ALIAS_ID}",
            "routingConfiguration": [{"flowVersion": self.alias}],
            "createdAt": AT,
            "updatedAt": AT,
        }

    def _version(self, number: str) -> dict[str, Any]:
        return {"id": FLOW_ID, "arn": ARN, "version": number, "status": "Prepared", "createdAt": AT}

    def _flow(self, flow_id: str) -> dict[str, Any]:
        arn = ARN.replace(FLOW_ID, flow_id)
        told = {"id": flow_id, "arn": arn, "version": "DRAFT", "status": "NotPrepared"}
        return told | {"createdAt": AT, "updatedAt": AT}
