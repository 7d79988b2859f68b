"""What the nodes call: models, knowledge bases, functions, buckets, code. All of it with the flow's execution role."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from docent.prices import price_of
from flows.node_types import configuration_of, filled
from local.bedrock.iam import model_arn, profiles_of
from local.bedrock_agent.wire import AgentError
from local.flows import inline_code
from local.flows.failures import NodeFailure, denied, from_aws, from_code, invalid
from local.flows.runs import Called, Tell

type Json = dict[str, Any]

NODE_SECONDS = 300.0  # AWS: "Maximum node execution time"
MOST_OBJECT_BYTES = 10_000_000


class KnowledgeBase(Protocol):
    """Both return the reply of the API; the second one also `usage`, `metrics` and the guardrail's `trace`."""

    async def retrieve(self, knowledge_base_id: str, question: str, configuration: Json) -> Json: ...

    async def generate(self, knowledge_base_id: str, question: str, configuration: Json) -> Json: ...


class Agents(Protocol):
    async def ask(self, alias_arn: str, session: str, text: str, attributes: Json) -> Json: ...


@dataclass(frozen=True, slots=True)
class Machinery:
    """What the engine is connected to. `client(service, role)` is a client with the role's credentials, and
    `may(role, action, resource)` tells whether the role's policies allow an action."""

    converse: Callable[[str, Json], Awaitable[tuple[int, Json]]]
    client: Callable[[str, str], Any]
    may: Callable[[str, str, str], bool]
    prompt: Callable[[str], Json]
    guardrail_arn: Callable[[str], str]
    knowledge_base_arn: Callable[[str], str]
    threads: ThreadPoolExecutor
    knowledge_bases: KnowledgeBase | None = None
    agents: Agents | None = None


