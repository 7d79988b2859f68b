"""The models that exist: Claude's, by model id, inference profile, or the ARN of either, and models that embed or
rerank texts, by model id or ARN."""

import re
from typing import Literal

from local.bedrock.refusals import Refusal, invalid

_ID = r"(?:(?:us|eu|apac|au|jp|ca|us-gov|global)\.)?anthropic\.claude[\w.:-]*"
_ARN = (
    r"arn:aws[\w-]*:bedrock:[\w-]+:\d{0,12}:"
    rf"(?:(?:foundation-model|inference-profile)/{_ID}|application-inference-profile/[a-z0-9]+)"
)
_MODEL = re.compile(rf"(?:{_ID}|{_ARN})")
_OF_MODELS = r"(?:arn:aws[\w-]*:bedrock:[\w-]+::foundation-model/)?"
_EMBEDDING: dict[Literal["titan", "cohere"], re.Pattern[str]] = {
    "titan": re.compile(rf"{_OF_MODELS}amazon\.titan-embed-text-v2:0"),
    "cohere": re.compile(rf"{_OF_MODELS}cohere\.embed-(?:multilingual|english)-v3"),
}
_RERANKING = re.compile(rf"{_OF_MODELS}(?:amazon\.rerank-v1:0|cohere\.rerank-v3-5:0)")


def is_model(model_id: str) -> bool:
    return bool(_MODEL.fullmatch(model_id))


def embedding_family(model_id: str) -> Literal["titan", "cohere"] | None:
    """None if the model does not embed texts."""
    return next((family for family, pattern in _EMBEDDING.items() if pattern.fullmatch(model_id)), None)


def is_reranking_model(model_id: str) -> bool:
    return bool(_RERANKING.fullmatch(model_id))


def check_model(model_id: str) -> None:
    if embedding_family(model_id) or is_reranking_model(model_id):
        raise invalid("This operation is not supported for the model. It is called by InvokeModel or Rerank.")
    if not is_model(model_id):
        raise Refusal(
            "ResourceNotFoundException",
            f"Could not resolve the foundation model from the model identifier: {model_id}",
        )
