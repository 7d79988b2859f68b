"""Amazon DataZone: the domain and the project in which Docent offers its data products.

DataZone does not fulfil subscriptions to custom asset types. So Docent decides, and reports what it has granted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.clients import datazone
from docent.errors import MisconfiguredError, from_aws
from docent.names import user_name

# Of the asset, the form that describes it, and the form in which people say what they need it for.
ASSET_TYPE, PRODUCT_FORM, ACCESS_FORM = "DocentDataProduct", "DocentProduct", "DocentAccess"


@dataclass(frozen=True, slots=True)
class Domain:
    """`role_arn` is a role of the domain's account, which is a member of the project."""

    domain_id: str
    project_id: str
    role_arn: str

    @property
    def account(self) -> str:
        return self.role_arn.split(":")[4]

    def request(self, request_id: str) -> Mapping[str, Any] | None:
        return self.find("get_subscription_request_details", "a request was looked up", identifier=request_id)

    def subscription(self, subscription_id: str) -> Mapping[str, Any] | None:
        return self.find("get_subscription", "a subscription was looked up", identifier=subscription_id)

    def subscription_of(self, request_id: str) -> Mapping[str, Any] | None:
        doing = "the subscription of a request was looked up"
        return next(self.every("list_subscriptions", doing, subscriptionRequestIdentifier=request_id), None)

    def grant(self, grant_id: str) -> Mapping[str, Any] | None:
        return self.find("get_subscription_grant", "a subscription grant was looked up", identifier=grant_id)

    def grants_of(self, subscription_id: str) -> list[Mapping[str, Any]]:
        doing = "the grants of a subscription were looked up"
        return list(self.every("list_subscription_grants", doing, subscriptionId=subscription_id))

    def requests(self) -> Iterator[Mapping[str, Any]]:
        """All that are for what the project offers."""
        yield from self.every("list_subscription_requests", "requests were listed", approverProjectId=self.project_id)

    def asset(self, asset_id: str) -> Mapping[str, Any] | None:
        return self.find("get_asset", "an asset was looked up", identifier=asset_id)

    def root_unit(self) -> str:
        """The domain's root domain unit."""
        try:
            return datazone(self.role_arn).get_domain(identifier=self.domain_id)["rootDomainUnitId"]
        except (ClientError, BotoCoreError) as error:
            raise from_aws(error, "the domain was looked up in DataZone", MisconfiguredError) from error

    def user(self, user_id: str) -> str:
        """The e-mail address of a user of IAM Identity Center; empty for roles, and for users without one."""
        profile = self.find("get_user_profile", "a user profile was looked up", userIdentifier=user_id) or {}
        return email_of(profile.get("details", {}))

    def accept(self, request_id: str, comment: str) -> None:
        doing = "a request was accepted"
        self.ask("accept_subscription_request", doing, identifier=request_id, decisionComment=comment)

    def reject(self, request_id: str, comment: str) -> None:
        doing = "a request was rejected"
        self.ask("reject_subscription_request", doing, identifier=request_id, decisionComment=comment)

    def revoke(self, subscription_id: str) -> None:
        doing = "a subscription was revoked"
        self.ask("revoke_subscription", doing, identifier=subscription_id, retainPermissions=False)

    def report(self, grant_id: str, asset_id: str, status: str, failure: str = "") -> None:
        cause: dict[str, Any] = {"failureCause": {"message": failure}} if failure else {}
        ids = {"identifier": grant_id, "assetIdentifier": asset_id}
        self.ask("update_subscription_grant_status", "a grant was reported", status=status, **ids, **cause)

    def ask(self, operation: str, doing: str, **request: Any) -> Any:
        """The reply to a call about the domain. Raises TransientError or MisconfiguredError."""
        call: Callable[..., Any] = getattr(datazone(self.role_arn), operation)
        try:
            return call(domainIdentifier=self.domain_id, **request)
        except (ClientError, BotoCoreError) as error:
            # ConflictException means that somebody else was faster: the retry reads the new state.
            raise from_aws(error, f"{doing} in DataZone", MisconfiguredError) from error

    def find(self, operation: str, doing: str, **request: Any) -> Any:
        """As `ask`; None if the resource does not exist."""
        try:
            return self.ask(operation, doing, **request)
        except MisconfiguredError as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and cause.response.get("Error", {}).get("Code") == _MISSING:
                return None
            raise

    def every(self, operation: str, doing: str, **request: Any) -> Iterator[Mapping[str, Any]]:
        following: dict[str, str] = {}
        while True:
            page = self.ask(operation, doing, **request, **following)
            yield from page["items"]
            if "nextToken" not in page:
                return
            following = {"nextToken": page["nextToken"]}


_MISSING = "ResourceNotFoundException"


def email_of(details: Mapping[str, Any]) -> str:
    """Of the details of a user profile. A session of a role can have any name, so it names nobody."""
    name = user_name(details.get("sso", {}).get("username", ""))
    return name if "@" in name else ""
