"""A manifest's whole way through the deployed stack: clips, claims, answers of two people, and their labels."""

import io
import json
import uuid
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cli.debate_labels import Texts, labels_of, sent
from cli.debates import Debates, case_file
from cli.ground_truth import JobRequest, LabelingJob, own_page, prepared_manifest, start_job
from cli.labeling import Labeling
from cli.session import Session
from cli.target import Target
from tests.support.api_client import ApiClient, send_form
from tests.support.clips import encoded, sound, video, wav
from tests.support.http import http
from tests.support.label_tasks import label, segment
from tests.support.people import People
from tests.support.stack import Stack
from tests.support.waiting import wait_until

GROUP = "annotators"
TONES = ((0.5, 1.2), (2.0, 2.8))
CASE = {
    "id": "gm",
    "document": "The company lost $10.6 billion in 2005. That is its largest loss since 1992.",
    "answer_a": "It lost $10.6 billion.",
    "answer_b": "It lost $10.4 billion.",
}


class Person(ApiClient):
    """Somebody who labels items of a task."""

    def saved(self, task_id: str, number: int, base: int, value: Any) -> tuple[int, Any]:
        event = {"at": "2026-11-29T16:00:00.000Z", "kind": "segment_added", "segment": "a"}
        body = {"save_id": str(uuid.uuid4()), "base": base, "events": [event], "label": value}
        return self.call("PUT", f"/label-tasks/{task_id}/items/{number}/answer", body)

    def submitted(self, task_id: str, number: int, version: int) -> tuple[int, Any]:
        return self.call("POST", f"/label-tasks/{task_id}/items/{number}/submit", {"version": version})

    def claimed(self, task_id: str, **body: Any) -> Any:
        status, item = self.call("POST", f"/label-tasks/{task_id}/claim", body)
        return item if status == 200 else (status, item["type"].rpartition(":")[2])


@pytest.fixture
def mary(everybody: People) -> Person:
    return Person(everybody.target, everybody.token("mary.labels@example.com", [GROUP]))


@pytest.fixture
def erika(everybody: People) -> Person:
    return Person(everybody.target, everybody.token("erika.labels@example.com", [GROUP]))


def created(stack: Stack, owner: Person, name: str, *lines: Any, schema: str = "customer-call", **options: Any) -> Any:
    """The task once its clips are prepared, or once it is refused."""
    status, made = owner.call("POST", "/label-tasks", {"name": name, "schema": schema, "options": options})
    assert status == 201, made
    text = "".join(each if isinstance(each, str) else json.dumps(each) + "\n" for each in lines)
    assert send_form(made["upload"]["url"], made["upload"]["fields"], text.encode()) == 204
    path = f"/label-tasks/{made['task_id']}"
    assert owner.call("POST", f"{path}/start")[0] == 202
    assert owner.call("POST", f"{path}/start")[0] == 409
    wait_until(lambda: owner.call("GET", path)[1]["status"] not in ("CHECKING", "PREPARING"), 600)
    return owner.call("GET", path)[1]


def put_clip(stack: Stack, name: str, body: bytes) -> str:
    key = f"labeling/{GROUP}/{name}"
    stack.put(key, body)
    return f"s3://{stack.library.bucket}/{key}"


