"""The operations on flows, their versions and aliases: statuses, conflicts and quotas as in the service.

A flow is prepared a fraction of a second after it was asked for. Until then it is Preparing, and cannot be changed.
"""

import time
from collections.abc import Callable
from typing import Any

from flows.validation import refusals, service_findings
from local.bedrock_agent.dispatch import Asked
from local.bedrock_agent.store import Store
from local.bedrock_agent.wire import AgentError, Json, invalid, missing, now, page
from local.flows import arns

# Service Quotas: flows of an account and Region, versions and aliases of a flow. The last two are not adjustable.
MOST_FLOWS, MOST_VERSIONS, MOST_ALIASES = 100, 10, 10
PREPARE_SECONDS = 0.1
# Nodes that the service has and this engine has not.
NOT_OFFERED = ("Lex",)

_SHOWN = ("name", "description", "executionRoleArn", "customerEncryptionKeyArn")


class Flows:
    """`preparing(flow id)` is how long a preparation takes."""

    def __init__(self, store: Store, preparing: Callable[[str], float] = lambda _: PREPARE_SECONDS) -> None:
        self._store, self._preparing = store, preparing

    # Flows

    def create(self, asked: Asked) -> Json:
        request = asked.request
        if made := self._store.made_with(request.get("clientToken")):
            return made
        _may_pass_role(asked)
        _check(request.get("definition"))
        with self._store.transaction():
            here = self._here()
            if any(each["name"] == request["name"] for each in here):
                raise AgentError("ConflictException", f"A flow with the name {request['name']} already exists.")
            if len(here) >= MOST_FLOWS:
                raise _over("flows of the account", "max-number-flows", MOST_FLOWS)
            flow_id, at = arns.new_id(), now()
            flow = {name: request[name] for name in _SHOWN if name in request} | {
                "id": flow_id,
                "arn": arns.flow_arn(flow_id),
                "status": "NotPrepared",
                "version": "DRAFT",
                "createdAt": at,
                "updatedAt": at,
                "definition": request.get("definition") or {"nodes": [], "connections": []},
                "tags": request.get("tags", {}),
                "last_version": 0,
            }
            self._keep(flow)
            self._store.remember(request.get("clientToken"), flow["arn"])
        return flow

    def get(self, asked: Asked) -> Json:
        flow = self.flow(asked.request["flowIdentifier"])
        if asked.request.get("includedData") == "METADATA_ONLY":
            return {name: flow[name] for name in flow if name != "definition"}
        return flow

    def listed(self, asked: Asked) -> Json:
        shown, following = page([self._settled(each) for each in self._here()], asked.request)
        members = ("arn", "createdAt", "description", "id", "name", "status", "updatedAt", "version")
        return {"flowSummaries": [_only(each, members) for each in shown]} | following

    def update(self, asked: Asked) -> Json:
        request = asked.request
        _may_pass_role(asked)
        _check(request.get("definition"))
        with self._store.transaction():
            flow = self.flow(request["flowIdentifier"])
            _not_while_preparing(flow, "UpdateFlow")
            if any(each["name"] == request["name"] and each["id"] != flow["id"] for each in self._here()):
                raise AgentError("ConflictException", f"A flow with the name {request['name']} already exists.")
            kept = {name: flow[name] for name in flow if name not in (*_SHOWN, "validations")}
            flow = kept | {name: request[name] for name in _SHOWN if name in request}
            flow |= {"status": "NotPrepared", "updatedAt": now()}
            flow["definition"] = request.get("definition") or {"nodes": [], "connections": []}
            self._keep(flow)
        return flow

    def prepare(self, asked: Asked) -> Json:
        with self._store.transaction():
            flow = self.flow(asked.request["flowIdentifier"])
            _not_while_preparing(flow, "PrepareFlow")
            flow |= {"status": "Preparing", "prepared_at": time.time() + self._preparing(flow["id"])}
            self._keep(flow)
        return {"id": flow["id"], "status": "Preparing"}

    def validate(self, asked: Asked) -> Json:
        definition = asked.request["definition"]
        _check(definition)
        return {"validations": service_findings(definition)}

    def delete(self, asked: Asked) -> Json:
        flow = self.flow(asked.request["flowIdentifier"])
        if not asked.request.get("skipResourceInUseCheck") and self._store.listed("alias", flow["arn"]):
            raise AgentError("ConflictException", f"The flow {flow['id']} has aliases. Delete them first.")
        self._store.remove(flow["arn"])
        return {"id": flow["id"]}

    # Versions

    def create_version(self, asked: Asked) -> Json:
        token = asked.request.get("clientToken")
        if made := self._store.made_with(token):
            return made
        with self._store.transaction():
            flow = self.flow(asked.request["flowIdentifier"])
            if flow["status"] != "Prepared":
                raise _in_status("CreateFlowVersion", flow["status"])
            if len(self._store.listed("version", flow["arn"])) >= MOST_VERSIONS:
                raise _over(f"versions of the flow {flow['id']}", "max-number-flow-versions", MOST_VERSIONS)
            number = flow["last_version"] = flow["last_version"] + 1
            self._keep(flow)
            members = (*_SHOWN, "id", "arn", "status")
            version = _only(flow, members) | {
                "version": str(number),
                "createdAt": now(),
                "definition": flow["prepared"],
            }
            if described := asked.request.get("description"):
                version["description"] = described
            arn = arns.version_arn(flow["arn"], str(number))
            self._store.put("version", arn, version, flow["arn"], number)
            self._store.remember(token, arn)
        return version

    def get_version(self, asked: Asked) -> Json:
        flow = self.flow(asked.request["flowIdentifier"])
        return self._version(flow, asked.request["flowVersion"])

    def versions(self, asked: Asked) -> Json:
        flow = self.flow(asked.request["flowIdentifier"])
        newest_first = self._store.listed("version", flow["arn"])[::-1]
        shown, following = page(newest_first, asked.request)
        members = ("arn", "createdAt", "id", "status", "version")
        return {"flowVersionSummaries": [_only(each, members) for each in shown]} | following

    def delete_version(self, asked: Asked) -> Json:
        flow = self.flow(asked.request["flowIdentifier"])
        version = self._version(flow, asked.request["flowVersion"])["version"]
        users = [each["name"] for each in self._store.listed("alias", flow["arn"]) if _routed(each) == version]
        if users and not asked.request.get("skipResourceInUseCheck"):
            raise AgentError("ConflictException", f"The version {version} is used by the alias {users[0]}.")
        self._store.remove(arns.version_arn(flow["arn"], version))
        return {"id": flow["id"], "version": version}

    # Aliases

    def create_alias(self, asked: Asked) -> Json:
        request = asked.request
        if made := self._store.made_with(request.get("clientToken")):
            return made
        with self._store.transaction():
            flow = self.flow(request["flowIdentifier"])
            here = self._store.listed("alias", flow["arn"])
            self._check_alias(flow, request, here)
            if len(here) >= MOST_ALIASES:
                raise _over(f"aliases of the flow {flow['id']}", "max-number-flow-aliases", MOST_ALIASES)
            alias_id, at = arns.new_id(), now()
            alias = _alias_members(request) | {
                "flowId": flow["id"],
                "id": alias_id,
                "arn": arns.alias_arn(flow["arn"], alias_id),
                "createdAt": at,
                "updatedAt": at,
            }
            self._store.put("alias", alias["arn"], alias, flow["arn"])
            self._store.remember(request.get("clientToken"), alias["arn"])
        return alias

    def get_alias(self, asked: Asked) -> Json:
        flow = self.flow(asked.request["flowIdentifier"])
        return self._alias(flow, asked.request["aliasIdentifier"])

    def aliases(self, asked: Asked) -> Json:
        flow = self.flow(asked.request["flowIdentifier"])
        shown, following = page(self._store.listed("alias", flow["arn"]), asked.request)
        return {"flowAliasSummaries": list(shown)} | following

    def update_alias(self, asked: Asked) -> Json:
        with self._store.transaction():
            flow = self.flow(asked.request["flowIdentifier"])
            alias = self._alias(flow, asked.request["aliasIdentifier"])
            others = [each for each in self._store.listed("alias", flow["arn"]) if each["id"] != alias["id"]]
            self._check_alias(flow, asked.request, others)
            kept = _only(alias, ("flowId", "id", "arn", "createdAt"))
            alias = kept | _alias_members(asked.request) | {"updatedAt": now()}
            self._store.put("alias", alias["arn"], alias, flow["arn"])
        return alias

    def delete_alias(self, asked: Asked) -> Json:
        flow = self.flow(asked.request["flowIdentifier"])
        alias = self._alias(flow, asked.request["aliasIdentifier"])
        self._store.remove(alias["arn"])
        return {"flowId": flow["id"], "id": alias["id"]}

    # What a request names

    def flow(self, identifier: str) -> Json:
        flow = self._store.get(arns.flow_arn(identifier))
        if flow is None:
            raise missing(f"The flow {identifier.rpartition('/')[2]} does not exist.")
        return self._settled(flow)

    def to_run(self, identifier: str, alias_identifier: str) -> tuple[Json, Json, Json]:
        """A flow, the alias, and the version that the alias names: what was prepared last, for the test alias."""
        flow = self.flow(identifier)
        alias_id = alias_identifier.rpartition("/")[2]
        if alias_id == arns.TEST_ALIAS:
            alias: Json = {"id": alias_id, "arn": arns.alias_arn(flow["arn"], alias_id), "name": "TestAlias"}
            alias["routingConfiguration"] = [{"flowVersion": "DRAFT"}]
        else:
            alias = self._alias(flow, alias_id)
        if (number := _routed(alias)) != "DRAFT":
            return flow, alias, self._version(flow, number)
        if "prepared" not in flow:
            raise _in_status("InvokeFlow", flow["status"])
        return flow, alias, _only(flow, _SHOWN) | {"version": "DRAFT", "definition": flow["prepared"]}

    def _version(self, flow: Json, number: str) -> Json:
        version = self._store.get(arns.version_arn(flow["arn"], number))
        if version is None:
            raise missing(f"The version {number} of the flow {flow['id']} does not exist.")
        return version

    def _alias(self, flow: Json, identifier: str) -> Json:
        alias = self._store.get(arns.alias_arn(flow["arn"], identifier.rpartition("/")[2]))
        if alias is None:
            raise missing(f"The alias {identifier.rpartition('/')[2]} of the flow {flow['id']} does not exist.")
        return alias

    def _check_alias(self, flow: Json, request: Json, others: list[Json]) -> None:
        if any(each["name"] == request["name"] for each in others):
            raise AgentError("ConflictException", f"An alias with the name {request['name']} already exists.")
        number = request["routingConfiguration"][0].get("flowVersion", "DRAFT")
        if number != "DRAFT":
            self._version(flow, number)

    def _here(self) -> list[Json]:
        here = arns.all_flows().removesuffix("*")
        return [each for each in self._store.listed("flow") if each["arn"].startswith(here)]

    def _settled(self, flow: Json) -> Json:
        """A flow whose preparation has ended by now."""
        if flow["status"] != "Preparing" or flow["prepared_at"] > time.time():
            return flow
        validations = service_findings(flow["definition"])
        failed = any(each["severity"] == "Error" for each in validations)
        flow |= {"validations": validations, "status": "Failed" if failed else "Prepared"}
        if not failed:
            flow["prepared"] = flow["definition"]
        self._keep(flow)
        return flow

    def _keep(self, flow: Json) -> None:
        self._store.put("flow", flow["arn"], flow)


