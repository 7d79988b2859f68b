"""Create an installation: each step creates a resource if it is missing, and corrects it if it differs."""

import hashlib
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from cli.qbusiness import identity_providers, policies
from cli.qbusiness.installation import (
    APPLICATION,
    INDEX,
    RETRIEVER,
    WEB_EXPERIENCE,
    Installation,
    Kind,
    Say,
    explained,
    or_none,
)
from cli.qbusiness.provider import OpenId, Provider
from cli.target import CommandError, Target

type Json = dict[str, Any]

POLICY = "docent"
# Changes in IAM reach other services within seconds.
SPREADING_SECONDS = 20
_AUTO_SUBSCRIPTION = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_BUSINESS"}


@dataclass(frozen=True, slots=True)
class Made:
    """`parameters` are the template's; `endpoint` is the address of the web experience, if there is one."""

    parameters: dict[str, str]
    endpoint: str | None


def create(target: Target, provider: Provider, say: Say, name: str = "docent", replace: bool = False) -> dict[str, str]:
    """The template parameters for a stack that chats through this application."""
    return set_up(target, provider, say, lambda _: None, name, replace).parameters


def set_up(target: Target, provider: Provider, say: Say, watch: Say, name: str, replace: bool) -> Made:
    """`watch` gets the progress of each wait. With `replace`, an application that AWS cannot change is replaced."""
    with explained():
        return _Creation(Installation(target, name), provider, say, watch).run(replace)


