"""The questions of one call: each is answered once, and its answer is given in every place where it is asked."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.callers import Caller
from docent.questionnaires import normal

# An inline Map runs at most so many iterations at a time.
AT_ONCE = 40
# Step Functions' limit of an input, less what it adds itself.
MAX_BYTES = 262_144 - 1_024
NOTHING_ASKED: Mapping[str, Any] = {
    "completion": "",
    "citations": [],
    "confidence": "none",
    "needs_review": True,
    "reason": "The question is empty.",
}


@dataclass(frozen=True, slots=True)
class AskedList:
    questions: tuple[str, ...]
    description: str
    use_documents: bool

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """From `Questions` of openapi.yaml. Without a description, answers come from the documents."""
        description = body.get("description", "").strip()
        questions = tuple(question.strip() for question in body["questions"])
        return cls(questions, description, body.get("use_documents", not description))

    @property
    def distinct(self) -> dict[str, str]:
        """Each question as it is asked first, by what it is compared by; empty ones are left out."""
        found: dict[str, str] = {}
        for question in self.questions:
            if question:
                found.setdefault(normal(question), question)
        return found

    def expected_seconds(self, seconds_per_answer: float) -> float:
        return math.ceil(len(self.distinct) / AT_ONCE) * seconds_per_answer

    def to_input(self, caller: Caller, job_id: str) -> str | None:
        """The input of the state machine; None where it is larger than Step Functions takes."""
        asked = [{"number": number, "text": text} for number, text in enumerate(self.distinct.values(), 1)]
        value = {
            "questions": asked,
            "description": self.description,
            "use_documents": self.use_documents,
            "job_id": job_id,
            "caller": {
                "subject": caller.subject,
                "user": caller.user,
                "groups": list(caller.groups),
                "expires_at": caller.expires_at,
            },
        }
        text = json.dumps(value, ensure_ascii=False)
        # Each branch gets the description, and its input counts too.
        return text if len(text.encode()) <= MAX_BYTES else None

    def in_order(self, responses: Mapping[str, Any]) -> list[dict[str, Any]]:
        """`[{question, response}]` for every question, given the responses by question as it was asked first."""
        first = self.distinct
        return [
            {"question": each, "response": responses[first[normal(each)]] if each else NOTHING_ASKED}
            for each in self.questions
        ]
