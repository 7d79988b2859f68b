"""Clients of S3 Vectors as botocore 1.44 makes them: with search in texts, which the installed version does not know.

The layer that functions use has the real one. tests/local/test_s3_vectors_sdk.py compares the two.
"""

from copy import deepcopy
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

from local.s3vectors.wire import SINCE
from local.settings import REGION, ROOT

# What 1.44 adds to the replies, and to the operations.
_REPLIES: dict[str, Any] = {
    "TextSearchConfiguration": {
        "type": "structure",
        "required": ["metadataKey"],
        "members": {
            "metadataKey": {"shape": "MetadataKey"},
            "language": {"shape": "LanguageCode"},
            "status": {"shape": "AnalyzerStatus"},
        },
    },
    "AnalyzerStatus": {"type": "string", "enum": ["ACTIVE", "BUILDING"]},
    "Bm25Score": {
        "type": "structure",
        "members": {"metadataKey": {"shape": "MetadataKey"}, "score": {"shape": "Float"}},
    },
    "Bm25ScoreList": {"type": "list", "member": {"shape": "Bm25Score"}},
    "QueryScores": {
        "type": "structure",
        "members": {
            "fused": {"shape": "Float"},
            "bm25Scores": {"shape": "Bm25ScoreList"},
            "vectorDistance": {"shape": "Float"},
        },
    },
    "QueryOutputVector": {
        "type": "structure",
        "members": {
            "distance": {"shape": "Float"},
            "scores": {"shape": "QueryScores"},
            "key": {"shape": "VectorKey"},
            "metadata": {"shape": "VectorMetadata"},
        },
    },
    "QueryVectorsOutput": {
        "type": "structure",
        "members": {
            "vectors": {"shape": "QueryVectorsOutputList"},
            "distanceMetric": {"shape": "DistanceMetric"},
            "nextToken": {"shape": "QueryVectorsNextToken"},
        },
    },
    "UpdateMetadataConfigurationOutput": {"type": "structure", "members": {"indexArn": {"shape": "IndexArn"}}},
}
_OPERATION = {
    "name": "UpdateMetadataConfiguration",
    "http": {"method": "POST", "requestUri": "/UpdateMetadataConfiguration", "responseCode": 200},
    "input": {"shape": "UpdateMetadataConfigurationInput"},
    "output": {"shape": "UpdateMetadataConfigurationOutput"},
}


class _Newer(Loader):
    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        model = super().load_service_model(service_name, type_name, api_version)
        return newer(model) if (service_name, type_name) == ("s3vectors", "service-2") else model


def newer_loader() -> Loader:
    return _Newer([Loader.BUILTIN_DATA_PATH])


def newer(model: dict[str, Any]) -> dict[str, Any]:
    """The installed description of S3 Vectors with what 1.44 adds."""
    model = deepcopy(model)
    model["shapes"] |= SINCE | _REPLIES
    model["operations"] |= {"UpdateMetadataConfiguration": _OPERATION}
    return model


def client_of(url: str, credentials: dict[str, str] | None = None, layer: Path | None = None) -> Any:
    """A client with root's credentials or those of a session. `layer` is where the built layer's packages are."""
    session = botocore.session.Session()
    data = str(layer / "botocore" / "data") if layer else None
    loader = Loader([data], include_default_search_paths=False) if data else newer_loader()
    session.register_component("data_loader", loader)
    given = credentials or {
        "AccessKeyId": ROOT["AWS_ACCESS_KEY_ID"],
        "SecretAccessKey": ROOT["AWS_SECRET_ACCESS_KEY"],
        "SessionToken": None,
    }
    made: Any = boto3.Session(
        botocore_session=session,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=REGION,
    )
    # A test passes what a function could: the service refuses it, and not the SDK.
    config = Config(retries={"total_max_attempts": 1}, parameter_validation=layer is not None)
    return made.client("s3vectors", endpoint_url=url, config=config)
