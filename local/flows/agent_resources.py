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
    def call(method: str, path: str, request: Json | None = None) -> Json:
        return exchange(handler, method, path, {}, request)

    def prepared(agent_id: str, props: Json) -> Made:
        groups = f"/agents/{agent_id}/agentversions/DRAFT/actiongroups/"
        for each in call("POST", groups, {})["actionGroupSummaries"]:
            call("DELETE", f"{groups}{each['actionGroupId']}/")
        for each in props.get("ActionGroups") or ():
            call("PUT", groups, lower_camel(each))
        told = call("GET", f"/agents/{agent_id}/")["agent"]
        attributes = {
            "AgentArn": told["agentArn"],
            "AgentId": agent_id,
            "AgentStatus": told["agentStatus"],
            "AgentVersion": "DRAFT",
            "CreatedAt": told["createdAt"],
            "UpdatedAt": told["updatedAt"],
        }
        if props.get("AutoPrepare") in (True, "true"):
            done = call("POST", f"/agents/{agent_id}/")
            attributes |= {"AgentStatus": done["agentStatus"], "PreparedAt": done["preparedAt"]}
        return agent_id, attributes

    def agent_request(props: Json) -> Json:
        given = lower_camel({name: props[name] for name in _AGENT if name in props})
        if "idleSessionTTLInSeconds" in given:
            given["idleSessionTTLInSeconds"] = int(given["idleSessionTTLInSeconds"])
        return given

    def create_agent(_logical_id: str, props: Json, _stack: str) -> Made:
        return prepared(call("PUT", "/agents/", agent_request(props))["agent"]["agentId"], props)

    def update_agent(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        call("PUT", f"/agents/{physical_id}/", agent_request(new))
        return prepared(physical_id, new)

    def delete_agent(physical_id: str, _props: Json) -> None:
        call("DELETE", f"/agents/{physical_id}/")

    def alias(told: Json) -> Made:
        told = told["agentAlias"]
        attributes = {
            "AgentAliasArn": told["agentAliasArn"],
            "AgentAliasId": told["agentAliasId"],
            "AgentAliasStatus": told["agentAliasStatus"],
            "CreatedAt": told["createdAt"],
            "UpdatedAt": told["updatedAt"],
        }
        return f"{told['agentId']}|{told['agentAliasId']}", attributes

    def alias_request(props: Json) -> Json:
        return lower_camel({name: props[name] for name in _ALIAS if name in props})

    def create_alias(_logical_id: str, props: Json, _stack: str) -> Made:
        return alias(call("PUT", f"/agents/{props['AgentId']}/agentaliases/", alias_request(props)))

    def update_alias(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        return alias(call("PUT", _path(physical_id), alias_request(new)))

    def delete_alias(physical_id: str, _props: Json) -> None:
        call("DELETE", _path(physical_id))

    add_resource_type("AWS::Bedrock::Agent", create_agent, delete_agent, update_agent)
    add_resource_type("AWS::Bedrock::AgentAlias", create_alias, delete_alias, update_alias, ("AgentId",))


def _path(physical_id: str) -> str:
    agent_id, _, alias_id = physical_id.partition("|")
    return f"/agents/{agent_id}/agentaliases/{alias_id}/"
