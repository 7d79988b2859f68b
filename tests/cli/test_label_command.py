"""`docent label` without a deployment: what a manifest becomes, what is wrong with it, and jobs of Ground Truth."""

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import httpx
import pytest
from typer.testing import CliRunner, Result

import cli.labeling
import cli.session
import cli.target
from cli.ground_truth import answers_in, job_output
from cli.labeling import name_given
from cli.main import app
from tests.support.project import CORPUS

ID = "5b1d0e7c9a3f4c2e8d6b7a1f0c4e9d2b"
EXPORT = {
    "status": "EXPORTED",
    "counts": {"items": 2, "labeled": 1},
    "missing": [2],
    "links": {"labels.zip": "https://s3.example/labels.zip"},
}


class Api:
    """An API with one task, and an S3 that keeps what it gets."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.uploaded = b""
        self.put: list[str] = []
        self.task: dict[str, Any] = {
            "task_id": ID, "name": "november", "schema_name": "customer-call", "media": "audio", "status": "OPEN",
            "roles": ["owner"], "progress": {"items": 2, "open": 1, "review": 0, "done": 1, "failed": 0},
            "export": EXPORT, "agreement": 0.91,
            "annotators": [{"annotator": "mary@example.com", "answers": 1, "accepted": 0, "rejected": 0}],
        }  # fmt: skip

    def api(self, method: str, path: str, body: Any = None, query: Any = None) -> dict[str, Any]:
        self.calls.append((method, path, body))
        match method, path.removeprefix("/label-tasks"):
            case "GET", str(rest) if rest.endswith("/items"):
                return {"items": [{"number": 1, "status": "OPEN"}, {"number": 2, "status": "FAILED"}]}
            case "POST", "":
                return {"task_id": ID, "source": "", "upload": {"url": "https://s3.example/", "fields": {"key": "k"}}}
            case "GET", "":
                return {"tasks": [self.task]}
        return self.task

    def s3(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.uploaded = request.read()
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("manifests/output/output.manifest", "{}\n")
        return httpx.Response(200, content=file.getvalue())


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    api = Api()

    class _Session:
        def __init__(self, target: Any) -> None:
            self.api = api.api
            self.tokens = SimpleNamespace(claims={"sub": "mary"})
            s3 = SimpleNamespace(upload_file=lambda path, bucket, key: api.put.append(f"{bucket}/{key}"))
            self.target = SimpleNamespace(outputs={"SourceBucketName": "docent-documents"}, s3=s3)

        def token(self) -> str:
            return ""

    client = httpx.Client(transport=httpx.MockTransport(api.s3))
    monkeypatch.setattr(cli.session, "Session", _Session)
    monkeypatch.setattr(httpx, "post", lambda url, timeout, **more: client.post(url, **more))
    monkeypatch.setattr(httpx, "stream", lambda method, url, timeout: client.stream(method, url))
    monkeypatch.setattr(cli.labeling, "POLL_SECONDS", 0)
    return api


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["label", *words], env={"COLUMNS": "200"})


def manifest(folder: Path) -> Path:
    path = folder / "november calls.manifest"
    path.write_text('{"source-ref": "s3://docent-documents/labeling/mary/a.wav"}\n')
    return path


def test_a_task_uploads_its_manifest_and_starts_with_what_the_command_asks_for(api: Api, tmp_path: Path) -> None:
    path = manifest(tmp_path)
    result = run("create", str(path), "--schema", "customer-call", "--answers", "2", "--silence")
    assert result.exit_code == 0, result.output
    assert path.read_bytes() in api.uploaded
    options = {"answers": 2, "silence": True}
    assert api.calls[0] == (
        "POST", "/label-tasks", {"name": "november-calls", "schema": "customer-call", "options": options},
    )  # fmt: skip
    assert api.calls[1][:2] == ("POST", f"/label-tasks/{ID}/start")


def test_a_schema_of_ones_own_is_read_from_its_file(api: Api, tmp_path: Path) -> None:
    schema = tmp_path / "birds.json"
    schema.write_text('{"name": "birds"}')
    run("create", str(manifest(tmp_path)), "--schema", str(schema), "--no-wait")
    assert api.calls[0][2]["schema"] == {"name": "birds"}


@pytest.mark.parametrize("schema", ["calls", "missing.json"])
def test_a_schema_that_is_not_there_is_named(api: Api, tmp_path: Path, schema: str) -> None:
    result = run("create", str(manifest(tmp_path)), "--schema", schema)
    assert result.exit_code == 1
    assert (schema in result.output, api.calls) == (True, [])


def test_lines_that_are_wrong_are_shown_with_their_numbers(api: Api, tmp_path: Path) -> None:
    problems = [{"line": 3, "reason": "It is empty."}]
    api.task |= {"status": "REFUSED", "problems": problems, "problem_count": 1}
    result = run("create", str(manifest(tmp_path)), "--schema", "customer-call")
    assert result.exit_code == 1
    assert "Line 3: It is empty." in result.output


def test_status_shows_progress_agreement_and_annotators(api: Api) -> None:
    output = run("status", ID).output
    assert "2 (1 open, 1 done)" in output
    assert "0.91" in output
    assert "mary@example.com" in output


def test_an_export_is_unpacked_as_ground_truth_lays_it_out(api: Api, tmp_path: Path) -> None:
    result = run("export", ID, "--format", "all", "--output", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert api.calls[0][2] == {"formats": ["webvtt", "textgrid", "csv", "rttm"]}
    assert [path.name for path in (tmp_path / "out").rglob("*.*")] == ["output.manifest"]
    assert "lines 2" in result.output


def test_clips_are_uploaded_and_a_manifest_names_them(api: Api, tmp_path: Path) -> None:
    clip, to = tmp_path / "a.wav", tmp_path / "a.manifest"
    clip.write_bytes(b"RIFF")
    assert run("upload", str(clip), "--output", str(to)).exit_code == 0
    assert api.put == ["docent-documents/labeling/mary/a.wav"]
    assert json.loads(to.read_text()) == {"source-ref": "s3://docent-documents/labeling/mary/a.wav"}
    assert run("upload", str(to), "--output", str(to)).exit_code == 1


def test_a_task_is_named_as_ground_truth_takes_names() -> None:
    assert name_given(None, Path("Calls of März_2.manifest")) == "Calls-of-M-rz-2"
    assert name_given(None, Path("_.manifest")) == "labels"
    assert name_given("calls", Path("x")) == "calls"


# ─── Ground Truth ────────────────────────────────────────────────────────────────────────────────

JOB = [
    "create", "MANIFEST", "--schema", "customer-call", "--ground-truth", "--answers", "3", "--stack", "docent",
    "--workteam", "arn:aws:sagemaker:eu-central-1:111122223333:workteam/private-crowd/team",
]  # fmt: skip


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A deployment whose clients keep what they are asked, checked against botocore's model of SageMaker."""
    import botocore.session
    from botocore.exceptions import ClientError
    from botocore.validate import ParamValidator

    found = SimpleNamespace(put={}, created=[], there={"labeling/mary/a.wav"})
    shape = botocore.session.Session().get_service_model("sagemaker").operation_model("CreateLabelingJob").input_shape

    def create_labeling_job(**request: Any) -> dict[str, str]:
        report = ParamValidator().validate(request, shape)
        assert not report.has_errors(), report.generate_report()
        found.created.append(request)
        return {"LabelingJobArn": "arn:of:it"}

    def head_object(Bucket: str, Key: str) -> None:
        if Key not in found.there:
            raise ClientError({"Error": {"Code": "404"}}, "HeadObject")

    class _Target:
        is_local = False
        outputs: ClassVar = {
            "ConsoleUrl": "https://console.example",
            "SourceBucketName": "docent-documents",
            "DerivedBucketName": "docent-derived",
            "LabelingJobRoleArn": "arn:aws:iam::111122223333:role/docent-labeling-job",
            "PrepareAnnotationFunctionArn": "arn:aws:lambda:eu-central-1:111122223333:function:prepare",
            "ConsolidateAnnotationsFunctionArn": "arn:aws:lambda:eu-central-1:111122223333:function:consolidate",
        }
        s3 = SimpleNamespace(
            head_object=head_object,
            put_object=lambda Bucket, Key, Body, ContentType: found.put.update({Key: Body}),
        )

        def __init__(self, stack: Any, region: Any) -> None: ...

        def client(self, service: str) -> Any:
            return SimpleNamespace(create_labeling_job=create_labeling_job)

    monkeypatch.setattr(cli.target, "Target", _Target)
    return found


