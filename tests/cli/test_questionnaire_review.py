"""`docent questionnaire items, item, review` with an API that a test decides."""

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

import cli.session
from cli.main import app
from cli.reviewing import review_all
from cli.session import ApiError

ID = "5e1fca11ab1e5e1fca11ab1e5e1fca11"
ITEMS = f"/questionnaires/{ID}/items"


class FakeApi:
    """Two questions in two pages; the second is refused when it is approved."""

    def __init__(self) -> None:
        self.changes: list[tuple[str, dict[str, Any]]] = []
        self.queries: list[dict[str, Any]] = []

    def __call__(self, method: str, path: str, body: Any = None, query: Any = None) -> dict[str, Any]:
        if method == "PATCH":
            self.changes.append((path, body))
            if path.endswith("/2") and body.get("review") == "approved":
                raise ApiError("You wrote this answer.", 403)
            return item(int(path[-1]))
        if path == ITEMS:
            self.queries.append(dict(query))
            return {"items": [item(2)]} if "next" in query else {"items": [item(1)], "next": "n"}
        return item(int(path[-1])) | {
            "citations": [{"file_name": "policy.pdf", "page": 4, "excerpt": "x"}],
            "withheld_citations": 1,
            "reasons": ["It is about prices."],
            "comments": [{"by": "erika@example.com", "text": "Really?"}],
            "log": [{"at": "2027-01-15T08:00:00.000Z", "by": "erika@example.com", "changes": [{"field": "comment"}]}],
        }


def item(number: int) -> dict[str, Any]:
    typed = {"kind": "choice", "options": ["Yes", "No"], "values": ["Yes"]} if number == 2 else {"kind": "text"}
    told = {"status": "answered", "confidence": "low", "review": "open", "needs_review": True, "version": f"{number}-0"}
    return {"number": number, "question": f"Question {number}?", "completion": "For 30 days."} | typed | told


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> FakeApi:
    api = FakeApi()

    class _Session:
        def __init__(self, target: Any) -> None:
            self.api = api

    monkeypatch.setattr(cli.session, "Session", _Session)
    return api


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["questionnaire", *words])


def test_questions_are_listed_page_by_page_with_their_filters(api: FakeApi) -> None:
    result = run("items", ID, "--needs-review", "--confidence", "low", "--json")
    assert [each["number"] for each in json.loads(result.output)] == [1, 2]
    filters = {"limit": 100, "needs_review": "true", "confidence": "low"}
    assert api.queries == [filters, filters | {"next": "n"}]
    assert "Question 2?" in run("items", ID).output


def test_one_question_is_shown_with_its_sources_reasons_comments_and_log(api: FakeApi) -> None:
    told = run("item", ID, "2").output
    for part in ("Question 2?", "Yes", "[1] policy.pdf, page 4", "1 sources", "prices", "Really?", "erika@example.com"):
        assert part in told


def test_approving_without_asking_sends_the_version_that_is_there(api: FakeApi) -> None:
    assert run("review", ID, "--approve", "1").exit_code == 0
    assert api.changes == [(f"{ITEMS}/1", {"version": "1-0", "review": "approved"})]
    refused = run("review", ID, "--approve", "2")
    assert (refused.exit_code, "You wrote this answer." in refused.output) == (1, True)


def test_a_review_without_a_terminal_says_what_to_do(api: FakeApi) -> None:
    result = run("review", ID)
    assert (result.exit_code, "--approve N" in result.output) == (1, True)


def typed(*answers: str) -> Any:
    left: Iterator[str] = iter(answers)
    return lambda prompt: next(left)


def test_a_review_goes_through_the_answers_and_goes_on_after_a_refusal(api: FakeApi) -> None:
    screen = io.StringIO()
    ask = typed("e", "For 40 days.", "a", "?", "a", "e", "No", "c", "Please look.", "n")
    assert review_all(api, ID, Console(file=screen), ask) == 1
    assert [
        (path[-1], {name: value for name, value in body.items() if name != "version"}) for path, body in api.changes
    ] == [
        ("1", {"completion": "For 40 days."}),
        ("1", {"review": "approved"}),
        ("2", {"review": "approved"}),
        ("2", {"values": ["No"]}),
        ("2", {"comment": "Please look."}),
    ]
    assert "You wrote this answer." in screen.getvalue()
    assert api.queries[0]["needs_review"] == "true"


def test_a_review_can_be_left(api: FakeApi) -> None:
    assert review_all(api, ID, Console(file=io.StringIO()), typed("q"), everything=True) == 0
    assert (api.changes, "needs_review" in api.queries[0]) == ([], False)
