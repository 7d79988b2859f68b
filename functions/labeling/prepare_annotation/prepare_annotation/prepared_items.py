"""What Docent's page needs of a clip that was prepared. Ground Truth makes links of the addresses."""

from typing import Any

from docent.derived_keys import LabelKeys
from labeling.items import Item
from labeling.shown_items import input_of
from labeling.task_rows import TaskRow


def prepared_input(bucket: str, row: TaskRow, item: Item) -> dict[str, Any]:
    """`{"taskObject", "peaks", "item"}`, and `sound` and `suggestions` if there are some."""
    keys, media = LabelKeys(row.task_id), item.values["media"]

    def address(key: str) -> str:
        return f"s3://{bucket}/{key}"

    levels = (level["per_second"] for level in media["peaks"])
    told: dict[str, Any] = {
        "taskObject": address(keys.copy(item.number, media["copy"]["type"].partition("/")[2])),
        "peaks": [{"per_second": level, "address": address(keys.peaks(item.number, level))} for level in levels],
        "item": {
            "task_id": row.task_id,
            "number": item.number,
            "schema": row.schema,
            # Whether an answer is known is nothing for workers.
            "media": {name: value for name, value in media.items() if name not in ("suggestions", "known_answer")},
            "input": input_of(row, item),
        },
    }
    if "sound" in media:
        told["sound"] = address(keys.sound(item.number))
    if media.get("suggestions"):
        told["suggestions"] = address(keys.suggestions(item.number))
    return told
