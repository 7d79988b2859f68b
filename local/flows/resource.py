"""`AWS::Bedrock::Flow`, FlowVersion, FlowAlias, Prompt and PromptVersion for the local CloudFormation.

Ref and the attributes are as AWS documents them. A flow is prepared after each create and update, and an error that the
validation finds fails the stack, as the service's own handler does it.
"""

import json
import re
import time
from typing import Any

from local.seams.resources import add_resource_type, exchange, lower_camel, s3_text
from local.seams.services import Handler

type Json = dict[str, Any]
type Made = tuple[str, dict[str, Any]]

_WAIT_ROUNDS, _WAIT_SECONDS = 500, 0.02


def add_flows(handler: Handler) -> None:
    def call(method: str, path: str, request: Json | None = None, query: Json | None = None) -> Json:
        return exchange(handler, method, path, {}, request, query)

    def flow(flow_id: str) -> Made:
        call("POST", f"/flows/{flow_id}/")
        told = call("GET", f"/flows/{flow_id}/")
        for _ in range(_WAIT_ROUNDS):
            if told["status"] != "Preparing":
                break
            time.sleep(_WAIT_SECONDS)
            told = call("GET", f"/flows/{flow_id}/")
        errors = [each["message"] for each in told.get("validations", ()) if each["severity"] == "Error"]
        if told["status"] != "Prepared":
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

    def flow_request(props: Json) -> Json:
        given = {"name": props["Name"], "executionRoleArn": props["ExecutionRoleArn"]}
        given["definition"] = definition_of(props)
        for name, member in (("Description", "description"), ("CustomerEncryptionKeyArn", "customerEncryptionKeyArn")):
            if name in props:
                given[member] = props[name]
        return given

    def create_flow(_logical_id: str, props: Json, _stack: str) -> Made:
        tags = {"tags": props["Tags"]} if props.get("Tags") else {}
        flow_id = call("POST", "/flows/", flow_request(props) | tags)["id"]
        try:
            return flow(flow_id)
        except ValueError:
            call("DELETE", f"/flows/{flow_id}/")
            raise

    def update_flow(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        flow_id = _id(physical_id)
        call("PUT", f"/flows/{flow_id}/", flow_request(new))
        return flow(flow_id)

    def delete_flow(physical_id: str, _props: Json) -> None:
        call("DELETE", f"/flows/{_id(physical_id)}/")

    def create_version(_logical_id: str, props: Json, _stack: str) -> Made:
        given = {"description": props["Description"]} if props.get("Description") else {}
        made = call("POST", f"/flows/{_id(props['FlowArn'])}/versions", given)
        attributes = {
            "Version": made["version"],
            "FlowId": made["id"],
            "Name": made["name"],
            "Status": made["status"],
            "ExecutionRoleArn": made["executionRoleArn"],
            "CreatedAt": made["createdAt"],
        }
        return f"{made['arn']}|{made['version']}", attributes

    def update_version(_physical_id: str, _old: Json, new: Json, stack: str) -> Made:
        return create_version("", new, stack)  # a version cannot change, so CloudFormation replaces it

    def delete_version(physical_id: str, _props: Json) -> None:
        arn, _, version = physical_id.partition("|")
        call("DELETE", f"/flows/{_id(arn)}/versions/{version}/")

    def alias(told: Json) -> Made:
        attributes = {"Arn": told["arn"], "Id": told["id"], "FlowId": told["flowId"]}
        return told["arn"], attributes | {"CreatedAt": told["createdAt"], "UpdatedAt": told["updatedAt"]}

    def alias_request(props: Json) -> Json:
        names = ("Name", "Description", "RoutingConfiguration", "ConcurrencyConfiguration")
        given = lower_camel({name: props[name] for name in names if name in props})
        if limit := given.get("concurrencyConfiguration", {}).get("maxConcurrency"):
            given["concurrencyConfiguration"]["maxConcurrency"] = int(limit)
        given["routingConfiguration"] = [
            {"flowVersion": str(each["flowVersion"])} for each in given["routingConfiguration"]
        ]
        return given

    def create_alias(_logical_id: str, props: Json, _stack: str) -> Made:
        return alias(call("POST", f"/flows/{_id(props['FlowArn'])}/aliases", alias_request(props)))

    def update_alias(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        path = f"/flows/{_id(new['FlowArn'])}/aliases/{_id(physical_id)}"
        return alias(call("PUT", path, alias_request(new)))

    def delete_alias(physical_id: str, props: Json) -> None:
        call("DELETE", f"/flows/{_id(props['FlowArn'])}/aliases/{_id(physical_id)}")

    def prompt(told: Json) -> Made:
        names = {"Arn": "arn", "Id": "id", "Version": "version", "CreatedAt": "createdAt", "UpdatedAt": "updatedAt"}
        return told["arn"], {name: told[member] for name, member in names.items()}

    def prompt_request(props: Json) -> Json:
        names = ("Name", "Description", "CustomerEncryptionKeyArn", "DefaultVariant", "Variants")
        given = lower_camel({name: props[name] for name in names if name in props})
        for variant in given.get("variants", ()):
            text = variant.get("templateConfiguration", {}).get("text", {})
            if place := text.pop("textS3Location", None):
                text["text"] = s3_text(place["bucket"], place["key"])
        return given

    def create_prompt(_logical_id: str, props: Json, _stack: str) -> Made:
        return prompt(call("POST", "/prompts/", prompt_request(props)))

    def update_prompt(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        return prompt(call("PUT", f"/prompts/{_id(physical_id)}/", prompt_request(new)))

    def delete_prompt(physical_id: str, _props: Json) -> None:
        call("DELETE", f"/prompts/{_id(physical_id)}/")

    def create_prompt_version(_logical_id: str, props: Json, _stack: str) -> Made:
        given = {"description": props["Description"]} if props.get("Description") else {}
        told = call("POST", f"/prompts/{_id(props['PromptArn'])}/versions", given)
        arn, attributes = prompt(told)
        return arn, attributes | {"PromptId": told["id"], "PromptArn": props["PromptArn"]}

    def update_prompt_version(_physical_id: str, _old: Json, new: Json, stack: str) -> Made:
        return create_prompt_version("", new, stack)

    def delete_prompt_version(physical_id: str, _props: Json) -> None:
        arn, _, version = physical_id.rpartition(":")
        call("DELETE", f"/prompts/{_id(arn)}/", query={"promptVersion": version})

    add_resource_type("AWS::Bedrock::Flow", create_flow, delete_flow, update_flow)
    add_resource_type(
        "AWS::Bedrock::FlowVersion", create_version, delete_version, update_version, ("FlowArn", "Description")
    )
    add_resource_type("AWS::Bedrock::FlowAlias", create_alias, delete_alias, update_alias, ("FlowArn",))
    add_resource_type("AWS::Bedrock::Prompt", create_prompt, delete_prompt, update_prompt)
    add_resource_type(
        "AWS::Bedrock::PromptVersion",
        create_prompt_version,
        delete_prompt_version,
        update_prompt_version,
        ("PromptArn", "Description"),
    )


def definition_of(props: Json) -> Json:
    given = [name for name in ("Definition", "DefinitionString", "DefinitionS3Location") if props.get(name) is not None]
    if len(given) > 1:
        raise ValueError("you can only specify one of Definition, DefinitionString or DefinitionS3Location")
    if not given:
        return {"nodes": [], "connections": []}
    if given == ["Definition"]:
        return _in_api_spelling(props["Definition"])
    if given == ["DefinitionS3Location"]:
        place = props["DefinitionS3Location"]
        text = s3_text(place["Bucket"], place["Key"])
    else:
        text = props["DefinitionString"]
    text = json.dumps(text) if isinstance(text, dict) else text
    for key, value in (props.get("DefinitionSubstitutions") or {}).items():
        # A value stands within a JSON string.
        text = text.replace(f"${{{key}}}", json.dumps(str(value))[1:-1])
    try:
        return _in_api_spelling(json.loads(text))
    except ValueError as error:
        raise ValueError("Could not parse DefinitionString to valid flow resource definition.") from error


def _in_api_spelling(definition: Json) -> Json:
    """Template values arrive as text where a template quotes them, so numbers become numbers again."""
    return _numbered(lower_camel(definition))


_NUMBERS = {"maxTokens": int, "temperature": float, "topP": float, "numberOfResults": int, "maxIterations": int}


def _numbered(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _NUMBERS[name](inner)
            if name in _NUMBERS and isinstance(inner, str) and re.fullmatch(r"[\d.]+", inner)
            else _numbered(inner)
            for name, inner in value.items()
        }
    return [_numbered(inner) for inner in value] if isinstance(value, list) else value


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]
