"""Amazon Q Business's API: finds the operation, checks the request as AWS does and calls its method.

Missing operations return UnknownOperationException; parameters that would have no effect return ValidationException.
"""

import asyncio
import contextvars
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.bedrock.conversation import Conversation
from local.bedrock.language_model import LanguageModel
from local.bedrock.refusals import Refusal
from local.bedrock.time_limits import CHAT_SECONDS
from local.faults import Fault, Faults
from local.kendra.worker import Worker
from local.qbusiness.applications import Applications
from local.qbusiness.chat import Chat, Kendra
from local.qbusiness.conversations import Conversations
from local.qbusiness.database import Database
from local.qbusiness.documents import Documents
from local.qbusiness.groups import Groups
from local.qbusiness.identity import Caller
from local.qbusiness.resources import Resources
from local.qbusiness.subscriptions import Subscriptions
from local.qbusiness.wire import QBusinessError, Reply, Route, invalid, reply, request_of, route

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the service needs from the machine it runs on.

    `arn_prefix` begins the ARNs of the request's account and Region (`arn:aws:qbusiness:…:…:`), `region` is that
    Region, `provider_exists` looks up IAM's identity providers, `session_of` returns the STS session whose
    credentials signed a request, and `kendra` returns the results of a Retrieve request. `model` writes the answers,
    if there is one.
    """

    arn_prefix: Callable[[], str]
    region: Callable[[], str]
    provider_exists: Callable[[str], bool]
    session_of: Callable[[Mapping[str, str], Mapping[str, Any]], Mapping[str, Any] | None]
    kendra: Kendra
    model: LanguageModel | None = None


_THREADS = 8
_ABOUT_RESOURCES = ("ConflictException", "ResourceNotFoundException", "ServiceQuotaExceededException")

logger = logging.getLogger(__name__)


class QBusinessService:
    """This machine's Q Business. `handle_request` can be called concurrently from one event loop."""

    def __init__(
        self,
        folder: Path,
        s3: Callable[[str | None], "S3Client"],
        surroundings: Surroundings,
        faults: Faults,
        settling_seconds: float = 0.2,
    ) -> None:
        """`s3` returns a client with a role's credentials. Accepted changes take effect after `settling_seconds`."""
        folder.mkdir(parents=True, exist_ok=True)
        self._faults = faults
        self._session_of = surroundings.session_of
        self._database = Database(folder / "qbusiness.sqlite")
        self._questions = Worker()
        self._threads = ThreadPoolExecutor(_THREADS, "qbusiness")
        resources = Resources(self._database, surroundings.arn_prefix, settling_seconds)
        groups = Groups(self._database, resources, s3, settling_seconds)
        self._documents = Documents(folder, self._database, resources, groups, s3, self._questions, settling_seconds)
        conversations = Conversations(self._database)
        subscriptions = Subscriptions(self._database, resources)
        self._model = surroundings.model
        self._loop: asyncio.AbstractEventLoop | None = None
        chat = Chat(
            resources,
            self._documents,
            subscriptions,
            conversations,
            self._questions,
            surroundings.kendra,
            self._write if surroundings.model else None,
        )
        applications = Applications(
            resources,
            surroundings.provider_exists,
            self._documents.statistics,
            self._documents.forget_index,
            conversations.forget_application,
            surroundings.region,
        )
        self._operations = _operations(applications, self._documents, groups, subscriptions, resources)
        self._of_users = _operations_of_users(chat)

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Reply:
        """Answers one request whose signature and permissions MiniStack has checked."""
        try:
            found = route(method, path, query)
            if found is None:
                raise QBusinessError("UnknownOperationException", "There is no such operation.")
            fault = self._take_fault(found.operation, headers)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.error:
                raise QBusinessError(fault.error, "A fault that was asked for.", **_told(fault.error))
            if found.operation not in self._operations.keys() | self._of_users.keys():
                raise QBusinessError("UnknownOperationException", f"{found.operation} is not supported here.")
            self._loop = asyncio.get_running_loop()
            context = contextvars.copy_context()  # the account and the Region of the request
            status, told, answer = await self._loop.run_in_executor(
                self._threads, lambda: context.run(self._answer, found, headers, query, body)
            )
        except QBusinessError as error:
            return error.on_the_wire()
        return status, told, answer[: len(answer) // 2] if fault.malformed else answer

    def close(self) -> None:
        self._documents.close()
        self._questions.close()
        self._threads.shutdown()
        self._database.close()

    def _answer(self, found: Route, headers: Mapping[str, str], query: Mapping[str, Any], body: bytes) -> Reply:
        try:
            request = request_of(found, query, body)
            if answer := self._of_users.get(found.operation):
                return reply(answer(request, Caller.of_session(self._session_of(headers, query))))
            return reply(self._operations[found.operation](request))
        except QBusinessError as error:
            return error.on_the_wire()
        except Exception:
            logger.exception("qbusiness request failed")
            return QBusinessError("InternalServerException", "An internal error occurred.").on_the_wire()

    def _write(self, conversation: Conversation) -> str:
        """Called in a thread; the model belongs to the event loop."""
        assert self._model
        assert self._loop
        try:
            reply = self._model.reply(conversation, CHAT_SECONDS)
            return asyncio.run_coroutine_threadsafe(reply, self._loop).result().text
        except Refusal as refusal:
            code = refusal.code if refusal.code == "ThrottlingException" else "ExternalResourceException"
            raise QBusinessError(code, str(refusal)) from refusal

    def _take_fault(self, operation: str, headers: Mapping[str, str]) -> Fault:
        try:
            return self._faults.take("qbusiness", operation, headers) or Fault()
        except ValueError as error:
            raise invalid(str(error)) from error


def _told(code: str) -> dict[str, str]:
    """The required further members of a fault's error."""
    if code == "ValidationException":
        return {"reason": "CANNOT_PARSE"}
    return {"resourceId": "fault", "resourceType": "FAULT"} if code in _ABOUT_RESOURCES else {}


def _operations(
    applications: Applications, documents: Documents, groups: Groups, subscriptions: Subscriptions, resources: Resources
) -> dict[str, Callable[[Json], Json]]:
    return {
        "CreateApplication": applications.create_application,
        "GetApplication": applications.get_application,
        "ListApplications": applications.list_applications,
        "UpdateApplication": applications.update_application,
        "DeleteApplication": applications.delete_application,
        "CreateIndex": applications.create_index,
        "GetIndex": applications.get_index,
        "ListIndices": applications.list_indices,
        "UpdateIndex": applications.update_index,
        "DeleteIndex": applications.delete_index,
        "CreateRetriever": applications.create_retriever,
        "GetRetriever": applications.get_retriever,
        "ListRetrievers": applications.list_retrievers,
        "DeleteRetriever": applications.delete_retriever,
        "CreateWebExperience": applications.create_web_experience,
        "GetWebExperience": applications.get_web_experience,
        "ListWebExperiences": applications.list_web_experiences,
        "UpdateWebExperience": applications.update_web_experience,
        "DeleteWebExperience": applications.delete_web_experience,
        "BatchPutDocument": documents.batch_put_document,
        "BatchDeleteDocument": documents.batch_delete_document,
        "ListDocuments": documents.list_documents,
        "PutGroup": groups.put_group,
        "GetGroup": groups.get_group,
        "ListGroups": groups.list_groups,
        "DeleteGroup": groups.delete_group,
        "CreateUser": groups.create_user,
        "GetUser": groups.get_user,
        "UpdateUser": groups.update_user,
        "DeleteUser": groups.delete_user,
        "CreateSubscription": subscriptions.create_subscription,
        "UpdateSubscription": subscriptions.update_subscription,
        "CancelSubscription": subscriptions.cancel_subscription,
        "ListSubscriptions": subscriptions.list_subscriptions,
        "TagResource": resources.tag_resource,
        "UntagResource": resources.untag_resource,
        "ListTagsForResource": resources.list_tags_for_resource,
    }


def _operations_of_users(chat: Chat) -> dict[str, Callable[[Json, Caller], Json]]:
    return {
        "ChatSync": chat.chat_sync,
        "ListConversations": chat.list_conversations,
        "ListMessages": chat.list_messages,
        "DeleteConversation": chat.delete_conversation,
        "GetMedia": chat.get_media,
        "PutFeedback": chat.put_feedback,
        "SearchRelevantContent": chat.search_relevant_content,
    }
