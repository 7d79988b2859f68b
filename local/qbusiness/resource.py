"""`AWS::QBusiness::…` for the local CloudFormation, through Q Business's own API.

Ref returns an application's id, or `ApplicationId|…Id` for a resource inside one. Attributes are as AWS documents them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.seams.resources import add_resource_type, exchange, lower_camel
from local.seams.services import Handler

type Json = dict[str, Any]
type Made = tuple[str, dict[str, str]]

_CREATED = (
    "displayName", "roleArn", "identityType", "iamIdentityProviderArn", "clientIdsForOIDC", "description",
    "encryptionConfiguration", "tags", "attachmentsConfiguration", "qAppsConfiguration", "personalizationConfiguration",
)  # fmt: skip
_UPDATED = (
    "displayName", "roleArn", "description", "attachmentsConfiguration", "qAppsConfiguration",
    "personalizationConfiguration", "autoSubscriptionConfiguration",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    """A resource inside an application: its `plural` in paths, the members of its replies and of an update."""

    plural: str
    identifier: str
    arn: str
    updated: tuple[str, ...] = ()
    replacing: tuple[str, ...] = ("ApplicationId",)


# Properties that only a new application can have.
_REPLACING = ("ClientIdsForOIDC", "EncryptionConfiguration", "IamIdentityProviderArn", "IdentityType")
_PARTS = {
    "Index": _Part(
        "indices", "indexId", "indexArn",
        ("displayName", "description", "capacityConfiguration", "documentAttributeConfigurations"),
        ("ApplicationId", "Type"),
    ),
    "Retriever": _Part(
        "retrievers", "retrieverId", "retrieverArn", replacing=("ApplicationId", "Type", "Configuration")
    ),
    "WebExperience": _Part(
        "experiences", "webExperienceId", "webExperienceArn",
        (
            "title", "subtitle", "welcomeMessage", "samplePromptsControlMode", "origins", "roleArn",
            "identityProviderConfiguration", "browserExtensionConfiguration", "customizationConfiguration",
        ),
    ),
}  # fmt: skip


def add_qbusiness(handler: Handler) -> None:
    def call(method: str, path: str, request: Json | None = None) -> Json:
        return exchange(handler, method, path, {"content-type": "application/json"}, request)

    _add_application(call)
    for name, part in _PARTS.items():
        _add_part(call, name, part)


def _add_application(call: Callable[..., Json]) -> None:
    def attributes(application_id: str) -> Made:
        found = _active(call, f"/applications/{application_id}")
        told = {"ApplicationId": application_id, "ApplicationArn": found["applicationArn"], "Status": found["status"]}
        return application_id, told

    def create(_logical_id: str, props: Json, _stack: str) -> Made:
        given = lower_camel(props)
        application_id = call("POST", "/applications", _chosen(given, _CREATED))["applicationId"]
        made = attributes(application_id)
        if "autoSubscriptionConfiguration" in given:
            changes = _chosen(given, ("autoSubscriptionConfiguration",))
            call("PUT", f"/applications/{application_id}", changes)
        return made

    def update(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        call("PUT", f"/applications/{physical_id}", _chosen(lower_camel(new), _UPDATED))
        return attributes(physical_id)

    def delete(physical_id: str, _props: Json) -> None:
        call("DELETE", f"/applications/{physical_id}")

    add_resource_type("AWS::QBusiness::Application", create, delete, update, _REPLACING)


def _add_part(call: Callable[..., Json], name: str, part: _Part) -> None:
    def path(application_id: str, identifier: str = "") -> str:
        return f"/applications/{application_id}/{part.plural}" + (f"/{identifier}" if identifier else "")

    def attributes(application_id: str, identifier: str) -> Made:
        found = _active(call, path(application_id, identifier))
        told = {name: found[name] for name in (part.identifier, part.arn, "status", "defaultEndpoint") if name in found}
        return f"{application_id}|{identifier}", {name[0].upper() + name[1:]: value for name, value in told.items()}

    def create(_logical_id: str, props: Json, _stack: str) -> Made:
        given = lower_camel(props)
        application_id = given.pop("applicationId")
        later = {name: given.pop(name) for name in ("documentAttributeConfigurations",) if name in given}
        identifier = call("POST", path(application_id), given)[part.identifier]
        made = attributes(application_id, identifier)
        if later:
            call("PUT", path(application_id, identifier), later)
        return made

    def update(physical_id: str, _old: Json, new: Json, _stack: str) -> Made:
        application_id, _, identifier = physical_id.partition("|")
        if part.updated:
            call("PUT", path(application_id, identifier), _chosen(lower_camel(new), part.updated))
        return attributes(application_id, identifier)

    def delete(physical_id: str, _props: Json) -> None:
        application_id, _, identifier = physical_id.partition("|")
        call("DELETE", path(application_id, identifier))

    add_resource_type(f"AWS::QBusiness::{name}", create, delete, update, part.replacing)


def _active(call: Callable[..., Json], path: str) -> Json:
    while (found := call("GET", path))["status"] == "CREATING":
        time.sleep(0.05)
    return found


def _chosen(given: Json, names: tuple[str, ...]) -> Json:
    return {name: given[name] for name in names if name in given}
