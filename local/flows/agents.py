"""A small stand-in for agents: it asks for the parameters that a function of the agent requires, one after another, and
then calls the function. An agent without functions asks its model.

It plans nothing and remembers nothing but the parameters of the function that it has chosen.
"""

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from local.bedrock.words import language_of, stems
from local.bedrock_agent.store import Store
from local.flows.failures import NodeFailure, from_aws, from_code, invalid

type Json = dict[str, Any]

SERVICE = "bedrock.amazonaws.com"
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\{EMAIL\}")
_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_YES, _NO = re.compile(r"\b(?:yes|ja|true)\b", re.I), re.compile(r"\b(?:no|nein|false)\b", re.I)


@dataclass(frozen=True, slots=True)
class _Function:
    group: Json
    name: str
    description: str
    parameters: Mapping[str, Json]

    @property
    def required(self) -> list[str]:
        return [name for name, about in self.parameters.items() if about.get("required")]


class AgentStandIn:
    def __init__(
        self,
        find: Callable[[str], tuple[Json, Json, list[Json]] | None],
        converse: Callable[[str, Json], Any],
        lambdas: Callable[[], Any],
        store: Store,
    ) -> None:
        """`find(alias ARN)` gives the alias, the agent and its action groups; `lambdas` a client of Lambda."""
        self._find, self._converse, self._lambdas, self._store = find, converse, lambdas, store

    async def ask(self, alias_arn: str, session: str, text: str, attributes: Json) -> Json:
        """`{asks}` or `{completion}`, and a trace of the agent. Raises NodeFailure."""
        found = self._find(alias_arn)
        if found is None:
            raise NodeFailure("resourceNotFoundException", f"The agent alias {alias_arn} does not exist.", alias_arn)
        alias, agent, groups = found
        functions = [each for group in groups for each in _functions(group)]
        about = {
            "agentId": agent["AgentId"],
            "agentAliasId": alias["AgentAliasId"],
            "agentVersion": agent["AgentVersion"],
            "sessionId": session,
            "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if not functions:
            return {"trace": about} | await self._said(agent, text)
        key = f"agent {alias_arn} {session}"
        begun = self._store.waiting(key) or {"function": _chosen(functions, text).name, "values": {}, "asked": None}
        function = next((each for each in functions if each.name == begun["function"]), functions[0])
        _fill(function, begun, text)
        lacking = [name for name in function.required if name not in begun["values"]]
        if lacking:
            begun["asked"] = lacking[0]
            self._store.wait(key, begun, time.time() + agent["IdleSessionTTLInSeconds"])
            return {"trace": about, "asks": _question(lacking[0], function.parameters[lacking[0]])}
        self._store.answered(key)
        done = await self._called(function, agent, alias, session, text, begun["values"], attributes)
        return {"trace": about, "completion": done}

    async def _said(self, agent: Json, text: str) -> Json:
        request: Json = {"messages": [{"role": "user", "content": [{"text": text}]}]}
        if instruction := agent.get("Instruction"):
            request["system"] = [{"text": instruction}]
        model = agent["FoundationModel"]
        status, reply = await self._converse(quote(model, safe=""), request)
        if status != 200:
            raise from_code(reply["code"], reply["message"], model)
        said = "".join(block.get("text", "") for block in reply["output"]["message"]["content"])
        metered = {name: reply[name] for name in ("usage", "metrics", "stopReason")}
        return {"completion": said, "metered": metered, "model": model}

    async def _called(
        self,
        function: _Function,
        agent: Json,
        alias: Json,
        session: str,
        text: str,
        values: Mapping[str, str],
        attributes: Json,
    ) -> str:
        """https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html"""
        parameters = [
            {"name": name, "type": function.parameters[name].get("type", "string"), "value": value}
            for name, value in values.items()
        ]
        arn = (function.group.get("ActionGroupExecutor") or {}).get("lambda")
        if not arn:  # the control returns to the caller, and there is none behind a flow
            return "; ".join(f"{each['name']}: {each['value']}" for each in parameters)
        event = {
            "messageVersion": "1.0",
            "agent": {
                "name": agent["AgentName"],
                "id": agent["AgentId"],
                "alias": alias["AgentAliasId"],
                "version": agent["AgentVersion"],
            },
            "inputText": text,
            "sessionId": session,
            "actionGroup": function.group["ActionGroupName"],
            "function": function.name,
            "parameters": parameters,
            "sessionAttributes": attributes.get("sessionAttributes", {}),
            "promptSessionAttributes": attributes.get("promptAttributes", {}),
        }

        def invoke() -> Any:
            client = self._lambdas()
            if not _lets_bedrock_call(client, arn):
                raise invalid(f"The function {arn.rpartition(':')[2]} has no permission for {SERVICE} to invoke it.")
            reply = client.invoke(FunctionName=arn, Payload=json.dumps(event).encode())
            told = json.loads(reply["Payload"].read() or b"null")
            if "FunctionError" in reply:
                failed = f"The Lambda function failed: {told.get('errorType')}: {told.get('errorMessage')}"
                raise NodeFailure("dependencyFailedException", failed, arn)
            return told

        try:
            told = await asyncio.get_running_loop().run_in_executor(None, invoke)
        except ClientError as error:
            raise from_aws(error, arn) from error
        try:
            return str(told["response"]["functionResponse"]["responseBody"]["TEXT"]["body"])
        except (KeyError, TypeError) as error:
            message = "The Lambda function's response has not the form of an action group's."
            raise NodeFailure("dependencyFailedException", message, arn) from error


def _functions(group: Json) -> list[_Function]:
    listed = (group.get("FunctionSchema") or {}).get("functions") or ()
    return [
        _Function(group, each["name"], each.get("description", ""), each.get("parameters") or {}) for each in listed
    ]


def _chosen(functions: Sequence[_Function], text: str) -> _Function:
    """The one that shares most words with what the user wrote; of equal ones the first."""
    language = language_of(text)
    said = set(stems(text, language))

    def shared(function: _Function) -> int:
        name = re.sub(r"([a-z])([A-Z])|[_-]", r"\1 \2", function.name)
        return len(said & set(stems(f"{name} {function.description}", language)))

    return max(functions, key=shared)


def _fill(function: _Function, begun: Json, text: str) -> None:
    """What was asked for is what the user now wrote; other parameters are taken where their form tells them."""
    values, asked = begun["values"], begun["asked"]
    for name in function.required:
        if name not in values and (value := _value(name, function.parameters[name], text, name == asked)):
            if value in values.values() and name != asked:
                continue  # one number is not two parameters
            values[name] = value


def _value(name: str, about: Json, text: str, asked: bool) -> str | None:
    kind, told = about.get("type", "string"), f"{name} {about.get('description', '')}".lower()
    if kind in ("integer", "number"):
        found = _NUMBER.search(text)
        return found[0].replace(",", ".") if found else None
    if kind == "boolean":
        if not asked:
            return None
        return "true" if _YES.search(text) else "false" if _NO.search(text) else None
    for word, pattern in (("mail", _EMAIL), ("date", _DATE), ("number", _NUMBER)):
        if word in told and (found := pattern.search(text)):
            return found[0]
    return text.strip() or None if asked else None


def _question(name: str, about: Json) -> str:
    wanted = about.get("description") or re.sub(r"([a-z])([A-Z])|[_-]", r"\1 \2", name).lower()
    wanted = re.sub(r"^(?:The|A|An)\s+", lambda found: found[0].lower(), wanted).strip().rstrip(".")
    known = wanted.startswith(("the ", "a ", "an ", "your "))
    return f"Please tell me {wanted if known else f'the {wanted}'}."


def _lets_bedrock_call(client: Any, arn: str) -> bool:
    try:
        policy = json.loads(client.get_policy(FunctionName=arn)["Policy"])
    except ClientError:
        return False
    return any(
        each["Effect"] == "Allow"
        and (each.get("Principal") or {}).get("Service") == SERVICE
        and each["Action"] in ("lambda:InvokeFunction", "lambda:*")
        for each in policy["Statement"]
    )
