"""Flows on a machine: prepared, run, and what a run told."""

import json
from contextlib import closing
from typing import Any

from local.model_checks import checked
from tests.support.waiting import wait_until

type Json = dict[str, Any]

TRUST = {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "sts:AssumeRole"}
EVERYTHING = {
    "Effect": "Allow",
    "Action": ["bedrock:*", "lambda:InvokeFunction", "s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3vectors:*"],
    "Resource": "*",
}


def shapes_checked(client: Any) -> Any:
    """The client, with each reply checked against the service's model: required members, patterns, values."""

    def check(http_response: Any, model: Any, **_: Any) -> None:
        if http_response.status_code < 300 and not model.has_event_stream_output:
            body = json.loads(http_response.content or b"{}")
            assert set(body) <= set(model.output_shape.members), f"{model.name} has members of our own"
            checked(model.output_shape, body)

    client.meta.events.register("after-call", check)
    return client


def prepared(flows: Any, role: str, definition: Json, name: str) -> str:
    made = flows.create_flow(name=name, executionRoleArn=role, definition=definition)
    assert made["status"] == "NotPrepared"
    assert flows.prepare_flow(flowIdentifier=made["id"])["status"] == "Preparing"
    return settled(flows, made["id"])


def settled(flows: Any, flow_id: str) -> str:
    told = no_longer_preparing(flows, flow_id)
    assert told["status"] == "Prepared", told["validations"]
    return flow_id


def no_longer_preparing(flows: Any, flow_id: str) -> Json:
    wait_until(lambda: flows.get_flow(flowIdentifier=flow_id)["status"] != "Preparing", seconds=30)
    return flows.get_flow(flowIdentifier=flow_id)


def run(runtime: Any, flow_id: str, document: Any, alias: str = "TSTALIASID", **more: Any) -> list[Json]:
    inputs = [{"nodeName": "FlowInput", "nodeOutputName": "document", "content": {"document": document}}]
    reply = runtime.invoke_flow(
        flowIdentifier=flow_id, flowAliasIdentifier=alias, inputs=more.pop("inputs", inputs), enableTrace=True, **more
    )
    assert reply["executionId"]
    with closing(reply["responseStream"]) as stream:
        return list(stream)


def outputs(events: list[Json]) -> list[Any]:
    return [each["flowOutputEvent"]["content"]["document"] for each in events if "flowOutputEvent" in each]


def traces(events: list[Json], kind: str) -> list[Json]:
    found = [each["flowTraceEvent"]["trace"] for each in events if "flowTraceEvent" in each]
    return [each[kind] for each in found if kind in each]
