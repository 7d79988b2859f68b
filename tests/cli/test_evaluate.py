"""`docent evaluate`: what it asks, what it keeps when it is interrupted, how it judges, and how it ends."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

import cli.session
from cli.evaluation.asking import MAX_HOLDS, RETRIES, Asking
from cli.evaluation.judging import Asked, Outcome, judge
from cli.evaluation.question_fields import question_of
from cli.main import app
from cli.session import ApiError, Session
from cli.signing_in import Tokens
from cli.target import CommandError, Target
from tests.support.fake_answers import UNKNOWN, FakeSession, answer, limited

QUESTIONS: list[dict[str, Any]] = [
    {"question": "Right?", "answer": "It is 184 GWh.", "pages": ["a.pdf#page=2"]},
    {"question": "Other page?", "answer": "It is 7 %.", "pages": ["a.pdf#page=2", "b.pdf#page=9"]},
    {"question": "Other document?", "document": "a.pdf"},
    {"question": "Not known?", "answer": "Yes."},
    {"question": "Unanswerable?", "answerable": False},
    {"question": "Invented?", "answerable": False},
    {"question": "Anything?"},
]
ANSWERS = {
    "Right?": answer("It is 184 GWh. [1]", ("a.pdf", 2), sentences={"shown": 1, "withheld": 1}),
    "Other page?": answer("It is 8 %. [1]", ("a.pdf", 3), sentences={"shown": 1, "withheld": 0}),
    "Other document?": answer("It is. [1]", ("c.pdf", 1), confidence="low"),
    "Invented?": answer("Surely. [1]", ("a.pdf", 1)),
    "Anything?": answer("Something. [1]", ("a.pdf", 1)),
}


class _Here:
    """A folder with a file of questions, in which `docent evaluate` is called."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        self.folder, self._monkeypatch = folder, monkeypatch
        self.write(QUESTIONS)

    def write(self, questions: list[dict[str, Any]]) -> None:
        Path("questions.jsonl").write_text("\n".join(json.dumps(each) for each in questions), "utf-8")

    def evaluate(self, session: FakeSession, *words: str) -> Result:
        self._monkeypatch.setattr(cli.session, "Session", lambda target: session)
        return CliRunner().invoke(app, ["evaluate", "questions.jsonl", *words])

    def results(self, folder: str = "run") -> list[dict[str, Any]]:
        return [json.loads(line) for line in Path(folder, "results.jsonl").read_text("utf-8").splitlines()]

    def report(self, folder: str = "run") -> dict[str, Any]:
        return json.loads(Path(folder, "report.json").read_text("utf-8"))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Here:
    return _Here(tmp_path, monkeypatch)


def test_each_question_is_asked_once_and_its_conversation_is_deleted(here: _Here) -> None:
    session = FakeSession(ANSWERS)
    assert here.evaluate(session, "--output", "run").exit_code == 0
    assert sorted(session.asked) == sorted(each["question"] for each in QUESTIONS)
    assert len(session.forgotten) == len(QUESTIONS)
    assert [each["question"] for each in here.results()] == [each["question"] for each in QUESTIONS]


def test_answers_are_judged_by_their_sources_and_by_what_is_unknown(here: _Here) -> None:
    here.evaluate(FakeSession(ANSWERS), "--output", "run")
    assert [each["outcome"] for each in here.results()] == [
        Outcome.RIGHT,
        Outcome.WRONG_PAGE,
        Outcome.WRONG_DOCUMENT,
        Outcome.WRONGLY_UNKNOWN,
        Outcome.RIGHTLY_UNKNOWN,
        Outcome.WRONGLY_ANSWERED,
        Outcome.ANSWERED,
    ]
    measures = {name: (round(each["value"], 3), each["of"]) for name, each in here.report()["measures"].items()}
    assert measures == {
        "page": (0.5, 2),
        "document": (0.667, 3),
        "known": (0.667, 6),
        "answered": (0.75, 4),
        "declined": (0.5, 2),
        "similarity": (0.556, 3),
        "covered": (0.556, 3),
        "numbers": (0.5, 2),
        "shown": (0.75, 2),
    }


