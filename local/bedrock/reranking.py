"""Rerank of Bedrock Agent Runtime. What no engine adds to that service is refused by name: what MiniStack makes up of
it, such as an agent's reply, would be taken for an answer."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, StructureShape

from local import model_checks
from local.bedrock.models import is_reranking_model
from local.bedrock.refusals import Refusal, WireReply, invalid
from local.bedrock.worker import WorkerBusyError, WorkerDiedError
from local.faults import Fault, Faults

_JSON = {"Content-Type": "application/json"}
_PAGE = 100

type Json = dict[str, Any]
# How well each text answers a question, from 0 to 1.
type Relevances = Callable[[str, Sequence[str]], Awaitable[list[float]]]
# Why a caller is not allowed an action on a resource: `(headers, query, action, resource)`; None if it is.
type Denial = Callable[[Mapping[str, str], Mapping[str, Any], str, str], str | None]


class Reranking:
    def __init__(self, relevances: Relevances, faults: Faults, denial: Denial = lambda *_: None) -> None:
        self._relevances = relevances
        self._faults = faults
        self._denial = denial

    async def handle_request(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: Mapping[str, Any]
    ) -> WireReply:
        try:
            if (method, path) != ("POST", "/rerank"):
                raise Refusal("UnknownOperationException", f"{method} {path} is not offered here.")
            fault = self._fault(headers)
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.error:
                raise Refusal(fault.error, "A fault that was asked for.")
            answer = json.dumps(await self._rerank(_request(body), headers, query)).encode()
        except Refusal as refusal:
            return refusal.on_the_wire()
        return 200, _JSON, answer[: len(answer) // 2] if fault.malformed else answer

    def _fault(self, headers: Mapping[str, str]) -> Fault:
        try:
            return self._faults.take("bedrock-agent-runtime", "Rerank", headers) or Fault()
        except ValueError as error:
            raise invalid(str(error)) from error

    async def _rerank(self, request: Json, headers: Mapping[str, str], query: Mapping[str, Any]) -> Json:
        configuration = request["rerankingConfiguration"]["bedrockRerankingConfiguration"]
        model = configuration["modelConfiguration"]["modelArn"]
        if not is_reranking_model(model) or not model.startswith("arn:"):
            raise invalid("The provided model ARN is not that of a reranking model.")
        # AWS: a caller of Rerank needs bedrock:Rerank, and bedrock:InvokeModel on the model.
        if denied := self._denial(headers, query, "bedrock:InvokeModel", model):
            raise Refusal("AccessDeniedException", denied)
        texts = [_text(source["inlineDocumentSource"]) for source in request["sources"]]
        wanted = configuration.get("numberOfResults", len(texts))
        if wanted > len(texts):
            raise invalid("numberOfResults must not be more than the number of sources.")
        try:
            scores = await self._relevances(request["queries"][0]["textQuery"].get("text", ""), texts)
        except WorkerBusyError as error:
            raise Refusal("ThrottlingException", "Too many requests wait for the engine.") from error
        except (TimeoutError, WorkerDiedError) as error:
            raise Refusal("InternalServerException", "The engine did not finish.") from error
        order = sorted(range(len(texts)), key=lambda number: (-scores[number], number))[:wanted]
        start = _start(request.get("nextToken"), len(order))
        results = [{"index": number, "relevanceScore": scores[number]} for number in order[start : start + _PAGE]]
        following = {"nextToken": _token(start + _PAGE)} if start + _PAGE < len(order) else {}
        return {"results": results, **following}


def _request(body: bytes) -> Json:
    shape = _model().operation_model("Rerank").input_shape
    assert isinstance(shape, StructureShape)
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise invalid("The request is not JSON.") from error
    try:
        return model_checks.checked(shape, request)
    except (model_checks.SerializationError, model_checks.ConstraintError) as error:
        raise invalid(str(error)) from error


def _text(document: Json) -> str:
    given = document.get("textDocument") if document["type"] == "TEXT" else document.get("jsonDocument")
    if given is None:
        raise invalid(f"A document of type {document['type']} must have its content.")
    return given.get("text", "") if document["type"] == "TEXT" else json.dumps(given, ensure_ascii=False)


def _token(place: int) -> str:
    return base64.urlsafe_b64encode(str(place).encode()).decode()


def _start(token: str | None, count: int) -> int:
    try:
        place = int(base64.urlsafe_b64decode(token)) if token else 0
    except ValueError as error:
        raise invalid("The nextToken is not valid.") from error
    if not 0 <= place <= count:
        raise invalid("The nextToken is not valid.")
    return place


@cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("bedrock-agent-runtime")
