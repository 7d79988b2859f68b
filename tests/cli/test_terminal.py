"""What is printed: neutral in a terminal, unfolded in a pipe."""

import io
import json
import sys
from typing import Any

import pytest

from cli import showing
from cli.plain_text import neutral, one_line
from cli.terminal import Terminal, print_json

ATTACK = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp.exe\u2066\u200b\ufeff\r\b\udcff\U000e0041"
DOCUMENT = {
    "document_id": "d1",
    "key": f"{ATTACK}\n[red]forged[/] :smile: .pdf",
    "status": "FAILED",
    "removing_since": None,
    "page_count": 1,
    "image_count": 1,
    "captioned_count": 0,
    "input_tokens": 0,
    "output_tokens": 0,
    "cost_usd": 0.0,
    "error": {"name": "UnreadablePdfError", "message": f"{ATTACK} cannot be read."},
    "gaps": [],
    "states": [],
    "pictures": [
        {"page": 1, "places": [{"page": 1}], "kind": "embedded", "outcome": "masked", "text": ATTACK, "description": ""}
    ],
}
CITATION = {"file_name": ATTACK, "page": 1, "excerpt": f"{ATTACK} [bold]x[/bold]", "picture_url": f"https://x/{ATTACK}"}
ANSWER = {
    "answer": f"{ATTACK} Ellery Race delivered 184 GWh. " * 20,
    "citations": [CITATION],
    "confidence": "high",
    "conversation_id": "c1",
}
CHAT = {
    "message": ANSWER["answer"],
    "conversation_id": "c1",
    "message_id": "m1",
    "citations": [
        {"number": 1, "title": "a]b [x", "url": f"https://x/]{ATTACK}", "segments": [{"begin": 1, "end": 2}]}
    ],
}
LOG = {"timestamp": "t", "service": "s", "message": f"m{ATTACK}", "key": "a\nforged line"}


def printed(show: Any, *what: Any, tty: bool = False) -> str:
    file = _Screen() if tty else io.StringIO()
    show(Terminal(file=file), *what)
    return file.getvalue()


class _Screen(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


SHOWN = [
    (showing.documents, [DOCUMENT]),
    (showing.document, DOCUMENT),
    (showing.failures_and_gaps, [DOCUMENT]),
    (showing.answer, ANSWER),
    (showing.chat_answer, CHAT),
    (showing.log_entry, LOG),
]


@pytest.mark.parametrize(("show", "what"), SHOWN, ids=lambda value: getattr(value, "__name__", ""))
def test_nothing_of_a_document_or_an_answer_reaches_the_terminal_as_a_control(show: Any, what: Any) -> None:
    text = printed(show, what)
    assert neutral(text) == text
    assert "\\u202e" in text


@pytest.mark.parametrize(("show", "what"), SHOWN, ids=lambda value: getattr(value, "__name__", ""))
def test_on_a_screen_the_only_escapes_are_our_own(show: Any, what: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = printed(show, what, tty=True)
    for attack in ("\x1b]0;", "\x1b[2J", "\x9b", "\u202e", "\u2066", "\x07", "\b"):
        assert attack not in text


def test_a_name_with_a_line_break_or_markup_stays_one_line_and_as_it_is() -> None:
    lines = printed(showing.failures_and_gaps, [DOCUMENT]).splitlines()
    assert len(lines) == 1
    assert "\\n[red]forged[/] :smile: .pdf" in lines[0]


def test_a_pipe_gets_whole_lines_without_frames_or_colours() -> None:
    lines = printed(showing.answer, ANSWER).splitlines()
    assert lines[0].count("Ellery Race delivered 184 GWh.") == 20
    assert not any(sign in "".join(lines) for sign in "╭│╰\x1b")


def test_a_long_name_is_not_folded_in_a_pipe() -> None:
    name = f"{'x' * 300}.pdf"
    assert name in printed(showing.documents, [DOCUMENT | {"key": name}])


def test_a_screen_gets_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert "╭" in printed(showing.answer, ANSWER, tty=True)


def test_json_has_the_exact_value_and_no_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    print_json(DOCUMENT)
    text = capsys.readouterr().out
    assert neutral(text) == text
    assert json.loads(text) == DOCUMENT


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_json_is_json_in_every_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding=encoding, errors="docent"))
    print_json({"key": "Zürich – 東京 😀"})
    sys.stdout.flush()
    assert json.loads(raw.getvalue().decode(encoding)) == {"key": "Zürich – 東京 😀"}


def test_signs_that_an_encoding_lacks_are_replaced() -> None:
    assert "✗ “ü” … 東 😀".encode("latin-1", "docent").decode("latin-1") == 'x "ü" ... \\u6771 \\ud83d\\ude00'


def test_text_keeps_its_lines_and_its_joiners() -> None:
    assert neutral("a\n\tb 👩\u200d💻 می\u200cخواهم") == "a\n\tb 👩\u200d💻 می\u200cخواهم"
    assert one_line("a\n\tb") == "a\\n\\tb"
