"""Management of applications, indices, retrievers and web experiences."""

from collections.abc import Callable
from typing import Any

from local.kendra.filters import BUILT_IN_ATTRIBUTES
from local.qbusiness.resources import Resource, Resources
from local.qbusiness.wire import invalid, over_quota, page

type Json = dict[str, Any]

MOST_APPLICATIONS = 50
_PROVIDERS = {"AWS_IAM_IDP_OIDC": ":oidc-provider/", "AWS_IAM_IDP_SAML": ":saml-provider/"}
_APPLICATION = (
    "displayName", "identityType", "iamIdentityProviderArn", "roleArn", "description", "encryptionConfiguration",
    "clientIdsForOIDC", "qAppsConfiguration", "personalizationConfiguration",
)  # fmt: skip
_INDEX = ("displayName", "type", "description", "capacityConfiguration")
_RETRIEVER = ("type", "displayName", "configuration", "roleArn")
_EXPERIENCE = (
    "title", "subtitle", "welcomeMessage", "samplePromptsControlMode", "origins", "roleArn",
    "identityProviderConfiguration", "browserExtensionConfiguration", "customizationConfiguration",
)  # fmt: skip


class Applications:
    """Each method answers the request it is named after."""

    def __init__(
        self,
        resources: Resources,
        provider_exists: Callable[[str], bool],
        statistics: Callable[[str], tuple[int, int]],
        forget_index: Callable[[str], None],
        forget_application: Callable[[str], None],
        region: Callable[[], str],
    ) -> None:
        """`statistics` returns an index's documents and bytes of text; `forget_…` delete other data about one."""
        self._resources = resources
        self._provider_exists = provider_exists
        self._statistics = statistics
        self._forget_index = forget_index
        self._forget_application = forget_application
        self._region = region

    # Applications

    def create_application(self, request: Json) -> Json:
        self._check_identities(request)
        if len(self._resources.all("APPLICATION")) >= MOST_APPLICATIONS:
            raise over_quota(f"An account has at most {MOST_APPLICATIONS} applications.", "APPLICATION", "applications")
        application = self._resources.add("APPLICATION", None, request)
        return {"applicationId": application.id, "applicationArn": self._resources.arn(application)}

    def get_application(self, request: Json) -> Json:
        application = self._resources.application(request)
        attachments = application.settings.get("attachmentsConfiguration", {"attachmentsControlMode": "ENABLED"})
        return {
            **_chosen(application.settings, _APPLICATION),
            "applicationId": application.id,
            "applicationArn": self._resources.arn(application),
            "status": application.status,
            "attachmentsConfiguration": attachments,
            "autoSubscriptionConfiguration": auto_subscription(application),
            **application.times,
        }

    def list_applications(self, request: Json) -> Json:
        shown, following = page(request, self._resources.all("APPLICATION"), 100)
        summaries = [
            {
                **_chosen(application.settings, ("displayName", "identityType")),
                "applicationId": application.id,
                "status": application.status,
                **application.times,
            }
            for application in shown
        ]
        return {"applications": summaries, **following}

    def update_application(self, request: Json) -> Json:
        application = self._resources.active(self._resources.application(request))
        if "identityCenterInstanceArn" in request:
            raise invalid("IAM Identity Center is not offered here.")
        subscribing = request.get("autoSubscriptionConfiguration", {})
        if subscribing.get("autoSubscribe") == "ENABLED":
            if "defaultSubscriptionType" not in subscribing:
                raise invalid("defaultSubscriptionType is required where autoSubscribe is ENABLED.")
            if application.settings["identityType"] not in _PROVIDERS:
                raise invalid("Users are subscribed automatically under IAM identity federation only.")
        self._resources.change(application, request)
        return {}

    def delete_application(self, request: Json) -> Json:
        application = self._resources.application(request)
        for index in self._resources.all("INDEX", application.id):
            self._delete_index(index)
        for kind in ("RETRIEVER", "WEB_EXPERIENCE"):
            for resource in self._resources.all(kind, application.id):
                self._resources.remove(resource)
        self._resources.remove(application)
        self._forget_application(application.id)
        return {}

    def _check_identities(self, request: Json) -> None:
        kind = request.get("identityType", "AWS_IAM_IDC")
        provider = request.get("iamIdentityProviderArn")
        if kind in ("AWS_IAM_IDC", "AWS_QUICKSIGHT_IDP"):
            raise invalid(
                f"The identity type {kind} is not offered here: use AWS_IAM_IDP_OIDC, AWS_IAM_IDP_SAML or ANONYMOUS."
            )
        if kind == "ANONYMOUS":
            if provider or request.get("clientIdsForOIDC"):
                raise invalid("An application for anonymous users has no identity provider.")
        elif not provider or _PROVIDERS[kind] not in provider:
            raise invalid(f"iamIdentityProviderArn must be the ARN of a provider for {kind}.")
        elif not self._provider_exists(provider):
            raise invalid(f"The identity provider {provider} does not exist.")

    # Indices

    def create_index(self, request: Json) -> Json:
        application = self._resources.active(self._resources.application(request))
        index = self._resources.add("INDEX", application.id, {"type": "ENTERPRISE"} | request)
        return {"indexId": index.id, "indexArn": self._resources.arn(index)}

    def get_index(self, request: Json) -> Json:
        index = self._resources.index(request)
        documents, text_bytes = self._statistics(index.id)
        return {
            "applicationId": index.application_id,
            "indexId": index.id,
            "indexArn": self._resources.arn(index),
            "status": index.status,
            **_chosen(index.settings, _INDEX),
            "documentAttributeConfigurations": list(attributes_of(index).values()),
            "indexStatistics": {
                "textDocumentStatistics": {"indexedTextBytes": text_bytes, "indexedTextDocumentCount": documents}
            },
            **index.times,
        }

    def list_indices(self, request: Json) -> Json:
        application = self._resources.application(request)
        shown, following = page(request, self._resources.all("INDEX", application.id), 100)
        summaries = [
            {"displayName": i.settings["displayName"], "indexId": i.id, "status": i.status, **i.times} for i in shown
        ]
        return {"indices": summaries, **following}

    def update_index(self, request: Json) -> Json:
        index = self._resources.active(self._resources.index(request))
        attributes = attributes_of(index)
        for attribute in request.get("documentAttributeConfigurations", []):
            name = attribute.get("name", "")
            if name.startswith("_") and name not in BUILT_IN_ATTRIBUTES:
                raise invalid(f"The name {name} is reserved.")
            known = attributes.get(name)
            kind = attribute.get("type") or (known or {}).get("type")
            if not name or not kind or (known and known["type"] != kind):
                raise invalid(f"The attribute {name or '(without a name)'} needs a type, and keeps it.")
            attributes[name] = {"search": "ENABLED", **(known or {}), **attribute, "type": kind}
        self._resources.change(index, request | {"documentAttributeConfigurations": list(attributes.values())})
        return {}

    def delete_index(self, request: Json) -> Json:
        self._delete_index(self._resources.index(request))
        return {}

    def _delete_index(self, index: Resource) -> None:
        self._resources.remove(index)
        self._forget_index(index.id)

    # Retrievers

    def create_retriever(self, request: Json) -> Json:
        application = self._resources.active(self._resources.application(request))
        configuration = request["configuration"]
        if request["type"] == "NATIVE_INDEX":
            native = configuration.get("nativeIndexConfiguration")
            if native is None:
                raise invalid("A retriever of type NATIVE_INDEX takes a nativeIndexConfiguration.")
            self._resources.found("INDEX", application.id, native["indexId"])
        elif "kendraIndexConfiguration" not in configuration:
            raise invalid("A retriever of type KENDRA_INDEX takes a kendraIndexConfiguration.")
        elif "roleArn" not in request:
            raise invalid("A retriever of type KENDRA_INDEX needs a roleArn.")
        retriever = self._resources.add("RETRIEVER", application.id, request)
        return {"retrieverId": retriever.id, "retrieverArn": self._resources.arn(retriever)}

    def get_retriever(self, request: Json) -> Json:
        retriever = self._part(request, "RETRIEVER", "retrieverId")
        return {
            "applicationId": retriever.application_id,
            "retrieverId": retriever.id,
            "retrieverArn": self._resources.arn(retriever),
            "status": retriever.status,
            **_chosen(retriever.settings, _RETRIEVER),
            **retriever.times,
        }

    def list_retrievers(self, request: Json) -> Json:
        application = self._resources.application(request)
        shown, following = page(request, self._resources.all("RETRIEVER", application.id), 50)
        summaries = [
            {
                "applicationId": application.id,
                "retrieverId": retriever.id,
                "status": retriever.status,
                **_chosen(retriever.settings, ("type", "displayName")),
            }
            for retriever in shown
        ]
        return {"retrievers": summaries, **following}

    def delete_retriever(self, request: Json) -> Json:
        self._resources.remove(self._part(request, "RETRIEVER", "retrieverId"))
        return {}

    # Web experiences

    def create_web_experience(self, request: Json) -> Json:
        application = self._resources.active(self._resources.application(request))
        experience = self._resources.add("WEB_EXPERIENCE", application.id, request)
        return {"webExperienceId": experience.id, "webExperienceArn": self._resources.arn(experience)}

    def get_web_experience(self, request: Json) -> Json:
        experience = self._part(request, "WEB_EXPERIENCE", "webExperienceId")
        return {
            "applicationId": experience.application_id,
            "webExperienceId": experience.id,
            "webExperienceArn": self._resources.arn(experience),
            "defaultEndpoint": self._endpoint(experience),
            "status": experience.status,
            **_chosen(experience.settings, _EXPERIENCE),
            **experience.times,
        }

    def list_web_experiences(self, request: Json) -> Json:
        application = self._resources.application(request)
        shown, following = page(request, self._resources.all("WEB_EXPERIENCE", application.id), 100)
        summaries = [
            {"webExperienceId": e.id, "defaultEndpoint": self._endpoint(e), "status": e.status, **e.times}
            for e in shown
        ]
        return {"webExperiences": summaries, **following}

    def update_web_experience(self, request: Json) -> Json:
        experience = self._part(request, "WEB_EXPERIENCE", "webExperienceId")
        self._resources.change(experience, _chosen(request, _EXPERIENCE))
        return {}

    def delete_web_experience(self, request: Json) -> Json:
        self._resources.remove(self._part(request, "WEB_EXPERIENCE", "webExperienceId"))
        return {}

    def _endpoint(self, experience: Resource) -> str:
        return f"https://{experience.id[:8]}.chat.qbusiness.{self._region()}.on.aws/"

    def _part(self, request: Json, kind: Any, member: str) -> Resource:
        application = self._resources.application(request)
        return self._resources.found(kind, application.id, request[member])


def auto_subscription(application: Resource) -> Json:
    return application.settings.get("autoSubscriptionConfiguration", {"autoSubscribe": "DISABLED"})


def attributes_of(index: Resource) -> dict[str, Json]:
    """The index's attributes by name, including built-in ones."""
    built_in = {
        name: {"name": name, "type": kind.removesuffix("_VALUE").replace("LONG", "NUMBER"), "search": "ENABLED"}
        for name, kind in BUILT_IN_ATTRIBUTES.items()
    }
    return built_in | {given["name"]: given for given in index.settings.get("documentAttributeConfigurations", [])}


def _chosen(settings: Json, names: tuple[str, ...]) -> Json:
    return {name: settings[name] for name in names if name in settings}
