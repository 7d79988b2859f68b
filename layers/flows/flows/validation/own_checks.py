"""Our own checks, for what the service accepts and people regret later."""

from collections.abc import Iterator

from flows.node_types import configuration_of
from flows.validation import conditions
from flows.validation.findings import Finding, Json, found
from flows.validation.graph import Graph

# The service's model and the page of its API; CloudFormation's schema has 100.
MANY_CONNECTIONS = 20


def own_findings(definition: Json, *, alias_version: str = "") -> list[Finding]:
    """`alias_version` is the version that a production alias names, if there is one."""
    drafts: list[Finding] = []
    if alias_version == "DRAFT":
        drafts = [
            found("DocentDraftInProduction", "The production alias names the draft, which changes without a deploy")
        ]
    return drafts + list(_all(definition))


def _all(definition: Json) -> Iterator[Finding]:
    graph = Graph.of(definition)
    if (count := len(definition.get("connections") or ())) > MANY_CONNECTIONS:
        message = f"The flow has {count} connections; some of AWS's pages allow {MANY_CONNECTIONS}"
        yield found("DocentManyConnections", message)
    for node in graph.nodes.values():
        name, configuration = node["name"], configuration_of(node)
        guardrail = configuration.get("guardrailConfiguration") or {}
        if node["type"] == "KnowledgeBase" and guardrail and not configuration.get("modelId"):
            message = f"The guardrail of node {name} works only with a model, and the node has none"
            yield found("DocentGuardrailWithoutModel", message, node=name)
        if guardrail.get("guardrailVersion") == "DRAFT":
            message = f"Node {name} names the draft of its guardrail, which changes without a deploy"
            yield found("DocentDraftInProduction", message, node=name)
        if node["type"] == "Prompt":
            resource = (configuration.get("sourceConfiguration") or {}).get("resource") or {}
            if "promptArn" in resource and not resource["promptArn"].rpartition(":")[2].isdigit():
                message = f"Node {name} names the draft of its prompt, which changes without a deploy"
                yield found("DocentUnpinnedPrompt", message, node=name)
        if node["type"] == "Loop" and (inner := configuration.get("definition")):
            yield from _endless(name, inner)
            yield from _all(inner)
    for name in sorted(_unmasked(graph)):
        message = f"What the user wrote reaches the function of node {name} without a guardrail or code before it"
        yield found("DocentUnmaskedLambda", message, node=name)


def _unmasked(graph: Graph) -> set[str]:
    """Lambda nodes that get what the user wrote. Nodes with a guardrail, and inline code, let nothing raw pass."""
    seen = set[str]()
    waiting = [name for name, node in graph.nodes.items() if node["type"] == "Input"]
    while waiting:
        if (name := waiting.pop()) in seen:
            continue
        seen.add(name)
        if _masks(graph.nodes[name]):
            continue
        waiting += [each["target"] for each in graph.out_of(name) if each["type"] == "Data"]
    return {name for name in seen if graph.nodes[name]["type"] == "LambdaFunction"}


def _masks(node: Json) -> bool:
    return node["type"] == "InlineCode" or bool(configuration_of(node).get("guardrailConfiguration"))


def _endless(loop: str, definition: Json) -> Iterator[Finding]:
    """A condition that no round can change: the loop then runs once, or until its maximum."""
    graph = Graph.of(definition)
    starts = [name for name, node in graph.nodes.items() if node["type"] == "LoopInput"]
    for node in graph.nodes.values():
        if node["type"] != "LoopController":
            continue
        try:
            parsed = conditions.parse(configuration_of(node).get("continueCondition", {}).get("expression") or "")
        except conditions.MalformedConditionError:
            continue  # a finding of the service
        asked = conditions.names_in(parsed)
        returned = [
            each["name"] for each in node.get("inputs") or () if each.get("category") == "ReturnValueToLoopStart"
        ]
        unchanged = set(starts) if not returned else set[str]()
        sources = {
            each["source"]
            for each in graph.into(node["name"])
            if each["type"] == "Data" and each["configuration"]["data"]["targetInput"] in asked
        }
        if not asked or (sources and sources <= unchanged):
            message = f"The condition of loop {loop} never changes, so that it runs once or until its maximum"
            yield found("DocentEndlessLoop", message, node=loop)
