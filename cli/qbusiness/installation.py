"""One installation: the names and tags of its resources, and which of them exist."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from cli.target import CommandError, Target

type Json = dict[str, Any]
type Say = Callable[[str], None]

TAG, REGION_TAG = "docent:qbusiness", "docent:region"
ABSENT = frozenset({"NoSuchEntity", "ResourceNotFoundException"})
REFUSED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
OVER_QUOTA = frozenset({"ServiceQuotaExceededException", "LimitExceeded", "LimitExceededException"})
SETTLING = frozenset({"CREATING", "UPDATING"})
SETTLED = frozenset({"ACTIVE", "PENDING_AUTH_CONFIG"})
APPEARING_SECONDS = 10
MOST_SECONDS = 3600  # creating an index takes several minutes
# Roles are named `<name>-qbusiness-<what>-<region>`, with at most 64 characters.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of Q Business resource, and its names in operations and members."""

    noun: str
    words: str
    listed: str
    member: str

    @property
    def plural(self) -> str:
        return {"index": "indices"}.get(self.noun, f"{self.noun}s")


APPLICATION = Kind("application", "application", "applications", "application")
INDEX = Kind("index", "index", "indices", "index")
RETRIEVER = Kind("retriever", "retriever", "retrievers", "retriever")
WEB_EXPERIENCE = Kind("web_experience", "web experience", "webExperiences", "webExperience")


@dataclass(frozen=True, slots=True)
class Belonging:
    """A resource of ours; `delete` does nothing if it is already deleted. `arn` is that of an identity provider."""

    what: str
    delete: Callable[[Say], object]
    arn: str = ""


