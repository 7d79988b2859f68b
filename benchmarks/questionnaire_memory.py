"""The most memory that finding the questions of a workbook and writing their answers take, in a process of their own.

python -m benchmarks.questionnaire_memory FILE
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ("find_questions", "fill_in_file")
COUNTS = (100, 1_000, 10_000)


def peaks() -> dict[str, float]:
    """Megabytes by the number of questions."""
    with tempfile.TemporaryDirectory() as folder:
        return {str(count): _peak(_workbook(Path(folder), count)) for count in COUNTS}


def _workbook(folder: Path, count: int) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Questions")
    sheet.append(["No", "Question", "Answer"])
    for number in range(1, count + 1):
        sheet.append([number, f"Who keeps room {number} of the castle, and how often is it aired?", None])
    path = folder / f"{count}.xlsx"
    book.save(path)
    return path


def _peak(path: Path) -> float:
    told = subprocess.run(
        [sys.executable, "-m", "benchmarks.questionnaire_memory", str(path)], check=True, capture_output=True, text=True
    )
    return float(told.stdout)


def main(path: str) -> None:
    sys.path[:0] = [str(ROOT / "functions/questionnaires" / name) for name in FUNCTIONS]
    from docent.questionnaires import Answer
    from fill_in_file.entries import entries_of
    from fill_in_file.file_formats import fill
    from fill_in_file.questionnaire_items import Item
    from find_questions.reading import find_questions

    data = Path(path).read_bytes()
    found = find_questions("rooms.xlsx", data)
    answer = Answer("answered", "Mary Orrery keeps it, and it is aired every day.", confidence="high")
    entries = entries_of([Item(question, "answered", answer, "high") for question in found.questions], overwrite=False)
    fill("xlsx", data, entries)
    # Of this program alone: ru_maxrss begins with what the one that started it had.
    print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024)  # pyright: ignore[reportOptionalSubscript]


if __name__ == "__main__":
    main(sys.argv[1])
