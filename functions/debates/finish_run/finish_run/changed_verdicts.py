"""How many verdicts a second run over the same cases changed."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docent.documents import ObjectPointer
from docent.errors.ingest import MissingDocumentError
from docent.objects import read_lines


def changes_since(previous: ObjectPointer, verdicts: str) -> dict[str, int] | None:
    """`{compared, changed}`, over cases with the same document; None if the earlier verdicts are gone."""
    try:
        before = _sides(read_lines(previous))
    except MissingDocumentError:
        return None
    with Path(verdicts).open("rb") as lines:
        now = _sides(lines)
    both = before.keys() & now.keys()
    return {"compared": len(both), "changed": sum(before[each] != now[each] for each in both)}


def _sides(lines: Iterable[bytes]) -> dict[tuple[str, str, str], Any]:
    read = map(json.loads, lines)
    return {(each["case"], each["document_hash"], each["technique"]): each["verdict"] for each in read}