class _Creation:
    def __init__(self, installation: Installation, provider: Provider, say: Say, watch: Say) -> None:
        self._at = installation
        self._provider = provider
        self._say = say
        self._watch = watch
        self._known_everywhere = 0.0  # when the last change is

    def run(self, replace: bool) -> Made:
        at, provider = self._at, self._provider
        stale = self._stale_application()
        if stale and not replace:
            raise CommandError(
                f"The application {stale['applicationId']} is for another identity provider or client, which AWS"
                " cannot change. --replace creates a new one; everything in its index and all conversations are lost."
            )
        provider_arn, outcome = identity_providers.ensure(at, provider)
        self._told("identity provider", provider_arn.rpartition("-provider/")[2], outcome, None)
        service_role = self._role(
            "service",
            policies.trusting_service("qbusiness.amazonaws.com", at.account, at.arn("qbusiness", "application/*")),
            policies.logging(at.arn("logs")),
        )
        if stale:
            self._delete(APPLICATION, applicationId=stale["applicationId"])
        application = self._application(provider_arn, service_role)
        application_id = application["applicationId"]
        index_id = self._index(application_id)
        self._retriever(application_id, index_id)
        people_role = self._role(
            "people", provider.trust(provider_arn), policies.chatting(application["applicationArn"])
        )
        secret_arn = self._secret(provider) if isinstance(provider, OpenId) else None
        endpoint = self._web_experience(application, people_role, secret_arn)
        self._settings(application_id, service_role)
        self._release_providers(provider_arn)
        parameters = {
            "ChatService": "q_business",
            "QBusinessApplicationId": application_id,
            "QBusinessIndexId": index_id,
            "QBusinessRoleArn": people_role,
        }
        if isinstance(provider, OpenId):
            parameters |= {"ChatIssuer": provider.issuer, "ChatClientId": provider.client_id}
            parameters |= {"ChatSecretArn": secret_arn} if secret_arn else {}
        else:
            parameters["ChatSamlProviderArn"] = provider_arn
        return Made(parameters, endpoint)

    def _release_providers(self, in_use: str) -> None:
        """Delete identity providers that are no longer used."""
        for each in identity_providers.belongings(self._at)[0]:
            if each.arn != in_use:
                each.delete(self._watch)
                self._say(f"{each.what} is deleted: it is no longer used.")

    # Q Business

    def _stale_application(self) -> Json | None:
        """Our application, if it is for another identity provider or client."""
        found, provider = self._at.application(), self._provider
        if found is None:
            return None
        wanted = {"clientIdsForOIDC": []} | provider.identity
        is_for = {"clientIdsForOIDC": []} | {name: found[name] for name in wanted if name in found}
        arn = identity_providers.arn_of(self._at, provider)
        same = found.get("iamIdentityProviderArn", "").rstrip("/") == arn.rstrip("/") and is_for == wanted
        return None if same else found

    def _application(self, provider_arn: str, service_role: str) -> Json:
        found, provider, name = self._at.application(), self._provider, self._at.called("application")
        if found is None:
            request = {
                **provider.identity,
                "displayName": name,
                "iamIdentityProviderArn": provider_arn,
                "roleArn": service_role,
                "attachmentsConfiguration": {"attachmentsControlMode": "ENABLED"},
            }
            return self._made(APPLICATION, name, request)
        settled = self._at.settled(APPLICATION, self._watch, applicationId=found["applicationId"])
        return self._told("application", name, "right", settled)

    def _index(self, application_id: str) -> str:
        name = self._at.called("index")
        for found in self._at.parts(INDEX, application_id):
            self._at.settled(INDEX, self._watch, applicationId=application_id, indexId=found["indexId"])
            return self._told("index", name, "right", found["indexId"])
        capacity = {"units": 1}
        request = {"displayName": name, "type": "ENTERPRISE", "capacityConfiguration": capacity}
        return self._made(INDEX, name, request, application_id)["indexId"]

    def _retriever(self, application_id: str, index_id: str) -> None:
        name, native = self._at.called("retriever"), {"nativeIndexConfiguration": {"indexId": index_id}}
        for found in self._at.parts(RETRIEVER, application_id):
            ids = {"applicationId": application_id, "retrieverId": found["retrieverId"]}
            if found["configuration"].get("nativeIndexConfiguration", {}).get("indexId") == index_id:
                self._at.settled(RETRIEVER, self._watch, **ids)
                return self._told("retriever", name, "right", None)
            self._delete(RETRIEVER, **ids)
        request = {"displayName": name, "type": "NATIVE_INDEX", "configuration": native}
        self._made(RETRIEVER, name, request, application_id)
        return None

    def _web_experience(self, application: Json, role: str, secret_arn: str | None) -> str | None:
        """Q Business's own chat page, which Docent does not need; returns its address."""
        at, provider, application_id = self._at, self._provider, application["applicationId"]
        if isinstance(provider, OpenId):
            if secret_arn is None:
                self._say("No web experience: Q Business supports it only for a client with a secret.")
                return None
            trust = policies.trusting_service(
                "application.qbusiness.amazonaws.com", at.account, application["applicationArn"]
            )
            reader = self._role("secret", trust, policies.reading_secret(secret_arn))
            signing_in: Json = {"openIDConnectConfiguration": {"secretsArn": secret_arn, "secretsRole": reader}}
        elif provider.sign_on_url:
            signing_in = {"samlConfiguration": {"authenticationUrl": provider.sign_on_url}}
        else:
            self._say("No web experience: the provider's metadata has no sign-in URL with https.")
            return None
        wanted = {"title": at.name, "roleArn": role, "identityProviderConfiguration": signing_in}
        for found in at.parts(WEB_EXPERIENCE, application_id):
            ids = {"applicationId": application_id, "webExperienceId": found["webExperienceId"]}
            same = all(found.get(member) == value for member, value in wanted.items())
            if not same:
                self._patiently(lambda ids=ids: at.qbusiness.update_web_experience(**ids, **wanted))
            settled = at.settled(WEB_EXPERIENCE, self._watch, **ids)
            return self._told("web experience", at.name, "right" if same else "corrected", settled["defaultEndpoint"])
        return self._made(WEB_EXPERIENCE, at.name, wanted, application_id)["defaultEndpoint"]

    def _settings(self, application_id: str, service_role: str) -> None:
        """The settings of an application that can be changed, such as its users' subscriptions."""
        wanted: Json = {
            "roleArn": service_role,
            "attachmentsConfiguration": {"attachmentsControlMode": "ENABLED"},
            "autoSubscriptionConfiguration": _AUTO_SUBSCRIPTION,
        }
        found = self._at.get(APPLICATION, applicationId=application_id)
        same = all(found.get(member) == value for member, value in wanted.items())
        if not same:
            self._patiently(lambda: self._at.qbusiness.update_application(applicationId=application_id, **wanted))
            self._at.settled(APPLICATION, self._watch, applicationId=application_id)
        self._told("subscriptions", "of users who sign in", "right" if same else "made", None)

    def _made(self, kind: Kind, name: str, request: Json, application_id: str | None = None) -> Json:
        """Create a resource. Two runs at the same time get the same one, because of the client token."""
        at = self._at
        request = request | {"tags": at.own_tags} | ({"applicationId": application_id} if application_id else {})
        make = getattr(at.qbusiness, f"create_{kind.noun}")
        written = json.dumps([kind.noun, request], sort_keys=True)
        tokens = [hashlib.sha256(written.encode()).hexdigest(), str(uuid.uuid4())]
        for token in tokens:  # AWS can remember the first one from a resource that is already deleted
            identifier = self._patiently(lambda token=token: make(**request, clientToken=token))[f"{kind.member}Id"]
            ids = {f"{kind.member}Id": identifier} | ({"applicationId": application_id} if application_id else {})
            if at.appeared(kind, **ids):
                return self._told(kind.words, name, "made", at.settled(kind, self._watch, **ids))
        raise CommandError(
            f"The {kind.words} disappears as soon as it is created. Run the same command again in an hour."
        )

    def _delete(self, kind: Kind, **ids: str) -> None:
        self._at.delete(kind, **ids)
        self._at.gone(kind, self._watch, **ids)

    # Roles and secrets

    def _role(self, what: str, trust: Json, policy: Json) -> str:
        at, name = self._at, self._at.called_globally(what)
        found, outcome = at.role(what), "right"
        if found is None:
            outcome = "made"
            found = at.iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust), Tags=at.iam_tags)[
                "Role"
            ]
        else:
            at.check(found["Tags"], f"The role {name}")
            if found["AssumeRolePolicyDocument"] != trust:
                outcome = "corrected"
                at.iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
        kept = or_none(lambda: at.iam.get_role_policy(RoleName=name, PolicyName=POLICY)["PolicyDocument"])
        if kept != policy:
            outcome = "made" if outcome == "made" else "corrected"
            at.iam.put_role_policy(RoleName=name, PolicyName=POLICY, PolicyDocument=json.dumps(policy))
        return self._told("role", name, outcome, found["Arn"])

    def _secret(self, provider: OpenId) -> str | None:
        """The ARN of the secret with the client's secret; None if it has none."""
        at, name, found = self._at, self._at.called("client"), self._at.secret()
        if provider.secret is None:
            if found and at.owns(found["Tags"]) and not found.get("DeletedDate"):
                return self._told("secret", name, "right", found["ARN"])
            return None
        value = json.dumps({"client_secret": provider.secret})
        if found is None:
            made = at.secrets.create_secret(Name=name, SecretString=value, Tags=at.iam_tags)
            return self._told("secret", name, "made", made["ARN"])
        at.check(found["Tags"], f"The secret {name}")
        if found.get("DeletedDate"):
            at.secrets.restore_secret(SecretId=found["ARN"])
        same = at.secrets.get_secret_value(SecretId=found["ARN"])["SecretString"] == value
        if not same:
            at.secrets.put_secret_value(SecretId=found["ARN"], SecretString=value)
        return self._told("secret", name, "right" if same else "corrected", found["ARN"])

    # Messages and retries

    def _told[T](self, what: str, name: str, outcome: str, result: T) -> T:
        self._say(f"{what} {name}: {outcome}")
        self._watch("continuing")
        if outcome != "right":
            self._known_everywhere = time.monotonic() + SPREADING_SECONDS
        return result

    def _patiently[T](self, call: Callable[[], T]) -> T:
        """Try again while a role or provider that was just changed may not have reached all services."""
        while True:
            try:
                return call()
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if (
                    code not in ("ValidationException", "ConflictException")
                    or time.monotonic() > self._known_everywhere
                ):
                    raise
            self._watch("waiting until IAM's changes have reached all services")
            time.sleep(1)
