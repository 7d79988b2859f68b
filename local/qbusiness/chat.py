"""Chat: checks the caller, finds the documents, continues conversations and lists their messages."""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from weakref import WeakValueDictionary

from local.bedrock.condensing import standalone
from local.bedrock.conversation import Conversation
from local.kendra import results
from local.kendra.index import Hit
from local.kendra.wire import KendraError
from local.kendra.worker import Worker
from local.qbusiness import answering, attachments, writing
from local.qbusiness.answering import Answer, Source
from local.qbusiness.conversations import Conversations, Message
from local.qbusiness.documents import Documents, as_kendra
from local.qbusiness.identity import Caller, user_of
from local.qbusiness.images import MIME_TYPE
from local.qbusiness.resources import Resource, Resources
from local.qbusiness.subscriptions import Subscriptions
from local.qbusiness.wire import QBusinessError, denied, invalid, missing, page

type Json = dict[str, Any]
# Returns the results of a Retrieve request to Kendra.
type Kendra = Callable[[Json], list[Hit]]
# Has a language model reply; raises QBusinessError.
type Write = Callable[[Conversation], str]

MOST_CHARACTERS = 7000  # of a message
MOST_PASSAGES = 20  # from which an answer is chosen
WRITTEN_PASSAGES = 8  # from which a language model writes one: a small machine reads long prompts slowly
_ANSWERING_SECONDS = 60.0
_HISTORY = 6  # messages that a follow-up can refer to


