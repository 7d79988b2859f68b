"""SageMaker's requests and errors in the JSON 1.1 protocol, checked against botocore's service model."""

import json
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel

from local import model_checks

type Json = dict[str, Any]

TARGET = "SageMaker."
# Java's classes of letters, which Python's re lacks.
_PATTERNS = {"TagKey": r"[\w\s.:/=+\-@]*", "TagValue": r"[\w\s.:/=+\-@]*"}


class SageMakerError(Exception):
    """An error for the client. `code` is the name of SageMaker's exception."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = 500 if code == "InternalFailure" else 400

    def to_json(self) -> Json:
        return {"__type": self.code, "message": str(self)}


def invalid(message: str) -> SageMakerError:
    return SageMakerError("ValidationException", message)


@cache
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")


def checked(operation: str, body: bytes) -> Json:
    """The request, if it is valid. Timestamps become seconds since 1970. Raises SageMakerError."""
    try:
        request = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise SageMakerError("SerializationException", "The request is not JSON.") from error
    shape = service_model().operation_model(operation).input_shape
    assert shape is not None
    try:
        return model_checks.checked(shape, request, _PATTERNS)
    except model_checks.SerializationError as error:
        raise SageMakerError("SerializationException", str(error)) from error
    except model_checks.ConstraintError as error:
        raise invalid(str(error)) from error
