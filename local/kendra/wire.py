"""Kendra's requests and errors in the JSON 1.1 protocol, checked against botocore's service model."""

from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel

from local import model_checks

TARGET_PREFIX = "AWSKendraFrontendService."


class KendraError(Exception):
    """An error for the client. `code` is the name of Kendra's exception."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = 500 if code == "InternalServerException" else 400

    def to_json(self) -> dict[str, str]:
        return {"__type": self.code, "Message": str(self)}


def invalid(message: str) -> KendraError:
    return KendraError("ValidationException", message)


def missing(what: str) -> KendraError:
    return KendraError("ResourceNotFoundException", f"{what} does not exist.")


@cache
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("kendra")


def checked(operation: str, request: Any) -> dict[str, Any]:
    """The request, if it is valid. Blobs become bytes, timestamps become seconds since 1970."""
    shape = service_model().operation_model(operation).input_shape
    assert shape is not None
    try:
        return model_checks.checked(shape, request)
    except model_checks.SerializationError as error:
        raise KendraError("SerializationException", str(error)) from error
    except model_checks.ConstraintError as error:
        raise invalid(str(error)) from error
