"""The models that exist: Claude's, by model id, inference profile, or the ARN of either."""

import re

from local.bedrock.refusals import Refusal

_ID = r"(?:(?:us|eu|apac|au|jp|ca|us-gov|global)\.)?anthropic\.claude[\w.:-]*"
_ARN = (
    r"arn:aws[\w-]*:bedrock:[\w-]+:\d{0,12}:"
    rf"(?:(?:foundation-model|inference-profile)/{_ID}|application-inference-profile/[a-z0-9]+)"
)
_MODEL = re.compile(rf"(?:{_ID}|{_ARN})")


def is_model(model_id: str) -> bool:
    return bool(_MODEL.fullmatch(model_id))


def check_model(model_id: str) -> None:
    if not is_model(model_id):
        raise Refusal(
            "ResourceNotFoundException",
            f"Could not resolve the foundation model from the model identifier: {model_id}",
        )
