"""What ValidateFlowDefinition finds. Each function below looks at one thing, and a loop's inside is looked at alike."""

from collections import Counter
from collections.abc import Iterator

from flows.node_types import (
    ANY,
    CONFIGURATIONS,
    NOT_IN_LOOPS,
    ONLY_IN_LOOPS,
    configuration_of,
    ports_of,
)
from flows.validation import conditions, expressions
from flows.validation.findings import Finding, Json, found
from flows.validation.graph import Graph

MOST_FINDINGS = 100

_DEFAULT = "default"


def service_findings(definition: Json) -> list[Finding]:
    """In the service's shape, at most 100. The definition is one that CreateFlow accepts."""
    return list(_all(definition, None, frozenset()))[:MOST_FINDINGS]


def _all(definition: Json, loop: Json | None, outside: frozenset[str]) -> Iterator[Finding]:
    """`loop` is the node whose inside this is, and `outside` are the names of the nodes around it."""
    graph = Graph.of(definition)
    yield from _ends(graph) if loop is None else _loop(graph, loop)
    for node in graph.nodes.values():
        if loop is None and node["type"] in ONLY_IN_LOOPS:
            yield found("Unspecified", f"Node {node['name']} of type {node['type']} can only be inside a loop")
        if CONFIGURATIONS[node["type"]][1] and not configuration_of(node):
            yield found(
                "MissingNodeConfiguration",
                f"Node {node['name']} is missing its required configuration",
                node=node["name"],
            )
            continue
        yield from _ports(node)
        yield from _conditions(node)
    yield from _connections(definition, graph, outside)
    yield from _wiring(graph)
    for node in graph.nodes.values():
        if node["type"] == "Loop" and (inner := configuration_of(node).get("definition")) is not None:
            yield from _all(inner, node, outside | graph.nodes.keys())


def _ends(graph: Graph) -> Iterator[Finding]:
    kinds = {node["type"] for node in graph.nodes.values()}
    if "Input" not in kinds:
        yield found("MissingStartingNodes", "The flow is missing a required Flow Input node")
    if "Output" not in kinds:
        yield found("MissingEndingNodes", "The flow is missing a required Flow Output node")


def _loop(graph: Graph, loop: Json) -> Iterator[Finding]:
    kinds = Counter(node["type"] for node in graph.nodes.values())
    name = loop["name"]
    for kind in ONLY_IN_LOOPS:
        if not kinds[kind]:
            yield found(f"Missing{kind}Node", f"Loop node {name} is missing a {kind} node", loopNode=name)
        elif kinds[kind] > 1:
            yield found(f"Multiple{kind}Nodes", f"Loop node {name} has more than one {kind} node", loopNode=name)
    for node in graph.nodes.values():
        if node["type"] in NOT_IN_LOOPS:
            yield found(
                "LoopIncompatibleNodeType",
                f"Loop node {name} has node {node['name']}, whose type {node['type']} is not supported in a loop",
                node=name,
                incompatibleNodeType=node["type"],
                incompatibleNodeName=node["name"],
            )


def _ports(node: Json) -> Iterator[Finding]:
    name, ports = node["name"], ports_of(node)
    inputs = {each["name"]: each["type"] for each in node.get("inputs") or ()}
    outputs = {each["name"]: each["type"] for each in node.get("outputs") or ()}
    for port, kind in ports.inputs.items():
        if port not in inputs and port not in ports.optional:
            yield found("MissingNodeInput", f"Node {name} is missing the input '{port}'", node=name, input=port)
        elif port in inputs and kind not in (ANY, inputs[port]):
            message = f"Input '{port}' of node {name} is of type {inputs[port]}, and must be of type {kind}"
            yield found("MismatchedNodeInputType", message, node=name, input=port, expectedType=kind)
    for port, kind in ports.outputs.items():
        if port not in outputs and port not in ports.optional:
            yield found("MissingNodeOutput", f"Node {name} is missing the output '{port}'", node=name, output=port)
        elif port in outputs and kind not in (ANY, outputs[port]):
            message = f"Output '{port}' of node {name} is of type {outputs[port]}, and must be of type {kind}"
            yield found("MismatchedNodeOutputType", message, node=name, output=port, expectedType=kind)
    for port in inputs:
        if not ports.free_inputs and port not in ports.inputs:
            message = f"Node {name} has an unknown input '{port}' that is not supported by this node type"
            yield found("UnknownNodeInput", message, node=name, input=port)
    for port in outputs:
        if not ports.free_outputs and port not in ports.outputs:
            message = f"Node {name} has an unknown output '{port}' that is not supported by this node type"
            yield found("UnknownNodeOutput", message, node=name, output=port)
    for each in node.get("inputs") or ():
        try:
            expressions.parse(each["expression"])
        except expressions.MalformedExpressionError as error:
            message = f"Input '{each['name']}' of node {name} has a malformed expression: {error}"
            yield found("MalformedNodeInputExpression", message, node=name, input=each["name"], cause=str(error))


def _conditions(node: Json) -> Iterator[Finding]:
    name, configuration = node["name"], configuration_of(node)
    inputs = {each["name"]: each["type"] for each in node.get("inputs") or ()}
    if node["type"] == "LoopController":
        yield from _condition(name, configuration["continueCondition"], inputs)
    if node["type"] != "Condition":
        return
    conditions = configuration["conditions"]
    if _DEFAULT not in {each["name"] for each in conditions}:
        yield found("MissingDefaultCondition", f"Node {name} is missing a default condition", node=name)
    for each in conditions:
        if each["name"] != _DEFAULT:
            yield from _condition(name, each, inputs)
        elif each.get("expression"):
            yield found("Unspecified", f"The default condition of node {name} must not have an expression")
    written = Counter(each["expression"].strip() for each in conditions if each.get("expression"))
    for expression, times in written.items():
        if times > 1:
            message = f"Node {name} has multiple conditions with the same expression"
            yield found("DuplicateConditionExpression", message, node=name, expression=expression)