def test_sums_have_tokens_sentences_and_the_cost_at_given_prices(here: _Here) -> None:
    here.evaluate(FakeSession(ANSWERS), "--output", "run")
    assert here.report()["cost_usd"] is None
    result = here.evaluate(FakeSession(ANSWERS), "--output", "priced", "--price-in", "3", "--price-out", "15")
    report = here.report("priced")
    assert report["usage"] == {"input_tokens": 6800, "output_tokens": 110}
    assert report["cost_usd"] == pytest.approx(0.02205)
    assert report["sentences"] == {"shown": 2, "withheld": 1}
    assert report["confidence"] == {"high": 4, "low": 1, "none": 2}
    assert "$0.0221" in result.output
    assert "2 of 3" not in result.output


def test_one_price_alone_is_refused(here: _Here) -> None:
    result = here.evaluate(FakeSession(), "--price-in", "3")
    assert (result.exit_code, result.output) == (1, "✗ Give both --price-in and --price-out, or neither.\n")


@pytest.mark.parametrize(
    ("cited", "expected"),
    [
        ("a.pdf", "a.pdf"),
        ("A.pdf", "a"),
        ("contracts/a.pdf", "a.pdf"),
        ("a.pdf", "some/folder/a.pdf"),
        ("Z\u00fcrich plan.pdf", "Zu\u0308rich%20plan.pdf"),
        ("2022 Q3 AAPL.pdf", "*AAPL*"),
        ("a [1].pdf", "a [1].pdf"),
    ],
)
def test_a_document_has_the_same_name_in_its_usual_spellings(cited: str, expected: str) -> None:
    question = question_of({"question": "Which?", "document": expected, "page": 3}, 1)
    judged = judge(question, Asked("Which?", "", 0.1, answer("This. [1]", (cited, 3))))
    assert judged.outcome is Outcome.RIGHT


@pytest.mark.parametrize(("cited", "expected"), [("aa.pdf", "a.pdf"), ("a 1.pdf", "a [1].pdf"), ("b.pdf", "?.pdf")])
def test_names_that_only_look_alike_are_different_documents(cited: str, expected: str) -> None:
    question = question_of({"question": "Which?", "document": expected}, 1)
    judged = judge(question, Asked("Which?", "", 0.1, answer("This. [1]", (cited, 3))))
    assert judged.outcome is Outcome.WRONG_DOCUMENT


@pytest.mark.parametrize(
    ("told", "expected", "similarity", "numbers"),
    [
        ("It is 184 GWh. [1]", "it is 184 gwh", 1.0, 1.0),
        ("The fee is 1.234,50 €. [1]", "The fee is 1,234.50 EUR", None, 1.0),
        ("The fee is 99 €. [1]", "The fee is 98 €", None, 0.0),
        ("Blue. [1]", "Red", 0.0, None),
        ("東京です [1]", "東京", 2 / 3, None),
    ],
)
def test_answers_are_alike_in_words_and_in_numbers(
    told: str, expected: str, similarity: float | None, numbers: float | None
) -> None:
    measures = judge(
        question_of({"question": "Which?", "answer": expected}, 1), Asked("Which?", "", 0.1, answer(told, ("a.pdf", 1)))
    ).measures
    assert similarity is None or measures["similarity"] == pytest.approx(similarity)
    assert measures.get("numbers") == numbers


def test_the_best_of_several_expected_answers_counts() -> None:
    question = question_of({"question": "Which?", "answers": ["Red", "It is blue"]}, 1)
    assert (
        judge(question, Asked("Which?", "", 0.1, answer("It is blue. [1]", ("a.pdf", 1)))).measures["similarity"] == 1
    )


# How it ends.


def test_a_measure_under_its_threshold_ends_with_exit_code_1_and_one_line(here: _Here) -> None:
    result = here.evaluate(FakeSession(ANSWERS), "--output", "run", "--fail-under", "page=0.8,document=0.5,known=0.9")
    assert result.exit_code == 1
    assert (
        result.output.splitlines()[-1] == "✗ Under the thresholds: page is 0.5, under 0.8; known is 0.666, under 0.9."
    )
    assert here.report()["shortfalls"] == ["page is 0.5, under 0.8", "known is 0.666, under 0.9"]


