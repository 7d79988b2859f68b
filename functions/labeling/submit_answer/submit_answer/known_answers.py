"""How well an answer meets the known one, of items that have one. Annotators do not see that they have."""

from collections.abc import Mapping
from typing import Any

from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.objects import read_json
from labeling.choices import met
from labeling.items import Item
from labeling.segment_matches import match
from labeling.task_rows import TaskRow
from labeling.texts import is_text


def measured(bucket: str, row: TaskRow, item: Item, label: Mapping[str, Any]) -> dict[str, int]:
    """How many segments are in both, in the answer and in the known one, or choices of a text; nothing where no answer
    is known."""
    if not item.values["media"].get("known_answer"):
        return {}
    known = read_json(ObjectPointer(bucket, LabelKeys(row.task_id).known_answer(item.number)))
    if is_text(item):
        return met(known, label, row.schema)
    pairs = match(known["segments"], label["segments"], row.options["overlap"])
    found, wanted = len(label["segments"]), len(known["segments"])
    return {"known_matched": len(pairs), "known_found": found, "known_wanted": wanted}
