"""Bedrock Runtime's errors, with the names and HTTP status codes of its service model."""

import json

type WireReply = tuple[int, dict[str, str], bytes]

STATUS = {
    "AccessDeniedException": 403,
    "ConflictException": 400,
    "InternalServerException": 500,
    "ModelErrorException": 424,
    "ModelNotReadyException": 429,
    "ModelStreamErrorException": 424,
    "ModelTimeoutException": 408,
    "ResourceNotFoundException": 404,
    "ServiceQuotaExceededException": 400,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "ValidationException": 400,
}


class Refusal(Exception):
    """A request that is answered with an error. `code` is the error's AWS name."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def on_the_wire(self) -> WireReply:
        headers = {"Content-Type": "application/json", "x-amzn-errortype": self.code}
        return STATUS.get(self.code, 400), headers, json.dumps({"message": str(self)}).encode()


def invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)
