"""One run of a flow: which node runs when, what it gets, and what is told of it.

A node runs when each of its inputs has a value and, if Conditional connections lead to it, one of them is satisfied.
An Iterator runs what follows it once for each item, one after another, up to the Collector. A Loop runs its inside at
least once. A run ends when no node can run any more.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from flows.node_types import configuration_of, ports_of
from flows.validation import conditions, expressions
from flows.validation.graph import Graph
from local.bedrock_agent.wire import now
from local.flows.failures import NodeFailure, invalid

type Json = dict[str, Any]
type Tell = Callable[[str, Json], None]

_AT_ONCE = 10  # nodes of a run, where the alias does not say


@dataclass(frozen=True, slots=True)
class Limits:
    """AWS: a flow may run for five minutes. The other two are ours: a machine's run can be left alone."""

    seconds: float = 300.0
    nodes: int = 5000
    dollars: float = 1.0
    at_once: int = _AT_ONCE


@dataclass(frozen=True, slots=True)
class Called:
    """What a node's call gave: its outputs, and the price of the models in it. `asks` is a question to the user."""

    outputs: Mapping[str, Any]
    dollars: float = 0.0
    asks: str | None = None


class Calls(Protocol):
    """The nodes that call a service. `tell` takes the trace of the call. Raises NodeFailure."""

    async def call(self, node: Json, inputs: Mapping[str, Any], declared: Sequence[Json], tell: Tell) -> Called: ...


class QuestionError(Exception):
    """A node asks the user, and the run waits for the answer."""

    def __init__(self, node: str, text: str) -> None:
        super().__init__(node)
        self.node, self.text = node, text


@dataclass(slots=True)
class State:
    """What has run so far. `values` are outputs by node and port."""

    values: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    satisfied: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    done: set[str] = field(default_factory=set[str])

    def copy(self) -> "State":
        return State(dict(self.values), set(self.satisfied), set(self.done))

    def to_json(self) -> Json:
        return {
            "values": [[*place, value] for place, value in self.values.items()],
            "satisfied": [list(each) for each in self.satisfied],
            "done": sorted(self.done),
        }

    @classmethod
    def from_json(cls, written: Json) -> "State":
        return cls(
            {(node, port): value for node, port, value in written["values"]},
            {(node, condition) for node, condition in written["satisfied"]},
            set(written["done"]),
        )


