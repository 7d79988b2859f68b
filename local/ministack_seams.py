"""Everything Docent knows of MiniStack's insides, in one place, with tests/local/test_ministack_seams.py to fail first.

What it knows of who calls is in local/ministack_identities.py.

What is added, and why it cannot be done from outside:
- services: MiniStack checks signatures and IAM before it calls a handler, so ours must be one of its handlers;
- IAM: the actions and resource ARNs of the services added, as AWS's authorization reference names them;
- CloudFormation: resource types that it has no provisioner for;
- API Gateway: the responses of its own that an imported API defines, and how a WebSocket is opened or refused;
- Cognito: who may sign up, what a client's tokens may write, addresses that nobody verified, and providers' claims;
- Lambda: errors by their class names, and packages unpacked once;
- S3: the checksums of uploads by form, and no bytes of objects in memory;
- Step Functions: RedriveExecution, going on with executions that a restart interrupted, and faults at tasks.
"""

import asyncio
import contextvars
import hashlib
import json
import re
import shutil
import tempfile
import threading
import time
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_plus, unquote

from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, router
from ministack.core.responses import (
    get_account_id,
    get_region,
    set_request_account_id,
    set_request_region,
)
from ministack.services import (
    apigateway,
    apigateway_v1,
    bedrock,
    bedrock_runtime,
    cognito,
    lambda_svc,
    s3,
    stepfunctions,
)
from ministack.services.cloudformation import provisioners

from local.faults import Fault

type Reply = tuple[int, dict[str, str], bytes]
# `(method, path, headers, body, query parameters)`, as MiniStack calls a service.
type Handler = Callable[..., Awaitable[Reply]]

ACCOUNT = "000000000000"

bedrock_runtime_of_ministack: Handler = bedrock_runtime.handle_request


def add_service(name: str, handler: Handler) -> None:
    handlers: dict[str, Any] = app.SERVICE_HANDLERS
    handlers[name] = handler


def add_json_service(name: str, target_prefix: str, handler: Handler) -> None:
    """A service of the JSON protocol that MiniStack does not know: routed by its target, checked by IAM."""
    router.SERVICE_PATTERNS[name] = {
        "target_prefixes": [target_prefix],
        "host_patterns": [rf"{name}\."],
        "credential_scope": name,
    }
    iam_actions.SERVICE_TO_IAM_NAMESPACE[name] = name
    add_service(name, handler)


def add_rest_service(
    name: str, handler: Handler, operation_of: Callable[[str, str, Mapping[str, Any]], str | None]
) -> None:
    """A service of the REST-JSON protocol that MiniStack does not know: routed by its credential scope.

    `operation_of(method, path, query)` is the handler's own router, so that IAM checks what will happen.
    """
    router.SERVICE_PATTERNS[name] = {"host_patterns": [rf"{name}\."], "credential_scope": name}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[name] = name
    of_ministack = iam_actions.extract_iam_action

    def extract_iam_action(service: str, method: str, path: str, headers: Any, body: bytes, query: Any) -> str | None:
        if service != name:
            return of_ministack(service, method, path, headers, body, query)
        operation = operation_of(method, path, query)
        return operation and f"{name}:{operation}"

    iam_actions.extract_iam_action = extract_iam_action
    add_service(name, handler)


def check_also(service: str, others: Callable[[str], list[str]]) -> None:
    """Check a request on further resources, where AWS's authorization reference requires several for one action."""
    of_ministack = iam_evaluator.enforce

    def enforce(key: str, action: str, asked: str, region: str, resource_arn: str = "*", **context: Any) -> Any:
        refused = of_ministack(key, action, asked, region, resource_arn=resource_arn, **context)
        for arn in others(resource_arn) if asked == service else ():
            refused = refused or of_ministack(key, action, asked, region, resource_arn=arn, **context)
        return refused

    iam_evaluator.enforce = enforce


def name_resources(resources: Mapping[str, Callable[[str, bytes], str]]) -> None:
    """Name the ARN a request is about, by service, from `(path, body)`: without it IAM sees `*`."""
    of_ministack = iam_actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        if service in resources:
            return resources[service](path, body)
        return of_ministack(service, method, path, headers, body, *rest)

    iam_actions.extract_resource_arn = extract_resource_arn