def test_measures_that_reach_their_thresholds_end_with_exit_code_0(here: _Here) -> None:
    result = here.evaluate(
        FakeSession(ANSWERS), "--output", "run", "--fail-under", "page=0.5", "--fail-under", "known=0"
    )
    assert result.exit_code == 0
    assert "No measure is under its threshold (page, known)." in result.output


def test_a_threshold_of_what_cannot_be_measured_is_not_reached(here: _Here) -> None:
    here.write([{"question": "Anything?"}])
    result = here.evaluate(FakeSession(ANSWERS), "--output", "run", "--fail-under", "page=0.1")
    assert result.exit_code == 1
    assert "page cannot be measured with these questions" in result.output


@pytest.mark.parametrize("words", ["pages=0.8", "page", "page=80", "page=nan"])
def test_a_threshold_that_means_nothing_is_refused_before_anything_is_asked(words: str, here: _Here) -> None:
    session = FakeSession(ANSWERS)
    result = here.evaluate(session, "--fail-under", words)
    assert (result.exit_code, session.asked) == (1, [])
    assert "page" in result.output


def test_json_is_the_report_alone(here: _Here) -> None:
    result = here.evaluate(FakeSession(ANSWERS), "--output", "run", "--json")
    assert json.loads(result.stdout) == here.report()


# What happens on the way.


def test_a_rate_limit_is_waited_for_by_all_and_not_counted_as_a_failure() -> None:
    session, now, waits = FakeSession(ANSWERS, failures=[limited(40), limited(40)]), [0.0], []

    def pause(seconds: float) -> bool:
        waits.append(seconds)
        now[0] += seconds
        return False

    asking = Asking(session.api, pause=pause, clock=lambda: now[0])
    (_, first), (_, second) = asking.all(["Right?", "Anything?"], at_once=1)
    assert waits == [40, 40]
    assert first.reply
    assert second.reply
    assert first.seconds == 0
    assert session.asked == ["Right?", "Right?", "Right?", "Anything?"]


def test_a_limit_that_never_ends_is_the_error_of_the_question() -> None:
    session, now = FakeSession(failures=[limited(1)] * (MAX_HOLDS + 1)), [0.0]

    def pause(seconds: float) -> bool:
        now[0] += seconds
        return False

    ((_, asked),) = Asking(session.api, pause=pause, clock=lambda: now[0]).all(["Right?"], at_once=1)
    assert asked.error == "There were too many requests. Wait. (request r1)"


def test_failures_that_may_go_away_are_tried_again_and_others_are_told() -> None:
    failures: list[BaseException] = [ApiError("Unwell.", 503, 5), ApiError("Slow.", 504), ApiError("Blocked.", 403)]
    session, waits = FakeSession(ANSWERS, failures=failures), []
    asking = Asking(session.api, pause=lambda seconds: bool(waits.append(seconds)))
    (_, first), (_, second) = asking.all(["Right?", "Anything?"], at_once=1)
    assert waits == [5, 4]
    assert (first.reply, first.error) == (None, "Blocked.")
    assert second.reply


def test_a_question_without_a_reply_counts_as_wrong_and_ends_with_exit_code_1(here: _Here) -> None:
    here.write(QUESTIONS[:1])
    result = here.evaluate(FakeSession(failures=[ApiError("Blocked.", 403)]), "--output", "run")
    assert result.exit_code == 1
    assert result.output.endswith("✗ 1 of 1 questions got no reply; the report tells why.\n")
    assert here.results()[0]["error"] == "Blocked."
    assert here.report()["measures"]["page"] == {"value": 0.0, "of": 1}


def test_an_interrupted_evaluation_keeps_its_answers_and_goes_on(here: _Here) -> None:
    first = FakeSession(ANSWERS)
    stop = {"Not known?": KeyboardInterrupt()}
    result = here.evaluate(_stopping(first, stop), "--output", "run", "--at-once", "1")
    assert result.exit_code == 130
    assert "3 of 7 questions were asked. The same command with --output run asks the others." in result.output
    assert [each["question"] for each in here.results()] == ["Right?", "Other page?", "Other document?"]
    assert (here.report()["asked"], here.report()["questions"]) == (3, 7)
    assert "This evaluation was interrupted" in Path("run/report.html").read_text("utf-8")
    with Path("run/results.jsonl").open("a") as file:
        file.write('{"question": "Not known?", "rep')  # as a crash in the middle of a line leaves it
    second = FakeSession(ANSWERS)
    assert here.evaluate(second, "--output", "run").exit_code == 0
    assert sorted(second.asked) == ["Anything?", "Invented?", "Not known?", "Unanswerable?"]
    assert len(here.results()) == 7


