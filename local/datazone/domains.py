"""Domains, projects and their members, and the profiles of users and groups.

Who calls is known by the credentials. Sessions of a domain's execution role that have the tag `datazone:userId` act as
that user, as AWS's portal makes them; every other user or role has a profile of its own.
"""

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from local.bedrock_agent.store import Store
from local.datazone.wire import DataZoneError, Json, conflict, denied, invalid, missing, page
from local.seams.identities import Principal

# Those who can change what a project has.
WRITERS = frozenset({"PROJECT_OWNER", "PROJECT_CONTRIBUTOR"})
USER_TAG = "datazone:userId"


def new_id() -> str:
    return secrets.token_hex(7)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose signature and permission are checked. `user_id` is the caller's profile in the domain."""

    request: Json
    domain: Json
    user_id: str
    is_root: bool = False


# `(domain, detail type, detail)`, to the default event bus of the domain's account.
type Publish = Callable[[Json, str, Json], None]


class Domains:
    def __init__(self, store: Store, arn_prefix: Callable[[], str]) -> None:
        self.store, self._arn_prefix = store, arn_prefix

    # --- domains ---

    def create(self, request: Json, caller: Principal) -> Json:
        domain_id = f"dzd-{new_id()}"
        if made := self.store.made_with(request.get("clientToken")):
            return made
        domain = {
            "id": domain_id,
            "name": request["name"],
            "description": request.get("description", ""),
            "arn": f"{self._arn_prefix()}domain/{domain_id}",
            "status": "AVAILABLE",
            "rootDomainUnitId": new_id(),
            "domainExecutionRole": request.get("domainExecutionRole", ""),
            "domainVersion": request.get("domainVersion", "V1"),
            "serviceRole": request.get("serviceRole"),
            "tags": request.get("tags"),
            "portalUrl": f"https://{domain_id}.datazone.localhost/",
            "createdAt": time.time(),
            "createdBy": caller.arn,
            "version": 0,
        }
        self.store.put("domain", domain_id, domain)
        self.store.remember(request.get("clientToken"), domain_id)
        return domain

    def get(self, domain_id: str) -> Json:
        """A domain is found from every account, as a domain that is shared with associated accounts is."""
        domain = self.store.get(domain_id)
        if domain is None:
            raise missing("domain", domain_id)
        return domain

    def listed(self, request: Json) -> Json:
        own = [each for each in self.store.all("domain") if each["arn"].startswith(self._arn_prefix())]
        shown = [each | {"managedAccountId": each["arn"].split(":")[4]} for each in own]
        return page([each for each in shown if request.get("status") in (None, each["status"])], request)

    def delete(self, domain_id: str) -> Json:
        self.get(domain_id)
        for each in self.store.listed("project", domain_id):
            raise conflict(f"The domain {domain_id} has projects, such as {each['id']}.")
        self.store.remove(domain_id)
        return {"status": "DELETED"}

    def next_version(self, domain_id: str) -> str:
        with self.store.transaction():
            domain = self.get(domain_id)
            domain["version"] += 1
            self.store.put("domain", domain_id, domain)
        return str(domain["version"])

    # --- profiles ---

    def user_of(self, domain: Json, caller: Principal) -> str:
        """The id of the caller's profile, which is made at the first call."""
        if user_id := caller.tags.get(USER_TAG):
            if caller.role_arn != domain["domainExecutionRole"]:
                raise denied("Only sessions of the domain's execution role act as a user of the domain.")
            if not self.store.get(f"{domain['id']}/user/{user_id}"):
                raise denied(f"There is no user profile {user_id} in the domain.")
            return user_id
        return self._profile(domain["id"], caller.role_arn or caller.arn, "IAM")["id"]

    def create_user(self, asked: Asked) -> Json:
        kind = "SSO" if asked.request.get("userType") == "SSO_USER" else "IAM"
        return self._profile(asked.domain["id"], asked.request["userIdentifier"], kind)

    def get_user(self, asked: Asked) -> Json:
        named = asked.request["userIdentifier"]
        for each in self.store.listed("user", asked.domain["id"]):
            if named in (each["id"], each["name"]):
                return each
        raise missing("user profile", named)

    def create_group(self, asked: Asked) -> Json:
        name = asked.request.get("groupIdentifier") or asked.request.get("rolePrincipalArn")
        if not name:
            raise invalid("groupIdentifier must be given.")
        domain_id = asked.domain["id"]
        for each in self.store.listed("group", domain_id):
            if each["groupName"] == name:
                return each
        group = {"id": str(uuid.uuid4()), "domainId": domain_id, "groupName": name, "status": "ASSIGNED"}
        self.store.put("group", f"{domain_id}/group/{group['id']}", group, domain_id)
        return group

    def get_group(self, asked: Asked) -> Json:
        named = asked.request["groupIdentifier"]
        for each in self.store.listed("group", asked.domain["id"]):
            if named in (each["id"], each["groupName"]):
                return each
        raise missing("group profile", named)

    def _profile(self, domain_id: str, name: str, kind: str) -> Json:
        with self.store.transaction():
            for each in self.store.listed("user", domain_id):
                if each["name"] == name:
                    return each
            details = {"sso": {"username": name}} if kind == "SSO" else {"iam": {"arn": name}}
            user = {"id": str(uuid.uuid4()), "domainId": domain_id, "name": name, "type": kind}
            user |= {"status": "ACTIVATED", "details": details}
            self.store.put("user", f"{domain_id}/user/{user['id']}", user, domain_id)
        return user

    # --- projects ---

    def create_project(self, asked: Asked) -> Json:
        domain_id = asked.domain["id"]
        if any(each["name"] == asked.request["name"] for each in self.store.listed("project", domain_id)):
            raise conflict(f"There is a project {asked.request['name']} already.")
        project = {
            "id": new_id(),
            "domainId": domain_id,
            "name": asked.request["name"],
            "description": asked.request.get("description", ""),
            "projectStatus": "ACTIVE",
            "domainUnitId": asked.request.get("domainUnitId", asked.domain["rootDomainUnitId"]),
            "createdBy": asked.user_id,
            "createdAt": time.time(),
            "lastUpdatedAt": time.time(),
            "members": {asked.user_id: "PROJECT_OWNER"},
        }
        self.store.put("project", f"{domain_id}/project/{project['id']}", project, domain_id)
        return project

    def project(self, domain_id: str, project_id: str) -> Json:
        project = self.store.get(f"{domain_id}/project/{project_id}")
        if project is None:
            raise missing("project", project_id)
        return project

    def get_project(self, asked: Asked) -> Json:
        return self.project(asked.domain["id"], asked.request["identifier"])

    def list_projects(self, asked: Asked) -> Json:
        name, user = asked.request.get("name"), asked.request.get("userIdentifier")
        found = self.store.listed("project", asked.domain["id"])
        return page(
            [each for each in found if name in (None, each["name"]) and (not user or user in each["members"])],
            asked.request,
        )

    def delete_project(self, asked: Asked) -> Json:
        domain_id, project_id = asked.domain["id"], asked.request["identifier"]
        self.check_member(asked, project_id)
        owned = [each for each in self.store.listed("asset", domain_id) if each["owningProjectId"] == project_id]
        if owned and not asked.request.get("skipDeletionCheck"):
            raise conflict(f"The project {project_id} has assets, such as {owned[0]['id']}.")
        self.store.remove(f"{domain_id}/project/{project_id}")
        return {}

    def add_member(self, asked: Asked) -> Json:
        return self._change_member(asked, asked.request["designation"])

    def remove_member(self, asked: Asked) -> Json:
        return self._change_member(asked, None)

    def members(self, asked: Asked) -> Json:
        project = self.project(asked.domain["id"], asked.request["projectIdentifier"])
        shown = [
            {"memberDetails": {"user": {"userId": user}}, "designation": designation}
            for user, designation in project["members"].items()
        ]
        told = page(shown, asked.request)
        return told | {"members": told.pop("items")}

    def check_member(self, asked: Asked, project_id: str) -> Json:
        """Raises DataZoneError for a caller who is not in the project. The root user of an account always is."""
        project = self.project(asked.domain["id"], project_id)
        if not asked.is_root and project["members"].get(asked.user_id) not in WRITERS:
            raise denied(f"User is not permitted to perform this operation in the project {project_id}.")
        return project

    def _change_member(self, asked: Asked, designation: str | None) -> Json:
        domain_id, project_id = asked.domain["id"], asked.request["projectIdentifier"]
        project = self.check_member(asked, project_id)
        member = asked.request["member"]
        if "userIdentifier" in member:
            named = member["userIdentifier"]
            known = [each for each in self.store.listed("user", domain_id) if named in (each["id"], each["name"])]
            if not known and not named.startswith("arn:"):
                raise missing("user profile", named)
            user_id = known[0]["id"] if known else self._profile(domain_id, named, "IAM")["id"]
        else:
            user_id = member["groupIdentifier"]
        if designation is None:
            project["members"].pop(user_id, None)
        elif user_id in project["members"] and project["members"][user_id] == designation:
            raise DataZoneError("ConflictException", "The member is in the project already.")
        else:
            project["members"][user_id] = designation
        self.store.put("project", f"{domain_id}/project/{project_id}", project, domain_id)
        return {}