def _only(thing: Json, members: tuple[str, ...]) -> Json:
    return {name: thing[name] for name in members if name in thing}


def _alias_members(request: Json) -> Json:
    members = ("name", "description", "routingConfiguration", "concurrencyConfiguration")
    return _only(request, members)


def _routed(alias: Json) -> str:
    return alias["routingConfiguration"][0].get("flowVersion", "DRAFT")


def _may_pass_role(asked: Asked) -> None:
    if denied := asked.denial("iam:PassRole", asked.request["executionRoleArn"]):
        raise AgentError("AccessDeniedException", denied)


def _check(definition: Any) -> None:
    """Raises AgentError with the first thing that the service refuses."""
    for message in refusals(definition or {}):
        raise invalid(message)
    for node in (definition or {}).get("nodes") or ():
        if node["type"] in NOT_OFFERED:
            raise invalid(f"Node {node['name']}: nodes of type {node['type']} are not offered here.")


def _not_while_preparing(flow: Json, operation: str) -> None:
    if flow["status"] == "Preparing":
        raise _in_status(operation, flow["status"])


def _in_status(operation: str, status: str) -> AgentError:
    return AgentError(
        "ConflictException",
        f"Couldn't perform {operation} operation. The resource that you specified is currently in status {status}. "
        "Retry your request after the resource changes to a valid status.",
    )


def _over(what: str, quota: str, most: int) -> AgentError:
    return AgentError(
        "ServiceQuotaExceededException", f"The number of {what} has reached the quota {quota}, which is {most}."
    )