def test_a_labeling_job_gets_the_functions_and_the_role_of_the_stack(target: Any, tmp_path: Path) -> None:
    path, template = manifest(tmp_path), tmp_path / "page.html"
    template.write_text("<crowd-form></crowd-form>")
    result = run(*[str(path) if word == "MANIFEST" else word for word in JOB], "--template", str(template))
    assert result.exit_code == 0, result.output
    (request,) = target.created
    human = request["HumanTaskConfig"]
    assert (request["LabelingJobName"], human["NumberOfHumanWorkersPerDataObject"]) == ("november-calls", 3)
    assert human["UiConfig"]["UiTemplateS3Uri"] == "s3://docent-derived/ground-truth/november-calls/template.html"
    assert target.put["ground-truth/november-calls/input.manifest"] == path.read_bytes()


def test_with_docents_page_the_clips_are_prepared_and_each_line_names_its_item(
    api: Api, target: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = '<script src="/assets/a.js"></script>{{ task.input.taskObject | grant_read_access }}'
    console = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, text=page)))
    monkeypatch.setattr(httpx, "get", lambda url, timeout, **more: console.get(url, **more))
    path = manifest(tmp_path)
    path.write_text(path.read_text() + '{"source-ref": "s3://docent-documents/labeling/mary/broken.wav"}\n')
    api.task["progress"] = {"items": 2, "open": 1, "review": 0, "done": 0, "failed": 1}
    result = run(*[str(path) if word == "MANIFEST" else word for word in JOB])
    assert result.exit_code == 0, result.output
    assert api.calls[0][2]["options"] == {"answers": 3, "ground_truth": True}
    assert "lines 2" in result.output
    assert len(target.created) == 1
    (line,) = target.put["ground-truth/november-calls/input.manifest"].splitlines()
    assert json.loads(line)["docent-item"] == f"{ID}/1"
    assert b'src="https://console.example/assets/a.js"' in target.put["ground-truth/november-calls/template.html"]


