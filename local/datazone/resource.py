"""The `AWS::DataZone` types that the template of the governance account uses, through the service's API.

Ref returns the id of a domain, and `domain|id` of what is in one. Attributes are as AWS documents them.
"""

from typing import Any

from local.rest_json import moment
from local.seams.resources import add_resource_type, exchange, lower_camel
from local.seams.services import Handler

type Json = dict[str, Any]
type Made = tuple[str, dict[str, str]]


def add_datazone(handler: Handler) -> None:
    def call(method: str, path: str, request: Json | None = None) -> Json:
        return exchange(handler, method, f"/v2/domains{path}", {}, request)

    def domain(domain_id: str) -> Made:
        made = call("GET", f"/{domain_id}")
        attributes = {"Id": domain_id, "Arn": made["arn"], "Status": made["status"], "PortalUrl": made["portalUrl"]}
        attributes |= {"RootDomainUnitId": made["rootDomainUnitId"], "CreatedAt": moment(made["createdAt"])}
        return domain_id, attributes

    def create_domain(_logical_id: str, props: Json, _stack: str) -> Made:
        tags = {each["Key"]: each["Value"] for each in props.get("Tags", [])}
        request = lower_camel({name: value for name, value in props.items() if name != "Tags"})
        return domain(call("POST", "", request | ({"tags": tags} if tags else {}))["id"])

    def delete_domain(physical_id: str, _props: Json) -> None:
        call("DELETE", f"/{physical_id}")

    def create_project(_logical_id: str, props: Json, _stack: str) -> Made:
        domain_id = props["DomainIdentifier"]
        made = call("POST", f"/{domain_id}/projects", _without_domain(props))
        return f"{domain_id}|{made['id']}", {
            "Id": made["id"],
            "DomainId": domain_id,
            "DomainUnitId": made["domainUnitId"],
        }

    def delete_project(physical_id: str, _props: Json) -> None:
        domain_id, _, project_id = physical_id.partition("|")
        call("DELETE", f"/{domain_id}/projects/{project_id}")

    def create_membership(_logical_id: str, props: Json, _stack: str) -> Made:
        domain_id, project_id = props["DomainIdentifier"], props["ProjectIdentifier"]
        request = {"designation": props["Designation"], "member": lower_camel(props["Member"])}
        call("POST", f"/{domain_id}/projects/{project_id}/createMembership", request)
        member = next(iter(props["Member"].values()))
        return f"{domain_id}|{member}|user|{project_id}", {}

    def delete_membership(physical_id: str, _props: Json) -> None:
        domain_id, member, _, project_id = physical_id.split("|")
        request = {"member": {"userIdentifier": member}}
        call("POST", f"/{domain_id}/projects/{project_id}/deleteMembership", request)

    def create_user(_logical_id: str, props: Json, _stack: str) -> Made:
        domain_id = props["DomainIdentifier"]
        made = call("POST", f"/{domain_id}/user-profiles", _without_domain(props))
        return f"{domain_id}|{made['id']}", {"Id": made["id"], "Type": made["type"], "DomainId": domain_id}

    add_resource_type("AWS::DataZone::Domain", create_domain, delete_domain, replacing=("DomainExecutionRole",))
    add_resource_type("AWS::DataZone::Project", create_project, delete_project, replacing=("Name", "DomainIdentifier"))
    replacing = ("Designation", "DomainIdentifier", "Member", "ProjectIdentifier")
    add_resource_type("AWS::DataZone::ProjectMembership", create_membership, delete_membership, replacing=replacing)
    names = ("DomainIdentifier", "UserIdentifier", "UserType")
    add_resource_type("AWS::DataZone::UserProfile", create_user, lambda *_: None, replacing=names)


def _without_domain(props: Json) -> Json:
    return lower_camel({name: value for name, value in props.items() if name != "DomainIdentifier"})
