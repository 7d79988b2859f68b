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


LIKED, DISLIKED = {"helpful": True}, {"helpful": False, "comment": "That was last year."}
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


RATED = [
    answered("How much?", "184 GWh [1].", ("a.pdf", 2)) | {"feedback": LIKED, "turn_id": "4" * 32},
    answered("And before?", "184 GWh [1].", ("a.pdf", 2)) | {"feedback": DISLIKED, "turn_id": "5" * 32},
    answered("Why?", "It rained [1].", ("b.pdf", 1)) | {"turn_id": "6" * 32},
]


def rated(method: str, path: str, body: Any = None, query: Any = None) -> dict[str, Any]:
    del method, body, query
    return {"conversations": [{"conversation_id": FIRST}]} if path == "/conversations" else {"turns": RATED}


def test_helpful_answers_are_expected_and_others_only_flagged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.session, "Session", lambda target: _Session(rated))
    path = tmp_path / "questions.jsonl"
    assert CliRunner().invoke(app, ["conversations", "export", "--with-feedback", str(path)]).exit_code == 0
    asked_at = {"asked_at": "2026-11-28T10:00:00.000Z"}
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == [
        {"question": "How much?", "answer": "184 GWh.", "pages": ["a.pdf#page=2"]} | asked_at | LIKED,
        {"question": "And before?", "follow_up": True} | asked_at | DISLIKED,
    ]
    helpful, other = read_questions(path)
    assert ([str(place) for place in helpful.places], helpful.answerable) == (["a.pdf#page=2"], True)
    assert (other.places, other.answers, other.answerable) == ((), (), None)


def test_without_feedback_none_is_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.session, "Session", lambda target: _Session())
    result = CliRunner().invoke(app, ["conversations", "export", "--with-feedback", str(tmp_path / "q.jsonl")])
    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert "gave no feedback" in " ".join(result.output.split())


@pytest.mark.parametrize(("turn_given", "turn_id"), [([], "6" * 32), (["--turn", "4" * 32], "4" * 32)])
def test_feedback_is_on_the_last_answer_or_the_one_that_is_named(
    monkeypatch: pytest.MonkeyPatch, turn_given: list[str], turn_id: str
) -> None:
    puts: list[tuple[str, Any]] = []

    def api(method: str, path: str, body: Any = None, query: Any = None) -> dict[str, Any]:
        if method == "PUT":
            puts.append((path, body))
            return {}
        return rated(method, path, body, query)

    monkeypatch.setattr(cli.session, "Session", lambda target: _Session(api))
    said = ["conversations", "feedback", FIRST, "--not-helpful", "--comment", "Old.", *turn_given]
    assert CliRunner().invoke(app, said).exit_code == 0
    path = f"/conversations/{FIRST}/turns/{turn_id}/feedback"
    assert puts == [(path, {"helpful": False, "comment": "Old."})]
