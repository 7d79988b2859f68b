"""API Gateway: gateway responses of an imported API, and how a WebSocket is opened or refused."""

import contextvars
from typing import Any

from ministack.services import (
    apigateway,
    apigateway_v1,
    lambda_svc,
)

from local.seams.resources import _answer, add_resource_type


def add_api_resource_types() -> None:
    """Add resource types that have no provisioner: a WebSocket API's deployment, a web ACL's association."""

    def create_deployment(_logical_id: str, props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        made = _answer(apigateway._create_deployment(props["ApiId"], {"description": props.get("Description", "")}))
        return made["deploymentId"], {"DeploymentId": made["deploymentId"]}

    def associate(logical_id: str, _props: dict[str, Any], _stack: str) -> tuple[str, dict[str, str]]:
        return logical_id, {}  # no web ACL is enforced on this machine

    def delete(_physical_id: str, _props: dict[str, Any]) -> None:
        return

    add_resource_type("AWS::ApiGatewayV2::Deployment", create_deployment, delete)
    add_resource_type("AWS::WAFv2::WebACLAssociation", associate, delete)


def import_extensions() -> None:
    """Import AWS's extensions that MiniStack ignores: gateway responses and binary media types."""
    of_ministack = apigateway_v1._import_rest_api

    def import_rest_api(spec: dict[str, Any], base_data: dict[str, Any] | None = None) -> str:
        binary = {"binaryMediaTypes": spec.get("x-amazon-apigateway-binary-media-types", [])}
        api_id = of_ministack(spec, (base_data or {}) | binary)
        for response, told in spec.get("x-amazon-apigateway-gateway-responses", {}).items():
            apigateway_v1._put_gateway_response(api_id, response, told)
        return api_id

    apigateway_v1._import_rest_api = import_rest_api


def tell_where_the_api_is() -> None:
    """Add `requestContext.domainName` and X-Forwarded-Proto, which MiniStack leaves out, and the whole path.

    On AWS the path in the request context is what follows the domain; here it is what follows the stack's address.
    """
    of_ministack = apigateway_v1._build_lambda_event_v1

    def build_event(api_id: str, stage_name: str, *request: Any, **more: Any) -> dict[str, Any]:
        event = of_ministack(api_id, stage_name, *request, **more)
        host = next((value for name, value in event["headers"].items() if name.lower() == "host"), "localhost")
        event["headers"]["X-Forwarded-Proto"] = "http"
        event["multiValueHeaders"]["X-Forwarded-Proto"] = ["http"]
        path = f"/_aws/execute-api/{api_id}/{stage_name}{event['path']}"
        event["requestContext"] |= {"domainName": host, "path": path}
        return event

    apigateway_v1._build_lambda_event_v1 = build_event


def choose_subprotocols() -> None:
    """Send the subprotocol that the $connect function chose in its reply's headers to the client.

    MiniStack accepts without one, and browsers close a connection without an answer to their subprotocols.
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
    """An authorizer's error `Unauthorized` refuses a WebSocket with 401, as it does a request; MiniStack returns 500.

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
