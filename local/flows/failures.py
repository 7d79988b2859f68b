"""How a node fails, in the exceptions of InvokeFlow's stream."""

from botocore.exceptions import ClientError

# By the code of a service that a node called. Anything else of a dependency is a failed dependency.
_PASSED_ON = {
    "AccessDenied": "accessDeniedException",
    "AccessDeniedException": "accessDeniedException",
    "AccessDeniedByGuardrail": "accessDeniedException",
    "ThrottlingException": "throttlingException",
    "TooManyRequestsException": "throttlingException",
    "ServiceQuotaExceededException": "serviceQuotaExceededException",
    "ServiceUnavailableException": "badGatewayException",
    "ModelTimeoutException": "badGatewayException",
    "ModelNotReadyException": "badGatewayException",
    "InternalServerException": "badGatewayException",
    "ServiceException": "badGatewayException",
}
_WITH_RESOURCE = ("dependencyFailedException", "badGatewayException")


class NodeFailure(Exception):
    """`kind` is the member of the stream, `node` the node that failed, and `resource` what it called."""

    def __init__(self, kind: str, message: str, resource: str = "", node: str = "") -> None:
        super().__init__(message)
        self.kind, self.resource, self.node = kind, resource, node

    def payload(self) -> dict[str, str]:
        where = f"Node {self.node}: " if self.node else ""
        told = {"message": f"{where}{self}"}
        return told | ({"resourceName": self.resource} if self.resource and self.kind in _WITH_RESOURCE else {})


def invalid(message: str) -> NodeFailure:
    return NodeFailure("validationException", message)


def denied(message: str) -> NodeFailure:
    return NodeFailure("accessDeniedException", message)


def from_code(code: str, message: str, resource: str) -> NodeFailure:
    return NodeFailure(_PASSED_ON.get(code, "dependencyFailedException"), f"{message} ({code})", resource)


def from_aws(error: ClientError, resource: str) -> NodeFailure:
    told = error.response.get("Error", {})
    return from_code(told.get("Code", ""), told.get("Message", "The call failed."), resource)
