"""Resource types that MiniStack's CloudFormation lacks, created through the APIs of their services."""

import asyncio
import contextvars
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import (
    bedrock,
    s3,
    secretsmanager,
)
from ministack.services.cloudformation import changesets, engine, handlers, provisioners, stacks

from local.seams.services import Handler, Reply, handler_of


def add_resource_type(
    name: str,
    create: Callable[[str, dict[str, Any], str], tuple[str, dict[str, str]]],
    delete: Callable[[str, dict[str, Any]], None],
    update: Callable[[str, dict[str, Any], dict[str, Any], str], tuple[str, dict[str, str]]] | None = None,
    replacing: tuple[str, ...] = (),
) -> None:
    """`replacing` are the properties whose change requires replacement."""
    provisioners._RESOURCE_HANDLERS[name] = {"create": create, "delete": delete} | (
        {"update": update} if update else {}
    )
    if replacing:
        provisioners._REPLACING_PROPERTIES[name] = replacing


def call(handler: Handler, target: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call a JSON-protocol handler from a provisioner; its error becomes the stack event's reason."""
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    return exchange(handler, "POST", "/", headers, request)


def exchange(
    handler: Handler,
    method: str,
    path: str,
    headers: dict[str, str],
    request: dict[str, Any] | None = None,
    query: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Call any handler from a provisioner.

    Provisioners run on the event loop, so the handler gets its own loop in a thread.
    """
    sent = b"" if request is None else json.dumps(request).encode()
    status, body = _exchanged(handler, method, path, headers, sent, query or {})
    reply = json.loads(body or b"{}")
    if status >= 400:
        raise ValueError(reply.get("Message") or reply.get("message") or str(reply))
    return reply


def s3_text(bucket: str, key: str) -> str:
    """An object that a property names."""
    status, body = _exchanged(handler_of("s3"), "GET", f"/{bucket}/{key}", {"host": "localhost"}, b"", {})
    if status >= 400:
        raise ValueError(f"The object s3://{bucket}/{key} cannot be read.")
    return body.decode()


def _exchanged(handler: Handler, *request: Any) -> tuple[int, bytes]:
    async def handle() -> Reply:
        return await handler(*request)

    run = contextvars.copy_context().run
    with ThreadPoolExecutor(max_workers=1) as thread:
        status, _, body = thread.submit(run, asyncio.run, handle()).result()
    return status, body


def lower_camel(value: Any) -> Any:
    """CloudFormation's property names in the spelling of Bedrock's API."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: lower_camel(inner) for key, inner in value.items()}
    return [lower_camel(inner) for inner in value] if isinstance(value, list) else value


def know_pseudo_parameters_in_conditions() -> None:
    """Resolve pseudo parameters in conditions: to MiniStack, `!Ref AWS::Region` has the value `AWS::Region` there."""
    of_ministack = engine._evaluate_conditions

    def evaluate(template: dict[str, Any], params: dict[str, Any]) -> dict[str, bool]:
        pseudo = {"AWS::AccountId": get_account_id(), "AWS::Partition": "aws", "AWS::Region": get_region()}
        return of_ministack(template, params | {name: {"Value": value} for name, value in pseudo.items()})

    engine._evaluate_conditions = evaluate
    changesets._evaluate_conditions = handlers._evaluate_conditions = stacks._evaluate_conditions = evaluate


def name_secrets_by_their_arn() -> None:
    """`Ref` of an `AWS::SecretsManager::Secret` returns its ARN; MiniStack returns its name."""
    handlers = dict(provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"])

    def named(physical_id: str) -> str:
        return next((name for name, each in secretsmanager._secrets.items() if each["ARN"] == physical_id), physical_id)

    def by_arn(made: tuple[str, dict[str, str]]) -> tuple[str, dict[str, str]]:
        return made[1].get("Arn", made[0]), made[1]

    def create(*request: Any) -> tuple[str, dict[str, str]]:
        return by_arn(handlers["create"](*request))

    def update(physical_id: str, *request: Any, **more: Any) -> tuple[str, dict[str, str]]:
        return by_arn(handlers["update"](named(physical_id), *request, **more))

    def delete(physical_id: str, *request: Any) -> None:
        handlers["delete"](named(physical_id), *request)

    own = {"create": create, "update": update, "delete": delete}
    provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"] = handlers | own


def lock_objects() -> None:
    """Keep the Object Lock of an `AWS::S3::Bucket`, which MiniStack's S3 enforces and its CloudFormation ignores."""
    handlers = dict(provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"])

    def create(logical_id: str, props: dict[str, Any], stack: str) -> tuple[str, dict[str, str]]:
        made = handlers["create"](logical_id, props, stack)
        if str(props.get("ObjectLockEnabled")).lower() == "true":
            retention = props.get("ObjectLockConfiguration", {}).get("Rule", {}).get("DefaultRetention")
            kept = {name: value if name == "Mode" else int(value) for name, value in (retention or {}).items()}
            s3._bucket_object_lock[made[0]] = {"enabled": True, "default_retention": kept or None}
        return made

    provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"] = handlers | {"create": create}


def add_bedrock_guardrails() -> None:
    """Add `AWS::Bedrock::Guardrail` and its versions through MiniStack's own API, which keeps no guardrail profile."""

    def attributes(guardrail_id: str) -> tuple[str, dict[str, str]]:
        guardrail = bedrock._guardrails[guardrail_id]
        arn = guardrail["GuardrailArn"]
        return arn, {"GuardrailId": guardrail_id, "GuardrailArn": arn, "Version": "DRAFT", "Status": "READY"}

    def kept(answer: Any, props: dict[str, Any]) -> tuple[str, dict[str, str]]:
        guardrail_id = _answer(answer)["guardrailId"]
        bedrock._guardrails[guardrail_id]["CrossRegionConfig"] = props.get("CrossRegionConfig")
        return attributes(guardrail_id)

    def create(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        return kept(bedrock._create_guardrail(_guardrail_request(props)), props)

    def update(physical_id: str, _old: dict[str, Any], new: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        return kept(bedrock._update_guardrail(physical_id, _guardrail_request(new)), new)

    def delete(physical_id: str, _props: dict[str, Any]) -> None:
        bedrock._delete_guardrail(physical_id, {})

    def create_version(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        body = json.dumps({"description": props.get("Description", "")}).encode()
        made = _answer(bedrock._create_guardrail_version(props["GuardrailIdentifier"], body))
        physical_id = f"{made['guardrailId']}|{made['version']}"
        return physical_id, {"GuardrailId": made["guardrailId"], "Version": made["version"]}

    def update_version(
        _physical_id: str, _old: dict[str, Any], new: dict[str, Any], stack: str
    ) -> tuple[str, dict[str, str]]:
        return create_version("", new, stack)  # a version cannot change, so CloudFormation replaces it

    def delete_version(physical_id: str, _props: dict[str, Any]) -> None:
        bedrock._guardrail_versions.pop(physical_id.replace("|", "/"), None)

    add_resource_type("AWS::Bedrock::Guardrail", create, delete, update)
    add_resource_type("AWS::Bedrock::GuardrailVersion", create_version, delete_version, update_version)


def name_the_parts_of_a_guardrail() -> None:
    """GetGuardrail answers with the names of its own reply, such as `piiEntities` and `tier`; MiniStack answers with
    those of the request that created the guardrail, such as `piiEntitiesConfig` and `contentFiltersTierConfig`."""
    of_ministack = bedrock._get_guardrail

    def get_guardrail(identifier: str, query: Any) -> Reply:
        status, headers, body = of_ministack(identifier, query)
        return status, headers, json.dumps(_as_replied(json.loads(body))).encode()

    bedrock._get_guardrail = get_guardrail


def give_guardrails_ids_of_letters() -> None:
    """A guardrail's id has lower-case letters and digits, as flows check it; MiniStack's begins with `gr-`."""
    of_ministack = bedrock._create_guardrail

    def create_guardrail(body: bytes) -> Reply:
        status, headers, answer = of_ministack(body)
        if status >= 400:
            return status, headers, answer
        given = json.loads(answer)["guardrailId"]
        guardrail = bedrock._guardrails.pop(given)
        named, arn = given.replace("-", ""), guardrail["GuardrailArn"]
        guardrail |= {"GuardrailId": named, "GuardrailArn": arn.replace(given, named)}
        bedrock._guardrails[named] = guardrail
        if arn in bedrock._tags:
            bedrock._tags[guardrail["GuardrailArn"]] = bedrock._tags.pop(arn)
        return status, headers, answer.replace(given.encode(), named.encode())

    bedrock._create_guardrail = create_guardrail


def _as_replied(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            "tier" if name.endswith("TierConfig") else name.removesuffix("Config"): _as_replied(inner)
            for name, inner in value.items()
        }
    return [_as_replied(inner) for inner in value] if isinstance(value, list) else value


def _guardrail_request(props: dict[str, Any]) -> bytes:
    if "CrossRegionConfig" not in props and '"STANDARD"' in json.dumps(props):
        raise ValueError("The Standard tier of a guardrail needs a guardrail profile (CrossRegionConfig).")
    return json.dumps(lower_camel(props)).encode()


def _answer(reply: Any) -> dict[str, Any]:
    status, _, body = reply
    answer = json.loads(body or b"{}")
    if status >= 400:
        raise ValueError(answer.get("message", str(answer)))
    return lower_camel(answer)


def guardrail_definition(identifier: str, version: str) -> dict[str, Any] | None:
    """A guardrail in CreateGuardrail's shape (`…PolicyConfig`, camelCase); None if it does not exist."""
    guardrail_id = identifier.rsplit("/", 1)[-1]
    record = (
        bedrock._guardrails.get(guardrail_id)
        if version == "DRAFT"
        else bedrock._guardrail_versions.get(f"{guardrail_id}/{version}")
    )
    if record is None:
        return None
    names = {name: f"{name}Config" if name.endswith("Policy") else name for name in record}
    return lower_camel({names[name]: value for name, value in record.items() if value is not None})
