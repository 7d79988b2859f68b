"""`docent summarize` and `docent summaries` with an API and an S3 that a test decides."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

import cli.session
import cli.summaries
from cli.main import app
from tests.support.project import ROOT

ID = "5b2c7f0e9d3a4c1f8e6b7a2d4c0f1e9a"
AT = "2026-11-29T06:00:00.000Z"
ESTIMATE = {
    "requests": 2,
    "input_tokens": 3000,
    "output_tokens": 840,
    "model_id": "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "way": "on_demand",
    "cost": {"on_demand": 0.5, "batch": 0.25, "masking": 0.01},
    "most": {"on_demand": 1.5, "batch": 0.75, "masking": 0.02},
    "seconds_on_demand": 8,
}
SUMMARY = {
    "source": "a.txt",
    "outcome": "masked",
    "insights": {
        "summary": [
            {"text": "The customer has no signal.", "turns": [1, 2]},
            {"text": "It began in May.", "turns": [], "unsupported": "date"},
        ],
        "resolved": "no",
        "action_items": [{"text": "Call back", "owner": "agent", "due": "", "turns": [4]}],
    },
}


class Api:
    """A job that goes from state to state each time it is asked. `uploads` is what S3 got, by key."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.states: list[dict[str, Any]] = []
        self.generation = ""
        self.uploads: dict[str, bytes] = {}
        self.fields: dict[str, str] = {}

    def job(self, status: str, **more: Any) -> dict[str, Any]:
        told = {"job_id": ID, "name": "calls", "source": "s3://docent/transcripts/x/calls/", "status": status}
        return told | {"generation": self.generation, "created_at": AT, "updated_at": AT} | more

    def api(self, method: str, path: str, body: Any = None, query: Any = None) -> dict[str, Any]:
        self.calls.append((method, path, body))
        match method, path:
            case "POST", "/summaries":
                form = {"url": "https://s3.example/", "fields": {"policy": "p"}, "key_prefix": "transcripts/x/calls/"}
                return {"job_id": ID, "source": "s3://…", "upload": form | {"expires_at": AT}}
            case "GET", "/summaries":
                return {"jobs": [self.job("SUMMARIZED", counts={"masked": 2})]}
            case "POST", str() if path.endswith("/start"):
                self.generation += "1"
                return {"job_id": ID, "status": "UPLOADING"}
            case "POST", str() if path.endswith("/stop"):
                return {"job_id": ID, "status": "STOPPED", "charged": {"requests": 3, "of": 9, "usd": 0.5}}
            case "DELETE", _:
                return {}
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return self.job(**state)

    def sent(self, path: str) -> Any:
        return next(body for _, asked, body in self.calls if asked == path)

    def s3(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            content = request.read()
            key = re.search(rb'name="key"\r\n\r\n(.*?)\r\n', content)
            assert key
            self.uploads[key[1].decode()] = content
            return httpx.Response(204)
        if request.url.path.endswith("summaries.jsonl"):
            return httpx.Response(200, text=json.dumps(SUMMARY, ensure_ascii=False) + "\n")
        return httpx.Response(200, text="{}")


LINKS = {name: f"https://s3.example/{file}" for name, file in cli.summaries.REPORT_FILES.items()} | {"expires_at": AT}
DONE = {"status": "SUMMARIZED", "counts": {"masked": 2}, "cost": {"total": 0.51, "batch": 0}, "links": LINKS}


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    api = Api()
    api.states = [{"status": "UPLOADING"}]

    class _Session:
        def __init__(self, target: Any) -> None:
            self.api = api.api

    transport = httpx.MockTransport(api.s3)
    client: Callable[..., httpx.Client] = lambda **options: _client(transport=transport, **options)  # noqa: E731
    _client = httpx.Client
    monkeypatch.setattr(cli.session, "Session", _Session)
    monkeypatch.setattr(httpx, "Client", client)
    monkeypatch.setattr(httpx, "get", lambda link, **options: client().get(link))
    monkeypatch.setattr(httpx, "stream", lambda method, link, **options: client().stream(method, link))
    monkeypatch.setattr(cli.summaries, "POLL_SECONDS", 0)
    return api


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    calls = tmp_path / "calls"
    (calls / "more").mkdir(parents=True)
    (calls / "a.txt").write_text("Agent: Hello.\nCustomer: No signal.")
    (calls / "more" / "b.txt").write_text("Agent: Hello.")
    (calls / ".hidden").write_text("x")
    (calls / "job.json").write_text('{"language": "de", "guidelines": ["privacy"]}')
    return calls


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words])


def test_a_folder_is_uploaded_without_job_json_and_started_with_its_options(api: Api, folder: Path) -> None:
    result = run("summarize", str(folder), "--guidelines", "privacy, accuracy", "--budget", "5")
    assert result.exit_code == 0
    assert set(api.uploads) == {"transcripts/x/calls/a.txt", "transcripts/x/calls/more/b.txt"}
    assert api.sent(f"/summaries/{ID}/start") == {"language": "de", "guidelines": ["privacy", "accuracy"], "budget": 5}
    assert re.fullmatch(r"calls-\d{8}-\d{6}", api.sent("/summaries")["name"])
    assert f"docent summaries show {ID}" in result.output