def test_a_job_needs_a_workteam(api: Api, tmp_path: Path) -> None:
    result = run("create", str(manifest(tmp_path)), "--schema", "customer-call", "--ground-truth")
    assert (result.exit_code, api.calls) == (2, [])


def test_no_job_is_created_while_a_line_is_wrong(target: Any, tmp_path: Path) -> None:
    path, template = tmp_path / "a.manifest", tmp_path / "page.html"
    template.write_text("<crowd-form></crowd-form>")
    gone = json.dumps({"source-ref": "s3://docent-documents/labeling/mary/gone.wav"})
    path.write_text(f'{gone}\n{{"source-ref": "s3://other/a.wav"}}\n')
    result = run(*[str(path) if word == "MANIFEST" else word for word in JOB], "--template", str(template))
    assert result.exit_code == 1
    assert "Line 1: There is no object" in result.output
    assert "Line 2: Its source-ref is not in the bucket" in result.output
    assert (target.created, target.put) == ([], {})


RESPONSE = {"answers": [{"workerId": "w", "answerContent": {"rate": {"4": True}}}]}


def test_lines_that_a_job_left_out_are_named_and_answers_are_found_wherever_they_are() -> None:
    given = [{"source-ref": f"s3://m/{number}.wav"} for number in range(1, 5)]
    consolidated = {"annotationsFromAllWorkers": [{"workerId": "v", "annotationData": {"content": "{}"}}]}
    came = [
        given[3] | {"label": {}, "label-metadata": {"job_name": "j", "worker-response-ref": "s3://m/response.json"}},
        given[0] | {"label": consolidated, "label-metadata": {"job-name": "j"}},
        given[2] | {"label": {"annotationsFromAllWorkers": [{"workerId": "v"}]}, "label-metadata": {}},
    ]
    first, second = [[json.dumps(each).encode() for each in some] for some in (given, came)]
    output = job_output(first, second, "label", lambda _: json.dumps(RESPONSE).encode())
    assert (output.lines, output.missing, output.unread) == (4, [2], [3])
    assert [(each["line"], each["answers"][0]["workerId"]) for each in output.labels] == [(1, "v"), (4, "w")]


@pytest.mark.skipif(not (CORPUS / "labeling").exists(), reason="needs the manifests of DOCENT_CORPUS")
def test_both_spellings_of_an_output_manifest_are_read() -> None:
    raw = (CORPUS / "labeling/own/ground-truth/output.manifest").read_bytes()
    first, second = [json.loads(line) for line in raw.splitlines()]
    read: list[str] = []

    def response(address: str) -> bytes:
        read.append(address)
        return json.dumps(RESPONSE).encode()

    assert [worker for worker, _ in answers_in(first, "label", response)] == ["private.eu-central-1.aaaaaaaaaaaaaaaa"]
    assert [worker for worker, _ in answers_in(second, "label", response)] == ["w"]
    assert read == [second["label-metadata"]["worker-response-ref"]]
