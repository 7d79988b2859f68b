"""Bedrock Runtime as a model and as a guardrail: they answer, they have limits, and they can be unwell."""

import base64
import io
import math
from collections.abc import Callable
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.support.fake_service import FakeService, Refused

MAX_IMAGE_BYTES = 3_750_000
MAX_IMAGE_SIDE = 8000
TEXT_UNIT = 1000


class FakeModel(FakeService):
    """Converse. `content` is what the model replies: its blocks, or a function of the request's text."""

    events = ("bedrock-runtime.Converse",)

    def __init__(self, says: str | Callable[[str], str]) -> None:
        super().__init__()
        self.says = says
        self.blocks_before: list[dict[str, Any]] = []
        self.stop_reason = "end_turn"
        self.tokens = (1272, 163)
        self.pictures: list[Image.Image] = []  # as the model saw them, decoded

    def Converse(self, request: dict[str, Any]) -> dict[str, Any]:
        sampling = request.get("inferenceConfig", {})
        if "temperature" in sampling and "topP" in sampling:
            raise Refused("ValidationException", "temperature and top_p cannot both be specified.")
        blocks = [block for message in request["messages"] for block in message["content"]]
        self.pictures += [_seen(block["image"]) for block in blocks if "image" in block]
        text = "".join(block.get("text", "") for block in blocks)
        says = self.says if isinstance(self.says, str) else self.says(text)
        return self.reply(*self.blocks_before, *([{"text": says}] if says else []))

    def reply(self, *blocks: dict[str, Any]) -> dict[str, Any]:
        read, written = self.tokens
        return {
            "output": {"message": {"role": "assistant", "content": list(blocks)}},
            "stopReason": self.stop_reason,
            "usage": {"inputTokens": read, "outputTokens": written, "totalTokens": read + written},
            "metrics": {"latencyMs": 900},
        }

    def prompts(self) -> list[str]:
        """The text of every request, pictures left out."""
        return [
            "".join(block.get("text", "") for message in request["messages"] for block in message["content"])
            for request in self.asked("Converse")
        ]


def _seen(image: dict[str, Any]) -> Image.Image:
    data = base64.b64decode(image["source"]["bytes"])
    if len(data) > MAX_IMAGE_BYTES:
        raise Refused("ValidationException", "The image is too large.")
    try:
        picture = Image.open(io.BytesIO(data))
        picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise Refused("ValidationException", "Could not process image.") from error
    if (picture.format or "").lower() != image["format"] or max(picture.size) > MAX_IMAGE_SIDE:
        raise Refused("ValidationException", "Could not process image.")
    return picture


class FakeGuardrail(FakeService):
    """ApplyGuardrail. `masks` and `blocks` name what is private, with its PII type; `denies` are words."""

    events = ("bedrock-runtime.ApplyGuardrail",)
    withheld = "This text is withheld."

    def __init__(self, max_text_units: int = 25) -> None:
        super().__init__()
        self.masks: dict[str, str] = {}
        self.blocks: dict[str, str] = {}
        self.denies: list[str] = []
        self._max_text_units = max_text_units

    def ApplyGuardrail(self, request: dict[str, Any]) -> dict[str, Any]:
        text = "".join(part["text"]["text"] for part in request["content"])
        if math.ceil(len(text) / TEXT_UNIT) > self._max_text_units:
            raise Refused("ValidationException", f"The text is longer than {self._max_text_units} text units.")
        entities = [entity for entity in self._entities() if entity["match"] in text]
        words = [{"match": word, "action": "BLOCKED", "detected": True} for word in self.denies if word in text]
        assessment: dict[str, Any] = {}
        if entities:
            assessment["sensitiveInformationPolicy"] = {"piiEntities": entities, "regexes": []}
        if words:
            assessment["wordPolicy"] = {"customWords": words, "managedWordLists": []}
        if words or any(entity["action"] == "BLOCKED" for entity in entities):
            return self.reply([{"text": self.withheld}], assessment)
        for entity in entities:
            text = text.replace(entity["match"], f"{{{entity['type']}}}")
        return self.reply([{"text": text}] if entities else [], assessment)

    def _entities(self) -> list[dict[str, Any]]:
        kinds = [("ANONYMIZED", self.masks), ("BLOCKED", self.blocks)]
        return [
            {"match": match, "type": kind, "action": action, "detected": True}
            for action, private in kinds
            for match, kind in private.items()
        ]

    def reply(self, outputs: list[dict[str, Any]], assessment: dict[str, Any]) -> dict[str, Any]:
        units = {
            f"{policy}PolicyUnits": 1
            for policy in ("topic", "content", "word", "sensitiveInformation", "contextualGrounding")
        }
        return {
            "usage": units | {"sensitiveInformationPolicyFreeUnits": 0},
            "action": "GUARDRAIL_INTERVENED" if assessment else "NONE",
            "outputs": outputs,
            "assessments": [assessment] if assessment else [],
        }