def _condition(node: str, condition: Json, inputs: dict[str, str]) -> Iterator[Finding]:
    try:
        if not condition.get("expression"):
            raise conditions.MalformedConditionError("The expression is missing.")
        conditions.check(conditions.parse(condition["expression"]), inputs)
    except conditions.MalformedConditionError as error:
        yield found(
            "MalformedConditionExpression",
            f"Condition '{condition['name']}' of node {node} has a malformed expression: {error}",
            node=node,
            condition=condition["name"],
            cause=str(error),
        )


def _connections(definition: Json, graph: Graph, outside: frozenset[str]) -> Iterator[Finding]:
    inside = {name for node in graph.nodes.values() for name in _inner_names(node)}
    seen: Counter[tuple[str, ...]] = Counter()
    for connection in definition.get("connections") or ():
        name, source, target = connection["name"], connection["source"], connection["target"]
        elsewhere = (outside | inside) - graph.nodes.keys()
        if source in elsewhere or target in elsewhere:
            message = f"Connection {name} crosses the boundary of a loop"
            yield found("InvalidLoopBoundary", message, connection=name, source=source, target=target)
            continue
        if source not in graph.nodes:
            message = f"Connection {name} references an unknown source node {source}"
            yield found("UnknownConnectionSource", message, connection=name)
        if target not in graph.nodes:
            message = f"Connection {name} references an unknown target node {target}"
            yield found("UnknownConnectionTarget", message, connection=name)
        key = "data" if connection["type"] == "Data" else "conditional"
        configuration = (connection.get("configuration") or {}).get(key)
        if not configuration:
            message = f"Connection {name} is missing its required configuration"
            yield found("MissingConnectionConfiguration", message, connection=name)
            continue
        place = (source, target, *configuration.values())
        seen[place] += 1
        if seen[place] == 2:
            message = f"There are duplicate connections from {source} to {target}"
            yield found("DuplicateConnections", message, source=source, target=target)
        if connection["type"] == "Data":
            yield from _data(graph, connection, configuration)
        elif source in graph.nodes:
            node = graph.nodes[source]
            known = {each["name"] for each in configuration_of(node).get("conditions") or ()}
            if node["type"] != "Condition" or configuration["condition"] not in known:
                message = f"Connection {name} references an unknown condition {configuration['condition']}"
                yield found("UnknownConnectionCondition", message, connection=name)


def _inner_names(node: Json) -> Iterator[str]:
    inner = configuration_of(node).get("definition") if node["type"] == "Loop" else None
    for each in (inner or {}).get("nodes") or ():
        yield each["name"]
        yield from _inner_names(each)


def _data(graph: Graph, connection: Json, configuration: Json) -> Iterator[Finding]:
    name, source, target = connection["name"], connection["source"], connection["target"]
    sent = _port(graph, source, "outputs", configuration["sourceOutput"])
    taken = _port(graph, target, "inputs", configuration["targetInput"])
    if source in graph.nodes and sent is None:
        message = f"Connection {name} references an unknown source output {configuration['sourceOutput']}"
        yield found("UnknownConnectionSourceOutput", message, connection=name)
    if target in graph.nodes and taken is None:
        message = f"Connection {name} references an unknown target input {configuration['targetInput']}"
        yield found("UnknownConnectionTargetInput", message, connection=name)
    if sent and taken and not _fits(sent["type"], taken):
        message = f"Connection {name} brings {sent['type']} into an input of type {taken['type']}"
        yield found("IncompatibleConnectionDataType", message, connection=name)


def _port(graph: Graph, node: str, kind: str, name: str) -> Json | None:
    ports = graph.nodes.get(node, {}).get(kind) or ()
    return next((each for each in ports if each["name"] == name), None)


def _fits(sent: str, taken: Json) -> bool:
    """Whether a value of the data type can be what the input expects of it. A part of an object can be anything."""
    try:
        steps = expressions.parse(taken["expression"])
    except expressions.MalformedExpressionError:
        return True  # a finding of its own
    if not steps:
        return sent == taken["type"]
    return sent == ("Object" if isinstance(steps[0], str) else "Array")


def _wiring(graph: Graph) -> Iterator[Finding]:
    """What concerns the connections together."""
    for connection in graph.closing():
        message = f"Connection {connection['name']} closes a cycle"
        yield found("CyclicConnection", message, connection=connection["name"])
    starts = [name for name, node in graph.nodes.items() if node["type"] in ("Input", "LoopInput")]
    reached = graph.reached_from(starts)
    taken = Counter(
        (each["target"], each["configuration"]["data"]["targetInput"])
        for each in graph.connections
        if each["type"] == "Data" and (each.get("configuration") or {}).get("data")
    )
    for name, node in graph.nodes.items():
        if name not in reached:
            yield found("UnreachableNode", f"Node {name} cannot be reached from the start", node=name)
        for each in node.get("inputs") or ():
            times = taken[name, each["name"]]
            if times > 1:
                message = f"Input '{each['name']}' of node {name} has multiple incoming connections"
                yield found("MultipleNodeInputConnections", message, node=name, input=each["name"])
            elif not times and node["type"] != "LoopInput":
                message = f"Input '{each['name']}' of node {name} has no incoming connection"
                yield found("UnfulfilledNodeInput", message, node=name, input=each["name"])
    for connection in graph.unsatisfied():
        message = f"Connection {connection['name']} needs conditions that are never satisfied together"
        yield found("UnsatisfiedConnectionConditions", message, connection=connection["name"])