def test_clips_are_labeled_by_two_people_and_come_out_as_ground_truth_has_them(
    stack: Stack, mary: Person, erika: Person
) -> None:
    good = put_clip(stack, "call-1.mp3", encoded(sound(3, TONES, 44_100), "libmp3lame", "mp3", 44_100))
    broken = put_clip(stack, "call-2.wav", b"nothing that plays")
    lines = ({"source-ref": good, "call-id": "c1"}, {"source": broken})
    task = created(stack, mary, "two-calls", *lines, answers=2, silence=True)
    assert (task["status"], task["lines"]) == ("OPEN", 2), task.get("error")
    assert task["progress"] == {"items": 2, "open": 1, "review": 0, "done": 0, "failed": 1}
    assert task["failures"][0]["line"] == 2
    task_id = task["task_id"]

    # What is played is fetched by range, and has its peaks at every level.
    item = mary.claimed(task_id)
    assert (item["number"], item["input"], item["claim"]["held"]) == (1, {"call-id": "c1"}, True)
    assert [(each["start_us"], each["end_us"]) for each in item["suggestions"]] == [
        (pytest.approx(start * 1e6, abs=20_000), pytest.approx(end * 1e6, abs=20_000)) for start, end in TONES
    ]
    copy = item["media"]["copy"]
    part = http.get(copy["url"], headers={"Range": "bytes=0-43"})
    assert (part.status_code, part.content[:4], part.headers["content-type"]) == (206, b"RIFF", "audio/wav")
    for level in item["media"]["peaks"]:
        assert len(http.get(level["url"]).content) == 2 * level["points"]

    # Two windows of one person: both versions are kept.
    first = label(segment(0.5, 1.2), segment(2, 2.8, "b", "Representative"))
    assert mary.saved(task_id, 1, 0, first)[1]["version"] == 1
    status, problem = mary.saved(task_id, 1, 0, label(segment(0, 3)))
    assert (status, problem["saved"]["version"], problem["saved"]["label"]) == (409, 1, first)

    # The other one sees nothing of it, and two are enough.
    other = erika.claimed(task_id)
    assert not {"answers", "answer", "agreement"} & set(other)
    assert mary.submitted(task_id, 1, 1)[0] == 200
    second = label(segment(0.51, 1.21), segment(2.0, 2.81, "b", "Representative"), rate=5)
    assert erika.saved(task_id, 1, 0, second)[0] == 200
    assert erika.submitted(task_id, 1, 1)[0] == 200
    assert erika.claimed(task_id) == (404, "NothingToLabelError")

    task = mary.call("GET", f"/label-tasks/{task_id}")[1]
    assert (task["status"], task["progress"]["done"]) == ("DONE", 1)
    assert task["agreement"] > 0.9
    assert {each["annotator"] for each in task["annotators"]} == {
        "mary.labels@example.com", "erika.labels@example.com",
    }  # fmt: skip

    assert (
        mary.call("POST", f"/label-tasks/{task_id}/export", {"formats": ["webvtt", "textgrid", "csv", "rttm"]})[0]
        == 202
    )
    exported: dict[str, Any] = {}

    def is_exported() -> bool:
        exported.update(mary.call("GET", f"/label-tasks/{task_id}")[1]["export"])
        return exported["status"] != "EXPORTING"

    wait_until(is_exported, 300)
    assert (exported["status"], exported["missing"], exported["counts"]["labeled"]) == ("EXPORTED", [2], 1)
    (line,) = [json.loads(each) for each in http.get(exported["links"]["output.manifest"]).text.splitlines()]
    stream = line["label"]["annotations"]["streams"]["speaker"]
    assert [(each["id"], each["start"], each["end"]) for each in stream] == [
        ("Customer", 0.5, 1.2), ("Representative", 2, 2.8),
    ]  # fmt: skip
    archive = zipfile.ZipFile(io.BytesIO(http.get(exported["links"]["labels.zip"]).content))
    (response,) = [name for name in archive.namelist() if "worker-response" in name]
    assert len(json.loads(archive.read(response))["answers"]) == 2
    assert {name.partition("/")[0] for name in archive.namelist()} == {
        "manifests", "annotations", "webvtt", "textgrid", "rttm", "segments.csv",
    }  # fmt: skip

    assert mary.call("DELETE", f"/label-tasks/{task_id}")[0] == 204
    assert mary.call("GET", f"/label-tasks/{task_id}")[0] == 404


def test_a_labeling_job_of_ground_truth_asks_both_functions(stack: Stack, mary: Person) -> None:
    line = {"source-ref": put_clip(stack, "call-9.wav", wav(sound(2, ((0.5, 1.2),)))), "call-id": "call-9"}
    task = created(stack, mary, "for-workers", line, ground_truth=True)
    assert (task["status"], mary.claimed(task["task_id"])[0]) == ("OPEN", 404)
    target, name = stack.target, "for-workers"
    workteam = "arn:aws:sagemaker:us-east-1:000000000000:workteam/private-crowd/team"
    lines = prepared_manifest(json.dumps(line).encode(), task["task_id"], ())
    start_job(target, JobRequest(name, lines, own_page(target), workteam, "Calls", 1, "label"))
    worker = f"{target.local.url}/_docent/labeling-jobs/{name}?worker=nina"
    wait_until(lambda: http.get(worker).json(), seconds=60)
    given = http.get(worker).json()
    assert "grant_read_access" in given["template"]
    assert f'src="{target.outputs["ConsoleUrl"]}/assets/' in given["template"]
    # The portal is of another origin than the bucket.
    portal = {"Origin": "https://abc.labeling.us-east-1.sagemaker.aws", "Range": "bytes=0-3"}
    clip = http.get(given["links"][given["input"]["taskObject"]], headers=portal)
    assert (clip.content, clip.headers["Access-Control-Allow-Origin"]) == (b"RIFF", portal["Origin"])
    streams = {"speaker": [{"id": "Customer", "start": 0.5, "end": 1.2}]}
    sent = {"annotations": json.dumps({"streams": streams}), "rate": {"4": True, "5": False}}
    assert http.put(worker, json={"object": given["object"], "answerContent": sent}).status_code == 200
    job = LabelingJob(target, name)
    wait_until(lambda: job.describe()["LabelingJobStatus"] == "Completed", seconds=60)
    output = job.output(job.describe())
    assert (output.lines, output.missing, output.unread) == (1, [], [])
    assert output.labels[0]["answers"][0]["answerContent"]["annotations"]["streams"] == streams
    (came,) = [json.loads(each) for each in job.read(output_of(job)).splitlines()]
    (found,) = came["label"]["annotations"]["streams"]["speaker"]
    assert (found["id"], found["start"], found["end"], came["call-id"]) == ("Customer", 0.5, 1.2, "call-9")


