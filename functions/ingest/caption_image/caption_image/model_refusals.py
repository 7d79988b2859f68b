"""Whether the model refuses one image, or every image: the first is a gap, the second fails the document."""

from base64 import b64decode
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docent.errors import MALFORMED, DocentError, MisconfiguredError, TransientError, from_aws
from docent.errors.ingest import UnreadablePictureError

# 64 white pixels square.
BLANK = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAAAAACPAi4CAAAAK0lEQVR42u3MMREAAAgEoNf+nTWEmwcBqMlNRyAQCAQCgUAgEAgEAsHzYAFQLQF/OJ8+2wAAAABJRU5ErkJggg=="
)

# What to do in the account, by Bedrock's error code. `{}` is the model's id.
STEPS = {
    "AccessDeniedException": "Enable the model {} in the Bedrock console, and let this function's role invoke it.",
    "ResourceNotFoundException": (
        "Enable the model {} in the Bedrock console, or set ModelId to a model that is neither unknown nor legacy in "
        "this region."
    ),
}
OTHER_STEP = "Set ModelId, now {}, to an inference profile of this region whose model reads images."


def refusal(error: Exception, image: str, model_id: str, read: Callable[[tuple[bytes, str]], Any]) -> DocentError:
    """The DocentError for what the SDK raised when the model was asked to read `image`.

    `read` sends an image, as `(bytes, format)`, with the same request. Bedrock answers ValidationException for an
    image that it cannot decode, and also for a misspelt model id, a model without on-demand throughput and a parameter
    that the model does not accept. Only the message tells them apart, and messages change. So a blank image is sent: if
    it is refused too, no image would be read. This costs a few hundred tokens, only before a gap would be recorded.
    """
    named = from_aws(error, f"the model read {image}", UnreadablePictureError)
    if isinstance(named, UnreadablePictureError) and _code(error) not in STEPS:
        try:
            read((BLANK, "png"))
        except (ClientError, BotoCoreError) as again:
            error, named = again, from_aws(again, "the model read a blank image", UnreadablePictureError)
        except MALFORMED:
            return named  # it was answered
        else:
            return named
    if isinstance(named, TransientError):
        return named
    code = _code(error)
    step = STEPS.get(code, OTHER_STEP if code and isinstance(named, UnreadablePictureError) else "")
    return MisconfiguredError(f"{named.happened} {step.format(model_id)}".strip())


def _code(error: Exception) -> str:
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
