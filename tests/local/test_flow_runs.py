"""Runs of flows: which nodes run, in which order, and what is told of them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from flows.validation import refusals, service_findings
from local.bedrock_agent.dispatch import Asked
from local.bedrock_agent.store import Store
from local.flows.failures import NodeFailure
from local.flows.flows import Flows
from local.flows.invocations import Invocations
from local.flows.runs import Called, Limits, QuestionError, Run, State, Tell
from tests.support.flow_definitions import code, condition, data, end, flow, line, node, on, prompt, start

type Json = dict[str, Any]


class FakeCalls:
    """A node's answer is what `answers` has for its name: outputs, or a function that makes them of its inputs."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.called: list[str] = []

    async def call(self, node: Json, inputs: Mapping[str, Any], declared: Sequence[Json], tell: Tell) -> Called:
        self.called.append(node["name"])
        answer = self.answers[node["name"]]
        if isinstance(answer, Callable):
            answer = answer(**inputs)
        if isinstance(answer, Exception):
            raise answer
        await asyncio.sleep(0)
        return answer if isinstance(answer, Called) else Called(answer)


def ran(definition: Json, document: Any, limits: Limits | None = None, **answers: Any) -> list[tuple[str, Json]]:
    """The events of a run; a failure is the last."""
    assert not refusals(definition)
    assert not [each for each in service_findings(definition) if each["severity"] == "Error"]
    told: list[tuple[str, Json]] = []
    run = Run(FakeCalls(**answers), lambda event, payload: told.append((event, payload)), limits or Limits())
    try:
        asyncio.run(run.begin(definition, "FlowInput", "document", document))
    except NodeFailure as failure:
        told.append((failure.kind, failure.payload()))
    return told


def outputs(told: Sequence[tuple[str, Json]]) -> list[tuple[str, Any]]:
    return [(e["nodeName"], e["content"]["document"]) for name, e in told if name == "flowOutputEvent"]


def traces(told: Sequence[tuple[str, Json]], kind: str) -> list[Json]:
    return [e["trace"][kind] for name, e in told if name == "flowTraceEvent" and kind in e["trace"]]


def routed() -> Json:
    return flow(
        [
            start(),
            prompt("Classify", "One word: {{ask}}", ask="String"),
            condition("Route", {"isOrder": 'label == "order"'}, label="String"),
            end("OrderOut"),
            end("OtherOut"),
        ],
        [
            data("FlowInput.document", "Classify.ask"),
            data("Classify.modelCompletion", "Route.label"),
            data("FlowInput.document", "OrderOut.document"),
            data("FlowInput.document", "OtherOut.document"),
            on("Route.isOrder", "OrderOut"),
            on("Route.default", "OtherOut"),
        ],
    )


@pytest.mark.parametrize(("label", "end"), [("order", "OrderOut"), ("order\n", "OtherOut"), ("Order", "OtherOut")])
def test_only_the_branch_of_the_first_condition_that_holds_runs(label: str, end: str) -> None:
    told = ran(routed(), "where is it", Classify={"modelCompletion": label})
    assert outputs(told) == [(end, "where is it")]
    [decided] = traces(told, "conditionNodeResultTrace")
    assert decided["satisfiedConditions"] == [{"conditionName": "isOrder" if end == "OrderOut" else "default"}]


def test_a_run_can_end_without_an_output_and_tells_what_decided() -> None:
    definition = routed()
    definition["connections"] = [each for each in definition["connections"] if each["name"] != "RoutedefaultToOtherOut"]
    definition["connections"].append(on("Route.isOrder", "OtherOut"))
    told = ran(definition, "where", Classify={"modelCompletion": "neither"})
    assert outputs(told) == []
    assert told[-1][1]["trace"]["conditionNodeResultTrace"]["satisfiedConditions"] == [{"conditionName": "default"}]


def test_a_trace_tells_where_each_input_is_from_and_where_each_output_goes() -> None:
    told = ran(routed(), "where", Classify={"modelCompletion": "order"})
    first = traces(told, "nodeOutputTrace")[0]
    assert first["nodeName"] == "FlowInput"
    assert [each["nodeName"] for each in first["fields"][0]["next"]] == ["Classify", "OrderOut", "OtherOut"]
    [asked] = traces(told, "nodeInputTrace")[0]["fields"]
    assert asked["source"] == {"nodeName": "FlowInput", "outputFieldName": "document", "expression": "$.data"}
    assert asked["content"] == {"document": "where"}