class Chat:
    """Each public method answers the request it is named after, for the user in the credentials."""

    def __init__(
        self,
        resources: Resources,
        documents: Documents,
        subscriptions: Subscriptions,
        conversations: Conversations,
        worker: Worker,
        kendra: Kendra,
        write: Write | None = None,
    ) -> None:
        """Without `write` the extractive engine answers."""
        self._resources = resources
        self._documents = documents
        self._subscriptions = subscriptions
        self._conversations = conversations
        self._worker = worker
        self._kendra = kendra
        self._write = write
        self._taking_turns = threading.Lock()
        self._turns: WeakValueDictionary[Any, threading.Lock] = WeakValueDictionary()

    def chat_sync(self, request: Json, caller: Caller) -> Json:
        application, user = self._admitted(request, caller)
        _check(request)
        attachments.check(application, request.get("attachments", []))
        # A client that timed out asks again with the same token and gets the answer in progress.
        with self._turn((application.id, user, request.get("clientToken"))):
            known = self._conversations.answered(application.id, user, request)
            return self._said(application, user, request) if known is None else known

    def _said(self, application: Resource, user: str | None, request: Json) -> Json:
        given = request.get("attachments", [])
        before: list[Message] = []
        if "conversationId" in request:
            before = self._conversations.messages(application.id, user, request["conversationId"])
            self._conversations.check_parent(request["conversationId"], before, request.get("parentMessageId"))
        asked_at = time.time()
        sources, failed = attachments.read(given, self._documents.uploads, self._worker)
        question = standalone(request.get("userMessage", ""), _history(before))
        answer = self._answer(application, user, request, question, sources, before[-_HISTORY:])
        told = {"sourceAttribution": answer.attributions} if answer.attributions else {}
        unread = {attachment["name"] for attachment in failed}
        read = [{"name": each["name"], "status": "SUCCESS"} for each in given if each["name"] not in unread]
        kept = {"attachments": read + failed} if given else {}
        conversation_id, asked, answered = self._conversations.add(
            application.id, user, request, asked_at, answer.text, (kept, told)
        )
        reply = {
            "conversationId": conversation_id,
            "systemMessage": answer.text,
            "systemMessageId": answered,
            "userMessageId": asked,
            "sourceAttributions": list(answer.attributions),
            "failedAttachments": failed,
        }
        self._conversations.remember(application.id, user, request, reply)
        return reply

    def list_conversations(self, request: Json, caller: Caller) -> Json:
        application, user = self._admitted(request, caller)
        if user is None:
            raise denied()
        shown, following = page(request, self._conversations.of_user(application.id, user), 100)
        return {"conversations": shown, **following}

    def list_messages(self, request: Json, caller: Caller) -> Json:
        """Newest first."""
        messages = self._own(request, caller)
        shown, following = page(request, messages[::-1], 100)
        told = [{"messageId": m.id, "type": m.kind, "body": m.body, "time": m.time, **m.told} for m in shown]
        return {"messages": told, **following}

    def delete_conversation(self, request: Json, caller: Caller) -> Json:
        self._own(request, caller)
        self._conversations.remove(request["conversationId"])
        return {}

    def put_feedback(self, request: Json, caller: Caller) -> Json:
        """Accepted and discarded: nothing here learns from feedback."""
        self._message(request, caller)
        return {}

    def get_media(self, request: Json, caller: Caller) -> Json:
        """An image that an answer cites, if the user can still read its document."""
        user, message = self._message(request, caller)
        media_id = request["mediaId"]
        for attribution in message.told.get("sourceAttribution", []):
            if any(segment.get("mediaId") == media_id for segment in attribution["textMessageSegments"]):
                index = self._index(request["applicationId"], attribution["indexId"])
                if index and self._documents.may_see(index, attribution["documentId"], user):
                    path = self._documents.media / media_id
                    if path.exists():
                        return {"mediaBytes": path.read_bytes(), "mediaMimeType": MIME_TYPE}
        raise missing("MEDIA", media_id)

    def search_relevant_content(self, request: Json, caller: Caller) -> Json:
        application, user = self._admitted(request, caller)
        retriever_id = request["contentSource"]["retriever"]["retrieverId"]
        retriever = self._resources.found("RETRIEVER", application.id, retriever_id)
        question = request["queryText"].strip()
        if not question:
            raise invalid("queryText must not be empty.")
        found = self._retrieved(retriever, question, user, request.get("attributeFilter"))
        shown, following = page(request, found, 10)
        contents = [
            {
                "content": hit.text[: answering.MOST_CHARACTERS],
                "documentId": hit.document_id,
                "documentTitle": hit.title,
                "scoreAttributes": {"scoreConfidence": results.confidence(hit, question)},
            }
            for hit, _ in shown
        ]
        return {"relevantContent": contents, **following}

    # Answering

    def _answer(
        self,
        application: Resource,
        user: str | None,
        request: Json,
        question: str,
        attached: list[Source],
        before: list[Message],
    ) -> Answer:
        """`question` stands alone, by which documents are found. A language model gets the conversation `before`."""
        asked = request.get("userMessage", "")
        if request.get("chatMode") == "CREATOR_MODE" and not request.get("attachments"):
            if self._write:
                return Answer(self._write(writing.freely(asked, before))[: answering.MOST_CHARACTERS])
            return answering.creates_nothing(question)
        sources = attached
        if not request.get("attachments"):
            sources = []
            for retriever in self._resources.all("RETRIEVER", application.id):
                found = self._retrieved(retriever, question, user, request.get("attributeFilter"))
                sources += [source for _, source in found[:MOST_PASSAGES]]
        if not sources:
            return answering.no_answer(question)
        texts = [source.text for source in sources]
        if self._write:
            written = texts[:WRITTEN_PASSAGES]
            chosen = writing.pieces(self._write(writing.from_passages(asked, before, written)), len(written))
        else:
            quoted = self._worker.call(_ANSWERING_SECONDS, answering.choose, question, texts)
            chosen = [(sentence, [number]) for sentence, number in quoted]
        answer = answering.composed([(sentence, [sources[each] for each in numbers]) for sentence, numbers in chosen])
        return answer if answer.attributions else answering.no_answer(question)

    def _retrieved(
        self, retriever: Resource, question: str, user: str | None, chosen: Json | None
    ) -> list[tuple[Hit, Source]]:
        configuration = retriever.settings["configuration"]
        if retriever.settings["type"] == "KENDRA_INDEX":
            index_id = configuration["kendraIndexConfiguration"]["indexId"]
            return [
                (hit, Source.of_hit(hit, index_id, None)) for hit in self._from_kendra(index_id, question, user, chosen)
            ]
        index = self._index(retriever.application_id, configuration["nativeIndexConfiguration"]["indexId"])
        if index is None or not index.active:
            return []
        hits = self._documents.found(index, question, user, chosen)
        return [(hit, Source.of_hit(hit, index.id, self._documents.updated(index.id, hit.document_id))) for hit in hits]

    def _from_kendra(self, index_id: str, question: str, user: str | None, chosen: Json | None) -> list[Hit]:
        request: Json = {"IndexId": index_id, "QueryText": question, "UserContext": {"UserId": user} if user else {}}
        if chosen:
            request["AttributeFilter"] = as_kendra(chosen)
        try:
            return self._kendra(request)
        except KendraError as error:
            if error.code == "ValidationException":
                raise invalid(str(error)) from error
            message = "The Amazon Kendra index of the application's retriever returned an error."
            raise QBusinessError("ExternalResourceException", message) from error

    def _index(self, application_id: str, index_id: str) -> Resource | None:
        try:
            return self._resources.found("INDEX", application_id, index_id)
        except QBusinessError:
            return None

    def _turn(self, key: tuple[str, str | None, str | None]) -> AbstractContextManager[Any]:
        if key[2] is None:
            return nullcontext()
        with self._taking_turns:
            return self._turns.setdefault(key, threading.Lock())

    # The user and the conversation

    def _admitted(self, request: Json, caller: Caller) -> tuple[Resource, str | None]:
        application = self._resources.application(request)
        user = user_of(application, caller, request)
        self._resources.active(application)
        self._subscriptions.admit(application, user)
        return application, user

    def _own(self, request: Json, caller: Caller) -> list[Message]:
        """The messages of the user's own conversation. Anonymous users have none."""
        user, messages = self._messages(request, caller)
        if user is None:
            raise denied()
        return messages

    def _messages(self, request: Json, caller: Caller) -> tuple[str | None, list[Message]]:
        application, user = self._admitted(request, caller)
        return user, self._conversations.messages(application.id, user, request["conversationId"])

    def _message(self, request: Json, caller: Caller) -> tuple[str | None, Message]:
        user, messages = self._messages(request, caller)
        for message in messages:
            if message.id == request["messageId"]:
                return user, message
        raise missing("MESSAGE", request["messageId"])


def _check(request: Json) -> None:
    for name in ("actionExecution", "authChallengeResponse"):
        if name in request:
            raise invalid(f"Plugins are not offered here: {name} cannot be used.")
    if request.get("chatMode") == "PLUGIN_MODE" or "chatModeConfiguration" in request:
        raise invalid("Plugins are not offered here: use RETRIEVAL_MODE or CREATOR_MODE.")
    message = request.get("userMessage", "")
    if not message.strip():
        raise invalid("userMessage must not be empty.")
    if len(message) > MOST_CHARACTERS:
        raise invalid(f"userMessage must have at most {MOST_CHARACTERS} characters.")
    if "parentMessageId" in request and "conversationId" not in request:
        raise invalid("parentMessageId belongs to a conversationId.")


def _history(messages: list[Message]) -> str:
    """The history in the form of local.bedrock.condensing: one line per message."""
    speakers = {"USER": "user", "SYSTEM": "assistant"}
    return "\n".join(f"{speakers[m.kind]}: {' '.join(m.body.split())}" for m in messages[-_HISTORY:])
