"""Answered questions for the tests of `fill_in_file`, and what its files hold."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from docent.citations import Citation
from docent.questionnaires import Answer, AnswerType, Question
from fill_in_file.entries import Entry, entries_of
from fill_in_file.questionnaire_items import Item

SHEET = {"sheet": "Sheet", "part": "xl/worksheets/sheet1.xml"}
POLICY = Citation("d1", "policies/Encryption.pdf", 3, None, "All data is encrypted.", None)
# Texts that files, spreadsheets and markup take for something else.
HOSTILE = [
    "=HYPERLINK(\"https://example.org\")",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "nul \x00 bell \x07 escape \x1b",
    "half \ud83d of a pair \udc00",
    "\ufffe\uffff",
    "\u202eright to left\u202c שלום",
    "</t></is></c><c><f>1</f></c> &amp; &#0; ]]> <!-- <?xml ?>",
    "_x0041_ _x000D_",
    "one\r\ntwo\rthree\nfour",
    "a | b || \\| `c` <script>alert(1)</script> > quote",
    'he said "yes", then; left',
    "  blanks  around  ",
    "𝄞 😀 ü",
]  # fmt: skip


def item(
    number: int,
    place: dict[str, Any],
    completion: str = "We do.",
    *values: str,
    kind: Any = "text",
    options: tuple[str, ...] = (),
    max_chars: int = 0,
    text: str = "Do you encrypt what you keep?",
    existing: str = "",
    status: Any = "answered",
    reasons: tuple[str, ...] = (),
    **of_item: Any,
) -> Item:
    question = Question(number, text, place, existing=existing, answer=AnswerType(kind, options, max_chars))
    answer = Answer(status, completion, values, (POLICY,), "high", reasons)
    return Item(question, status, answer, "high", answer.needs_review, **of_item)


def choice(number: int, place: dict[str, Any], *values: str, completion: str = "We do.", **more: Any) -> Item:
    return item(number, place, completion, *values, kind="choice", options=("Yes", "No"), **more)


def entries(*items: Item, overwrite: bool = False) -> list[Entry]:
    return entries_of(items, overwrite)


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def changed_parts(before: bytes, after: bytes) -> tuple[set[str], set[str]]:
    """`(parts that differ, parts that are new)`; those of the source are all there, in their order, packed alike."""
    old, new = parts(before), parts(after)
    assert [name for name in new if name in old] == list(old)
    with zipfile.ZipFile(io.BytesIO(before)) as first, zipfile.ZipFile(io.BytesIO(after)) as second:
        for info in first.infolist():
            again = second.getinfo(info.filename)
            assert (again.compress_type, again.date_time) == (info.compress_type, info.date_time)
    return {name for name in old if old[name] != new[name]}, set(new) - set(old)


def converted(body: bytes, suffix: str, folder: Path, to: str = "pdf") -> Path:
    """What LibreOffice makes of a file; skips where it is not installed."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("needs LibreOffice")
    source = folder / f"filled.{suffix}"
    source.write_bytes(body)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to", to, "--outdir", str(folder / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return folder / "out" / f"filled.{to.split(':')[0]}"