def test_a_wrong_type_of_the_input_is_refused_before_a_node_runs() -> None:
    told = ran(routed(), {"not": "a text"})
    assert told[-1][0] == "validationException"
    assert "String" in told[-1][1]["message"]
    assert len(told) == 1


def test_a_failure_names_its_node_and_ends_the_run() -> None:
    failure = NodeFailure("dependencyFailedException", "The model failed.", "a-model")
    told = ran(routed(), "where", Classify=failure)
    assert told[-1] == (
        "dependencyFailedException",
        {"message": "Node Classify: The model failed.", "resourceName": "a-model"},
    )
    assert outputs(told) == []


def test_an_expression_that_finds_nothing_is_an_error_without_the_value() -> None:
    definition = line(code("Take", "part", part="String $.data.missing"), kind="Object")
    told = ran(definition, {"secret": "Morgenrot"})
    assert told[-1][0] == "validationException"
    assert "missing" in told[-1][1]["message"]
    assert "Morgenrot" not in told[-1][1]["message"]


def iterating(collected: bool) -> Json:
    nodes = [
        start("Array"),
        node("Iterator", "Each", {"array": "Array"}, {"arrayItem": "String", "arraySize": "Number"}),
        prompt("Say", "{{item}}", item="String"),
    ]
    connections = [data("FlowInput.document", "Each.array"), data("Each.arrayItem", "Say.item")]
    if not collected:
        return flow([*nodes, end()], [*connections, data("Say.modelCompletion", "FlowOutput.document")])
    collector = node("Collector", "All", {"arrayItem": "String", "arraySize": "Number"}, {"collectedArray": "Array"})
    more = [
        data("Say.modelCompletion", "All.arrayItem"),
        data("Each.arraySize", "All.arraySize"),
        data("All.collectedArray", "FlowOutput.document"),
    ]
    return flow([*nodes, collector, end(kind="Array")], [*connections, *more])


def test_an_iterator_without_a_collector_gives_an_output_for_each_item() -> None:
    told = ran(iterating(collected=False), ["a", "b"], Say=lambda item: {"modelCompletion": item.upper()})
    assert outputs(told) == [("FlowOutput", "A"), ("FlowOutput", "B")]
    chains = [each["fields"][0].get("executionChain") for each in traces(told, "nodeInputTrace")]
    assert chains[1] == [{"nodeName": "Each", "type": "Iterator", "index": 0}]


@pytest.mark.parametrize("items", [["a", "b", "c"], []])
def test_a_collector_gives_all_items_in_their_order(items: list[str]) -> None:
    told = ran(iterating(collected=True), items, Say=lambda item: {"modelCompletion": item.upper()})
    assert outputs(told) == [("FlowOutput", [item.upper() for item in items])]


def looping(most: int = 10) -> Json:
    inside = flow(
        [
            node("LoopInput", "Begin", None, {"text": "String"}),
            code("Grow", "text + 'x'", text="String"),
            code("IsShort", "len(text) < 4", "Boolean", text="String"),
            {
                "name": "Again",
                "type": "LoopController",
                "configuration": {
                    "loopController": {
                        "continueCondition": {"name": "goesOn", "expression": "short == true"},
                        "maxIterations": most,
                    }
                },
                "inputs": [
                    {"name": "short", "type": "Boolean", "expression": "$.data", "category": "LoopCondition"},
                    {"name": "text", "type": "String", "expression": "$.data", "category": "ReturnValueToLoopStart"},
                    {"name": "result", "type": "String", "expression": "$.data", "category": "ExitLoop"},
                ],
            },
        ],
        [
            data("Begin.text", "Grow.text"),
            data("Grow.response", "IsShort.text"),
            data("IsShort.response", "Again.short"),
            data("Grow.response", "Again.text"),
            data("Grow.response", "Again.result"),
        ],
    )
    outputs = {"loopOutput": "String", "iterationCount": "Number"}
    loop = node("Loop", "Grown", {"loopInput": "String"}, outputs, {"definition": inside})
    return line(loop)


