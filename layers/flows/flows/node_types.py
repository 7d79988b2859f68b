"""The types of nodes: their configurations and ports.

https://docs.aws.amazon.com/bedrock/latest/userguide/flows-nodes.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

type Json = dict[str, Any]

ANY = "any"

_VARIABLE = re.compile(r"\{\{\s*([A-Za-z][\w-]*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Ports:
    """Data types by name. `free` ports can have any name; `optional` ones need not be there."""

    inputs: Mapping[str, str] = field(default_factory=dict[str, str])
    outputs: Mapping[str, str] = field(default_factory=dict[str, str])
    free_inputs: bool = False
    free_outputs: bool = False
    optional: frozenset[str] = frozenset()


# By type of node, what the key of its configuration is, and whether the configuration has required members.
CONFIGURATIONS: Mapping[str, tuple[str, bool]] = {
    "Input": ("input", False),
    "Output": ("output", False),
    "KnowledgeBase": ("knowledgeBase", True),
    "Condition": ("condition", True),
    "Lex": ("lex", True),
    "Prompt": ("prompt", True),
    "LambdaFunction": ("lambdaFunction", True),
    "Storage": ("storage", True),
    "Agent": ("agent", True),
    "Retrieval": ("retrieval", True),
    "Iterator": ("iterator", False),
    "Collector": ("collector", False),
    "InlineCode": ("inlineCode", True),
    "Loop": ("loop", True),
    "LoopInput": ("loopInput", False),
    "LoopController": ("loopController", True),
}
# AWS: "DoWhile loops don't support these node types".
NOT_IN_LOOPS = ("Input", "Condition", "Iterator", "Collector")
ONLY_IN_LOOPS = ("LoopInput", "LoopController")

_PORTS: Mapping[str, Ports] = {
    "Input": Ports({}, {"document": ANY}),
    "Output": Ports({"document": ANY}, {}),
    "Condition": Ports(free_inputs=True),
    "LambdaFunction": Ports({}, {"functionResponse": ANY}, free_inputs=True),
    "InlineCode": Ports({}, {"response": ANY}, free_inputs=True),
    "Iterator": Ports({"array": "Array"}, {"arrayItem": ANY, "arraySize": "Number"}),
    "Collector": Ports({"arrayItem": ANY, "arraySize": "Number"}, {"collectedArray": "Array"}),
    "Storage": Ports({"content": ANY, "objectKey": "String"}, {"s3Uri": "String"}),
    "Retrieval": Ports({"objectKey": "String"}, {"s3Content": "String"}),
    "Agent": Ports(
        {"agentInputText": "String", "promptAttributes": "Object", "sessionAttributes": "Object"},
        {"agentResponse": "String"},
        optional=frozenset({"promptAttributes", "sessionAttributes"}),
    ),
    "Lex": Ports(
        {"inputText": "String", "requestAttributes": "Object", "sessionAttributes": "Object"},
        {"predictedIntent": "String"},
        optional=frozenset({"requestAttributes", "sessionAttributes"}),
    ),
    "Loop": Ports(
        {"loopInput": ANY}, {"loopOutput": ANY, "iterationCount": "Number"}, optional=frozenset({"iterationCount"})
    ),
    "LoopInput": Ports(free_inputs=True, free_outputs=True),
    "LoopController": Ports(free_inputs=True, free_outputs=True),
}


def configuration_of(node: Json) -> Json:
    """The member of the union that belongs to the node's type; empty if it is not there."""
    key, _ = CONFIGURATIONS[node["type"]]
    return (node.get("configuration") or {}).get(key) or {}


def ports_of(node: Json) -> Ports:
    match node["type"]:
        case "Prompt":
            return _prompt_ports(configuration_of(node))
        case "KnowledgeBase":
            written = configuration_of(node).get("modelId")
            outputs = {"outputText": "String"} if written else {"retrievalResults": "Array"}
            return Ports({"retrievalQuery": "String"}, outputs)
    return _PORTS[node["type"]]


def variables_of(inline: Json) -> list[str]:
    """The variables of a prompt's template, those that it declares and those that its text names."""
    template = inline.get("templateConfiguration") or {}
    part = template.get("text") or template.get("chat") or {}
    declared = [each["name"] for each in part.get("inputVariables") or () if "name" in each]
    return list(dict.fromkeys([*declared, *_VARIABLE.findall("\n".join(texts_of(inline)))]))


def texts_of(inline: Json) -> list[str]:
    template = inline.get("templateConfiguration") or {}
    chat = template.get("chat") or {}
    texts = [(template.get("text") or {}).get("text", "")]
    texts += [block.get("text", "") for block in chat.get("system") or ()]
    texts += [block.get("text", "") for message in chat.get("messages") or () for block in message.get("content") or ()]
    return texts


def filled(text: str, values: Mapping[str, str]) -> str:
    """A template's text with its variables, each replaced once: a value that looks like a variable stays."""
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)


def _prompt_ports(configuration: Json) -> Ports:
    outputs = {"modelCompletion": "String"}
    inline = (configuration.get("sourceConfiguration") or {}).get("inline")
    if inline is None:  # a prompt of its own, which the definition does not show
        return Ports({}, outputs, free_inputs=True)
    return Ports(dict.fromkeys(variables_of(inline), ANY), outputs)
