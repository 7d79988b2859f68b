"""Flows with one type of node that hands a word on."""

from typing import Any

from tests.support.flow_definitions import condition, data, end, flow, line, node, on, start

type Json = dict[str, Any]

BUCKET = "canary-objects"
S3 = {"serviceConfiguration": {"s3": {"bucketName": BUCKET}}}


def branching() -> Json:
    return flow(
        [start(), condition("Route", {"isIt": 'text != "x"'}, text="String"), end("Yes"), end("No")],
        [
            data("FlowInput.document", "Route.text"),
            data("FlowInput.document", "Yes.document"),
            data("FlowInput.document", "No.document"),
            on("Route.isIt", "Yes"),
            on("Route.default", "No"),
        ],
    )


def collecting() -> Json:
    each = node("Iterator", "Each", {"array": "Array"}, {"arrayItem": "String", "arraySize": "Number"})
    items = {"arrayItem": "String", "arraySize": "Number"}
    collector = node("Collector", "All", items, {"collectedArray": "Array"})
    return flow(
        [start("Array"), each, collector, end(kind="Array")],
        [
            data("FlowInput.document", "Each.array"),
            data("Each.arrayItem", "All.arrayItem"),
            data("Each.arraySize", "All.arraySize"),
            data("All.collectedArray", "FlowOutput.document"),
        ],
    )


def looping() -> Json:
    controller: Json = {
        "name": "Again",
        "type": "LoopController",
        "configuration": {"loopController": {"continueCondition": {"name": "goesOn", "expression": 'text == "x"'}}},
        "inputs": [
            {"name": "text", "type": "String", "expression": "$.data", "category": "LoopCondition"},
            {"name": "result", "type": "String", "expression": "$.data", "category": "ExitLoop"},
        ],
    }
    inside = flow(
        [node("LoopInput", "Begin", None, {"text": "String"}), controller],
        [data("Begin.text", "Again.text"), data("Begin.text", "Again.result")],
    )
    return line(node("Loop", "Grown", {"loopInput": "String"}, {"loopOutput": "String"}, {"definition": inside}))


def storing(bucket: Json = S3) -> Json:
    keep = node("Storage", "Keep", {"content": "String", "objectKey": "String"}, {"s3Uri": "String"}, bucket)
    definition = line(keep)
    definition["connections"].append(data("FlowInput.document", "Keep.objectKey"))
    return definition
