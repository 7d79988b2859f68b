"""`AWS::Kendra::Index` for the local CloudFormation, through Kendra's own API."""

import time
from typing import Any

from local.kendra.iam import index_arn
from local.seams.resources import add_resource_type, call
from local.seams.services import Handler

TARGET = "AWSKendraFrontendService"


def add_kendra_index(handler: Handler) -> None:
    def attributes(index_id: str) -> tuple[str, dict[str, str]]:
        return index_id, {"Id": index_id, "Arn": index_arn(index_id)}

    def configure(index_id: str, props: dict[str, Any]) -> None:
        fields = [
            {name: value for name, value in field.items() if name in ("Name", "Type", "Search", "Relevance")}
            for field in props.get("DocumentMetadataConfigurations", [])
        ]
        units = {name: int(number) for name, number in props.get("CapacityUnits", {}).items()}
        changes = {"DocumentMetadataConfigurationUpdates": fields, "CapacityUnits": units}
        if any(changes.values()):
            request = {"Id": index_id} | {name: value for name, value in changes.items() if value}
            call(handler, f"{TARGET}.UpdateIndex", request)

    def create(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        request = {name: props[name] for name in ("Name", "Edition", "RoleArn", "Description") if name in props}
        index_id = call(handler, f"{TARGET}.CreateIndex", request)["Id"]
        while call(handler, f"{TARGET}.DescribeIndex", {"Id": index_id})["Status"] == "CREATING":
            time.sleep(0.05)
        configure(index_id, props)
        return attributes(index_id)

    def update(physical_id: str, _old: dict[str, Any], new: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        configure(physical_id, new)
        return attributes(physical_id)

    def delete(physical_id: str, _props: dict[str, Any]) -> None:
        call(handler, f"{TARGET}.DeleteIndex", {"Id": physical_id})

    add_resource_type("AWS::Kendra::Index", create, delete, update)
