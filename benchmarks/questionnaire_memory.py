"""The most memory that finding the questions of a workbook takes, and writing their answers: each in a process of its
own, as each is a function of its own.

python -m benchmarks.questionnaire_memory FUNCTION FILE
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
PART = "xl/worksheets/sheet1.xml"


def peaks() -> dict[str, dict[str, float]]:
    """Megabytes of each function, by the number of questions."""
    with tempfile.TemporaryDirectory() as folder:
        books = {count: _workbook(Path(folder), count) for count in COUNTS}
        return {str(count): {name: _peak(name, book) for name in FUNCTIONS} for count, book in books.items()}


def _workbook(folder: Path, count: int) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Questions")
    sheet.append(["No", "Question", "Answer"])
    for number, text in enumerate(_texts(count), start=1):
        sheet.append([number, text, None])
    path = folder / f"{count}.xlsx"
    book.save(path)
    return path


def _texts(count: int) -> list[str]:
    return [f"Who keeps room {number} of the castle, and how often is it aired?" for number in range(1, count + 1)]


def _peak(function: str, path: Path) -> float:
    command = [sys.executable, "-m", "benchmarks.questionnaire_memory", function, str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(function: str, path: str) -> None:
    sys.path[:0] = [str(ROOT / "functions/questionnaires" / name) for name in FUNCTIONS]
    {"find_questions": _find, "fill_in_file": _fill}[function](Path(path))
    # Of this program alone: ru_maxrss begins with what the one that started it had.
    print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024)  # pyright: ignore[reportOptionalSubscript]


def _find(path: Path) -> None:
    from find_questions.reading import find_questions

    find_questions("rooms.xlsx", path.read_bytes())


def _fill(path: Path) -> None:
    from docent.questionnaires import Answer, Question
    from fill_in_file.entries import entries_of
    from fill_in_file.file_formats import fill
    from fill_in_file.questionnaire_items import Item

    answer = Answer("answered", "Mary Orrery keeps it, and it is aired every day.", confidence="high")
    items = [
        Item(
            Question(number, text, {"sheet": "Questions", "part": PART, "answer": f"C{number + 1}"}), "answered", answer
        )
        for number, text in enumerate(_texts(int(path.stem)), start=1)
    ]
    fill("xlsx", path.read_bytes(), entries_of(items, overwrite=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
