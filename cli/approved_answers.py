"""The answer library of one deployment, as those who run it see it: every approved answer."""

import time
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.plain_text import one_line
from cli.target import Target
from docent.answer_library import LibraryAnswer

SHOWN_CHARS = 80


def approved_answers(target: Target) -> list[dict[str, Any]]:
    """The newest first."""
    pages = target.dynamodb.get_paginator("scan").paginate(TableName=target.outputs["LibraryTableName"])
    answers = [LibraryAnswer.from_item(item) for page in pages for item in page["Items"]]
    return [_answer(each) for each in sorted(answers, key=lambda each: each.approved_at, reverse=True)]


def _answer(answer: LibraryAnswer) -> dict[str, Any]:
    return {
        "answer_id": answer.answer_id,
        "question": answer.question.text,
        "completion": answer.completion,
        "values": list(answer.values),
        "owner": answer.owner,
        "approved_by": answer.approved_by,
        "approved_at": answer.approved_at,
        "expires_at": datetime.fromtimestamp(answer.expires_at, UTC).isoformat().replace("+00:00", "Z"),
        "expired": answer.expires_at <= time.time(),
        "documents": sorted(answer.document_ids),
    }


def show_answers(console: Console, answers: list[dict[str, Any]]) -> None:
    if not answers:
        console.print("No answer is approved yet. `docent questionnaire review ID` approves some.")
        return
    table = Table(box=None, header_style="dim")
    for name in ("question", "answer", "approved by", "until"):
        table.add_column(name, overflow="fold")
    for each in answers:
        said = ", ".join(each["values"]) or each["completion"]
        until = Text(each["expires_at"][:10], style="red" if each["expired"] else "")
        table.add_row(_short(each["question"]), _short(said), Text(one_line(each["approved_by"])), until)
    console.print(table)


def _short(text: str) -> Text:
    line = one_line(text)
    return Text(line if len(line) <= SHOWN_CHARS else f"{line[: SHOWN_CHARS - 1]}…")
