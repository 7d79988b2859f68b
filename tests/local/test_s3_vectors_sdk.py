"""The SDK of the shared layer and the local S3 Vectors: what our description of botocore 1.44 says is what it has."""

import gzip
import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from tests.support.deployments import built_layer
from tests.support.machine import Machine
from tests.support.s3_vectors import client_of, newer

pytestmark = [pytest.mark.stack, pytest.mark.timeout(900)]  # it builds the template

NOT_COMPARED = ("documentation", "sensitive", "required")


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built_layer(tmp_path_factory)


def described(model: dict[str, Any], name: str | None) -> Any:
    """A shape with the shapes in it, whatever they are called."""
    if name is None:
        return None
    shape = {key: value for key, value in model["shapes"][name].items() if key not in NOT_COMPARED}
    if shape.get("min") == 0:
        del shape["min"]
    if "members" in shape:
        shape["members"] = {key: described(model, each["shape"]) for key, each in shape["members"].items()}
    for part in ("member", "key", "value"):
        if part in shape:
            shape[part] = described(model, shape[part]["shape"])
    return shape


def test_the_engine_is_written_for_the_sdk_of_the_layer(layer: Path) -> None:
    (file,) = (layer / "botocore/data/s3vectors").glob("*/service-2.json.gz")
    real = json.loads(gzip.decompress(file.read_bytes()))
    loader = botocore.session.get_session().get_component("data_loader")
    ours = newer(loader.load_service_model("s3vectors", "service-2"))
    assert ours["operations"].keys() == real["operations"].keys()
    for name, operation in real["operations"].items():
        for part in ("input", "output"):
            shapes = [each["operations"][name].get(part, {}).get("shape") for each in (ours, real)]
            assert described(ours, shapes[0]) == described(real, shapes[1]), f"{name}: {part}"
        assert ours["operations"][name]["http"] == operation["http"]


def test_a_client_of_the_layer_puts_and_queries(machine: Machine, layer: Path) -> None:
    client = client_of(machine.settings.url, layer=layer)
    bucket, index = {"vectorBucketName": "sdk"}, {"vectorBucketName": "sdk", "indexName": "passages"}
    client.create_vector_bucket(**bucket)
    texts = [{"metadataKey": "text_de", "language": "de"}]
    client.create_index(
        **index,
        dataType="float32",
        dimension=2,
        distanceMetric="cosine",
        metadataConfiguration={"nonFilterableMetadataKeys": ["text_de"], "textSearchConfigurations": texts},
    )
    metadata = {"text_de": "Die Verträge", "audience": "x"}
    client.put_vectors(**index, vectors=[{"key": "a", "data": {"float32": [1.0, 0.5]}, "metadata": metadata}])
    (found,) = client.query_vectors(
        **index,
        topK=1,
        queryVector={"float32": [1.0, 0.5]},
        queryTexts=[{"text": "Vertrag", "metadataKey": "text_de"}],
        filter={"$and": [{"audience": {"$in": ["x", "y"]}}]},
        returnMetadata=True,
        returnDistance=True,
        returnScores=True,
    )["vectors"]
    assert found["metadata"] == metadata
    assert found["scores"]["fused"] == pytest.approx(2 / 61)
    assert found["scores"]["bm25Scores"][0]["metadataKey"] == "text_de"
