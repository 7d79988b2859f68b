"""A run of a flow: what is answered and kept, masked, however it ends."""

import json
from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from docent.callers import Caller
from tests.support.api_calls import ERIKA, MARY, asked, call
from tests.support.aws import FLOW_RUNS_TABLE, World
from tests.support.fake_connections import FakeConnections
from tests.support.fake_flows import (
    ALIAS_ID,
    ASKS,
    DONE,
    EXECUTION,
    FLOW_ID,
    FakeFlows,
    acted,
    at,
    decided,
    gave,
    put_out,
    question,
    took,
)
from tests.support.fake_models import FakeGuardrail
from tests.support.fake_service import Refused
from tests.support.functions import CANARY, Function
from tests.support.project import sample_event

EVENT = sample_event("invoke_flow.account.json")
EMAIL = "john.smith@example.com"
ASKED = f"I am {CANARY} ({EMAIL}). How do I set up an account?"
ANSWER = "Dear Mr. {NAME}, choose Sign up."
GUARDRAIL = {
    "inputAssessment": {
        "gr7x2k9q4m1z": {
            "sensitiveInformationPolicy": {
                "piiEntities": [{"match": EMAIL, "type": "EMAIL", "action": "ANONYMIZED"}],
                "regexes": [],
            }
        }
    }
}
RESPONSE = {
    "output": {"message": {"role": "assistant", "content": [{"text": f"Dear {CANARY}"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120},
    "metrics": {"latencyMs": 700},
    "trace": {"guardrail": GUARDRAIL},
}
RUN = [
    gave("FlowInputNode", 0, document=ASKED),
    took("Classify", 10, message=ASKED),
    acted("Classify", 300, {"messages": [{"content": [{"text": f"Labels. {ASKED}"}]}]}, RESPONSE),
    gave("Classify", 310, modelCompletion="other\n"),
    took("NormalizeLabel", 320, label="other\n"),
    gave("NormalizeLabel", 330, response="other"),
    took("Route", 335, label="other"),
    decided("Route", 340, "default"),
    took("GeneralAnswer", 350, message=ASKED),
    acted("GeneralAnswer", 1200, {"messages": []}, RESPONSE),
    gave("GeneralAnswer", 1210, modelCompletion=ANSWER),
    took("GeneralOutput", 1220, document=ANSWER),
    put_out("GeneralOutput", ANSWER),
    DONE,
]


@pytest.fixture(autouse=True)
def _world(flows: FakeFlows, guardrail: FakeGuardrail) -> None:
    flows.run = RUN
    guardrail.masks = {CANARY: "NAME", EMAIL: "EMAIL"}
    guardrail.outputs_each = True


def run(function: Function, caller: Caller = MARY, **body: Any) -> tuple[int, Any]:
    return call(function, asked(EVENT, caller, body={"input": ASKED, **body}))


def row_of(aws: World, run_id: str) -> dict[str, Any]:
    return next(row for row in aws.items(FLOW_RUNS_TABLE) if (row["run_id"], row["item"]) == (run_id, "run"))


def events_of(aws: World, run_id: str) -> list[dict[str, Any]]:
    rows = [row for row in aws.items(FLOW_RUNS_TABLE) if row["run_id"] == run_id and row["item"] != "run"]
    return [json.loads(row["event"]) for row in sorted(rows, key=lambda row: row["item"])]


def test_the_answer_comes_with_the_version_and_without_a_trace(function: Function, flows: FakeFlows) -> None:
    status, body = run(function)
    assert status == 200
    assert (body["status"], body["version"]) == ("SUCCEEDED", "1")
    assert body["outputs"] == [{"node": "GeneralOutput", "document": ANSWER}]
    assert "events" not in body
    (sent,) = flows.asked("InvokeFlow")
    assert (sent["flowIdentifier"], sent["flowAliasIdentifier"]) == (FLOW_ID, ALIAS_ID)
    assert sent["inputs"][0]["content"]["document"] == ASKED, "the flow gets the message as it came"


def test_the_trace_tells_of_each_node_what_it_did(function: Function) -> None:
    _, body = run(function, trace=True)
    nodes = {each["node"]: each for each in body["nodes"]}
    assert list(nodes) == ["FlowInputNode", "Classify", "NormalizeLabel", "Route", "GeneralAnswer", "GeneralOutput"]
    classify = nodes["Classify"]
    assert (classify["type"], classify["milliseconds"], classify["model_milliseconds"]) == ("Prompt", 300, 700)
    assert (classify["input_tokens"], classify["output_tokens"]) == (100, 20)
    assert classify["cost"] == pytest.approx((100 * 3 + 20 * 15) / 1_000_000)
    assert classify["guardrail"] == {"outcome": "masked", "kinds": ["EMAIL"]}
    assert nodes["Route"]["conditions"] == ["default"]
    assert nodes["GeneralOutput"]["inputs"] == {"document": ANSWER}


def test_nothing_that_is_answered_kept_or_logged_holds_what_was_masked(function: Function, aws: World) -> None:
    _, body = run(function, trace=True)
    kept = json.dumps(list(aws.items(FLOW_RUNS_TABLE)), default=str)
    for private in (CANARY, EMAIL):
        assert private not in json.dumps(body)
        assert private not in kept
        assert private not in function.logged


def test_a_name_that_is_found_late_is_masked_in_what_was_kept_before(
    function: Function, aws: World, flows: FakeFlows, guardrail: FakeGuardrail
) -> None:
    """The guardrail's finding of a node tells it; the gate's own guardrail finds it nowhere."""
    guardrail.masks = {}
    late = GUARDRAIL["inputAssessment"]["gr7x2k9q4m1z"]["sensitiveInformationPolicy"]["piiEntities"][0]
    found = {"trace": {"guardrail": {"piiEntities": [late | {"match": CANARY, "type": "NAME"}, late]}}}
    flows.run = [gave("FlowInputNode", 0, document=ASKED), acted("Classify", 300, {}, found), DONE]
    _, body = run(function, trace=True)
    assert CANARY not in json.dumps(body["events"])
    assert CANARY not in json.dumps(events_of(aws, body["run_id"]))


def test_a_run_is_kept_with_its_events_and_its_definition(function: Function, aws: World) -> None:
    _, body = run(function)
    row = row_of(aws, body["run_id"])
    assert (row["status"], row["version"], row["flow"]) == ("SUCCEEDED", "1", "customer-service")
    assert float(row["milliseconds"]) == 1220
    assert int(row["transitions"]) == 5
    events = events_of(aws, body["run_id"])
    assert "flowInputEvent" in events[0]
    assert "flowCompletionEvent" in events[-1]
    assert any(each["run_id"] == "definition" for each in aws.items(FLOW_RUNS_TABLE))


def test_a_failed_node_ends_the_trace_with_its_error_masked(function: Function, flows: FakeFlows) -> None:
    flows.run, flows.ends = RUN[:2], ("dependencyFailedException", f"The function said: {CANARY} not found.")
    status, body = run(function, trace=True)
    assert (status, body["status"], body["error"]["name"]) == (200, "FAILED", "FlowNodeFailedError")
    assert "Classify" in body["error"]["message"]
    failed = body["events"][-2]["nodeFailureEvent"]
    assert (failed["nodeName"], failed["errorCode"]) == ("Classify", "DEPENDENCY_FAILED")
    assert body["events"][-1]["flowFailureEvent"]["errorCode"] == "NODE_EXECUTION_FAILED"
    assert CANARY not in json.dumps(body)
    assert body["nodes"][-1]["error"]["code"] == "DEPENDENCY_FAILED"


def test_a_run_without_an_output_says_where_it_stopped_and_what_decided(function: Function, flows: FakeFlows) -> None:
    flows.run = [*RUN[:8], DONE]
    _, body = run(function)
    assert body["status"] == "NO_OUTPUT"
    assert "stopped at the node Route" in body["error"]["message"]
    assert "default of Route decided" in body["error"]["message"]


def test_an_input_of_the_wrong_type_is_told(function: Function, flows: FakeFlows) -> None:
    flows.run, flows.ends = [], ("validationException", "The input must be a String.")
    _, body = run(function, input={"a": 1})
    assert (body["status"], body["error"]["name"]) == ("FAILED", "FlowInputError")
    assert "must be a String" in body["error"]["message"]


def test_without_the_guardrail_nothing_passes(function: Function, aws: World, guardrail: FakeGuardrail) -> None:
    guardrail.fail_always("InternalServerException")
    _, body = run(function, trace=True)
    assert (body["status"], body["error"]["name"]) == ("FAILED", "FlowMaskingError")
    assert body["events"] == []
    assert EMAIL not in json.dumps(aws.items(FLOW_RUNS_TABLE), default=str)


def test_a_guardrail_that_fails_in_the_middle_ends_the_run(
    function: Function, aws: World, guardrail: FakeGuardrail, flows: FakeFlows
) -> None:
    flows.run = RUN

    def end_after_the_input(client: Any) -> None:
        guardrail.fail_always("InternalServerException")

    flows.InvokeFlow, invoke = lambda request: (end_after_the_input(None), invoke(request))[1], flows.InvokeFlow
    _, body = run(function)
    assert (body["status"], body["error"]["name"]) == ("FAILED", "FlowMaskingError")
    assert body["outputs"] == []
    assert all("flowInputEvent" in each for each in events_of(aws, body["run_id"]))


def test_a_text_that_the_guardrail_blocks_is_withheld(function: Function, guardrail: FakeGuardrail) -> None:
    guardrail.denies = ["Sign up"]
    _, body = run(function)
    assert body["outputs"][0]["document"] == "[withheld by the guardrail]"


@pytest.mark.parametrize("document", ["", " \n\t "])
def test_an_empty_input_is_refused_before_it_is_sent(function: Function, flows: FakeFlows, document: str) -> None:
    status, body = run(function, input=document)
    assert (status, body["type"]) == (400, "urn:docent:problem:FlowInputError")
    assert flows.asked("InvokeFlow") == []


def test_a_run_tells_both_versions_if_the_alias_was_moved_while_it_began(
    function: Function, aws: World, flows: FakeFlows
) -> None:
    flows.versions["2"] = flows.versions["1"]
    invoke = flows.InvokeFlow

    def moved(request: dict[str, Any]) -> Any:
        flows.alias = "2"
        return invoke(request)

    flows.InvokeFlow = moved
    _, body = run(function)
    assert (body["version"], body["or_version"]) == ("1", "2")
    row = row_of(aws, body["run_id"])
    assert (row["version"], row["or_version"], row["status"]) == ("1", "2", "SUCCEEDED")
    _, body = run(function)
    assert (body["version"], body.get("or_version")) == ("2", None)


def test_a_run_whose_alias_cannot_be_read_again_is_answered(function: Function, flows: FakeFlows) -> None:
    alias = flows.GetFlowAlias
    replies = [alias]

    def once(request: dict[str, Any]) -> Any:
        if replies:
            return replies.pop()(request)
        raise Refused("ThrottlingException")

    flows.GetFlowAlias = once
    _, body = run(function)
    assert (body["status"], body.get("or_version")) == ("SUCCEEDED", None)


def test_an_unknown_flow_is_not_found(function: Function) -> None:
    assert call(function, asked(EVENT, path={"flow": "nothing"}))[0] == 404


def test_a_connection_that_breaks_off_is_told(function: Function, flows: FakeFlows) -> None:
    flows.fail_always(ConnectionClosedError(endpoint_url="https://bedrock"))
    assert run(function)[0] == 503


def test_a_run_that_takes_too_long_is_cut_off_and_kept(function: Function, aws: World) -> None:
    function.remaining_milliseconds = 0
    _, body = run(function)
    assert body["status"] in ("TIMED_OUT", "SUCCEEDED"), "what has come by then counts"
    assert row_of(aws, body["run_id"])["status"] == body["status"]


class TestTurns:
    ASKING = (gave("FlowInputNode", 0, document="Book"), question("Agent", "Which day?"), ASKS)

    def begin(self, function: Function, flows: FakeFlows) -> str:
        flows.run = list(self.ASKING)
        _, body = run(function, input="Book")
        assert (body["status"], body["question"]["node"]) == ("INPUT_REQUIRED", "Agent")
        return body["run_id"]

    def test_an_answer_continues_the_run(self, function: Function, aws: World, flows: FakeFlows) -> None:
        run_id = self.begin(function, flows)
        flows.run = [put_out("Out", "Booked for Monday."), DONE]
        _, body = run(function, input="Monday", run_id=run_id, node="Agent", trace=True)
        assert (body["run_id"], body["status"]) == (run_id, "SUCCEEDED")
        sent = flows.asked("InvokeFlow")[-1]
        assert sent["executionId"] == EXECUTION
        assert sent["inputs"] == [
            {"nodeName": "Agent", "nodeInputName": "agentInputText", "content": {"document": "Monday"}}
        ]
        assert len(events_of(aws, run_id)) == len(body["events"]) == 4 + 3

    def test_the_time_in_which_a_question_waits_is_not_the_runs(
        self, function: Function, aws: World, flows: FakeFlows
    ) -> None:
        flows.run = [gave("FlowInputNode", 0, document="Book"), took("Agent", 30, agentInputText="Book")]
        flows.run += [question("Agent", "Which day?"), ASKS]
        _, body = run(function, input="Book")
        flows.run = [took("Agent", 50_000, agentInputText="Monday"), gave("Agent", 50_070, agentResponse="Booked.")]
        flows.run += [put_out("Out", "Booked."), DONE]
        _, body = run(function, input="Monday", run_id=body["run_id"], node="Agent", trace=True)
        assert float(row_of(aws, body["run_id"])["milliseconds"]) == 100
        assert body["nodes"][-1]["milliseconds"] == 70

    def test_an_answer_that_comes_twice_is_refused(self, function: Function, flows: FakeFlows) -> None:
        run_id = self.begin(function, flows)
        flows.run = [put_out("Out", "Booked."), DONE]
        run(function, input="Monday", run_id=run_id, node="Agent")
        status, body = run(function, input="Monday", run_id=run_id, node="Agent")
        assert (status, body["type"]) == (409, "urn:docent:problem:FlowTurnTakenError")

    def test_an_answer_for_another_node_is_refused(self, function: Function, flows: FakeFlows) -> None:
        run_id = self.begin(function, flows)
        status, body = run(function, input="Monday", run_id=run_id, node="Other")
        assert (status, body["type"]) == (409, "urn:docent:problem:FlowTurnNodeError")

    def test_an_answer_after_its_time_is_refused(self, function: Function, aws: World, flows: FakeFlows) -> None:
        run_id = self.begin(function, flows)
        row = row_of(aws, run_id)
        late = json.loads(row["question"]) | {"until": at(0)}
        aws.put_item(FLOW_RUNS_TABLE, **row | {"question": json.dumps(late)})
        status, body = run(function, input="Monday", run_id=run_id, node="Agent")
        assert (status, body["type"]) == (409, "urn:docent:problem:FlowTurnLateError")

    def test_the_question_of_a_trial_cannot_be_answered(self, function: Function, aws: World, flows: FakeFlows) -> None:
        run_id = self.begin(function, flows)
        aws.put_item(FLOW_RUNS_TABLE, **row_of(aws, run_id) | {"from_run": "0" * 32})
        status, body = run(function, input="Monday", run_id=run_id, node="Agent")
        assert (status, body["type"]) == (409, "urn:docent:problem:FlowTrialError")

    def test_nobody_answers_the_questions_of_others(self, function: Function, flows: FakeFlows) -> None:
        run_id = self.begin(function, flows)
        assert run(function, ERIKA, input="Monday", run_id=run_id, node="Agent")[0] == 404

    def test_a_run_needs_its_node(self, function: Function) -> None:
        assert run(function, run_id="0" * 32)[0] == 400


class TestStream:
    MESSAGE = sample_event("invoke_flow.stream.json")

    def test_events_are_sent_as_they_occur_and_the_result_last(
        self, function: Function, connections: FakeConnections
    ) -> None:
        function(self.MESSAGE)
        (sent,) = connections.messages.values()
        assert [each["type"] for each in sent] == [*["flow_event"] * (len(RUN) + 1), "flow_result"]
        assert [each["number"] for each in sent[:-1]] == list(range(1, len(RUN) + 2))
        assert {each["id"] for each in sent} == {"42"}
        assert sent[-1]["outputs"] == [{"node": "GeneralOutput", "document": ANSWER}]
        assert EMAIL not in json.dumps(sent)

    def test_without_trace_only_inputs_and_outputs_are_sent(
        self, function: Function, connections: FakeConnections
    ) -> None:
        body = json.loads(self.MESSAGE["body"]) | {"trace": False}
        function(self.MESSAGE | {"body": json.dumps(body)})
        (sent,) = connections.messages.values()
        kinds = [next(iter(each["event"])) for each in sent[:-1]]
        assert kinds == ["flowInputEvent", "flowOutputEvent", "flowCompletionEvent"]

    def test_a_client_that_leaves_does_not_end_the_run(
        self, function: Function, aws: World, connections: FakeConnections
    ) -> None:
        connections.leave(self.MESSAGE["requestContext"]["connectionId"], after=1)
        function(self.MESSAGE)
        (row,) = (each for each in aws.items(FLOW_RUNS_TABLE) if each["item"] == "run")
        assert row["status"] == "SUCCEEDED"

    def test_what_is_no_message_is_a_problem(self, function: Function, connections: FakeConnections) -> None:
        function(self.MESSAGE | {"body": '{"action": "flow", "id": "7"}'})
        (sent,) = connections.messages.values()
        assert (sent[0]["type"], sent[0]["name"], sent[0]["id"]) == ("problem", "InvalidRequestError", "7")