def output_of(job: LabelingJob) -> str:
    return job.describe()["LabelingJobOutput"]["OutputDatasetS3Uri"]


def test_undecided_cases_of_a_debate_are_answered_by_people(
    stack: Stack, everybody: People, mary: Person, erika: Person, tmp_path: Path
) -> None:
    session = Session(Target(local=replace(stack.target.local, home=tmp_path)))  # others are signed in on the stack's
    session.keep(everybody.sign_in("mary.labels@example.com", [GROUP]))
    debates, labeling = Debates(session, 300), Labeling(session, 300)
    path = tmp_path / "for-people.jsonl"
    path.write_text(json.dumps(CASE))
    run_id, before = debates.start(case_file(path, {"techniques": ["naive"], "votes": 1}))
    assert debates.wait(run_id, before)["status"] == "JUDGED"
    labels = labels_of(debates.verdicts(run_id), "naive")
    assert labels.for_people == {"gm"}, labels

    texts = Texts.of(debates.cases(run_id, labels.for_people))
    task = sent(labeling, texts, "for-people", {"annotators": GROUP})
    assert sent(labeling, texts, "for-people", {})["task_id"] == task["task_id"]
    assert (task["status"], task["media"], task["progress"]["items"]) == ("OPEN", "text", 1)
    other = Person(stack.target, everybody.token("otto.labels@example.com", []))
    assert other.claimed(task["task_id"]) == (404, "NotFoundError")
    item = erika.claimed(task["task_id"])
    assert item["text"]["document"] == CASE["document"]
    assert (item["text"]["answers"], item["input"]) == ([CASE["answer_a"], CASE["answer_b"]], {})
    value = {"segments": [], "clip": {"consistent": "A", "evidence": "The company lost $10.6 billion"}}
    assert erika.saved(task["task_id"], 1, 0, value)[0] == 200
    assert erika.submitted(task["task_id"], 1, 1)[0] == 200

    path = f"/label-tasks/{task['task_id']}/export"
    assert mary.call("POST", path, {"formats": ["textgrid"]})[0] == 400
    merged = labels.with_people(labeling.labels(task["task_id"]))
    ((case,), undecided) = merged.labelled, merged.undecided
    assert (case["case"], case["label"], case["technique"], undecided) == ("gm", "A", "people", [])
    assert case["evidence"][0]["likeness"] == "exact"


def test_a_manifest_with_wrong_lines_is_refused_before_anything_is_prepared(stack: Stack, mary: Person) -> None:
    good = {"source-ref": put_clip(stack, "call-3.wav", wav(sound(1, ((0.2, 0.6),))))}
    missing = {"source-ref": f"s3://{stack.library.bucket}/labeling/{GROUP}/missing.wav"}
    task = created(stack, mary, "wrong-lines", good, "{\n", {"source-ref": "s3://other/a.wav"}, missing)
    assert (task["status"], task["problem_count"]) == ("REFUSED", 3)
    assert [each["line"] for each in task["problems"]] == [2, 3, 4]
    assert task["progress"]["items"] == 0
    assert mary.claimed(task["task_id"]) == (404, "NothingToLabelError")


def test_a_video_has_its_frames_and_a_reviewer_gives_an_answer_back(stack: Stack, mary: Person, erika: Person) -> None:
    clip = put_clip(stack, "dog-1.mp4", video(3, sound(3, TONES, 44_100), 44_100))
    task = created(stack, mary, "dogs", {"source-ref": clip}, schema="dogs-video", review="all")
    assert task["status"] == "OPEN", task
    task_id = task["task_id"]
    item = erika.claimed(task_id)
    assert item["media"]["frame_rate"] == {"numerator": 25, "denominator": 1}
    assert http.get(item["media"]["copy"]["url"], headers={"Range": "bytes=4-7"}).content == b"ftyp"
    value = {"segments": [segment(0.04, 1.6, category="Dog", track="animal")], "clip": {"videoQuality": 4}}
    assert erika.saved(task_id, 1, 0, value)[0] == 200
    assert erika.submitted(task_id, 1, 1)[0] == 200
    path = f"/label-tasks/{task_id}/items/1"
    (answer,) = mary.call("GET", path)[1]["answers"]
    note = {"answer_id": answer["answer_id"], "decision": "reject", "note": "The end is cut."}
    assert mary.call("POST", f"{path}/review", note)[1]["status"] == "OPEN"
    again = erika.claimed(task_id)
    assert (again["answer"]["status"], again["answer"]["note"]) == ("DRAFT", "The end is cut.")
    assert erika.submitted(task_id, 1, 1)[0] == 200
    (answer,) = mary.call("GET", path)[1]["answers"]
    accepted = {"answer_id": answer["answer_id"], "decision": "accept"}
    assert mary.call("POST", f"{path}/review", accepted)[1]["status"] == "DONE"