def authorize_as(actions: Mapping[str, str]) -> None:
    """Check an operation under the action AWS checks it under, where the two have different names."""
    of_ministack = iam_actions.extract_iam_action

    def extract_iam_action(*request: Any) -> str | None:
        action = of_ministack(*request)
        return actions.get(action, action) if action else None

    iam_actions.extract_iam_action = extract_iam_action


def let_wildcards_match_line_breaks() -> None:
    """A key may hold line breaks, and `arn:…/*` means it too; MiniStack refuses the request."""
    of_ministack = iam_evaluator._fnmatch_compile

    def compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
        return re.compile(of_ministack(pattern, ignore_case).pattern, re.DOTALL | (re.IGNORECASE if ignore_case else 0))

    iam_evaluator._fnmatch_compile = compiled


def kendra_resource(_path: str, body: bytes) -> str:
    index_id = json.loads(body or b"{}").get("IndexId", "*")
    return f"arn:aws:kendra:{get_region()}:{get_account_id()}:index/{index_id}"


_QBUSINESS_PARTS = {
    "indices": "index",
    "index": "index",
    "retrievers": "retriever",
    "experiences": "web-experience",
    "subscriptions": "subscription",
}


def qbusiness_resource(path: str, _body: bytes) -> str:
    if path.startswith("/v1/tags/"):
        return path.removeprefix("/v1/tags/")
    parts = path.strip("/").split("/")
    if parts[0] != "applications" or len(parts) < 2:
        return "*"
    arn = f"{qbusiness_arn_prefix()}application/{parts[1]}"
    kind = _QBUSINESS_PARTS.get(parts[2]) if len(parts) > 3 else None
    return f"{arn}/{kind}/{parts[3]}" if kind else arn


def qbusiness_applications(arn: str) -> list[str]:
    """The application that a part of one belongs to: AWS checks both."""
    application = ":".join(arn.split(":")[:5]) + ":" + "/".join(arn.split(":")[-1].split("/")[:2])
    return [application] if ":application/" in arn and application != arn else []


def qbusiness_arn_prefix() -> str:
    return f"arn:aws:qbusiness:{get_region()}:{get_account_id()}:"


def region() -> str:
    """Of the request being answered."""
    return get_region()


def bedrock_runtime_resource(path: str, _body: bytes) -> str:
    """AWS checks an inference profile by its own ARN, a guardrail by the guardrail's."""
    kind, name = [unquote(part) for part in path.split("/") if part][:2]
    if kind == "guardrail":
        return (
            name if name.startswith("arn:") else f"arn:aws:bedrock:{get_region()}:{get_account_id()}:guardrail/{name}"
        )
    if name.startswith("arn:"):
        return name
    if name.split(".", 1)[0] in {"us", "eu", "apac", "global"}:
        return f"arn:aws:bedrock:{get_region()}:{get_account_id()}:inference-profile/{name}"
    return f"arn:aws:bedrock:{get_region()}::foundation-model/{name}"


def role_credentials(role_arn: str) -> dict[str, str]:
    """Credentials of a service role, as the service itself would have: `{aws_access_key_id, …}`."""
    account = role_arn.split(":")[4]
    config = {
        "FunctionArn": f"arn:aws:lambda:us-east-1:{account}:function:kendra",
        "FunctionName": "kendra",
        "Role": role_arn,
    }
    return {name.lower(): value for name, value in lambda_runtime.execution_credentials(config).items()}


# ─── CloudFormation ──────────────────────────────────────────────────────────────────────────────


def add_resource_type(
    name: str,
    create: Callable[[str, dict[str, Any], str], tuple[str, dict[str, str]]],
    delete: Callable[[str, dict[str, Any]], None],
    update: Callable[[str, dict[str, Any], dict[str, Any], str], tuple[str, dict[str, str]]] | None = None,
) -> None:
    provisioners._RESOURCE_HANDLERS[name] = {"create": create, "delete": delete} | (
        {"update": update} if update else {}
    )


def call(handler: Handler, target: str, request: dict[str, Any]) -> dict[str, Any]:
    """Call a JSON-protocol handler from a provisioner; its error becomes the stack event's reason."""
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1"}
    return exchange(handler, "POST", "/", headers, request)


