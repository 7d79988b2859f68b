"""How the command shows questionnaires."""

import io

from rich.console import Console

from cli import questionnaire_views as views


def test_the_map_says_why_rows_and_whole_sheets_were_passed_over() -> None:
    sheets = [
        {
            "sheet": "Form",
            "header_row": 1,
            "columns": {"question": "A"},
            "rows": [2, 9],
            "skipped": [{"row": 4, "why": "a note"}],
        },
        {"sheet": "Lists", "skipped": [{"why": "it is hidden"}]},
    ]
    out = io.StringIO()
    views.the_map(Console(file=out, width=200), {"file_name": "a.xlsx", "question_count": 7, "map": {"sheets": sheets}})
    shown = [line.rstrip() for line in out.getvalue().splitlines()]
    assert shown[2].endswith(" 4: a note")
    assert shown[3].endswith("  it is hidden")
