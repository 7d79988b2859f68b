"""Retrieve and RetrieveAndGenerate. The guardrail looks at the question and at the answer, not at the documents."""

import json
import re
import uuid
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from local.bedrock.iam import model_arn, profiles_of
from local.bedrock_agent.dispatch import Asked
from local.bedrock_agent.wire import AgentError, Json, invalid
from local.knowledge_bases.filters import filter_of
from local.knowledge_bases.service import KnowledgeBases, base_arn
from local.knowledge_bases.vectors import PAGE, SOURCE_ID, SOURCE_URI, TEXT, Vectors

_USUAL_RESULTS = 5
_MARK = re.compile(r"\s?\[(\d+)\]")
_INSTRUCTIONS = (
    "Answer the question from the search results only, and cite each of them as [id]. If they have no answer, say that "
    "you could not find one."
)

# `(model id, quoted for a path; request)` to `(status, reply)`; an error is `{code, message}`.
type Converse = Callable[[str, Json], Awaitable[tuple[int, Json]]]


class Answers:
    def __init__(
        self, bases: KnowledgeBases, vectors: Vectors, converse: Converse, guardrail_arn: Callable[[str], str]
    ) -> None:
        self._bases, self._vectors, self._converse, self._guardrail_arn = bases, vectors, converse, guardrail_arn

    # As the API is called

    async def retrieve_asked(self, asked: Asked) -> Json:
        request = asked.request
        if "guardrailConfiguration" in request:
            raise invalid("guardrailConfiguration is not offered here for Retrieve, only for RetrieveAndGenerate.")
        search = (request.get("retrievalConfiguration") or {}).get("vectorSearchConfiguration") or {}
        found = await self._found(request["knowledgeBaseId"], request["retrievalQuery"].get("text", ""), search)
        return {"retrievalResults": [_result(each) for each in found]}

    async def generate_asked(self, asked: Asked) -> Json:
        given = asked.request.get("retrieveAndGenerateConfiguration") or {}
        configuration = given.get("knowledgeBaseConfiguration")
        if configuration is None:
            raise invalid("RetrieveAndGenerate is offered here for knowledge bases only.")
        base, model = configuration["knowledgeBaseId"], configuration["modelArn"]
        generation = configuration.get("generationConfiguration") or {}
        needed = [("bedrock:Retrieve", base_arn(base)), ("bedrock:InvokeModel", model_arn(model))]
        if guardrail := generation.get("guardrailConfiguration"):
            arn = self._guardrail_arn(guardrail["guardrailId"])
            needed += [("bedrock:ApplyGuardrail", each) for each in (arn, *profiles_of(arn))]
            guardrail = {
                "guardrailIdentifier": guardrail["guardrailId"],
                "guardrailVersion": guardrail["guardrailVersion"],
            }
        for action, resource in needed:
            if denied := asked.denial(action, resource):
                raise AgentError("AccessDeniedException", denied)
        search = (configuration.get("retrievalConfiguration") or {}).get("vectorSearchConfiguration") or {}
        template = (generation.get("promptTemplate") or {}).get("textPromptTemplate")
        inference = (generation.get("inferenceConfig") or {}).get("textInferenceConfig") or {}
        question = asked.request["input"]["text"]
        session = asked.request.get("sessionId")
        return await self._generated(base, question, model, search, template, inference, guardrail, session)

    # As a node of a flow calls

    async def retrieve(self, knowledge_base_id: str, question: str, configuration: Json) -> Json:
        found = await self._found(knowledge_base_id, question, configuration)
        return {"retrievalResults": [_result(each) for each in found]}

    async def generate(self, knowledge_base_id: str, question: str, configuration: Json) -> Json:
        template = (configuration.get("promptTemplate") or {}).get("textPromptTemplate")
        inference = (configuration.get("inferenceConfiguration") or {}).get("text") or {}
        guardrail = configuration.get("guardrailConfiguration")
        model = configuration["modelId"]
        return await self._generated(
            knowledge_base_id, question, model, configuration, template, inference, guardrail, None
        )

    async def _found(self, base_id: str, question: str, search: Json) -> list[Json]:
        if not question.strip():
            raise invalid("The query has no text.")
        for name in ("rerankingConfiguration", "implicitFilterConfiguration"):
            if name in search:
                raise invalid(f"{name} is not offered here.")
        if search.get("overrideSearchType") == "HYBRID":
            raise invalid("Search of type HYBRID is not supported by S3 Vectors.")
        chosen = filter_of(search["filter"]) if "filter" in search else None
        base = self._bases.base(base_id)
        return await self._vectors.nearest(base, question, search.get("numberOfResults", _USUAL_RESULTS), chosen)

    async def _generated(
        self,
        base_id: str,
        question: str,
        model: str,
        search: Json,
        template: str | None,
        inference: Json,
        guardrail: Json | None,
        session: str | None,
    ) -> Json:
        found = await self._found(base_id, question, search)
        request: Json = {"messages": [{"role": "user", "content": _prompt(question, found, template)}]}
        if inference:
            request["inferenceConfig"] = {name: value for name, value in inference.items() if value != []}
        if guardrail:
            request["guardrailConfig"] = dict(guardrail) | {"trace": "enabled"}
        status, reply = await self._converse(quote(model, safe=""), request)
        if status != 200:
            raise AgentError(reply["code"] or "InternalServerException", reply["message"])
        written = "".join(block.get("text", "") for block in reply["output"]["message"]["content"])
        assessed = json.dumps(reply.get("trace", {}))
        intervened = reply["stopReason"] == "guardrail_intervened" or '"action"' in assessed
        text, citations = _cited(written, found)
        return {
            "sessionId": session or str(uuid.uuid4()),
            "output": {"text": text},
            "citations": citations,
            "guardrailAction": "INTERVENED" if guardrail and intervened else "NONE",
            "stopReason": reply["stopReason"],
            "usage": reply["usage"],
            "metrics": reply["metrics"],
        } | ({"trace": reply["trace"]} if "trace" in reply else {})


