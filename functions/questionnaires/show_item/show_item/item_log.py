"""What people changed of one item, newest first."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from docent.batches import read_all
from docent.questionnaire_items import Item
from docent.questionnaires import Answer

# Of an item's changes, so many of the newest are shown. The table has all of them.
MAX_ENTRIES = 100
# The fields of a change that say what the answer was.
ANSWER = ("completion", "values")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """`answer` is what an edit replaced."""

    at: str
    by: str
    changes: Mapping[str, tuple[Any, Any]]
    answer: Answer | None

    @classmethod
    def from_item(cls, item: Mapping[str, Mapping[str, Any]]) -> Self:
        answer = Answer.from_json(json.loads(item["answer"]["S"])) if "answer" in item else None
        return cls(item["at"]["S"], item["by"]["S"], json.loads(item["changes"]["S"]), answer)

    def to_json(self, *, withheld: bool) -> dict[str, Any]:
        """A `Change` of openapi.yaml; `withheld` without the answer before and what was made of it."""
        return {
            "at": self.at,
            "by": self.by,
            "changes": [
                {"field": name, "before": before, "after": after}
                for name, (before, after) in self.changes.items()
                if not (withheld and name in ANSWER)
            ],
        }


def read_entries(table: str, questionnaire_id: str, item: Item) -> list[LogEntry]:
    keys = [{"questionnaire_id": {"S": questionnaire_id}, "item": {"S": key}} for key in item.log[-MAX_ENTRIES:]]
    found = {entry["item"]["S"]: entry for entry in read_all(table, keys, "changes of a question were looked up")}
    return [LogEntry.from_item(found[key]) for key in reversed(item.log[-MAX_ENTRIES:]) if key in found]