class NodeCalls:
    def __init__(self, machinery: Machinery, role: str, flow_arn: str, alias_arn: str, execution: str) -> None:
        self._machinery, self._role = machinery, role
        self._flow_arn, self._alias_arn, self._execution = flow_arn, alias_arn, execution

    async def call(self, node: Json, inputs: Mapping[str, Any], declared: Sequence[Json], tell: Tell) -> Called:
        kind = node["type"]
        try:
            async with asyncio.timeout(NODE_SECONDS):
                match kind:
                    case "Prompt":
                        return await self._prompt(configuration_of(node), inputs, tell)
                    case "KnowledgeBase":
                        return await self._knowledge_base(configuration_of(node), inputs["retrievalQuery"], tell)
                    case "LambdaFunction":
                        return await self._lambda(node, inputs, declared, tell)
                    case "InlineCode":
                        code = configuration_of(node)["code"]
                        return Called({"response": await inline_code.run(code, inputs)})
                    case "Storage":
                        return await self._store(_bucket_of(node), inputs)
                    case "Retrieval":
                        return await self._retrieve(_bucket_of(node), inputs["objectKey"])
                    case "Agent":
                        return await self._agent(configuration_of(node), inputs, tell)
        except TimeoutError as error:
            raise NodeFailure("dependencyFailedException", f"It took longer than {NODE_SECONDS:g} s.", kind) from error
        except AgentError as error:  # of a prompt or a knowledge base
            raise from_code(error.code, str(error), kind) from error
        raise invalid(f"Nodes of type {kind} are not offered here.")

    # Models

    async def _prompt(self, configuration: Json, inputs: Mapping[str, Any], tell: Tell) -> Called:
        source = configuration["sourceConfiguration"]
        inline = source.get("inline") or self._variant(source["resource"]["promptArn"])
        request = _converse_request(inline, {name: _text(value) for name, value in inputs.items()})
        if guardrail := configuration.get("guardrailConfiguration"):
            request["guardrailConfig"] = dict(guardrail) | {"trace": "enabled"}
        model_id = inline["modelId"]
        reply = await self._converse(model_id, request)
        tell("nodeActionTrace", _action("bedrock", "Converse", request | {"modelId": model_id}, reply))
        content = reply["output"]["message"]["content"]
        text = "".join(block.get("text", "") for block in content)
        return Called({"modelCompletion": text}, _price(model_id, reply))

    async def _converse(self, model_id: str, request: Json) -> Json:
        self._require("bedrock:InvokeModel", model_arn(model_id))
        if guardrail := request.get("guardrailConfig"):
            arn = self._machinery.guardrail_arn(guardrail["guardrailIdentifier"])
            for resource in (arn, *profiles_of(arn)):
                self._require("bedrock:ApplyGuardrail", resource)
        status, reply = await self._machinery.converse(quote(model_id, safe=""), request)
        if status != 200:
            raise from_code(reply["code"], reply["message"], model_id)
        return reply

    def _variant(self, prompt_arn: str) -> Json:
        if not self._machinery.may(self._role, "bedrock:GetPrompt", prompt_arn):  # either of the two is enough
            self._require("bedrock:RenderPrompt", prompt_arn)
        prompt = self._machinery.prompt(prompt_arn)
        variants = {each["name"]: each for each in prompt.get("variants", ())}
        chosen = variants.get(prompt.get("defaultVariant", "")) or next(iter(variants.values()), None)
        if chosen is None or "modelId" not in chosen:
            raise invalid("The prompt has no variant with a model.")
        return chosen

    async def _knowledge_base(self, configuration: Json, question: str, tell: Tell) -> Called:
        bases = self._machinery.knowledge_bases
        if bases is None:
            raise invalid("Knowledge bases are not offered here.")
        base = configuration["knowledgeBaseId"]
        arn = self._machinery.knowledge_base_arn(base)
        self._require("bedrock:Retrieve", arn)
        model_id = configuration.get("modelId")
        if not model_id:
            reply = await bases.retrieve(base, question, configuration)
            request = {"knowledgeBaseId": base, "retrievalQuery": {"text": question}}
            tell("nodeActionTrace", _action("bedrock-agent-runtime", "Retrieve", request, reply))
            return Called({"retrievalResults": reply["retrievalResults"]})
        self._require("bedrock:RetrieveAndGenerate", arn)
        self._require("bedrock:InvokeModel", model_arn(model_id))
        if guardrail := configuration.get("guardrailConfiguration"):
            guardrail_arn = self._machinery.guardrail_arn(guardrail["guardrailIdentifier"])
            for resource in (guardrail_arn, *profiles_of(guardrail_arn)):
                self._require("bedrock:ApplyGuardrail", resource)
        reply = await bases.generate(base, question, configuration)
        request = {"input": {"text": question}, "knowledgeBaseId": base, "modelArn": model_arn(model_id)}
        tell("nodeActionTrace", _action("bedrock-agent-runtime", "RetrieveAndGenerate", request, reply))
        return Called({"outputText": reply["output"]["text"]}, _price(model_id, reply))

    # Functions and agents

    async def _lambda(self, node: Json, inputs: Mapping[str, Any], declared: Sequence[Json], tell: Tell) -> Called:
        """https://docs.aws.amazon.com/bedrock/latest/userguide/flows-nodes.html#flows-nodes-lambda"""
        arn = configuration_of(node)["lambdaArn"]
        event = {
            "messageVersion": "1.0",
            "flow": {"flowArn": self._flow_arn, "flowAliasArn": self._alias_arn},
            "node": {
                "name": node["name"],
                "inputs": [
                    {
                        "name": each["name"],
                        "type": each["type"].upper(),
                        "expression": each["expression"],
                        "value": inputs.get(each["name"]),
                    }
                    for each in declared
                ],
            },
        }
        started = time.monotonic()
        payload = json.dumps(event).encode()

        def invoke() -> tuple[Json, bytes]:
            reply = self._machinery.client("lambda", self._role).invoke(FunctionName=arn, Payload=payload)
            return reply, reply["Payload"].read()

        reply, sent = await self._called(invoke, arn)
        response = {
            "statusCode": reply["StatusCode"],
            "executedVersion": reply.get("ExecutedVersion", "$LATEST"),
            "metrics": {"latencyMs": max(1, round(1000 * (time.monotonic() - started)))},
        }
        if "FunctionError" in reply:
            told = json.loads(sent or b"{}")
            response["functionError"] = reply["FunctionError"]
            tell("nodeActionTrace", _action("lambda", "Invoke", {"functionName": arn}, response))
            message = f"The Lambda function failed: {told.get('errorType')}: {told.get('errorMessage')}"
            raise NodeFailure("dependencyFailedException", message, arn)
        tell("nodeActionTrace", _action("lambda", "Invoke", {"functionName": arn}, response))
        try:
            returned = json.loads(sent or b"null")
        except ValueError as error:
            raise NodeFailure("dependencyFailedException", "The Lambda function returned no JSON.", arn) from error
        return Called({"functionResponse": returned})

    async def _agent(self, configuration: Json, inputs: Mapping[str, Any], tell: Tell) -> Called:
        agents, arn = self._machinery.agents, configuration["agentAliasArn"]
        if agents is None:
            raise invalid("Agents are not offered here.")
        self._require("bedrock:InvokeAgent", arn)
        attributes = {name: inputs.get(name) or {} for name in ("promptAttributes", "sessionAttributes")}
        reply = await agents.ask(arn, self._execution, inputs["agentInputText"], attributes)
        metered = reply.get("metered", {})
        tell("nodeActionTrace", _action("bedrock", "InvokeAgent", {"agentAliasArn": arn}, metered))
        tell("nodeDependencyTrace", {"traceElements": {"agentTraces": [reply["trace"]]}})
        if "asks" in reply:
            return Called({}, asks=reply["asks"])
        return Called({"agentResponse": reply["completion"]}, _price(reply.get("model", ""), metered))

    # Buckets

    async def _store(self, bucket: str, inputs: Mapping[str, Any]) -> Called:
        key, body = inputs["objectKey"], _text(inputs["content"]).encode()

        def write() -> None:
            self._machinery.client("s3", self._role).put_object(Bucket=bucket, Key=key, Body=body)

        await self._called(write, f"s3://{bucket}")
        return Called({"s3Uri": f"s3://{bucket}/{key}"})

    async def _retrieve(self, bucket: str, key: str) -> Called:
        def read() -> bytes:
            with self._machinery.client("s3", self._role).get_object(Bucket=bucket, Key=key)["Body"] as body:
                return body.read(MOST_OBJECT_BYTES + 1)

        content = await self._called(read, f"s3://{bucket}")
        if len(content) > MOST_OBJECT_BYTES:
            raise invalid(f"The object is larger than {MOST_OBJECT_BYTES} bytes.")
        try:
            return Called({"s3Content": content.decode()})
        except UnicodeDecodeError as error:
            raise invalid("The object is not text in UTF-8.") from error

    # Permissions and errors

    def _require(self, action: str, resource: str) -> None:
        if not self._machinery.may(self._role, action, resource):
            name = self._role.rpartition("/")[2]
            raise denied(f"The execution role {name} is not allowed {action} on {resource}.")

    async def _called[T](self, call: Callable[[], T], resource: str) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._machinery.threads, call)
        except ClientError as error:
            raise from_aws(error, resource) from error
        except BotoCoreError as error:
            raise NodeFailure(
                "badGatewayException", f"It did not answer ({type(error).__name__}).", resource
            ) from error


