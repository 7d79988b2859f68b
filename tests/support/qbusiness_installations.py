"""What `docent qbusiness` has created on a machine, and runs that are stopped half-way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from cli.qbusiness.installation import APPLICATION, INDEX, RETRIEVER, WEB_EXPERIENCE, Installation
from cli.target import Target
from tests.support.machine import Machine

READING = ("Get", "List", "Describe")


class StoppedError(BaseException):
    """The process dies here. Nothing catches this."""


@dataclass
class StoppedTarget(Target):
    """Dies after its n-th changing call is done, before it gets the reply. With 0 it does not die.

    `changes` holds the names of these calls.
    """

    number: int = 0
    changes: list[str] = field(default_factory=list)

    def client(self, service: str) -> Any:
        client = super().client(service)
        client.meta.events.register("after-call", self._after)
        return client

    def _after(self, model: Any, **_: Any) -> None:
        if not model.name.startswith(READING):
            self.changes.append(model.name)
            if len(self.changes) == self.number:
                raise StoppedError


@contextmanager
def stopped() -> Iterator[None]:
    with pytest.raises(StoppedError):
        yield


def target_of(machine: Machine) -> Target:
    return Target(local=machine.settings)


def inventory(machine: Machine, name: str) -> dict[str, list[Any]]:
    """Everything in an installation except AWS's ids, for comparing two installations."""
    at = Installation(target_of(machine), name)
    applications = [found for found in at.applications() if at.owns(at.tags_of(APPLICATION, found))]
    found: dict[str, list[Any]] = {
        "applications": [_chosen(each, "identityType", "clientIdsForOIDC", "autoSubscriptionConfiguration",
                                 "attachmentsConfiguration", "status") for each in applications],
        "roles": sorted(_role(at, role["RoleName"]) for page in at.iam.get_paginator("list_roles").paginate()
                        for role in page["Roles"] if role["RoleName"].startswith(f"{name}-qbusiness-")),
        "secrets": [at.secrets.get_secret_value(SecretId=each["ARN"])["SecretString"]
                    for each in at.secrets.list_secrets()["SecretList"]
                    if each["Name"].startswith(f"{name}-qbusiness-")],
        "identity providers": [provider["ClientIDList"] for provider in at.open_id_providers().values()
                               if at.owns(provider["Tags"])] + [saml["SAMLMetadataDocument"]
                                                                for saml in [at.saml_provider()] if saml],
    }  # fmt: skip
    for kind in (INDEX, RETRIEVER, WEB_EXPERIENCE):
        parts = [part for each in applications for part in at.parts(kind, each["applicationId"])]
        found[kind.words] = [_chosen(part, "displayName", "title", "type", "roleArn", "status") for part in parts]
    return found


def _role(at: Installation, name: str) -> str:
    policies = at.iam.list_role_policies(RoleName=name)["PolicyNames"]
    return f"{name}: {', '.join(policies)}"


def _chosen(found: dict[str, Any], *members: str) -> dict[str, Any]:
    return {member: found[member] for member in members if member in found}