def test_an_estimate_starts_nothing_else_and_names_both_prices(api: Api, folder: Path) -> None:
    api.states = [{"status": "UPLOADING"}, {"status": "PREPARING"}, {"status": "ESTIMATED", "estimate": ESTIMATE}]
    result = run("summarize", str(folder), "--estimate")
    assert result.exit_code == 0
    assert api.sent(f"/summaries/{ID}/start")["estimate_only"] is True
    for told in ("2 requests", "3,000 + 840 tokens", "$0.51", "$0.26", "$1.52", "24 at most", "8 s"):
        assert told in result.output
    assert f"docent summaries start {ID}" in result.output


def test_who_waits_sees_summaries_with_their_turns_and_what_it_cost(api: Api, folder: Path) -> None:
    api.states = [{"status": "UPLOADING"}, {"status": "SUMMARIZING", "progress": {"stage": "x", "at": AT}}, DONE]
    result = run("summarize", str(folder), "--wait")
    assert result.exit_code == 0
    for told in ("The customer has no signal. [1][2]", "unsupported date", "resolved no", "Call back, agent [4]"):
        assert told in result.output
    assert "2  " in result.output
    assert "cost $0.51" in result.output


def test_the_state_of_an_earlier_run_is_not_taken_for_this_one(api: Api, folder: Path) -> None:
    api.generation = "0"
    api.states = [DONE, {"status": "FAILED", "error": {"name": "OverBudgetError", "message": "It would cost $9."}}]
    result = run("summarize", str(folder), "--wait", "--budget", "1")
    assert result.exit_code == 1
    assert "OverBudgetError It would cost $9." in result.output


def test_transcripts_in_the_bucket_are_not_uploaded(api: Api) -> None:
    assert run("summarize", "s3://docent/transcripts/energy/november/").exit_code == 0
    assert api.sent("/summaries") == {"source": "s3://docent/transcripts/energy/november/"}
    assert not api.uploads


def test_own_insights_and_prompt_are_read_from_files(api: Api, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "insights.yaml").write_text("mood:\n  type: choice\n  options: [good, bad]\n  question: How was it?\n")
    (tmp_path / "prompt.txt").write_text("Be brief.")
    run(
        "summarize",
        str(folder),
        "--insights",
        str(tmp_path / "insights.yaml"),
        "--prompt",
        str(tmp_path / "prompt.txt"),
    )
    sent = api.sent(f"/summaries/{ID}/start")
    assert sent["insights"] == {"mood": {"type": "choice", "options": ["good", "bad"], "question": "How was it?"}}
    assert sent["prompt"] == "Be brief."


@pytest.mark.parametrize("words", [["nowhere"], ["."], ["calls", "--insights", "broken.yaml"]])
def test_what_cannot_be_read_is_told_before_anything_is_sent(
    api: Api, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.yaml").write_text("a: [")
    if words[0] == "calls":
        (tmp_path / "calls").mkdir()
        (tmp_path / "calls" / "a.txt").write_text("x")
    else:
        (tmp_path / "broken.yaml").unlink()
    assert run("summarize", *words).exit_code == 1
    assert not api.calls


def test_jobs_are_listed_stopped_and_deleted(api: Api) -> None:
    assert "SUMMARIZED" in run("summaries", "list").output
    stopped = run("summaries", "stop", ID).output
    assert "3 of 9 requests were answered" in stopped
    assert "about $0.50" in stopped
    assert "deleted" in run("summaries", "delete", ID).output


def test_a_job_is_started_again_with_the_options_it_had(api: Api) -> None:
    api.states = [{"status": "ESTIMATED", "options": {"language": "de", "estimate_only": True}}]
    assert run("summaries", "start", ID, "--budget", "3").exit_code == 0
    assert api.sent(f"/summaries/{ID}/start") == {"language": "de", "budget": 3}


def test_who_starts_it_again_can_wait(api: Api) -> None:
    api.states = [{"status": "STOPPED"}, {"status": "STOPPED"}, DONE]
    assert "cost $0.51" in run("summaries", "start", ID, "--wait").output


def test_the_report_is_fetched_into_a_folder(api: Api, tmp_path: Path) -> None:
    api.states = [DONE]
    assert run("summaries", "report", ID, "--output", str(tmp_path / "new")).exit_code == 0
    assert {file.name for file in (tmp_path / "new").iterdir()} == set(cli.summaries.REPORT_FILES.values())


def test_a_job_without_a_report_says_so(api: Api) -> None:
    assert "has no report" in run("summaries", "report", ID).output


def test_the_progress_of_a_batch_job_is_told_with_its_age(api: Api) -> None:
    batch = {"name": "x", "status": "InProgress", "at": AT, "message": "", "totalRecordCount": 9}
    api.states = [{"status": "SUMMARIZING", "batch": batch | {"processedRecordCount": 4, "errorRecordCount": 1}}]
    told = run("summaries", "show", ID).output
    assert "InProgress, as of 06:00 UTC, 4 of 9 records, 1 errors" in told


def test_the_sample_calls_are_transcripts() -> None:
    assert len(cli.summaries.transcripts_in(ROOT / "samples/calls")) == 5
