"""S3 Vectors' requests and errors in the REST-JSON protocol, checked against botocore's service model."""

import json
from copy import deepcopy
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, StructureShape

from local import model_checks

type Json = dict[str, Any]
type Reply = tuple[int, dict[str, str], bytes]

MOST_BYTES = 20 << 20  # of a request

# Checked by the service itself, because a request can have half a million numbers.
_UNCHECKED: dict[str, Json] = {"VectorData": {"type": "structure", "members": {}, "document": True}}
# What botocore 1.44 adds to the requests of the version that is installed here: search in texts.
SINCE: dict[str, Json] = {
    "LanguageCode": {"type": "string", "enum": ["en", "fr", "es", "pt", "it", "de", "nl", "zh", "ja", "ko"]},
    "TextSearchConfiguration": {
        "type": "structure",
        "required": ["metadataKey"],
        "members": {"metadataKey": {"shape": "MetadataKey"}, "language": {"shape": "LanguageCode"}},
    },
    "TextSearchConfigurations": {"type": "list", "member": {"shape": "TextSearchConfiguration"}, "max": 10},
    "TextSearchConfigurationKey": {
        "type": "structure",
        "required": ["metadataKey"],
        "members": {"metadataKey": {"shape": "MetadataKey"}},
    },
    "TextSearchConfigurationKeys": {
        "type": "list",
        "member": {"shape": "TextSearchConfigurationKey"},
        "max": 10,
        "min": 1,
    },
    "NonFilterableMetadataKeys": {"type": "list", "member": {"shape": "MetadataKey"}, "max": 10},
    "MetadataConfiguration": {
        "type": "structure",
        "members": {
            "nonFilterableMetadataKeys": {"shape": "NonFilterableMetadataKeys"},
            "textSearchConfigurations": {"shape": "TextSearchConfigurations"},
        },
    },
    "MetadataConfigurationAdd": {
        "type": "structure",
        "members": {"textSearchConfigurations": {"shape": "TextSearchConfigurations"}},
    },
    "MetadataConfigurationDelete": {
        "type": "structure",
        "members": {"textSearchConfigurations": {"shape": "TextSearchConfigurationKeys"}},
    },
    "UpdateMetadataConfigurationInput": {
        "type": "structure",
        "members": {
            "vectorBucketName": {"shape": "VectorBucketName"},
            "indexName": {"shape": "IndexName"},
            "indexArn": {"shape": "IndexArn"},
            "add": {"shape": "MetadataConfigurationAdd"},
            "delete": {"shape": "MetadataConfigurationDelete"},
        },
    },
    "QueryTextString": {"type": "string", "max": 1024, "min": 1},
    "QueryText": {
        "type": "structure",
        "required": ["text", "metadataKey"],
        "members": {"text": {"shape": "QueryTextString"}, "metadataKey": {"shape": "MetadataKey"}},
    },
    "QueryTextList": {"type": "list", "member": {"shape": "QueryText"}, "max": 10, "min": 1},
    "QueryVectorsNextToken": {"type": "string", "max": 4096, "min": 1},
    "QueryVectorsInput": {
        "type": "structure",
        "required": ["topK"],
        "members": {
            "vectorBucketName": {"shape": "VectorBucketName"},
            "indexName": {"shape": "IndexName"},
            "indexArn": {"shape": "IndexArn"},
            "topK": {"shape": "TopK"},
            "queryVector": {"shape": "VectorData"},
            "queryTexts": {"shape": "QueryTextList"},
            "filter": {"shape": "Document"},
            "queryMode": {"shape": "IndexMode"},
            "returnMetadata": {"shape": "Boolean"},
            "returnDistance": {"shape": "Boolean"},
            "returnScores": {"shape": "Boolean"},
            "nextToken": {"shape": "QueryVectorsNextToken"},
        },
    },
}
_INPUTS = {"UpdateMetadataConfiguration": "UpdateMetadataConfigurationInput"}


class S3VectorsError(Exception):
    """An error for the client. `code` is the name of S3 Vectors' exception."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    def on_the_wire(self) -> Reply:
        headers = {"Content-Type": "application/json", "x-amzn-errortype": self.code}
        return _status(self.code), headers, json.dumps({"message": str(self)}).encode()


def invalid(message: str) -> S3VectorsError:
    return S3VectorsError("ValidationException", message)


@cache
def service_model() -> ServiceModel:
    loader = botocore.session.get_session().get_component("data_loader")
    model = deepcopy(loader.load_service_model("s3vectors", "service-2"))
    model["shapes"] |= SINCE | _UNCHECKED
    return ServiceModel(model, "s3vectors")


@cache
def _status(code: str) -> int:
    if code == "UnknownOperationException":
        return 404
    shape = service_model().shape_for(code) if code in service_model().shape_names else None
    return shape.metadata.get("error", {}).get("httpStatusCode", 400) if shape else 400


def operation_of(method: str, path: str, _query: Any = None) -> str | None:
    """The operation's name, for the handler and for the IAM check: it is the path."""
    name = path.strip("/")
    known = name in service_model().operation_names or name in _INPUTS
    return name if method == "POST" and known else None


def request_of(operation: str, body: bytes) -> Json:
    """A checked request. Raises S3VectorsError."""
    if len(body) > MOST_BYTES:
        raise invalid(f"The request must have at most {MOST_BYTES} bytes.")
    request = object_of(body)
    if request.get("tags"):
        raise invalid("tags is not offered here.")
    if operation in _INPUTS:
        shape = service_model().shape_for(_INPUTS[operation])
    else:
        shape = service_model().operation_model(operation).input_shape
    assert isinstance(shape, StructureShape)
    try:
        return model_checks.checked(shape, request)
    except model_checks.SerializationError as error:
        raise S3VectorsError("SerializationException", str(error)) from error
    except model_checks.ConstraintError as error:
        raise invalid(str(error)) from error


def object_of(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}", parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise S3VectorsError("SerializationException", "The request is not JSON.") from error
    if not isinstance(value, dict):
        raise S3VectorsError("SerializationException", "The request is not a JSON object.")
    return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def reply(answer: Json) -> Reply:
    return 200, {"Content-Type": "application/json"}, json.dumps(answer, ensure_ascii=False).encode()
