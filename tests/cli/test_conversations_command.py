"""`docent conversations export`: what was asked, as a file for `docent evaluate`."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import cli.session
from cli.evaluation.questions import read_questions
from cli.main import app
from cli.session import ApiError
from tests.support.fake_answers import answer

FIRST, SECOND, GONE = "1" * 32, "2" * 32, "3" * 32


def turn(question: str, **more: Any) -> dict[str, Any]:
    return {"question": question, "asked_at": "2026-11-28T10:00:00.000Z", "withheld": False} | more


def answered(question: str, text: str, *sources: tuple[str, int]) -> dict[str, Any]:
    return turn(question, answer=text, citations=answer(text, *sources)["citations"])


TURNS = {
    FIRST: [
        answered("How much?", "It is 184 GWh [1][2].\nEach year [1].", ("a #1, b.pdf", 2), ("a #1, b.pdf", 2)),
        turn("And what of this?", withheld=True),
        answered("And then?", "It grew. [1]", ("c.pdf", 3)),
    ],
    SECOND: [
        turn("Who?", answer="I don't know.", citations=[]),
        turn("A question that is withheld", answer="", citations=[]),
    ],
}


def api(method: str, path: str, body: Any = None, query: Any = None) -> dict[str, Any]:
    """Two pages of conversations, one of which was deleted meanwhile."""
    if path == "/conversations":
        if "next" in query:
            return {"conversations": [{"conversation_id": SECOND}]}
        return {"conversations": [{"conversation_id": FIRST}, {"conversation_id": GONE}], "next": "n"}
    if path.endswith(GONE):
        raise ApiError("There is no such conversation.", 404)
    return {"turns": TURNS[path.removeprefix("/conversations/")]}


class _Session:
    def __init__(self, reply: Any = api) -> None:
        self.api = reply


def export(monkeypatch: pytest.MonkeyPatch, path: Path, session: _Session) -> Result:
    monkeypatch.setattr(cli.session, "Session", lambda target: session)
    return CliRunner().invoke(app, ["conversations", "export", str(path)])


def test_questions_come_with_the_answers_and_sources_they_got(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "questions.jsonl"
    result = export(monkeypatch, path, _Session())
    assert result.exit_code == 0
    assert "3 questions are in" in result.output
    assert "Rewrite the follow-ups (1)" in result.output
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for record in records:
        assert record.pop("asked_at") == "2026-11-28T10:00:00.000Z"
    assert records == [
        {"question": "How much?", "answer": "It is 184 GWh.\nEach year.", "pages": ["a #1, b.pdf#page=2"]},
        {"question": "And then?", "follow_up": True, "answer": "It grew.", "pages": ["c.pdf#page=3"]},
        {"question": "Who?", "answerable": False},
    ]
    read = read_questions(path)
    assert [str(place) for question in read for place in question.places] == ["a #1, b.pdf#page=2", "c.pdf#page=3"]


def test_a_file_that_may_have_corrections_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("corrected")
    result = export(monkeypatch, path, _Session())
    assert (result.exit_code, path.read_text()) == (1, "corrected")
    assert "Name a new file" in result.output


def test_without_conversations_no_file_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = export(monkeypatch, tmp_path / "q.jsonl", _Session(lambda *_, **__: {"conversations": []}))
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "You have no conversations." in result.output