def test_an_api_that_cannot_be_reached_ends_it_and_nothing_is_lost(here: _Here) -> None:
    gone = CommandError("Nobody is signed in.")
    result = here.evaluate(
        _stopping(FakeSession(ANSWERS), {"Other document?": gone}), "--output", "run", "--at-once", "1"
    )
    assert result.exit_code == 1
    assert result.output.endswith("✗ Nobody is signed in.\n")
    assert len(here.results()) == 2


def test_an_unreachable_api_is_tried_again_before_it_ends() -> None:
    session = FakeSession(failures=[ApiError("The API cannot be reached.")] * (RETRIES + 1))
    with pytest.raises(ApiError, match="cannot be reached"):
        list(Asking(session.api, pause=lambda _: False).all(["Right?", "Anything?"], at_once=1))
    assert session.asked == ["Right?"] * (RETRIES + 1)


def test_a_complete_evaluation_is_judged_again_without_asking(here: _Here) -> None:
    here.evaluate(FakeSession(ANSWERS), "--output", "run")
    here.write([QUESTIONS[0], QUESTIONS[1] | {"pages": ["a.pdf#page=3"]}, *QUESTIONS[2:]])
    again = FakeSession(ANSWERS)
    here.evaluate(again, "--output", "run")
    assert again.asked == []
    assert here.report()["measures"]["page"]["value"] == 1


def test_questions_without_a_reply_are_asked_again(here: _Here) -> None:
    here.write([*QUESTIONS[:2], QUESTIONS[0]])
    here.evaluate(FakeSession(ANSWERS, failures=[ApiError("Blocked.", 403)]), "--output", "run", "--at-once", "1")
    again = FakeSession(ANSWERS)
    assert here.evaluate(again, "--output", "run").exit_code == 0
    assert again.asked == ["Right?"]
    assert [each["outcome"] for each in here.results()] == ["right", "wrong-page", "right"]


def test_each_run_of_a_day_has_a_folder_of_its_own_and_an_interrupted_one_goes_on(here: _Here) -> None:
    here.evaluate(FakeSession(ANSWERS))
    here.evaluate(_stopping(FakeSession(ANSWERS), {"Not known?": KeyboardInterrupt()}), "--at-once", "1")
    here.evaluate(FakeSession(ANSWERS))
    first, second = sorted(Path().glob("evaluation-*"))
    assert second.name == f"{first.name}-2"
    assert len(here.results(second.name)) == len(here.results(first.name)) == 7


def test_answers_to_others_or_to_other_questions_are_not_mixed(here: _Here) -> None:
    here.evaluate(FakeSession(ANSWERS), "--output", "run")
    result = here.evaluate(FakeSession(ANSWERS, user="mary@example.com"), "--output", "run")
    assert (result.exit_code, "answers of this machine to you@example.com" in result.output) == (1, True)
    here.write(QUESTIONS[1:])
    result = here.evaluate(FakeSession(ANSWERS), "--output", "run")
    assert (result.exit_code, "run holds answers to other questions. Name another folder" in result.output) == (1, True)


def test_no_image_address_is_kept(here: _Here) -> None:
    here.evaluate(FakeSession(ANSWERS), "--output", "run")
    for path in Path("run").iterdir():
        assert "example.com/signed" not in path.read_text("utf-8")


# The comparison and the page.


def test_a_comparison_tells_what_got_better_and_worse(here: _Here) -> None:
    here.evaluate(FakeSession(ANSWERS), "--output", "earlier")
    now = ANSWERS | {
        "Right?": UNKNOWN,
        "Other page?": answer("It is 7 %. [1]", ("b.pdf", 9)),
        "Other document?": answer("It is so. [1]", ("c.pdf", 1)),
    }
    here.write([*QUESTIONS, {"question": "New?"}])
    result = here.evaluate(FakeSession(now), "--output", "run", "--compare", "earlier")
    found = here.report()["comparison"]
    assert [(each["number"], each["before"], each["now"]) for each in found["better"]] == [(2, "wrong-page", "right")]
    assert [(each["number"], each["before"], each["now"]) for each in found["worse"]] == [
        (1, "right", "wrongly-unknown")
    ]
    assert found["questions"] == 7
    assert found["measures"]["answered"] == {"before": 0.75, "now": 0.5}
    assert "Of 7 questions in both evaluations, 1 got better and 1 worse." in result.output