def _converse_request(inline: Json, values: Mapping[str, str]) -> Json:
    template = inline["templateConfiguration"]
    request: Json = {}
    if chat := template.get("chat"):
        request["messages"] = [
            {"role": each["role"], "content": _blocks(each.get("content") or (), values)} for each in chat["messages"]
        ]
        if system := chat.get("system"):
            request["system"] = _blocks(system, values)
    else:
        request["messages"] = [{"role": "user", "content": [{"text": filled(template["text"]["text"], values)}]}]
    if inference := (inline.get("inferenceConfiguration") or {}).get("text"):
        request["inferenceConfig"] = {name: value for name, value in inference.items() if value != []}
    if more := inline.get("additionalModelRequestFields"):
        request["additionalModelRequestFields"] = more
    return request


def _blocks(blocks: Sequence[Json], values: Mapping[str, str]) -> list[Json]:
    return [{"text": filled(each["text"], values)} if "text" in each else each for each in blocks]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _bucket_of(node: Json) -> str:
    return configuration_of(node)["serviceConfiguration"]["s3"]["bucketName"]


def _action(service: str, operation: str, request: Json, response: Json) -> Json:
    return {
        "serviceName": service,
        "operationName": operation,
        "requestId": str(uuid.uuid4()),
        "operationRequest": request,
        "operationResponse": response,
    }


def _price(model_id: str, reply: Json) -> float:
    usage = reply.get("usage") or {}
    return price_of(model_id, usage.get("inputTokens", 0), usage.get("outputTokens", 0)) or 0.0
