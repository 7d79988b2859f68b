"""`docent debate` without a deployment: what a file of cases becomes, labels, and TofuEval's files."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

import cli.debates
import cli.labeling
import cli.session
import cli.target
from cli.debate_labels import Texts, labels_of
from cli.debates import case_file
from cli.main import app
from cli.target import CommandError
from cli.tofueval import tofueval_cases
from docent.documents import document_id_of
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
    monkeypatch.setattr(cli.target, "Target", lambda stack, region: SimpleNamespace(outputs={"DebateModels": "m m m"}))
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
    labels = labels_of(iter(found), "debate")
    assert [(each["case"], each["label"], each["confidence"]) for each in labels.labelled] == [
        ("1", "A", 0.75),
        ("2", "B", 0.375),
    ]
    assert labels.undecided == [{"case": "3", "document_hash": "d", "outcome": "undecided", "reason": "tie"}]


CASES = [
    {"number": number, "id": str(number), "document": f"The company lost $10.{number} billion in 2005.",
     "question": "Which is true?", "answer_a": f"It lost $10.{number} billion.", "answer_b": "It lost nothing."}
    for number in range(1, 6)
]  # fmt: skip


class Deployment:
    """An API with a judged run, whose cases 2 to 4 are undecided and whose case 5 failed, and with labeling."""

    def __init__(self) -> None:
        self.tasks: dict[str, dict[str, Any]] = {}
        self.created: list[dict[str, Any]] = []
        self.started: list[str] = []
        self.manifest = b""
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.outputs = {
            "SourceBucketName": "docent-documents", "ConsoleUrl": "https://console.example", "LabelingTableName": "t",
        }  # fmt: skip

    def api(self, method: str, path: str, body: Any = None, query: Any = None) -> dict[str, Any]:
        match method, path.split("/")[1:]:
            case "GET", ["debates", _]:
                return {"name": "november calls", "links": {"verdicts": "https://s3.example/verdicts"}}
            case "GET", ["debates", _, "cases"]:
                return {"cases": [{"number": each["number"], "id": each["id"]} for each in CASES]}
            case "GET", ["debates", _, "cases", number]:
                return CASES[int(number) - 1]
            case "POST", ["label-tasks"]:
                self.created.append(body)
                task_id = document_id_of("docent-documents", f"labeling/mary/{body['name']}.manifest")
                self.tasks[task_id] = {"task_id": task_id, "name": body["name"], "status": "UPLOADING"}
                return {"task_id": task_id, "upload": {"url": "https://s3.example/", "fields": {}}}
            case "POST", ["label-tasks", task_id, "start"]:
                self.started.append(task_id)
                self.tasks[task_id]["status"] = "OPEN"
            case "POST", ["label-tasks", task_id, "export"]:
                links = {"output.manifest": "https://s3.example/labels"}
                self.tasks[task_id]["export"] = {"status": "EXPORTED", "links": links}
            case "GET", ["label-tasks", task_id]:
                if task_id not in self.tasks:
                    raise cli.session.ApiError("There is no such labeling task.", 404)
                return self.tasks[task_id]
        return {}

    def s3(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            body = request.read()
            self.manifest = body[body.index(b"{") : body.rindex(b"}") + 1]
            return httpx.Response(204)
        if request.url.path == "/labels":
            lines = [json.loads(line) for line in self.manifest.splitlines()]
            told = [
                line | {"label": {"annotationsFromAllWorkers": [
                    {"workerId": str(place), "annotationData": {"content": json.dumps(each)}}
                    for place, each in enumerate(self.answers[line["id"]])
                ]}}
                for line in lines if line["id"] in self.answers
            ]  # fmt: skip
            return httpx.Response(200, text="\n".join(map(json.dumps, told)))
        undecided = [verdict(str(number), None) for number in (2, 3, 4)]
        found = [verdict("1", "A"), *undecided, verdict("5", None) | {"outcome": "failed", "reason": "It is down."}]
        return httpx.Response(200, text="\n".join(map(json.dumps, found)))


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Deployment:
    deployment = Deployment()

    class _Target:
        def __init__(self, stack: Any, region: Any) -> None:
            self.outputs = deployment.outputs

    class _Session:
        def __init__(self, target: Any) -> None:
            self.api, self.target = deployment.api, target
            self.tokens = SimpleNamespace(claims={"sub": "mary"})

        def token(self) -> str:
            return ""

    client = httpx.Client(transport=httpx.MockTransport(deployment.s3))
    monkeypatch.setattr(cli.target, "Target", _Target)
    monkeypatch.setattr(cli.session, "Session", _Session)
    monkeypatch.setattr(httpx, "post", lambda url, timeout, **more: client.post(url, **more))
    monkeypatch.setattr(httpx, "get", lambda url, timeout: client.get(url))
    monkeypatch.setattr(cli.labeling, "POLL_SECONDS", 0)
    return deployment


def test_undecided_cases_become_one_labeling_task_however_often_they_are_sent(deployment: Deployment) -> None:
    results = [run("label", ID), run("label", ID, "--annotators", "energy")]
    assert [result.exit_code for result in results] == [0, 0], results[0].output
    (created,) = deployment.created
    assert (created["schema"], created["options"]) == ("consistent-answer", {"hidden": ["id"]})
    assert re.fullmatch(r"november-calls-undecided-[0-9a-f]{12}", created["name"])
    lines = [json.loads(line) for line in deployment.manifest.splitlines()]
    assert [set(line) for line in lines] == [{"source", "id", "question", "answers"}] * 3
    assert [line["id"] for line in lines] == ["2", "3", "4"]
    for result in results:
        told = json.loads(result.stdout)
        assert [each["case"] for each in told["undecided"]] == ["2", "3", "4", "5"]
        assert told["labeling_task"]["address"] == f"https://console.example/labeling/{deployment.started[0]}"
        assert "-undecided-" in result.stderr
        assert "has the undecided cases (3): https://console.example/labeling/" in result.stderr
    assert len(deployment.started) == 1


def test_a_group_is_let_to_label_only_where_it_is_named(deployment: Deployment) -> None:
    run("label", ID, "--annotators", "energy", "--answers", "3")
    assert deployment.created[0]["options"] == {"hidden": ["id"], "annotators": "energy", "answers": 3}


def test_a_task_that_was_not_uploaded_to_its_end_is_sent_again(deployment: Deployment) -> None:
    run("label", ID)
    (task,) = deployment.tasks.values()
    for status, created, started in (("UPLOADING", 2, 2), ("FAILED", 2, 3), ("DONE", 2, 3)):
        task["status"] = status
        run("label", ID)
        (task,) = deployment.tasks.values()
        assert (len(deployment.created), len(deployment.started)) == (created, started), status


def test_labels_of_people_are_merged_by_a_majority_with_their_verified_quotes(deployment: Deployment) -> None:
    deployment.answers = {
        "2": [
            {"consistent": {"A": True}, "evidence": "lost $10.2 billion in 2005"},
            {"consistent": {"A": True}, "evidence": "it won a prize in 2005"},
            {"consistent": {"B": True}, "evidence": "The company lost"},
        ],
        "3": [{"consistent": {"neither": True}}],
        "4": [{"consistent": {"A": True}}, {"consistent": {"B": True}}],
    }
    told = json.loads(run("label", ID, "--with-labels").stdout)
    assert [each["case"] for each in told["labelled"]] == ["1", "2"]
    by_people = told["labelled"][1]
    assert (by_people["label"], by_people["votes"], by_people["confidence"]) == ("A", {"A": 2, "B": 1}, 0.6667)
    assert [quote["text"] for quote in by_people["evidence"]] == ["lost $10.2 billion in 2005"]
    assert (by_people["technique"], by_people["document_hash"]) == ("people", "d")
    reasons = {each["case"]: each["reason"] for each in told["undecided"]}
    assert reasons == {"3": "people hold neither answer true", "4": "people disagree", "5": "It is down."}


def test_a_technique_that_the_run_has_not_is_told(deployment: Deployment) -> None:
    result = run("label", ID, "--technique", "expert")
    assert (result.exit_code, "Name one of its techniques: debate." in result.output) == (1, True)


def test_without_labeling_the_undecided_cases_are_listed(deployment: Deployment) -> None:
    del deployment.outputs["LabelingTableName"]
    told = json.loads(run("label", ID).stdout)
    assert (len(told["undecided"]), "labeling_task" in told, deployment.created) == (4, False, [])
    result = run("label", ID, "--with-labels")
    assert (result.exit_code, "is not deployed" in result.output) == (1, True)


def test_a_case_that_no_task_takes_stops_no_other() -> None:
    long = CASES[0] | {"id": "long", "answer_a": "x" * 200_000}
    texts = Texts.of([CASES[0], long, CASES[1]])
    assert [json.loads(line)["id"] for line in texts.lines] == ["1", "2"]
    ((case, reason),) = texts.left_out
    assert (case, "longer than" in reason) == ("long", True)


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