def exchange(
    handler: Handler, method: str, path: str, headers: dict[str, str], request: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Call any handler from a provisioner.

    Provisioners run on the event loop itself, so the handler gets a loop of its own, in a thread.
    """
    sent = b"" if request is None else json.dumps(request).encode()

    async def handle() -> Reply:
        return await handler(method, path, headers, sent, {})

    run = contextvars.copy_context().run
    with ThreadPoolExecutor(max_workers=1) as thread:
        status, _, body = thread.submit(run, asyncio.run, handle()).result()
    reply = json.loads(body or b"{}")
    if status >= 400:
        raise ValueError(reply.get("Message") or reply.get("message") or str(reply))
    return reply


def lower_camel(value: Any) -> Any:
    """CloudFormation's property names as Bedrock's API spells them."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: lower_camel(inner) for key, inner in value.items()}
    return [lower_camel(inner) for inner in value] if isinstance(value, list) else value


def add_bedrock_guardrails() -> None:
    """`AWS::Bedrock::Guardrail` and its versions, by MiniStack's own API."""

    def attributes(guardrail_id: str) -> tuple[str, dict[str, str]]:
        guardrail = bedrock._guardrails[guardrail_id]
        arn = guardrail["GuardrailArn"]
        return arn, {"GuardrailId": guardrail_id, "GuardrailArn": arn, "Version": "DRAFT", "Status": "READY"}

    def create(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        return attributes(_answer(bedrock._create_guardrail(json.dumps(lower_camel(props)).encode()))["guardrailId"])

    def update(physical_id: str, _old: dict[str, Any], new: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        return attributes(
            _answer(bedrock._update_guardrail(physical_id, json.dumps(lower_camel(new)).encode()))["guardrailId"]
        )

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
        return create_version("", new, stack)  # a version cannot change: CloudFormation replaces it

    def delete_version(physical_id: str, _props: dict[str, Any]) -> None:
        bedrock._guardrail_versions.pop(physical_id.replace("|", "/"), None)

    add_resource_type("AWS::Bedrock::Guardrail", create, delete, update)
    add_resource_type("AWS::Bedrock::GuardrailVersion", create_version, delete_version, update_version)


def _answer(reply: Any) -> dict[str, Any]:
    status, _, body = reply
    answer = json.loads(body or b"{}")
    if status >= 400:
        raise ValueError(answer.get("message", str(answer)))
    return lower_camel(answer)


def guardrail_definition(identifier: str, version: str) -> dict[str, Any] | None:
    """A guardrail as CreateGuardrail takes it (`…PolicyConfig`, camelCase); None when there is none."""
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


# ─── API Gateway ─────────────────────────────────────────────────────────────────────────────────


def add_api_resource_types() -> None:
    """What stands around our APIs and has no provisioner: a WebSocket API's deployment, a firewall's association."""

    def create_deployment(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        made = _answer(apigateway._create_deployment(props["ApiId"], {"description": props.get("Description", "")}))
        return made["deploymentId"], {"DeploymentId": made["deploymentId"]}

    def associate(logical_id: str, _props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        return logical_id, {}  # nothing of a firewall is enforced on this machine

    def delete(_physical_id: str, _props: dict[str, Any]) -> None:
        return

    add_resource_type("AWS::ApiGatewayV2::Deployment", create_deployment, delete)
    add_resource_type("AWS::WAFv2::WebACLAssociation", associate, delete)


def import_gateway_responses() -> None:
    """`x-amazon-apigateway-gateway-responses` of an imported API, which MiniStack passes over."""
    of_ministack = apigateway_v1._import_rest_api

    def import_rest_api(spec: dict[str, Any], base_data: dict[str, Any] | None = None) -> str:
        api_id = of_ministack(spec, base_data)
        for response, told in spec.get("x-amazon-apigateway-gateway-responses", {}).items():
            apigateway_v1._put_gateway_response(api_id, response, told)
        return api_id

    apigateway_v1._import_rest_api = import_rest_api


def choose_subprotocols() -> None:
    """The subprotocol that $connect's function chose, in its reply's headers, told to the client.

    MiniStack accepts without one, and browsers close a connection whose subprotocols were not answered.
    """
    connect, invoke = apigateway.handle_websocket, apigateway._invoke_ws_lambda
    chosen: contextvars.ContextVar[list[str]] = contextvars.ContextVar("chosen")

    async def invoke_ws_lambda(*request: Any, **more: Any) -> dict[str, Any] | None:
        reply = await invoke(*request, **more)
        for name, value in ((reply or {}).get("headers") or {}).items():
            if name.lower() == "sec-websocket-protocol":
                chosen.get().append(value)
        return reply

    async def handle_websocket(scope: Any, receive: Any, send: Any, *rest: Any, **more: Any) -> None:
        chosen.set([])

        async def send_chosen(message: dict[str, Any]) -> None:
            if message["type"] == "websocket.accept" and chosen.get():
                message = message | {"subprotocol": chosen.get()[0]}
            await send(message)

        await connect(scope, receive, send_chosen, *rest, **more)

    apigateway._invoke_ws_lambda, apigateway.handle_websocket = invoke_ws_lambda, handle_websocket


def refuse_connections_as_unauthorized() -> None:
    """An authorizer's error `Unauthorized` refuses a WebSocket with 401, as it does a request; MiniStack says 500.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
    """
    authorize, execute = apigateway._authorize_ws_connect, lambda_svc._execute_function_with_config_scope
    errors: contextvars.ContextVar[list[Any] | None] = contextvars.ContextVar("errors", default=None)

    def execute_function(*request: Any) -> Any:
        result, seen = execute(*request), errors.get()
        if seen is not None and isinstance(result, dict) and result.get("error"):
            seen.append((result.get("body") or {}).get("errorMessage"))
        return result

    async def authorize_connection(*request: Any) -> tuple[tuple[int, str] | None, Any]:
        seen: list[Any] = []
        errors.set(seen)
        refusal, context = await authorize(*request)
        errors.set(None)
        return ((401, "Unauthorized") if refusal and seen == ["Unauthorized"] else refusal), context

    apigateway._authorize_ws_connect = authorize_connection
    lambda_svc._execute_function_with_config_scope = execute_function


# ─── Cognito ─────────────────────────────────────────────────────────────────────────────────────


def add_identity_providers() -> None:
    """`AWS::Cognito::UserPoolIdentityProvider`, by MiniStack's own API. `Ref` is the provider's name."""

    def create(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        _done(cognito._create_identity_provider(props))
        return props["ProviderName"], {}

    def update(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str) -> tuple[str, dict[str, str]]:
        identity = ("UserPoolId", "ProviderName", "ProviderType")
        if [old.get(name) for name in identity] != [new.get(name) for name in identity]:
            delete(physical_id, old)
            return create("", new, stack)
        _done(cognito._update_identity_provider(new))
        return physical_id, {}

    def delete(_physical_id: str, props: dict[str, Any]) -> None:
        cognito._delete_identity_provider(props)

    add_resource_type("AWS::Cognito::UserPoolIdentityProvider", create, delete, update)


def _done(reply: Any) -> None:
    status, _, body = reply
    if status >= 400:
        raise ValueError(json.loads(body).get("message", ""))


def keep_clients_to_what_they_may_write() -> None:
    """UpdateUserAttributes refuses what the token's client has no right to write; MiniStack lets it write all."""
    of_ministack = cognito._update_user_attributes

    def update_user_attributes(request: dict[str, Any]) -> Any:
        client_id = cognito._token_claims(request.get("AccessToken")).get("client_id", "")
        client = cognito._find_pool_by_client_id(client_id)[2] or {}
        names = {attribute["Name"] for attribute in request.get("UserAttributes", [])}
        if client.get("WriteAttributes") and names - set(client["WriteAttributes"]):
            message = "A client attempted to write unauthorized attribute"
            return cognito.error_response_json("NotAuthorizedException", message, 400)
        return of_ministack(request)

    cognito._update_user_attributes = update_user_attributes


def let_administrators_alone_create_users() -> None:
    """SignUp is refused where the pool says so (AllowAdminCreateUserOnly); MiniStack lets everybody in."""
    of_ministack = cognito._sign_up

    def sign_up(request: dict[str, Any]) -> Any:
        pool = cognito._find_pool_by_client_id(request.get("ClientId", ""))[1] or {}
        if str((pool.get("AdminCreateUserConfig") or {}).get("AllowAdminCreateUserOnly")).lower() == "true":
            message = "SignUp is not permitted for this user pool"
            return cognito.error_response_json("NotAuthorizedException", message, 400)
        return of_ministack(request)

    cognito._sign_up = sign_up


def say_which_addresses_are_verified() -> None:
    """`email_verified` false in id tokens where nobody said it is true; MiniStack takes such addresses as verified."""
    of_ministack = cognito._fake_token

    def token(*request: Any, user_attrs: dict[str, str] | None = None, **more: Any) -> str:
        if user_attrs and "email" in user_attrs:
            user_attrs = {"email_verified": "false"} | user_attrs
        return of_ministack(*request, user_attrs=user_attrs, **more)

    cognito._fake_token = token


def serve_sign_in_pages(url: str) -> None:
    """Providers send people back to this machine, which serves every pool's sign-in page, and not to AWS."""

    def pool_domain_base_url(_pool: dict[str, Any]) -> str:
        return url

    cognito._pool_domain_base_url = pool_domain_base_url


def take_providers_claims_as_cognito_does() -> None:
    """A claim with several values as `[a,b]`, each in form encoding; MiniStack drops it, and garbles true and false.

    https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html
    """
    of_ministack = cognito._apply_inbound_federation_trigger

    def trigger(*request: Any) -> Any:
        mapped, claims = of_ministack(*request), request[-1].get("idToken")
        if claims and not mapped:
            claims.update({name: _as_attribute(value) for name, value in claims.items()})
        return mapped

    cognito._apply_inbound_federation_trigger = trigger


def _as_attribute(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ",".join(quote_plus(str(each), safe="*") for each in value) + "]"
    return value


# ─── Lambda ──────────────────────────────────────────────────────────────────────────────────────

_RAISED = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_RAISED_BY_NAME = """{"status": "ok", "result": {"__raised__": {
                "errorType": type(e).__name__, "errorMessage": str(e),
                "stackTrace": traceback.format_tb(e.__traceback__)}}}"""


def name_errors_as_lambda_does() -> None:
    """An exception's class name as the error's type, and the worker kept warm after it.

    MiniStack calls every exception Runtime.HandlerError, and starts a new worker after each.
    """
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(_RAISED) != 1:
        raise RuntimeError("MiniStack's Python worker has changed; name_errors_as_lambda_does must too.")
    lambda_runtime._PYTHON_WORKER_SCRIPT = script.replace(_RAISED, _RAISED_BY_NAME)
    of_ministack = lambda_svc._execute_function_warm

    def execute(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        result = of_ministack(func, event, request_id)
        body = result.get("body")
        if isinstance(body, dict) and "__raised__" in body:
            raised = body["__raised__"]
            trace = "".join(raised["stackTrace"])
            line = (
                f"[ERROR] {raised['errorType']}: {raised['errorMessage']}\nTraceback (most recent call last):\n{trace}"
            )
            return {"body": raised, "error": True, "log": "\n".join(filter(None, [result.get("log"), line]))}
        if isinstance(body, dict) and body.get("errorMessage") in (
            "Worker process died",
            "Worker returned no response",
        ):
            return result | {"body": body | {"errorType": "Runtime.ExitError"}}
        return result

    lambda_svc._execute_function_warm = execute


def unpack_packages_once(folder: Path) -> None:
    """Unpack each function's and layer's package once into `folder`, and link every worker to it.

    MiniStack unpacks both for every worker it starts, tens of megabytes each in its own process, and every worker
    then compiles all of it anew: a second of processor time that a burst of documents pays a hundred times.
    """
    folder.mkdir(parents=True, exist_ok=True)

    class UnpackedOnce(zipfile.ZipFile):
        def namelist(self) -> list[str]:
            return []  # asked for only to check that no name leads outside; these are packages SAM built

        def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:  # noqa: ARG002 - as ZipFile has it
            content = repr([(entry.filename, entry.CRC) for entry in self.infolist()]).encode()
            target = folder / hashlib.sha256(content).hexdigest()[:16]
            if not target.exists():
                partial = Path(tempfile.mkdtemp(dir=folder))
                super().extractall(partial, super().namelist(), pwd)
                try:
                    partial.rename(target)
                except OSError:  # another worker was faster
                    shutil.rmtree(partial)
            Path(path).rmdir()
            Path(path).symlink_to(target)
            Path(str(self.filename)).unlink()  # the worker's own copy of the package

    lambda_runtime.zipfile = SimpleNamespace(
        ZipFile=UnpackedOnce, BadZipFile=zipfile.BadZipFile, LargeFileError=zipfile.LargeZipFile
    )


def stop_workers() -> None:
    """End all workers of all functions, and delete their folders."""
    lambda_runtime.reset()


# ─── S3 ──────────────────────────────────────────────────────────────────────────────────────────


def check_checksums_of_forms() -> None:
    """A form's `x-amz-checksum-…` is compared with its file; MiniStack only compares it with the form's policy."""
    of_ministack = s3._post_object

    def post_object(bucket: str, body: bytes, headers: dict[str, str]) -> Reply:
        parts = s3._parse_multipart_form(headers.get("content-type", ""), body)
        stated = {name.lower(): value for name, _, _, value in parts}
        checksums = {
            name: value.decode("latin-1")
            for name, value in stated.items()
            if name.startswith("x-amz-checksum-") and name != "x-amz-checksum-algorithm"
        }
        _, refused = s3._resolve_object_checksums(stated.get("file", b""), checksums)
        return refused or of_ministack(bucket, body, headers)

    s3._post_object = post_object


def keep_versions_on_disk() -> None:
    """A versioned object's bytes lie on disk alone, as an unversioned one's do.

    MiniStack keeps those of every version in memory as well, for ever, though it reads them back from disk after a
    restart: a document takes its own size in memory with each upload.
    """
    of_ministack = s3._version_entry_from_record

    def entry(record: dict[str, Any], version_id: str, _data: bytes | None) -> dict[str, Any]:
        return of_ministack(record, version_id, None)

    s3._version_entry_from_record = entry


# ─── Step Functions ──────────────────────────────────────────────────────────────────────────────


def add_redrive() -> None:
    """RedriveExecution. AWS goes on from the failed state; here the execution starts over under its own ARN.

    Every state of ours may run twice, so the two end alike; what was cached is not paid for again.
    """
    of_ministack = stepfunctions.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Reply:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return _redrive(json.loads(body or b"{}").get("executionArn", ""))
        return await of_ministack(method, path, headers, body, query)

    add_service("states", handle_request)


def _redrive(arn: str) -> Reply:
    execution = stepfunctions._executions.get(arn)
    if execution is None:
        return _states_error("ExecutionDoesNotExist", f"Execution does not exist: '{arn}'")
    if execution["status"] not in ("FAILED", "ABORTED", "TIMED_OUT"):
        return _states_error("ExecutionNotRedrivable", f"Execution {arn} is {execution['status']}.")
    _start_over(execution)
    return (
        200,
        {"Content-Type": "application/x-amz-json-1.0"},
        json.dumps({"redriveDate": time.time()}).encode(),
    )


def _states_error(name: str, message: str) -> Reply:
    body = json.dumps({"__type": name, "message": message}).encode()
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, body


def _start_over(execution: dict[str, Any]) -> None:
    execution.update(status="RUNNING", stopDate=None, output=None)
    execution.pop("error", None)
    execution.pop("cause", None)
    execution["redriveCount"] = execution.get("redriveCount", 0) + 1
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(stepfunctions._run_execution, execution["executionArn"]), daemon=True).start()


def name_nested_failures_as_step_functions_does() -> None:
    """A workflow that another one waits for fails it as States.TaskFailed, what happened inside the cause.

    MiniStack lets the inner error through as if it were the outer task's own.
    """

    def failure(payload: dict[str, Any]) -> tuple[str, str]:
        told = {
            "ExecutionArn": payload.get("executionArn"),
            "StateMachineArn": payload.get("stateMachineArn"),
            "Status": payload.get("status"),
            "Error": payload.get("error"),
            "Cause": payload.get("cause"),
        }
        return "States.TaskFailed", json.dumps(told)

    stepfunctions._nested_execution_failure = failure


# The task that runs in this thread: `(state machine, state, the execution's input)`.
_task: contextvars.ContextVar[tuple[str, str, str]] = contextvars.ContextVar("task")
# Seconds after which the process that serves this thread's invocation is killed.
_kill: contextvars.ContextVar[float | None] = contextvars.ContextVar("kill", default=None)


def fail_tasks(take: Callable[[str, str, str], Fault | None]) -> None:
    """Let tasks of workflows fail as `take(state machine, state, the execution's input)` says, before their Retry
    and Catch. A Map's task is the reading of its items."""
    of_ministack = SimpleNamespace(
        execute=stepfunctions._execute_task, invoke=stepfunctions._invoke_resource, read=stepfunctions._read_map_items
    )

    def execute(state: Any, raw_input: Any, execution: Any, ctx: Any) -> Any:
        _task.set(_named(ctx))
        return of_ministack.execute(state, raw_input, execution, ctx)

    def invoke(resource: str, input_data: Any) -> Any:
        return faulty(take(*_task.get()), lambda: of_ministack.invoke(resource, input_data))

    def read(reader: Any, effective: Any, ctx: Any) -> Any:
        return faulty(take(*_named(ctx)), lambda: of_ministack.read(reader, effective, ctx))

    def faulty(fault: Fault | None, call: Callable[[], Any]) -> Any:
        if fault is None:
            return call()
        time.sleep(fault.delay)
        if fault.error:
            raise stepfunctions._ExecutionError(fault.error, "A fault that was asked for.")
        _kill.set(fault.kill)
        try:
            reply = call()
        finally:
            _kill.set(None)
        if fault.lost:
            raise stepfunctions._ExecutionError(fault.lost, "A fault that was asked for.")
        return {} if fault.malformed else reply

    stepfunctions._execute_task, stepfunctions._invoke_resource = execute, invoke
    stepfunctions._read_map_items = read
    lambda_runtime.Worker.invoke = _killed_when_asked(lambda_runtime.Worker.invoke)


def _named(ctx: dict[str, Any]) -> tuple[str, str, str]:
    return ctx["StateMachine"]["Name"], ctx["State"]["Name"], json.dumps(ctx["Execution"]["Input"])


def _killed_when_asked(of_ministack: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(worker: Any, *args: Any, **kwargs: Any) -> Any:
        seconds = _kill.get()
        if seconds is None:
            return of_ministack(worker, *args, **kwargs)
        lambda_runtime.ensure_spawned(worker)  # or it would be killed before it began
        killer = threading.Timer(seconds, lambda: worker._proc and worker._proc.kill())
        killer.start()
        reply = of_ministack(worker, *args, **kwargs)
        killer.join()
        # One that was faster dies before its reply is read.
        return reply if reply.get("status") == "error" else {"status": "error", "error": "Worker process died"}

    return invoke


def resume_interrupted_executions() -> int:
    """Go on with what was running when the machine stopped, as Step Functions itself would have gone on.

    Children of a Map and nested executions are started again by their parents. Returns how many.
    """
    set_request_account_id(ACCOUNT)
    resumed = 0
    for (account, region, _), execution in list(stepfunctions._executions._data.items()):
        if execution.get("error") != "States.ServiceRestart" or "mapRunArn" in execution:
            continue
        if not _began_with_an_event(execution):
            continue
        set_request_account_id(account)
        set_request_region(region)
        _start_over(execution)
        resumed += 1
    return resumed


def _began_with_an_event(execution: dict[str, Any]) -> bool:
    return "detail-type" in json.loads(execution.get("input") or "{}")


# ─── State on disk ───────────────────────────────────────────────────────────────────────────────


def activity() -> tuple[int, int]:
    """`(executions ever started, executions running now)`: unlike before means that there is something to save."""
    executions = list(stepfunctions._executions._data.values())
    return len(executions), sum(execution["status"] == "RUNNING" for execution in executions)


def save_state() -> None:
    """Save all services' state now; MiniStack itself does so only when it is stopped in good order."""
    app.save_all(app._build_persistence_save_dict())
