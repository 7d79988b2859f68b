"""What people changed of one item, newest first."""

import json
from collections.abc import Mapping
from typing import Any

from docent.batches import read_all
from docent.questionnaire_items import Item

# Of an item's changes, so many of the newest are shown. The table has all of them.
MAX_ENTRIES = 100


def read_log(table: str, questionnaire_id: str, item: Item) -> list[dict[str, Any]]:
    """As `Change` of openapi.yaml."""
    keys = [{"questionnaire_id": {"S": questionnaire_id}, "item": {"S": key}} for key in item.log[-MAX_ENTRIES:]]
    found = {entry["item"]["S"]: entry for entry in read_all(table, keys, "changes of a question were looked up")}
    return [_shown(found[key]) for key in reversed(item.log[-MAX_ENTRIES:]) if key in found]


def _shown(entry: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    changes = json.loads(entry["changes"]["S"])
    return {
        "at": entry["at"]["S"],
        "by": entry["by"]["S"],
        "changes": [{"field": name, "before": before, "after": after} for name, (before, after) in changes.items()],
    }
