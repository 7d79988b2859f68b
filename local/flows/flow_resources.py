"""`AWS::Bedrock::Flow`, FlowVersion and FlowAlias for the local CloudFormation.

Ref and the attributes are as AWS documents them. A flow is prepared after each create and update, and an error that the
validation finds fails the stack, as the service's own handler does it.
"""

import time
from typing import Any

from local.flows.template_definitions import definition_of
from local.seams.resources import add_resource_type, exchange, lower_camel
from local.seams.services import Handler

type Json = dict[str, Any]
type Made = tuple[str, dict[str, Any]]

_WAIT_ROUNDS, _WAIT_SECONDS = 500, 0.02


def add_flows(handler: Handler) -> None:
    flows, versions, aliases = _Flows(handler), _Versions(handler), _Aliases(handler)
    add_resource_type("AWS::Bedrock::Flow", flows.create, flows.delete, flows.update)
    of_versions = ("FlowArn", "Description")
    add_resource_type("AWS::Bedrock::FlowVersion", versions.create, versions.delete, versions.replace, of_versions)
    add_resource_type("AWS::Bedrock::FlowAlias", aliases.create, aliases.delete, aliases.update, ("FlowArn",))


class _Flows:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def create(self, _logical_id: str, props: Json, _stack: str) -> Made:
        tags = {"tags": props["Tags"]} if props.get("Tags") else {}
        flow_id = self._call("POST", "", self._request(props) | tags)["id"]
        try:
            return self._prepared(flow_id)
        except ValueError:
            self._call("DELETE", f"{flow_id}/")
            raise

    def update(self, physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        flow_id = _id(physical_id)
        self._call("PUT", f"{flow_id}/", self._request(new))
        return self._prepared(flow_id)

    def delete(self, physical_id: str, _props: Json) -> None:
        self._call("DELETE", f"{_id(physical_id)}/")

    def _request(self, props: Json) -> Json:
        given = {"name": props["Name"], "executionRoleArn": props["ExecutionRoleArn"]}
        given["definition"] = definition_of(props)
        for name, member in (("Description", "description"), ("CustomerEncryptionKeyArn", "customerEncryptionKeyArn")):
            if name in props:
                given[member] = props[name]
        return given

    def _prepared(self, flow_id: str) -> Made:
        """Raises ValueError for a definition that is not valid."""
        self._call("POST", f"{flow_id}/")
        told = self._call("GET", f"{flow_id}/")
        for _ in range(_WAIT_ROUNDS):
            if told["status"] != "Preparing":
                break
            time.sleep(_WAIT_SECONDS)
            told = self._call("GET", f"{flow_id}/")
        if told["status"] != "Prepared":
            errors = [each["message"] for each in told.get("validations", ()) if each["severity"] == "Error"]
            raise ValueError(f"The flow is not valid: {'; '.join(errors)}")
        attributes = {
            "Arn": told["arn"],
            "Id": told["id"],
            "Status": told["status"],
            "Version": told["version"],
            "CreatedAt": told["createdAt"],
            "UpdatedAt": told["updatedAt"],
        }
        return told["arn"], attributes

    def _call(self, method: str, path: str, request: Json | None = None) -> Json:
        return exchange(self._handler, method, f"/flows/{path}", {}, request)


class _Versions:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def create(self, _logical_id: str, props: Json, _stack: str) -> Made:
        given = {"description": props["Description"]} if props.get("Description") else {}
        made = exchange(self._handler, "POST", f"/flows/{_id(props['FlowArn'])}/versions", {}, given)
        attributes = {
            "Version": made["version"],
            "FlowId": made["id"],
            "Name": made["name"],
            "Status": made["status"],
            "ExecutionRoleArn": made["executionRoleArn"],
            "CreatedAt": made["createdAt"],
        }
        return f"{made['arn']}|{made['version']}", attributes

    def replace(self, _physical_id: str, _old: Json, new: Json, stack: str) -> Made:
        """A version cannot change, so CloudFormation replaces it."""
        return self.create("", new, stack)

    def delete(self, physical_id: str, _props: Json) -> None:
        arn, _, version = physical_id.partition("|")
        exchange(self._handler, "DELETE", f"/flows/{_id(arn)}/versions/{version}/", {})


class _Aliases:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def create(self, _logical_id: str, props: Json, _stack: str) -> Made:
        return self._made(self._call("POST", props, "", self._request(props)))

    def update(self, physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        return self._made(self._call("PUT", new, f"/{_id(physical_id)}", self._request(new)))

    def delete(self, physical_id: str, props: Json) -> None:
        self._call("DELETE", props, f"/{_id(physical_id)}")

    def _request(self, props: Json) -> Json:
        names = ("Name", "Description", "RoutingConfiguration", "ConcurrencyConfiguration")
        given = lower_camel({name: props[name] for name in names if name in props})
        if limit := given.get("concurrencyConfiguration", {}).get("maxConcurrency"):
            given["concurrencyConfiguration"]["maxConcurrency"] = int(limit)
        given["routingConfiguration"] = [
            {"flowVersion": str(each["flowVersion"])} for each in given["routingConfiguration"]
        ]
        return given

    def _made(self, told: Json) -> Made:
        attributes = {"Arn": told["arn"], "Id": told["id"], "FlowId": told["flowId"]}
        return told["arn"], attributes | {"CreatedAt": told["createdAt"], "UpdatedAt": told["updatedAt"]}

    def _call(self, method: str, props: Json, path: str, request: Json | None = None) -> Json:
        return exchange(self._handler, method, f"/flows/{_id(props['FlowArn'])}/aliases{path}", {}, request)


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]