class Installation:
    """Global resources have the region in their names, so that each region can have an installation."""

    def __init__(self, target: Target, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise CommandError(
                f"{name} is not a valid name. Use up to 24 lowercase letters, digits and hyphens; start with a letter."
            )
        self.name = name
        self.iam = target.client("iam")
        self.qbusiness = target.client("qbusiness")
        self.secrets = target.client("secretsmanager")
        self.region = self.qbusiness.meta.region_name
        caller = target.client("sts").get_caller_identity()
        self.account, self.partition = caller["Account"], caller["Arn"].split(":")[1]

    # Names and ownership

    def called(self, what: str) -> str:
        return f"{self.name}-qbusiness-{what}"

    def called_globally(self, what: str) -> str:
        return f"{self.called(what)}-{self.region}"

    def arn(self, service: str, resource: str = "", region: str | None = None) -> str:
        region = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{region}:{self.account}" + (f":{resource}" if resource else "")

    @property
    def tags(self) -> dict[str, str]:
        return {TAG: self.name, REGION_TAG: self.region}

    @property
    def iam_tags(self) -> list[dict[str, str]]:
        """In the format of IAM and Secrets Manager; `own_tags` is that of Q Business."""
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]

    @property
    def own_tags(self) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in self.tags.items()]

    @property
    def borrowing(self) -> str:
        """The tag on another owner's OpenID provider that records the client id we added."""
        return f"{TAG}:{self.name}:{self.region}"

    def owns(self, tags: Mapping[str, str]) -> bool:
        return self.tags.items() <= tags.items()

    def check(self, tags: Mapping[str, str], what: str) -> None:
        if not self.owns(tags):
            raise CommandError(f"{what} already exists and is not ours (no tag {TAG}={self.name}). Use another --name.")

    # Existing resources

    def role(self, what: str) -> Json | None:
        """A role with its `Tags` as a mapping."""
        name = self.called_globally(what)
        role = or_none(lambda: self.iam.get_role(RoleName=name)["Role"])
        return role and role | {"Tags": mapping(self.iam.list_role_tags(RoleName=name)["Tags"])}

    @property
    def saml_provider_arn(self) -> str:
        return self.arn("iam", f"saml-provider/{self.called_globally('saml')}", "")

    def saml_provider(self) -> Json | None:
        found = or_none(lambda: self.iam.get_saml_provider(SAMLProviderArn=self.saml_provider_arn))
        return found and found | {"Tags": mapping(found.get("Tags", []))}

    def open_id_providers(self) -> dict[str, Json]:
        """All of the account's, by ARN; there are at most 100."""
        found = {}
        for each in self.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
            provider = or_none(
                lambda arn=each["Arn"]: self.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
            )
            if provider:
                found[each["Arn"]] = provider | {"Tags": mapping(provider.get("Tags", []))}
        return found

    def open_id_provider_arn(self, issuer: str) -> str:
        return self.arn("iam", f"oidc-provider/{issuer.partition('://')[2]}", "")

    def secret(self) -> Json | None:
        found = or_none(lambda: self.secrets.describe_secret(SecretId=self.called("client")))
        return found and found | {"Tags": mapping(found.get("Tags", []))}

    def application(self) -> Json | None:
        """The application with our name and tag. Raises CommandError when the name is taken."""
        taken = False
        for found in self.applications():
            if self.owns(self.tags_of(APPLICATION, found)):
                return found
            taken = taken or found["displayName"] == self.called("application")
        if taken:
            self.check({}, f"The application {self.called('application')}")
        return None

    def applications(self) -> Iterator[Json]:
        """The applications with our name that are not being deleted."""
        for page in self.qbusiness.get_paginator("list_applications").paginate():
            for each in page["applications"]:
                if each.get("displayName") == self.called("application") and each.get("status") != "DELETING":
                    found = or_none(lambda made=each: self.get(APPLICATION, applicationId=made["applicationId"]))
                    if found:
                        yield found

    def parts(self, kind: Kind, application_id: str) -> Iterator[Json]:
        """Our resources of a kind in our application, the oldest first."""
        for page in self.qbusiness.get_paginator(f"list_{kind.plural}").paginate(applicationId=application_id):
            for each in page[kind.listed]:
                ids = {"applicationId": application_id, f"{kind.member}Id": each[f"{kind.member}Id"]}
                found = or_none(lambda ids=ids: self.get(kind, **ids))
                if found and found["status"] != "DELETING" and self.owns(self.tags_of(kind, found)):
                    yield ids | found

    def get(self, kind: Kind, **ids: str) -> Json:
        return getattr(self.qbusiness, f"get_{kind.noun}")(**ids)

    def delete(self, kind: Kind, **ids: str) -> None:
        or_none(lambda: getattr(self.qbusiness, f"delete_{kind.noun}")(**ids))

    def tags_of(self, kind: Kind, found: Json) -> dict[str, str]:
        told = or_none(lambda: self.qbusiness.list_tags_for_resource(resourceARN=found[f"{kind.member}Arn"]))
        return {tag["key"]: tag["value"] for tag in (told or {}).get("tags", [])}

    # Waiting

    def appeared(self, kind: Kind, **ids: str) -> Json | None:
        """A resource that was just created; None if it does not appear within seconds, or is being deleted."""
        for seconds in _waiting():
            found = or_none(lambda: self.get(kind, **ids))
            if found or seconds > APPEARING_SECONDS:
                return found if found and found["status"] != "DELETING" else None
        return None

    def settled(self, kind: Kind, watch: Say, **ids: str) -> Json:
        """Wait until the resource can be used. Raises CommandError when AWS could not create it."""
        for seconds in _waiting():
            found = self.get(kind, **ids)
            if found["status"] in SETTLED:
                return found
            if found["status"] not in SETTLING:
                reason = found.get("error", {}).get("errorMessage", found["status"])
                raise CommandError(
                    f"The {kind.words} could not be created: {reason}. Run `docent qbusiness delete` and try again."
                )
            watch(f"waiting for the {kind.words}, {seconds:.0f} s")
        raise CommandError(f"The {kind.words} is still being created after an hour. Run the same command again later.")

    def gone(self, kind: Kind, watch: Say, **ids: str) -> None:
        for seconds in _waiting():
            found = or_none(lambda: self.get(kind, **ids))
            if not found:
                return
            if found["status"] == "FAILED":
                reason = found.get("error", {}).get("errorMessage", "no reason is given")
                raise CommandError(f"The {kind.words} could not be deleted: {reason}.")
            watch(f"waiting until the {kind.words} is deleted, {seconds:.0f} s")
        raise CommandError(f"The {kind.words} is still being deleted after an hour. Run the same command again later.")


def mapping(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def or_none[T](call: Callable[[], T]) -> T | None:
    """The result of the call; None if the resource does not exist."""
    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:  # pyright: ignore[reportTypedDictNotRequiredAccess]
            return None
        raise


def _waiting() -> Iterator[float]:
    """Wait with growing pauses; yields the seconds that have passed."""
    began, pause = time.monotonic(), 0.1
    while (passed := time.monotonic() - began) < MOST_SECONDS:
        yield passed
        time.sleep(pause)
        pause = min(pause * 1.5, 5.0)


@contextmanager
def explained() -> Iterator[None]:
    """Turn errors of permissions and quotas into what an administrator can do about them."""
    try:
        yield
    except ClientError as error:
        detail = {"Code": "", "Message": ""} | dict(error.response.get("Error", {}))
        what = f"{error.operation_name}: {str(detail['Message']).rstrip('.')}."
        if detail["Code"] in REFUSED:
            raise CommandError(
                f"Access denied to {what} Sign in as an administrator of IAM, Secrets Manager and Q Business."
            ) from error
        if detail["Code"] in OVER_QUOTA:
            raise CommandError(
                f"A quota is exceeded by {what} Raise it in Service Quotas or delete what is not used, then run the"
                " same command again: it continues where it stopped."
            ) from error
        raise
