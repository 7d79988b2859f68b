"""`AWS::Bedrock::KnowledgeBase` and `AWS::Bedrock::DataSource` for the local CloudFormation."""

from typing import Any

from local.seams.resources import add_resource_type, exchange, lower_camel
from local.seams.services import Handler

type Json = dict[str, Any]
type Made = tuple[str, dict[str, Any]]

_BASE = ("Name", "Description", "RoleArn", "KnowledgeBaseConfiguration", "StorageConfiguration", "Tags")
_SOURCE = ("Name", "Description", "DataSourceConfiguration", "DataDeletionPolicy", "VectorIngestionConfiguration")


def add_knowledge_bases(handler: Handler) -> None:
    def call(method: str, path: str, request: Json | None = None) -> Json:
        return exchange(handler, method, path, {}, request)

    def base(told: Json) -> Made:
        told = told["knowledgeBase"]
        attributes = {
            "KnowledgeBaseId": told["knowledgeBaseId"],
            "KnowledgeBaseArn": told["knowledgeBaseArn"],
            "Status": told["status"],
            "CreatedAt": told["createdAt"],
            "UpdatedAt": told["updatedAt"],
        }
        return told["knowledgeBaseId"], attributes

    def base_request(props: Json) -> Json:
        given = lower_camel({name: props[name] for name in _BASE if name in props and name != "Tags"})
        vector = given["knowledgeBaseConfiguration"].get("vectorKnowledgeBaseConfiguration", {})
        model = vector.get("embeddingModelConfiguration", {}).get("bedrockEmbeddingModelConfiguration", {})
        if "dimensions" in model:
            model["dimensions"] = int(model["dimensions"])
        return given | ({"tags": props["Tags"]} if props.get("Tags") else {})

    def create_base(_logical_id: str, props: Json, _stack: str) -> Made:
        return base(call("PUT", "/knowledgebases/", base_request(props)))

    def update_base(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        return base(call("PUT", f"/knowledgebases/{physical_id}", base_request(new)))

    def delete_base(physical_id: str, _props: Json) -> None:
        call("DELETE", f"/knowledgebases/{physical_id}")

    def source(told: Json) -> Made:
        told = told["dataSource"]
        attributes = {
            "DataSourceId": told["dataSourceId"],
            "DataSourceStatus": told["status"],
            "CreatedAt": told["createdAt"],
            "UpdatedAt": told["updatedAt"],
        }
        return f"{told['knowledgeBaseId']}|{told['dataSourceId']}", attributes

    def source_request(props: Json) -> Json:
        return lower_camel({name: props[name] for name in _SOURCE if name in props})

    def create_source(_logical_id: str, props: Json, _stack: str) -> Made:
        return source(call("PUT", f"/knowledgebases/{props['KnowledgeBaseId']}/datasources/", source_request(props)))

    def update_source(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        return source(call("PUT", _path(physical_id), source_request(new)))

    def delete_source(physical_id: str, _props: Json) -> None:
        call("DELETE", _path(physical_id))

    replacing = ("KnowledgeBaseConfiguration", "StorageConfiguration")
    add_resource_type("AWS::Bedrock::KnowledgeBase", create_base, delete_base, update_base, replacing)
    add_resource_type("AWS::Bedrock::DataSource", create_source, delete_source, update_source, ("KnowledgeBaseId",))


def _path(physical_id: str) -> str:
    base_id, _, source_id = physical_id.partition("|")
    return f"/knowledgebases/{base_id}/datasources/{source_id}"
