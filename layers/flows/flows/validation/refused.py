"""What CreateFlow and UpdateFlow refuse as ValidationException: lengths, patterns, unions, names used twice, quotas.

The table is the part of the service's model that a definition can violate; a test compares it with botocore's.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.node_types import CONFIGURATIONS

type Json = dict[str, Any]

MOST_CONNECTIONS = 100  # CloudFormation's; the service's model has 20, which own_checks.py warns of
MOST_NESTED = 4  # loops in loops
# Service Quotas, per flow, not adjustable.
MOST_NODES_OF_A_TYPE = {
    "Input": 1,
    "Iterator": 1,
    "Collector": 1,
    "Condition": 5,
    "InlineCode": 5,
    "Lex": 5,
    "KnowledgeBase": 20,
    "LambdaFunction": 20,
    "Agent": 20,
}
_QUOTA_NAMES = {
    "Input": "max-number-flow-input-nodes",
    "Iterator": "max-number-iterator-nodes",
    "Collector": "max-number-collector-nodes",
    "Condition": "max-number-condition-nodes",
    "InlineCode": "max-number-inline-code-nodes",
    "Lex": "max-number-lex-nodes",
    "KnowledgeBase": "max-number-knowledge-base-nodes",
    "LambdaFunction": "max-number-lambda-function-nodes",
    "Agent": "max-number-agent-nodes",
}
# Filled when a flow is deployed: CloudFormation's, and those of AWS's sample flows.
_PLACEHOLDER = re.compile(r"\$\{[a-zA-Z0-9]+\}|\$\$[A-Z][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class Text:
    least: int | None = None
    most: int | None = None
    pattern: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    least: float | None = None
    most: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    of: "Shape"
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Members:
    of: Mapping[str, "Shape"] = field(default_factory=dict[str, "Shape"])
    required: tuple[str, ...] = ()
    union: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """Any JSON: parts that our flows cannot use are not checked."""


@dataclass(frozen=True, slots=True)
class Recursive:
    """A definition inside a definition."""


type Shape = Text | Number | Items | Members | Open | Recursive

_PARTITION = "aws(-cn|-us-gov|-eusc|-iso(-[b-f])?)?"
_MODEL_NAME = "([a-zA-Z0-9.-]{1,63}){0,2}(([:][a-z0-9-]{1,63}){0,2})?(/[a-z0-9]{1,12})?"
_MODEL_ARN = ":(bedrock|sagemaker):[a-z0-9-]{1,20}:([0-9]{12})?:([a-z-]+/)?)?"
_NAME = Text(pattern="[a-zA-Z]([_]?[0-9a-zA-Z]){1,50}")
_PROMPT_ARN = Text(
    pattern=f"$|^(arn:{_PARTITION}:bedrock:[a-z0-9-]{{1,20}}:[0-9]{{12}}:prompt/[0-9a-zA-Z]{{10}}(?::[0-9]{{1,5}})?)"
)
_DATA_TYPE = Text(values=("String", "Number", "Boolean", "Object", "Array"))
_CONDITION = Members({"name": _NAME, "expression": Text(1, 64)}, ("name",))
_GUARDRAIL = Members(
    {
        "guardrailIdentifier": Text(
            0,
            2048,
            "(([a-z0-9]+)|(arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/[a-z0-9]+))",
        ),
        "guardrailVersion": Text(pattern="(([0-9]{1,8})|(DRAFT))"),
    }
)
_INFERENCE = Members(
    {
        "text": Members(
            {
                "temperature": Number(0, 1),
                "topP": Number(0, 1),
                "maxTokens": Number(0, whole=True),
                "stopSequences": Items(Text(), 0, 4),
            }
        )
    },
    union=True,
)
_VARIABLES = Items(Members({"name": Text(pattern="([0-9a-zA-Z][_-]?){1,100}")}), 0, 20)
_TEMPLATE = Members(
    {
        "text": Members(
            {"text": Text(1), "inputVariables": _VARIABLES, "cachePoint": Open()},
            ("text",),
        ),
        "chat": Members(
            {"messages": Items(Open()), "system": Open(), "inputVariables": _VARIABLES, "toolConfiguration": Open()},
            ("messages",),
        ),
    },
    union=True,
)
_INLINE = Members(
    {
        "templateType": Text(values=("TEXT", "CHAT")),
        "templateConfiguration": _TEMPLATE,
        "modelId": Text(0, 2048, f"$|^(arn:{_PARTITION}{_MODEL_ARN}{_MODEL_NAME}"),
        "inferenceConfiguration": _INFERENCE,
        "additionalModelRequestFields": Open(),
    },
    ("templateType", "templateConfiguration", "modelId"),
)
_BUCKET = Members(
    {"s3": Members({"bucketName": Text(0, 63, r"$|^[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]")}, ("bucketName",))}, union=True
)
_CONFIGURATION = Members(
    {
        "input": Members(),
        "output": Members(),
        "knowledgeBase": Members(
            {
                "knowledgeBaseId": Text(0, 10, "$|^[0-9a-zA-Z]+"),
                "modelId": Text(1, 2048, f"(arn:aws(-[^:]{{1,12}})?{_MODEL_ARN}{_MODEL_NAME}"),
                "guardrailConfiguration": _GUARDRAIL,
                "numberOfResults": Number(1, 100, whole=True),
                "promptTemplate": Open(),
                "inferenceConfiguration": _INFERENCE,
                "rerankingConfiguration": Open(),
                "orchestrationConfiguration": Open(),
            },
            ("knowledgeBaseId",),
        ),
        "condition": Members({"conditions": Items(_CONDITION, 1, 5)}, ("conditions",)),
        "lex": Members({"botAliasArn": Text(0, 78), "localeId": Text(0, 10)}, ("botAliasArn", "localeId")),
        "prompt": Members(
            {
                "sourceConfiguration": Members(
                    {
                        "resource": Members({"promptArn": _PROMPT_ARN}, ("promptArn",)),
                        "inline": _INLINE,
                    },
                    union=True,
                ),
                "guardrailConfiguration": _GUARDRAIL,
            },
            ("sourceConfiguration",),
        ),
        "lambdaFunction": Members(
            {
                "lambdaArn": Text(
                    0,
                    2048,
                    rf"$|^arn:{_PARTITION}:lambda:([a-z]{{2,}}-){{2,}}\d:\d{{12}}:function:[a-zA-Z0-9-_\.]+"
                    r"(:(\$LATEST|[a-zA-Z0-9-_]+))?",
                )
            },
            ("lambdaArn",),
        ),
        "storage": Members({"serviceConfiguration": _BUCKET}, ("serviceConfiguration",)),
        "agent": Members(
            {
                "agentAliasArn": Text(
                    0,
                    2048,
                    f"$|^arn:{_PARTITION}:bedrock:[a-z0-9-]{{1,20}}:[0-9]{{12}}:agent-alias/"
                    "[0-9a-zA-Z]{10}/[0-9a-zA-Z]{10}",
                )
            },
            ("agentAliasArn",),
        ),
        "retrieval": Members({"serviceConfiguration": _BUCKET}, ("serviceConfiguration",)),
        "iterator": Members(),
        "collector": Members(),
        "inlineCode": Members(
            {"code": Text(0, 5_000_000), "language": Text(values=("Python_3",))}, ("code", "language")
        ),
        "loop": Members({"definition": Recursive()}, ("definition",)),
        "loopInput": Members(),
        "loopController": Members(
            {"continueCondition": _CONDITION, "maxIterations": Number(1, 1000, whole=True)}, ("continueCondition",)
        ),
    },
    union=True,
)
_NODE = Members(
    {
        "name": _NAME,
        "type": Text(values=tuple(CONFIGURATIONS)),
        "configuration": _CONFIGURATION,
        "inputs": Items(
            Members(
                {
                    "name": _NAME,
                    "type": _DATA_TYPE,
                    "expression": Text(1, 64),
                    "category": Text(values=("LoopCondition", "ReturnValueToLoopStart", "ExitLoop")),
                },
                ("name", "type", "expression"),
            ),
            0,
            20,
        ),
        "outputs": Items(Members({"name": _NAME, "type": _DATA_TYPE}, ("name", "type")), 0, 5),
    },
    ("name", "type"),
)
_CONNECTION = Members(
    {
        "type": Text(values=("Data", "Conditional")),
        "name": Text(pattern="[a-zA-Z]([_]?[0-9a-zA-Z]){1,100}"),
        "source": _NAME,
        "target": _NAME,
        "configuration": Members(
            {
                "data": Members({"sourceOutput": _NAME, "targetInput": _NAME}, ("sourceOutput", "targetInput")),
                "conditional": Members({"condition": _NAME}, ("condition",)),
            },
            union=True,
        ),
    },
    ("type", "name", "source", "target"),
)
DEFINITION = Members({"nodes": Items(_NODE, 0, 40), "connections": Items(_CONNECTION, 0, MOST_CONNECTIONS)})


def refusals(definition: Any) -> list[str]:
    """The messages; none if CreateFlow accepts the definition. They name places and no contents of a flow."""
    shapes = list(_violations(DEFINITION, definition, "definition", 0))
    return shapes or list(_contradictions(definition))


def _violations(shape: Shape, value: Any, path: str, depth: int) -> Iterator[str]:
    match shape:
        case Recursive():
            if depth >= MOST_NESTED:
                yield f"The loops of {path} are nested too deep."
            else:
                yield from _violations(DEFINITION, value, path, depth + 1)
        case Members():
            yield from _members(shape, value, path, depth)
        case Items(of, least, most):
            if not isinstance(value, list):
                yield f"The value at '{path}' is not a list."
                return
            yield from _bounded(len(value), path, "length", least, most)
            for number, each in enumerate(value, 1):
                yield from _violations(of, each, f"{path}.{number}.member", depth)
        case Text():
            yield from _text(shape, value, path)
        case Number(least, most, whole):
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                yield f"The value at '{path}' is not a number."
                return
            yield from _bounded(value, path, "value", least, most)


def _members(shape: Members, value: Any, path: str, depth: int) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"The value at '{path}' is not an object."
        return
    there = {name: each for name, each in value.items() if each is not None}
    known = [name for name in shape.of if name in there]
    if shape.union and len(known) != 1:
        yield f"Exactly one member of the union at '{path}' must be set."
    for name in shape.required:
        if name not in there:
            yield _failed(f"{path}.{name}", "Member must not be null")
    for name in known:
        yield from _violations(shape.of[name], there[name], f"{path}.{name}", depth)


def _text(shape: Text, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, str):
        yield f"The value at '{path}' is not a string."
        return
    if _PLACEHOLDER.search(value):
        return
    yield from _bounded(len(value), path, "length", shape.least, shape.most)
    if shape.pattern and not re.fullmatch(shape.pattern, value):
        yield _failed(path, f"Member must satisfy regular expression pattern: {shape.pattern}")
    if shape.values and value not in shape.values:
        yield _failed(path, f"Member must satisfy enum value set: [{', '.join(shape.values)}]")


def _bounded(size: float, path: str, what: str, least: float | None, most: float | None) -> Iterator[str]:
    if most is not None and size > most:
        yield _failed(path, f"Member must have {what} less than or equal to {most}")
    if least is not None and size < least:
        yield _failed(path, f"Member must have {what} greater than or equal to {least}")


def _failed(path: str, rule: str) -> str:
    return f"1 validation error detected: Value at '{path}' failed to satisfy constraint: {rule}"


def _contradictions(definition: Json) -> Iterator[str]:
    """What the shapes allow and the service refuses all the same."""
    nodes = definition.get("nodes") or []
    for name, times in Counter(node["name"] for node in nodes).items():
        if times > 1:
            yield f"Node name {name} must be unique."
    for name, times in Counter(each["name"] for each in definition.get("connections") or ()).items():
        if times > 1:
            yield f"Connection name {name} must be unique."
    kinds = Counter(node["type"] for node in nodes)
    for kind, most in MOST_NODES_OF_A_TYPE.items():
        if kinds[kind] > most:
            yield (f"The flow has {kinds[kind]} {kind} nodes, and the quota {_QUOTA_NAMES[kind]} is {most}.")
    for node in nodes:
        key, _ = CONFIGURATIONS[node["type"]]
        given = node.get("configuration")
        if given is not None and given.get(key) is None:
            yield f"Configuration must be provided for node {node['name']}: {key}."
            continue
        configuration = (given or {}).get(key) or {}
        for name, times in Counter(each["name"] for each in configuration.get("conditions") or ()).items():
            if times > 1:
                yield f"Condition name {name} must be unique in node {node['name']}."
        for ports in ("inputs", "outputs"):
            for name, times in Counter(each["name"] for each in node.get(ports) or ()).items():
                if times > 1:
                    yield f"The name {name} must be unique among the {ports} of node {node['name']}."
        if node["type"] == "InlineCode" and len(node.get("inputs") or ()) > 5:
            yield f"Node {node['name']} of type InlineCode can have at most 5 inputs."
        if inner := configuration.get("definition"):
            yield from _contradictions(inner)
