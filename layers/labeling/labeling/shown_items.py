"""An item as a person may see it: `LabelItem` of openapi.yaml, with links to the copy that is played and to its peaks,
or with its text.

Nobody sees other people's answers or how well they agree before they have submitted their own, and nobody but reviewers
sees them afterwards. What a known answer or a suggestion was made of is hidden too.
"""

from collections.abc import Mapping
from typing import Any

from docent.callers import Caller
from docent.clock import now_text
from docent.derived_keys import LabelKeys
from docent.documents import ObjectPointer
from docent.objects import read_json
from docent.report_links import LIFETIME, link_to
from labeling.answers import Answer, find_answer
from labeling.items import Item
from labeling.task_rows import TaskRow
from labeling.texts import ASKED, is_text, read_text


def shown_item(bucket: str, table: str, row: TaskRow, item: Item, caller: Caller, now: float) -> dict[str, Any]:
    own = find_answer(table, row.task_id, item.number, caller.subject)
    shown: dict[str, Any] = {
        "task_id": row.task_id,
        "number": item.number,
        "status": item.status,
        "input": input_of(row, item),
    }
    if "failure" in item.values:
        shown["failure"] = item.values["failure"]
    if is_text(item):
        asked = {name: item.values["line"][name] for name in ASKED}
        shown["text"] = {"document": read_text(bucket, item), **asked}
    elif "media" in item.values:
        shown |= {"media": _linked(bucket, item), "links_until": now_text(now + LIFETIME)}
        if item.values["media"].get("suggestions"):
            shown["suggestions"] = read_json(ObjectPointer(bucket, LabelKeys(row.task_id).suggestions(item.number)))
    if item.is_claimed_by(caller.subject, now):
        shown["claim"] = {"held": True, "until": now_text(item.holders[caller.subject]["until"])}
    if own and own.version:
        shown["answer"] = own.to_json(own.read_save(bucket)["label"])
    if row.is_reviewed_by(caller) and not (own and own.is_draft):
        shown["answers"] = [_for_reviewer(bucket, answer) for answer in answers_to(table, item)]
        if "agreement" in item.values:
            shown["agreement"] = float(item.values["agreement"])
    return shown


def input_of(row: TaskRow, item: Item) -> dict[str, Any]:
    """The line of the manifest without what the task hides, and what is shown of a text anyway."""
    options = row.options
    hidden = {"source-ref", "source", *options.get("hidden", ()), *(ASKED if is_text(item) else ())}
    hidden |= {options.get(name) for name in ("suggestions", "transcribe", "known_answer")}
    attributes = {options["label_attribute"], *(options.get(name) for name in ("suggestions", "known_answer"))}
    hidden |= attributes | {f"{name}-metadata" for name in attributes if name}
    return {name: value for name, value in item.values["line"].items() if name not in hidden}


def answers_to(table: str, item: Item) -> list[Answer]:
    """Those that were submitted, in the order of their ids, which tells nothing of who was first."""
    found = (find_answer(table, item.task_id, item.number, subject) for subject in item.answered_by())
    return sorted((answer for answer in found if answer), key=lambda answer: answer.answer_id)


def _for_reviewer(bucket: str, answer: Answer) -> dict[str, Any]:
    label = answer.read_save(bucket)["label"]
    return answer.to_json(label) | {"answer_id": answer.answer_id, "annotator": answer.user}


def _linked(bucket: str, item: Item) -> dict[str, Any]:
    media: Mapping[str, Any] = item.values["media"]
    keys = LabelKeys(item.task_id)
    copy, peaks = media["copy"], media["peaks"]
    file_format = copy["type"].partition("/")[2]
    url = link_to(bucket, keys.copy(item.number, file_format), copy["type"])
    levels = [
        level | {"url": link_to(bucket, keys.peaks(item.number, level["per_second"]), "application/octet-stream")}
        for level in peaks
    ]
    shown = {name: value for name, value in media.items() if name != "suggestions"}
    if "sound" in media:
        shown["sound"] = media["sound"] | {"url": link_to(bucket, keys.sound(item.number), "audio/wav")}
    return {**shown, "copy": {**copy, "url": url}, "peaks": levels}