def _prompt(question: str, found: Sequence[Json], template: str | None) -> list[Json]:
    """Only the question is marked for the guardrail."""
    passages = "\n".join(
        f"<passage id={quoteattr(str(number))}>{escape(each['metadata'].get(TEXT, ''))}</passage>"
        for number, each in enumerate(found, 1)
    )
    context = f"<context>\n{passages}\n</context>"
    asked = {"guardContent": {"text": {"text": f"<question>{question}</question>"}}}
    if template is None:
        return [{"text": f"{_INSTRUCTIONS}\n\n{context}"}, asked]
    text = template.replace("$search_results$", context).replace("$output_format_instructions$", _INSTRUCTIONS)
    before, _, after = text.partition("$query$")
    after = after.replace("$query$", question)
    return [
        {"text": part} if isinstance(part, str) else part
        for part in (before, asked, after)
        if part and str(part).strip()
    ]


def _cited(written: str, found: Sequence[Json]) -> tuple[str, list[Json]]:
    """The text without its marks, and which part of it each result supports."""
    text, citations, at = "", list[Json](), 0
    pending: list[Json] = []
    for mark in _MARK.finditer(written):
        part = written[at : mark.start()]
        if part.strip() and pending:
            citations.append(_citation(text, pending))
            pending = []
        text, at = text + part, mark.end()
        number = int(mark[1])
        if 1 <= number <= len(found):
            pending.append(found[number - 1])
    if pending:
        citations.append(_citation(text, pending))
    text += written[at:]
    if not citations:
        citations = [{"generatedResponsePart": _part(text, 0), "retrievedReferences": []}]
    return text, citations


def _citation(text: str, found: Sequence[Json]) -> Json:
    begin = max(text.rfind("\n") + 1, 0)
    references = [{name: value for name, value in _result(each).items() if name != "score"} for each in found]
    return {"generatedResponsePart": _part(text, begin), "retrievedReferences": references}


def _part(text: str, begin: int) -> Json:
    span = {"start": begin, "end": max(begin, len(text) - 1)}
    return {"textResponsePart": {"text": text[begin:], "span": span}}


def _result(hit: Json) -> Json:
    metadata = hit["metadata"]
    shown = {name: metadata[name] for name in (SOURCE_URI, SOURCE_ID, PAGE) if name in metadata}
    return {
        "content": {"type": "TEXT", "text": metadata.get(TEXT, "")},
        "location": {"type": "S3", "s3Location": {"uri": metadata.get(SOURCE_URI, "")}},
        "score": round(max(0.0, 1 - hit["distance"]), 6),
        "metadata": shown,
    }