def test_a_folder_without_an_evaluation_cannot_be_compared_with(here: _Here) -> None:
    session = FakeSession(ANSWERS)
    result = here.evaluate(session, "--compare", "nowhere")
    assert (result.exit_code, session.asked) == (1, [])
    assert "nowhere holds no evaluation" in result.output


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def test_the_page_runs_and_loads_nothing_whatever_an_answer_or_a_name_holds(here: _Here) -> None:
    attack = "</style></details><script>alert(1)</script><img src=https://x onerror=alert(1)> \u202e\x1b {{ 7*7 }} '\""
    here.write(
        [{"question": attack.replace("\x1b", ""), "answer": attack, "document": attack}, {"question": "Blocked?"}]
    )
    reply = answer(attack, (f"{attack}.pdf", 1), note=attack)
    blocked = {"Blocked?": ApiError(attack, 403)}
    here.evaluate(_stopping(FakeSession({attack.replace("\x1b", ""): reply}), blocked), "--output", "run")
    page = Path("run/report.html").read_text("utf-8")
    tags = _Tags()
    tags.feed(page)
    assert not {"script", "img", "link", "iframe", "object", "base", "form"} & set(tags.tags)
    assert not [name for name, _ in tags.attributes if name.startswith("on") or name in ("src", "style")]
    assert all((value or "").startswith("#q") for name, value in tags.attributes if name == "href")
    assert ("http-equiv", "Content-Security-Policy") in tags.attributes
    assert "{{ 7*7 }}" in page
    assert not re.search("[\u202e\x1b]", page)


def test_the_page_has_each_question_with_its_answer_sources_and_filters(here: _Here) -> None:
    here.evaluate(FakeSession(ANSWERS), "--output", "run")
    page = Path("run/report.html").read_text("utf-8")
    assert page.count("<details") == len(QUESTIONS)
    assert "a.pdf, page 3" in page
    assert "✗ not expected" in page
    assert "sentences withheld 1" in page
    assert 'id="f-wrongly-answered"' in page


def test_halves_of_characters_in_an_answer_do_no_harm(here: _Here) -> None:
    here.write(QUESTIONS[:1])
    here.evaluate(FakeSession({"Right?": answer("It is \ud83d. [1]", ("a.pdf", 2))}), "--output", "run")
    assert here.results()[0]["reply"]["answer"] == "It is \ud83d. [1]"


# The session beneath.


class _SignedIn(Session):
    tokens = Tokens("c", "h.eyJleHAiOiA5OTk5OTk5OTk5LCAiZW1haWwiOiAieW91QGV4YW1wbGUuY29tIn0.s", "r")  # pyright: ignore


def test_an_error_of_the_api_carries_its_status_and_how_long_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = {"detail": "Too many requests. Wait.", "request_id": "r1"}
    replies = [httpx.Response(429, json=problem, headers={"Retry-After": "17"}), httpx.Response(502, text="Bad")]
    monkeypatch.setattr(httpx, "request", lambda *_, **__: replies.pop(0))
    target = Target(stack="docent")
    target.__dict__["outputs"] = {"ApiUrl": "https://api.example.com/v1"}
    session = _SignedIn(target)
    for status, retry_after in ((429, 17), (502, None)):
        with pytest.raises(ApiError) as raised:
            session.api("POST", "/ask", {})
        assert (raised.value.status, raised.value.retry_after) == (status, retry_after)
    assert session.user == "you@example.com"


def _stopping(session: FakeSession, errors: dict[str, BaseException]) -> FakeSession:
    """The session, with an error at certain questions."""
    ask = session.api

    def api(method: str, path: str, body: Any = None) -> dict[str, Any]:
        if body and body["question"] in errors:
            raise errors[body["question"]]
        return ask(method, path, body)

    session.api = api
    return session
