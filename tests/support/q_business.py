"""Access to Amazon Q Business for tests: a complete application, signed-in users, documents."""

from dataclasses import dataclass
from typing import Any

from tests.support.federated_people import Person
from tests.support.machine import Machine
from tests.support.open_id import CLIENT_ID, OpenIdProvider
from tests.support.waiting import wait_until

CHATTING = ["ChatSync", "ListConversations", "ListMessages", "DeleteConversation", "GetMedia", "PutFeedback"]
SETTLED = {"INDEXED", "UPDATED", "FAILED", "DOCUMENT_FAILED_TO_INDEX"}


@dataclass
class Application:
    """`admin` is a client with root's credentials. `role` is the role that users assume with their tokens."""

    machine: Machine
    admin: Any
    id: str
    index: str
    retriever: str
    role: str = ""

    @property
    def ids(self) -> dict[str, str]:
        return {"applicationId": self.id, "indexId": self.index}

    def put(self, *documents: dict[str, Any], **members: Any) -> None:
        """Puts documents and waits until none is in progress."""
        answer = self.admin.batch_put_document(**self.ids, documents=list(documents), **members)
        assert answer["failedDocuments"] == []
        wait_until(lambda: {self.statuses()[document["id"]] for document in documents} <= SETTLED)

    def statuses(self) -> dict[str, str]:
        pages = self.admin.get_paginator("list_documents").paginate(**self.ids)
        return {found["documentId"]: found["status"] for page in pages for found in page["documentDetailList"]}

    def group(self, name: str, *users: str, groups: tuple[str, ...] = ()) -> None:
        members = {
            "memberUsers": [{"userId": user} for user in users],
            "memberGroups": [{"groupName": g} for g in groups],
        }
        self.admin.put_group(**self.ids, groupName=name, type="INDEX", groupMembers=members)
        wait_until(lambda: self.admin.get_group(**self.ids, groupName=name)["status"]["status"] == "SUCCEEDED")

    def client(self, token: str) -> Any:
        """A client with the session for a token."""
        request = {"RoleArn": self.role, "RoleSessionName": "person", "WebIdentityToken": token}
        answer = self.machine.anonymous_sts().assume_role_with_web_identity(**request)
        return self.machine.client("qbusiness", answer["Credentials"])

    def subscribed(self, client: Any) -> Any:
        """The client after its first call, which subscribes the user."""
        try:
            client.list_conversations(applicationId=self.id)
        except client.exceptions.AccessDeniedException:
            client.list_conversations(applicationId=self.id)
        return client


def new_application(machine: Machine, **settings: Any) -> Application:
    """An application with an index and a retriever, all ACTIVE, with auto-subscription if possible."""
    admin = machine.client("qbusiness")
    application = admin.create_application(displayName="docent", **settings)["applicationId"]
    wait_until(lambda: admin.get_application(applicationId=application)["status"] == "ACTIVE")
    if settings["identityType"] != "ANONYMOUS":
        subscribing = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_BUSINESS"}
        admin.update_application(applicationId=application, autoSubscriptionConfiguration=subscribing)
    index = admin.create_index(applicationId=application, displayName="documents")["indexId"]
    wait_until(lambda: admin.get_index(applicationId=application, indexId=index)["status"] == "ACTIVE")
    retriever = admin.create_retriever(
        applicationId=application,
        type="NATIVE_INDEX",
        displayName="native",
        configuration={"nativeIndexConfiguration": {"indexId": index}},
    )["retrieverId"]
    return Application(machine, admin, application, index, retriever)


def provider_arn(machine: Machine, provider: OpenIdProvider) -> str:
    """The ARN of the provider in IAM, created on first use."""
    iam = machine.client("iam")
    arn = f"arn:aws:iam::000000000000:oidc-provider/{provider.host}"
    known = [each["Arn"] for each in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    if arn not in known:
        iam.create_open_id_connect_provider(Url=provider.issuer, ClientIDList=[CLIENT_ID])
    return arn


def federated_application(machine: Machine, provider: OpenIdProvider, name: str) -> Application:
    arn = provider_arn(machine, provider)
    application = new_application(machine, identityType="AWS_IAM_IDP_OIDC", iamIdentityProviderArn=arn)
    application.role = machine.role(name, trust(arn, provider), allowing(application.id))
    return application


def trust(arn: str, provider: OpenIdProvider) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": {"StringEquals": {f"{provider.host}:aud": CLIENT_ID}},
    }


def allowing(application: str, *more: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Action": [f"qbusiness:{action}" for action in (*CHATTING, *more)],
        "Resource": f"arn:aws:qbusiness:us-east-1:000000000000:application/{application}",
    }


def text(document_id: str, content: str, **members: Any) -> dict[str, Any]:
    return {"id": document_id, "content": {"blob": content.encode()}, "contentType": "PLAIN_TEXT", **members}


def for_users(*people: Person | str, access: str = "ALLOW") -> dict[str, Any]:
    principals = [{"user": {"id": p if isinstance(p, str) else p.email, "access": access}} for p in people]
    return {"accessControls": [{"principals": principals}]}


def for_groups(*names: str, access: str = "ALLOW") -> dict[str, Any]:
    return {"accessControls": [{"principals": [{"group": {"name": name, "access": access}} for name in names]}]}
