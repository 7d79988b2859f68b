"""Texts that people answer a question about. A text is an object of its own, as a row of the table has no room for it.

The item's `line` is that of the manifest without its text. Its `media` says that it is a text, and its `source` has the
beginning, for lists.
"""

from collections.abc import Mapping
from typing import Any

from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.objects import read_bytes, write_bytes
from labeling.items import Item

BEGINNING = 100
# What a line has beside its text for everybody to read.
ASKED = ("question", "answers")


def keep_text(bucket: str, task_id: str, number: int, line: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of the item, once its text is kept."""
    text = line["source"]
    write_bytes(ObjectPointer(bucket, LabelKeys(task_id).text(number)), text.encode(), "text/plain; charset=utf-8")
    return {
        "source": {"text": " ".join(text[: 2 * BEGINNING].split())[:BEGINNING]},
        "line": {name: value for name, value in line.items() if name != "source"},
    }


def is_text(item: Item) -> bool:
    return item.values.get("media", {}).get("kind") == "text"


def read_text(bucket: str, item: Item) -> str:
    return read_bytes(ObjectPointer(bucket, LabelKeys(item.task_id).text(item.number))).decode()


def line_of(bucket: str, item: Item) -> Mapping[str, Any]:
    """The line of the manifest, as it was."""
    return {"source": read_text(bucket, item), **item.values["line"]} if is_text(item) else item.values["line"]