def grow(text: str) -> Json:
    return {"response": f"{text}x"}


@pytest.mark.parametrize(("most", "result"), [(10, "axxx"), (2, "axx"), (1, "ax")])
def test_a_loop_runs_while_its_condition_holds_and_at_most_so_often(most: int, result: str) -> None:
    told = ran(looping(most), "a", Grow=grow, IsShort=lambda text: {"response": len(text) < 4})
    assert outputs(told) == [("FlowOutput", result)]


def test_a_loop_runs_at_least_once() -> None:
    told = ran(looping(), "abcdefgh", Grow=grow, IsShort=lambda text: {"response": len(text) < 4})
    assert outputs(told) == [("FlowOutput", "abcdefghx")]


def test_a_run_has_a_ceiling_of_nodes_and_of_money() -> None:
    told = ran(looping(1000), "a", Limits(nodes=50), Grow=grow, IsShort={"response": True})
    assert told[-1][0] == "serviceQuotaExceededException"
    told = ran(routed(), "a", Limits(dollars=0.1), Classify=Called({"modelCompletion": "order"}, dollars=0.2))
    assert told[-1][0] == "serviceQuotaExceededException"
    assert "$0.1" in told[-1][1]["message"]


def test_a_run_that_takes_too_long_is_ended() -> None:
    class Slow(FakeCalls):
        async def call(self, *_: Any) -> Called:
            await asyncio.sleep(60)
            raise AssertionError

    run = Run(Slow(), lambda *_: None, Limits(seconds=0.05))
    with pytest.raises(NodeFailure, match="longer than"):
        asyncio.run(run.begin(routed(), "FlowInput", "document", "a"))


def test_a_node_that_asks_waits_for_the_answer_and_its_run_goes_on() -> None:
    agent = node(
        "Agent",
        "Ask",
        {"agentInputText": "String"},
        {"agentResponse": "String"},
        {"agentAliasArn": "arn:aws:bedrock:us-east-1:000000000000:agent-alias/AAAAAAAAAA/BBBBBBBBBB"},
    )
    definition = line(agent)
    told: list[tuple[str, Json]] = []
    run = Run(FakeCalls(Ask=Called({}, asks="Which order?")), lambda *event: told.append(event), Limits())
    with pytest.raises(QuestionError) as asked:
        asyncio.run(run.begin(definition, "FlowInput", "document", "where"))
    assert asked.value.text == "Which order?"
    state = State.from_json(run.state.to_json())
    again = FakeCalls(Ask=lambda agentInputText: {"agentResponse": agentInputText})
    run = Run(again, lambda *event: told.append(event), Limits())
    asyncio.run(run.go_on(definition, state, "Ask", "42"))
    assert outputs(told) == [("FlowOutput", "42")]


class Hanging(FakeCalls):
    """A call that ends only when it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.ended = False

    async def call(self, *_: Any) -> Called:
        try:
            await asyncio.sleep(60)
        finally:
            self.ended = True
        raise AssertionError


def test_a_run_ends_when_its_caller_leaves(tmp_path: Path) -> None:
    store = Store(tmp_path / "flows.sqlite")
    flows, calls = Flows(store, lambda _: 0.0), Hanging()
    role = "arn:aws:iam::000000000000:role/flows"
    made = flows.create(Asked("CreateFlow", {"name": "leaving", "executionRoleArn": role, "definition": routed()}))
    flows.prepare(Asked("PrepareFlow", {"flowIdentifier": made["id"]}))
    invocations = Invocations(flows, store, lambda *_: calls, lambda *_: True, Limits())
    request = {
        "flowIdentifier": made["id"],
        "flowAliasIdentifier": "TSTALIASID",
        "inputs": [{"nodeName": "FlowInput", "nodeOutputName": "document", "content": {"document": "hello"}}],
        "enableTrace": True,
    }

    async def leave() -> None:
        _, _, frames = await invocations.invoke(Asked("InvokeFlow", request))
        async with aclosing(frames):
            async for _ in frames:
                break

    asyncio.run(leave())
    assert calls.ended
    store.close()
