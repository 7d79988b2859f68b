"""Converse with a guardrail, which checks the question and the answer and can replace either."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from local.bedrock.conversation import Conversation
from local.bedrock.refusals import Refusal, invalid

type ApplyGuardrail = Callable[[str, str, dict[str, Any]], Awaitable[tuple[int, dict[str, Any]]]]


@dataclass
class Guard:
    """`assessments` collects the guardrail's findings in the form of Converse's `trace`."""

    apply: ApplyGuardrail
    identifier: str
    version: str
    assessments: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, conversation: Conversation, apply: ApplyGuardrail | None) -> "Guard | None":
        config = conversation.guardrail
        if not config:
            return None
        if apply is None:
            raise invalid("There are no guardrails here.")
        return cls(apply, config.get("guardrailIdentifier", ""), config.get("guardrailVersion", "DRAFT"))

    async def look(self, source: str, text: str) -> tuple[str, bool] | None:
        """The text to continue with, and whether it must be the whole reply. None if the guardrail found nothing."""
        request = {"source": source, "content": [{"text": {"text": text}}]}
        status, found = await self.apply(self.identifier, self.version, request)
        if status != 200:
            code = str(found.get("__type") or found.get("code") or "InternalServerException")
            raise Refusal(code, str(found.get("message", "The guardrail failed.")))
        name = "inputAssessment" if source == "INPUT" else "outputAssessments"
        assessments = found.get("assessments", [])
        self.assessments[name] = {
            self.identifier: (assessments[0] if assessments else {}) if source == "INPUT" else assessments
        }
        if found.get("action") != "GUARDRAIL_INTERVENED":
            return None
        said = "".join(output["text"] for output in found.get("outputs", []))
        return said, '"BLOCKED"' in json.dumps(assessments)


async def guarded_input(guard: Guard, conversation: Conversation) -> tuple[Conversation, str | None]:
    """The conversation that the model may see, or the reply to give without asking the model."""
    last = conversation.turns[-1]
    looked_at = last.guarded or last.text
    if not looked_at or (found := await guard.look("INPUT", looked_at)) is None:
        return conversation, None
    text, blocked = found
    if blocked:
        return conversation, text
    masked = replace(last, text=last.text.replace(looked_at, text))
    return replace(conversation, turns=(*conversation.turns[:-1], masked)), None
