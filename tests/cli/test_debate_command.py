"""`docent debate` without a deployment: what a file of cases becomes, labels, and TofuEval's files."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

import cli.debates
import cli.session
from cli.debates import case_file, labels_of
from cli.main import app
from cli.target import CommandError
from cli.tofueval import tofueval_cases
from tests.support.project import ROOT

SAMPLES = ROOT / "samples" / "debates" / "cases.jsonl"


ID = "5b2c7f0e9d3a4c1f8e6b7a2d4c0f1e9a"


class Api:
    """An API with one run, which is judged as soon as it is started, and an S3 that keeps what it gets."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.generation, self.uploaded = "", b""

    def api(self, method: str, path: str, body: Any = None, query: Any = None) -> dict[str, Any]:
        self.calls.append((method, path, body))
        links = {name: f"https://s3.example/{file}" for name, file in cli.debates.REPORT_FILES.items()}
        judged = {"counts": {"decided": 2}, "cost": 0.5, "links": links} if self.generation else {}
        run = {
            "run_id": ID, "name": "cases", "source": "s3://docent/debates/x/cases.jsonl", "generation": self.generation,
            "status": "JUDGED" if self.generation else "UPLOADING", "updated_at": "2026-11-29T06:00:00.000Z", **judged,
        }  # fmt: skip
        match method, path.removeprefix(f"/debates/{ID}"):
            case "POST", "/debates":
                return {"run_id": ID, "source": "", "upload": {"url": "https://s3.example/", "fields": {"key": "k"}}}
            case "GET", "/debates":
                return {"runs": [run]}
            case "POST", "/start":
                self.generation += "1"
        return run

    def s3(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.uploaded = request.read()
        return httpx.Response(200, text=json.dumps(verdict("1", "A")))


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    api = Api()

    class _Session:
        def __init__(self, target: Any) -> None:
            self.api = api.api
            self.target = SimpleNamespace(outputs={"DebateModels": "m m m"})

    client = httpx.Client(transport=httpx.MockTransport(api.s3))
    monkeypatch.setattr(cli.session, "Session", _Session)
    monkeypatch.setattr(httpx, "post", lambda url, timeout, **more: client.post(url, **more))
    monkeypatch.setattr(httpx, "get", lambda url, timeout: client.get(url))
    monkeypatch.setattr(cli.debates, "POLL_SECONDS", 0)
    return api


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["debate", *words], env={"COLUMNS": "200"})


def test_a_run_uploads_its_cases_and_starts_with_what_the_command_asks_for(api: Api) -> None:
    result = run("run", str(SAMPLES), "--technique", "debate", "--votes", "1", "--budget", "5", "--wait")
    assert result.exit_code == 0, result.output
    assert SAMPLES.read_bytes() in api.uploaded
    assert (
        ("POST", f"/debates/{ID}/start", {"techniques": ["debate"], "votes": 1, "budget": 5.0}) in api.calls
    )  # fmt: skip
    assert "2 decided; the run cost $0.50" in result.output


def test_an_estimate_calls_nothing(api: Api) -> None:
    result = run("run", str(SAMPLES), "--estimate")
    assert "36 cases take 1,944 calls" in result.output
    assert not api.calls


def test_the_other_commands_ask_the_api(api: Api, tmp_path: Path) -> None:
    api.generation = "1"
    assert "JUDGED" in run("list").output
    assert "2 decided" in run("show", ID).output
    for command, method, path in (("resume", "POST", "/resume"), ("stop", "POST", "/stop"), ("delete", "DELETE", "")):
        assert run(command, ID).exit_code == 0
        assert (method, f"/debates/{ID}{path}", None) in api.calls
    assert run("report", ID, "--output", str(tmp_path)).exit_code == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["report.html", "report.json", "verdicts.jsonl"]
    assert json.loads(run("label", ID).stdout)["labelled"][0]["label"] == "A"


def test_a_run_without_a_report_has_none_to_fetch(api: Api) -> None:
    result = run("report", ID)
    assert (result.exit_code, f"docent debate show {ID}" in result.output) == (1, True)


def test_a_command_adds_to_what_the_file_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    first = json.dumps({"run": {"rounds": 2, "votes": 5}})
    path.write_text(f"{first}\n{SAMPLES.read_text('utf-8')}no case\n", "utf-8")
    file = case_file(path, {"votes": 1})
    assert (file.plan.rounds, file.plan.votes, len(file.cases)) == (2, 1, 36)
    assert [number for number, _ in file.refused] == [38]


@pytest.mark.parametrize(("body", "changes", "why"), [
    ("", {}, "no case"),
    ("{}", {}, "no case"),
    ('{"run": {}}', {"techniques": ["guess"]}, "Techniques must be"),
])  # fmt: skip
def test_a_file_that_cannot_be_run_is_refused(tmp_path: Path, body: str, changes: dict[str, Any], why: str) -> None:
    (tmp_path / "cases.jsonl").write_text(body)
    with pytest.raises(CommandError, match=why):
        case_file(tmp_path / "cases.jsonl", changes)


def verdict(case: str, side: str | None, flipped: int = 0, technique: str = "debate") -> dict[str, Any]:
    return {
        "case": case, "document_hash": "d", "technique": technique, "outcome": "decided" if side else "undecided",
        "reason": "" if side else "tie", "verdict": side, "votes": {}, "confidence": 0.75, "flipped": flipped,
        "evidence": [], "models": {},
    }  # fmt: skip


def test_labels_have_a_confidence_and_undecided_cases_are_apart() -> None:
    found = [verdict("1", "A"), verdict("2", "B", flipped=1), verdict("3", None), verdict("4", "A", technique="naive")]
    labelled, undecided = labels_of(iter(found), "debate")
    assert [(each["case"], each["label"], each["confidence"]) for each in labelled] == [
        ("1", "A", 0.75),
        ("2", "B", 0.375),
    ]
    assert undecided == [{"case": "3", "outcome": "undecided", "reason": "tie"}]


def test_a_right_and_a_wrong_summary_of_tofueval_make_a_case(tmp_path: Path) -> None:
    annotations, documents = tmp_path / "eval.csv", tmp_path / "documents.csv"
    annotations.write_text(
        "doc_id,annotation_id,topic,model_name,sent_idx,summ_sent,sent_label,exp,type\n"
        "T-1,1,Bridges,one,2,It opens in May.,yes,,\n"
        "T-1,1,Bridges,one,1,The bridge is closed.,yes,,\n"
        "T-1,1,Bridges,two,1,The bridge is open.,no,It is closed.,Contradiction\n"
        "T-1,2,Roads,one,1,There are two.,yes,,\n"
        "T-2,1,Ships,one,1,It sank.,yes,,\n"
        "T-2,1,Ships,two,1,It swam.,no,,Contradiction\n"
    )
    documents.write_text('doc_id,source\nT-1,"Ann: The bridge is closed until May.\nBob: Oh."\n')
    (case,) = tofueval_cases(annotations, documents)
    right, wrong = case["answer_a"], case["answer_b"]
    if case["label"] == "B":
        right, wrong = wrong, right
    assert (right, wrong) == ("The bridge is closed. It opens in May.", "The bridge is open.")
    assert case["error_types"] == ["Contradiction"]
    assert "Bridges" in case["question"]
