"""DataZone for the functions: the engine of the local AWS, between botocore's serializer and its parser.

Docent's role owns the project that offers data products. Marta is in the project `marketing`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from botocore.model import OperationModel

from docent import clients
from governing.datazone import ASSET_TYPE
from local.bedrock_agent.store import Store
from local.datazone.domains import USER_TAG
from local.datazone.service import DataZone
from local.datazone.wire import DataZoneError, model
from local.faults import Faults
from local.rest_json import shown_as
from local.seams.identities import Principal
from tests.support.aws import session
from tests.support.fake_service import FakeService, Refused
from tests.support.functions import Function

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/docent-governance"
PORTAL = f"arn:aws:iam::{ACCOUNT}:role/datazone-execution"
UNTIL = "2027-03-31"
_ROOT = Principal(f"arn:aws:iam::{ACCOUNT}:root")
_DOCENT = Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/docent-governance/docent", ROLE)


@dataclass
class FakeDataZone(FakeService):
    """`heard` are the events, in order. `before` is called before each call of the functions, with its operation."""

    folder: Path
    events: ClassVar = ("datazone",)
    heard: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    before: Callable[[str], None] = lambda _operation: None

    def __post_init__(self) -> None:
        FakeService.__init__(self)
        prefix = f"arn:aws:datazone:eu-central-1:{ACCOUNT}:"
        self._store = Store(self.folder / "datazone.sqlite")
        self._zone = DataZone(
            self._store, Faults(""), lambda: prefix, lambda _headers, _query: self._caller, self._hear
        )
        self._caller, self.domain = _ROOT, ""
        self.domain = self.call("CreateDomain", name="bank", domainExecutionRole=PORTAL)["id"]
        self.project = self.call("CreateProject", name="knowledge")["id"]
        member = {"userIdentifier": ROLE}
        self.call("CreateProjectMembership", projectIdentifier=self.project, member=member, designation="PROJECT_OWNER")
        self.team = self.call("CreateProject", name="marketing")["id"]
        self.marta = self.user("marta@example.com", self.team)

    def close(self) -> None:
        self._store.close()

    def user(self, name: str, project: str = "", kind: str = "SSO_USER") -> str:
        """The id of a user's profile, in a project if it is given."""
        user_id = self.call("CreateUserProfile", userIdentifier=name, userType=kind)["id"]
        if project:
            member, role = {"userIdentifier": user_id}, "PROJECT_CONTRIBUTOR"
            self.call("CreateProjectMembership", projectIdentifier=project, member=member, designation=role)
        return user_id

    def call(self, operation: str, by: str = "", **request: Any) -> dict[str, Any]:
        """As the root user of the account, or as a user of the domain."""
        known = {} if operation in ("CreateDomain", "ListDomains") else {"domainIdentifier": self.domain}
        tags = {USER_TAG: by} if by else {}
        self._caller = Principal(f"arn:aws:sts::{ACCOUNT}:assumed-role/x/{by}", PORTAL, tags) if by else _ROOT
        return self._answered(model().operation_model(operation), known | request)

    def ask(self, listing: str = "", by: str = "", until: str = UNTIL, purpose: str = "Campaign", **more: Any) -> str:
        """The id of a request for what is listed, as Marta makes it for her project."""
        content = json.dumps({"purpose": purpose, "until": until})
        form = {"formName": "DocentAccess", "typeIdentifier": "DocentAccess", "content": content}
        request: dict[str, Any] = {
            "subscribedPrincipals": [{"project": {"identifier": self.team}}],
            "subscribedListings": [{"identifier": listing or self.listings()[0]["id"]}],
            "requestReason": "For the campaign of spring",
            "metadataForms": [form],
        } | more
        return self.call("CreateSubscriptionRequest", by or self.marta, **request)["id"]

    def offer(self, product_id: str, project: str = "") -> str:
        """The listing of a product, as publish_asset lists it; `project` is another one than Docent's."""
        form = {"typeIdentifier": "DocentProduct", "typeRevision": "1", "required": False}
        if not self._store.listed("asset type", self.domain):
            for name in ("DocentProduct", "DocentAccess"):
                model = {"smithy": f"structure {name} {{}}"}
                self.call("CreateFormType", name=name, model=model, owningProjectIdentifier=self.project)
            made = {"name": ASSET_TYPE, "formsInput": {"DocentProduct": form}}
            self.call("CreateAssetType", owningProjectIdentifier=self.project, **made)
        content = [{"formName": "DocentProduct", "content": "{}"}]
        named = {"name": product_id, "externalIdentifier": product_id, "typeIdentifier": ASSET_TYPE}
        owner = project or self.project
        asset = self.call("CreateAsset", owningProjectIdentifier=owner, formsInput=content, **named)["id"]
        listed = {"entityIdentifier": asset, "entityType": "ASSET", "action": "PUBLISH"}
        return self.call("CreateListingChangeSet", **listed)["listingId"]

    def target(self) -> str:
        """A subscription target of marketing, whose grants are made by hand; the id of its environment."""
        environment = self.call("CreateEnvironment", self.marta, projectIdentifier=self.team, name="e")["id"]
        made = {"subscriptionTargetConfig": [], "authorizedPrincipals": [ROLE], "manageAccessRole": ROLE}
        made |= {"applicableAssetTypes": ["DocentDataProduct"], "subscriptionGrantCreationMode": "MANUAL"}
        self.call(
            "CreateSubscriptionTarget", self.marta, environmentIdentifier=environment, name="t", type="docent", **made
        )
        return environment

    def request(self, request_id: str) -> dict[str, Any]:
        return self.call("GetSubscriptionRequestDetails", identifier=request_id)

    def subscriptions(self) -> list[dict[str, Any]]:
        return self.call("ListSubscriptions")["items"]

    def grants(self) -> list[str]:
        found = self.call("ListSubscriptionGrants")["items"]
        return [asset["status"] for grant in found for asset in grant["assets"]]

    def assets(self) -> list[dict[str, Any]]:
        found = self.call("Search", searchScope="ASSET")["items"]
        return [self.call("GetAsset", identifier=each["assetItem"]["identifier"]) for each in found]

    def listings(self) -> list[dict[str, Any]]:
        """What the catalogue shows: `{id, name, terms, form}`."""
        found = self.call("SearchListings", additionalAttributes=["FORMS"])["items"]
        shown = (each["assetListing"] for each in found)
        return [
            {
                "id": each["listingId"],
                "name": each["name"],
                "description": each.get("description", ""),
                "terms": [term["name"] for term in each["glossaryTerms"]],
                "form": json.loads(each["additionalAttributes"]["forms"])["DocentProduct"],
            }
            for each in shown
        ]

    def event(self, detail_type: str) -> dict[str, Any]:
        """The last event of this type."""
        return next(each for each in reversed(self.heard) if each["detail-type"] == detail_type)

    def _reply(self, operation: OperationModel, asked: dict[str, Any]) -> Any:
        self.before(operation.name)
        self._caller = _DOCENT
        return super()._reply(operation, asked)

    def __getattr__(self, operation: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
        if operation not in model().operation_names:
            raise AttributeError(operation)
        return lambda request: self._answered(model().operation_model(operation), request)

    def _answered(self, operation: OperationModel, request: Mapping[str, Any]) -> dict[str, Any]:
        caller = self._caller
        try:
            told = self._zone._answered(operation.name, dict(request), {}, {})
        except DataZoneError as error:
            raise Refused(error.code, str(error)) from error
        finally:
            self._caller = caller
        return shown_as(operation.output_shape, told) if operation.output_shape else {}

    def _hear(self, arn: str, source: str, detail_type: str, detail: dict[str, Any]) -> None:
        event = {"source": source, "detail-type": detail_type, "account": arn.split(":")[4], "detail": detail}
        self.heard.append(event)


@contextmanager
def zone_for(function: Function, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeDataZone]:
    """A domain with a project of Docent's, which the function knows."""
    zone = FakeDataZone(folder)
    monkeypatch.setattr(clients, "session_of", lambda _role: session())
    function.set(DATAZONE_DOMAIN_ID=zone.domain, DATAZONE_PROJECT_ID=zone.project, GOVERNANCE_ROLE_ARN=ROLE)
    try:
        with zone.attached(session()):
            yield zone
    finally:
        zone.close()
