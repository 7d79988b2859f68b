"""Delete the resources of an installation, the last created first, and nothing that is not ours."""

from cli.qbusiness import identity_providers
from cli.qbusiness.installation import (
    APPLICATION,
    INDEX,
    RETRIEVER,
    TAG,
    WEB_EXPERIENCE,
    Belonging,
    Installation,
    Kind,
    Say,
    explained,
    or_none,
)
from cli.target import Target


class Deletion:
    """`belongings` are in the order of deletion; `left` lists what stays, and why."""

    def __init__(self, target: Target, name: str) -> None:
        with explained():
            self._at = Installation(target, name)
            self.belongings: list[Belonging] = []
            self.left: list[str] = []
            self._look()

    def run(self, say: Say, watch: Say) -> None:
        """`watch` gets the progress of each wait."""
        with explained():
            for each in self.belongings:
                each.delete(watch)
                say(f"{each.what} is deleted.")

    def _look(self) -> None:
        at = self._at
        applications = []
        for found in at.applications():
            what = f"The application {found['applicationId']}"
            if at.owns(at.tags_of(APPLICATION, found)):
                applications.append(found["applicationId"])
            else:
                self.left.append(f"{what} has the name of ours but not the tag {TAG}={at.name}.")
        for application_id in applications:
            for kind in (WEB_EXPERIENCE, RETRIEVER, INDEX):
                for part in at.parts(kind, application_id):
                    identifier = f"{kind.member}Id"
                    self._add(kind, applicationId=application_id, **{identifier: part[identifier]})
        self._look_at_role("secret")
        self._look_at_secret()
        self._look_at_role("people")
        for application_id in applications:
            self._add(APPLICATION, applicationId=application_id)
        self._look_at_role("service")
        providers, left = identity_providers.belongings(at)
        self.belongings += providers
        self.left += left

    def _add(self, kind: Kind, **ids: str) -> None:
        def delete(watch: Say) -> None:
            self._at.delete(kind, **ids)
            self._at.gone(kind, watch, **ids)

        self.belongings.append(Belonging(f"The {kind.words} {ids[f'{kind.member}Id']}", delete))

    def _look_at_role(self, what: str) -> None:
        at, name = self._at, self._at.called_globally(what)
        found = at.role(what)
        if found and at.owns(found["Tags"]):
            self.belongings.append(Belonging(f"The role {name}", lambda _: _delete_role(at, name)))
        elif found:
            self.left.append(f"The role {name} is not tagged {TAG}={at.name}.")

    def _look_at_secret(self) -> None:
        at, found = self._at, self._at.secret()
        if found and at.owns(found["Tags"]):

            def delete(
                _watch: Say,
            ) -> object:  # without recovery, so that the name is free again; the provider can issue another secret
                return or_none(lambda: at.secrets.delete_secret(SecretId=found["ARN"], ForceDeleteWithoutRecovery=True))

            self.belongings.append(Belonging(f"The secret {found['Name']}", delete))
        elif found:
            self.left.append(f"The secret {found['Name']} is not tagged {TAG}={at.name}.")


def _delete_role(at: Installation, name: str) -> None:
    def delete() -> None:
        for policy in at.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            at.iam.detach_role_policy(RoleName=name, PolicyArn=policy["PolicyArn"])
        for policy in at.iam.list_role_policies(RoleName=name)["PolicyNames"]:
            at.iam.delete_role_policy(RoleName=name, PolicyName=policy)
        at.iam.delete_role(RoleName=name)

    or_none(delete)
