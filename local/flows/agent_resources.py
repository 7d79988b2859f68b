"""`AWS::Bedrock::Agent` and `AWS::Bedrock::AgentAlias` for the local CloudFormation, which keeps MiniStack's records.

As in AWS, an agent is prepared with `AutoPrepare`, and an update of an alias has it name the agent as it is now.
"""

from typing import Any

from local.seams.resources import add_resource_type, exchange, lower_camel
from local.seams.services import Handler

type Json = dict[str, Any]
type Made = tuple[str, dict[str, Any]]

_AGENT = (
    "AgentName",
    "AgentResourceRoleArn",
    "Description",
    "FoundationModel",
    "GuardrailConfiguration",
    "IdleSessionTTLInSeconds",
    "Instruction",
)
_ALIAS = ("AgentAliasName", "Description", "RoutingConfiguration")


def add_agents(handler: Handler) -> None:
    agents, aliases = _Agents(handler), _Aliases(handler)
    add_resource_type("AWS::Bedrock::Agent", agents.create, agents.delete, agents.update)
    add_resource_type("AWS::Bedrock::AgentAlias", aliases.create, aliases.delete, aliases.update, ("AgentId",))


class _Agents:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def create(self, _logical_id: str, props: Json, _stack: str) -> Made:
        return self._prepared(self._call("PUT", "", self._request(props))["agent"]["agentId"], props)

    def update(self, physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        self._call("PUT", f"{physical_id}/", self._request(new))
        return self._prepared(physical_id, new)

    def delete(self, physical_id: str, _props: Json) -> None:
        self._call("DELETE", f"{physical_id}/")

    def _request(self, props: Json) -> Json:
        given = lower_camel({name: props[name] for name in _AGENT if name in props})
        if "idleSessionTTLInSeconds" in given:
            given["idleSessionTTLInSeconds"] = int(given["idleSessionTTLInSeconds"])
        return given

    def _prepared(self, agent_id: str, props: Json) -> Made:
        groups = f"{agent_id}/agentversions/DRAFT/actiongroups/"
        for each in self._call("POST", groups, {})["actionGroupSummaries"]:
            self._call("DELETE", f"{groups}{each['actionGroupId']}/")
        for each in props.get("ActionGroups") or ():
            self._call("PUT", groups, lower_camel(each))
        told = self._call("GET", f"{agent_id}/")["agent"]
        attributes = {
            "AgentArn": told["agentArn"],
            "AgentId": agent_id,
            "AgentStatus": told["agentStatus"],
            "AgentVersion": "DRAFT",
            "CreatedAt": told["createdAt"],
            "UpdatedAt": told["updatedAt"],
        }
        if props.get("AutoPrepare") in (True, "true"):
            done = self._call("POST", f"{agent_id}/")
            attributes |= {"AgentStatus": done["agentStatus"], "PreparedAt": done["preparedAt"]}
        return agent_id, attributes

    def _call(self, method: str, path: str, request: Json | None = None) -> Json:
        return exchange(self._handler, method, f"/agents/{path}", {}, request)


class _Aliases:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def create(self, _logical_id: str, props: Json, _stack: str) -> Made:
        return self._made(self._call("PUT", f"/agents/{props['AgentId']}/agentaliases/", self._request(props)))

    def update(self, physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        return self._made(self._call("PUT", _path(physical_id), self._request(new)))

    def delete(self, physical_id: str, _props: Json) -> None:
        self._call("DELETE", _path(physical_id))

    def _request(self, props: Json) -> Json:
        return lower_camel({name: props[name] for name in _ALIAS if name in props})

    def _made(self, reply: Json) -> Made:
        told = reply["agentAlias"]
        attributes = {
            "AgentAliasArn": told["agentAliasArn"],
            "AgentAliasId": told["agentAliasId"],
            "AgentAliasStatus": told["agentAliasStatus"],
            "CreatedAt": told["createdAt"],
            "UpdatedAt": told["updatedAt"],
        }
        return f"{told['agentId']}|{told['agentAliasId']}", attributes

    def _call(self, method: str, path: str, request: Json | None = None) -> Json:
        return exchange(self._handler, method, path, {}, request)


def _path(physical_id: str) -> str:
    agent_id, _, alias_id = physical_id.partition("|")
    return f"/agents/{agent_id}/agentaliases/{alias_id}/"