class Run:
    def __init__(self, calls: Calls, tell: Tell, limits: Limits) -> None:
        """`tell(event, payload)` gets the stream's events in their order."""
        self._calls, self._tell, self._limits = calls, tell, limits
        self._nodes, self._dollars = 0, 0.0
        self.state = State()

    async def begin(self, definition: Json, node: str, port: str, document: Any) -> None:
        """Raises NodeFailure or QuestionError."""
        graph, state = Graph.of(definition), self.state
        sent = next(each for each in graph.nodes[node]["outputs"] if each["name"] == port)
        _check_type(document, sent["type"], f"The input of the flow, output '{port}' of node {node},")
        self._tell_outputs(graph, graph.nodes[node], {port: document})
        state.values[node, port] = document
        state.done.add(node)
        await self._within_time(self._scope(graph, state, ()))

    async def go_on(self, definition: Json, state: State, node: str, answer: str) -> None:
        """After the user has answered a node's question. Raises NodeFailure or QuestionError."""
        graph, self.state = Graph.of(definition), state
        asked = graph.nodes[node]

        async def resumed() -> None:
            await self._run_node(graph, asked, state, (), {"agentInputText": answer})
            await self._scope(graph, state, ())

        await self._within_time(resumed())

    async def _within_time(self, work: Any) -> None:
        try:
            async with asyncio.timeout(self._limits.seconds):
                await work
        except TimeoutError as error:
            message = f"The run took longer than {self._limits.seconds:g} s and was ended."
            raise NodeFailure("dependencyFailedException", message, "flow") from error

    async def _scope(self, graph: Graph, state: State, chain: tuple[Json, ...]) -> None:
        """All that can run, except what an Iterator runs item by item: that comes when nothing else can."""
        repeated = _repeated(graph)
        iterators = [name for name, node in graph.nodes.items() if node["type"] == "Iterator"]
        collectors = {name for name, node in graph.nodes.items() if node["type"] == "Collector" and iterators}
        while True:
            plain = graph.nodes.keys() - repeated - collectors - set(iterators)
            await self._all_ready(graph, plain, state, chain)
            waiting = [name for name in iterators if name not in state.done and _is_ready(graph, name, state)]
            if not waiting:
                return
            await self._iterate(graph, graph.nodes[waiting[0]], state, chain, repeated)

    async def _all_ready(self, graph: Graph, names: Iterable[str], state: State, chain: tuple[Json, ...]) -> None:
        """Run these nodes, each once, until none of them can run."""
        wanted = set(names)
        names = [name for name in graph.nodes if name in wanted]
        running: dict[asyncio.Task[None], str] = {}
        try:
            while True:
                for name in names:
                    if len(running) >= self._limits.at_once:
                        break
                    if name not in state.done and name not in running.values() and _is_ready(graph, name, state):
                        work = self._run_node(graph, graph.nodes[name], state, chain)
                        running[asyncio.ensure_future(work)] = name
                if not running:
                    return
                ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in ended:
                    del running[task]
                for task in ended:
                    task.result()
        finally:
            for task in running:
                task.cancel()
            for task in running:
                with suppress(asyncio.CancelledError, NodeFailure, QuestionError):
                    await task

    async def _run_node(
        self,
        graph: Graph,
        node: Json,
        state: State,
        chain: tuple[Json, ...],
        given: Mapping[str, Any] | None = None,
    ) -> None:
        """`given` replaces what comes into the node's inputs."""
        name = node["name"]
        try:
            self._count()
            inputs = self._inputs(graph, node, state, chain, given or {})
            match node["type"]:
                case "Output":
                    content = {"document": inputs["document"]}
                    event = {"nodeName": name, "nodeType": "FlowOutputNode", "content": content}
                    self._tell("flowOutputEvent", event)
                case "Condition":
                    self._decide(node, inputs, state)
                case "Collector":
                    raise invalid("It collects the items of an Iterator, and none is before it.")
                case "Loop":
                    outputs = await self._loop(node, inputs, chain)
                    self._put(graph, node, outputs, state)
                case _:
                    called = await self._calls.call(
                        node, inputs, node.get("inputs") or (), lambda kind, trace: self._trace(kind, name, trace)
                    )
                    self._spend(called.dollars)
                    if called.asks is not None:
                        if chain:
                            raise invalid("A node can ask the user only outside of an Iterator and a Loop.")
                        raise QuestionError(name, called.asks)
                    self._put(graph, node, called.outputs, state)
        except NodeFailure as failure:
            failure.node = failure.node or name
            raise
        state.done.add(name)

    async def _iterate(
        self, graph: Graph, iterator: Json, state: State, chain: tuple[Json, ...], repeated: set[str]
    ) -> None:
        name = iterator["name"]
        try:
            self._count()
            items = self._inputs(graph, iterator, state, chain, {})["array"]
        except NodeFailure as failure:
            failure.node = failure.node or name
            raise
        state.done.add(name)
        collector = next((each for each in graph.nodes.values() if each["type"] == "Collector"), None)
        collected: list[Any] = []
        for index, item in enumerate(items):
            inner = state.copy()
            below = (*chain, {"nodeName": name, "type": "Iterator", "index": index})
            self._put(graph, iterator, {"arrayItem": item, "arraySize": len(items)}, inner)
            await self._all_ready(graph, repeated, inner, below)
            if collector and _is_ready(graph, collector["name"], inner):
                self._count()
                collected.append(self._inputs(graph, collector, inner, below, {})["arrayItem"])
        if collector and collector["name"] not in state.done and len(collected) == len(items):
            state.done.add(collector["name"])
            self._put(graph, collector, {"collectedArray": collected}, state)

    async def _loop(self, loop: Json, inputs: Mapping[str, Any], chain: tuple[Json, ...]) -> Json:
        inner = Graph.of(configuration_of(loop)["definition"])
        start = next(each for each in inner.nodes.values() if each["type"] == "LoopInput")
        controller = next(each for each in inner.nodes.values() if each["type"] == "LoopController")
        configuration = configuration_of(controller)
        most = configuration.get("maxIterations", 10)
        condition = conditions.parse(configuration["continueCondition"]["expression"])
        outputs = start.get("outputs") or ()
        # LoopInput's outputs take the Loop's inputs of their names, or its only input.
        current = {each["name"]: inputs.get(each["name"], inputs.get("loopInput")) for each in outputs}
        for index in range(most):
            below = (*chain, {"nodeName": loop["name"], "type": "Loop", "index": index})
            state = State(done={start["name"], controller["name"]})
            self._count()
            self._put(inner, start, current, state)
            await self._scope(inner, state, below)
            if not _is_ready(inner, controller["name"], state):
                raise invalid(f"Its node {controller['name']} did not get all of its inputs.")
            self._count()
            gathered = self._inputs(inner, controller, state, below, {})
            categories = {each["name"]: each.get("category") for each in controller.get("inputs") or ()}
            goes_on = _holds(condition, gathered)
            if not goes_on or index + 1 == most:
                left = {port: gathered[port] for port, category in categories.items() if category == "ExitLoop"}
                result = next(iter(left.values())) if len(left) == 1 else left
                return {"loopOutput": result, "iterationCount": index + 1}
            returned = {p: gathered[p] for p, category in categories.items() if category == "ReturnValueToLoopStart"}
            if len(returned) == len(current) == 1:
                current = dict.fromkeys(current, next(iter(returned.values())))
            else:
                current |= {port: value for port, value in returned.items() if port in current}
        raise AssertionError("a loop runs at least once")

    def _decide(self, node: Json, inputs: Mapping[str, Any], state: State) -> None:
        """The first condition that holds, in their order; else the default."""
        chosen = "default"
        for each in configuration_of(node)["conditions"]:
            if each.get("expression") and _holds(conditions.parse(each["expression"]), inputs):
                chosen = each["name"]
                break
        state.satisfied.add((node["name"], chosen))
        self._trace("conditionNodeResultTrace", node["name"], {"satisfiedConditions": [{"conditionName": chosen}]})

    def _inputs(
        self, graph: Graph, node: Json, state: State, chain: tuple[Json, ...], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The values of a node's inputs, checked; they are traced even if one of them is wrong."""
        connections = {
            each["configuration"]["data"]["targetInput"]: each
            for each in graph.into(node["name"])
            if each["type"] == "Data"
        }
        inputs: dict[str, Any] = {}
        fields: list[Json] = []
        wrong: NodeFailure | None = None
        for declared in node.get("inputs") or ():
            port, expression = declared["name"], declared["expression"]
            if port not in connections and port not in given:
                continue
            traced: Json = {"nodeInputName": port, "type": declared["type"]}
            try:
                if port in given:
                    value = given[port]
                else:
                    connection = connections[port]
                    output = connection["configuration"]["data"]["sourceOutput"]
                    source = {"nodeName": connection["source"], "outputFieldName": output, "expression": expression}
                    traced["source"] = source
                    value = state.values[connection["source"], output]
                    value = expressions.part_of(value, expressions.parse(expression))
            except expressions.NoSuchPartError as error:
                wrong = wrong or invalid(f"The expression of input '{port}' finds nothing: {error}")
                continue
            try:
                _check_type(value, declared["type"], f"Input '{port}'")
            except NodeFailure as failure:
                wrong = wrong or failure
            if category := declared.get("category"):
                traced["category"] = category
            if chain:
                traced["executionChain"] = list(chain)
            inputs[port] = value
            fields.append(traced | {"content": {"document": value}})
        if fields:
            self._trace("nodeInputTrace", node["name"], {"fields": fields})
        if wrong:
            raise wrong
        return inputs

    def _put(self, graph: Graph, node: Json, outputs: Mapping[str, Any], state: State) -> None:
        known = {each["name"]: each["type"] for each in node.get("outputs") or ()}
        fixed = ports_of(node).outputs
        sent = {port: value for port, value in outputs.items() if port in known}
        self._tell_outputs(graph, node, sent)
        for port, value in sent.items():
            if value is not None or port not in fixed:
                _check_type(value, known[port], f"Output '{port}'")
            elif known[port]:
                raise invalid(f"Output '{port}' has no value.")
            state.values[node["name"], port] = value

    def _tell_outputs(self, graph: Graph, node: Json, outputs: Mapping[str, Any]) -> None:
        known = {each["name"]: each["type"] for each in node.get("outputs") or ()}
        fields = [
            {
                "nodeOutputName": port,
                "content": {"document": value},
                "type": known[port],
                "next": [
                    {"nodeName": each["target"], "inputFieldName": each["configuration"]["data"]["targetInput"]}
                    for each in graph.out_of(node["name"])
                    if each["type"] == "Data" and each["configuration"]["data"]["sourceOutput"] == port
                ],
            }
            for port, value in outputs.items()
        ]
        if fields:
            self._trace("nodeOutputTrace", node["name"], {"fields": fields})

    def _trace(self, kind: str, node: str, trace: Json) -> None:
        self._tell("flowTraceEvent", {"trace": {kind: {"nodeName": node, "timestamp": now()} | trace}})

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            message = f"The run has run {self._limits.nodes} nodes, which is the most for a run on this machine."
            raise NodeFailure("serviceQuotaExceededException", message)

    def _spend(self, dollars: float) -> None:
        self._dollars += dollars
        if self._dollars > self._limits.dollars:
            message = f"The models of the run cost more than ${self._limits.dollars:g}, the most for a run here."
            raise NodeFailure("serviceQuotaExceededException", message)


def _repeated(graph: Graph) -> set[str]:
    """The nodes that an Iterator runs once for each item: those after it, up to the Collector."""
    starts = [name for name, node in graph.nodes.items() if node["type"] == "Iterator"]
    found, waiting = set[str](), [each["target"] for name in starts for each in graph.out_of(name)]
    while waiting:
        name = waiting.pop()
        if name not in found and graph.nodes[name]["type"] not in ("Collector", "Iterator"):
            found.add(name)
            waiting += [each["target"] for each in graph.out_of(name)]
    return found


def _is_ready(graph: Graph, name: str, state: State) -> bool:
    node, connections = graph.nodes[name], graph.into(name)
    filled = {
        each["configuration"]["data"]["targetInput"]
        for each in connections
        if each["type"] == "Data" and (each["source"], each["configuration"]["data"]["sourceOutput"]) in state.values
    }
    if any(each["name"] not in filled for each in node.get("inputs") or ()):
        return False
    conditional = [each for each in connections if each["type"] == "Conditional"]
    if not conditional and not connections:
        return False
    released = [
        (each["source"], each["configuration"]["conditional"]["condition"]) in state.satisfied for each in conditional
    ]
    return any(released) or not conditional


def _holds(condition: conditions.Expression, inputs: Mapping[str, Any]) -> bool:
    try:
        return conditions.holds(condition, inputs)
    except conditions.ConditionTypeError as error:
        raise invalid(f"The condition cannot be decided: {error}") from error


def _check_type(value: Any, expected: str, what: str) -> None:
    if (found := expressions.data_type(value)) != expected:
        raise invalid(f"{what} is of type {found or 'null'}, and must be of type {expected}.")
