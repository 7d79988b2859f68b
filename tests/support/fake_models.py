"""Bedrock Runtime as a model and as a guardrail, with answers, limits and faults."""

import base64
import io
import math
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.support.fake_service import FakeService, Refused
from tests.support.fake_streams import Streamed

MAX_IMAGE_BYTES = 3_750_000
MAX_IMAGE_SIDE = 8000
TEXT_UNIT = 1000
# The number of characters in each event of a stream, repeated: a model's pieces can end anywhere.
PIECES = (1, 4, 2, 9, 3)


class FakeModel(FakeService):
    """Converse and ConverseStream. `says` is the text of its replies, or a function of the request's text. `writes` is
    the same for streams, if it differs. `break_off` lets the next streams end in an exception.
    """

    events = ("bedrock-runtime.Converse", "bedrock-runtime.ConverseStream")

    def __init__(self, says: str | Callable[[str], str]) -> None:
        super().__init__()
        self.says = says
        self.writes: str | Callable[[str], str] | None = None
        self._breaks: list[tuple[int, str | Exception]] = []
        self.blocks_before: list[dict[str, Any]] = []
        self.stop_reason = "end_turn"
        self.tokens = (1272, 163)
        self.images: list[Image.Image] = []  # as the model saw them, decoded

    def Converse(self, request: dict[str, Any]) -> dict[str, Any]:
        sampling = request.get("inferenceConfig", {})
        if "temperature" in sampling and "topP" in sampling:
            raise Refused("ValidationException", "temperature and top_p cannot both be specified.")
        blocks = [block for message in request["messages"] for block in message["content"]]
        self.images += [_seen(block["image"]) for block in blocks if "image" in block]
        text = "".join(block.get("text", "") for block in blocks)
        says = self.says if isinstance(self.says, str) else self.says(text)
        return self.reply(*self.blocks_before, *([{"text": says}] if says else []))

    def break_off(self, after: int, exception: str | Exception = "throttlingException", times: int = 1) -> None:
        """After this number of pieces of text, by an exception in the stream or an error of the connection."""
        self._breaks += [(after, exception)] * times

    def ConverseStream(self, request: dict[str, Any]) -> Streamed:
        writes = self.says if self.writes is None else self.writes
        text = "".join(block["text"] for message in request["messages"] for block in message["content"])
        pieces = list(_pieces(writes if isinstance(writes, str) else writes(text)))
        thoughts = [block["reasoningContent"]["reasoningText"] for block in self.blocks_before]
        deltas = [*({"reasoningContent": thought} for thought in thoughts), *({"text": piece} for piece in pieces)]
        events: list[tuple[str, dict[str, Any]]] = [("messageStart", {"role": "assistant"})]
        events += [("contentBlockDelta", {"contentBlockIndex": 0, "delta": delta}) for delta in deltas]
        if self._breaks:
            after, exception = self._breaks.pop(0)
            events = events[: 1 + len(thoughts) + after]
            return Streamed(events, exception) if isinstance(exception, str) else Streamed(events, error=exception)
        whole = self.reply()
        events += [
            ("contentBlockStop", {"contentBlockIndex": 0}),
            ("messageStop", {"stopReason": self.stop_reason}),
            ("metadata", {"usage": whole["usage"], "metrics": whole["metrics"]}),
        ]
        return Streamed(events)

    def reply(self, *blocks: dict[str, Any]) -> dict[str, Any]:
        read, written = self.tokens
        return {
            "output": {"message": {"role": "assistant", "content": list(blocks)}},
            "stopReason": self.stop_reason,
            "usage": {"inputTokens": read, "outputTokens": written, "totalTokens": read + written},
            "metrics": {"latencyMs": 900},
        }

    def prompts(self, operation: str = "Converse") -> list[str]:
        """The text of every request, images left out."""
        return [
            "".join(block.get("text", "") for message in request["messages"] for block in message["content"])
            for request in self.asked(operation)
        ]


def _pieces(text: str) -> Iterator[str]:
    for size in cycle(PIECES):
        if not text:
            return
        yield text[:size]
        text = text[size:]


def _seen(image: dict[str, Any]) -> Image.Image:
    data = base64.b64decode(image["source"]["bytes"])
    if len(data) > MAX_IMAGE_BYTES:
        raise Refused("ValidationException", "The image is too large.")
    try:
        seen = Image.open(io.BytesIO(data))
        seen.load()
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise Refused("ValidationException", "Could not process image.") from error
    if (seen.format or "").lower() != image["format"] or max(seen.size) > MAX_IMAGE_SIDE:
        raise Refused("ValidationException", "Could not process image.")
    return seen


class FakeGuardrail(FakeService):
    """ApplyGuardrail. `masks` and `blocks` map private values to their PII type; `denies` are words.

    `doubts` are words that no source supports: a text with one of them is not grounded, if it comes with a source and
    a query. Without both, AWS does not check grounding. `outputs_each` is whether each content block gets an output of
    its own; AWS does not document it.
    """

    events = ("bedrock-runtime.ApplyGuardrail",)
    withheld = "This text is withheld."

    def __init__(self, max_text_units: int = 25) -> None:
        super().__init__()
        self.masks: dict[str, str] = {}
        self.blocks: dict[str, str] = {}
        self.denies: list[str] = []
        self.doubts: list[str] = []
        self.outputs_each = False
        self._max_text_units = max_text_units

    def ApplyGuardrail(self, request: dict[str, Any]) -> dict[str, Any]:
        parts = [(part["text"]["text"], set(part["text"].get("qualifiers", []))) for part in request["content"]]
        text = "".join(told for told, roles in parts if not roles or "guard_content" in roles)
        if not all(told.strip() for told, _ in parts):
            raise Refused("ValidationException", "The text of a content block must not be empty.")
        if math.ceil(len(text) / TEXT_UNIT) > self._max_text_units:
            raise Refused("ValidationException", f"The text is longer than {self._max_text_units} text units.")
        entities = [entity for entity in self._entities() if entity["match"] in text]
        words = [{"match": word, "action": "BLOCKED", "detected": True} for word in self.denies if word in text]
        assessment: dict[str, Any] = {}
        if entities:
            assessment["sensitiveInformationPolicy"] = {"piiEntities": entities, "regexes": []}
        if words:
            assessment["wordPolicy"] = {"customWords": words, "managedWordLists": []}
        given = {
            role: sum(len(told) for told, roles in parts if role in roles) for role in ("grounding_source", "query")
        }
        grounds = request["source"] == "OUTPUT" and all(given.values())
        if grounds and (given["query"] > 1000 or given["grounding_source"] > 100_000 or len(text) > 5000):
            raise Refused("ValidationException", "Too long for a grounding check.")
        if grounds and any(word in text for word in self.doubts):
            score = {"type": "GROUNDING", "threshold": 0.5, "score": 0.1, "action": "BLOCKED", "detected": True}
            return self.reply(
                [{"text": self.withheld}], assessment | {"contextualGroundingPolicy": {"filters": [score]}}
            )
        if words or any(entity["action"] == "BLOCKED" for entity in entities):
            return self.reply([{"text": self.withheld}], assessment)
        outputs = [told for told, _ in parts] if self.outputs_each else [text]
        for entity in entities:
            outputs = [told.replace(entity["match"], f"{{{entity['type']}}}") for told in outputs]
        return self.reply([{"text": told} for told in outputs] if entities else [], assessment)

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
