"""`AWS::Bedrock::Prompt` and PromptVersion for the local CloudFormation, with Ref and attributes as AWS has them."""

from typing import Any

from local.seams.resources import add_resource_type, exchange, lower_camel, s3_text
from local.seams.services import Handler

type Json = dict[str, Any]
type Made = tuple[str, dict[str, Any]]


def add_prompts(handler: Handler) -> None:
    prompts, versions = _Prompts(handler), _Versions(handler)
    add_resource_type("AWS::Bedrock::Prompt", prompts.create, prompts.delete, prompts.update)
    of_versions = ("PromptArn", "Description")
    add_resource_type("AWS::Bedrock::PromptVersion", versions.create, versions.delete, versions.replace, of_versions)


class _Prompts:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def create(self, _logical_id: str, props: Json, _stack: str) -> Made:
        return _made(exchange(self._handler, "POST", "/prompts/", {}, self._request(props)))

    def update(self, physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        return _made(exchange(self._handler, "PUT", f"/prompts/{_id(physical_id)}/", {}, self._request(new)))

    def delete(self, physical_id: str, _props: Json) -> None:
        exchange(self._handler, "DELETE", f"/prompts/{_id(physical_id)}/", {})

    def _request(self, props: Json) -> Json:
        names = ("Name", "Description", "CustomerEncryptionKeyArn", "DefaultVariant", "Variants")
        given = lower_camel({name: props[name] for name in names if name in props})
        for variant in given.get("variants", ()):
            text = variant.get("templateConfiguration", {}).get("text", {})
            if place := text.pop("textS3Location", None):
                text["text"] = s3_text(place["bucket"], place["key"])
        return given


class _Versions:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler

    def create(self, _logical_id: str, props: Json, _stack: str) -> Made:
        given = {"description": props["Description"]} if props.get("Description") else {}
        told = exchange(self._handler, "POST", f"/prompts/{_id(props['PromptArn'])}/versions", {}, given)
        arn, attributes = _made(told)
        return arn, attributes | {"PromptId": told["id"], "PromptArn": props["PromptArn"]}

    def replace(self, _physical_id: str, _old: Json, new: Json, stack: str) -> Made:
        """A version cannot change, so CloudFormation replaces it."""
        return self.create("", new, stack)

    def delete(self, physical_id: str, _props: Json) -> None:
        arn, _, version = physical_id.rpartition(":")
        exchange(self._handler, "DELETE", f"/prompts/{_id(arn)}/", {}, query={"promptVersion": version})


def _made(told: Json) -> Made:
    names = {"Arn": "arn", "Id": "id", "Version": "version", "CreatedAt": "createdAt", "UpdatedAt": "updatedAt"}
    return told["arn"], {name: told[member] for name, member in names.items()}


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]
